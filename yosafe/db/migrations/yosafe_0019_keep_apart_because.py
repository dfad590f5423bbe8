"""What led to keeping two young people apart: the record from which it was begun."""

ID = "0019"
DESCRIPTION = "what led to a keep-apart"

SQL = """
ALTER TABLE keep_apart
    ADD COLUMN subject_kind varchar(20),
    ADD COLUMN subject bigint,
    ADD CONSTRAINT keep_apart_subject CHECK ((subject_kind IS NULL) = (subject IS NULL));
CREATE INDEX keep_apart_subject_led_to ON keep_apart (subject_kind, subject) WHERE subject IS NOT NULL;
"""
