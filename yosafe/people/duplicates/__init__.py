"""Records that may be of one young person: found before one is added, and among those that are there."""
