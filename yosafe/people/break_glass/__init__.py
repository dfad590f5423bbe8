"""Opening the record of one young person outside one's duty, in an emergency: with a reason, for three hours, to read; and its review."""
