"""Who may see and mark a body map: whoever may load the incident and the young person in it. There is no other loader."""

from yosafe.accounts.viewer import User
from yosafe.errors import Conflict, NotFound, Refused
from yosafe.incidents.access import can_correct
from yosafe.incidents.actions import one_of_those_seen
from yosafe.incidents.changing import Person, people_in
from yosafe.incidents.tables import Incident
from yosafe.people import access as people

from . import rules
from .tables import BodyMark

NOT_THERE = "There is no mark with this number in this incident that you can see. Look at the body map again."
NOT_MAPPED = "No injury of this young person is recorded in this incident, and its kind has no body map. Add what you saw as an addendum."


async def get_person_for(user: User, incident: Incident, ref: str) -> Person:
    """A young person in an incident that the user has loaded, or NotFound."""
    person = await one_of_those_seen(ref, by=user, incident=incident)
    if person is None:
        raise NotFound(people.NOT_THERE)
    return next(one for one in await people_in(incident.id) if one.young_person == person)


async def get_mark_for(user: User, incident: Incident, number: int) -> BodyMark:
    """A mark in an incident that the user has loaded, of a young person whom they see, or NotFound."""
    mark = await BodyMark.objects().get((BodyMark.id == number) & (BodyMark.incident == incident.id)) if number < 1 << 62 else None
    if mark is None or not await people.may_see(user, mark.young_person):
        raise NotFound(NOT_THERE)
    return mark


def can_mark(user: User, incident: Incident, person: Person) -> bool:
    """Whatever the status: marks come to light later."""
    return user.may("incident:addendum") and rules.may_be_mapped(incident.kind, person.injuries)


def check_can_mark(user: User, incident: Incident, person: Person) -> None:
    if not user.may("incident:addendum"):
        raise Refused("Only those who work in the establishment add to a body map here.")
    if not rules.may_be_mapped(incident.kind, person.injuries):
        raise Conflict(NOT_MAPPED)


def can_strike(user: User, recorded_by: int) -> bool:
    return can_correct(user) or (user.id == recorded_by and user.may("incident:addendum"))


def check_can_strike(user: User, mark: BodyMark) -> None:
    if not can_strike(user, mark.recorded_by):
        raise Refused("Only whoever recorded this mark, or the safeguarding lead, strikes it out.")
