"""The whole record of an incident, as a reader may see it: other children than those they have a duty towards have roles and nothing else."""

from collections.abc import Iterable, Mapping, Set
from typing import Any, cast

import msgspec
from msgspec import Struct

from yosafe.accounts.viewer import User
from yosafe.db.engine import DB
from yosafe.db.sql import Sql
from yosafe.errors import NotFound
from yosafe.forms.questions import Kind, walk
from yosafe.people import access as people
from yosafe.people.hiding import Hidden
from yosafe.people.rules import full_name

from . import access
from .actions import case_of
from .changing import answers_of
from .complaints.answers import answers_to, content_with, may_appeal_by
from .correcting import ANSWER, FACTS
from .hearing import may_hear
from .kinds import question_sets
from .queries import SOMEONE
from .rules import Precision
from .schemas import AddendumOut, ComplaintOut, CorrectionOut, EventOut, IncidentOut, OutcomeOut, PersonOut, Severity, TellingOut
from .staffing import allegation_of, staff_of
from .status import Act, Case, Status
from .tables import Incident
from .told.queries import standings_of
from .transitions import steps_for

WRITTEN = frozenset({"account", "child_said", "immediate_action", "place_detail"})
_FACTS = ("age", "establishment", "unit", "legal_status", "care_status", "distance_miles", "days_since_arrival")


class _People(Struct):
    """Everyone involved, and the names to take out of what was written."""

    out: dict[int, PersonOut]
    hidden: Hidden

    def knows(self, who: int | None) -> bool:
        """Whether something is about the incident, or about one of these: whoever was added since they were read stands on the next page."""
        return who is None or who in self.out

    def seen(self, who: int) -> bool:
        return self.out[who].young_person is not None

    @property
    def hears(self) -> bool:
        return may_hear((person.roles, person.young_person is not None) for person in self.out.values())

    def name(self, who: int) -> str:
        return self.out[who].name if who in self.out else SOMEONE


async def record_of(viewer: User, incident: Incident) -> IncidentOut:
    """Everything of an incident that the viewer may load (`access.get_incident_for`). The reading is audited by whoever shows it."""
    involved = await _people(viewer, incident.id)
    who, hidden, case = await _who(incident), involved.hidden, await case_of(incident)
    return IncidentOut(
        ref=access.incident_ref(incident.id), kind=incident.kind, status=Status(incident.status), severity=cast("Severity", incident.severity),
        restricted=incident.restricted, establishment=incident.establishment, unit=incident.unit, place=incident.place,
        place_detail=hidden.maybe(incident.place_detail), happened_at=incident.happened_at,
        happened_precision=Precision(incident.happened_precision), account=hidden.text(incident.account),
        child_said=hidden.maybe(incident.child_said) if involved.hears else None,
        child_said_withheld=incident.child_said is not None and not involved.hears, child_not_asked_because=incident.child_not_asked_because,
        immediate_action=hidden.maybe(incident.immediate_action), told_by=incident.told_by, question_set=incident.question_set,
        answers=_answers(incident, hidden), finding=incident.finding, duplicate_of=await _original(viewer, incident), owner=who["owner"],
        recorded_at=incident.recorded_at, recorded_by=who["recorded_by"], recorded_for=who["agency"], version=incident.version,
        involvements=list(involved.out.values()), staff=await staff_of(viewer, incident), allegation=await allegation_of(incident),
        outcomes=await _outcomes(incident.id, involved),
        to_be_told=await _to_be_told(viewer, incident.id, involved), events=await _events(incident.id, hidden),
        addenda=await _addenda(incident.id, hidden), corrections=await _corrections(incident, involved),
        may=[step.act for step in steps_for(case, viewer)], complaint=await _complaint(incident, case, hidden),
    )  # fmt: skip


def _answers(incident: Incident, hidden: Hidden) -> dict[str, Any]:
    """The answers, with what was written in words treated; codes stay."""
    worded = _worded(incident)
    return {name: hidden.text(value) if name in worded and isinstance(value, str) else value for name, value in answers_of(incident).items()}


def _worded(incident: Incident) -> set[str]:
    """The names of the kind's questions that are answered in words."""
    asked = question_sets().by_ref(incident.question_set).questions
    return {question.name for question in walk(asked) if question.kind in (Kind.TEXT, Kind.TEXTAREA)}


async def _people(viewer: User, incident: int) -> _People:
    query = Sql(
        "SELECT iv.*, yp.family_name, yp.given_names, yp.known_as, {} AS seen, "
        "ARRAY(SELECT concat_ws(' ', o.family_name, o.given_names) FROM other_name o WHERE o.young_person = yp.id) AS other_names "
        "FROM involvement iv JOIN young_person yp ON yp.id = iv.young_person "
        "WHERE iv.incident = {} ORDER BY iv.id",
        people.visible(viewer), incident,
    )  # fmt: skip
    found: dict[int, PersonOut] = {}
    rows = await DB.fetch(*query.parts())
    for row in rows:
        person = found.setdefault(row["young_person"], _person(row))
        person.roles.append(row["role"])
        if row["seen"]:
            person.injuries += [injury for injury in row["injuries"] if injury not in person.injuries]
            person.treatment = row["treatment"] or person.treatment
    return _People(found, Hidden(_names(rows, seen=False), _names(rows, seen=True)))


async def names_hidden(viewer: User, incident: int) -> Hidden:
    """The names to take out of what was written with an incident, for a viewer who may load it."""
    return (await _people(viewer, incident)).hidden


def _names(rows: Iterable[Mapping[str, Any]], *, seen: bool) -> list[str | None]:
    """All that they are called, or were."""
    return [name for row in rows if row["seen"] is seen for name in (row["family_name"], row["given_names"], row["known_as"], *row["other_names"])]


def _person(row: Mapping[str, Any]) -> PersonOut:
    if not row["seen"]:
        return PersonOut(involvement=row["id"], young_person=None, name=SOMEONE, roles=[])
    return PersonOut(
        involvement=row["id"], young_person=people.young_person_ref(row["young_person"]), name=full_name(row["family_name"], row["given_names"]),
        roles=[], injuries=[], **{name: row[name] for name in _FACTS},
    )  # fmt: skip


async def _who(incident: Incident) -> Mapping[str, Any]:
    row = await DB.fetchrow(
        "SELECT u.name AS recorded_by, g.name AS agency, (SELECT name FROM user_account WHERE id = $3) AS owner "
        "FROM user_account u, agency g WHERE u.id = $1 AND g.id = $2",
        *(incident.recorded_by, incident.agency, incident.owner),
    )
    if row is None:
        raise NotFound(access.NOT_THERE)
    return dict(row)


async def _original(viewer: User, incident: Incident) -> str | None:
    """The reference of the incident that this one repeats, where the viewer may see that one; else words."""
    if incident.duplicate_of is None:
        return None
    try:
        return access.incident_ref((await access.get_incident_for(viewer, incident.duplicate_of)).id)
    except NotFound:
        return "another record"


async def _outcomes(incident: int, involved: _People) -> list[OutcomeOut]:
    rows = await DB.fetch(
        "SELECT o.*, u.name AS by_name FROM incident_outcome o JOIN user_account u ON u.id = o.recorded_by WHERE incident = $1 ORDER BY o.id",
        incident,
    )
    return [
        OutcomeOut(
            outcome=row["outcome"], young_person=involved.out[who].young_person if (who := row["young_person"]) else None,
            name=involved.name(who) if who else None, done_on=row["done_on"],
            note=involved.hidden.maybe(row["note"]) if who is None or involved.seen(who) else None,
            recorded_at=row["recorded_at"], recorded_by=row["by_name"],
            whom=involved.hidden.maybe(row["whom"]) if who is None or involved.seen(who) else None, how=row["how"],
            done_time=f"{row['done_time']:%H:%M}" if row["done_time"] else None, by_whom=involved.hidden.maybe(row["by_whom"]),
        )
        for row in rows if involved.knows(row["young_person"])
    ]  # fmt: skip


async def _to_be_told(viewer: User, incident: int, involved: _People) -> list[TellingOut]:
    """About the incident, and about those whom the viewer sees."""
    return [
        TellingOut(
            outcome=one.outcome, young_person=involved.out[one.young_person].young_person if one.young_person else None,
            name=involved.name(one.young_person) if one.young_person else None, state=one.state, told_on=one.on,
            whom=involved.hidden.maybe(one.whom), reason=one.reason, note=involved.hidden.maybe(one.note),
        )
        for one in await standings_of(viewer, incident) if involved.knows(one.young_person)
    ]  # fmt: skip


async def _events(incident: int, hidden: Hidden) -> list[EventOut]:
    rows = await DB.fetch(
        "SELECT e.*, u.name AS by_name, o.name AS owner_name FROM incident_event e JOIN user_account u ON u.id = e.recorded_by "
        "LEFT JOIN user_account o ON o.id = e.owner WHERE incident = $1 ORDER BY at, e.id",
        incident,
    )
    return [
        EventOut(
            action=Act(row["action"]), from_status=Status(row["from_status"]) if row["from_status"] else None, to_status=Status(row["to_status"]),
            code=row["code"], comment=hidden.maybe(row["comment"]), at=row["at"], by=row["by_name"], owner=row["owner_name"],
        )
        for row in rows
    ]  # fmt: skip


async def _complaint(incident: Incident, case: Case, hidden: Hidden) -> ComplaintOut | None:
    if incident.kind != "complaint":
        return None
    answers, content = await answers_to(incident.id), await content_with(incident.id)
    for answer in answers:
        answer.words = hidden.text(answer.words)
    for one in content:
        one.words = hidden.maybe(one.words)
    return ComplaintOut(
        sealed=incident.restricted, answers=answers, content=content, appeal_to=case.appeal,
        may_appeal_by=may_appeal_by(answers[-1]) if answers and case.appeal is None else None,
    )  # fmt: skip


async def _addenda(incident: int, hidden: Hidden) -> list[AddendumOut]:
    rows = await DB.fetch(
        "SELECT a.text, a.at, u.name AS by FROM addendum a JOIN user_account u ON u.id = a.recorded_by WHERE incident = $1 ORDER BY at, a.id",
        incident,
    )
    return [AddendumOut(text=hidden.text(row["text"]), at=row["at"], by=row["by"]) for row in rows]


async def _corrections(incident: Incident, involved: _People) -> list[CorrectionOut]:
    rows = await DB.fetch(
        "SELECT c.*, u.name AS by_name FROM incident_correction c JOIN user_account u ON u.id = c.recorded_by WHERE incident = $1 ORDER BY at, c.id",
        incident.id,
    )
    written = WRITTEN | {f"{ANSWER}{name}" for name in _worded(incident)}
    found = []
    for row in rows:
        field, old, new = _correction(row, involved, written)
        reason = involved.hidden.text(row["reason"])
        found.append(CorrectionOut(field=field, old=old, new=new, reason=reason, at=row["at"], by=row["by_name"]))
    return found


def _correction(row: Mapping[str, Any], involved: _People, written: Set[str]) -> tuple[str, str | None, str | None]:
    """Field, old and new value; the facts of a young person are named by them, and hidden with them; so are a child's own words."""
    field, old, new, hidden = row["field"], row["old_value"], row["new_value"], involved.hidden
    if field.startswith(FACTS):
        who = int(field.removeprefix(FACTS))
        return (f"facts of {involved.name(who)}", old, new) if involved.seen(who) else (f"facts of {SOMEONE}", None, None)
    if field == "child_said" and not involved.hears:
        return field, None, None
    return (field, hidden.maybe(old), hidden.maybe(new)) if field in written else (field, old, new)


def facts_in(text: str) -> dict[str, Any]:
    """The facts that a correction kept as text."""
    return msgspec.json.decode(text, type=dict[str, Any])
