"""Enquiries of the child protection register and of the index of those whom social services know, and what was answered."""
