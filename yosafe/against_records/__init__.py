"""What young people say in a survey beside what is recorded of those who were held there then (8.6)."""
