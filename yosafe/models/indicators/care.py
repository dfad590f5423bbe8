"""Being in care, and the authority that answers for it."""

import datetime as dt
from collections.abc import Mapping

from yosafe.models.facts import CarePeriod, Facts
from yosafe.reference.working_days import add_working_days

from .contact import Gap, by_social_services, gap_in_contact
from .outcome import Answer, Because, Level, Raised, Unknown
from .words import day, label, titled

OWED = frozenset({"looked_after", "care_leaver"})
NO_STATUS = "Care status"
NOT_KNOWN = "not_known"


def in_care(facts: Facts, settings: Mapping[str, int], as_of: dt.date) -> Answer:
    care = facts.care
    if care is None or care.status == NOT_KNOWN:
        return Unknown(missing=(NO_STATUS,))
    if care.status not in OWED:
        return None
    return Raised(
        level=Level.NOTE,
        sentence=f"{titled('care_status', care.status)} since {day(care.happened_on)}.",
        because=(_status(care),),
        missing=() if facts.answered_for else ("Name of the social worker",),
    )


def lost_social_worker(facts: Facts, settings: Mapping[str, int], as_of: dt.date) -> Answer:
    care = facts.care
    if care is None or care.status == NOT_KNOWN:
        return Unknown(missing=(NO_STATUS,))
    gap = gap_in_contact(facts, by_social_services, as_of)
    if care.status not in OWED or gap is None:
        return None
    silent = gap.days >= settings["days"]
    if facts.answered_for and not silent:
        return None
    reasons = [] if facts.answered_for else ["no social worker is named"]
    reasons += [f"no contact by {{social_services}} is recorded for {settings['days']} days or more"] if silent else []
    return Raised(
        level=Level.RAISED,
        sentence=f"{titled('care_status', care.status)}, and {' and '.join(reasons)}.",
        because=(_status(care), gap.because) if silent else (_status(care),),
        missing=_missing(facts, gap),
    )


def care_status_unknown(facts: Facts, settings: Mapping[str, int], as_of: dt.date) -> Answer:
    since, placement, care = facts.in_custody_since, facts.placement, facts.care
    if since is None or placement is None or (care is not None and care.status != NOT_KNOWN):
        return None
    if as_of <= add_working_days(since, settings["working_days"]).due:
        return None
    return Raised(
        level=Level.RAISED,
        sentence=f"Came into custody on {day(since)} and it is still not known whether they are or were in care.",
        because=(Because("Came into custody", since, placement.reference),) if care is None else (_status(care),),
        missing=(NO_STATUS,),
    )


def _status(care: CarePeriod) -> Because:
    return Because(f"Care status: {label('care_status', care.status)}", care.happened_on, care.reference)


def _missing(facts: Facts, gap: Gap) -> tuple[str, ...]:
    name = () if facts.answered_for else ("Name of the social worker",)
    return (*name, *gap.missing("contact by {social_services}"))
