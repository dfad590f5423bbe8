"""Opening a record in an emergency, and reviewing that it was. Keyword-only, by someone, in one transaction with its audit entry."""

from typing import Any

from yosafe import clock, words
from yosafe.accounts.access import check_may
from yosafe.accounts.viewer import User
from yosafe.audit.record import EventName, record
from yosafe.db.engine import DB, write_transaction
from yosafe.errors import Conflict, FieldError, Invalid, NotFound, TooMany
from yosafe.notices.events import Event
from yosafe.notices.telling import tell_one
from yosafe.people.access import may_see, young_person_ref
from yosafe.people.changing import change_row
from yosafe.people.rules import tidy_name
from yosafe.reference import rule_sets
from yosafe.refs import number

from . import access, rules
from .schemas import OpenRecord, ReviewAccess
from .tables import BreakGlass, BreakGlassTry

OPEN = "break-glass:open"
SUBJECT = "break_glass"
# The same words for no such record, for two that fit, and for a reference with another's date of birth.
NOT_OPENED = (
    "No record was opened: none has exactly these details, or more than one has. Check the date of birth, the spelling and the reference. "
    "That you tried was recorded."
)
_BY_REFERENCE = "SELECT id FROM young_person WHERE date_of_birth = $1 AND id = young_person_now($2)"
_BY_NAMES = "SELECT id FROM young_person WHERE date_of_birth = $1 AND lower(family_name) = lower($2) AND lower(given_names) = lower($3) LIMIT 2"


async def open_record(*, by: User, wanted: OpenRecord) -> BreakGlass:
    """Let someone see one record outside their duty for three hours, to read; their data protection officer is told at once.

    Raises Invalid; TooMany after five tries in an hour; NotFound, in one wording, where not exactly one record fits; Conflict for one that they see
    anyhow, or have open.
    """
    check_may(by, OPEN)
    if faults := rules.whom_faults(reference=wanted.young_person, family_name=wanted.family_name, given_names=wanted.given_names):
        raise Invalid(faults)
    way = "reference" if wanted.young_person else "names"
    asked = _number(wanted)
    try:
        await _begin_try(by)
        found = await _find(wanted, asked)
        if found is None:
            raise NotFound(NOT_OPENED)
        if await may_see(by.as_usual, found):
            raise Conflict(f"You see {young_person_ref(found)} without this: open it as you always do.")
        return await _open(by, found, wanted.reason, way)
    except (TooMany, NotFound, Conflict):
        async with write_transaction():
            await record(EventName.BREAK_GLASS_REFUSED, by=by, detail={"by": way})
        raise


def _number(wanted: OpenRecord) -> int | None:
    """Raises Invalid, on its field, for what is no reference."""
    try:
        return number("YP", wanted.young_person) if wanted.young_person else None
    except NotFound as refusal:
        raise Invalid([FieldError("young_person", str(refusal))]) from None


async def _begin_try(by: User) -> None:
    """Count a try before anything is looked up. Raises TooMany."""
    now = clock.now()
    async with write_transaction():
        await DB.execute("SELECT id FROM user_account WHERE id = $1 FOR UPDATE", by.id)
        [tries] = await DB.fetch(
            "SELECT count(*) AS number, min(at) AS oldest FROM break_glass_try WHERE user_account = $1 AND at > $2", by.id, now - rules.WINDOW
        )
        if wait := rules.wait(tries["number"], tries["oldest"], now):
            raise TooMany(rules.wait_words(wait), wait)
        await BreakGlassTry(user_account=by.id, at=now).save()


async def _find(wanted: OpenRecord, asked: int | None) -> int | None:
    """The one record that has exactly these details."""
    if asked is not None:
        rows = await DB.fetch(_BY_REFERENCE, wanted.date_of_birth, asked)
    else:
        rows = await DB.fetch(_BY_NAMES, wanted.date_of_birth, tidy_name(wanted.family_name or ""), tidy_name(wanted.given_names or ""))
    return int(rows[0]["id"]) if len(rows) == 1 else None


async def _open(by: User, young_person: int, reason: str, way: str) -> BreakGlass:
    now = clock.now()
    async with write_transaction():
        await DB.execute("SELECT id FROM user_account WHERE id = $1 FOR UPDATE", by.id)
        until = await DB.fetchval(
            "SELECT max(until) FROM break_glass WHERE user_account = $1 AND young_person = $2 AND until > $3", by.id, young_person, now
        )
        if until is not None:
            raise Conflict(f"You have {young_person_ref(young_person)} open until {words.time_of_day(until)}.")
        opened = BreakGlass(
            young_person=young_person, user_account=by.id, agency=by.agency, reason=reason, way=way, at=now, until=now + rules.LASTS,
            due_on=rule_sets.due(rules.REVIEW_CLOCK, clock.day_of(now)).due, reviewed_at=None, reviewed_by=None, outcome=None, review_note=None,
            version=1,
        )  # fmt: skip
        await opened.save()
        await _note(EventName.BREAK_GLASS_OPENED, by, opened, {"by": way})
        await tell_one(Event.RECORD_OPENED, SUBJECT, opened.id, by=by, agencies=await access.reviewing_agencies(by))
    return opened


async def review_access(*, by: User, opened: BreakGlass, review: ReviewAccess, version: int) -> BreakGlass:
    """Record what the review of an access found. Where it was not proper and the record is open still, it is closed at once. Raises Refused,
    Conflict where it was reviewed already, Stale."""
    check_may(by, "break-glass:review")
    if opened.reviewed_at is not None:
        raise Conflict("This was reviewed already. What was found stays as it was written.")
    now = clock.now()
    until = rules.ends(review.outcome, opened.at, opened.until, now)
    closed = {"closed": True} if until < opened.until else {}
    values = {"until": until, "reviewed_at": now, "reviewed_by": by.id, "outcome": review.outcome, "review_note": review.note}
    async with write_transaction():
        reviewed = await change_row(opened, values, version, still=BreakGlass.reviewed_at.is_null())
        await _note(EventName.BREAK_GLASS_REVIEWED, by, reviewed, {"outcome": review.outcome, **closed})
    return reviewed


async def _note(event: EventName, by: User, opened: BreakGlass, detail: dict[str, Any]) -> None:
    await record(event, by=by, subject=(SUBJECT, opened.id), young_person=opened.young_person, detail=detail)
