"""How often a calendar was read in the last hour, so that a program at fault is refused."""

ID = "0040"
DESCRIPTION = "calendars that are asked too often"

SQL = """
ALTER TABLE calendar_feed
    ADD COLUMN reads integer NOT NULL DEFAULT 0,
    ADD COLUMN reads_since timestamptz;
ALTER TABLE calendar_feed ALTER COLUMN reads DROP DEFAULT;
"""
