"""What rows become, by target: young people one after another, the others many at once."""

import datetime as dt
from collections.abc import Mapping, Sequence
from typing import Any

import msgspec

from yosafe import clock
from yosafe.db.engine import write_transaction
from yosafe.errors import Conflict, FieldError, Invalid
from yosafe.forms.questions import walk
from yosafe.incidents import brought as incidents
from yosafe.incidents.kinds import RULES, questions_of
from yosafe.incidents.rules import Precision
from yosafe.incidents.schemas import Involve, NameStaff, SubmitIncident
from yosafe.people import brought as people
from yosafe.people.access import NOT_THERE, young_person_ref
from yosafe.people.actions import add_young_person
from yosafe.people.brought import Meant, OldStay, Person, brought_by, find_meant
from yosafe.people.duplicates.schemas import CandidateOut
from yosafe.people.schemas import AddYoungPerson, RecordNumber, StartPlacement
from yosafe.welfare import brought as welfare
from yosafe.welfare.brought import OldAssessment
from yosafe.welfare.instruments import INSTRUMENTS
from yosafe.welfare.rules import ASSET

from .taking import Context, Keyed, Made, Refused, Writer, refusal
from .targets import ANSWER, ASSESSMENTS, INCIDENTS, PEOPLE, PLACEMENTS, UNKNOWN_NUMBER, answers_in

SEVERAL = "Several young people have this: say which by their reference here"
SAY_WHO = "Say whom it means: a reference here, a number, or both names and the date of birth"
IS_THERE = "they are very likely recorded already"
_DETAILS = (
    "family_name", "given_names", "known_as", "date_of_birth", "sex", "ethnicity", "religion", "first_language", "interpreter", "disability",
    "nationality", "asylum_status", "first_time_in_custody", "home_outcode", "home_area", "release_on",
)  # fmt: skip


def meant(values: Mapping[str, Any], before: str = "") -> Meant | None:
    """Whom a row means; None where it says too little."""
    given = {name: values.get(f"{before}{name}") for name in ("young_person", "number", "number_kind", "family_name", "given_names", "date_of_birth")}
    if given["young_person"]:
        return Meant(ref=given["young_person"])
    if given["number"]:
        return Meant(number=(given["number_kind"] or UNKNOWN_NUMBER, given["number"]))
    if given["family_name"] and given["given_names"] and given["date_of_birth"]:
        return Meant(names=(given["family_name"], given["given_names"], given["date_of_birth"]))
    return None


def _who(found: Mapping[Meant, list[Person]], one: Meant | None, before: str = "") -> Person | FieldError:
    """The young person, or what is wrong."""
    if one is None:
        return FieldError(f"{before}family_name", SAY_WHO)
    there = found[one]
    key = f"{before}{'young_person' if one.ref else 'number' if one.number else 'family_name'}"
    if len(there) == 1:
        return there[0]
    return FieldError(key, SEVERAL if there else NOT_THERE)


async def _people_of(context: Context, rows: Sequence[Keyed], before: str = "") -> list[Person | FieldError]:
    wanted = [meant(one.row.values, before) for one in rows]
    found = await find_meant([one for one in wanted if one is not None], by=context.by)
    return [_who(found, one, before) for one in wanted]


def instant(moment: dt.datetime | dt.date, time: dt.time | None = None) -> tuple[dt.datetime, Precision]:
    """A moment of a file, and how exactly it is known."""
    if isinstance(moment, dt.datetime):
        return moment, Precision.EXACT
    if time is None:
        return clock.midnight(moment), Precision.DAY
    return dt.datetime.combine(moment, time, clock.LONDON).astimezone(dt.UTC), Precision.EXACT


# Young people


async def write_people(context: Context, rows: Sequence[Keyed]) -> tuple[list[Made], list[Refused]]:
    """Each by the action that adds one, so that every rule holds. One who is very likely there is a question, never merged."""
    made: list[Made] = []
    refused: list[Refused] = []
    for one in rows:
        try:
            new = _new_person(one.row.values)
            async with write_transaction():
                added = await add_young_person(by=context.by, new=new)
            made.append(Made(one, added.id, (added.id,)))
        except Conflict as conflict:
            refused.append(refusal(context, one, [FieldError("not_duplicate_of", _question(conflict))], question=True))
        except Invalid as wrong:
            refused.append(refusal(context, one, wrong.errors, _PEOPLE_FIELDS))
        except (msgspec.ValidationError, ValueError) as wrong:
            refused.append(refusal(context, one, [FieldError("", str(wrong))]))
    return made, refused


_PEOPLE_FIELDS = {
    "arrived_at": "arrived", "placement": "arrived", "value": "number", "kind": "number_kind", "agency": "number",
    "keep_apart_confirmed": "establishment",
}  # fmt: skip


def _question(conflict: Conflict) -> str:
    refs = [one.ref if isinstance(one, CandidateOut) else str(one["ref"]) for one in conflict.candidates if isinstance(one, CandidateOut | dict)]
    if not refs:
        return str(conflict)
    return (
        f"{IS_THERE}: {' and '.join(refs)}. If so, leave the row out. If it is another child, write the reference in “Not the same child as”, "
        "and why in “Why it is another child”"
    )


def _new_person(values: Mapping[str, Any]) -> AddYoungPerson:
    stay = None
    if {"establishment", "arrived", "legal_status"} & values.keys():
        if missing := {"establishment", "arrived", "legal_status"} - values.keys():
            raise Invalid(
                [FieldError(name, "An arrival needs the establishment, when they arrived and the legal status") for name in sorted(missing)]
            )
        stay = StartPlacement(
            establishment=values["establishment"],
            arrived_at=instant(values["arrived"])[0],
            legal_status=values["legal_status"],
            unit=values.get("unit"),
        )
    number = values.get("number")
    others = [one for one in str(values.get("not_duplicate_of", "")).replace(",", " ").replace(";", " ").split() if one]
    return AddYoungPerson(
        **{name: values[name] for name in _DETAILS if name in values}, placement=stay,
        numbers=[RecordNumber(kind=values.get("number_kind", UNKNOWN_NUMBER), value=number)] if number else [],
        not_duplicate_of=others, not_duplicate_because=values.get("not_duplicate_because"),
    )  # fmt: skip


# Placements


async def write_placements(context: Context, rows: Sequence[Keyed]) -> tuple[list[Made], list[Refused]]:
    refused: list[Refused] = []
    good: list[tuple[Keyed, OldStay]] = []
    for one, person in zip(rows, await _people_of(context, rows), strict=True):
        stay = person if isinstance(person, FieldError) else _stay(person, one.row.values)
        faults = [stay] if isinstance(stay, FieldError) else people.check_old(stay, by=context.by)
        if isinstance(stay, FieldError) or faults:
            refused.append(refusal(context, one, faults, _STAY_FIELDS))
        else:
            good.append((one, stay))
    over = await people.overlapping([stay for _, stay in good])
    kept: list[tuple[Keyed, OldStay]] = []
    for n, (one, stay) in enumerate(good):
        faults = [FieldError("arrived", OVERLAPS)] if n in over else list(await people.keep_apart_faults(stay, by=context.by))
        if faults:
            refused.append(refusal(context, one, faults, _STAY_FIELDS))
        else:
            kept.append((one, stay))
    ids = await people.write_many([stay for _, stay in kept], by=context.by)
    return [Made(one, number, (stay.person.id,)) for (one, stay), number in zip(kept, ids, strict=True)], refused


OVERLAPS = "They are recorded in custody at that time already: two placements can't overlap. Check both days"
_STAY_FIELDS = {"arrived_at": "arrived", "left_at": "left"}


def _stay(person: Person, values: Mapping[str, Any]) -> OldStay:
    left = values.get("left")
    return OldStay(
        person=person, establishment=values["establishment"], unit=values.get("unit"), legal_status=values["legal_status"],
        arrived_at=instant(values["arrived"])[0], left_at=_end(left) if left else None, leaving_reason=values.get("leaving_reason"),
    )  # fmt: skip


def _end(moment: dt.datetime | dt.date) -> dt.datetime:
    """When they left; of a day whose hour is not known its end, or now."""
    if isinstance(moment, dt.datetime):
        return moment
    return (
        min(clock.midnight(moment + dt.timedelta(days=1)) - dt.timedelta(minutes=1), clock.now())
        if moment <= clock.today()
        else clock.midnight(moment)
    )


# Incidents


async def write_incidents(context: Context, rows: Sequence[Keyed]) -> tuple[list[Made], list[Refused]]:
    refused: list[Refused] = []
    good: list[tuple[Keyed, incidents.Old]] = []
    first = await _people_of(context, rows)
    with_other = [one for one in rows if any(name.startswith("other_") for name in one.row.values)]
    others = dict(zip([id(one) for one in with_other], await _people_of(context, with_other, "other_"), strict=True))
    for one, person in zip(rows, first, strict=True):
        try:
            good.append((one, _old_incident(context, one, person, others.get(id(one)))))
        except Invalid as wrong:
            refused.append(refusal(context, one, wrong.errors))
        except (msgspec.ValidationError, ValueError) as wrong:
            refused.append(refusal(context, one, [FieldError("", str(wrong))]))
    checked = await incidents.check_many([old for _, old in good], by=context.by, seen=brought_by(context.by))
    kept: list[tuple[Keyed, incidents.Ready]] = []
    for (one, _), found in zip(good, checked, strict=True):
        if isinstance(found, incidents.Ready):
            kept.append((one, found))
        else:
            refused.append(refusal(context, one, [FieldError(_incident_field(key), message) for key, message in found]))
    ids = await incidents.write_many([ready for _, ready in kept], by=context.by)
    return [Made(one, number, ready.incident.people) for (one, ready), number in zip(kept, ids, strict=True)], refused


_INVOLVED = {"young_person": "young_person", "roles": "role", "injuries": "injuries", "treatment": "treatment"}


def _incident_field(key: str) -> str:
    """Our field for the key of a fault of an incident."""
    if key.startswith("answers."):
        return f"{ANSWER}{key.removeprefix('answers.')}"
    if key.startswith("involvements."):
        _, number, name = key.split(".")
        return ("other_" if number != "0" else "") + _INVOLVED.get(name, name)
    return {"happened_at": "happened", "involvements": "role", "staff": "staff"}.get(key.split(".")[0], key)


def _old_incident(context: Context, one: Keyed, person: Person | FieldError, other: Person | FieldError | None) -> incidents.Old:
    """Raises Invalid."""
    values = one.row.values
    faults = [found for found in (person, other) if isinstance(found, FieldError)]
    if values.get("establishment", context.by.establishment) != context.by.establishment:
        faults.append(FieldError("establishment", "You bring in incidents of your own establishment only"))
    if faults or isinstance(person, FieldError):
        raise Invalid(faults)
    happened_at, precision = instant(values["happened"], values.get("time"))
    roles = values["role"]
    involved = [
        Involve(young_person=young_person_ref(person.id), roles=roles, injuries=values.get("injuries", []), treatment=values.get("treatment"))
    ]
    if isinstance(other, Person):
        if not values.get("other_role"):
            raise Invalid([FieldError("other_role", "Say what part the other young person had in it")])
        involved.append(Involve(young_person=young_person_ref(other.id), roles=values["other_role"]))
    answers, beside = _asked_of(values["kind"], answers_in(values))
    staff = (
        [NameStaff(role="staff_alleged" if RULES[values["kind"]].alleged else "staff_involved", name=values["staff"])] if "staff" in values else []
    )
    account = "\n\n".join([values["account"], *([f"Also in the log: {'; '.join(beside)}."] if beside else [])])
    data = SubmitIncident(
        kind=values["kind"], happened_at=happened_at, happened_precision=precision, place=values["place"], place_detail=values.get("place_detail"),
        unit=values.get("unit"), account=account, child_said=values.get("child_said"), immediate_action=values.get("immediate_action"),
        told_by=values["told_by"], severity=values.get("severity"), involvements=involved, answers=answers, staff=staff,
    )  # fmt: skip
    return incidents.Old(data=data, closed=bool(values.get("closed")), comment=_comment(context, values))


def _comment(context: Context, values: Mapping[str, Any]) -> str:
    reference = values.get("reference")
    return f"Brought in from {context.source}" + (f", where it is {reference}." if reference else ".")


def _asked_of(kind: str, answers: Mapping[str, object]) -> tuple[dict[str, Any], list[str]]:
    """The answers that a kind asks for, and the others in words: they go into the account, so that nothing is lost."""
    if not answers:
        return {}, []
    asked = {question.name: question for question in walk(questions_of(kind, clock.today()).questions)}
    kept = {name: value for name, value in answers.items() if name in asked}
    beside = [
        f"{name.replace('_', ' ')}: {', '.join(map(str, value)) if isinstance(value, list) else value}"
        for name, value in answers.items()
        if name not in asked
    ]
    return kept, beside


# Assessments


async def write_assessments(context: Context, rows: Sequence[Keyed]) -> tuple[list[Made], list[Refused]]:
    refused: list[Refused] = []
    kept: list[tuple[Keyed, OldAssessment]] = []
    for one, person in zip(rows, await _people_of(context, rows), strict=True):
        if isinstance(person, FieldError):
            refused.append(refusal(context, one, [person]))
            continue
        values = one.row.values
        of = INSTRUMENTS[values.get("instrument", ASSET)]
        occasion = values.get("occasion", of.occasions[0] if len(of.occasions) == 1 else None)
        if occasion is None:
            refused.append(refusal(context, one, [FieldError("occasion", "Why it was done is needed")]))
            continue
        old = OldAssessment(
            young_person=person.id, date_of_birth=person.date_of_birth, instrument=of.id, occasion=occasion,
            completed_on=values["completed_on"], answers=answers_in(values),
        )  # fmt: skip
        faults = welfare.check_old(old, by=context.by)
        if faults:
            names = {key: f"{ANSWER}{key}" for key, _ in faults if key in old.answers}
            refused.append(refusal(context, one, faults, names))
        else:
            kept.append((one, old))
    without = await welfare.without_stay([old for _, old in kept], by=context.by)
    refused += [refusal(context, kept[n][0], [fault]) for n, fault in without.items()]
    kept = [one for n, one in enumerate(kept) if n not in without]
    ids = await welfare.write_many([old for _, old in kept], by=context.by)
    return [Made(one, number, (old.young_person,)) for (one, old), number in zip(kept, ids, strict=True)], refused


WRITERS: dict[str, Writer] = {
    PEOPLE: write_people, PLACEMENTS: write_placements, INCIDENTS: write_incidents, ASSESSMENTS: write_assessments
}  # fmt: skip
# What a row became: how its record is called, and the reference of one.
SUBJECTS: dict[str, str] = {PEOPLE: "young_person", PLACEMENTS: "placement", INCIDENTS: "incident", ASSESSMENTS: "assessment"}
