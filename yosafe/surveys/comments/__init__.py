"""What young people wrote in a survey, kept apart from their answers: read by few, and passed on where it may hold a disclosure."""
