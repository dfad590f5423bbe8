"""Paper: what goes out as a PDF that a screen reader can read."""
