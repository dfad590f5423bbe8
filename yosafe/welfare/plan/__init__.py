"""The welfare plan of a young person: what they need, what will be done, by whom and by when, and what came of it."""
