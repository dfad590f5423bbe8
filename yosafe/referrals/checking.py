"""What a referral must have before it is sent, or decided against. Pure: answers and codes in, faults out."""

import datetime as dt

from msgspec import Struct

from yosafe.accounts.permissions import AgencyKind
from yosafe.errors import FieldError, Invalid
from yosafe.reference.codes import code_list
from yosafe.text import alike

from .schemas import ConsiderReferral, Grounds, SendReferral

LONGEST_REVIEW = dt.timedelta(days=366)
SOURCES = {AgencyKind.YOI: "7", AgencyKind.YOT: "5b"}


def source_code(kind: AgencyKind) -> str:
    """The code of national returns for who referred: 7 for an establishment."""
    return SOURCES[kind]


def check_complete(data: SendReferral, *, today: dt.date) -> None:
    """Raise Invalid with everything that is missing or can't be right, before it is sent."""
    errors = [*_ground_faults(data, today), *_code_faults("sharing_basis", "sharing_basis", data.sharing_basis, today)]
    if data.child_view is None and data.child_not_asked_because is None:
        errors.append(FieldError("child_view", "Give the young person's own view, or say why they were not asked"))
    if data.child_view is not None and data.child_not_asked_because is not None:
        errors.append(FieldError("child_not_asked_because", "Leave this out: the young person's own view is given"))
    if data.child_not_asked_because is not None:
        errors += _code_faults("not_asked_reason", "child_not_asked_because", data.child_not_asked_because, today)
    if errors:
        raise Invalid(errors)


def check_considered(data: ConsiderReferral, *, recorder: str, today: dt.date) -> None:
    """Raise Invalid where the decision not to refer lacks a reason, a second person, or a day on which it is looked at again."""
    errors = [*_ground_faults(data, today), *_code_faults("not_referred_reason", "reason", data.reason, today)]
    if alike(data.second_person, recorder):
        errors.append(FieldError("second_person", "Name someone else: the decision needs a second person"))
    if data.review_on <= today:
        errors.append(FieldError("review_on", "The day on which it is looked at again must be in the future"))
    elif data.review_on > today + LONGEST_REVIEW:
        errors.append(FieldError("review_on", "The day on which it is looked at again must be within a year"))
    if errors:
        raise Invalid(errors)


def _ground_faults(data: Grounds, today: dt.date) -> list[FieldError]:
    errors = _code_faults("referral_category", "category", data.category, today)
    if not data.incidents and data.assessment is None:
        errors.append(FieldError("incidents", "Select the incidents or the assessment that it rests on"))
    return errors


def _code_faults(name: str, key: str, value: str, today: dt.date) -> list[FieldError]:
    try:
        code_list(name).check(value, today, key=key)
    except Invalid as fault:
        return list(fault.errors)
    return []


class Known(Struct, frozen=True, kw_only=True):
    """What is on the young person's record that an authority will ask for."""

    ethnicity: bool
    first_language: bool
    disability: bool
    home: bool
    care_status: bool
    contact_named: bool


# What to say where it is not there. None of it holds a referral back.
ASKED_FOR = {
    "ethnicity": "Ethnic group",
    "first_language": "First language",
    "disability": "Disability",
    "home": "Home outcode",
    "care_status": "Care status",
    "contact_named": "A named social worker, for a child in care",
}


def not_known(known: Known) -> list[str]:
    """In words, what an authority will ask for and the record does not have."""
    return [words for name, words in ASKED_FOR.items() if not getattr(known, name)]
