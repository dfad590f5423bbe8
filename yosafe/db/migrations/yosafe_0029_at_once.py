"""What happened lately, in the order of when, without the records themselves: for features of everyone at once, and for who came to harm."""

ID = "0029"
DESCRIPTION = "what happened lately, for everyone at once"

SQL = """
CREATE INDEX involvement_happened ON involvement (happened_at) INCLUDE (young_person, incident, role, recorded_at);
DROP INDEX incident_list;
CREATE INDEX incident_list ON incident (happened_at DESC, id DESC) INCLUDE (kind, severity);
"""
