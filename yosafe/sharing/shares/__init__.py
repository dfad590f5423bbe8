"""Information about a young person that was asked for, shared or withheld: with whom, what, on which basis, and what the young person said to it."""
