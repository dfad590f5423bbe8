"""How a joint review ends: cases put off, minutes that are locked and stay as they were written, and what is added to them later."""
