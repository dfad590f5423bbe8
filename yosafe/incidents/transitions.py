"""What may happen to an incident: one table that the code runs, the tests enumerate and the docs draw.

A row says in which status, which act, by whom, what must hold first, what must be given with it, and what status comes of it.
"""

from collections.abc import Callable

from msgspec import Struct

from yosafe.errors import Conflict, DomainError, FieldError, Invalid, Refused

from .status import (
    ACT_LABELS,
    STATUS_LABELS,
    Act,
    Case,
    Given,
    Person,
    Status,
    allegation_ready,
    another_looks,
    answer_given,
    appeal_to_given,
    appeal_waits,
    comment_given,
    complaint,
    finding_given,
    no_appeal_waits,
    not_acknowledged,
    original_given,
    outcome_recorded,
    owner_given,
    people_told,
    plan_finished,
    reason_given,
    second_person,
    simple,
    why_given,
)

AUTHOR = "author"  # instead of a permission: whoever wrote the draft
Guard = Callable[[Case, Person], DomainError | None]
Need = Callable[[Case, Given], FieldError | None]


class Step(Struct, frozen=True):
    """A row of the table. `who` is a permission, or AUTHOR."""

    status: Status
    act: Act
    who: str
    next: Status
    only_if: tuple[Guard, ...] = ()
    needs: tuple[Need, ...] = ()


LEAD = "incident:investigate"
_S, _A = Status, Act
_ANSWER = (finding_given, comment_given, answer_given)
_CONCLUDING = ((outcome_recorded, plan_finished, allegation_ready), _ANSWER)
_SIMPLE = ((simple, outcome_recorded, plan_finished), _ANSWER)
_APPEALING = ((complaint, no_appeal_waits), (appeal_to_given, comment_given))

TABLE: tuple[Step, ...] = (
    Step(_S.DRAFT, _A.SUBMIT, AUTHOR, _S.SUBMITTED),
    Step(_S.SUBMITTED, _A.ACKNOWLEDGE, LEAD, _S.SUBMITTED, (complaint, not_acknowledged), (comment_given,)),
    Step(_S.SUBMITTED, _A.ASSIGN, LEAD, _S.SUBMITTED, (), (owner_given, why_given)),
    Step(_S.SUBMITTED, _A.INVESTIGATE, LEAD, _S.IN_INVESTIGATION),
    Step(_S.SUBMITTED, _A.CONCLUDE, LEAD, _S.CONCLUDED, *_SIMPLE),
    Step(_S.SUBMITTED, _A.MARK_DUPLICATE, LEAD, _S.DUPLICATE, (), (original_given, comment_given)),
    Step(_S.SUBMITTED, _A.MARK_NOT_REPORTABLE, LEAD, _S.NOT_REPORTABLE, (), (reason_given, comment_given)),
    Step(_S.IN_INVESTIGATION, _A.ACKNOWLEDGE, LEAD, _S.IN_INVESTIGATION, (complaint, not_acknowledged), (comment_given,)),
    Step(_S.IN_INVESTIGATION, _A.ASSIGN, LEAD, _S.IN_INVESTIGATION, (), (owner_given, why_given)),
    Step(_S.IN_INVESTIGATION, _A.CONCLUDE, LEAD, _S.CONCLUDED, *_CONCLUDING),
    Step(_S.IN_INVESTIGATION, _A.MARK_DUPLICATE, LEAD, _S.DUPLICATE, (), (original_given, comment_given)),
    Step(_S.IN_INVESTIGATION, _A.MARK_NOT_REPORTABLE, LEAD, _S.NOT_REPORTABLE, (), (reason_given, comment_given)),
    Step(_S.CONCLUDED, _A.CLOSE, LEAD, _S.CLOSED, (second_person, people_told, no_appeal_waits)),
    Step(_S.CONCLUDED, _A.APPEAL, LEAD, _S.CONCLUDED, *_APPEALING),
    Step(_S.CONCLUDED, _A.ANSWER_APPEAL, LEAD, _S.CONCLUDED, (complaint, appeal_waits, another_looks), _ANSWER),
    Step(_S.CONCLUDED, _A.REOPEN, LEAD, _S.REOPENED, (), (comment_given,)),
    Step(_S.CLOSED, _A.APPEAL, LEAD, _S.CONCLUDED, *_APPEALING),
    Step(_S.CLOSED, _A.REOPEN, LEAD, _S.REOPENED, (), (comment_given,)),
    Step(_S.DUPLICATE, _A.REOPEN, LEAD, _S.REOPENED, (), (comment_given,)),
    Step(_S.NOT_REPORTABLE, _A.REOPEN, LEAD, _S.REOPENED, (), (comment_given,)),
    Step(_S.REOPENED, _A.ACKNOWLEDGE, LEAD, _S.REOPENED, (complaint, not_acknowledged), (comment_given,)),
    Step(_S.REOPENED, _A.ASSIGN, LEAD, _S.REOPENED, (), (owner_given, why_given)),
    Step(_S.REOPENED, _A.INVESTIGATE, LEAD, _S.IN_INVESTIGATION),
    Step(_S.REOPENED, _A.CONCLUDE, LEAD, _S.CONCLUDED, *_SIMPLE),
    Step(_S.REOPENED, _A.MARK_DUPLICATE, LEAD, _S.DUPLICATE, (), (original_given, comment_given)),
    Step(_S.REOPENED, _A.MARK_NOT_REPORTABLE, LEAD, _S.NOT_REPORTABLE, (), (reason_given, comment_given)),
)
_BY_KEY = {(step.status, step.act): step for step in TABLE}


def check_can_move(case: Case, act: Act, by: Person) -> Step:
    """The step that the act is. Raises Conflict where the table has none or the record is not ready, Refused where this person may not."""
    step = _BY_KEY.get((case.status, act))
    if step is None:
        raise Conflict(f"You can't do this to an incident that is {STATUS_LABELS[case.status].lower()}. {_what_can_be_done(case.status)}")
    if not _is_for(step, case, by):
        raise Refused("The draft can be submitted only by whoever wrote it." if step.who == AUTHOR else "Ask the safeguarding lead to do this.")
    for guard in step.only_if:
        if refusal := guard(case, by):
            raise refusal
    return step


def can_move(case: Case, act: Act, by: Person) -> bool:
    try:
        check_can_move(case, act, by)
    except (Conflict, Refused):
        return False
    return True


def check_move(case: Case, act: Act, by: Person, given: Given) -> Step:
    """The step, ready to be taken. Raises as check_can_move does, and Invalid for everything that is missing or wrong in what was given."""
    step = check_can_move(case, act, by)
    faults = [fault for need in step.needs if (fault := need(case, given))]
    if faults:
        raise Invalid(faults)
    return step


def steps_for(case: Case, by: Person) -> list[Step]:
    """What this person may do now."""
    return [step for step in TABLE if step.status == case.status and can_move(case, step.act, by)]


def blocked_for(case: Case, by: Person) -> list[tuple[Act, str]]:
    """What this person may do in principle, with the sentence that says why not now. Acts that never fit the kind are left out."""
    found = []
    for step in TABLE:
        if step.status == case.status and _is_for(step, case, by) and not any(g in FITS.get(step.act, ()) and g(case, by) for g in step.only_if):
            refusal = next((r for guard in step.only_if if (r := guard(case, by))), None)
            if refusal:
                found.append((step.act, str(refusal)))
    return found


# Guards that say whether an act fits the case at all: one that does not is not shown as waiting for something.
FITS: dict[Act, tuple[Guard, ...]] = {
    Act.ACKNOWLEDGE: (complaint, not_acknowledged),
    Act.APPEAL: (complaint, no_appeal_waits),
    Act.ANSWER_APPEAL: (complaint, appeal_waits),
}


def _is_for(step: Step, case: Case, by: Person) -> bool:
    return case.author == by.id and by.may("incident:record") if step.who == AUTHOR else by.may(step.who)


def _what_can_be_done(status: Status) -> str:
    acts = [ACT_LABELS[step.act].lower() for step in TABLE if step.status == status]
    return f"What can be done: {'; '.join(acts)}."
