"""Reading requests: the list by the day due, one with what was decided, and what would be held back."""

import datetime as dt
from collections.abc import Sequence
from typing import Any

from msgspec import Struct

from yosafe.accounts.viewer import User
from yosafe.audit.record import EventName, record_list, record_read
from yosafe.db.engine import DB, write_transaction
from yosafe.db.sql import Sql, every
from yosafe.errors import NotFound
from yosafe.lists.listed import Column, Listed
from yosafe.lists.ordering import Place, sort
from yosafe.people.access import young_person_number, young_person_ref
from yosafe.refs import ref
from yosafe.settings import Settings, Terminology
from yosafe.subject_access.export import Files, export, withheld
from yosafe.subject_access.gathering import gather
from yosafe.subject_access.held import REASONS, Reason

from . import rules
from .access import PREFIX, RECORD, SUBJECT, sees
from .actions import decisions_of
from .schemas import DecisionOut, HeldBack, RequestOut, RequestsAsked
from .tables import SubjectRequest

# The same as rules.due_on.
DUE_ON = (
    "(greatest(s.received_on, coalesce(s.identity_on, s.received_on)) + make_interval(months => CASE WHEN s.extended_because IS NULL "
    f"THEN {rules.MONTHS} ELSE {rules.MONTHS + rules.MORE} END))::date"
)
_LIST = """
    SELECT s.*, g.name AS agency_name, r.name AS recorded_by_name, a.name AS answered_by_name {} FROM subject_request s
    JOIN agency g ON g.id = s.agency JOIN user_account r ON r.id = s.recorded_by LEFT JOIN user_account a ON a.id = s.answered_by
    WHERE {} ORDER BY {} LIMIT {}
"""
_DECISIONS = """
    SELECT d.*, u.name AS by_name FROM subject_decision d JOIN user_account u ON u.id = d.recorded_by WHERE d.subject_request = ANY($1::bigint[])
    ORDER BY d.id
"""
_STATES = {"open": "s.answered_at IS NULL", "answered": "s.answered_at IS NOT NULL", "all": "true"}


class RequestFilter(Struct, frozen=True, kw_only=True):
    state: RequestsAsked = "open"


class Requests(Listed[RequestFilter, RequestOut]):
    """Requests that the viewer's agency was asked, the first due first."""

    id = "subject-requests"
    noun = ("request", "requests")
    tie = "s.id"
    source = "subject_request s"
    permission = RECORD

    def columns(self, viewer: User, terminology: Terminology) -> list[Column]:
        return [
            Column(
                id="received", title="Received", down=True, sort=sort("s.received_on", kinds=[dt.date]),
                cells=(("Received", lambda one, _: one.received_on), ("Reference", lambda one, _: one.ref)),
            ),
            Column(title="Record", cells=(("Record", lambda one, _: one.young_person),)),
            Column(title="Asked by", cells=(("Asked by", lambda one, _: rules.ASKERS[one.asker]),)),
            Column(
                id="due", title="Answer", sort=sort(DUE_ON, kinds=[dt.date]),
                cells=(("Due", lambda one, _: one.due_on), ("Stands", lambda one, _: one.words), ("Outcome", lambda one, _: one.outcome)),
            ),
        ]  # fmt: skip

    def default(self, wanted: RequestFilter) -> str:
        return "due" if wanted.state == "open" else "-received"

    def seen(self, viewer: User) -> Sql:
        return sees(viewer)

    async def query(self, viewer: User, wanted: RequestFilter, place: Place, limit: int) -> Sql:
        condition = every([sees(viewer), Sql(_STATES[wanted.state]), place.after()])
        return Sql(_LIST, place.columns, condition, place.order(), limit)

    async def items(self, viewer: User, rows: Sequence[Any], terminology: Terminology) -> list[RequestOut]:
        return await _out(rows)

    def young_people(self, item: RequestOut) -> list[int]:
        return [young_person_number(item.young_person)]

    async def note(self, viewer: User, wanted: RequestFilter, items: Sequence[RequestOut]) -> None:
        await record_list("subject requests", [young_person_number(one.young_person) for one in items], by=viewer)


REQUESTS = Requests()


async def _out(rows: Sequence[Any]) -> list[RequestOut]:
    decided: dict[int, list[DecisionOut]] = {}
    for row in await DB.fetch(_DECISIONS, [row["id"] for row in rows]):
        decided.setdefault(row["subject_request"], []).append(
            DecisionOut(
                kind=row["kind"], number=row["number"], field=row["field"], decision=row["decision"],
                reason=Reason(row["reason"]) if row["reason"] else None, note=row["note"], at=row["at"], by=row["by_name"],
            )
        )  # fmt: skip
    return [_request_out(row, decided.get(row["id"], [])) for row in rows]


def _request_out(row: Any, decided: list[DecisionOut]) -> RequestOut:
    due = rules.due_on(row["received_on"], row["identity_on"], extended=row["extended_because"] is not None)
    standing = rules.state_of(due, row["answered_at"])
    return RequestOut(
        ref=ref(PREFIX, row["id"]), young_person=young_person_ref(row["young_person"]), agency=row["agency_name"], asker=row["asker"],
        asker_name=row["asker_name"], received_on=row["received_on"], starts_on=rules.starts_on(row["received_on"], row["identity_on"]), due_on=due,
        state="running" if standing.state == "due" else standing.state, words=standing.words, identity_on=row["identity_on"],
        identity_how=row["identity_how"], identity_note=row["identity_note"], extended_because=row["extended_because"],
        extended_reason=row["extended_reason"], told_on=row["told_on"], outcome=row["outcome"], outcome_note=row["outcome_note"],
        answered_at=row["answered_at"], answered_by=row["answered_by_name"], recorded_at=row["recorded_at"], recorded_by=row["recorded_by_name"],
        decisions=decided, version=row["version"],
    )  # fmt: skip


async def one_request(number: int) -> RequestOut:
    """One that was loaded for the viewer, as it is now."""
    [found] = await _out(await DB.fetch(*Sql(_LIST, Sql(""), Sql("s.id = {}", number), Sql("s.id"), 1).parts()))
    return found


async def shown_request(viewer: User, found: SubjectRequest) -> RequestOut:
    """The same, noted as looked at."""
    await record_read(EventName.SUBJECT_READ, by=viewer, subject=(SUBJECT, found.id), young_person=found.young_person)
    return await one_request(found.id)


async def held_back(viewer: User, found: SubjectRequest) -> list[HeldBack]:
    """What would be held back if the files were made now, without what it says; noted as looked at."""
    decided = await decisions_of(found.id)
    by_somebody = {(one.kind, one.number, one.field) for one in decided}
    async with write_transaction():
        await record_read(EventName.SUBJECT_READ, by=viewer, subject=(SUBJECT, found.id), young_person=found.young_person)
        items = list(withheld(await gather(found.young_person, decided)))
    return [
        HeldBack(
            kind=item.kind, number=item.number, field=item.field, reason=item.reason, why=REASONS[item.reason], names_only=item.names_only,
            decided=(item.kind, item.number, item.field) in by_somebody,
        )
        for item in items
    ]  # fmt: skip


async def files_of(viewer: User, found: SubjectRequest, settings: Settings) -> Files:
    """The two files as they are now, with what was decided. Raises NotFound while nobody knows who asked: there are none."""
    if found.identity_on is None:
        raise NotFound(f"There are no files yet. {rules.WHO_FIRST}")
    return await export(viewer, young_person_ref(found.young_person), settings=settings, decided=await decisions_of(found.id), request=found.id)
