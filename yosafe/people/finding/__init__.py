"""The one search box: a young person by name, other name, date of birth or number, or any record by its reference."""
