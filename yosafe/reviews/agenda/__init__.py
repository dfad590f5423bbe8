"""What comes onto the agenda of a joint review and why: requests of agencies, those left for later with the reason, and the order."""
