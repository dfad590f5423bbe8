"""What the list of investigations shows: its columns, and the orders that they give. Pure."""

import datetime as dt

from yosafe.incidents.shown import label
from yosafe.lists.listed import Column
from yosafe.lists.ordering import sort


def columns() -> list[Column]:
    """In no order by name: it would tell who the others are, whom a reader is not to know."""
    return [
        Column(
            id="ref", title="Incident", down=True, sort=sort(kinds=[]),
            cells=(
                ("Incident", lambda one, _: one.ref), ("Kind", lambda one, terms: label("incident_kind", one.kind, terms)),
                ("Kind (code)", lambda one, _: one.kind), ("Severity", lambda one, terms: label("severity", one.severity, terms)),
                ("Severity (code)", lambda one, _: one.severity),
            ),
        ),
        Column(
            title="Young people", cells=(("Young people", lambda one, _: one.young_person_refs), ("Names", lambda one, _: one.young_people)),
        ),
        Column(
            id="owner", title="Looked after by", sort=sort("lower(u.name)", null=True),
            cells=(("Looked after by", lambda one, _: one.owner), ("Yours", lambda one, _: one.mine)),
        ),
        Column(
            id="due", title="Due", sort=sort("c.due_on", kinds=[dt.date], null=True),
            cells=(("Due", lambda one, _: one.due_on), ("Time left", lambda one, _: one.words)),
        ),
        Column(
            id="plan", title="Plan", down=True, sort=sort("s.steps_late", "s.steps_open", kinds=[int, int]),
            cells=(("Steps to do", lambda one, _: one.steps_open), ("Steps overdue", lambda one, _: one.steps_late)),
        ),
        Column(
            id="evidence", title="Evidence", sort=sort("e.evidence_by", kinds=[dt.date], null=True),
            cells=(
                ("Evidence to secure", lambda one, _: one.evidence_open), ("Evidence past its day", lambda one, _: one.evidence_late),
                ("Secure by", lambda one, _: one.evidence_by),
            ),
        ),
    ]  # fmt: skip
