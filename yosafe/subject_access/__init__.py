"""What is kept about one young person, for them to have: everything but what belongs to somebody else, and a list of what was held back and why."""
