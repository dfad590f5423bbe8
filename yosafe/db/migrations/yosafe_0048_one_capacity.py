"""How many cases a panel can see is said once: of each establishment, a week, with its history. What panels of establishments had said is kept as
that, from now on, where nothing had been said there."""

ID = "0048"
DESCRIPTION = "one capacity"

SQL = """
INSERT INTO panel_capacity (establishment, a_week, held, reason, at, recorded_by)
SELECT p.establishment, greatest(1, p.capacity / p.every_weeks), greatest(1, count(h.id)),
    format('Said of the panel before: %s at a meeting, which is every %s weeks.', p.capacity, p.every_weeks), now(), coalesce(p.changed_by, p.recorded_by)
FROM review_panel p LEFT JOIN placement h ON h.establishment = p.establishment AND h.left_at IS NULL
WHERE p.establishment IS NOT NULL AND NOT EXISTS (SELECT FROM panel_capacity c WHERE c.establishment = p.establishment)
GROUP BY p.id;
ALTER TABLE review_panel DROP COLUMN capacity;
"""
