"""The append-only trail of who did and saw what."""
