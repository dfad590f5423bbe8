"""Who is to be told of a serious incident, and how that stands. Pure: facts and codes in, answers out."""

import datetime as dt
from collections.abc import Callable, Iterable, Mapping, Sequence
from enum import StrEnum
from typing import Any

from msgspec import Struct

from yosafe.errors import FieldError
from yosafe.reference.codes import code_list

# Outcomes of the group `told` that are no telling: a referral is a record of its own.
NO_TELLING = frozenset({"referral_made"})
# Whoever did this was told by it.
TOLD_BY = {"health_care_told": "health_care", "advocate_told": "advocate_offered"}
CONCERNED = frozenset({"harmed", "hurt_self", "concerned", "complainant"})
IN_CARE = frozenset({"looked_after", "care_leaver"})
SEEN_BY_HEALTH_CARE = frozenset({"nurse", "doctor", "health_care_bed", "hospital", "hospital_stay", "resuscitation"})
NO_HURT = frozenset({"none", "fear"})
FAMILY_ANSWER = {"yes": "told", "nobody": "not_to_be_told"}  # of a death, where it was asked when it was recorded


class State(StrEnum):
    """Of someone who is to be told. Those who wait and those of whom nothing is said come back on the worklist."""

    TOLD = "told"
    NOT_TO_BE_TOLD = "not_to_be_told"
    WAITING = "waiting"
    NOTHING_SAID = "nothing_said"


MISSING = frozenset({State.WAITING, State.NOTHING_SAID})


class Part(Struct, frozen=True, kw_only=True):
    """A young person in an incident."""

    young_person: int
    roles: frozenset[str]
    injuries: frozenset[str]
    treatments: frozenset[str]
    care_status: str


class Facts(Struct, frozen=True, kw_only=True):
    """What decides who is to be told."""

    kind: str
    severity: str
    answers: Mapping[str, Any]
    parts: Sequence[Part]
    officer_told_on: dt.date | None = None


class Telling(Struct, frozen=True, kw_only=True):
    """That someone was told; without a young person, about everyone."""

    outcome: str
    young_person: int | None
    on: dt.date
    whom: str | None = None


class NotTold(Struct, frozen=True, kw_only=True):
    """Why not, as it was last recorded first to last."""

    outcome: str
    young_person: int | None
    reason: str
    note: str | None
    at: dt.datetime


class Expected(Struct, frozen=True):
    """A row of the table below: `of_each` young person who is concerned and for whom `when` holds, else once for the incident."""

    outcome: str
    of_each: bool
    because: str
    when: Callable[[Facts, Part | None], bool]


class Standing(Struct, frozen=True, kw_only=True):
    """How it stands with one who is to be told. `on` and `whom` of one who was told; `reason` and `note` of one who was not."""

    outcome: str
    young_person: int | None
    state: State
    on: dt.date | None = None
    whom: str | None = None
    reason: str | None = None
    note: str | None = None


def _in_care(facts: Facts, part: Part | None) -> bool:
    return part is not None and part.care_status in IN_CARE


def _hurt_unseen(facts: Facts, part: Part | None) -> bool:
    return part is not None and bool(part.injuries - NO_HURT) and not part.treatments & SEEN_BY_HEALTH_CARE


def _for_police(facts: Facts, part: Part | None) -> bool:
    return facts.kind in ("assault", "death") or (facts.kind == "missing" and facts.answers.get("found") == "no")


EXPECTED: tuple[Expected, ...] = (
    Expected("governor_told", False, "always", lambda facts, part: True),
    Expected(
        "family_told", True, "unless it is a disclosure, of which those at home may be part", lambda facts, part: facts.kind != "disclosure"
    ),
    Expected("yot_told", True, "always", lambda facts, part: True),
    Expected("social_worker_told", True, "where they were looked after or a care leaver", _in_care),
    Expected("health_care_told", True, "where they were injured and the treatment does not say that health care saw them", _hurt_unseen),
    Expected("advocate_told", True, "where it is an allegation against staff", lambda facts, part: facts.kind == "staff_allegation"),
    Expected("police_told", False, "of an assault or a death, and while someone is missing", _for_police),
    Expected("designated_officer_told", False, "of an allegation against staff", lambda facts, part: facts.kind == "staff_allegation"),
    Expected("local_authority_told", False, "of a death", lambda facts, part: facts.kind == "death"),
    Expected("coroner_told", False, "of a death", lambda facts, part: facts.kind == "death"),
)  # fmt: skip


def tellings() -> tuple[str, ...]:
    """The outcomes that are a telling, in the order of their list."""
    return tuple(code.code for code in code_list("outcome").codes if is_telling(code.code))


def is_telling(outcome: str) -> bool:
    return outcome not in NO_TELLING and any(code.code == outcome and code.group == "told" for code in code_list("outcome").codes)


def expected(facts: Facts) -> list[tuple[str, int | None]]:
    """Who is to be told: of a serious incident, each outcome with the young person whom it is about; of others nobody in particular."""
    if facts.severity != "serious":
        return []
    found: list[tuple[str, int | None]] = []
    for row in EXPECTED:
        if row.of_each:
            found += [(row.outcome, part.young_person) for part in facts.parts if part.roles & CONCERNED and row.when(facts, part)]
        elif row.when(facts, None):
            found.append((row.outcome, None))
    return found


def standings(facts: Facts, told: Sequence[Telling], not_told: Sequence[NotTold]) -> list[Standing]:
    """How it stands with each who is to be told. `not_told` in the order in which it was recorded: the last one holds."""
    return [_standing(facts, outcome, person, told, not_told) for outcome, person in expected(facts)]


def _standing(facts: Facts, outcome: str, person: int | None, told: Sequence[Telling], not_told: Sequence[NotTold]) -> Standing:
    enough = {outcome, TOLD_BY.get(outcome, outcome)}
    done = next((one for one in told if one.outcome in enough and _about(one.young_person, person)), None)
    if done is not None:
        return Standing(outcome=outcome, young_person=person, state=State.TOLD, on=done.on, whom=done.whom)
    if outcome == "designated_officer_told" and facts.officer_told_on is not None:
        return Standing(outcome=outcome, young_person=person, state=State.TOLD, on=facts.officer_told_on)
    why = next((one for one in reversed(not_told) if one.outcome == outcome and _about(one.young_person, person)), None)
    if why is not None:
        state = State.WAITING if is_waiting(why.reason) else State.NOT_TO_BE_TOLD
        return Standing(outcome=outcome, young_person=person, state=state, reason=why.reason, note=why.note)
    answered = FAMILY_ANSWER.get(str(facts.answers.get("family_told"))) if outcome == "family_told" and facts.kind == "death" else None
    return Standing(outcome=outcome, young_person=person, state=State(answered or State.NOTHING_SAID))


def _about(recorded: int | None, person: int | None) -> bool:
    """Whether what is recorded of one young person, or of everyone, holds for another one, or for the incident."""
    return recorded is None or person is None or recorded == person


def is_waiting(reason: str) -> bool:
    return any(code.code == reason and code.group == "waiting" for code in code_list("untold_reason").codes)


def faults_in_telling(key: str, outcome: str, given: Mapping[str, Any], *, day: dt.date, now: dt.datetime) -> list[FieldError]:
    """Faults in `whom`, `how`, `done_time` and `by_whom` of something that was done on a day. `now` in London."""
    faults = [
        FieldError(f"{key}.{name}", "Only someone who was told has this: leave it out")
        for name, value in given.items()
        if value is not None and not is_telling(outcome)
    ]
    how, time = given.get("how"), given.get("done_time")
    if how is not None and not faults and how not in code_list("told_how").values(day):
        faults.append(FieldError(f"{key}.how", f"Select how they were told from the list: {', '.join(code_list('told_how').values(day))}"))
    if time is not None and day == now.date() and time > f"{now:%H:%M}":
        faults.append(FieldError(f"{key}.done_time", "The time they were told must be in the past"))
    return faults


def faults_in_not_told(outcome: str, reason: str, note: str | None, *, allowed: Iterable[str]) -> list[FieldError]:
    """Faults in why someone has not been told. `allowed`: who can be told of this kind."""
    faults = []
    if outcome not in set(allowed):
        faults.append(FieldError("outcome", f"Select who has not been told: one of {', '.join(allowed)}"))
    if reason not in code_list("untold_reason").values():
        faults.append(FieldError("reason", f"Select why from the list: {', '.join(code_list('not_told_reason').values())}"))
    elif reason == "not_needed" and note is None:
        faults.append(FieldError("note", "Enter why it is not needed"))
    return faults
