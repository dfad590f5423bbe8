"""What happened lately, in the order of when, without the records themselves: for features of everyone at once, and for who came to harm. And an
audit trail that a transaction of many entries writes as fast, entry for entry, as one of few."""

ID = "0029"
DESCRIPTION = "what happened lately, for everyone at once"

SQL = """
CREATE INDEX involvement_happened ON involvement (happened_at) INCLUDE (young_person, incident, role, recorded_at);
DROP INDEX incident_list;
CREATE INDEX incident_list ON incident (happened_at DESC, id DESC) INCLUDE (kind, severity);

-- As in 0001, but that a transaction remembers where the row is that it wrote last. Each entry leaves a version of the head behind that nothing can
-- clear away before the end, and a search by the key goes through all of them. The place is a hint only: what is read there is the row as it stands,
-- or nothing, and then it is searched for.
CREATE OR REPLACE FUNCTION audit_entry_chain() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    candidate smallint;
    place tid;
    last bigint;
    chained bytea;
BEGIN
    FOR i IN 0..15 LOOP
        candidate := (pg_backend_pid() + i) % 16;
        EXIT WHEN pg_try_advisory_xact_lock(20021014, candidate);
        IF i = 15 THEN
            candidate := pg_backend_pid() % 16;
            PERFORM pg_advisory_xact_lock(20021014, candidate);
        END IF;
    END LOOP;
    place := nullif(current_setting('yosafe.audit_head', true), '')::tid;
    SELECT h.seq, h.hash INTO last, chained FROM audit_head h WHERE h.ctid = place AND h.strand = candidate;
    IF NOT FOUND THEN
        SELECT h.ctid, h.seq, h.hash INTO STRICT place, last, chained FROM audit_head h WHERE h.strand = candidate;
    END IF;
    NEW.strand := candidate;
    NEW.seq := last + 1;
    NEW.hash := sha256(chained || convert_to(audit_entry_text(NEW), 'UTF8'));
    UPDATE audit_head h SET seq = NEW.seq, hash = NEW.hash WHERE h.ctid = place RETURNING h.ctid INTO STRICT place;
    PERFORM set_config('yosafe.audit_head', place::text, true);
    RETURN NEW;
END
$$;
"""
