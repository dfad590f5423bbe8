"""Whether someone was told of something lately is found by one index, however many notices there are."""

ID = "0044"
DESCRIPTION = "who was told of what"

SQL = """
CREATE INDEX notice_told ON notice (subject_kind, subject, event, user_account, at);
DROP INDEX notice_subject;
"""
