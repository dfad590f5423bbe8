"""What can happen to a referral, and what is asked of its events. Pure: the order of events is the order in which they were recorded."""

import datetime as dt
from collections.abc import Iterable
from enum import StrEnum

from msgspec import Struct


class Kind(StrEnum):
    CONSIDERED = "considered"
    SENT = "sent"
    ACKNOWLEDGED = "acknowledged"
    DECIDED = "decided"
    DECLINED = "declined"
    INITIAL_ASSESSMENT_STARTED = "initial_assessment_started"
    INITIAL_ASSESSMENT_ENDED = "initial_assessment_ended"
    CORE_ASSESSMENT_STARTED = "core_assessment_started"
    CORE_ASSESSMENT_ENDED = "core_assessment_ended"
    STRATEGY_DISCUSSION = "strategy_discussion"
    SECTION_47_STARTED = "section_47_started"
    SECTION_47_ENDED = "section_47_ended"
    INITIAL_CONFERENCE = "initial_conference"
    CORE_GROUP = "core_group"
    REVIEW_CONFERENCE = "review_conference"
    CHALLENGED = "challenged"
    ESCALATED = "escalated"
    CHILD_TOLD = "child_told"
    TAKEN_OVER = "taken_over"
    LOOKED_AGAIN = "looked_again"
    ENDED = "ended"


# The code list that each event's outcome comes from. An event that is not here has none.
OUTCOMES: dict[Kind, str] = {
    Kind.CONSIDERED: "not_referred_reason",
    Kind.DECIDED: "referral_decision",
    Kind.DECLINED: "declined_reason",
    Kind.INITIAL_ASSESSMENT_ENDED: "initial_assessment_outcome",
    Kind.CORE_ASSESSMENT_ENDED: "core_assessment_outcome",
    Kind.STRATEGY_DISCUSSION: "strategy_outcome",
    Kind.SECTION_47_ENDED: "section_47_outcome",
    Kind.INITIAL_CONFERENCE: "conference_outcome",
    Kind.REVIEW_CONFERENCE: "review_conference_outcome",
    Kind.ESCALATED: "escalated_to",
    Kind.LOOKED_AGAIN: "looked_again",
    Kind.ENDED: "referral_end",
}

# At which people meet: who was there is asked. At a conference also whether it was quorate, whether the young person was there, and had an advocate.
CONFERENCES = frozenset({Kind.INITIAL_CONFERENCE, Kind.REVIEW_CONFERENCE})
MEETINGS = CONFERENCES | {Kind.STRATEGY_DISCUSSION, Kind.CORE_GROUP}
AGREED = frozenset({Kind.TAKEN_OVER, Kind.LOOKED_AGAIN})  # with someone else, who is named

# An event of a kind whatever came of it, or one with a certain outcome.
Variant = Kind | tuple[Kind, str]

# What only the authorities do: after a challenge, any of these is an answer.
AUTHORITYS = frozenset(Kind) - {Kind.CONSIDERED, Kind.SENT, Kind.CHALLENGED, Kind.ESCALATED, Kind.CHILD_TOLD, Kind.LOOKED_AGAIN}

STILL_NOT_REFERRED: Variant = (Kind.LOOKED_AGAIN, "still_not_referred")
NO_FURTHER_ACTION: Variant = (Kind.DECIDED, "no_further_action")
ASSESS: Variant = (Kind.DECIDED, "assessment")
DISCUSS: Variant = (Kind.DECIDED, "strategy_discussion")
TAKEN_ON = (ASSESS, DISCUSS)
ASSESSED_AND_NO_MORE: tuple[Variant, ...] = ((Kind.INITIAL_ASSESSMENT_ENDED, "no_further_action"), (Kind.CORE_ASSESSMENT_ENDED, "no_further_action"))
ENQUIRY_AGREED: Variant = (Kind.STRATEGY_DISCUSSION, "section_47")
NO_CONFERENCE: Variant = (Kind.SECTION_47_ENDED, "no_conference")
REGISTERED: Variant = (Kind.INITIAL_CONFERENCE, "registered")
STAYS_REGISTERED: Variant = (Kind.REVIEW_CONFERENCE, "continued")
DEREGISTERED: Variant = (Kind.REVIEW_CONFERENCE, "deregistered")


class Event(Struct, frozen=True, kw_only=True):
    """One event. `number` grows in the order of recording; `area` is that of the authority whose worker recorded it, None for the senders."""

    kind: Kind
    on: dt.date
    number: int = 0
    area: str | None = None
    outcome: str | None = None

    def is_one(self, variants: Iterable[Variant]) -> bool:
        return any(self.kind is v if isinstance(v, Kind) else (self.kind, self.outcome) == v for v in variants)


class Case(Struct, frozen=True, kw_only=True):
    """A referral as the rules see it: to whom it went and what has happened. `host_area` is None where the young person was not held anywhere."""

    home_area: str
    host_area: str | None
    events: tuple[Event, ...] = ()

    @property
    def areas(self) -> tuple[str, ...]:
        """The authorities that were addressed, the host first: where a young person is held, it decides unless it declines."""
        return tuple(dict.fromkeys(area for area in (self.host_area, self.home_area) if area))

    def those(self, *variants: Variant) -> list[Event]:
        return [event for event in self.events if event.is_one(variants)]

    def has(self, *variants: Variant) -> bool:
        return any(event.is_one(variants) for event in self.events)

    def earliest(self, *variants: Variant) -> Event | None:
        """The one that happened first, by day and then as recorded."""
        return min(self.those(*variants), key=lambda event: (event.on, event.number), default=None)

    def answer_of(self, area: str) -> Event | None:
        """What an authority last answered: a decision, or that it declines."""
        answers = [event for event in self.those(Kind.DECIDED, Kind.DECLINED) if event.area == area]
        return answers[-1] if answers else None

    @property
    def taken_over_by(self) -> str | None:
        """The authority that last took the case over from the other, with its agreement."""
        taken = self.those(Kind.TAKEN_OVER)
        return taken[-1].area if taken else None

    @property
    def decider(self) -> str:
        """The authority whose answer counts: the one that took the case over; else the host; the home authority where there is no host, or the host
        has declined."""
        if (taken := self.taken_over_by) is not None:
            return taken
        first, *others = self.areas
        answer = self.answer_of(first)
        return others[0] if others and answer is not None and answer.kind is Kind.DECLINED else first

    @property
    def is_taken_on(self) -> bool:
        """Whether an authority's last answer is to do something."""
        return any((answer := self.answer_of(area)) is not None and answer.is_one(TAKEN_ON) for area in self.areas)

    @property
    def refusal(self) -> Event | None:
        """The answer of the one that decides, where it is to do nothing and no other does anything."""
        answer = self.answer_of(self.decider)
        return None if self.is_taken_on else answer

    @property
    def unanswered(self) -> Event | None:
        """The last challenge or escalation that no authority has answered since it was recorded."""
        raised = self.those(Kind.CHALLENGED, Kind.ESCALATED)
        return raised[-1] if raised and not any(event.kind in AUTHORITYS and event.number > raised[-1].number for event in self.events) else None

    @property
    def is_over(self) -> bool:
        return self.has(Kind.ENDED)
