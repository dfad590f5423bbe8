"""How a referral's parts read on its page: where it stands with each authority, its history, how a time limit was worked out."""

from collections.abc import Sequence
from typing import Any

from msgspec import Struct

from yosafe import words
from yosafe.forms.options import Option
from yosafe.forms.questions import Kind as Asked
from yosafe.forms.questions import Question
from yosafe.reference.codes import code_list
from yosafe.reference.establishments import establishment
from yosafe.reference.terms import in_terms
from yosafe.settings import Terminology
from yosafe.welfare.instruments import INSTRUMENTS

from .events import OUTCOMES, Kind
from .schemas import EventOut, ReferralOut
from .steps import NOTE_NEEDED
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
            "more": None,
            "late": event.kind not in TIMED and words.day(event.recorded_at) != words.day(event.on),
            "recorded_at": event.recorded_at,
        }
        for event in reversed(events)
    ]


def event_questions(kinds: Sequence[Kind], terminology: Terminology) -> tuple[Question, ...]:
    """The form for an event: which, of those that may come next, with what came of it; when; and a note."""
    events = code_list("referral_event")
    options = tuple(
        Option(value=kind.value, label=events.code(kind.value).label(terminology), hint=events.code(kind.value).hint or None) for kind in kinds
    )
    which = Question(
        name="kind", kind=Asked.RADIOS, label="What happened?", called="what happened", required=True, options=options,
        reveals={kind.value: _under(kind, terminology) for kind in kinds if kind in OUTCOMES or kind in NOTE_NEEDED},
    )  # fmt: skip
    when = Question(name="on", kind=Asked.DATE, label="On which day?", called="the day", required=True, past=True)
    note = Question(name="note", kind=Asked.TEXTAREA, label="Anything to add?", max_length=2000, rows=3)
    return (which, when, note)


ASKED = {Kind.DECIDED: "What was decided?", Kind.DECLINED: "Why?", Kind.ESCALATED: "To whom was it taken?", Kind.ENDED: "Why did it end?"}


def _under(kind: Kind, terminology: Terminology) -> tuple[Question, ...]:
    """What is asked under one event."""
    asked = []
    if kind in OUTCOMES:
        title = code_list(OUTCOMES[kind]).title
        asked.append(
            Question(name=f"outcome_{kind.value}", kind=Asked.RADIOS, label=title, called="what came of it", code_list=OUTCOMES[kind], required=True)
        )
    if kind in NOTE_NEEDED:
        asked.append(
            Question(
                name=f"note_{kind.value}", kind=Asked.TEXTAREA, label=NOTE_NEEDED[kind], required=True, required_message=NOTE_NEEDED[kind],
                max_length=2000, rows=3,
            )
        )  # fmt: skip
    return tuple(asked)


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
    return [*common, ("Basis for sharing", basis), ("Source", in_terms(f"{source} (code {referral.source_code.upper()})", terminology))]
