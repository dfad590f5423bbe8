"""Reports that a committee can act on: from a definition and counts to one set of numbers, small ones hidden, that a page, a PDF and data files
show alike (E1 to E3; 5.30, 5.31)."""
