"""What a referral must have before it is sent, or decided against. Pure: answers and codes in, faults out."""

import datetime as dt

from msgspec import Struct

from yosafe.accounts.permissions import AgencyKind
from yosafe.errors import FieldError, Invalid
from yosafe.reference.codes import code_list
from yosafe.text import alike

from .events import AGREED, CONFERENCES, MEETINGS, REGISTERED, STILL_NOT_REFERRED, Kind
from .schemas import ConsiderReferral, Grounds, RecordEvent, SendReferral

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


def check_gaps(known: "Known", reason: str | None) -> list[str]:
    """What the record lacks that an authority will ask for; where it lacks something, Invalid without a reason to send it all the same."""
    gaps = [gap.code for gap in not_known(known)]
    if gaps and reason is None:
        missing = ", ".join(ASKED_FOR[code].words.lower() for code in gaps)
        raise Invalid([FieldError("gaps_reason", f"Say why you send it all the same. Not on the record: {missing}")])
    return gaps


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
    if not data.incidents and data.assessment is None and data.told_by is None:
        errors.append(FieldError("incidents", "Select the incidents or the assessment that it rests on, or say who told you of the worry"))
    return [*errors, *_told_faults(data, today)]


def _told_faults(data: Grounds, today: dt.date) -> list[FieldError]:
    """Who told of it, when and what they said go together."""
    asked = {
        "told_by": (data.told_by, "Say who told of the worry"), "told_on": (data.told_on, "Give the day on which they told of it"),
        "told_how": (data.told_how, "Give what they said, in their words"),
    }  # fmt: skip
    if all(value is None for value, _ in asked.values()):
        return []
    errors = [FieldError(key, message) for key, (value, message) in asked.items() if value is None]
    if data.told_by is not None:
        errors += _code_faults("referral_told_by", "told_by", data.told_by, today)
    if data.told_on is not None and data.told_on > today:
        errors.append(FieldError("told_on", "The day on which they told of it must be today or in the past"))
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


class Gap(Struct, frozen=True, kw_only=True):
    """Something that is not on the record: in words, and why an authority needs it."""

    code: str
    words: str
    why: str


# What an authority will ask for. None of it holds a referral back: it may be sent all the same, with a reason.
ASKED_FOR: dict[str, Gap] = {
    gap.code: gap
    for gap in (
        Gap(code="ethnicity", words="Ethnic group", why="So that the assessment takes account of who they are"),
        Gap(code="first_language", words="First language", why="So that an interpreter can be there when they are seen"),
        Gap(code="disability", words="Disability", why="So that they are seen in a way that they can follow"),
        Gap(code="home", words="Home outcode", why="So that the right authority knows that it is theirs to answer"),
        Gap(code="care_status", words="Care status", why="So that a child in care is known to whoever is responsible for them"),
        Gap(
            code="contact_named", words="A named social worker, for a child in care",
            why="So that the one who knows them hears of it today, and not in a week",
        ),
    )
}  # fmt: skip


def not_known(known: Known) -> list[Gap]:
    """What an authority will ask for and the record does not have."""
    return [gap for code, gap in ASKED_FOR.items() if not getattr(known, code)]


def check_details(kind: Kind, data: RecordEvent, *, recorder: str, today: dt.date) -> None:
    """Raise Invalid where what is asked of this kind of event beside its outcome is missing, is not of its list, or is not asked of it."""
    asked = _asked_of(kind, data.outcome)
    errors = [FieldError(key, message) for key, message in asked.items() if not getattr(data, key)]
    errors += [FieldError(key, "This event has none: leave it out") for key in _DETAILS if key not in asked and getattr(data, key)]
    for key, codes in _LISTS.items():
        value = getattr(data, key)
        errors += [
            fault for one in (value if isinstance(value, list) else [value] if value else []) for fault in _code_faults(codes, key, one, today)
        ]
    if data.quorate not in (None, "yes", "no"):
        errors.append(FieldError("quorate", "Say yes or no"))
    if data.agreed_with is not None and alike(data.agreed_with, recorder):
        errors.append(FieldError("agreed_with", "Name someone else: it is agreed between two people"))
    if data.review_on is not None and not today < data.review_on <= today + LONGEST_REVIEW:
        errors.append(FieldError("review_on", "The day on which it is looked at again must be in the future, and within a year"))
    if errors:
        raise Invalid(errors)


_DETAILS = ("present", "quorate", "child_there", "advocate", "registered_as", "agreed_with", "review_on")
_LISTS = {
    "source": "event_source", "present": "event_present", "child_there": "child_there", "advocate": "advocate_there",
    "registered_as": "referral_category",
}  # fmt: skip


def _asked_of(kind: Kind, outcome: str | None) -> dict[str, str]:
    """What must be said of an event, and the words where it is not."""
    asked: dict[str, str] = {}
    if kind in MEETINGS:
        asked["present"] = "Select who was there"
    if kind in CONFERENCES:
        asked |= {
            "quorate": "Say whether enough agencies were there for it to be quorate", "child_there": "Say whether the young person was there",
            "advocate": "Say whether they had an advocate",
        }  # fmt: skip
    if (kind, outcome) == REGISTERED:
        asked["registered_as"] = "Select the category under which they are registered"
    if kind in AGREED:
        asked["agreed_with"] = "Give the name of the person with whom it was agreed"
    if (kind, outcome) == STILL_NOT_REFERRED:
        asked["review_on"] = "Give the day on which it is looked at once more"
    return asked
