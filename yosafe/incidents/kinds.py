"""What each kind of incident allows and asks, as data. A kind without a row here can't be recorded yet."""

import datetime as dt
from collections.abc import Mapping, Sequence
from functools import cache
from importlib.resources import files
from typing import Any

from msgspec import Struct

from yosafe.errors import FieldError, Invalid
from yosafe.forms.load import QuestionSets, load_folder
from yosafe.forms.questions import QuestionSet
from yosafe.reference.codes import code_list

from .schemas import NameStaff

MOST_PEOPLE = 30
CHANNEL = "channel"  # the question about how a complaint came, and the answers by which it is sealed
SEALED = frozenset({"sealed_lead", "sealed_outside"})
# Outcomes that fit one kind only; the others fit all.
OUTCOMES_OF = {"debrief": "use_of_force", "return_conversation": "missing", "designated_officer_told": "staff_allegation", "coroner_told": "death"}


class KindRules(Struct, frozen=True, kw_only=True):
    """`roles` that a young person may have; `one_of`: somebody has one of these; `only_one`: exactly one person has this role.
    `clocks` start when it is received. `staff`: parts that staff may have; `alleged`: some of them must be who it is said to be. A `restricted`
    kind is seen only by those named in it."""

    roles: tuple[str, ...]
    one_of: tuple[str, ...]
    only_one: str | None = None
    clocks: tuple[str, ...] = ()
    staff: tuple[str, ...] = ("staff_involved", "staff_harmed", "staff_present")
    alleged: bool = False
    restricted: bool = False


RULES: dict[str, KindRules] = {
    "bullying": KindRules(roles=("harmed", "alleged_to_have_harmed", "present", "told_us"), one_of=("harmed",)),
    "assault": KindRules(
        roles=("harmed", "alleged_to_have_harmed", "took_part", "present", "told_us"), one_of=("harmed", "alleged_to_have_harmed", "took_part")
    ),
    "self_harm": KindRules(roles=("hurt_self", "present", "told_us"), one_of=("hurt_self",), only_one="hurt_self"),
    "complaint": KindRules(
        roles=("complainant", "concerned", "harmed", "present", "told_us"), one_of=("complainant",),
        only_one="complainant", clocks=("complaint-acknowledged", "complaint-answered"),
    ),
    "staff_allegation": KindRules(
        roles=("harmed", "concerned", "told_us", "present"), one_of=("harmed", "concerned"), clocks=("staff-allegation",),
        staff=("staff_alleged", "staff_present"), alleged=True, restricted=True,
    ),
    "disclosure": KindRules(roles=("concerned", "told_us", "present"), one_of=("concerned",), only_one="concerned"),
    "injury": KindRules(roles=("harmed", "present", "told_us"), one_of=("harmed",), only_one="harmed"),
    "use_of_force": KindRules(roles=("concerned", "harmed", "present", "told_us"), one_of=("concerned",)),
    "missing": KindRules(roles=("concerned", "present", "told_us"), one_of=("concerned",)),
    "death": KindRules(roles=("concerned", "present", "told_us"), one_of=("concerned",), only_one="concerned"),
}  # fmt: skip


def is_sealed(kind: str, answers: Mapping[str, Any]) -> bool:
    """Whether it is a complaint that came by the confidential channel."""
    return kind == "complaint" and answers.get(CHANNEL) in SEALED


def is_restricted(kind: str, answers: Mapping[str, Any]) -> bool:
    """Whether only those named on it may know of it."""
    return RULES[kind].restricted or is_sealed(kind, answers)


@cache
def question_sets() -> QuestionSets:
    """Every version of every kind's questions."""
    return load_folder(files("yosafe.incidents") / "question_sets")


def questions_of(kind: str, on: dt.date) -> QuestionSet:
    """What is asked about a kind on a day. Raises NotFound before the first version."""
    return question_sets().valid_on(kind, on)


def outcome_fits(kind: str, outcome: str) -> bool:
    """Whether something that was done can have been done about this kind."""
    return OUTCOMES_OF.get(outcome, kind) == kind


def check_kind(kind: str) -> KindRules:
    """The rules of a kind. Raises Invalid, naming what can be recorded, for anything else."""
    if kind not in RULES:
        raise Invalid([FieldError("kind", f"Select what kind of incident it was: one of {', '.join(RULES)}")])
    return RULES[kind]


def faults_in_roles(kind: str, people: Sequence[tuple[str, Sequence[str]]]) -> list[FieldError]:
    """What is wrong with who did what: pairs of a person's reference and their roles. Keys are `involvements.N.roles` and `involvements`."""
    rules = RULES[kind]
    faults = [fault for n, (_, roles) in enumerate(people) if (fault := _fault_in_one(kind, f"involvements.{n}.roles", roles))]
    if len({person for person, _ in people}) < len(people):
        faults.append(FieldError("involvements", "Someone is there twice: give each young person once, with all their roles"))
    if len(people) > MOST_PEOPLE:
        faults.append(FieldError("involvements", f"Give at most {MOST_PEOPLE} young people; describe a larger group in the account"))
    if not any(role in rules.one_of for _, roles in people for role in roles):
        faults.append(FieldError("involvements", f"Add a young person who {either_label(rules.one_of)}"))
    if rules.only_one and sum(rules.only_one in roles for _, roles in people) > 1:
        faults.append(
            FieldError("involvements", f"Only one young person can be who {role_label(rules.only_one)}: record another incident for another")
        )
    return faults


def faults_in_staff(kind: str, staff: Sequence[NameStaff]) -> list[FieldError]:
    """What is wrong with the staff named when it is recorded. Keys are `staff.N.role` and `staff`."""
    faults = [fault_in_staff_role(kind, one.role, f"staff.{n}.role") for n, one in enumerate(staff)]
    if RULES[kind].alleged and not any(one.role == "staff_alleged" for one in staff):
        faults.append(FieldError("staff", "Name the member of staff whom it is said to be, or write what is known of them, like a number or a shift"))
    return [fault for fault in faults if fault]


def fault_in_staff_role(kind: str, role: str, key: str) -> FieldError | None:
    allowed = RULES[kind].staff
    label = code_list("incident_kind").label(kind).lower()
    return None if role in allowed else FieldError(key, f"Select a part that fits {label}: {', '.join(allowed)}")


def _fault_in_one(kind: str, key: str, roles: Sequence[str]) -> FieldError | None:
    allowed = RULES[kind].roles
    if not roles:
        return FieldError(key, "Select what part this young person had")
    if any(role not in allowed for role in roles):
        return FieldError(key, f"Select roles that fit {code_list('incident_kind').label(kind).lower()}: {', '.join(allowed)}")
    if len(set(roles)) < len(roles):
        return FieldError(key, "Give each role once")
    return None


def role_label(role: str) -> str:
    """The role inside a sentence: "was harmed"."""
    label = code_list("involvement_role").label(role)
    return label[:1].lower() + label[1:]


def either_label(roles: Sequence[str]) -> str:
    return " or ".join(role_label(role) for role in roles)
