"""How referrals read on pages: authorities, events, statuses."""

from yosafe.reference.areas import area
from yosafe.reference.codes import code_list
from yosafe.reference.terms import term
from yosafe.settings import Terminology

from .events import OUTCOMES, Kind
from .status import Status

STATUS_COLOURS: dict[Status, str] = {
    Status.CONSIDERED_NOT_REFERRED: "grey",
    Status.DRAFT: "grey",
    Status.SENT: "yellow",
    Status.ACKNOWLEDGED: "yellow",
    Status.NO_FURTHER_ACTION: "grey",
    Status.ASSESSMENT: "blue",
    Status.STRATEGY: "blue",
    Status.SECTION_47: "purple",
    Status.CONFERENCE: "purple",
    Status.REGISTERED: "purple",
    Status.IN_REVIEW: "teal",
    Status.ENDED: "grey",
    Status.DECLINED: "orange",
    Status.ESCALATED: "red",
}


def status_label(status: Status, terminology: Terminology = "2002") -> str:
    return code_list("referral_status").label(status.value, terminology)


def authority(code: str, terminology: Terminology = "2002") -> str:
    """ "Leeds social services"."""
    return f"{area(code).name} {term('social_services', terminology)}"


def sent_to(home_area: str, host_area: str | None, terminology: Terminology = "2002") -> str:
    """The authorities that were addressed, the host first."""
    areas = dict.fromkeys(code for code in (host_area, home_area) if code)
    return " and ".join(authority(code, terminology) for code in areas)


def outcome_label(kind: Kind, outcome: str | None, terminology: Terminology = "2002") -> str | None:
    return code_list(OUTCOMES[kind]).label(outcome, terminology) if outcome and kind in OUTCOMES else None


def event_title(kind: Kind, outcome: str | None, terminology: Terminology = "2002") -> str:
    """ "Decision made: assessment"."""
    title, came_of_it = code_list("referral_event").label(kind.value, terminology), outcome_label(kind, outcome, terminology)
    return f"{title}: {lower_first(came_of_it)}" if came_of_it else title


def lower_first(words: str) -> str:
    """Without the capital of a sentence; that of an abbreviation stays."""
    return words if words[1:2].isupper() else words[:1].lower() + words[1:]
