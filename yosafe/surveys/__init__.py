"""What young people say when nobody can tell who said it."""
