"""The day on which someone was born, beside each of their other names: who sounds alike and was born on another day is passed over from the index."""

ID = "0037"
DESCRIPTION = "other names with the date of birth"

SQL = r"""
-- By what another name is found: each of its words as it sounds, with the date of birth.
CREATE FUNCTION other_name_keys(family_name text, given_names text, born date) RETURNS text[] LANGUAGE sql IMMUTABLE PARALLEL SAFE COST 100
RETURN ARRAY(
    SELECT sound || (born - date '1900-01-01') FROM unnest(name_sounds(coalesce(family_name, '') || ' ' || coalesce(given_names, ''))) sound
);

ALTER TABLE other_name ADD COLUMN born date;
UPDATE other_name n SET born = y.date_of_birth FROM young_person y WHERE y.id = n.young_person;
ALTER TABLE other_name ALTER COLUMN born SET NOT NULL;
DROP INDEX other_name_sounds;
CREATE INDEX other_name_keys ON other_name USING gin (other_name_keys(family_name, given_names, born)) WITH (fastupdate = off);

-- Kept by the database, so that nobody can forget it: whatever a statement says, the date is that of the record to which the name belongs. The record is
-- held meanwhile, so that a date which is being corrected is waited for.
CREATE FUNCTION other_name_born() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    SELECT date_of_birth INTO NEW.born FROM young_person WHERE id = NEW.young_person FOR SHARE;
    RETURN NEW;
END
$$;
CREATE TRIGGER other_name_born BEFORE INSERT OR UPDATE OF young_person, born ON other_name FOR EACH ROW EXECUTE FUNCTION other_name_born();

CREATE FUNCTION young_person_born() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    UPDATE other_name SET born = NEW.date_of_birth WHERE young_person = NEW.id;
    RETURN NULL;
END
$$;
CREATE TRIGGER young_person_born AFTER UPDATE OF date_of_birth ON young_person FOR EACH ROW
    WHEN (OLD.date_of_birth IS DISTINCT FROM NEW.date_of_birth) EXECUTE FUNCTION young_person_born();
"""
