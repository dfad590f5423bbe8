"""Time out as pages show it: words for codes. Pure."""

from yosafe import clock, words
from yosafe.reference.codes import code_list
from yosafe.reference.establishments import establishment
from yosafe.settings import Terminology

from .rules import since_words
from .schemas import TimeOutOut


def why(code: str, terminology: Terminology = "2002") -> str:
    """ "At court" """
    return code_list("time_out_reason").label(code, terminology)


def badge(out: TimeOutOut, terminology: Terminology = "2002") -> tuple[str, str]:
    """For the banner: "Out at court since 9:10am", and in red once they should be back."""
    reason = why(out.reason, terminology)
    text = f"Out {reason[:1].lower()}{reason[1:]} since {since_words(out.left_at, today=clock.today())}"
    return (f"{text}: overdue back", "red") if out.overdue else (text, "purple")


def where(out: TimeOutOut) -> str:
    name = establishment(out.establishment).name
    return f"{name}, {out.unit}" if out.unit else name


def ended(out: TimeOutOut) -> str:
    """How it ended, in a few words; empty while it lasts."""
    if out.ended_at is None:
        return ""
    if out.outcome == "returned":
        return f"Came back {words.instant(out.ended_at)}"
    return f"{code_list('time_out_outcome').label(out.outcome or '')}, {words.instant(out.ended_at)}"
