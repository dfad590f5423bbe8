"""What agencies take to a joint review: each case with why it is listed, what happened since the last one, actions, and views so far."""
