"""Records that others kept, brought in from their files: mapped, tried, confirmed, done in batches, and undone while nothing was built on them."""
