"""What holds of young people, where they are held and who cares for them. Pure: dates and codes in, answers out."""

import datetime as dt
import re
from collections import Counter
from collections.abc import Callable, Iterable, Mapping
from enum import StrEnum

from msgspec import Struct

from yosafe.clock import day_of
from yosafe.errors import Conflict, FieldError, Invalid, NotFound
from yosafe.reference.areas import area
from yosafe.reference.codes import code_list
from yosafe.reference.distance import Position
from yosafe.reference.outcodes import outcode
from yosafe.reference.rule_sets import add_months
from yosafe.text import without_marks

from .schemas import Completeness, FieldCounts

YOUNGEST, OLDEST = 10, 21
ADULT = 18
STALE = "Someone else changed this record since you opened it. Look at it again before you change it."
LONGEST_TO_SERVE = 30  # years: longer than any term that a child has been given
MOST_UNANSWERED_DAYS = {"yot": 28, "social_worker": 42}  # 8.17 and 8.5: longer without contact counts as lost

CARE = "care_status"
# What a full record has, with the words for a page.
WANTED = {
    "ethnicity": "ethnic group",
    "religion": "religion",
    "first_language": "first language",
    "interpreter": "whether an interpreter is needed",
    "disability": "disability",
    "asylum_status": "asylum",
    "first_time_in_custody": "whether this is the first time in custody",
    "home_outcode": "home outcode",
    CARE: "care status",
}

# Which code list each answer comes from.
CODES = {
    "sex": "sex",
    "ethnicity": "ethnicity",
    "religion": "religion",
    "first_language": "language",
    "interpreter": "interpreter",
    "disability": "disability",
    "asylum_status": "asylum",
    "legal_status": "legal_status",
    "leaving_reason": "placement_end",
    "status": "care_status",
    "legal_basis": "care_basis",
    "kind": "contact_kind",
    "from_whom": "contact_with",
    "missed_reason": "missed_reason",
    "accommodation": "accommodation",
}
MISSED = "planned_missed"

# Whose numbers say nothing without whose they are.
COUNTED_APART = frozenset({"yot", "social_services"})
FEWEST_TO_FIND = 3  # letters and digits of a number
_NUMBER = re.compile(r"[A-Za-z0-9][A-Za-z0-9 ./-]*")


class Stay(Struct, frozen=True, kw_only=True):
    """A spell in one place, `left_at` None while it lasts. `where` may be shown to whoever asks."""

    arrived_at: dt.datetime
    left_at: dt.datetime | None
    where: str


def full_name(family_name: str, given_names: str) -> str:
    """ "Morton, Kai": how a name stands in banners and lists."""
    return f"{family_name}, {given_names}"


def tidy_name(name: str) -> str:
    """A name with single spaces and nothing between its letters that can't be seen."""
    return " ".join(without_marks(name).split())


def code_faults(answers: Mapping[str, object], *, on: dt.date) -> list[FieldError]:
    """The answers that are in no code list, or not on that day."""
    faults: list[FieldError] = []
    for field, value in answers.items():
        if field in CODES and isinstance(value, str):
            faults += faults_of(code_list(CODES[field]).check, value, on, key=field)
    return faults


def faults_of(check: Callable[..., object], *args: object, **options: object) -> list[FieldError]:
    """What a check that raises Invalid finds wrong."""
    try:
        check(*args, **options)
    except Invalid as refusal:
        return list(refusal.errors)
    return []


def area_faults(code: str | None, *, field: str) -> list[FieldError]:
    try:
        if code is not None:
            area(code)
    except NotFound as refusal:
        return [FieldError(field, str(refusal))]
    return []


def outcode_faults(text: str | None) -> list[FieldError]:
    return [FieldError("home_outcode", fault.message) for fault in faults_of(outcode, text)] if text else []


def home_of(home_outcode: str | None, home_area: str | None) -> Position:
    """Where home is taken to be for distance: the middle of the outcode, else of the area."""
    return outcode(home_outcode) if home_outcode else area(home_area or "")


def age_on(date_of_birth: dt.date, day: dt.date) -> int:
    """Whole years. Someone born on 29 February is a year older on 1 March of other years."""
    return day.year - date_of_birth.year - ((day.month, day.day) < (date_of_birth.month, date_of_birth.day))


def days_since(arrived_at: dt.datetime, at: dt.datetime) -> int:
    """London days since arrival: 0 on the day itself, negative before it."""
    return (day_of(at) - day_of(arrived_at)).days


def in_adult_estate(date_of_birth: dt.date, *, adult_estate: bool, day: dt.date) -> bool:
    """Whether a child is held where adults are (8.7)."""
    return adult_estate and age_on(date_of_birth, day) < ADULT


def birth_faults(date_of_birth: dt.date, *, on: dt.date, today: dt.date) -> list[FieldError]:
    """What is wrong with a date of birth. `on` is the day by which age is judged: of the first arrival, or of recording."""
    if date_of_birth > today:
        return [FieldError("date_of_birth", "Date of birth must be in the past")]
    age = age_on(date_of_birth, on)
    if not YOUNGEST <= age <= OLDEST:
        return [
            FieldError(
                "date_of_birth",
                f"Check the year of birth: it makes the young person {age} on {on:%-d %B %Y}, and children in custody are {YOUNGEST} to {OLDEST}",
            )
        ]
    return []


def release_faults(release_on: dt.date | None, *, date_of_birth: dt.date, today: dt.date) -> list[FieldError]:
    """What is wrong with an expected release. It may have passed: a record keeps the one that was expected."""
    if release_on is None:
        return []
    if release_on <= date_of_birth:
        return [FieldError("release_on", "Expected release is not after the date of birth: check both")]
    if release_on > add_months(today, 12 * LONGEST_TO_SERVE):
        return [FieldError("release_on", f"Expected release must be within {LONGEST_TO_SERVE} years: check the year")]
    return []


def arrival_faults(arrived_at: dt.datetime, *, date_of_birth: dt.date, now: dt.datetime) -> list[FieldError]:
    if arrived_at > now:
        return [FieldError("arrived_at", "Arrival must be now or in the past: record it when the young person has come")]
    if day_of(arrived_at) < date_of_birth:
        return [FieldError("arrived_at", "Arrival is before the date of birth: check both")]
    age = age_on(date_of_birth, day_of(arrived_at))
    if not YOUNGEST <= age <= OLDEST:
        return [FieldError("arrived_at", f"The young person was {age} on that day: check the year of arrival and the date of birth")]
    return []


def leaving_faults(left_at: dt.datetime, *, arrived_at: dt.datetime, now: dt.datetime) -> list[FieldError]:
    if left_at > now:
        return [FieldError("left_at", "Leaving must be now or in the past: record it when the young person has gone")]
    if left_at <= arrived_at:
        return [FieldError("left_at", f"Leaving must be after arrival, which was on {day_of(arrived_at):%-d %B %Y}")]
    return []


def check_no_overlap(arrived_at: dt.datetime, stays: Iterable[Stay]) -> None:
    """Raise Invalid, on the arrival, where a stay that begins at a moment, and lasts, would overlap another."""
    for stay in stays:
        if stay.left_at is None and stay.arrived_at <= arrived_at:
            raise _overlap(
                f"The young person is recorded {stay.where} since {day_of(stay.arrived_at):%-d %B %Y}. "
                "Record first that they left there, or ask that establishment to; then record the arrival."
            )
        if stay.left_at is None or stay.left_at > arrived_at:
            raise _overlap(
                f"The young person is already recorded {stay.where} from {day_of(stay.arrived_at):%-d %B %Y}. "
                "Check the arrival: two placements can't overlap."
            )


def _overlap(words: str) -> Invalid:
    return Invalid([FieldError("arrived_at", words)])


def past_faults(field: str, day: dt.date, *, today: dt.date) -> list[FieldError]:
    return [FieldError(field, "Date must be today or in the past")] if day > today else []


def before_birth_faults(field: str, day: dt.date, *, date_of_birth: dt.date) -> list[FieldError]:
    return [FieldError(field, "Date is before the date of birth: check both")] if day < date_of_birth else []


def missed_faults(kind: str, missed_reason: str | None) -> list[FieldError]:
    """A planned contact that did not take place has a reason, and no other contact has."""
    if kind == MISSED and missed_reason is None:
        return [FieldError("missed_reason", "Select why it did not take place, or “Not known”")]
    if kind != MISSED and missed_reason is not None:
        return [FieldError("missed_reason", "Only a planned contact that did not take place has such a reason: leave it out")]
    return []


def care_faults(*, status: str, legal_basis: str | None, responsible_area: str | None, started_on: dt.date, today: dt.date) -> list[FieldError]:
    faults = past_faults("started_on", started_on, today=today)
    if status in ("looked_after", "care_leaver") and responsible_area is None:
        faults.append(FieldError("responsible_area", "Select the authority that is responsible"))
    if status == "looked_after" and legal_basis is None:
        faults.append(FieldError("legal_basis", "Select the legal basis, or “Not known”"))
    return faults


def check_care_order(started_on: dt.date, *, last_started_on: dt.date | None) -> None:
    """Raise Conflict for a care status that would begin before the one it follows."""
    if last_started_on is not None and started_on < last_started_on:
        raise Conflict(f"The care status on record began on {last_started_on:%-d %B %Y}. A new one can't begin before that: check the date.")


class Standing(StrEnum):
    """How far one answer is recorded. "Not asked" and "declined" are told apart from a blank; "not known" tells nobody more than a blank does."""

    RECORDED = "recorded"
    DECLINED = "declined"
    NOT_ASKED = "not_asked"
    BLANK = "blank"


def standing(answer: object) -> Standing:
    """Where an answer stands, as it is kept."""
    match answer:
        case "declined":
            return Standing.DECLINED
        case "not_asked":
            return Standing.NOT_ASKED
        case None | "" | "not_known":
            return Standing.BLANK
    return Standing.RECORDED


def completeness(answers: Mapping[str, object]) -> Completeness:
    """How much of a full record is recorded (6.17: rarely all of it), with what is not, in words. `answers` are by the names of WANTED."""
    gaps: dict[Standing, list[str]] = {of: [] for of in Standing}
    for field, words in WANTED.items():
        gaps[standing(answers.get(field))].append(words)
    return Completeness(
        recorded=len(gaps[Standing.RECORDED]), wanted=len(WANTED), declined=gaps[Standing.DECLINED], not_asked=gaps[Standing.NOT_ASKED],
        blank=gaps[Standing.BLANK],
    )  # fmt: skip


def tally(counted: Iterable[tuple[str, object, int]]) -> list[FieldCounts]:
    """How many records have each answer of a full record, from `field, answer, records`: a row for each field, in order, also where there is none."""
    found = {field: Counter[Standing]() for field in WANTED}
    for field, answer, records in counted:
        found[field][standing(answer)] += records
    return [
        FieldCounts(
            field=field, title=sentence(WANTED[field]), recorded=of[Standing.RECORDED], declined=of[Standing.DECLINED],
            not_asked=of[Standing.NOT_ASKED], blank=of[Standing.BLANK], base=of.total(),
        )
        for field, of in found.items()
    ]  # fmt: skip


def sentence(words: str) -> str:
    return f"{words[:1].upper()}{words[1:]}"


def check_name_kind(kind: str, on: dt.date) -> None:
    """Raise Invalid for what is no kind of other name on a day."""
    code_list("name_kind").check(kind, on, key="kind")


def check_number_kind(kind: str, on: dt.date) -> None:
    """Raise Invalid for what is no kind of number on a day."""
    code_list("external_number").check(kind, on, key="kind")


def number_key(text: str) -> str:
    """A number as it is looked for: its letters and digits. The database has the same function."""
    return re.sub(r"[^0-9A-Za-z]", "", text).upper()


def number_faults(kind: str, value: str, *, agency: str | None) -> list[FieldError]:
    """What is wrong with a number that others gave."""
    faults: list[FieldError] = []
    key = number_key(value)
    if not _NUMBER.fullmatch(value) or len(key) < FEWEST_TO_FIND or key.isalpha():
        faults.append(FieldError("value", f"A number has {FEWEST_TO_FIND} letters and digits or more, one of them a digit. Copy it from the papers"))
    elif kind == "nhs" and not is_nhs_number(value):
        faults.append(FieldError("value", "An NHS number has ten digits, and the last one proves the others: check it against the papers"))
    if kind in COUNTED_APART and agency is None:
        faults.append(FieldError("agency", "Select whose number it is: teams and authorities each count for themselves"))
    return faults


def is_nhs_number(value: str) -> bool:
    """Whether ten digits end with the digit that the other nine make (NHS Data Dictionary, modulus 11)."""
    digits = number_key(value)
    if len(digits) != NHS_DIGITS or not digits.isdecimal():
        return False
    last = (11 - sum((10 - place) * int(digit) for place, digit in enumerate(digits[:9])) % 11) % 11
    return last == int(digits[9])


NHS_DIGITS = 10


def use_faults(since: dt.date | None, *, until: dt.date | None = None, date_of_birth: dt.date, today: dt.date) -> list[FieldError]:
    """What is wrong with the days from which, and to which, a name or a number is someone's."""
    faults: list[FieldError] = []
    for field, day in (("since", since), ("until", until)):
        if day is not None:
            faults += [*past_faults(field, day, today=today), *before_birth_faults(field, day, date_of_birth=date_of_birth)]
    if since and until and until < since:
        faults.append(FieldError("until", f"It ended before it began, on {since:%-d %B %Y}: check the date"))
    return faults


def since_contact(last: dt.date | None, *, since: dt.date, today: dt.date) -> int:
    """Days without contact: since the last one, or since the stay began where there was none."""
    return (today - max(last or since, since)).days


def contact_words(who: str, last: dt.date | None, *, today: dt.date) -> str:
    """ "Last contact from the YOT 12 days ago, on 3 March 2026", or that there is none on record."""
    if last is None:
        return f"No contact from {who} on record"
    days = (today - last).days
    ago = "today" if days == 0 else "yesterday" if days == 1 else f"{days} days ago"
    return f"Last contact from {who} {ago}, on {last:%-d %B %Y}"


def is_lost(who: str, days: int) -> bool:
    """Whether contact with an agency (`yot`, `social_worker`) counts as lost after some days without."""
    return days > MOST_UNANSWERED_DAYS[who]


def end_faults(until: dt.date, *, since: dt.date, today: dt.date) -> list[FieldError]:
    """What is wrong with the last day of something that began on a day."""
    if until > today:
        return [FieldError("until", "Date must be today or in the past")]
    if until < since:
        return [FieldError("until", f"It began on {since:%-d %B %Y}: it can't end before that")]
    return []
