"""Counting joint reviews of a year by establishment: what is never the number of anyone."""

from collections import defaultdict
from collections.abc import Collection, Mapping

from msgspec import Struct

from yosafe import clock
from yosafe.accounts.permissions import Role
from yosafe.accounts.viewer import User
from yosafe.db.engine import DB
from yosafe.db.filters import check
from yosafe.db.replica import Reads, from_replica
from yosafe.db.sql import Sql
from yosafe.disclosure import TOTAL, all_large, hide, hide_table
from yosafe.errors import FieldError
from yosafe.people.time_limits.figures import ONLY_FIGURES, years
from yosafe.reference.establishments import establishment

from .schemas import Figure, FiguresOut, Line

READ = "review:figures"
OF_DECIDED = ("part", "advocate", "dissent")  # figures whose base is the cases that were decided
Table = Mapping[str, Mapping[str, int]]
Cell = tuple[str, str]


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
    async with from_replica(Reads.FIGURES):
        counts = {asked.id: await _counts(asked, viewer, wanted) for asked in ASKED}
    lines = _suppressed(counts) if suppressed else {name: _lines(table, frozenset()) for name, table in counts.items()}
    found = [Figure(id=one.id, title=one.title, counted=one.counted, answers=one.answers, lines=lines[one.id]) for one in ASKED]
    return FiguresOut(year=wanted, suppressed=suppressed, figures=[one for one in found if one.lines])


def _whose(viewer: User) -> Sql:
    if viewer.role is Role.INSPECTOR:
        return Sql("true")
    if viewer.role is Role.ACPC_MEMBER:
        return Sql("r.area = {}", viewer.area)
    return Sql("r.establishment = {}", viewer.establishment)


async def _counts(asked: Asked, viewer: User, year: int) -> Table:
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
    return dict(sorted(counts.items()))


def _suppressed(counts: Mapping[str, Table]) -> dict[str, list[Line]]:
    """The lines of each figure with small numbers hidden, also across figures: several tell how many cases were decided. Where one of them has to
    hide that of a place, none of them says anything of it. How cases ended is two columns: where either is hidden, so is their sum."""
    ended, of_decided = counts["cases"], {name: counts[name] for name in OF_DECIDED}
    kept = _kept_back({place: row["decided"] for place, row in ended.items()}, of_decided.values())
    lines = {name: _lines(table, _hidden(table, kept)) for name, table in of_decided.items()}
    put_off = {(place, "put_off") for place in _column({place: row["put_off"] for place, row in ended.items()})}
    hidden = {(place, "decided") for place in kept} | put_off
    lines["cases"] = _lines(ended, frozenset(hidden | {(place, TOTAL) for place, _ in hidden}))
    return {name: lines.get(name) or _lines(table, _hidden(table, frozenset())) for name, table in counts.items()}


def _column(counts: Mapping[str, int]) -> frozenset[str]:
    """Places of which a number can't be said, with company; TOTAL where that of all can't."""
    if not counts or all_large(*counts.values()):
        return frozenset()
    found = hide(counts)
    return found.answers | {TOTAL} if found.answers >= counts.keys() else found.answers


def _kept_back(bases: Mapping[str, int], tables: Collection[Table]) -> frozenset[str]:
    """Places whose base, or a table with these bases, can't be said; TOTAL where that of all can't."""
    kept = _column(bases)
    while more := next(filter(None, ({row for row, column in _hidden(table, kept) if column == TOTAL} - kept for table in tables)), None):
        kept |= more
    return kept


def _hidden(table: Table, kept: frozenset[str]) -> frozenset[Cell]:
    """What may not be shown of a table: all of the places that are kept back, and what would tell of them or of small numbers."""
    if not table:
        return frozenset()
    answers = [*next(iter(table.values())), TOTAL]
    rest = {answer: sum(row[answer] for place, row in table.items() if place in kept) for answer in answers if answer != TOTAL}
    shown = {place: row for place, row in table.items() if place not in kept}
    if TOTAL in kept or not shown:
        return frozenset((place, answer) for place in [*table, TOTAL] for answer in answers)
    found = hide_table({**shown, "\0rest": rest} if len(shown) < len(table) else shown)
    return frozenset({cell for cell in found if cell[0] != "\0rest"} | {(place, answer) for place in kept & table.keys() for answer in answers})


def _lines(counts: Table, hidden: frozenset[Cell]) -> list[Line]:
    """Each establishment, and all together where there are several."""
    lines = [_line(place, row, hidden) for place, row in counts.items()]
    if len(counts) > 1:
        answers = next(iter(counts.values()))
        lines.append(_line(TOTAL, {answer: sum(row[answer] for row in counts.values()) for answer in answers}, hidden))
    return lines


def _line(place: str, row: Mapping[str, int], hidden: frozenset[Cell]) -> Line:
    seen = {answer: None if (place, answer) in hidden else n for answer, n in row.items()}
    return Line(place=place, base=None if (place, TOTAL) in hidden else sum(row.values()), counts=seen)
