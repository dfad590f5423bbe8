"""What agencies ask and tell each other about a young person: checks of the register and the index, and information that was shared or withheld."""
