"""Every change to flags."""

import asyncio
import datetime as dt
from collections.abc import Iterable, Mapping, Sequence
from functools import lru_cache
from typing import Any

import msgspec
from msgspec import Struct
from msgspec.structs import replace

from yosafe import clock
from yosafe.accounts.viewer import User
from yosafe.audit.record import Actor, EventName, record
from yosafe.db.engine import DB, write_transaction
from yosafe.db.replica import Reads, from_replica
from yosafe.db.sql import Sql
from yosafe.models.dataset import in_parts, load_facts
from yosafe.models.facts import Facts
from yosafe.models.indicators import Because, Level, Raised, catalogue, days_looked_back, settled, work_out
from yosafe.people.access import visible

from . import access, basis, rules
from .kinds import RISK_MODEL
from .locks import REFRESH_LOCK
from .meeting_rules import STAYS_OPEN
from .risk_model import ending, scoring, thresholds, using
from .rules import Change, Key, Outcome, Refreshed, Standing
from .tables import Flag

CASE = "review_case"  # the subject of a committee's duty

_STANDING = """
    SELECT id, young_person, indicator, level, sentence, because::text, missing::text, settings::text,
        (closed_at AT TIME ZONE 'Europe/London')::date AS closed_on
    FROM flag WHERE cleared_on IS NULL
"""
STANDING_OF = f"{_STANDING} AND young_person = ANY($1) AND indicator <> '{RISK_MODEL}'"
STANDING_BY_MODEL = f"{_STANDING} AND indicator = '{RISK_MODEL}'"
CLEAR = """
    UPDATE flag SET cleared_on = $2, last_seen_on = greatest(last_seen_on, $3), version = version + 1 WHERE id = ANY($1)
"""
OPEN = """
    WITH opened AS (
        INSERT INTO flag (young_person, indicator, level, sentence, because, missing, settings, raised_on, last_seen_on, raised_at, version)
        SELECT n.young_person, n.indicator, n.level, n.sentence, n.because, n.missing, n.settings, $8, $8, $9, 1
        FROM unnest($1::bigint[], $2::text[], $3::text[], $4::text[], $5::jsonb[], $6::jsonb[], $7::jsonb[])
            AS n (young_person, indicator, level, sentence, because, missing, settings)
        RETURNING id, level, sentence
    )
    INSERT INTO flag_change (flag, change, level, sentence, as_of, at) SELECT id, 'opened', level, sentence, $8, $9 FROM opened
"""
REWRITE = """
    UPDATE flag f SET level = n.level, sentence = n.sentence, because = n.because, missing = n.missing, settings = n.settings, last_seen_on = $7,
        version = version + 1
    FROM unnest($1::bigint[], $2::text[], $3::text[], $4::jsonb[], $5::jsonb[], $6::jsonb[]) AS n (id, level, sentence, because, missing, settings)
    WHERE f.id = n.id
"""
CHANGED = """
    INSERT INTO flag_change (flag, change, level, sentence, as_of, at)
    SELECT f.id, n.change, f.level, f.sentence, $3, $4 FROM unnest($1::bigint[], $2::text[]) AS n (flag, change) JOIN flag f ON f.id = n.flag
"""


class RefreshOut(Struct, frozen=True, kw_only=True):
    """What a refresh did: how many young people it looked at, of how many of them flags had to be worked out again, and what became of flags. To a
    user, of those that the user sees."""

    as_of: dt.date
    young_people: int
    worked_out: int
    opened: int
    cleared: int
    kept: int
    raised: int
    lowered: int


async def refresh_flags(*, by: Actor, as_of: dt.date | None = None) -> RefreshOut:
    """Work out every indicator for everyone in custody, and the scores of the risk model in use, and open, keep, change or clear flags. The same day
    again changes nothing more than what has been recorded since. Raises Conflict for a day before the newest refresh, or one to come."""
    access.check_can_refresh(by)
    while (done := await _refreshed(by, as_of or clock.today())) is None:
        pass  # two records became one, or one became two, while it was worked out; or another refresh was faster
    return done


# Moves with every merge of two records and every undoing.
_MERGES = "SELECT count(*) + count(undone_at) FROM record_merge"


async def _refreshed(by: Actor, day: dt.date) -> RefreshOut | None:
    """None where what was worked out is about young people who are not the same any more, or someone else was faster."""
    before, merges = await basis.newest(), await DB.fetchval(_MERGES)
    rules.check_not_earlier(day, before.as_of, today=clock.today())
    chosen, used = await thresholds.chosen_at(day), await using.in_use_at(day)
    async with from_replica(Reads.FACTS):
        due = await basis.due(day, chosen, before)
    async with from_replica(Reads.FACTS):  # begun anew: what facts are worked out from is never older than what their fingerprints are of
        parts = [await _worked_out(part, day, chosen) for part in in_parts(due.young_people)]
    everyone = due.here.young_people.tolist()
    scores = await scoring.scored(used, day, everyone) if isinstance(used, using.InUse) else None
    settings = _settings(chosen, scores)
    async with write_transaction():
        await DB.execute("SELECT pg_advisory_xact_lock($1)", REFRESH_LOCK)
        now_newest = await basis.newest()
        rules.check_not_earlier(day, now_newest.as_of, today=clock.today())
        if now_newest.id != before.id or await DB.fetchval(_MERGES) != merges or await using.version_at(day) != (used.version if used else None):
            return None
        if scores is not None:
            await scoring.keep(scores)
        elif isinstance(used, using.Broken):
            await ending.stop(used.version, by=by, reason=used.why)
        last = await DB.fetchval("SELECT coalesce(max(id), 0) FROM flag_change")
        stood = await DB.fetchval("SELECT count(*) FROM flag WHERE cleared_on IS NULL")
        done = RefreshOut(as_of=day, young_people=len(everyone), worked_out=0, opened=0, cleared=0, kept=stood, raised=0, lowered=0)
        await basis.renumber(due)
        anew: list[int] = []
        for part in parts:
            holds = part.holds()
            raised = {(one.young_person, indicator): flag for one in holds for indicator, flag in one.flags.items()}
            change = rules.refreshed(await _standing(STANDING_OF, part.young_people), raised, settings)
            await _write(change, settings, day, before.as_of)
            await basis.keep(due, {one.young_person: one.until for one in holds}, part.young_people)
            done = _told(change, done, len(holds))
            anew += [one.young_person for one in holds]
        by_model = rules.refreshed(await _standing(STANDING_BY_MODEL), scores.flags if scores is not None else {}, settings)
        await _write(by_model, settings, day, before.as_of)
        done = _told(by_model, done, 0)
        await end_finished_duties(clock.now())
        await DB.execute(
            "INSERT INTO flag_refresh (as_of, young_people, worked_out, opened, cleared, rules, at) VALUES ($1, $2, $3, $4, $5, $6, $7)",
            *(day, done.young_people, done.worked_out, done.opened, done.cleared, basis.rules(chosen), clock.now()),
        )
        await record(EventName.FLAGS_REFRESHED, by=by, detail=msgspec.to_builtins(done))
        if isinstance(by, User):
            done = await _seen_of(by, done, everyone, anew, last)
    return done


class _Holds(Struct, frozen=True, gc=False):
    """What holds for one young person, and until when."""

    young_person: int
    until: dt.date | None
    flags: dict[str, Raised]


class _Part(Struct, frozen=True):
    """What holds for some young people, packed: the flags of a hundred thousand wait in little memory until they are written."""

    young_people: Sequence[int]
    packed: bytes

    def holds(self) -> list[_Holds]:
        """Of those among them who are in custody."""
        return msgspec.msgpack.decode(self.packed, type=list[_Holds])


async def _worked_out(young_people: Sequence[int], day: dt.date, chosen: Mapping[str, Mapping[str, int]]) -> _Part:
    facts = await load_facts(day, young_people, look_back=days_looked_back(chosen))
    return _Part(young_people, await asyncio.to_thread(_packed, facts, day, settled(chosen)))


def _packed(facts: Mapping[int, Facts], day: dt.date, settings: Mapping[str, Mapping[str, int]]) -> bytes:
    found = ((who, work_out(known, day, settings)) for who, known in facts.items())
    return msgspec.msgpack.encode([_Holds(who, one.holds_until, one.raised) for who, one in found])


async def newest_refresh() -> dt.date | None:
    """The day that flags stand as at, None before the first refresh."""
    return (await basis.newest()).as_of


async def answer_flag(*, by: User, flag: Flag, outcome: Outcome, reason: str) -> None:
    """Record what the agency made of a flag. Raises Conflict for one that a review has closed."""
    async with write_transaction():
        await DB.fetchval("SELECT id FROM flag WHERE id = $1 FOR UPDATE", flag.id)
        access.check_can_answer(by, await access.get_flag_for(by, flag.id))
        await add_outcome(by=by, flag=flag.id, young_person=flag.young_person, outcome=outcome, reason=reason, review_case=None)


async def add_outcome(*, by: User, flag: int, young_person: int, outcome: Outcome, reason: str, review_case: int | None) -> None:
    """One outcome, inside the caller's transaction."""
    await DB.execute(
        "INSERT INTO flag_outcome (flag, outcome, reason, review_case, agency, at, recorded_by) VALUES ($1, $2, $3, $4, $5, $6, $7)",
        *(flag, outcome.value, reason, review_case, by.agency, clock.now(), by.id),
    )
    await record(EventName.FLAG_ANSWERED, by=by, subject=("flag", flag), young_person=young_person, detail={"outcome": outcome.value})


async def close_flags(flags: Iterable[int], *, on: dt.date) -> None:
    """Mark flags as decided by a review, inside the caller's transaction."""
    ids = list(flags)
    await DB.execute("UPDATE flag SET closed_at = $2, version = version + 1 WHERE id = ANY($1) AND closed_at IS NULL", ids, clock.now())
    await DB.execute(CHANGED, ids, [Change.CLOSED.value] * len(ids), on, clock.now())


async def end_finished_duties(now: dt.datetime) -> int:
    """End the committee's sight of cases that were decided some weeks ago and have no action left, inside the caller's transaction; how many."""
    ended = await DB.fetch(
        "UPDATE duty d SET ended_at = $2 FROM review_case c "
        "WHERE d.subject_kind = $1 AND d.subject = c.id AND d.ended_at IS NULL AND coalesce(c.decided_at, c.put_off_at) < $3 "
        "AND NOT EXISTS (SELECT FROM action a WHERE a.review_case = c.id AND a.done_on IS NULL AND a.cancelled_at IS NULL) RETURNING d.id",
        *(CASE, now, now - STAYS_OPEN),
    )
    return len(ended)


def _settings(chosen: Mapping[str, Mapping[str, int]], done: scoring.Scored | None) -> dict[str, dict[str, Any]]:
    """What each kind of flag is worked out with: its version and its settings' values, kept with each flag; for the risk model, which version."""
    found: dict[str, dict[str, Any]] = {name: {"version": catalogue()[name].version, **values} for name, values in settled(chosen).items()}
    return found | ({RISK_MODEL: {"version": done.version}} if done is not None else {})


async def _standing(statement: str, *of: Sequence[int]) -> dict[Key, Standing]:
    """Flags that stand."""
    return {(row["young_person"], row["indicator"]): _stands(row) for row in await DB.fetch(statement, *of)}


_BECAUSE = msgspec.json.Decoder(tuple[Because, ...])


def _stands(row: Any) -> Standing:
    return Standing(
        id=row["id"], level=Level(row["level"]), sentence=row["sentence"], because=_BECAUSE.decode(row["because"]),
        missing=_missing(row["missing"]), settings=_set_then(row["settings"]), closed_on=row["closed_on"],
    )  # fmt: skip


@lru_cache(maxsize=1_000)
def _missing(text: str) -> tuple[str, ...]:
    """Of hundreds of thousands of flags most lack nothing, or the same."""
    return msgspec.json.decode(text, type=tuple[str, ...])


@lru_cache(maxsize=1_000)
def _set_then(text: str) -> dict[str, Any]:
    """All flags of an indicator were worked out with the same few settings. Shared: nobody writes in it."""
    return msgspec.json.decode(text, type=dict[str, Any])


def _told(change: Refreshed, done: RefreshOut, worked_out: int) -> RefreshOut:
    """What was done, with what one part adds to it."""
    moves = [move for _, move in change.changes()]
    return replace(
        done,
        worked_out=done.worked_out + worked_out,
        opened=done.opened + len(change.opened),
        cleared=done.cleared + len(change.cleared),
        kept=done.kept - len(change.cleared) - len(change.replaced),
        raised=done.raised + moves.count(Change.RAISED),
        lowered=done.lowered + moves.count(Change.LOWERED),
    )


_SEEN = """
    SELECT (SELECT count(*) FROM young_person yp WHERE yp.id = ANY({}) AND {}) AS young_people,
        (SELECT count(*) FROM young_person yp WHERE yp.id = ANY({}) AND {}) AS worked_out,
        (SELECT count(*) FROM flag f JOIN young_person yp ON yp.id = f.young_person WHERE f.cleared_on IS NULL AND {} AND NOT EXISTS (
            SELECT FROM flag_change o WHERE o.flag = f.id AND o.change = 'opened' AND o.id > {})) AS kept,
        count(*) FILTER (WHERE c.change = 'opened') AS opened, count(*) FILTER (WHERE c.change = 'cleared') AS cleared,
        count(*) FILTER (WHERE c.change = 'raised') AS raised, count(*) FILTER (WHERE c.change = 'lowered') AS lowered
    FROM flag_change c JOIN flag f ON f.id = c.flag JOIN young_person yp ON yp.id = f.young_person WHERE c.id > {} AND {}
"""


async def _seen_of(user: User, done: RefreshOut, everyone: list[int], anew: list[int], last: int) -> RefreshOut:
    """The counts of a refresh as one user may know them; `last` is the number of the newest step before it."""
    shows = access.flags_for(user)
    query = Sql(_SEEN, everyone, visible(user), anew, visible(user), shows, last, last, shows)
    row = await DB.fetchrow(*query.parts())
    return replace(done, **dict(row or {}))


async def _write(change: Refreshed, settings: Mapping[str, Mapping[str, Any]], day: dt.date, before: dt.date | None) -> None:
    """What differs, and nothing else. Ends first: a flag that takes another's place must find it free. `before`: the day of the refresh before."""
    ended = [flag.id for flag in (*change.cleared.values(), *change.replaced.values())]
    if ended:
        await DB.execute(CLEAR, ended, day, before)
    if change.rewritten:
        await DB.execute(REWRITE, [change.kept[key].id for key in change.rewritten], *_columns(change.rewritten, settings), day)
    now, stood, steps = clock.now(), {**change.kept, **change.cleared, **change.replaced}, change.changes()
    if steps:
        await DB.execute(CHANGED, [stood[key].id for key, _ in steps], [step.value for _, step in steps], day, now)
    if opened := change.opened:
        await DB.execute(OPEN, [who for who, _ in opened], [indicator for _, indicator in opened], *_columns(opened, settings), day, now)


def _values(flag: Raised, settings: Mapping[str, Any]) -> tuple[str, str, str, str, str]:
    """Level, sentence, and three columns of JSON as text: in an array, lists would be taken for arrays of their own."""
    because, missing, kept = (msgspec.json.encode(part, order="sorted").decode() for part in (flag.because, flag.missing, settings))
    return flag.level.value, flag.sentence, because, missing, kept


def _columns(flags: Mapping[Key, Raised], settings: Mapping[str, Mapping[str, Any]]) -> list[list[str]]:
    """The values of some flags, column by column."""
    rows = [_values(flag, settings[indicator]) for (_, indicator), flag in flags.items()]
    return [list(column) for column in zip(*rows, strict=True)] if rows else [[], [], [], [], []]
