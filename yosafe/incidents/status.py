"""In which statuses an incident can be, what can be done to it, and what must hold of it, or be given, before that is done."""

from enum import StrEnum
from typing import Protocol

from msgspec import Struct

from yosafe.errors import Conflict, DomainError, FieldError, Refused
from yosafe.reference.codes import code_list


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
