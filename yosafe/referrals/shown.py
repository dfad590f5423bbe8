"""How a referral's parts read on its page: where it stands with each authority, its history, how a time limit was worked out."""

from collections.abc import Sequence
from typing import Any

from msgspec import Struct

from yosafe import words
from yosafe.reference.codes import code_list
from yosafe.reference.establishments import establishment
from yosafe.reference.terms import in_terms
from yosafe.settings import Terminology
from yosafe.welfare.instruments import INSTRUMENTS

from .checking import ASKED_FOR
from .events import Kind
from .schemas import EventOut, ReferralOut
from .words import authority, event_title, outcome_label

TIMED = ("sent", "considered")  # done here, so known to the minute


class Standing(Struct, frozen=True, kw_only=True):
    """Where one authority stands: what it answered last, if anything. `part`: in words, why it was addressed."""

    name: str
    part: str
    answer: str | None
    on: Any


def standings(referral: ReferralOut, terminology: Terminology) -> list[Standing]:
    """Each authority that was addressed, the host first."""
    areas = list(dict.fromkeys(code for code in (referral.host_area, referral.home_area) if code))
    return [_standing(referral, area, terminology) for area in areas]


def _standing(referral: ReferralOut, area: str, terminology: Terminology) -> Standing:
    answers = [event for event in referral.events if event.area == area and event.kind in (Kind.DECIDED, Kind.DECLINED, Kind.ACKNOWLEDGED)]
    answer = next((event for event in reversed(answers) if event.kind is not Kind.ACKNOWLEDGED), answers[-1] if answers else None)
    part = "home and host" if referral.home_area == referral.host_area else "host" if area == referral.host_area else "home"
    return Standing(
        name=authority(area, terminology), part=part, answer=event_title(answer.kind, answer.outcome, terminology) if answer else None,
        on=answer.on if answer else None,
    )  # fmt: skip


def came_of_it(referral: ReferralOut, terminology: Terminology) -> list[tuple[str, Any]]:
    """The outcomes so far, newest first: words and day."""
    telling = [event for event in referral.events if event.outcome and event.kind not in (Kind.CONSIDERED, Kind.ESCALATED)]
    return [(event_title(event.kind, event.outcome, terminology), event.on) for event in reversed(telling)]


def history(events: Sequence[EventOut], terminology: Terminology) -> list[dict[str, Any]]:
    """For `timeline`, newest first."""
    return [
        {
            "title": event_title(event.kind, event.outcome, terminology),
            "at": event.recorded_at if event.kind in TIMED else event.on,
            "by": f"{event.by}, {event.agency}",
            "text": event.note,
            "details": details(event, terminology),
            "more": None,
            "late": event.kind not in TIMED and words.day(event.recorded_at) != words.day(event.on),
            "recorded_at": event.recorded_at,
        }
        for event in reversed(events)
    ]


def details(event: EventOut, terminology: Terminology) -> list[tuple[str, str]]:
    """What is known of an event beside its outcome: label and value."""

    def said(codes: str, value: str | None) -> str | None:
        return code_list(codes).label(value, terminology) if value else None

    present = ", ".join(code_list("event_present").label(one, terminology) for one in event.present)
    found = [
        ("Category", said("referral_category", event.registered_as)), ("There were", present or None), ("Names", event.present_names),
        ("Quorate", event.quorate.capitalize() if event.quorate else None), ("The young person there", said("child_there", event.child_there)),
        ("Advocate", said("advocate_there", event.advocate)), ("Agreed with", event.agreed_with),
        ("Looked at again on", words.day(event.review_on) if event.review_on else None), ("Known from", said("event_source", event.source)),
    ]  # fmt: skip
    return [(label, value) for label, value in found if value]


def rests_on(referral: ReferralOut, terminology: Terminology) -> list[tuple[str, str]]:
    """What it rests on: words and address."""
    kinds = code_list("incident_kind")
    found = [
        (f"{kinds.label(one.kind, terminology)} on {words.day(one.happened_on)} ({one.ref})", f"/incidents/{one.ref}") for one in referral.incidents
    ]
    if referral.assessment:
        one = referral.assessment
        found.append((f"{INSTRUMENTS[one.kind].title} of {words.day(one.happened_on)} ({one.ref})", f"/assessments/{one.ref}"))
    return found


def facts(referral: ReferralOut, terminology: Terminology) -> list[tuple[str, str | None]]:
    """What the referral says, label and value, without the concern and the young person's own words."""
    held = establishment(referral.establishment).name if referral.establishment else "Not held anywhere"
    common = [("Category", code_list("referral_category").label(referral.category, terminology)), ("Held at, on the day", held)]
    if referral.told_by is not None and referral.told_on is not None:
        common.append(("Told by", f"{code_list('referral_told_by').label(referral.told_by, terminology)}, on {words.day(referral.told_on)}"))
        common.append(("What they said", referral.told_how or ""))
    if referral.considered_only:
        return [
            *common,
            ("Why it was not referred", outcome_label(Kind.CONSIDERED, referral.not_referred_reason, terminology)),
            ("What was weighed", referral.threshold),
            ("Second person", referral.second_person),
            ("Looked at again on", words.day(referral.review_on) if referral.review_on else None),
        ]
    basis = code_list("sharing_basis").label(referral.sharing_basis or "", terminology)
    source = code_list("referral_source").label(referral.source_code, terminology)
    if referral.gaps:
        missing = ", ".join(ASKED_FOR[gap].words for gap in referral.gaps)
        common += [("Not on the record when it was sent", missing), ("Why it was sent all the same", referral.gaps_reason or "")]
    return [*common, ("Basis for sharing", basis), ("Source", in_terms(f"{source} (code {referral.source_code.upper()})", terminology))]
