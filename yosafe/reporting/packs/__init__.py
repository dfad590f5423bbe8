"""De-identified extracts for inspectors, row by row, given only where nobody in them stands alone."""
