"""What came of a referral, for the young person themselves: short words and short sentences, to be read at about nine. Pure.

Judged by the Flesch-Kincaid grade: the tests hold every page that can come of this to grade 4 at most (nine to ten years).
"""

from collections.abc import Sequence

from msgspec import Struct

from .events import Kind
from .schemas import EventOut, ReferralOut
from .status import Status


class Part(Struct, frozen=True, kw_only=True):
    """A heading and what is said under it, sentence by sentence."""

    title: str
    lines: tuple[str, ...]


WHERE_IT_STANDS: dict[Status, tuple[str, ...]] = {
    Status.CONSIDERED_NOT_REFERRED: (
        "We were worried about you.",
        "We talked about it.",
        "We did not ask for more help yet.",
        "We will look at it again.",
    ),
    Status.DRAFT: ("We have not sent it yet.",),
    Status.SENT: ("They have our letter.", "They have not told us yet what they will do."),
    Status.ACKNOWLEDGED: ("They have our letter.", "They will soon tell us what they will do."),
    Status.NO_FURTHER_ACTION: ("They looked at what we wrote.", "They think that you are safe, so they will do no more now."),
    Status.ASSESSMENT: (
        "They will find out how you are.",
        "Someone will come to talk with you.",
        "You can say what you want and what you do not want.",
    ),
    Status.STRATEGY: ("They met to plan how to keep you safe.", "Someone will come to talk with you."),
    Status.SECTION_47: (
        "They think that you may be hurt.",
        "It is their job to find out.",
        "Someone will come to talk with you.",
        "It is not your fault.",
    ),
    Status.CONFERENCE: ("People who know you had a big meeting.", "They talked about how to keep you safe."),
    Status.REGISTERED: ("People who know you had a big meeting.", "They made a plan to keep you safe.", "They will meet again to see if it works."),
    Status.IN_REVIEW: ("There is a plan to keep you safe.", "They met again to see if it works."),
    Status.ENDED: ("This is over now.", "If you are still worried, tell us, and we will ask again."),
    Status.DECLINED: ("They said no this time.", "If we think that they are wrong, we will ask again."),
    Status.ESCALATED: ("They did not help in the way that we hoped.", "So we asked their boss."),
}
WHAT_YOU_CAN_DO = (
    "You can ask us what any of this means.",
    "You can say if you do not agree.",
    "You can ask for someone who speaks up for you. They are not one of us. We can call them with you.",
    "If you do not feel safe now, tell any of us right now.",
)
_DONE: dict[Kind, str] = {
    Kind.INITIAL_ASSESSMENT_ENDED: "They have found out how you are.",
    Kind.CORE_ASSESSMENT_ENDED: "They have found out how you are.",
    Kind.STRATEGY_DISCUSSION: "They met to plan what to do.",
    Kind.INITIAL_CONFERENCE: "There was a big meeting about you.",
    Kind.REVIEW_CONFERENCE: "They met again to see if the plan works.",
    Kind.CORE_GROUP: "The people in the plan met.",
    Kind.CHILD_TOLD: "We talked with you about it.",
}


def for_child(referral: ReferralOut) -> list[Part]:
    """The page, part by part. It names nobody, tells nothing that another young person said, and nothing of the concern beyond their own words."""
    why = ("We were worried about you.", "So we wrote to people whose job it is to keep children safe.")
    parts = [] if referral.considered_only else [Part(title="What we did", lines=why)]
    parts.append(Part(title="What they said" if not referral.considered_only else "What we did", lines=WHERE_IT_STANDS[referral.status]))
    if done := _done(referral.events):
        parts.append(Part(title="What has been done", lines=done))
    return [*parts, Part(title="What you can do", lines=WHAT_YOU_CAN_DO)]


def _done(events: Sequence[EventOut]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(_DONE[event.kind] for event in events if event.kind in _DONE))
