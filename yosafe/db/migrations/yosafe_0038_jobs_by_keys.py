"""By which API key a job was asked for, and what that key might do then; why an import ended with nothing of it done."""

ID = "0038"
DESCRIPTION = "jobs that keys ask for"

SQL = """
ALTER TABLE import_run
    ADD COLUMN confirmed_key bigint REFERENCES api_key ON DELETE RESTRICT,
    ADD COLUMN confirmed_scope varchar(60)[],
    ADD COLUMN fault varchar(200),
    ADD CONSTRAINT import_run_confirmed_key CHECK (confirmed_scope IS NULL OR confirmed_key IS NOT NULL),
    ADD CONSTRAINT import_run_fault CHECK (fault IS NULL OR status = 'cancelled' OR status = 'undone');
CREATE INDEX import_run_confirmed_key ON import_run (confirmed_key) WHERE confirmed_key IS NOT NULL;

ALTER TABLE survey_upload
    ADD COLUMN confirmed_key bigint REFERENCES api_key ON DELETE RESTRICT,
    ADD COLUMN confirmed_scope varchar(60)[],
    ADD CONSTRAINT survey_upload_confirmed_key CHECK (confirmed_scope IS NULL OR confirmed_key IS NOT NULL);
CREATE INDEX survey_upload_confirmed_key ON survey_upload (confirmed_key) WHERE confirmed_key IS NOT NULL;

ALTER TABLE report_build
    ADD COLUMN asked_key bigint REFERENCES api_key ON DELETE RESTRICT,
    ADD COLUMN asked_scope varchar(60)[],
    ADD CONSTRAINT report_build_asked_key CHECK (asked_scope IS NULL OR asked_key IS NOT NULL);
CREATE INDEX report_build_asked_key ON report_build (asked_key) WHERE asked_key IS NOT NULL;
"""
