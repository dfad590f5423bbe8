"""Work that is done later or at its hour: the queue in the database, and the workers that take from it."""
