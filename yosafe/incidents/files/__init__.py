"""Photographs, statements and documents kept with an incident."""
