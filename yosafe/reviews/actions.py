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
from yosafe.models.dataset import in_custody, in_parts, load_facts
from yosafe.models.facts import Facts
from yosafe.models.indicators import Because, Level, Raised, catalogue, days_looked_back, evaluate, settled
from yosafe.people.access import visible

from . import access, rules
from .kinds import RISK_MODEL
from .locks import REFRESH_LOCK
from .meeting_rules import STAYS_OPEN
from .risk_model import ending, scoring, thresholds, using
from .rules import Change, Key, Outcome, Refreshed, Standing
from .tables import Flag

CASE = "review_case"  # the subject of a committee's duty

STANDING = """
    SELECT id, young_person, indicator, level, sentence, because::text, missing::text, settings::text,
        (closed_at AT TIME ZONE 'Europe/London')::date AS closed_on
    FROM flag WHERE cleared_on IS NULL AND young_person > $1 AND young_person <= $2
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
    """What a refresh did: how many young people it looked at, and what became of flags. To a user, of those that the user sees."""

    as_of: dt.date
    young_people: int
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
        pass  # two records became one, or one became two, while it was worked out
    return done


# Moves with every merge of two records and every undoing.
_MERGES = "SELECT count(*) + count(undone_at) FROM record_merge"


async def _refreshed(by: Actor, day: dt.date) -> RefreshOut | None:
    """None where what was worked out is about young people who are not the same any more."""
    rules.check_not_earlier(day, await newest_refresh(), today=clock.today())
    merges, chosen, used = await DB.fetchval(_MERGES), await thresholds.chosen_at(day), await using.in_use_at(day)
    async with from_replica(Reads.FACTS):
        parts = [await _worked_out(part, day, chosen) for part in in_parts(await in_custody(day))]
    everyone = [who for part in parts for who in part.young_people]
    scores = await scoring.scored(used, day, everyone) if isinstance(used, using.InUse) else None
    settings = _settings(chosen, scores)
    async with write_transaction():
        await DB.execute("SELECT pg_advisory_xact_lock($1)", REFRESH_LOCK)
        rules.check_not_earlier(day, await newest_refresh(), today=clock.today())
        if await DB.fetchval(_MERGES) != merges or await using.version_at(day) != (used.version if used else None):
            return None
        if scores is not None:
            await scoring.keep(scores)
        elif isinstance(used, using.Broken):
            await ending.stop(used.version, by=by, reason=used.why)
        last = await DB.fetchval("SELECT coalesce(max(id), 0) FROM flag_change")
        done, kept = RefreshOut(as_of=day, young_people=0, opened=0, cleared=0, kept=0, raised=0, lowered=0), list[int]()
        tops = [*(part.last for part in parts[:-1]), access.LARGEST]  # who is between two parts is in custody no more
        for part, after, to in zip(parts, [0, *tops], tops, strict=False):
            by_model = scores.flags_between(after, to) if scores is not None else {}
            change = rules.refreshed(await _standing(after, to), part.raised() | by_model, settings)
            done = _told(change, done, len(part.young_people))
            kept += [flag.id for flag in change.kept.values()]
            await _write(change, settings, day)
        await end_finished_duties(clock.now())
        await DB.execute(
            "INSERT INTO flag_refresh (as_of, young_people, opened, cleared, at) VALUES ($1, $2, $3, $4, $5)",
            *(day, done.young_people, done.opened, done.cleared, clock.now()),
        )
        await record(EventName.FLAGS_REFRESHED, by=by, detail=msgspec.to_builtins(done))
        if isinstance(by, User):
            done = await _seen_of(by, done, everyone, kept, last)
    return done


class _Part(Struct, frozen=True):
    """What holds for some young people, packed: the flags of a hundred thousand wait in little memory until they are written. `last`: the highest
    number that it was worked out for."""

    last: int
    young_people: list[int]
    packed: bytes

    def raised(self) -> dict[Key, Raised]:
        return {(who, indicator): flag for who, indicator, flag in msgspec.msgpack.decode(self.packed, type=list[tuple[int, str, Raised]])}


async def _worked_out(young_people: Sequence[int], day: dt.date, chosen: Mapping[str, Mapping[str, int]]) -> _Part:
    facts = await load_facts(day, young_people, look_back=days_looked_back(chosen))
    packed = await asyncio.to_thread(_packed, facts, day, chosen)
    return _Part(young_people[-1] if young_people else 0, sorted(facts), packed)


def _packed(facts: Mapping[int, Facts], day: dt.date, chosen: Mapping[str, Mapping[str, int]]) -> bytes:
    found = ((who, evaluate(known, day, chosen or None)) for who, known in facts.items())
    return msgspec.msgpack.encode([(who, indicator, flag) for who, flags in found for indicator, flag in flags.items()])


async def newest_refresh() -> dt.date | None:
    """The day that flags stand as at, None before the first refresh."""
    day: dt.date | None = await DB.fetchval("SELECT max(as_of) FROM flag_refresh")
    return day


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


async def _standing(after: int, to: int) -> dict[Key, Standing]:
    """The flags that stand of the young people whose numbers are above one number and up to another."""
    rows = await DB.fetch(STANDING, after, to)
    return {(row["young_person"], row["indicator"]): _stands(row) for row in rows}


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


def _told(change: Refreshed, done: RefreshOut, young_people: int) -> RefreshOut:
    """What was done, with what one part adds to it."""
    moves = [move for _, move in change.changes()]
    return RefreshOut(
        as_of=done.as_of,
        young_people=done.young_people + young_people,
        opened=done.opened + len(change.opened),
        cleared=done.cleared + len(change.cleared),
        kept=done.kept + len(change.kept),
        raised=done.raised + moves.count(Change.RAISED),
        lowered=done.lowered + moves.count(Change.LOWERED),
    )


_SEEN = """
    SELECT (SELECT count(*) FROM young_person yp WHERE yp.id = ANY({}) AND {}) AS young_people,
        (SELECT count(*) FROM flag f JOIN young_person yp ON yp.id = f.young_person WHERE f.id = ANY({}) AND {}) AS kept,
        count(*) FILTER (WHERE c.change = 'opened') AS opened, count(*) FILTER (WHERE c.change = 'cleared') AS cleared,
        count(*) FILTER (WHERE c.change = 'raised') AS raised, count(*) FILTER (WHERE c.change = 'lowered') AS lowered
    FROM flag_change c JOIN flag f ON f.id = c.flag JOIN young_person yp ON yp.id = f.young_person WHERE c.id > {} AND {}
"""


async def _seen_of(user: User, done: RefreshOut, young_people: Iterable[int], kept: list[int], last: int) -> RefreshOut:
    """The counts of a refresh as one user may know them; `last` is the number of the newest step before it."""
    shows = access.flags_for(user)
    query = Sql(_SEEN, list(young_people), visible(user), kept, shows, last, shows)
    row = await DB.fetchrow(*query.parts())
    return replace(done, **dict(row or {}))


async def _write(change: Refreshed, settings: Mapping[str, Mapping[str, Any]], day: dt.date) -> None:
    """Ends first: a flag that takes another's place must find it free."""
    ended = [flag.id for flag in (*change.cleared.values(), *change.replaced.values())]
    await DB.execute("UPDATE flag SET cleared_on = $2, version = version + 1 WHERE id = ANY($1)", ended, day)
    await DB.execute(REWRITE, [change.kept[key].id for key in change.rewritten], *_columns(change.rewritten, settings), day)
    kept = [flag.id for flag in change.kept.values()]
    await DB.execute("UPDATE flag SET last_seen_on = $2 WHERE id = ANY($1) AND last_seen_on < $2", kept, day)
    stood = {**change.kept, **change.cleared, **change.replaced}
    steps = [(stood[key].id, step.value) for key, step in change.changes()]
    now = clock.now()
    await DB.execute(CHANGED, [flag for flag, _ in steps], [step for _, step in steps], day, now)
    opened = change.opened
    await DB.execute(OPEN, [who for who, _ in opened], [indicator for _, indicator in opened], *_columns(opened, settings), day, now)


def _values(flag: Raised, settings: Mapping[str, Any]) -> tuple[str, str, str, str, str]:
    """Level, sentence, and three columns of JSON as text: in an array, lists would be taken for arrays of their own."""
    because, missing, kept = (msgspec.json.encode(part, order="sorted").decode() for part in (flag.because, flag.missing, settings))
    return flag.level.value, flag.sentence, because, missing, kept


def _columns(flags: Mapping[Key, Raised], settings: Mapping[str, Mapping[str, Any]]) -> list[list[str]]:
    """The values of some flags, column by column."""
    rows = [_values(flag, settings[indicator]) for (_, indicator), flag in flags.items()]
    return [list(column) for column in zip(*rows, strict=True)] if rows else [[], [], [], [], []]
