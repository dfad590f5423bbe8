"""Reading investigations, as a viewer may: other young people than theirs are not named, and staff are to those who work there."""

import datetime as dt
from collections.abc import Iterable, Mapping, Sequence
from typing import Any, Literal

from msgspec import Struct

from yosafe import clock
from yosafe.accounts.viewer import User
from yosafe.audit.record import record_list
from yosafe.db.engine import DB
from yosafe.db.sql import Sql, every
from yosafe.incidents import access as incidents
from yosafe.incidents.actions import INVESTIGATION, case_of
from yosafe.incidents.queries import SOMEONE
from yosafe.incidents.status import OPEN
from yosafe.incidents.tables import Incident
from yosafe.incidents.trail import SUBJECT, record_read_of
from yosafe.lists.listed import Column, Listed
from yosafe.lists.ordering import Place
from yosafe.people import access as people
from yosafe.people.clock_queries import SOON
from yosafe.people.hiding import Hidden
from yosafe.people.rules import full_name
from yosafe.reference.rule_sets import state_of
from yosafe.settings import Terminology

from .access import can_record
from .listed import columns
from .schemas import EvidenceOut, FeedbackOut, InterviewOut, InvestigationOut, RunningOut, StepOut

STAFF = "A member of staff"
# Who is told what came of it, by the part that they had; of a complaint, who complained.
TO_BE_TOLD = frozenset({"harmed", "hurt_self", "complainant", "concerned", "took_part"})


class _Known(Struct, frozen=True):
    """Those in an incident: names of whom the viewer sees, and what to take out of what was written."""

    names: dict[int, str]
    hidden: Hidden
    staff: bool
    to_be_told: dict[int, str]

    def text(self, written: str | None) -> str | None:
        return self.hidden.maybe(written)

    def worker(self, name: str | None) -> str | None:
        """The name of someone who works there, for those who do too."""
        return name if self.staff or name is None else STAFF


async def open_investigation(viewer: User, incident: Incident) -> InvestigationOut:
    """Everything of an incident that was loaded for the viewer (`incidents.access.get_incident_for`), noted as read."""
    await record_read_of(incident.id, by=viewer, page="investigation")
    return await investigation_of(viewer, incident)


async def investigation_of(viewer: User, incident: Incident) -> InvestigationOut:
    known, case = await _known(viewer, incident), await case_of(incident)
    clock_row = await DB.fetchrow(
        "SELECT started_at, due_on, met_at FROM clock WHERE subject_kind = $1 AND subject = $2 AND clock = $3 AND stopped_at IS NULL "
        "AND held IS NULL ORDER BY started_at DESC LIMIT 1",
        *(SUBJECT, incident.id, INVESTIGATION),
    )
    standing = _standing(clock_row["due_on"], clock_row["met_at"]) if clock_row else (None, None)
    owner = await DB.fetchval("SELECT name FROM user_account WHERE id = $1", incident.owner) if incident.owner else None
    feedback = [_feedback(row, known) for row in await _rows("incident_feedback", incident.id)]
    told = {one.young_person for one in feedback if one.audience == "young_person" and one.withdrawn is None}
    answered = incident.kind == "complaint" and case.child_told
    untold = [] if None in told or answered else [name for who, name in known.to_be_told.items() if people.young_person_ref(who) not in told]
    return InvestigationOut(
        incident=incidents.incident_ref(incident.id), owner=owner, began_at=clock_row["started_at"] if clock_row else None,
        due_on=clock_row["due_on"] if clock_row else None, state=standing[0], words=standing[1],
        steps=[_step(row, known) for row in await _rows("investigation_step", incident.id)],
        interviews=[_interview(row, known) for row in await _rows("investigation_interview", incident.id)],
        evidence=[_evidence(row, known) for row in await _rows("investigation_evidence", incident.id)],
        feedback=feedback, untold=untold, child_told=case.child_told, reporter_told=case.reporter_told, may_record=can_record(viewer, incident),
    )  # fmt: skip


def _standing(due_on: dt.date, met_at: dt.datetime | None) -> tuple[str, str]:
    found = state_of(due_on, clock.today(), clock.day_of(met_at) if met_at else None)
    if found.state == "due":
        return ("due_soon" if found.working_days <= SOON else "running"), found.words
    return found.state, found.words


async def _known(viewer: User, incident: Incident) -> _Known:
    query = Sql(
        "SELECT iv.young_person, iv.role, yp.family_name, yp.given_names, yp.known_as, {} AS seen, "
        "ARRAY(SELECT concat_ws(' ', o.family_name, o.given_names) FROM other_name o WHERE o.young_person = yp.id) AS other_names "
        "FROM involvement iv JOIN young_person yp ON yp.id = iv.young_person WHERE iv.incident = {} ORDER BY iv.id",
        people.visible(viewer), incident.id,
    )  # fmt: skip
    rows = await DB.fetch(*query.parts())
    names = {row["young_person"]: full_name(row["family_name"], row["given_names"]) for row in rows if row["seen"]}
    wanted = {"complainant"} if incident.kind == "complaint" else TO_BE_TOLD
    told = {row["young_person"]: names[row["young_person"]] for row in rows if row["seen"] and row["role"] in wanted}
    hidden = Hidden(_called(rows, seen=False), _called(rows, seen=True))
    return _Known(names, hidden, viewer.role in incidents.AT_OWN_PLACE, told)


def _called(rows: Iterable[Mapping[str, Any]], *, seen: bool) -> list[str | None]:
    return [name for row in rows if row["seen"] is seen for name in (row["family_name"], row["given_names"], row["known_as"], *row["other_names"])]


async def _rows(table: str, incident: int) -> list[Any]:
    ended = {"investigation_step": "ended_by", "investigation_evidence": "settled_by"}.get(table)
    of = f"(SELECT name FROM user_account WHERE id = t.{ended})" if ended else "NULL"
    return [
        *await DB.fetch(
            f"SELECT t.*, u.name AS by_name, w.name AS withdrawn_name, {of} AS ended_name FROM {table} t "
            "JOIN user_account u ON u.id = t.recorded_by LEFT JOIN user_account w ON w.id = t.withdrawn_by WHERE t.incident = $1 ORDER BY t.id",
            incident,
        )
    ]


def _entry(row: Any, known: _Known) -> dict[str, Any]:
    return {
        "id": row["id"], "recorded_at": row["recorded_at"], "recorded_by": row["by_name"], "withdrawn": known.text(row["withdrawn_reason"]),
        "withdrawn_at": row["withdrawn_at"], "withdrawn_by": row["withdrawn_name"],
    }  # fmt: skip


def _step(row: Any, known: _Known) -> StepOut:
    open_still = row["ended_at"] is None and row["withdrawn_at"] is None
    return StepOut(
        **_entry(row, known), what=known.hidden.text(row["what"]), who=known.worker(row["who"]), due_on=row["due_on"],
        overdue=open_still and row["due_on"] < clock.today(), how=row["ended_how"], done_on=row["done_on"], note=known.text(row["note"]),
        ended_by=row["ended_name"],
    )  # fmt: skip


def _interview(row: Any, known: _Known) -> InterviewOut:
    """The words of a young person whom the reader has no duty towards are not theirs to read."""
    who = row["young_person"]
    withheld = who is not None and who not in known.names
    if who is not None:
        name = known.names.get(who, SOMEONE)
    else:
        name = row["name"] if known.staff else STAFF if row["with_whom"] == "staff" else "Someone else"
    return InterviewOut(
        **_entry(row, known), with_whom=row["with_whom"], young_person=people.young_person_ref(who) if who in known.names else None,
        name=name, held_on=row["held_on"], began=f"{row['began']:%H:%M}" if row["began"] else None,
        present=row["present"], present_names=known.text(row["present_names"]) if known.staff else None, declined=row["declined"],
        said=None if withheld else known.text(row["said"]), said_withheld=withheld and row["said"] is not None,
        note=None if withheld else known.text(row["note"]),
    )  # fmt: skip


def _evidence(row: Any, known: _Known) -> EvidenceOut:
    state: Literal["kept", "to_keep", "lost"] = "lost" if row["lost_because"] else "kept" if row["kept_on"] else "to_keep"
    late = state == "to_keep" and row["withdrawn_at"] is None and row["keep_by"] is not None and row["keep_by"] < clock.today()
    return EvidenceOut(
        **_entry(row, known), kind=row["kind"], what=known.hidden.text(row["what"]), state=state, keep_by=row["keep_by"], overdue=late,
        kept_on=row["kept_on"], kept_by=known.worker(row["kept_by"]), kept_where=known.text(row["kept_where"]),
        lost_because=known.text(row["lost_because"]),
    )  # fmt: skip


def _feedback(row: Any, known: _Known) -> FeedbackOut:
    who = row["young_person"]
    withheld = who is not None and who not in known.names
    return FeedbackOut(
        **_entry(row, known), audience=row["audience"], young_person=people.young_person_ref(who) if who in known.names else None,
        name=None if who is None else known.names.get(who, SOMEONE), told_on=row["told_on"], told_by=known.worker(row["told_by_whom"]),
        words=None if withheld else known.text(row["words"]), not_told_because=row["not_told_because"],
        note=None if withheld else known.text(row["note"]),
    )  # fmt: skip


# An investigation that runs: its clock, and what of it waits. The young people are those whom the viewer sees.
_OWNED = "incident i LEFT JOIN user_account u ON u.id = i.owner"
_RUNNING = f"""
    SELECT i.id, i.kind, i.severity, i.owner, u.name AS owner_name, c.due_on, s.*, e.*,
        ARRAY(SELECT DISTINCT ARRAY[yp.family_name || ', ' || yp.given_names, yp.id::text]
            FROM involvement iv JOIN young_person yp ON yp.id = iv.young_person WHERE iv.incident = i.id AND {{}} ORDER BY 1) AS people {{}}
    FROM {_OWNED}
        LEFT JOIN clock c ON c.subject_kind = 'incident' AND c.subject = i.id AND c.clock = 'investigation' AND c.met_at IS NULL
            AND c.stopped_at IS NULL AND c.held IS NULL
        CROSS JOIN LATERAL (SELECT count(*) AS steps_open, count(*) FILTER (WHERE due_on < {{}}) AS steps_late FROM investigation_step
            WHERE incident = i.id AND ended_at IS NULL AND withdrawn_at IS NULL) s
        CROSS JOIN LATERAL (SELECT count(*) AS evidence_open, count(*) FILTER (WHERE keep_by < {{}}) AS evidence_late, min(keep_by) AS evidence_by
            FROM investigation_evidence WHERE incident = i.id AND settled_at IS NULL AND withdrawn_at IS NULL) e
    WHERE {{}} ORDER BY {{}} LIMIT {{}}
"""
_WAITS = "(i.status = 'in_investigation' OR (i.status = ANY({}) AND e.evidence_open > 0))"


class RunningFilter(Struct, frozen=True, kw_only=True):
    """`mine`: those that the viewer looks after. `late`: those that are overdue, or of which something is."""

    mine: bool = False
    late: bool = False


class Running(Listed[RunningFilter, RunningOut]):
    """Incidents that are being investigated, and those with evidence still to be kept, by the day they are due."""

    id = "investigations"
    noun = ("investigation", "investigations")
    tie = "i.id"
    source = _OWNED

    def columns(self, viewer: User, terminology: Terminology) -> list[Column]:
        return columns()

    def default(self, wanted: RunningFilter) -> str:
        return "due"

    def seen(self, viewer: User) -> Sql:
        return incidents.visible(viewer)

    async def query(self, viewer: User, wanted: RunningFilter, place: Place, limit: int) -> Sql:
        today = clock.today()
        conditions = [Sql(_WAITS, [one.value for one in OPEN]), incidents.visible(viewer), place.after()]
        conditions += [Sql("i.owner = {}", viewer.id)] if wanted.mine else []
        conditions += [Sql("(c.due_on < {} OR s.steps_late > 0 OR e.evidence_late > 0)", today)] if wanted.late else []
        return Sql(_RUNNING, people.visible(viewer), place.columns, today, today, every(conditions), place.order(), limit)

    async def items(self, viewer: User, rows: Sequence[Any], terminology: Terminology) -> list[RunningOut]:
        return [_running_out(row, viewer) for row in rows]

    def young_people(self, item: RunningOut) -> list[int]:
        return [people.young_person_number(ref) for ref in item.young_person_refs]

    async def note(self, viewer: User, wanted: RunningFilter, items: Sequence[RunningOut]) -> None:
        await record_list("investigations", [number for item in items for number in self.young_people(item)], by=viewer)


RUNNING = Running()
running = RUNNING.page


def _running_out(row: Any, viewer: User) -> RunningOut:
    state, words = _standing(row["due_on"], None) if row["due_on"] else (None, None)
    return RunningOut(
        ref=incidents.incident_ref(row["id"]), kind=row["kind"], severity=row["severity"], owner=row["owner_name"], mine=row["owner"] == viewer.id,
        young_people=[name for name, _ in row["people"]], young_person_refs=[people.young_person_ref(int(who)) for _, who in row["people"]],
        due_on=row["due_on"], state=state, words=words, steps_open=row["steps_open"], steps_late=row["steps_late"],
        evidence_open=row["evidence_open"], evidence_late=row["evidence_late"], evidence_by=row["evidence_by"],
    )  # fmt: skip
