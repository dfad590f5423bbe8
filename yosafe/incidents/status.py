"""What may happen to an incident: one table that the code runs, the tests enumerate and the docs draw.

A row says in which status, which act, by whom, what must hold first, what must be given with it, and what status comes of it.
"""

from collections.abc import Callable
from enum import StrEnum
from typing import Protocol

from msgspec import Struct

from yosafe.errors import Conflict, DomainError, FieldError, Invalid, Refused
from yosafe.reference.codes import code_list

AUTHOR = "author"  # instead of a permission: whoever wrote the draft


class Status(StrEnum):
    DRAFT = "draft"
    SUBMITTED = "submitted"
    IN_INVESTIGATION = "in_investigation"
    CONCLUDED = "concluded"
    CLOSED = "closed"
    DUPLICATE = "duplicate"
    NOT_REPORTABLE = "not_reportable"
    REOPENED = "reopened"


class Act(StrEnum):
    SUBMIT = "submit"
    ACKNOWLEDGE = "acknowledge"
    ASSIGN = "assign"
    INVESTIGATE = "investigate"
    CONCLUDE = "conclude"
    CLOSE = "close"
    MARK_DUPLICATE = "mark_duplicate"
    MARK_NOT_REPORTABLE = "mark_not_reportable"
    REOPEN = "reopen"
    APPEAL = "appeal"
    ANSWER_APPEAL = "answer_appeal"


STATUS_LABELS: dict[Status, str] = {
    Status.DRAFT: "Draft",
    Status.SUBMITTED: "Submitted",
    Status.IN_INVESTIGATION: "In investigation",
    Status.CONCLUDED: "Concluded",
    Status.CLOSED: "Closed",
    Status.DUPLICATE: "Duplicate",
    Status.NOT_REPORTABLE: "Not reportable",
    Status.REOPENED: "Reopened",
}
STATUS_COLOURS: dict[Status, str] = {
    Status.DRAFT: "grey",
    Status.SUBMITTED: "yellow",
    Status.IN_INVESTIGATION: "blue",
    Status.CONCLUDED: "teal",
    Status.CLOSED: "grey",
    Status.DUPLICATE: "grey",
    Status.NOT_REPORTABLE: "grey",
    Status.REOPENED: "orange",
}
OPEN = frozenset({Status.SUBMITTED, Status.IN_INVESTIGATION, Status.REOPENED})

ACT_LABELS: dict[Act, str] = {
    Act.SUBMIT: "Submit it",
    Act.ACKNOWLEDGE: "Record that the complaint was acknowledged",
    Act.ASSIGN: "Give it to someone",
    Act.INVESTIGATE: "Investigate it",
    Act.CONCLUDE: "Conclude it",
    Act.CLOSE: "Close it",
    Act.MARK_DUPLICATE: "Mark it as a duplicate",
    Act.MARK_NOT_REPORTABLE: "Mark it as not reportable",
    Act.REOPEN: "Reopen it",
    Act.APPEAL: "Record an appeal",
    Act.ANSWER_APPEAL: "Answer the appeal",
}
ACT_DONE: dict[Act, str] = {
    Act.SUBMIT: "Submitted",
    Act.ACKNOWLEDGE: "Complaint acknowledged",
    Act.ASSIGN: "Given to someone",
    Act.INVESTIGATE: "Investigation started",
    Act.CONCLUDE: "Concluded",
    Act.CLOSE: "Closed",
    Act.MARK_DUPLICATE: "Marked as a duplicate",
    Act.MARK_NOT_REPORTABLE: "Marked as not reportable",
    Act.REOPEN: "Reopened",
    Act.APPEAL: "Appealed",
    Act.ANSWER_APPEAL: "Appeal answered",
}


class Case(Struct, frozen=True, kw_only=True):
    """What the table looks at in an incident. `author` wrote it, `owner` looks after it, `concluded_by` last concluded it, `outcomes` counts what was
    done, `open_steps` what is planned and not finished. `investigated`, and whether the young person and whoever told us were told what came of it:
    since it was last reopened. `appeal`: to whom one waits for an answer."""

    id: int
    kind: str
    status: Status
    severity: str
    author: int
    outcomes: int = 0
    acknowledged: bool = False
    investigator_named: bool = False
    child_words: bool = False
    concluded_by: int | None = None
    owner: int | None = None
    open_steps: int = 0
    investigated: bool = False
    child_told: bool = False
    reporter_told: bool = False
    appeal: str | None = None


class Given(Struct, frozen=True, kw_only=True):
    """What came with an act. `original` and `owner` are ids that have been looked up."""

    comment: str | None = None
    finding: str | None = None
    reason: str | None = None
    original: int | None = None
    owner: int | None = None
    answer: str | None = None
    appeal_to: str | None = None


class Person(Protocol):
    @property
    def id(self) -> int: ...
    def may(self, permission: str) -> bool: ...


# Guards on the record and the person: the refusal, or None.


def complaint(case: Case, by: Person) -> DomainError | None:
    """it is a complaint"""
    return None if case.kind == "complaint" else Conflict("Only a complaint is acknowledged or appealed.")


def not_acknowledged(case: Case, by: Person) -> DomainError | None:
    """it has not been acknowledged"""
    return Conflict("This complaint has been acknowledged already.") if case.acknowledged else None


def simple(case: Case, by: Person) -> DomainError | None:
    """it is neither serious nor an allegation against staff"""
    if case.kind == "staff_allegation":
        return Conflict("An allegation against staff is investigated before it is concluded.")
    return Conflict("This incident is serious: investigate it before you conclude it.") if case.severity == "serious" else None


def outcome_recorded(case: Case, by: Person) -> DomainError | None:
    """what was done is recorded"""
    return None if case.outcomes else Conflict("Record what was done to protect the young people first, or that nothing was and why.")


def allegation_ready(case: Case, by: Person) -> DomainError | None:
    """an allegation against staff has an independent investigator, and words for the young person"""
    if case.kind != "staff_allegation":
        return None
    if not case.investigator_named:
        return Conflict("Record who investigates the allegation independently first.")
    return None if case.child_words else Conflict("Write what came of it in words fit for the young person first.")


def second_person(case: Case, by: Person) -> DomainError | None:
    """a serious one, and an allegation against staff, is closed by someone other than who concluded it"""
    if case.concluded_by != by.id or (case.severity != "serious" and case.kind != "staff_allegation"):
        return None
    why = "it is serious" if case.severity == "serious" else "it is an allegation against staff"
    return Refused(f"You concluded this incident, and {why}: someone else must read it and close it.")


def plan_finished(case: Case, by: Person) -> DomainError | None:
    """every step of its plan is done, or not needed any more"""
    if not case.open_steps:
        return None
    steps = "a step" if case.open_steps == 1 else f"{case.open_steps} steps"
    return Conflict(
        f"There is {steps} of the plan that nobody has finished. Say on the page of the investigation what was done, or why it is not needed."
    )


def people_told(case: Case, by: Person) -> DomainError | None:
    """of what was investigated, the young person and whoever told us were told what came of it, or it says why not"""
    if not case.investigated:
        return None
    if not case.child_told:
        return Conflict("Record what the young person was told, or why they were not, on the page of the investigation first.")
    return (
        None
        if case.reporter_told
        else Conflict("Record what whoever told us was told, or why they were not, on the page of the investigation first.")
    )


def no_appeal_waits(case: Case, by: Person) -> DomainError | None:
    """no appeal waits for an answer"""
    return Conflict("An appeal waits for its answer: answer it first.") if case.appeal else None


def appeal_waits(case: Case, by: Person) -> DomainError | None:
    """an appeal waits for an answer"""
    return None if case.appeal else Conflict("No appeal waits for an answer.")


def another_looks(case: Case, by: Person) -> DomainError | None:
    """an appeal within the establishment is answered by someone other than who gave the first answer"""
    if case.appeal not in WITHIN or case.concluded_by != by.id:
        return None
    return Refused("You gave the first answer: someone else must look at the appeal and answer it.")


# Needs: faults in what was given with the act.


def comment_given(case: Case, given: Given) -> FieldError | None:
    """a comment"""
    return None if given.comment else FieldError("comment", "Enter a comment: what was found or decided, and why")


def finding_given(case: Case, given: Given) -> FieldError | None:
    """a finding (of a complaint, its outcome)"""
    return _code_given("finding", given.finding, finding_list(case.kind), "Select what was found")


def reason_given(case: Case, given: Given) -> FieldError | None:
    """the reason from the list"""
    return _code_given("reason", given.reason, "not_reportable_reason", "Select why it is not kept as an incident")


def original_given(case: Case, given: Given) -> FieldError | None:
    """the original's reference"""
    if given.original is None:
        return FieldError("original", "Enter the reference of the incident that this one repeats, like IN-000456")
    return FieldError("original", "An incident can't repeat itself: enter the other one's reference") if given.original == case.id else None


def owner_given(case: Case, given: Given) -> FieldError | None:
    """an owner"""
    return None if given.owner else FieldError("owner", "Select who looks after it")


def why_given(case: Case, given: Given) -> FieldError | None:
    """why, where someone looks after it already"""
    return FieldError("comment", "Enter why it changes hands") if case.owner is not None and not given.comment else None


def answer_given(case: Case, given: Given) -> FieldError | None:
    """of a complaint, the answer in words for the young person"""
    if case.kind != "complaint":
        return None
    return None if given.answer else FieldError("answer", "Enter the answer in words for the young person")


def appeal_to_given(case: Case, given: Given) -> FieldError | None:
    """to whom the appeal goes"""
    return _code_given("appeal_to", given.appeal_to, "complaint_appeal_to", "Select to whom the young person appeals")


def _code_given(key: str, value: str | None, codes: str, message: str) -> FieldError | None:
    if value is None:
        return FieldError(key, message)
    return None if value in code_list(codes).values() else FieldError(key, f"{message} from the list: {', '.join(code_list(codes).values())}")


_FINDINGS = {
    "complaint": "complaint_outcome", "disclosure": "disclosure_finding", "injury": "injury_finding", "use_of_force": "force_finding",
    "missing": "missing_finding", "death": "death_finding",
}  # fmt: skip


WITHIN = frozenset({"governor"})  # to whom an appeal goes that stays within the establishment
CONCLUDING = frozenset({Act.CONCLUDE, Act.ANSWER_APPEAL})  # the acts that come with a finding


def finding_list(kind: str) -> str:
    """The code list that a kind's findings come from."""
    return _FINDINGS.get(kind, "finding")


def code_list_of(kind: str, act: Act) -> str:
    """The code list that the code of a step comes from."""
    if act is Act.APPEAL:
        return "complaint_appeal_to"
    return finding_list(kind) if act in CONCLUDING else "not_reportable_reason"


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
