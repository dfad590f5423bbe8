"""Reading flags: only of young people whom the viewer sees."""

from collections.abc import Iterable, Sequence
from typing import Any

import msgspec
from msgspec import Struct

from yosafe import clock
from yosafe.accounts.viewer import User
from yosafe.audit.record import EventName, record_read
from yosafe.db.engine import DB
from yosafe.db.filters import place_faults
from yosafe.db.sql import Sql, every
from yosafe.errors import FieldError, Invalid
from yosafe.lists.listed import Column, Listed
from yosafe.lists.ordering import Place, Sort
from yosafe.models.dataset import load_facts
from yosafe.models.indicators import Because, Level, days_looked_back, unknown
from yosafe.people.access import all_visible, young_person_number
from yosafe.reference.establishments import establishment
from yosafe.reference.terms import in_terms
from yosafe.refs import ref
from yosafe.settings import Terminology

from .access import flag_shows, flags_for, tells_of_elsewhere, withheld
from .hits import hit_rates
from .kinds import kinds
from .listed import FLAG_SORTS, flag_columns
from .risk_model.queries import score_of
from .risk_model.thresholds import chosen_at
from .rules import FlagState, Outcome, flag_state
from .schemas import ChildFlagsOut, FlagDetail, FlagOut, GapOut, OutcomeOut, StepOut
from .tables import Flag

_COLUMNS = """
    f.id, f.young_person, f.indicator, f.level, f.sentence, f.because, f.missing, f.raised_on, f.cleared_on, f.raised_at,
    CASE WHEN f.cleared_on IS NULL THEN greatest(f.last_seen_on, (SELECT max(as_of) FROM flag_refresh)) ELSE f.last_seen_on END AS last_seen_on,
    f.closed_at IS NOT NULL AS closed, EXISTS (SELECT FROM flag_outcome o WHERE o.flag = f.id) AS answered,
    yp.family_name, yp.given_names, here.establishment, {} AS withheld
"""
FROM = """
    flag f JOIN young_person yp ON yp.id = f.young_person
    LEFT JOIN placement here ON here.young_person = f.young_person AND here.left_at IS NULL
"""
STANDS = "f.cleared_on IS NULL AND f.closed_at IS NULL"
ASKS = f"{STANDS} AND f.level <> 'note'"  # for something to be done: a note is something to know
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
        if self.indicator is not None and self.indicator not in kinds():
            faults.append(FieldError("indicator", "There is no such flag. Choose one from the list of rules."))
        if faults:
            raise Invalid(faults)


class Flags(Listed[FlagFilter, FlagOut]):
    """The risk register: the highest first and then the newest; by API, the newest first."""

    id = "flags"
    noun = ("flag", "flags")
    tie = "f.id"
    source = FROM

    def columns(self, viewer: User, terminology: Terminology) -> list[Column]:
        return flag_columns(terminology)

    def other_sorts(self, viewer: User) -> dict[str, Sort]:
        return FLAG_SORTS

    def default(self, wanted: FlagFilter) -> str:
        return "-level"

    def seen(self, viewer: User) -> Sql:
        return flags_for(viewer)

    async def query(self, viewer: User, wanted: FlagFilter, place: Place, limit: int) -> Sql:
        seen = Sql("f.young_person IN ({})", all_visible(viewer))  # from the few young people, not from all the flags there are
        where = every([seen, flag_shows(viewer), place.after(), *_conditions(wanted)])
        text = f"SELECT {_COLUMNS} {{}} FROM {FROM} WHERE {{}} ORDER BY {{}} LIMIT {{}}"
        return Sql(text, withheld(viewer), place.columns, where, place.order(), limit)

    async def items(self, viewer: User, rows: Sequence[Any], terminology: Terminology) -> list[FlagOut]:
        return [_flag(row, terminology) for row in rows]

    def young_people(self, item: FlagOut) -> list[int]:
        return [young_person_number(item.young_person)]

    async def note(self, viewer: User, wanted: FlagFilter, items: Sequence[FlagOut]) -> None:
        named = sorted({young_person_number(one.young_person) for one in items})
        await record_read(EventName.FLAG_READ, by=viewer, detail={"page": "register", "young_people": named})


FLAGS = Flags()
flags = FLAGS.page


async def flags_of(viewer: User, young_person: int, *, terminology: Terminology) -> list[FlagOut]:
    """Every flag of a young person whom the viewer was allowed to load, those that stand first, the highest first."""
    query = Sql(
        f"SELECT {_COLUMNS} FROM {FROM} WHERE f.young_person = {{}} AND {{}} "
        f"ORDER BY NOT ({STANDS}), {BY_LEVEL}, f.raised_on DESC, f.id DESC LIMIT {{}}",
        *(withheld(viewer), young_person, flag_shows(viewer), MOST_OF_ONE),
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
    row = await DB.fetchrow(*Sql(f"SELECT {_COLUMNS}, f.settings FROM {FROM} WHERE f.id = {{}}", withheld(viewer), flag.id).parts())
    assert row is not None  # noqa: S101  # it was loaded just before, and flags are never deleted
    told = _flag(row, terminology)
    return FlagDetail(
        flag=told,
        rule=row["settings"],
        outcomes=await outcomes_of([flag.id]),
        steps=await _steps(viewer, flag.id, terminology),
        hit_rate=(await hit_rates([flag.indicator]))[flag.indicator],
        score=await score_of(viewer, flag, seen_on=told.last_seen_on, withheld=told.withheld),
    )


async def flags_numbered(viewer: User, numbers: Iterable[int], *, terminology: Terminology) -> list[FlagOut]:
    """Some flags of a young person whom the viewer was allowed to load, the highest first."""
    query = Sql(
        f"SELECT {_COLUMNS} FROM {FROM} WHERE f.id = ANY({{}}) AND {{}} ORDER BY {BY_LEVEL}, f.id",
        *(withheld(viewer), list(numbers), flag_shows(viewer)),
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


async def _steps(viewer: User, flag: int, terminology: Terminology) -> list[StepOut]:
    query = Sql(
        "SELECT c.change, c.level, CASE WHEN {} THEN NULL ELSE c.sentence END AS sentence, c.as_of, c.at "
        "FROM flag_change c JOIN flag f ON f.id = c.flag WHERE c.flag = {} ORDER BY c.at, c.id",
        tells_of_elsewhere(viewer),
        flag,
    )
    return [
        StepOut(
            change=row["change"], level=Level(row["level"]), sentence=in_terms(row["sentence"], terminology) if row["sentence"] else None,
            as_of=row["as_of"], at=row["at"],
        )
        for row in await DB.fetch(*query.parts())
    ]  # fmt: skip


async def not_worked_out(young_person: int, *, terminology: Terminology) -> list[GapOut]:
    """The indicators that can't be worked out today for a young person."""
    today = clock.today()
    chosen = await chosen_at(today)
    facts = (await load_facts(today, [young_person], look_back=days_looked_back(chosen))).get(young_person)
    if facts is None:
        return []
    found = unknown(facts, today, chosen)
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
    declared = kinds().get(indicator)
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


ELSEWHERE = "Rests, at least in part, on what another establishment recorded, which is not shown to you: ask the safeguarding lead there."


def _flag(row: Any, terminology: Terminology) -> FlagOut:
    kept_back = frozenset(row["withheld"])
    because = [b for b in msgspec.convert(row["because"], tuple[Because, ...]) if b.reference not in kept_back]
    missing = [gap for gap in row["missing"] if not any(reference in gap for reference in kept_back)]
    return FlagOut(
        id=row["id"],
        young_person=ref("YP", row["young_person"]),
        name=f"{row['family_name']}, {row['given_names']}",
        indicator=row["indicator"],
        title=title_of(row["indicator"], terminology),
        level=Level(row["level"]),
        sentence=ELSEWHERE if kept_back else in_terms(row["sentence"], terminology),
        because=tuple(Because(in_terms(b.text, terminology), b.date, b.reference) for b in because),
        missing=tuple(in_terms(gap, terminology) for gap in missing),
        withheld=bool(kept_back),
        raised_on=row["raised_on"],
        last_seen_on=row["last_seen_on"],
        cleared_on=row["cleared_on"],
        state=flag_state(cleared=row["cleared_on"] is not None, closed=row["closed"], answered=row["answered"]),
        establishment=establishment(row["establishment"]).name if row["establishment"] else None,
    )
