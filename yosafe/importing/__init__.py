"""Tables that others made, read safely. Every import comes through here."""
