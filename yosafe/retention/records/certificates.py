"""Destructions as lists, pages and certificates show them. A certificate names nobody: it says which kinds of rows went, how many, by which rule, who
said so and when."""

from collections.abc import Sequence
from pathlib import Path
from typing import Any

from msgspec import Struct

from yosafe import words
from yosafe.accounts.viewer import User
from yosafe.audit.record import EventName, record_list, record_read
from yosafe.db.engine import DB
from yosafe.db.paging import Instant
from yosafe.db.sql import Sql, every
from yosafe.documents.pdf import pdf
from yosafe.errors import NotFound
from yosafe.lists.listed import Column, Listed
from yosafe.lists.ordering import Place, ranked, sort
from yosafe.people.access import young_person_number, young_person_ref
from yosafe.people.tables import YoungPerson
from yosafe.refs import ref
from yosafe.settings import Settings, Terminology
from yosafe.subject_access.export import SYNTHETIC

from .access import PREFIX, READ, sees_destruction
from .reach import reach
from .schemas import DestructionAsked, DestructionOut, WouldGo
from .tables import Destruction

TEMPLATE = Path(__file__).parents[1] / "templates/retention/certificate.typ"
NOT_DONE = "There is no certificate yet: the record was not destroyed. Its page says how far it is."
_STATE = (
    "(CASE WHEN d.done_at IS NOT NULL THEN 'done' WHEN d.stopped_at IS NOT NULL THEN 'stopped' WHEN d.confirmed_at IS NOT NULL THEN 'confirmed' "
    "ELSE 'proposed' END)"
)
STATE_WORDS = {
    "proposed": "Waits for a second person", "confirmed": "To be destroyed tonight", "done": "Destroyed", "stopped": "Broken off",
}  # fmt: skip
_ASKED = {"open": "d.done_at IS NULL AND d.stopped_at IS NULL", "done": "d.done_at IS NOT NULL", "stopped": "d.stopped_at IS NOT NULL", "all": "true"}
_LIST = f"""
    SELECT d.*, {_STATE} AS state, g.name AS agency_name, p.name AS proposed_by_name, c.name AS confirmed_by_name, s.name AS stopped_by_name {{}}
    FROM destruction d JOIN agency g ON g.id = d.agency JOIN user_account p ON p.id = d.proposed_by
    LEFT JOIN user_account c ON c.id = d.confirmed_by LEFT JOIN user_account s ON s.id = d.stopped_by WHERE {{}} ORDER BY {{}} LIMIT {{}}
"""


class DestructionFilter(Struct, frozen=True, kw_only=True):
    state: DestructionAsked = "open"


class Destructions(Listed[DestructionFilter, DestructionOut]):
    """Those that the viewer's agency has part in."""

    id = "destructions"
    noun = ("destruction", "destructions")
    tie = "d.id"
    source = "destruction d"
    permission = READ

    def columns(self, viewer: User, terminology: Terminology) -> list[Column]:
        return [
            Column(
                id="proposed", title="Proposed", down=True, sort=sort("d.proposed_at", kinds=[Instant]),
                cells=(("Proposed", lambda one, _: one.proposed_at), ("By", lambda one, _: one.proposed_by), ("Reference", lambda one, _: one.ref)),
            ),
            Column(title="Record", cells=(("Record", lambda one, _: one.young_person),)),
            Column(title="Agency", cells=(("Agency", lambda one, _: one.agency),)),
            Column(title="By which rule", cells=(("By which rule", lambda one, _: one.kept),)),
            Column(
                id="state", title="State", sort=ranked(_STATE, STATE_WORDS),
                cells=(
                    ("State", lambda one, _: STATE_WORDS[one.state]), ("Confirmed by", lambda one, _: one.confirmed_by),
                    ("Destroyed", lambda one, _: one.done_at),
                ),
            ),
        ]  # fmt: skip

    def default(self, wanted: DestructionFilter) -> str:
        return "-proposed"

    def seen(self, viewer: User) -> Sql:
        return sees_destruction(viewer)

    async def query(self, viewer: User, wanted: DestructionFilter, place: Place, limit: int) -> Sql:
        condition = every([sees_destruction(viewer), Sql(_ASKED[wanted.state]), place.after()])
        return Sql(_LIST, place.columns, condition, place.order(), limit)

    async def items(self, viewer: User, rows: Sequence[Any], terminology: Terminology) -> list[DestructionOut]:
        return [destruction_out(row) for row in rows]

    def young_people(self, item: DestructionOut) -> list[int]:
        return [young_person_number(item.young_person)]

    async def note(self, viewer: User, wanted: DestructionFilter, items: Sequence[DestructionOut]) -> None:
        await record_list("destructions", [young_person_number(one.young_person) for one in items], by=viewer)


DESTRUCTIONS = Destructions()


def destruction_out(row: Any) -> DestructionOut:
    return DestructionOut(
        ref=ref(PREFIX, row["id"]), young_person=young_person_ref(row["young_person"]), state=row["state"], agency=row["agency_name"],
        rule=row["rule"], kept=row["kept"], source=row["source"], reason=row["reason"], proposed_at=row["proposed_at"],
        proposed_by=row["proposed_by_name"], confirmed_at=row["confirmed_at"], confirmed_by=row["confirmed_by_name"], stopped_at=row["stopped_at"],
        stopped_by=row["stopped_by_name"], stopped_reason=row["stopped_reason"], done_at=row["done_at"], destroyed=row["destroyed"],
        treated=row["treated"], version=row["version"],
    )  # fmt: skip


async def one_destruction(number: int) -> DestructionOut:
    """One that was loaded for the viewer."""
    [row] = await DB.fetch(*Sql(_LIST, Sql(""), Sql("d.id = {}", number), Sql("d.id"), 1).parts())
    return destruction_out(row)


async def shown_destruction(viewer: User, found: Destruction) -> DestructionOut:
    """The same, noted as looked at."""
    await record_read(EventName.DESTRUCTION_READ, by=viewer, subject=("destruction", found.id), young_person=found.young_person)
    return await one_destruction(found.id)


async def would_go(viewer: User, young_person: YoungPerson) -> WouldGo:
    """What would go now, counted; noted as looked at. Raises Conflict where it could not be done."""
    await record_read(EventName.RETENTION_READ, by=viewer, young_person=young_person.id)
    found = await reach(young_person.id)
    return WouldGo(young_person=young_person_ref(young_person.id), goes=found.counts, stays=len(found.staying), shared_files=found.shared_files)


def called(table: str) -> str:
    """A table in words."""
    return table.replace("_", " ").capitalize()


async def certificate(viewer: User, found: Destruction, settings: Settings) -> bytes:
    """The certificate as a tagged PDF; noted as taken out. Raises NotFound before the record is gone."""
    if found.done_at is None:
        raise NotFound(NOT_DONE)
    one = await one_destruction(found.id)
    await record_read(EventName.CERTIFICATE_TAKEN, by=viewer, subject=("destruction", found.id), young_person=found.young_person)
    marking = f"{one.ref}. It names no young person"
    return await pdf(
        TEMPLATE,
        {
            "cover": {
                "title": f"Certificate of destruction {one.ref}",
                "about": facts(one),
                "notes": list(NOTES),
                "marking": f"{SYNTHETIC}. {marking}" if settings.demo else marking,
                "made": f"Made for {viewer.agency_name}. The trail of yosafe has the same entry, by number.",
            },
            "destroyed": [(called(table), f"{count:,}") for table, count in (one.destroyed or {}).items()],
            "treated": [(called(table), f"{count:,}") for table, count in (one.treated or {}).items()],
        },
    )


NOTES = (
    "Everything that yosafe kept under this reference was destroyed in one step. In records of others, names and references of the young person "
    "were taken out.",
    "Kept are: this certificate, the audit trail (numbers and kinds of events, no names), and figures in reports that were published. Backups hold "
    "the record until they are over.",
)


def facts(one: DestructionOut) -> list[tuple[str, str]]:
    """What a certificate says beside its counts."""
    said = [
        ("Record", one.young_person),
        ("By which rule", one.kept),
        ("Source", one.source),
        ("Reason", one.reason),
        ("Proposed", f"{words.instant(one.proposed_at)}, by {one.proposed_by}, {one.agency}"),
    ]
    if one.confirmed_at:
        said.append(("Confirmed", f"{words.instant(one.confirmed_at)}, by {one.confirmed_by}"))
    if one.done_at:
        said.append(("Destroyed", words.instant(one.done_at)))
    if one.stopped_at:
        by = f", by {one.stopped_by}" if one.stopped_by else ", by yosafe"
        said += [("Broken off", f"{words.instant(one.stopped_at)}{by}"), ("Why", one.stopped_reason or "")]
    return said
