"""What can be counted. One module for each part of the work; `yosafe/composition.py` registers what they offer."""
