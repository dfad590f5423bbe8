"""Where a referral stands: worked out from its events, never set."""

from enum import StrEnum

from msgspec import Struct

from .events import ASSESS, ASSESSED_AND_NO_MORE, AUTHORITYS, DISCUSS, NO_FURTHER_ACTION, REGISTERED, Case, Kind, Variant


class Status(StrEnum):
    CONSIDERED_NOT_REFERRED = "considered_not_referred"
    DRAFT = "draft"
    SENT = "sent"
    ACKNOWLEDGED = "acknowledged"
    NO_FURTHER_ACTION = "no_further_action"
    ASSESSMENT = "assessment"
    STRATEGY = "strategy"
    SECTION_47 = "section_47"
    CONFERENCE = "conference"
    REGISTERED = "registered"
    IN_REVIEW = "in_review"
    ENDED = "ended"
    DECLINED = "declined"
    ESCALATED = "escalated"


class Reached(Struct, frozen=True, kw_only=True):
    """A status, and the events any one of which brings a referral there. `until_answered`: only while no authority has recorded anything since."""

    status: Status
    by: tuple[Variant, ...]
    until_answered: bool = False


# The first row that holds is the status. So the order in which events are recorded makes no difference, but for an escalation: it stands until
# an authority records something. The furthest step counts, whichever authority took it; a refusal counts while nobody does more.
PRECEDENCE: tuple[Reached, ...] = (
    Reached(status=Status.ENDED, by=(Kind.ENDED,)),
    Reached(status=Status.ESCALATED, by=(Kind.ESCALATED,), until_answered=True),
    Reached(status=Status.IN_REVIEW, by=(Kind.REVIEW_CONFERENCE,)),
    Reached(status=Status.REGISTERED, by=(REGISTERED,)),
    Reached(status=Status.CONFERENCE, by=(Kind.INITIAL_CONFERENCE,)),
    Reached(status=Status.SECTION_47, by=(Kind.SECTION_47_STARTED, Kind.SECTION_47_ENDED)),
    Reached(status=Status.STRATEGY, by=(Kind.STRATEGY_DISCUSSION, DISCUSS)),
    Reached(status=Status.NO_FURTHER_ACTION, by=ASSESSED_AND_NO_MORE),
    Reached(
        status=Status.ASSESSMENT,
        by=(
            ASSESS,
            Kind.INITIAL_ASSESSMENT_STARTED, Kind.INITIAL_ASSESSMENT_ENDED, Kind.CORE_ASSESSMENT_STARTED, Kind.CORE_ASSESSMENT_ENDED,
        ),
    ),
    Reached(status=Status.NO_FURTHER_ACTION, by=(NO_FURTHER_ACTION,)),
    Reached(status=Status.DECLINED, by=(Kind.DECLINED,)),
    Reached(status=Status.ACKNOWLEDGED, by=(Kind.ACKNOWLEDGED,)),
    Reached(status=Status.SENT, by=(Kind.SENT,)),
    Reached(status=Status.CONSIDERED_NOT_REFERRED, by=(Kind.CONSIDERED,)),
)  # fmt: skip


def derive_status(referral: Case) -> Status:
    """Where a referral stands. Nothing recorded is a draft."""
    return next((row.status for row in PRECEDENCE if _holds(row, referral)), Status.DRAFT)


def _holds(row: Reached, referral: Case) -> bool:
    found = referral.those(*row.by)
    if not found or not row.until_answered:
        return bool(found)
    return not any(event.kind in AUTHORITYS and event.number > found[-1].number for event in referral.events)
