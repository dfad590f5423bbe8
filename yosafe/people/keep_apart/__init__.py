"""Young people who must not meet: pairs and small groups, why, how far apart, from when to when, and who is warned."""
