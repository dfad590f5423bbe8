"""Reading assessments. The young person was loaded for the viewer, or the query holds the access rule."""

import datetime as dt
from typing import Any

from yosafe.accounts.viewer import User
from yosafe.audit.record import EventName, record_read
from yosafe.db.engine import DB
from yosafe.db.paging import Id, Page, check_limit, cut, key_of, older
from yosafe.db.sql import Sql
from yosafe.errors import FieldError, Invalid
from yosafe.people.access import young_person_ref
from yosafe.people.tables import YoungPerson
from yosafe.settings import Terminology

from .access import SIGNED, STANDING, assessment_ref, get_assessment_for, readable
from .comparing import Side, compare
from .instruments import INSTRUMENTS
from .rules import standing
from .schemas import AssessmentLine, AssessmentOut, ComparisonOut, SigningOut

DayKey = tuple[dt.date, Id]
DAY_KEY: Any = DayKey

_LIST = f"""
    SELECT a.id, a.instrument, a.instrument_version, a.occasion, a.completed_on, a.recorded_at,
        p.establishment, g.name AS agency_name, u.name AS worker, {STANDING}
    FROM assessment a LEFT JOIN placement p ON p.id = a.placement JOIN agency g ON g.id = a.agency JOIN user_account u ON u.id = a.recorded_by
        {SIGNED}
    WHERE a.young_person = {{}} AND {{}} AND {{}} ORDER BY a.completed_on DESC, a.id DESC LIMIT {{}}
"""


async def assessments_of(viewer: User, young_person: YoungPerson, *, after: str | None = None, limit: int = 50) -> Page[AssessmentLine]:
    """Those that the viewer may read, newest first. The young person was loaded for them."""
    place = older(key_of(after, DAY_KEY), ("a.completed_on", "a.id"))
    rows = await DB.fetch(*Sql(_LIST, young_person.id, readable(viewer), place, check_limit(limit) + 1).parts())
    return cut([*rows], limit, key=lambda row: (row["completed_on"], row["id"]), item=line_of)


async def open_assessment(viewer: User, reference: str) -> AssessmentOut:
    """One assessment, noted as read. Raises NotFound: to others it does not exist."""
    row = await get_assessment_for(viewer, reference)
    await record_read(EventName.ASSESSMENT_READ, by=viewer, subject=("assessment", row["id"]), young_person=row["young_person"])
    return assessment_out(row)


_EARLIER = """
    SELECT a.id FROM assessment a
    WHERE a.young_person = {} AND a.instrument = {} AND (a.completed_on, a.id) < ({}, {}) AND {} ORDER BY a.completed_on DESC, a.id DESC LIMIT 50
"""


async def earlier_than(viewer: User, row: Any) -> list[str]:
    """The earlier ones of the same young person by the same instrument, the latest first."""
    query = Sql(_EARLIER, row["young_person"], row["instrument"], row["completed_on"], row["id"], readable(viewer))
    return [assessment_ref(one["id"]) for one in await DB.fetch(*query.parts())]


async def compared(viewer: User, reference: str, earlier: str | None, terminology: Terminology) -> tuple[ComparisonOut, list[str]]:
    """An assessment beside an earlier one of the same young person, the last before it where none is named, and the references of all earlier ones.
    Both are noted as read. Raises NotFound; Invalid where the other is no earlier one of theirs, or there is none."""
    now = await get_assessment_for(viewer, reference)
    choices = await earlier_than(viewer, now)
    wanted = earlier or next(iter(choices), None)
    if wanted is None:
        raise Invalid([FieldError("with", "There is no earlier assessment of this kind to compare it with")])
    before = await get_assessment_for(viewer, wanted)
    if assessment_ref(before["id"]) not in choices:
        raise Invalid([FieldError("with", f"Choose an earlier assessment of the same young person: one of {', '.join(choices)}")])
    for row in (before, now):
        await record_read(EventName.ASSESSMENT_READ, by=viewer, subject=("assessment", row["id"]), young_person=row["young_person"])
    found = compare(_side(before), _side(now), terminology)
    return ComparisonOut(before=line_of(before), now=line_of(now), changes=list(found.changes), same=found.same, of=found.of), choices


def _side(row: Any) -> Side:
    question_set = INSTRUMENTS[row["instrument"]].version(row["instrument_version"])
    return Side(question_set=question_set, answers=row["answers"], own_words=row["own_words"])


def assessment_out(row: Any) -> AssessmentOut:
    return AssessmentOut(
        **_line(row), young_person=young_person_ref(row["young_person"]),
        answers=row["answers"], own_words=row["own_words"], concern=row["concern"], signing=_signing(row),
        replaces=_ref_or_none(row["replaces"]), replaced_by=_ref_or_none(row["replaced_by"]),
    )  # fmt: skip


def _signing(row: Any) -> SigningOut | None:
    if row["decision"] is None:
        return None
    return SigningOut(decision=row["decision"], remark=row["remark"], by=row["signer"], agency=row["signer_agency"], at=row["signed_at"])


def _ref_or_none(number: int | None) -> str | None:
    return assessment_ref(number) if number is not None else None


def line_of(row: Any) -> AssessmentLine:
    """A row with what a line needs."""
    return AssessmentLine(**_line(row))


def _line(row: Any) -> dict[str, Any]:
    return {
        "ref": assessment_ref(row["id"]), "instrument": row["instrument"], "instrument_version": row["instrument_version"],
        "occasion": row["occasion"], "completed_on": row["completed_on"], "establishment": row["establishment"],
        "agency": row["agency_name"], "recorded_by": row["worker"], "recorded_at": row["recorded_at"],
        "standing": standing(INSTRUMENTS[row["instrument"]].needs_second, row["decision"], replaced=row["replaced_by"] is not None),
    }  # fmt: skip
