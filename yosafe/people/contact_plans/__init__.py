"""How often someone is to be in touch with a young person, as agreed; what is due next, and what was missed."""
