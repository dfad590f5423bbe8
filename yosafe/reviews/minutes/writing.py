"""Writing the minutes of a review from what was recorded of it: all of it, whoever asks. What a reader sees is settled in queries."""

from typing import Any

import msgspec

from yosafe.db.engine import DB
from yosafe.reference.areas import area
from yosafe.reference.establishments import establishment
from yosafe.refs import ref
from yosafe.reviews.panels.queries import quorum_of
from yosafe.reviews.tables import Review

from .rules import FORMAT, Agreed, Attended, CaseWritten, FlagMade, Said, Written

_CASES = """
    SELECT c.*, u.name AS decided_by_name FROM review_case c LEFT JOIN user_account u ON u.id = c.decided_by WHERE c.review = $1 ORDER BY c.number
"""
_ATTENDANCE = """
    SELECT g.name AS agency, t.person, t.attended, t.reason FROM review_attendance t JOIN agency g ON g.id = t.agency
    WHERE t.review = $1 ORDER BY g.name, t.person
"""
_FLAGS = """
    SELECT l.review_case, f.id AS flag, f.indicator, f.level, o.outcome, o.reason FROM review_case_flag l JOIN flag f ON f.id = l.flag
    LEFT JOIN LATERAL (
        SELECT outcome, reason FROM flag_outcome o WHERE o.flag = f.id AND o.review_case = l.review_case ORDER BY o.at DESC, o.id DESC LIMIT 1
    ) o ON true
    WHERE l.review_case = ANY($1) ORDER BY l.review_case, f.id
"""
_SAID = """
    SELECT v.review_case, g.name AS agency, v.view, v.dissents, v.said_by, u.name AS recorded_by, v.at FROM review_view v
    JOIN agency g ON g.id = v.agency JOIN user_account u ON u.id = v.recorded_by WHERE v.review_case = ANY($1) ORDER BY v.at, v.id
"""
_AGREED = """
    SELECT a.review_case, a.what, g.name AS owner_agency, a.owner_name, a.due_on FROM action a JOIN agency g ON g.id = a.owner_agency
    WHERE a.review_case = ANY($1) ORDER BY a.id
"""


async def written(review: Review, *, chair: str) -> Written:
    """The minutes as they would be locked now."""
    cases = await DB.fetch(_CASES, review.id)
    ids = [row["id"] for row in cases]
    flags, said, agreed = [await _by_case(query, ids, of) for query, of in ((_FLAGS, FlagMade), (_SAID, Said), (_AGREED, Agreed))]
    quorum = await quorum_of(review)
    return Written(
        format=FORMAT,
        review=ref("RV", review.id),
        establishment=establishment(review.establishment).name,
        area=area(review.area).name,
        meets_on=review.meets_on,
        chair=chair,
        quorate=quorum.quorate if quorum else None,
        quorum=quorum.words if quorum else "No panel is recorded that says what is quorate.",
        attendance=msgspec.convert([dict(row) for row in await DB.fetch(_ATTENDANCE, review.id)], list[Attended]),
        cases=[_case(row, flags.get(row["id"], []), said.get(row["id"], []), agreed.get(row["id"], [])) for row in cases],
    )


async def _by_case(query: str, cases: list[int], of: Any) -> dict[int, list[Any]]:
    found: dict[int, list[Any]] = {}
    for row in await DB.fetch(query, cases):
        fields = dict(row)
        found.setdefault(fields.pop("review_case"), []).append(of(**fields))
    return found


def _case(row: Any, flags: list[FlagMade], said: list[Said], agreed: list[Agreed]) -> CaseWritten:
    return CaseWritten(
        id=row["id"],
        number=row["number"],
        young_person=ref("YP", row["young_person"]),
        because=row["listed_because"],
        flags=flags,
        child_came=row["child_came"],
        child_said=row["child_said"],
        advocate=row["advocate"],
        advocate_why=row["advocate_why"],
        views=said,
        decision=row["decision"],
        reason=row["decision_reason"],
        plan=row["plan"],
        decided_at=row["decided_at"],
        decided_by=row["decided_by_name"],
        next_review_on=row["next_review_on"],
        put_off_reason=row["put_off_reason"],
        actions=agreed,
    )
