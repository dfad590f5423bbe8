"""Young people and the facts of their stay."""
