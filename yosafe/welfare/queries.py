"""Reading assessments. The young person was loaded for the viewer, or the query holds the access rule."""

import datetime as dt
from typing import Any

from yosafe.accounts.viewer import User
from yosafe.audit.record import EventName, record_read
from yosafe.db.engine import DB
from yosafe.db.paging import Id, Page, check_limit, cut, key_of, older
from yosafe.db.sql import Sql
from yosafe.people.access import young_person_ref
from yosafe.people.tables import YoungPerson

from .access import assessment_ref, get_assessment_for, readable
from .schemas import AssessmentLine, AssessmentOut

DayKey = tuple[dt.date, Id]
DAY_KEY: Any = DayKey

_LIST = """
    SELECT a.id, a.instrument, a.instrument_version, a.occasion, a.completed_on, a.recorded_at,
        p.establishment, g.name AS agency_name, u.name AS worker
    FROM assessment a LEFT JOIN placement p ON p.id = a.placement JOIN agency g ON g.id = a.agency JOIN user_account u ON u.id = a.recorded_by
    WHERE a.young_person = {} AND {} AND {} ORDER BY a.completed_on DESC, a.id DESC LIMIT {}
"""


async def assessments_of(viewer: User, young_person: YoungPerson, *, after: str | None = None, limit: int = 50) -> Page[AssessmentLine]:
    """Those that the viewer may read, newest first. The young person was loaded for them."""
    place = older(key_of(after, DAY_KEY), ("a.completed_on", "a.id"))
    rows = await DB.fetch(*Sql(_LIST, young_person.id, readable(viewer), place, check_limit(limit) + 1).parts())
    return cut([*rows], limit, key=lambda row: (row["completed_on"], row["id"]), item=lambda row: AssessmentLine(**_line(row)))


async def open_assessment(viewer: User, reference: str) -> AssessmentOut:
    """One assessment, noted as read. Raises NotFound: to others it does not exist."""
    row = await get_assessment_for(viewer, reference)
    await record_read(EventName.ASSESSMENT_READ, by=viewer, subject=("assessment", row["id"]), young_person=row["young_person"])
    return assessment_out(row)


def assessment_out(row: Any) -> AssessmentOut:
    return AssessmentOut(
        **_line(row), young_person=young_person_ref(row["young_person"]),
        answers=row["answers"], own_words=row["own_words"], concern=row["concern"],
    )  # fmt: skip


def _line(row: Any) -> dict[str, Any]:
    return {
        "ref": assessment_ref(row["id"]), "instrument": row["instrument"], "instrument_version": row["instrument_version"],
        "occasion": row["occasion"], "completed_on": row["completed_on"], "establishment": row["establishment"],
        "agency": row["agency_name"], "recorded_by": row["worker"], "recorded_at": row["recorded_at"],
    }  # fmt: skip
