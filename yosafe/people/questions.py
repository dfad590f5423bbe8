"""What the forms about young people ask. Options that end or begin on a day are chosen by `forms.asked` when the form is put."""

import datetime as dt
from collections.abc import Iterable, Mapping
from typing import Any

from yosafe import clock
from yosafe.accounts.viewer import User
from yosafe.clock import LONDON
from yosafe.forms.questions import Kind, Option, Question
from yosafe.reference.areas import areas
from yosafe.reference.establishments import establishments

from .schemas import StartPlacement

NAME = 100

IDENTITY = (
    Question(name="family_name", kind=Kind.TEXT, label="Family name", called="the family name", max_length=NAME, width=20, required=True),
    Question(name="given_names", kind=Kind.TEXT, label="Given names", called="the given names", max_length=NAME, width=20, required=True),
    Question(
        name="date_of_birth",
        kind=Kind.DATE,
        label="Date of birth",
        called="the date of birth",
        hint="For example, 14 3 2010",
        past=True,
        required=True,
    ),
)
PRISON_NUMBER = Question(
    name="prison_number", kind=Kind.TEXT, label="Prison number",
    hint="For example, A1234BC. It finds a record however the name is spelt.", max_length=40, width=10,
)  # fmt: skip
LOOKED_FOR = (*IDENTITY, PRISON_NUMBER)
BECAUSE = Question(
    name="not_duplicate_because", kind=Kind.TEXTAREA, label="Why is this another child?", called="why this is another child",
    hint="For example: brothers; different photographs; the mother says so. It is kept, and these records are not asked about again.",
    required=True, min_length=10, max_length=2000, rows=3,
)  # fmt: skip
KNOWN_AS = Question(name="known_as", kind=Kind.TEXT, label="Known as", hint="A nickname, or another name they use", max_length=NAME, width=20)
SELF_DESCRIBED = (
    Question(name="sex", kind=Kind.RADIOS, label="Sex", called="their sex", code_list="sex", required=True),
    Question(name="ethnicity", kind=Kind.SELECT, label="Ethnic group", code_list="ethnicity"),
    Question(name="religion", kind=Kind.SELECT, label="Religion", code_list="religion"),
    Question(name="first_language", kind=Kind.SELECT, label="First language", code_list="language"),
    Question(name="interpreter", kind=Kind.RADIOS, label="Is an interpreter needed?", short="Interpreter", code_list="interpreter"),
    Question(name="disability", kind=Kind.SELECT, label="Disability", hint="The main one, where there are several", code_list="disability"),
    Question(name="nationality", kind=Kind.TEXT, label="Nationality", max_length=40, width=20),
    Question(name="asylum_status", kind=Kind.RADIOS, label="Asylum", code_list="asylum"),
    Question(name="first_time_in_custody", kind=Kind.YES_NO, label="Is this the first time in custody?", short="First time in custody"),
)
HOME = (
    Question(
        name="home_outcode", kind=Kind.POSTCODE, label="Home postcode", called="the home postcode",
        hint="The first half is enough, and all that is kept. Leave it blank where there is no settled home.",
    ),
    Question(
        name="home_area", kind=Kind.SELECT, label="Home area", called="the home area", hint="The local authority where home is",
        options=tuple(Option(value=area.code, label=area.name) for area in areas()), required=True,
    ),
)  # fmt: skip
RELEASE = (
    Question(name="release_on", kind=Kind.DATE, label="Expected release", called="the expected release"),
    Question(name="release_address", kind=Kind.YES_NO, label="Is an address for release agreed?", short="Address for release"),
)
DETAILS = (KNOWN_AS, *SELF_DESCRIBED, *HOME, *RELEASE)

UNIT = Question(name="unit", kind=Kind.TEXT, label="Unit", called="the unit", hint="Wing, house or unit", max_length=60, width=20)
PLACEMENT = (
    UNIT,
    Question(name="legal_status", kind=Kind.SELECT, label="Legal status", called="the legal status", code_list="legal_status", required=True),
    Question(name="arrived_on", kind=Kind.DATE, label="Day of arrival", called="the day of arrival", past=True, required=True),
    Question(name="arrived_time", kind=Kind.TIME, label="Time of arrival", called="the time of arrival", hint="For example, 2:30pm", required=True),
)
LEAVING = (
    Question(name="left_on", kind=Kind.DATE, label="Day of leaving", called="the day of leaving", past=True, required=True),
    Question(name="left_time", kind=Kind.TIME, label="Time of leaving", called="the time of leaving", hint="For example, 9:15am", required=True),
    Question(
        name="leaving_reason",
        kind=Kind.RADIOS,
        label="Why did they leave?",
        called="the reason for leaving",
        code_list="placement_end",
        required=True,
    ),
)
CARE = (
    Question(name="status", kind=Kind.RADIOS, label="Care status", called="the care status", code_list="care_status", required=True),
    Question(
        name="legal_basis", kind=Kind.SELECT, label="Legal basis", called="the legal basis", hint="For a young person who is looked after",
        code_list="care_basis",
    ),
    Question(
        name="responsible_area", kind=Kind.SELECT, label="Responsible authority", called="the responsible authority",
        hint="For a young person who is looked after, or a care leaver", options=tuple(Option(value=area.code, label=area.name) for area in areas()),
    ),
    Question(
        name="accommodation", kind=Kind.SELECT, label="Where did they live before custody?", short="Lived before custody",
        called="where they lived", code_list="accommodation",
    ),
    Question(
        name="started_on", kind=Kind.DATE, label="When did this begin?", called="the day it began", past=True, required=True,
        hint="The status before it ends on that day",
    ),
)  # fmt: skip
MISSED = Question(
    name="missed_reason", kind=Kind.SELECT, label="Why did it not take place?", called="why it did not take place", code_list="missed_reason",
    required=True,
)  # fmt: skip
CONTACT = (
    Question(
        name="kind",
        kind=Kind.RADIOS,
        label="What kind of contact was it?",
        called="the kind of contact",
        code_list="contact_kind",
        required=True,
        reveals={"planned_missed": (MISSED,)},
    ),
    Question(name="from_whom", kind=Kind.SELECT, label="Who was it with?", called="who it was with", code_list="contact_with", required=True),
    Question(name="worker", kind=Kind.TEXT, label="Their name", called="the name", max_length=NAME, width=20),
    Question(name="happened_on", kind=Kind.DATE, label="When was it?", called="the day of the contact", past=True, required=True),
    Question(name="seen_alone", kind=Kind.YES_NO, label="Was the young person seen alone?", short="Seen alone"),
    Question(name="note", kind=Kind.TEXTAREA, label="What was it about?", called="the note", rows=5),
)
SINCE = Question(name="since", kind=Kind.DATE, label="Since when?", called="the day it began", hint="Leave it blank if nobody knows", past=True)
OTHER_NAME = (
    Question(name="kind", kind=Kind.RADIOS, label="What kind of name is it?", called="the kind of name", code_list="name_kind", required=True),
    Question(
        name="family_name", kind=Kind.TEXT, label="Family name", called="the family name", hint="Leave it blank where it is that of the record",
        max_length=NAME, width=20,
    ),
    Question(
        name="given_names", kind=Kind.TEXT, label="Given names", called="the given names",
        hint="A nickname goes here. Leave it blank where they are those of the record", max_length=NAME, width=20,
    ),
    SINCE,
)  # fmt: skip
ENDING = (
    Question(
        name="until", kind=Kind.DATE, label="What was its last day?", called="its last day", past=True, required=True,
        hint="It stays on the record, and the young person is still found by it",
    ),
)  # fmt: skip


def number_questions(agencies: Iterable[tuple[str, str]]) -> tuple[Question, ...]:
    """`agencies`: code and name of those whose number it may be."""
    whose = tuple(Option(value=code, label=name) for code, name in agencies)
    return (
        Question(
            name="kind", kind=Kind.RADIOS, label="What kind of number is it?", called="the kind of number", code_list="external_number", required=True
        ),
        Question(
            name="value", kind=Kind.TEXT, label="Number", called="the number", hint="As it stands on the papers", max_length=40, required=True,
            width=20,
        ),
        Question(
            name="agency", kind=Kind.SELECT, label="Whose number is it?", called="whose number it is", options=whose,
            hint="Needed for the number of a team or an authority",
        ),
        SINCE,
    )  # fmt: skip


def placement_for(user: User) -> tuple[Question, ...]:
    """Who speaks for one establishment is not asked which."""
    if user.establishment is not None:
        return PLACEMENT
    places = tuple(Option(value=place.code, label=place.name) for place in establishments(clock.today()))
    where = Question(name="establishment", kind=Kind.SELECT, label="Establishment", called="the establishment", options=places, required=True)
    return (where, *PLACEMENT)


def moment(day: str, time: str) -> dt.datetime:
    """The instant of a day and a time in London, as forms give them."""
    return dt.datetime.combine(dt.date.fromisoformat(day), dt.time.fromisoformat(time), LONDON)


def placement_from(user: User, answers: Mapping[str, Any]) -> StartPlacement:
    return StartPlacement(
        establishment=user.establishment or answers["establishment"],
        unit=answers.get("unit"),
        legal_status=answers["legal_status"],
        arrived_at=moment(answers["arrived_on"], answers["arrived_time"]),
        keep_apart_confirmed=answers.get("keep_apart_confirmed"),
    )


# Which question a fault of an action is about, where the form asks in other words.
ASKED_AS = {
    "arrived_at": "arrived_on",
    "left_at": "left_on",
    "expected_at": "expected_on",
    "returned_at": "returned_on",
    "moved_at": "moved_on",
}
