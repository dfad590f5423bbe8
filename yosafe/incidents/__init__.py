"""What happens to young people in custody, and what is done."""
