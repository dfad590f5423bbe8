"""Reading flags: only of young people whom the viewer sees."""

from collections import defaultdict
from collections.abc import Iterable
from typing import Any

import msgspec
from msgspec import Struct

from yosafe import clock
from yosafe.accounts.viewer import User
from yosafe.audit.record import EventName, record_read
from yosafe.db.engine import DB
from yosafe.db.filters import place_faults
from yosafe.db.paging import Page, check_limit, cut, key_of, older
from yosafe.db.sql import Sql, every
from yosafe.errors import FieldError, Invalid
from yosafe.models.dataset import load_facts
from yosafe.models.indicators import Because, Level, catalogue, unknown
from yosafe.reference.establishments import establishment
from yosafe.reference.terms import in_terms
from yosafe.refs import ref
from yosafe.settings import Terminology

from .access import flags_for, hidden_from
from .rules import FlagState, HitRate, Outcome, flag_state, hit_rate
from .schemas import ChildFlagsOut, FlagDetail, FlagOut, GapOut, OutcomeOut, StepOut
from .tables import Flag

COLUMNS = """
    f.id, f.young_person, f.indicator, f.level, f.sentence, f.because, f.missing, f.raised_on, f.last_seen_on, f.cleared_on, f.raised_at,
    f.closed_at IS NOT NULL AS closed, EXISTS (SELECT FROM flag_outcome o WHERE o.flag = f.id) AS answered,
    yp.family_name, yp.given_names, here.establishment
"""
FROM = """
    flag f JOIN young_person yp ON yp.id = f.young_person
    LEFT JOIN placement here ON here.young_person = f.young_person AND here.left_at IS NULL
"""
STANDS = "f.cleared_on IS NULL AND f.closed_at IS NULL"
ANSWERED = "EXISTS (SELECT FROM flag_outcome o WHERE o.flag = f.id)"
IN_STATE = {
    "open": STANDS,
    FlagState.NEW.value: f"{STANDS} AND NOT {ANSWERED}",
    FlagState.ANSWERED.value: f"{STANDS} AND {ANSWERED}",
    FlagState.CLOSED.value: "f.closed_at IS NOT NULL",
    FlagState.CLEARED.value: "f.cleared_on IS NOT NULL AND f.closed_at IS NULL",
    "any": "true",
}
BY_LEVEL = "array_position(ARRAY['high', 'raised', 'note'], f.level::text)"
MOST_OF_ONE = 200


class FlagFilter(Struct, kw_only=True, frozen=True):
    """What to look for; None means any. `state` is "open" (new or answered), "any", or one of FlagState. Raises Invalid for what there is not."""

    indicator: str | None = None
    establishment: str | None = None
    level: Level | None = None
    state: str = "open"
    asking: bool = False  # leave out notes: something to know, nothing to do

    def __post_init__(self) -> None:
        faults = place_faults("establishment", self.establishment)
        if self.state not in IN_STATE:
            faults.append(FieldError("state", f"Choose one of: {', '.join(IN_STATE)}"))
        if self.indicator is not None and self.indicator not in catalogue():
            faults.append(FieldError("indicator", "There is no such flag. Choose one from the list of rules."))
        if faults:
            raise Invalid(faults)


async def flags(viewer: User, wanted: FlagFilter, *, terminology: Terminology, after: str | None = None, limit: int = 50) -> Page[FlagOut]:
    """The risk register, newest first."""
    conditions = [flags_for(viewer), older(key_of(after), ("f.raised_at", "f.id")), *_conditions(wanted)]
    query = Sql(f"SELECT {COLUMNS} FROM {FROM} WHERE {{}} ORDER BY f.raised_at DESC, f.id DESC LIMIT {{}}", every(conditions), check_limit(limit) + 1)
    rows = await DB.fetch(*query.parts())
    await record_read(
        EventName.FLAG_READ, by=viewer, detail={"page": "register", "young_people": sorted({row["young_person"] for row in rows[:limit]})}
    )
    return cut(rows, limit, key=lambda row: (row["raised_at"], row["id"]), item=lambda row: _flag(row, terminology))


async def flags_of(viewer: User, young_person: int, *, terminology: Terminology) -> list[FlagOut]:
    """Every flag of a young person whom the viewer was allowed to load, those that stand first, the highest first."""
    query = Sql(
        f"SELECT {COLUMNS} FROM {FROM} WHERE f.young_person = {{}} AND f.indicator <> ALL({{}}) "
        f"ORDER BY NOT ({STANDS}), {BY_LEVEL}, f.raised_on DESC, f.id DESC LIMIT {{}}",
        *(young_person, hidden_from(viewer), MOST_OF_ONE),
    )
    return [_flag(row, terminology) for row in await DB.fetch(*query.parts())]


async def flags_of_child(viewer: User, young_person: int, *, terminology: Terminology) -> ChildFlagsOut:
    """Flags and gaps of a young person whom the viewer was allowed to load; the reading is recorded."""
    await record_read(EventName.FLAG_READ, by=viewer, young_person=young_person, detail={"page": "flags"})
    return ChildFlagsOut(
        flags=await flags_of(viewer, young_person, terminology=terminology),
        not_worked_out=await not_worked_out(young_person, terminology=terminology),
    )


async def flag_detail(viewer: User, flag: Flag, *, terminology: Terminology) -> FlagDetail:
    """Everything about a flag that was loaded by `access.get_flag_for`; the reading is recorded."""
    await record_read(EventName.FLAG_READ, by=viewer, subject=("flag", flag.id), young_person=flag.young_person)
    row = await DB.fetchrow(f"SELECT {COLUMNS}, f.settings FROM {FROM} WHERE f.id = $1", flag.id)
    assert row is not None  # noqa: S101  # it was loaded just before, and flags are never deleted
    return FlagDetail(
        flag=_flag(row, terminology),
        rule=row["settings"],
        outcomes=await outcomes_of([flag.id]),
        steps=await _steps(flag.id, terminology),
        hit_rate=(await hit_rates([flag.indicator]))[flag.indicator],
    )


async def flags_numbered(viewer: User, numbers: Iterable[int], *, terminology: Terminology) -> list[FlagOut]:
    """Some flags of a young person whom the viewer was allowed to load, the highest first."""
    query = Sql(
        f"SELECT {COLUMNS} FROM {FROM} WHERE f.id = ANY({{}}) AND f.indicator <> ALL({{}}) ORDER BY {BY_LEVEL}, f.id",
        list(numbers),
        hidden_from(viewer),
    )
    return [_flag(row, terminology) for row in await DB.fetch(*query.parts())]


async def outcomes_of(flags: Iterable[int], *, of_case: int | None = None) -> list[OutcomeOut]:
    """What agencies made of some flags, or one case of a review did, oldest first."""
    rows = await DB.fetch(
        "SELECT o.flag, o.outcome, o.reason, o.at, g.name AS agency, u.name AS by, c.review FROM flag_outcome o JOIN agency g ON g.id = o.agency "
        "JOIN user_account u ON u.id = o.recorded_by LEFT JOIN review_case c ON c.id = o.review_case WHERE o.flag = ANY($1) "
        "AND ($2::bigint IS NULL OR o.review_case = $2) ORDER BY o.at, o.id",
        *(list(flags), of_case),
    )
    return [
        OutcomeOut(
            flag=row["flag"], outcome=Outcome(row["outcome"]), reason=row["reason"], agency=row["agency"], by=row["by"], at=row["at"],
            review=ref("RV", row["review"]) if row["review"] else None,
        )
        for row in rows
    ]  # fmt: skip


async def _steps(flag: int, terminology: Terminology) -> list[StepOut]:
    rows = await DB.fetch("SELECT change, level, sentence, as_of, at FROM flag_change WHERE flag = $1 ORDER BY at, id", flag)
    return [
        StepOut(change=row["change"], level=Level(row["level"]), sentence=in_terms(row["sentence"], terminology), as_of=row["as_of"], at=row["at"])
        for row in rows
    ]


async def hit_rates(indicators: Iterable[str] | None = None) -> dict[str, HitRate]:
    """How often flags of each kind were borne out, everywhere: the last decisive outcome of each flag counts."""
    wanted = list(catalogue() if indicators is None else indicators)
    rows = await DB.fetch(
        "SELECT last.indicator, last.outcome, count(*) AS number FROM ("
        "SELECT DISTINCT ON (o.flag) f.indicator, o.outcome FROM flag_outcome o JOIN flag f ON f.id = o.flag "
        "WHERE f.indicator = ANY($1) AND o.outcome <> 'more_information' ORDER BY o.flag, o.at DESC, o.id DESC) AS last GROUP BY 1, 2",
        wanted,
    )
    counts: dict[str, dict[Outcome, int]] = defaultdict(dict)
    for row in rows:
        counts[row["indicator"]][Outcome(row["outcome"])] = row["number"]
    return {name: hit_rate(counts[name]) for name in wanted}


async def not_worked_out(young_person: int, *, terminology: Terminology) -> list[GapOut]:
    """The indicators that can't be worked out today for a young person."""
    facts = (await load_facts(clock.today(), [young_person])).get(young_person)
    if facts is None:
        return []
    found = unknown(facts, clock.today())
    return [
        GapOut(indicator=name, title=title_of(name, terminology), missing=tuple(in_terms(gap, terminology) for gap in missing))
        for name, missing in found.items()
    ]


class FlagCounts(Struct, frozen=True, kw_only=True):
    """Flags that stand and ask for something, of the young people whom a viewer sees: notes are not counted."""

    new: int
    high: int
    open: int


async def flag_counts(viewer: User) -> FlagCounts:
    """For the worklist."""
    query = Sql(
        f"SELECT count(*) AS open, count(*) FILTER (WHERE f.level = 'high') AS high, count(*) FILTER (WHERE NOT {ANSWERED}) AS new "
        f"FROM flag f JOIN young_person yp ON yp.id = f.young_person WHERE {STANDS} AND f.level <> 'note' AND {{}}",
        flags_for(viewer),
    )
    return msgspec.convert(dict(await DB.fetchrow(*query.parts()) or {}), FlagCounts)


def title_of(indicator: str, terminology: Terminology) -> str:
    """An indicator's title; its id for one that is no longer declared."""
    declared = catalogue().get(indicator)
    return in_terms(declared.title, terminology) if declared else indicator


def _conditions(wanted: FlagFilter) -> list[Sql]:
    conditions = [Sql(IN_STATE[wanted.state])]
    if wanted.indicator:
        conditions.append(Sql("f.indicator = {}", wanted.indicator))
    if wanted.establishment:
        conditions.append(Sql("here.establishment = {}", wanted.establishment))
    if wanted.asking:
        conditions.append(Sql("f.level <> 'note'"))
    if wanted.level:
        conditions.append(Sql("f.level = {}", wanted.level.value))
    return conditions


def _flag(row: Any, terminology: Terminology) -> FlagOut:
    because = msgspec.convert(row["because"], tuple[Because, ...])
    return FlagOut(
        id=row["id"],
        young_person=ref("YP", row["young_person"]),
        name=f"{row['family_name']}, {row['given_names']}",
        indicator=row["indicator"],
        title=title_of(row["indicator"], terminology),
        level=Level(row["level"]),
        sentence=in_terms(row["sentence"], terminology),
        because=tuple(Because(in_terms(b.text, terminology), b.date, b.reference) for b in because),
        missing=tuple(in_terms(gap, terminology) for gap in row["missing"]),
        raised_on=row["raised_on"],
        last_seen_on=row["last_seen_on"],
        cleared_on=row["cleared_on"],
        state=flag_state(cleared=row["cleared_on"] is not None, closed=row["closed"], answered=row["answered"]),
        establishment=establishment(row["establishment"]).name if row["establishment"] else None,
    )
