"""Checks as pages show them: words and colours for codes. Pure."""

import datetime as dt

from yosafe import words
from yosafe.reference.areas import area
from yosafe.reference.codes import code_list
from yosafe.reference.terms import term
from yosafe.settings import Terminology

from .schemas import CheckOut

REGISTER_ONLY = "register"


def authority(code: str, terminology: Terminology) -> str:
    """ "Leeds social services"."""
    return f"{area(code).name} {term('social_services', terminology)}"


def asked(code: str, terminology: Terminology) -> str:
    return code_list("check_register").label(code, terminology)


def why(code: str, terminology: Terminology) -> str:
    return code_list("check_reason").label(code, terminology)


def asker(code: str, terminology: Terminology) -> str:
    return code_list("check_asker").label(code, terminology)


def answer(code: str | None, category: str | None, terminology: Terminology) -> str:
    """ "On the child protection register: neglect", "No answer yet"."""
    if code is None:
        return "No answer yet"
    text = code_list("check_answer").label(code, terminology)
    return f"{text}: {code_list('referral_category').label(category, terminology).lower()}" if category else text


def state(one: CheckOut, terminology: Terminology) -> tuple[str, str]:
    """Words and colour for what came of it."""
    colours = {None: "yellow", "on_register": "red", "known": "orange", "not_known": "grey"}
    return answer(one.answer, one.category, terminology), colours[one.answer]


def advice(one: CheckOut, terminology: Terminology) -> str | None:
    """What to do besides: the register is no index of who is known (6.36)."""
    if one.register == REGISTER_ONLY and one.answer != "on_register":
        return f"The {term('register', terminology)} does not say whether they are known: check the {term('client_index', terminology)} too"
    return None


def others(number: int, since: dt.date) -> str:
    """What whoever may not read them learns of enquiries by other agencies."""
    if number == 0:
        return f"No other agency has recorded a check since {words.day(since)}."
    return f"Other agencies recorded {words.plural(number, 'more check')} since {words.day(since)}. What they asked and heard stays with them."
