"""Every change to reports: one is asked for, built, cancelled, issued. An issued one never changes: it is corrected by another."""

import hashlib
from typing import Any

import msgspec

from yosafe import clock, settings
from yosafe.accounts.viewer import User
from yosafe.audit.record import Actor, EventName, record
from yosafe.db.engine import DB, write_transaction
from yosafe.errors import Conflict, FieldError, Invalid, Stale
from yosafe.jobs.queue import enqueue
from yosafe.reference.terms import in_terms

from . import access
from .access import SUBJECT
from .definitions import Definition
from .notices import tell_not_built, tell_ready
from .periods import SPAN_TITLES, Period
from .places import Place
from .schemas import ContentOut

JOB_NAME = "report-build"
STALE = "Someone else changed this report since you opened it. Look at it again."
OVER = "This period is not over yet. Choose one that is, so that two days can't be compared"

_INSERT = """
    INSERT INTO report_build (agency, report, heading, period, roles, status, steps_done, steps, corrects, reason, asked_at, asked_by, asked_key,
        asked_scope, version)
    VALUES ($1, $2, $3, $4, $5, $6, 0, $7, $8, $9, $10, $11, $12, $13, 1) RETURNING id
"""


def check_period(definition: Definition, period: Period) -> None:
    """Raise Invalid, on `period`, for one that is not over or of a length that the report is not made of."""
    if period.span not in definition.spans:
        lengths = " or ".join(SPAN_TITLES[span] for span in definition.spans)
        raise Invalid([FieldError("period", f"This report is of {lengths}. Choose such a period")])
    if not period.is_over(clock.today()):
        raise Invalid([FieldError("period", OVER)])


async def hold_reports_of(agency: int) -> None:
    """Let nobody else ask for or issue a report of an agency until the open transaction ends."""
    await DB.execute("SELECT pg_advisory_xact_lock(hashtextextended('report ' || $1::bigint::text, 0))", agency)


async def ask_build(
    *, by: Actor, definition: Definition, place: Place, period: Period, corrects: Any = None, reason: str | None = None, queued: bool = True
) -> int:
    """Ask for a report; the number of its build. `corrects`: the row of an issued one. `queued`: a worker builds it.

    Raises Invalid for a period that it can't be of, or a correction without a reason; Conflict where the same is being built."""
    check_period(definition, period)
    if corrects is not None:
        _check_corrects(definition, period, corrects, reason)
    async with write_transaction():
        await hold_reports_of(place.agency)
        heading = in_terms(definition.title, settings.in_force().terminology)
        busy = "SELECT id FROM report_build WHERE agency = $1 AND report = $2 AND period = $3 AND status IN ('queued', 'running')"
        if queued and await DB.fetchval(busy, place.agency, definition.name, period.key) is not None:
            raise Conflict("This report is being built at this moment. Look at it in the list of reports.")
        build: int = await DB.fetchval(
            _INSERT, place.agency, definition.name, heading, period.key, [role.value for role in definition.roles],
            "queued" if queued else "running", len(definition.sections), corrects["id"] if corrects is not None else None, reason, clock.now(), by.id,
            *((by.key, by.scope) if isinstance(by, User) else (None, None)),
        )  # fmt: skip
        detail = {"report": definition.name, "period": period.key, "corrects": corrects["id"] if corrects is not None else None}
        await record(EventName.REPORT_ASKED, by=by, subject=(SUBJECT, build), detail=detail)
        if queued:
            await enqueue(JOB_NAME, once=f"report {build}", build=build)
    return build


def _check_corrects(definition: Definition, period: Period, corrects: Any, reason: str | None) -> None:
    if corrects["status"] != "issued":
        raise Invalid([FieldError("corrects", "Only an issued report is corrected. Build this one anew without naming it")])
    if (corrects["report"], corrects["period"]) != (definition.name, period.key):
        raise Invalid([FieldError("corrects", "A correction is of the same report and period")])
    if reason is None:
        raise Invalid([FieldError("reason", "Say what is put right, so that those who have the earlier one know")])


async def begin(build: int) -> bool:
    """Mark it as being built, unless it was cancelled meanwhile. One that a killed worker had begins anew. Who asked for it is in the trail
    already."""
    changed = "UPDATE report_build SET status = 'running', steps_done = 0 WHERE id = $1 AND status IN ('queued', 'running') RETURNING id"
    return await DB.fetchval(changed, build) is not None


async def note_step(build: int, done: int) -> bool:
    """How far it is; whether it goes on. No entry in the trail: it is written when the report is built."""
    return await DB.fetchval("UPDATE report_build SET steps_done = $2 WHERE id = $1 AND status = 'running' RETURNING id", build, done) is not None


async def keep(build: int, content: ContentOut, *, by: Actor, waits: int | None = None) -> None:
    """Keep what was built with its digest, unless it was cancelled meanwhile. `waits`: the user who asked a worker for it, who is told."""
    text = msgspec.json.encode(content)
    digest = hashlib.sha256(text).digest()
    kept = (
        "UPDATE report_build SET status = 'built', content = $2, content_sha256 = $3, built_at = $4, steps_done = steps, version = version + 1 "
        "WHERE id = $1 AND status = 'running' RETURNING id"
    )
    async with write_transaction():
        if await DB.fetchval(kept, build, text.decode(), digest, clock.now()) is not None:
            await record(EventName.REPORT_BUILT, by=by, subject=(SUBJECT, build), detail={"report": content.report, "sha256": digest.hex()})
            await tell_ready(build, waits)


async def fail(build: int, why: str, *, by: Actor, waits: int | None = None) -> None:
    """Mark it as failed, and tell the user who waits for it. `why` holds no personal data."""
    failed = (
        "UPDATE report_build SET status = 'failed', fault = $2, version = version + 1 WHERE id = $1 AND status IN ('queued', 'running') RETURNING id"
    )
    async with write_transaction():
        if await DB.fetchval(failed, build, why[:200]) is not None:
            await record(EventName.REPORT_FAILED, by=by, subject=(SUBJECT, build), detail={})
            await tell_not_built(build, waits)


async def cancel(*, by: Actor, row: Any, version: int) -> None:
    """Stop one that waits or is being built. Raises Conflict for one that has ended, Stale."""
    if row["status"] not in ("queued", "running"):
        raise Conflict("This report is not being built. There is nothing to stop.")
    async with write_transaction():
        await _change(row["id"], version, "status = 'cancelled'", only="IN ('queued', 'running')")
        await record(EventName.REPORT_CANCELLED, by=by, subject=(SUBJECT, row["id"]), detail={"report": row["report"]})


async def issue(*, by: User, row: Any, version: int) -> None:
    """Send it out: from now on it stays as it is. Raises Conflict for one that is not built or was issued, or where an issued one of the same period
    is not named as corrected; Stale."""
    if row["status"] == "issued":
        raise Conflict("This report was issued already. Build a correction if something in it is wrong.")
    access.check_built(row)
    earlier = "SELECT max(id) FROM report_build WHERE agency = $1 AND report = $2 AND period = $3 AND status = 'issued'"
    async with write_transaction():
        await hold_reports_of(row["agency"])
        last = await DB.fetchval(earlier, row["agency"], row["report"], row["period"])
        if last is not None and row["corrects"] != last:
            raise Conflict("A report of this period was issued already. Build a correction of it, which says what is put right, and issue that.")
        await _change(row["id"], version, "status = 'issued', issued_at = $3, issued_by = $4", clock.now(), by.id, only="= 'built'")
        detail = {"report": row["report"], "period": row["period"], "sha256": bytes(row["content_sha256"]).hex()}
        await record(EventName.REPORT_ISSUED, by=by, subject=(SUBJECT, row["id"]), detail=detail)


async def _change(build: int, version: int, assignments: str, *values: Any, only: str) -> None:
    changed = await DB.fetchval(
        f"UPDATE report_build SET {assignments}, version = version + 1 WHERE id = $1 AND version = $2 AND status {only} RETURNING id",
        build, version, *values,
    )  # fmt: skip
    if changed is None:
        raise Stale(STALE)
