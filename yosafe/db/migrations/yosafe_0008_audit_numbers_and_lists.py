"""The number of an audit entry is hashed too; entries that name several young people are found by each of them."""

ID = "0008"
DESCRIPTION = "audit numbers and lists"

SQL = """
CREATE OR REPLACE FUNCTION audit_entry_text(e audit_entry) RETURNS text LANGUAGE sql IMMUTABLE AS $$
    SELECT concat_ws(chr(31), e.id::text, e.strand::text, e.seq::text, (extract(epoch FROM e.at) * 1000000)::bigint::text, e.event,
        coalesce(e.actor::text, '-'), e.actor_kind, coalesce(e.agency::text, '-'), coalesce(e.subject_kind, '-'), coalesce(e.subject::text, '-'),
        coalesce(e.young_person::text, '-'), coalesce(e.request, '-'), e.detail)
$$;

-- Entries made before this are chained anew with their numbers, each only after its old hash has been found right: nothing that was changed
-- passes as whole by being upgraded.
ALTER TABLE audit_entry DISABLE TRIGGER audit_entry_append_only;
DO $$
DECLARE
    e audit_entry;
    chain smallint;
    old_hash bytea;
    new_hash bytea;
BEGIN
    FOR chain IN SELECT strand FROM audit_head LOOP
        old_hash := '';
        new_hash := '';
        FOR e IN SELECT * FROM audit_entry WHERE strand = chain ORDER BY seq LOOP
            -- The text as it was: without the number and the sign that parts it from the rest.
            old_hash := sha256(old_hash || convert_to(substr(audit_entry_text(e), length(e.id::text) + 2), 'UTF8'));
            IF old_hash <> e.hash THEN
                RAISE EXCEPTION 'the audit trail is not as it was written: run "yosafe audit verify" of the version before';
            END IF;
            new_hash := sha256(new_hash || convert_to(audit_entry_text(e), 'UTF8'));
            UPDATE audit_entry SET hash = new_hash WHERE id = e.id;
        END LOOP;
        UPDATE audit_head SET hash = new_hash WHERE strand = chain AND hash = old_hash;
    END LOOP;
END
$$;
ALTER TABLE audit_entry ENABLE TRIGGER audit_entry_append_only;

-- The children whom a list named, as their data protection officer asks: "who was shown this child?" Only the entries of lists are in it.
CREATE INDEX audit_entry_young_people ON audit_entry USING gin ((detail::jsonb -> 'young_people') jsonb_path_ops)
    WHERE detail LIKE '%"young_people"%';
"""
