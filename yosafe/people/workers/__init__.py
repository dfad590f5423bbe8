"""Who works with a young person, by name: one in each role at a time, from when to when. That nobody is named is a fact too."""
