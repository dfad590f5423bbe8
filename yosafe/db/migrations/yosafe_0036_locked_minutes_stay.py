"""Locked minutes are refused every change by the database itself. Addenda are added beside them."""

ID = "0036"
DESCRIPTION = "locked minutes stay"

SQL = """
CREATE FUNCTION review_minutes_stay() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION 'locked minutes stay as they are';
END
$$;
CREATE TRIGGER review_minutes_stay BEFORE UPDATE OR DELETE ON review_minutes FOR EACH ROW EXECUTE FUNCTION review_minutes_stay();
"""
