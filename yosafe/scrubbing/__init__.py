"""A copy of the database for training: every column is classed (classes.toml), and nothing that names anyone or that anyone typed is copied."""
