"""The risk model in use: signing a version, its scores and flags, how many a panel can see, whether it drifts; and how each indicator does."""
