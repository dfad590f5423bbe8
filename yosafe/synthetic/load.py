"""Putting a made-up estate into an empty database. Nothing is ever added to a database that holds anything else."""

import asyncio
import datetime as dt
import random
import time
from collections import Counter
from collections.abc import Callable, Iterator, Sequence

from msgspec import Struct
from msgspec.structs import replace

from yosafe import clock
from yosafe.accounts.permissions import AgencyKind, Role
from yosafe.accounts.secrets import hash_password
from yosafe.audit.record import COLUMNS as AUDIT_COLUMNS
from yosafe.audit.record import EventName, Operator, entry, record
from yosafe.db.engine import DB, write_transaction
from yosafe.errors import Conflict

from . import surveying
from .apart import keep_apart
from .asking import ask_authorities
from .book import TABLES, UPDATES, UPDATES_FIRST, Batch, Values
from .duplicating import record_twice
from .estate import Agencies, Shape, Size, Worker, agencies_of, shape
from .history import History
from .importing import bring_in_log
from .marking import mark_bodies
from .notified import tell_everyone
from .opening import open_in_the_night
from .outs import go_out
from .reporting import issue_papers, schedule_papers
from .reviewing import Reviews, days_met, work_out_flags
from .reviewing_cases import review_cases
from .sharing import furnish_committees, share_lately
from .significant import mark_significant
from .writing import read_some

PASSWORD = "made-up-estate-2002"  # noqa: S105  # printed for everyone to see: there is nobody real behind it
AGENCY_COLUMNS = ("id", "code", "kind", "name", "area", "establishment", "created_at", "version")
USER_COLUMNS = ("id", "email", "name", "role", "agency", "password_hash", "created_at", "version")
REVIEWED_FROM = 40  # held: smaller places have no joint review and no survey of their own
KEPT_BY_OTHERS = ("migration", "audit_head", "audit_entry")

Progress = Callable[[int, int], None]


class Loaded(Struct, frozen=True, kw_only=True):
    """What was loaded: rows by table, seconds it took, and who signs in."""

    size: Size
    seed: int
    rows: dict[str, int]
    seconds: float
    sign_ins: tuple[Worker, ...]


async def load(size: Size, *, seed: int, days: int | None = None, progress: Progress = lambda done, days: None) -> Loaded:
    """Fill the open database, which must be upgraded and empty. Dates end now. The same seed at the same moment makes the same estate. `days`: how
    long its history is, where it is to be shorter or longer than that of its size.

    Raises Conflict where the database holds anything at all.
    """
    await check_empty()
    started, now = time.monotonic(), clock.now()
    of = shape(size) if days is None else replace(shape(size), days=days)
    rng = random.Random(seed)  # noqa: S311  # a repeatable story, no secret
    agencies = agencies_of(of, rng)
    history = History(of, agencies, rng, now)
    reviews = Reviews([place for place in of.places if place.held >= REVIEWED_FROM], agencies, random.Random(f"{seed} reviews"))  # noqa: S311
    await _begin(agencies, history, size, seed)
    await _write_history(history, reviews, progress)
    await _go_on_counting({**history.book.last_ids, "agency": len(agencies.all), "user_account": len(agencies.workers)})
    await reviews.finish(now)
    await keep_apart([place for place in of.places if place.held >= REVIEWED_FROM], agencies, random.Random(f"{seed} apart"), now)  # noqa: S311
    await mark_bodies([place for place in of.places if place.held >= REVIEWED_FROM], agencies, random.Random(f"{seed} marks"), now)  # noqa: S311
    outs = await go_out([place for place in of.places if place.held >= REVIEWED_FROM], agencies, random.Random(f"{seed} outs"), now)  # noqa: S311
    asked = await ask_authorities([place for place in of.places if place.held >= REVIEWED_FROM], agencies, random.Random(f"{seed} asked"), now)  # noqa: S311
    await furnish_committees(agencies, random.Random(f"{seed} committees"), now)  # noqa: S311
    shared = await share_lately([place for place in of.places if place.held >= REVIEWED_FROM], agencies, random.Random(f"{seed} shared"), now)  # noqa: S311
    await review_cases([place for place in of.places if place.held >= REVIEWED_FROM], agencies, random.Random(f"{seed} cases"), now)  # noqa: S311
    marks = await mark_significant([place for place in of.places if place.held >= REVIEWED_FROM], agencies, now)
    await work_out_flags(now)
    await reviews.arrange_next(now)
    twice = await record_twice(next(worker for worker in agencies.workers if worker.signs_in and worker.role is Role.YOT_WORKER), now)
    log = await bring_in_log(next(worker for worker in agencies.workers if worker.signs_in and worker.role is Role.YOI_LEAD), now)
    surveys = await _bring_in_surveys(of, history, random.Random(f"{seed} surveys"))  # noqa: S311
    opened = await open_in_the_night(agencies.workers, now)
    told = await tell_everyone(now)
    papers = planned = 0
    for role in (Role.YOI_LEAD, Role.ACPC_MEMBER, Role.YOT_WORKER, Role.SOCIAL_WORKER, Role.INSPECTOR):
        worker = next(worker for worker in agencies.workers if worker.signs_in and worker.role is role)
        papers += await issue_papers(worker, now)
        planned += await schedule_papers(worker, now)
    await DB.execute("ANALYZE")
    rows = Counter(history.book.counts) + twice + log
    rows += Counter(
        agency=len(agencies.all),
        user_account=len(agencies.workers),
        survey=surveys,
        time_out=outs,
        notice=told,
        break_glass=opened,
        register_check=asked,
        information_share=shared,
        chronology_mark=marks,
        report_build=papers,
        report_schedule=planned,
    )
    sign_ins = tuple(worker for worker in agencies.workers if worker.signs_in)
    return Loaded(size=size, seed=seed, rows=dict(sorted(rows.items())), seconds=time.monotonic() - started, sign_ins=sign_ins)


async def check_empty() -> None:
    """Raise Conflict unless nothing has been recorded here yet."""
    names = await DB.fetch("SELECT tablename FROM pg_tables WHERE schemaname = 'public' AND tablename <> ALL($1) ORDER BY 1", list(KEPT_BY_OTHERS))
    filled = [row["tablename"] for row in names if await DB.fetchval(f'SELECT EXISTS (SELECT FROM "{row["tablename"]}")')]
    if not filled:
        return
    if await DB.fetchval("SELECT EXISTS (SELECT FROM audit_entry WHERE event = $1)", EventName.SYNTHETIC_ESTATE_LOADED.value):
        raise Conflict("This database holds a synthetic estate already. `yosafe demo` makes a fresh one each time, in a folder of its own.")
    raise Conflict(
        f"This database is in use ({', '.join(filled[:4])}{' and more' if len(filled) > 4 else ''}), and synthetic data never go beside real ones. "
        "Use `yosafe demo`, which makes a database of its own."
    )


async def _begin(agencies: Agencies, history: History, size: Size, seed: int) -> None:
    """Everyone who takes part, and the mark that all of this is synthetic."""
    at, password_hash = clock.midnight(history.starts_on), await hash_password(PASSWORD)
    async with write_transaction():
        await record(EventName.SYNTHETIC_ESTATE_LOADED, by=Operator(), detail={"size": size, "seed": seed})
        rows: list[Values] = [(a.id, a.code, a.kind.value, a.name, a.area, a.establishment, at, 1) for a in agencies.all]
        await DB.copy_records("agency", AGENCY_COLUMNS, rows)
        rows = [(w.id, w.email, w.name, w.role.value, w.agency.id, password_hash, at, 1) for w in agencies.workers]
        await DB.copy_records("user_account", USER_COLUMNS, rows)
    added = [_made(at, EventName.AGENCY_ADDED, ("agency", a.id), {"code": a.code, "kind": a.kind.value}) for a in agencies.all]
    added += [_made(at, EventName.USER_ADDED, ("user", w.id), {"role": w.role.value, "agency": w.agency.id}) for w in agencies.workers]
    await DB.copy_records("audit_entry", AUDIT_COLUMNS, added)


def _made(at: object, event: EventName, subject: tuple[str, int], detail: dict[str, object]) -> Values:
    return (at, *entry(event, by=Operator(), subject=subject, detail=detail)[1:])


async def _write_history(history: History, reviews: Reviews, progress: Progress) -> None:
    """One transaction after another; the next is made up while the database writes one. Reviews meet when their day is written."""
    meetings = days_met(history.book.today)
    batches = history.batches(meetings)
    waiting = await asyncio.to_thread(_next, batches)
    while waiting is not None:
        day, batch = waiting
        made_up = asyncio.create_task(asyncio.to_thread(_next, batches))
        try:
            await _write(batch)
            if day in meetings:
                await reviews.meet(day)
        finally:
            waiting = await made_up
        progress((day - history.starts_on).days + 1, history.days)


async def _bring_in_surveys(of: Shape, history: History, rng: random.Random) -> int:
    """Surveys of some months of every establishment of some size, and of others of which nothing else is known; how many."""
    inspector = history.book.agencies.staff(history.book.agencies.of(AgencyKind.INSPECTORATE), Role.INSPECTOR)[0]
    brought = 0
    for month in surveying.months(history.book.today, history.starts_on):
        for place in (*of.places, *of.surveyed):
            if place.held >= REVIEWED_FROM:
                returned = surveying.survey(rng, place, rough=history.daily.rough.get(place.code, 1.0))
                await surveying.bring_in(returned, place, month, inspector.email)
                brought += 1
    for lead in history.book.agencies.workers:
        if lead.signs_in and lead.role is Role.YOI_LEAD and lead.agency.establishment:
            await read_some(lead.agency.establishment, lead.email)
    return brought


def _next(batches: Iterator[tuple[dt.date, Batch]]) -> tuple[dt.date, Batch] | None:
    return next(batches, None)


async def _write(batch: Batch) -> None:
    async with write_transaction():
        await DB.execute("SET LOCAL synchronous_commit = off")  # an estate that a power cut takes is made again
        await _change(UPDATES_FIRST, batch)
        for table, columns in TABLES.items():
            if rows := batch.rows.get(table):
                await DB.copy_records(table, columns, rows)
        await _change(UPDATES, batch)
        await DB.copy_records("audit_entry", AUDIT_COLUMNS, batch.audit)


async def _change(updates: dict[str, str], batch: Batch) -> None:
    for what, sql in updates.items():
        for changes in _rounds(batch.updates.get(what, [])):
            await DB.execute(sql, *(list(column) for column in zip(*changes, strict=True)))


def _rounds(changes: Sequence[Values]) -> Iterator[list[Values]]:
    """The changes in order, so that each round touches a row once."""
    while changes:
        now: dict[object, Values] = {}
        again: list[Values] = []
        for change in changes:
            if change[0] in now:
                again.append(change)
            else:
                now[change[0]] = change
        yield list(now.values())
        changes = again


async def _go_on_counting(last_ids: dict[str, int]) -> None:
    """Let the database's own numbers follow ours."""
    for table, last in sorted(last_ids.items()):
        await DB.fetchval("SELECT setval(pg_get_serial_sequence($1, 'id'), $2)", table, last)
