"""With which key a piece of a file is sealed; none where it lies as it was sent (ADR 37). Old code beside it writes pieces that are not."""

ID = "0041"
DESCRIPTION = "files of incidents sealed with keys of the installation"

SQL = """
ALTER TABLE evidence_part ADD COLUMN sealed_with varchar(40);
CREATE INDEX evidence_part_sealed_with ON evidence_part (sealed_with, id);
"""
