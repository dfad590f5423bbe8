"""An audit entry is chained at less cost. What is hashed stays the same, and so does every entry that is there."""

ID = "0035"
DESCRIPTION = "audit entries chained at less cost"

SQL = """
-- concat_ws() is only STABLE, so that PostgreSQL did not take audit_entry_text() into the trigger but parsed and planned it anew for each entry. Here
-- the text is put together in the trigger itself, and the head is found and moved on in one statement instead of two. The advisory lock is still
-- what keeps a chain from forking.
CREATE OR REPLACE FUNCTION audit_entry_chain() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    candidate smallint := pg_backend_pid() % 16;
BEGIN
    IF NOT pg_try_advisory_xact_lock(20021014, candidate) THEN
        FOR i IN 1..16 LOOP
            candidate := (pg_backend_pid() + i) % 16;
            IF i = 16 THEN
                PERFORM pg_advisory_xact_lock(20021014, candidate);
            ELSE
                EXIT WHEN pg_try_advisory_xact_lock(20021014, candidate);
            END IF;
        END LOOP;
    END IF;
    UPDATE audit_head h SET seq = h.seq + 1, hash = sha256(h.hash || convert_to(concat_ws(chr(31), NEW.id, candidate, h.seq + 1,
        (extract(epoch FROM NEW.at) * 1000000)::bigint, NEW.event, coalesce(NEW.actor::text, '-'), NEW.actor_kind, coalesce(NEW.agency::text, '-'),
        coalesce(NEW.subject_kind, '-'), coalesce(NEW.subject::text, '-'), coalesce(NEW.young_person::text, '-'), coalesce(NEW.request, '-'),
        NEW.detail), 'UTF8'))
    WHERE h.strand = candidate RETURNING h.strand, h.seq, h.hash INTO STRICT NEW.strand, NEW.seq, NEW.hash;
    RETURN NEW;
END
$$;
"""
