"""What the list of incidents shows: its columns, and the orders that they give. Pure."""

from functools import cache

from yosafe.clock import day_of
from yosafe.db.paging import Instant
from yosafe.lists.listed import Column
from yosafe.lists.ordering import ranked, sort
from yosafe.settings import Terminology

from . import shown
from .kinds import RULES
from .rules import Precision
from .schemas import ListedOut
from .severity import LEVELS
from .status import STATUS_LABELS


@cache
def columns(terminology: Terminology) -> tuple[Column, ...]:
    return (
        Column(id="ref", title="Incident", sort=sort(kinds=[]), down=True, cells=(("Incident", lambda one, _: one.ref),)),
        Column(
            id="happened", title="When", sort=sort("i.happened_at", kinds=[Instant]), down=True,
            cells=(("Happened", lambda one, _: happened(one)), ("Time known", lambda one, _: one.happened_precision.value)),
        ),
        Column(
            title="Young people",
            cells=(
                ("Young people", lambda one, _: [person.young_person or "" for person in one.young_people]),
                ("Names", lambda one, _: [person.name for person in one.young_people]),
                ("Parts", lambda one, terms: [shown.labels("involvement_role", person.roles, terms) for person in one.young_people]),
            ),
        ),
        Column(
            id="kind", title="Kind", sort=ranked("i.kind", {kind: shown.label("incident_kind", kind, terminology) for kind in RULES}),
            cells=(
                ("Kind", lambda one, terms: shown.label("incident_kind", one.kind, terms)), ("Kind (code)", lambda one, _: one.kind),
                ("Place", lambda one, terms: shown.label("place", one.place, terms)), ("Place (code)", lambda one, _: one.place),
                ("Establishment", lambda one, _: shown.place_name(one.establishment)), ("Establishment (code)", lambda one, _: one.establishment),
            ),
        ),
        Column(
            id="severity", title="Severity", sort=ranked("i.severity", LEVELS), down=True,
            cells=(("Severity", lambda one, terms: shown.label("severity", one.severity, terms)), ("Severity (code)", lambda one, _: one.severity)),
        ),
        Column(
            id="status", title="Status", sort=ranked("i.status", [status.value for status in STATUS_LABELS]),
            cells=(
                ("Status", lambda one, _: STATUS_LABELS[one.status]), ("Status (code)", lambda one, _: one.status.value),
                ("Recorded", lambda one, _: one.recorded_at),
            ),
        ),
    )  # fmt: skip


def happened(one: ListedOut) -> object:
    """The day only, where no more is known."""
    return day_of(one.happened_at) if one.happened_precision is Precision.DAY else one.happened_at
