"""How time limits are kept: of those that ended or whose day has passed, how many were met in time, by kind of limit and by who was to meet them."""

from collections import defaultdict
from collections.abc import Mapping
from typing import Any

from yosafe import clock
from yosafe.accounts.permissions import AgencyKind, Role
from yosafe.accounts.viewer import User
from yosafe.db.engine import DB
from yosafe.db.filters import check, code_faults
from yosafe.db.sql import Sql, every
from yosafe.disclosure import LEAST_BASE, LEAST_COUNT, TOTAL, hide_table
from yosafe.errors import FieldError
from yosafe.people.clock_queries import owner_name
from yosafe.people.subjects import showing
from yosafe.reference import rule_sets
from yosafe.reference.establishments import establishments
from yosafe.settings import Terminology
from yosafe.shares import wilson

from .schemas import FigureOut, FiguresOut

FIRST_YEAR = 2000
IN_TIME, LATE = "in_time", "late"
# Those who see figures and not each record: small numbers are hidden from them, and they see years that are over, so that two days can't be compared.
ONLY_FIGURES = frozenset({Role.INSPECTOR, Role.ACPC_MEMBER})

_MET_ON = "(c.met_at AT TIME ZONE 'Europe/London')::date"
_COUNTS = f"""
    SELECT c.clock, c.owner_kind, c.owner_area, c.owner_establishment,
        count(*) FILTER (WHERE c.met_at IS NOT NULL AND {_MET_ON} <= c.due_on) AS in_time,
        count(*) FILTER (WHERE {_MET_ON} > c.due_on OR c.met_at IS NULL AND c.due_on < {{}}) AS late,
        count(*) FILTER (WHERE c.met_at IS NULL AND c.due_on >= {{}}) AS running
    FROM clock c
    WHERE c.stopped_at IS NULL AND (c.held IS NULL OR c.met_at IS NOT NULL)
        AND c.started_at >= make_timestamptz({{}}, 1, 1, 0, 0, 0, 'Europe/London')
        AND c.started_at < make_timestamptz({{}}, 1, 1, 0, 0, 0, 'Europe/London') AND {{}}
    GROUP BY 1, 2, 3, 4
"""


def years(viewer: User) -> range:
    """The years that a viewer can ask for, the latest last."""
    this = clock.today().year
    return range(FIRST_YEAR, this if viewer.role in ONLY_FIGURES else this + 1)


async def figures(viewer: User, *, year: int | None = None, clock_id: str = "", terminology: Terminology = "2002") -> FiguresOut:
    """One line for each kind of limit, or for each agency that was to meet `clock_id`. Raises Invalid for a year or a limit that is not to be had.

    An establishment, a team or an authority sees its own; a committee those of its area, an inspector all, with small numbers hidden."""
    wanted = years(viewer)[-1] if year is None else year
    faults = [] if wanted in years(viewer) else [FieldError("year", f"Choose a year from {years(viewer)[0]} to {years(viewer)[-1]}")]
    check([*faults, *code_faults("clock", [clock_id], rule_sets.clock_ids())])
    today = clock.today()
    conditions = [_whose(viewer), *([Sql("c.clock = {}", clock_id)] if clock_id else [])]
    rows = await DB.fetch(*Sql(_COUNTS, today, today, wanted, wanted + 1, every(conditions)).parts())
    suppressed = viewer.role in ONLY_FIGURES
    by_clock: dict[str, dict[str, Any]] = defaultdict(dict)
    for row in rows:
        by_clock[row["clock"]][owner_name(row, terminology)] = row
    titles = rule_sets.clock_titles()
    items = [
        one
        for kind in sorted(by_clock, key=lambda kind: titles[kind].casefold())
        for one in _lines(kind, dict(sorted(by_clock[kind].items())), by_owner=bool(clock_id), suppressed=suppressed)
    ]
    return FiguresOut(year=wanted, suppressed=suppressed, figures=items)


def _whose(viewer: User) -> Sql:
    match viewer.role:
        case Role.INSPECTOR:
            return Sql("true")
        case Role.ACPC_MEMBER:
            held_there = [one.code for one in establishments() if one.area == viewer.area]
            return Sql("(c.owner_area = {} OR c.owner_establishment = ANY({}))", viewer.area, held_there)
    own = (
        Sql("c.owner_establishment = {}", viewer.establishment)
        if viewer.agency_kind is AgencyKind.YOI
        else Sql("(c.owner_area = {} AND c.owner_kind = {})", viewer.area, viewer.agency_kind.value)
    )
    return every([own, showing(viewer, "c.subject_kind", "c.subject")])


def _lines(kind: str, rows: Mapping[str, Any], *, by_owner: bool, suppressed: bool) -> list[FigureOut]:
    """The lines of one kind of limit: each owner's, or all together as one."""
    counts = {owner: {IN_TIME: int(row["in_time"]), LATE: int(row["late"])} for owner, row in rows.items()}
    hidden = hide_table(counts) if suppressed else frozenset()
    if by_owner:
        return [_line(kind, owner, owner, counts[owner], int(row["running"]), hidden, suppressed=suppressed) for owner, row in rows.items()]
    together = {name: sum(one[name] for one in counts.values()) for name in (IN_TIME, LATE)}
    return [_line(kind, "", TOTAL, together, sum(int(row["running"]) for row in rows.values()), hidden, suppressed=suppressed)]


def _line(
    kind: str, owner: str, row: str, counts: Mapping[str, int], running: int, hidden: frozenset[tuple[str, str]], *, suppressed: bool
) -> FigureOut:
    base = sum(counts.values())
    seen = {name: None if (row, name) in hidden else n for name, n in counts.items()}
    shares = seen[IN_TIME] is not None and seen[LATE] is not None and base >= LEAST_BASE
    low, high = wilson(counts[IN_TIME], base) if shares else (None, None)
    return FigureOut(
        clock=kind, title=rule_sets.clock_titles()[kind], owner=owner, base=None if (row, TOTAL) in hidden else base, in_time=seen[IN_TIME],
        late=seen[LATE], running=None if suppressed and running < LEAST_COUNT else running,
        share=counts[IN_TIME] / base if shares else None, low=low, high=high,
    )  # fmt: skip
