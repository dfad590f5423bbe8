"""A second person countersigns an assessment, or sends it back."""
