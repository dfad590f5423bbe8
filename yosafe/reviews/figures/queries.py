"""Counting joint reviews of a year by establishment: what is never the number of anyone."""

from collections import defaultdict
from collections.abc import Mapping

from msgspec import Struct

from yosafe import clock
from yosafe.accounts.permissions import Role
from yosafe.accounts.viewer import User
from yosafe.db.engine import DB
from yosafe.db.filters import check
from yosafe.db.sql import Sql
from yosafe.disclosure import TOTAL, hide_table
from yosafe.errors import FieldError
from yosafe.people.time_limits.figures import ONLY_FIGURES, years
from yosafe.reference.establishments import establishment

from .schemas import Figure, FiguresOut, Line

READ = "review:figures"


class Asked(Struct, frozen=True, kw_only=True):
    """A question about reviews: `answer` is an expression that gives the key of an answer, null for what does not count; `source` what is counted,
    beside review `r`."""

    id: str
    title: str
    counted: str
    answers: dict[str, str]
    source: str
    answer: str


_CASES = "JOIN review_case c ON c.review = r.id"
_SPOKE = "('attended', 'through_advocate', 'in_writing', 'asked_beforehand')"
ASKED = (
    Asked(
        id="quorum", title="Were enough agencies there?", counted="Reviews whose minutes are locked",
        answers={"quorate": "Quorate", "not": "Not quorate", "unknown": "No panel said what is"}, source="",
        answer="CASE WHEN r.locked_at IS NOT NULL THEN CASE r.quorate WHEN true THEN 'quorate' WHEN false THEN 'not' ELSE 'unknown' END END",
    ),
    Asked(
        id="cases", title="How did cases end?", counted="Cases that were decided or put off", answers={"decided": "Decided", "put_off": "Put off"},
        source=_CASES, answer="CASE WHEN c.decided_at IS NOT NULL THEN 'decided' WHEN c.put_off_at IS NOT NULL THEN 'put_off' END",
    ),
    Asked(
        id="part", title="Did the young person take part?", counted="Cases that were decided",
        answers={"yes": "Took part", "no": "Declined, or not asked"},
        source=_CASES, answer=f"CASE WHEN c.decided_at IS NOT NULL THEN CASE WHEN c.child_came IN {_SPOKE} THEN 'yes' ELSE 'no' END END",
    ),
    Asked(
        id="advocate", title="Was an advocate there?", counted="Cases that were decided",
        answers={"came": "Came", "not_wanted": "Not wanted", "no": "Not asked, or did not come", "unknown": "Not recorded"}, source=_CASES,
        answer="CASE WHEN c.decided_at IS NOT NULL THEN CASE WHEN c.advocate IN ('came', 'not_wanted') THEN c.advocate "
        "WHEN c.advocate IS NULL THEN 'unknown' ELSE 'no' END END",
    ),
    Asked(
        id="dissent", title="Did every agency agree?", counted="Cases that were decided",
        answers={"agreed": "All agreed", "dissent": "One or more did not"},
        source=_CASES, answer="CASE WHEN c.decided_at IS NOT NULL THEN CASE WHEN EXISTS (SELECT FROM review_view v WHERE v.review_case = c.id "
        "AND v.dissents) THEN 'dissent' ELSE 'agreed' END END",
    ),
    Asked(
        id="actions", title="Was done what was agreed?", counted="Actions that ended, or whose day has passed",
        answers={"in_time": "In time", "late": "Late, or not yet", "cancelled": "Cancelled"},
        source=f"{_CASES} JOIN action a ON a.review_case = c.id",
        answer="CASE WHEN a.cancelled_at IS NOT NULL THEN 'cancelled' WHEN a.done_on <= a.due_on THEN 'in_time' "
        "WHEN a.done_on > a.due_on OR a.due_on < current_date THEN 'late' END",
    ),
)  # fmt: skip


async def figures(viewer: User, *, year: int | None = None) -> FiguresOut:
    """The reviews that met in a year, by establishment. A lead counts those of their own, a committee those of its area, an inspector all; from the
    last two small numbers are hidden, and they see years that are over. Raises Invalid for a year that is not to be had."""
    can = years(viewer)
    wanted = can[-1] if year is None else year
    check([] if wanted in can else [FieldError("year", f"Choose a year from {can[0]} to {can[-1]}")])
    suppressed = viewer.role in ONLY_FIGURES
    found = [await _figure(asked, viewer, wanted, suppressed=suppressed) for asked in ASKED]
    return FiguresOut(year=wanted, suppressed=suppressed, figures=[one for one in found if one.lines])


def _whose(viewer: User) -> Sql:
    if viewer.role is Role.INSPECTOR:
        return Sql("true")
    if viewer.role is Role.ACPC_MEMBER:
        return Sql("r.area = {}", viewer.area)
    return Sql("r.establishment = {}", viewer.establishment)


async def _figure(asked: Asked, viewer: User, year: int, *, suppressed: bool) -> Figure:
    answer = asked.answer.replace("current_date", "{}::date")
    todays = [clock.today()] * answer.count("{}")
    query = Sql(
        f"SELECT establishment, answer, count(*) AS n FROM (SELECT r.establishment, {answer} AS answer FROM review r {asked.source} "
        "WHERE r.meets_on >= make_date({}, 1, 1) AND r.meets_on < make_date({}, 1, 1) AND {}) s WHERE answer IS NOT NULL GROUP BY 1, 2",
        *(*todays, year, year + 1, _whose(viewer)),
    )
    counts: dict[str, dict[str, int]] = defaultdict(lambda: dict.fromkeys(asked.answers, 0))
    for row in await DB.fetch(*query.parts()):
        counts[establishment(row["establishment"]).name][row["answer"]] = row["n"]
    lines = _lines(dict(sorted(counts.items())), suppressed=suppressed)
    return Figure(id=asked.id, title=asked.title, counted=asked.counted, answers=asked.answers, lines=lines)


def _lines(counts: Mapping[str, Mapping[str, int]], *, suppressed: bool) -> list[Line]:
    """Each establishment, and all together where there are several."""
    hidden = hide_table(counts) if suppressed and counts else frozenset()
    lines = [_line(place, row, hidden) for place, row in counts.items()]
    if len(counts) > 1:
        answers = next(iter(counts.values()))
        lines.append(_line(TOTAL, {answer: sum(row[answer] for row in counts.values()) for answer in answers}, hidden))
    return lines


def _line(place: str, row: Mapping[str, int], hidden: frozenset[tuple[str, str]]) -> Line:
    seen = {answer: None if (place, answer) in hidden else n for answer, n in row.items()}
    return Line(place=place, base=None if (place, TOTAL) in hidden else sum(row.values()), counts=seen)
