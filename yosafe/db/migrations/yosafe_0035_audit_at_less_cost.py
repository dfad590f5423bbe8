"""Audit entries chained at less cost, one or many in a transaction. What is hashed stays the same, and so does every entry that is there."""

ID = "0035"
DESCRIPTION = "audit entries chained at less cost"

SQL = """
-- concat_ws() is only STABLE, so that PostgreSQL did not take audit_entry_text() into the trigger but parsed and planned it anew for each entry: here
-- the text is put together in the trigger itself. Entries of one transaction follow each other by a setting of that transaction, and the head of
-- their chain moves once for each statement: moved for each entry it left a version behind for each, all of which the next had to pass, so that ten
-- times the entries took a hundred times as long. The advisory lock is still what keeps a chain from forking.
CREATE OR REPLACE FUNCTION audit_entry_chain() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    candidate smallint := pg_backend_pid() % 16;
    state text[] := string_to_array(current_setting('yosafe.audit_head', true), ' ');
    before bytea;
BEGIN
    IF state[1] = pg_current_xact_id()::text THEN
        NEW.strand := state[2];
        NEW.seq := state[3]::bigint + 1;
        before := decode(state[4], 'hex');
    ELSE
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
        SELECT h.strand, h.seq + 1, h.hash INTO STRICT NEW.strand, NEW.seq, before FROM audit_head h WHERE h.strand = candidate;
    END IF;
    NEW.hash := sha256(before || convert_to(concat_ws(chr(31), NEW.id, NEW.strand, NEW.seq,
        (extract(epoch FROM NEW.at) * 1000000)::bigint, NEW.event, coalesce(NEW.actor::text, '-'), NEW.actor_kind, coalesce(NEW.agency::text, '-'),
        coalesce(NEW.subject_kind, '-'), coalesce(NEW.subject::text, '-'), coalesce(NEW.young_person::text, '-'), coalesce(NEW.request, '-'),
        NEW.detail), 'UTF8'));
    PERFORM set_config('yosafe.audit_head', concat_ws(' ', pg_current_xact_id(), NEW.strand, NEW.seq, encode(NEW.hash, 'hex')), true);
    RETURN NEW;
END
$$;

CREATE FUNCTION audit_head_follows() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    state text[] := string_to_array(current_setting('yosafe.audit_head', true), ' ');
BEGIN
    IF state[1] = pg_current_xact_id_if_assigned()::text THEN
        UPDATE audit_head SET seq = state[3]::bigint, hash = decode(state[4], 'hex') WHERE strand = state[2]::smallint AND seq <> state[3]::bigint;
    END IF;
    RETURN NULL;
END
$$;
CREATE TRIGGER audit_head_follows AFTER INSERT ON audit_entry FOR EACH STATEMENT EXECUTE FUNCTION audit_head_follows();
"""
