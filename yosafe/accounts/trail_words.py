"""The trail as a page shows it: what was looked at in words, and the entries of one request as one row. Pure."""

import datetime as dt
from collections.abc import Iterable, Iterator
from itertools import groupby
from typing import Any

from msgspec import Struct

from yosafe.audit.event_words import WORDS
from yosafe.audit.events import READS, EventName
from yosafe.refs import ref

# Kinds of things that have a reference, and of those that have a number only.
PREFIXES = {
    "young_person": "YP", "incident": "IN", "referral": "RF", "assessment": "AS", "review": "RV", "keep_apart": "KA", "survey_comment": "CM",
    "case_review": "SR", "welfare_need": "WN", "arrival_paper": "AP", "report_build": "RP", "report_schedule": "RS", "inspection_pack": "IP",
    "destruction": "DR", "subject_request": "SQ",
}  # fmt: skip
KINDS = {
    "action": "Action",
    "agency": "Agency",
    "api-key": "API key",
    "break_glass": "Opened record",
    "calendar_feed": "Calendar",
    "capacity": "Capacity of a panel",
    "care_period": "Care period",
    "chronology_mark": "Mark of a significant event",
    "clock": "Time limit",
    "committee_meeting": "Meeting of a committee",
    "committee_member": "Member of a committee",
    "contact_plan": "Plan of contacts",
    "contact": "Contact",
    "draft": "Draft",
    "external_number": "Number",
    "flag": "Flag",
    "import": "Import",
    "import_mapping": "Mapping of a file",
    "legal_hold": "Legal hold",
    "named_worker": "Worker",
    "information_share": "Sharing",
    "merge": "Merge",
    "model": "Risk model",
    "not_same": "Said to be two",
    "other_name": "Other name",
    "placement": "Placement",
    "public_risk": "Decision about a public protection panel",
    "register_check": "Check",
    "time_out": "Time out",
    "sharing_protocol": "Protocol",
    "review_panel": "Panel for joint review",
    "review_request": "Request for joint review",
    "survey": "Survey",
    "survey-upload": "Survey file",
    "user": "User",
}

# What was on the page, or in the list: `page` and `by` of an entry's detail.
PAGES = {
    "actions": "actions of joint reviews",
    "api": "details",
    "arrival": "arrival",
    "assessments": "assessments",
    "case reviews": "serious case reviews",
    "checks": "checks of registers",
    "sharing": "checks and sharing",
    "assessments due": "assessments due",
    "body map": "body map",
    "agencies": "agencies",
    "assessments-due": "assessments due",
    "assessments-waiting": "assessments that wait",
    "audit": "audit",
    "break-glass": "records opened in an emergency",
    "candidates": "who might be listed for joint review",
    "care": "care",
    "children": "children",
    "chronology document": "chronology, to take out",
    "clocks": "time limits",
    "comments": "comments in surveys",
    "complaints": "complaints",
    "concerns": "several concerns close together",
    "contacts": "contacts",
    "contacts due": "contacts that are planned",
    "contacts-due": "contacts that are planned",
    "date of birth": "by date of birth",
    "destructions": "destructions",
    "edit": "details, to change them",
    "exact match": "by names and date of birth",
    "flags": "flags",
    "incidents": "incidents",
    "incidents of a young person": "incidents of one, with the others in them",
    "investigation": "investigation",
    "investigations": "investigations",
    "joint-reviews": "joint reviews",
    "keep-apart": "keep-apart",
    "keep-apart choices": "who may be chosen to be kept apart",
    "keep-apart of a young person": "keep-apart of one, with the others",
    "keep-apart where they are placed": "who must be kept apart from someone who is placed",
    "legal holds": "legal holds",
    "likely duplicates": "records that may be of one child",
    "likely match": "likely to be recorded already",
    "list": "children",
    "merge": "the same child as another record",
    "name": "by name",
    "names": "other names and numbers",
    "needs": "needs in welfare plans",
    "notices": "notices",
    "other name": "by another name of theirs",
    "not told": "serious incidents of which someone has not been told",
    "number": "by name or number",
    "minutes": "minutes of a joint review",
    "overview": "overview",
    "papers-missing": "papers that have not come",
    "placements": "placements",
    "plan": "welfare plan",
    "preview": "what would come in",
    "refused rows": "refused rows, to mend",
    "imports": "imports",
    "reference": "by reference",
    "referral form": "referral form",
    "referrals": "referrals",
    "referrals to answer": "referrals to answer",
    "referrals to look at again": "referrals to look at again",
    "register": "risk register",
    "reports": "reports",
    "retention": "records that are due to be destroyed",
    "said to have harmed again": "who is said to have harmed more than once",
    "review requests": "requests for joint review",
    "subject requests": "requests for what is kept",
    "surveys": "surveys",
    "time-limits": "time limits",
    "time-out": "who is out",
    "unusual": "unusual reading",
    "users": "users",
    "time out": "who is out",
    "what came of it": "what came of what was raised",
    "workers": "who works with them",
}

_LISTS = frozenset({EventName.YOUNG_PEOPLE_LISTED, EventName.YOUNG_PEOPLE_SEARCHED})
_QUIET = READS | {
    EventName.REVIEW_READ,
    EventName.AUDIT_READ,
    EventName.BREAK_GLASS_READ,
    EventName.RETENTION_READ,
    EventName.SUBJECT_READ,
    EventName.DESTRUCTION_READ,
    EventName.SURVEY_RESULTS_READ,
    EventName.SURVEY_COMPARED,
    EventName.SURVEY_AGAINST_RECORDS,
    EventName.SURVEY_COMMENTS_READ,
    EventName.PATTERNS_READ,
    EventName.REPORT_READ,
}


class EntryOut(Struct, kw_only=True):
    id: int
    at: dt.datetime
    event: str
    actor: str
    role: str | None
    subject: str | None
    young_person: str | None
    detail: dict[str, Any]
    request: str | None


class Line(Struct, kw_only=True):
    """One thing that was done, whoever it was about."""

    what: str
    record: str | None
    young_people: list[str]


class Done(Struct, kw_only=True):
    """What one person did at one moment, by one request: the most telling first, the rest under it."""

    at: dt.datetime
    actor: str
    first: Line
    others: list[Line]


def done(entries: Iterable[EntryOut], *, asked: str | None = None) -> list[Done]:
    """Entries that follow each other by one request, put together. Young people by reference, the one who was asked for first."""
    return [_done(list(of_one), asked) for _, of_one in groupby(entries, key=lambda entry: (entry.request or entry.id, entry.actor))]


def _done(entries: list[EntryOut], asked: str | None) -> Done:
    first, *others = _lines(sorted(entries, key=lambda entry: (_telling(entry), entry.id)), asked)
    return Done(at=entries[-1].at, actor=entries[0].actor, first=first, others=others)


def _telling(entry: EntryOut) -> int:
    """What was changed or taken away tells most, then what was read, then lists that were shown."""
    return 2 if entry.event in _LISTS else 1 if entry.event in _QUIET else 0


def _lines(entries: list[EntryOut], asked: str | None) -> Iterator[Line]:
    """Entries that say the same of several young people are one line."""
    lines: dict[tuple[str, str | None], Line] = {}
    for entry in entries:
        said = what(entry)
        record = entry.subject if entry.subject != entry.young_person else None
        line = lines.setdefault((said, record), Line(what=said, record=record, young_people=[]))
        line.young_people += [one for one in young_people(entry, asked) if one not in line.young_people]
    return iter(lines.values())


def what(entry: EntryOut) -> str:
    """What was done, and on which page or list."""
    page = entry.detail.get("page") or entry.detail.get("by") or entry.detail.get("list")
    words = WORDS[EventName(entry.event)]
    return f"{words}: {PAGES.get(page, page)}" if page else words


def young_people(entry: EntryOut, asked: str | None = None) -> list[str]:
    """References of those whom an entry is about or names, the one who was asked for first."""
    listed = [ref(PREFIXES["young_person"], number) for number in entry.detail.get("young_people", ())]
    named = [entry.young_person] if entry.young_person else []
    return sorted({*named, *listed}, key=lambda one: (one != asked, one))


def subject_words(kind: str | None, subject: int | None) -> str | None:
    """A record as it is called: "IN-000123", "Flag 549", "Draft" where it has no number."""
    if kind is None:
        return None
    if kind in PREFIXES and subject is not None:
        return ref(PREFIXES[kind], subject)
    words = KINDS.get(kind, kind)
    return words if subject is None else f"{words} {subject}"
