"""What the lists of flags, joint reviews and actions show: their columns, and the orders that they give. Pure."""

import datetime as dt

from yosafe.db.paging import Instant
from yosafe.lists.listed import Column
from yosafe.lists.ordering import Sort, ranked, sort
from yosafe.models.indicators import Level
from yosafe.people.listed import BY_NAME
from yosafe.reference.establishments import establishments
from yosafe.reference.terms import in_terms
from yosafe.settings import Terminology

from . import shown
from .kinds import kinds
from .meeting_schemas import ActionOut

RANK = "array_position(ARRAY['note', 'raised', 'high'], f.level::text)"
# New, answered, closed by a review, no longer holds: as rules.flag_state tells them apart.
_STATE = """CASE WHEN f.closed_at IS NOT NULL THEN 3 WHEN f.cleared_on IS NOT NULL THEN 4
    WHEN EXISTS (SELECT FROM flag_outcome o WHERE o.flag = f.id) THEN 2 ELSE 1 END"""
FLAG_SORTS: dict[str, Sort] = {"recorded": sort("f.raised_at", kinds=[Instant])}


def flag_columns(terminology: Terminology) -> list[Column]:
    titles = {name: in_terms(rule.title, terminology) for name, rule in kinds().items()}
    return [
        Column(
            id="name", title="Young person", sort=BY_NAME,
            cells=(
                ("Young person", lambda one, _: one.young_person), ("Name", lambda one, _: one.name), ("Held at", lambda one, _: one.establishment),
            ),
        ),
        Column(
            id="flag", title="Why", sort=ranked("f.indicator", titles),
            cells=(("Flag", lambda one, _: one.title), ("Flag (code)", lambda one, _: one.indicator), ("Why", lambda one, _: one.sentence)),
        ),
        Column(
            id="level", title="Level", down=True, sort=sort(RANK, "f.raised_at", kinds=[int, Instant]),
            cells=(("Level", lambda one, terms: shown.level_word(one.level, terms)), ("Level (code)", lambda one, _: Level(one.level).value)),
        ),
        Column(
            id="since", title="Since", down=True, sort=sort("f.raised_on", kinds=[dt.date]),
            cells=(
                ("Since", lambda one, _: one.raised_on), ("Last seen", lambda one, _: one.last_seen_on), ("Cleared", lambda one, _: one.cleared_on),
            ),
        ),
        Column(
            id="state", title="State", sort=sort(_STATE, kinds=[int]),
            cells=(("State", lambda one, _: shown.STATE_WORDS[one.state]), ("State (code)", lambda one, _: one.state.value)),
        ),
    ]  # fmt: skip


REVIEW_SORTS: dict[str, Sort] = {"recorded": sort("r.recorded_at", kinds=[Instant])}


def review_columns() -> list[Column]:
    return [
        Column(
            id="meets", title="Meeting", down=True, sort=sort("r.meets_on", kinds=[dt.date]),
            cells=(("Meeting", lambda one, _: one.meets_on), ("Review", lambda one, _: one.ref)),
        ),
        Column(
            id="place", title="Establishment", sort=ranked("r.establishment", {place.code: place.name for place in establishments()}),
            cells=(
                ("Establishment", lambda one, _: one.establishment_name), ("Establishment (code)", lambda one, _: one.establishment),
                ("Area", lambda one, _: one.area_name),
            ),
        ),
        Column(id="chair", title="Chair", sort=sort("lower(r.chair)"), cells=(("Chair", lambda one, _: one.chair),)),
        Column(
            id="cases", title="Cases", number=True, down=True, sort=sort("count_of.cases", kinds=[int]),
            cells=(("Cases", lambda one, _: one.cases), ("Decided", lambda one, _: one.decided)),
        ),
        Column(title="State", cells=(("Held", lambda one, _: one.held),)),
    ]  # fmt: skip


def action_columns(today: dt.date) -> list[Column]:
    return [
        Column(
            title="What",
            cells=(("What", lambda one, _: one.what), ("Review", lambda one, _: one.review), ("Case", lambda one, _: one.case)),
        ),
        Column(
            id="name", title="Young person", sort=BY_NAME,
            cells=(("Young person", lambda one, _: one.young_person), ("Name", lambda one, _: one.name)),
        ),
        Column(
            id="owner", title="Who", sort=sort("lower(g.name)", "lower(a.owner_name)"),
            cells=(("Who", lambda one, _: one.owner_name), ("Agency", lambda one, _: one.owner_agency)),
        ),
        Column(id="due", title="By", sort=sort("a.due_on", kinds=[dt.date]), cells=(("By", lambda one, _: one.due_on),)),
        Column(
            id="state", title="State",
            sort=sort(
                "CASE WHEN a.cancelled_at IS NOT NULL THEN 4 WHEN a.done_on IS NOT NULL THEN 3 "
                f"WHEN a.due_on < date '{today.isoformat()}' THEN 1 ELSE 2 END",
                kinds=[int],
            ),
            cells=(
                ("State", lambda one, _: state_of(one)), ("Done", lambda one, _: one.done_on), ("How", lambda one, _: one.done_note),
                ("What shows it", lambda one, _: one.evidence), ("Cancelled", lambda one, _: one.cancelled_at),
                ("Why cancelled", lambda one, _: one.cancel_reason if one.cancelled_at else None),
            ),
        ),
    ]  # fmt: skip


def state_of(one: ActionOut) -> str:
    if one.done_on is not None:
        return "Done"
    if one.cancelled_at is not None:
        return "Cancelled"
    return "Overdue" if one.overdue else "To do"
