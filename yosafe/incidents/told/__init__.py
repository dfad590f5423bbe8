"""Who was told of an incident: an outcome of the group `told` with whom and how, or why not yet."""
