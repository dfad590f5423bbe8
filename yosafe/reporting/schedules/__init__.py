"""Reports that are built by themselves: after each month, quarter or year, for the agency of whoever scheduled them, in their name."""
