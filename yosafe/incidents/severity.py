"""How serious an incident is, by stated criteria: whoever records it may say more, never less."""

from collections.abc import Mapping, Sequence
from typing import Any

from msgspec import Struct

from yosafe.errors import FieldError, Invalid
from yosafe.forms.conditions import Condition, all_of, answered_with, any_of, holds

LEVELS = ("low", "moderate", "serious")


class Criterion(Struct, frozen=True):
    """Facts that make an incident at least `severity`; `because` ends "It is serious because ..."."""

    severity: str
    because: str
    when: Condition


class Floor(Struct, frozen=True):
    """The least that an incident can be recorded as, and every reason."""

    severity: str
    because: tuple[str, ...]

    @property
    def words(self) -> str:
        """ "serious, because someone was taken to hospital and a weapon was used or shown"."""
        return f"{self.severity}, because {listed(self.because) or 'nothing recorded makes it more'}"


def listed(parts: Sequence[str]) -> str:
    """ "a", "a and b", "a, b and c"."""
    return " and ".join([", ".join(parts[:-1]), parts[-1]] if len(parts) > 1 else parts)


# Over the answers of the kind's questions, with `kind`, and `injuries` and `treatments` of everyone involved.
CRITERIA: tuple[Criterion, ...] = (
    Criterion("serious", "someone was taken to hospital", answered_with("treatments", "hospital", "hospital_stay")),
    Criterion("serious", "someone had to be resuscitated", answered_with("treatments", "resuscitation")),
    Criterion("serious", "someone has a broken bone", answered_with("injuries", "fracture")),
    Criterion("serious", "someone has a stab wound or an internal injury", answered_with("injuries", "stab", "internal")),
    Criterion("serious", "someone was concussed or lost consciousness", answered_with("injuries", "concussion")),
    Criterion("serious", "someone lost consciousness", answered_with("lost_consciousness", "yes")),
    Criterion("serious", "a sexual assault is suspected", answered_with("assault_kind", "sexual")),
    Criterion("serious", "a weapon was used or shown", answered_with("weapon", "blade", "blunt", "liquid", "furniture", "other")),
    Criterion("serious", "a ligature was used", answered_with("methods", "ligature", "hanging")),
    Criterion("serious", "it was an overdose or poison", answered_with("methods", "overdose")),
    Criterion("serious", "breathing was stopped", answered_with("methods", "suffocation")),
    Criterion("serious", "it is sexual abuse that was told of", answered_with("abuse_kinds", "sexual")),
    Criterion(
        "serious", "the abuse goes on, or another child may be in danger",
        any_of(answered_with("abuse_when", "goes_on"), answered_with("others_at_risk", "yes")),
    ),
    Criterion("serious", "a young person under force found it hard to breathe, vomited or lost consciousness", answered_with("warning_signs", "yes")),
    Criterion("serious", "a young person is still missing", answered_with("found", "no")),
    Criterion("serious", "a member of staff is said to have hurt or abused a young person", answered_with("alleged", "hit", "sexual")),
    Criterion("serious", "a young person died", answered_with("kind", "death")),
    Criterion("moderate", "someone needed first aid or care", answered_with("treatments", "first_aid", "nurse", "doctor", "health_care_bed")),
    Criterion(
        "moderate", "someone was injured",
        answered_with("injuries", "graze", "bruise", "black_eye", "cut", "bite", "burn", "sprain", "tooth", "other"),
    ),
    Criterion("moderate", "someone is afraid or distressed", answered_with("injuries", "fear")),
    Criterion("moderate", "someone is still afraid", answered_with("still_afraid", "yes")),
    Criterion("moderate", "it has happened before", all_of(answered_with("kind", "bullying"), answered_with("happened_before", "once", "often"))),
    Criterion("moderate", "it was sexual", answered_with("forms", "sexual")),
    Criterion("moderate", "a young person hurt themselves", answered_with("kind", "self_harm")),
    Criterion("moderate", "a young person told of abuse", answered_with("kind", "disclosure")),
    Criterion("moderate", "an injury is not explained", answered_with("kind", "injury")),
    Criterion("moderate", "it is an allegation against staff", answered_with("kind", "staff_allegation")),
    Criterion("moderate", "a young person was missing", answered_with("kind", "missing")),
    Criterion(
        "moderate", "the head was held, pain was used or someone was held on the ground", answered_with("techniques", "head_hold", "pain", "ground")
    ),
)  # fmt: skip


def floor(kind: str, answers: Mapping[str, Any], injuries: Sequence[str], treatments: Sequence[str]) -> Floor:
    """The severity that the facts make it, with the reasons for that level."""
    facts = {**answers, "kind": kind, "injuries": list(injuries), "treatments": list(treatments)}
    met = [c for c in CRITERIA if (c.when.question is None or facts.get(c.when.question)) and holds(c.when, facts)]
    level = max((c.severity for c in met), key=LEVELS.index, default="low")
    return Floor(level, tuple(c.because for c in met if c.severity == level))


def settled(chosen: str | None, least: Floor) -> str:
    """The severity to record: what was chosen, else what the facts make it. Raises Invalid for less than that."""
    if chosen is None:
        return least.severity
    if LEVELS.index(chosen) < LEVELS.index(least.severity):
        raise Invalid([FieldError("severity", f"It can't be less than {least.words}. Leave the severity out, or mend the answer that makes it so")])
    return chosen
