"""The status machine, enumerated: every status, every act, every role."""

from itertools import product

import pytest
from hypothesis import given
from hypothesis import strategies as st
from msgspec import structs

from yosafe.accounts.permissions import PERMISSIONS, Role
from yosafe.errors import Conflict, Invalid, Refused
from yosafe.incidents import transitions
from yosafe.incidents.kinds import RULES
from yosafe.incidents.status import Act, Case, Given, Status
from yosafe.incidents.transitions import TABLE

# Drawn by hand from the domain's words, not from the code: from, act, to.
ALLOWED = {
    (Status.SUBMITTED, Act.ASSIGN): Status.SUBMITTED,
    (Status.SUBMITTED, Act.INVESTIGATE): Status.IN_INVESTIGATION,
    (Status.SUBMITTED, Act.CONCLUDE): Status.CONCLUDED,
    (Status.SUBMITTED, Act.MARK_DUPLICATE): Status.DUPLICATE,
    (Status.SUBMITTED, Act.MARK_NOT_REPORTABLE): Status.NOT_REPORTABLE,
    (Status.IN_INVESTIGATION, Act.ASSIGN): Status.IN_INVESTIGATION,
    (Status.IN_INVESTIGATION, Act.CONCLUDE): Status.CONCLUDED,
    (Status.IN_INVESTIGATION, Act.MARK_DUPLICATE): Status.DUPLICATE,
    (Status.IN_INVESTIGATION, Act.MARK_NOT_REPORTABLE): Status.NOT_REPORTABLE,
    (Status.CONCLUDED, Act.CLOSE): Status.CLOSED,
    (Status.CONCLUDED, Act.REOPEN): Status.REOPENED,
    (Status.CLOSED, Act.REOPEN): Status.REOPENED,
    (Status.DUPLICATE, Act.REOPEN): Status.REOPENED,
    (Status.NOT_REPORTABLE, Act.REOPEN): Status.REOPENED,
    (Status.REOPENED, Act.ASSIGN): Status.REOPENED,
    (Status.REOPENED, Act.INVESTIGATE): Status.IN_INVESTIGATION,
    (Status.REOPENED, Act.CONCLUDE): Status.CONCLUDED,
    (Status.REOPENED, Act.MARK_DUPLICATE): Status.DUPLICATE,
    (Status.REOPENED, Act.MARK_NOT_REPORTABLE): Status.NOT_REPORTABLE,
}
# An allegation against staff is never concluded without an investigation.
NEVER_AT_ONCE = {(at, Act.CONCLUDE) for at in (Status.SUBMITTED, Status.REOPENED)}
COMPLAINTS = {(at, Act.ACKNOWLEDGE): at for at in (Status.SUBMITTED, Status.IN_INVESTIGATION, Status.REOPENED)} | {
    (Status.CONCLUDED, Act.APPEAL): Status.CONCLUDED,
    (Status.CLOSED, Act.APPEAL): Status.CONCLUDED,
}
AUTHOR, SOMEONE = 1, 2
FINDINGS = {
    "complaint": "upheld", "disclosure": "referred", "injury": "not_explained", "use_of_force": "justified", "missing": "found", "death": "open",
}  # fmt: skip


class Someone:
    def __init__(self, role: Role, id: int = SOMEONE) -> None:
        self.role, self.id = role, id

    def may(self, permission: str) -> bool:
        return permission in PERMISSIONS[self.role]


def case(at: Status, **changes: object) -> Case:
    plain = {
        "id": 7,
        "kind": "bullying",
        "status": at,
        "severity": "moderate",
        "author": AUTHOR,
        "outcomes": 1,
        "investigator_named": True,
        "child_words": True,
        "investigated": True,
        "child_told": True,
        "reporter_told": True,
    }
    return Case(**{**plain, **changes})  # type: ignore[arg-type]  # a table of odd cases


def given_with(case: Case, **changes: object) -> Given:
    finding = FINDINGS.get(case.kind, "substantiated")
    plain = {
        "comment": "Seen and heard by two people", "finding": finding, "reason": "test", "original": 8, "owner": 3, "answer": "You were right.",
        "appeal_to": "governor",
    }  # fmt: skip
    return Given(**{**plain, **changes})  # type: ignore[arg-type]  # a table of odd cases


@pytest.mark.parametrize(("at", "act"), list(product(Status, Act)))
def test_every_act_in_every_status_by_every_role(at: Status, act: Act) -> None:
    expected = {(role, kind): moved_to(at, act, role, kind) for role, kind in product(Role, RULES)}
    assert {(role, kind): tried(at, act, role, kind) for role, kind in expected} == expected


def moved_to(at: Status, act: Act, role: Role, kind: str) -> Status | None:
    """By the tables above; None where it is refused."""
    if role is not Role.YOI_LEAD or (kind == "staff_allegation" and (at, act) in NEVER_AT_ONCE):
        return None
    return (ALLOWED | (COMPLAINTS if kind == "complaint" else {})).get((at, act))


def tried(at: Status, act: Act, role: Role, kind: str) -> Status | None:
    found, someone = case(at, kind=kind), Someone(role)
    offered = transitions.can_move(found, act, someone)
    try:
        moved: Status | None = transitions.check_move(found, act, someone, given_with(found)).next
    except (Refused, Conflict):
        moved = None
    assert offered is (moved is not None)
    return moved


@pytest.mark.parametrize(
    ("role", "who", "allowed"),
    [
        (Role.YOI_OFFICER, AUTHOR, True),
        (Role.YOI_OFFICER, SOMEONE, False),
        (Role.YOI_LEAD, AUTHOR, True),
        (Role.YOI_LEAD, SOMEONE, False),
        (Role.YOT_WORKER, AUTHOR, False),
    ],
)
def test_only_its_author_submits_a_draft(role: Role, who: int, allowed: bool) -> None:
    draft = case(Status.DRAFT)
    assert transitions.can_move(draft, Act.SUBMIT, Someone(role, who)) is allowed
    if allowed:
        assert transitions.check_move(draft, Act.SUBMIT, Someone(role, who), Given()).next is Status.SUBMITTED


@pytest.mark.parametrize(
    ("at", "act", "changes", "refusal"),
    [
        (Status.SUBMITTED, Act.CONCLUDE, {"severity": "serious"}, Conflict),
        (Status.REOPENED, Act.CONCLUDE, {"severity": "serious"}, Conflict),
        (Status.IN_INVESTIGATION, Act.CONCLUDE, {"severity": "serious"}, None),
        (Status.SUBMITTED, Act.CONCLUDE, {"outcomes": 0}, Conflict),
        (Status.IN_INVESTIGATION, Act.CONCLUDE, {"outcomes": 0}, Conflict),
        (Status.CONCLUDED, Act.CLOSE, {"severity": "serious", "concluded_by": SOMEONE}, Refused),
        (Status.CONCLUDED, Act.CLOSE, {"severity": "serious", "concluded_by": AUTHOR}, None),
        (Status.CONCLUDED, Act.CLOSE, {"severity": "moderate", "concluded_by": SOMEONE}, None),
        (Status.IN_INVESTIGATION, Act.CONCLUDE, {"kind": "staff_allegation"}, None),
        (Status.IN_INVESTIGATION, Act.CONCLUDE, {"kind": "staff_allegation", "investigator_named": False}, Conflict),
        (Status.IN_INVESTIGATION, Act.CONCLUDE, {"kind": "staff_allegation", "child_words": False}, Conflict),
        (Status.IN_INVESTIGATION, Act.CONCLUDE, {"kind": "assault", "investigator_named": False, "child_words": False}, None),
        (Status.CONCLUDED, Act.CLOSE, {"kind": "staff_allegation", "severity": "low", "concluded_by": SOMEONE}, Refused),
        (Status.CONCLUDED, Act.CLOSE, {"kind": "staff_allegation", "severity": "low", "concluded_by": AUTHOR}, None),
        (Status.SUBMITTED, Act.ACKNOWLEDGE, {"kind": "complaint", "acknowledged": True}, Conflict),
        (Status.SUBMITTED, Act.ACKNOWLEDGE, {"kind": "assault"}, Conflict),
        (Status.IN_INVESTIGATION, Act.CONCLUDE, {"open_steps": 1}, Conflict),
        (Status.REOPENED, Act.CONCLUDE, {"open_steps": 2}, Conflict),
        (Status.CONCLUDED, Act.CLOSE, {"child_told": False}, Conflict),
        (Status.CONCLUDED, Act.CLOSE, {"reporter_told": False}, Conflict),
        (Status.CONCLUDED, Act.CLOSE, {"investigated": False, "child_told": False, "reporter_told": False}, None),
        (Status.CONCLUDED, Act.CLOSE, {"kind": "complaint", "appeal": "governor"}, Conflict),
        (Status.CONCLUDED, Act.APPEAL, {"kind": "complaint"}, None),
        (Status.CLOSED, Act.APPEAL, {"kind": "complaint"}, None),
        (Status.CONCLUDED, Act.APPEAL, {"kind": "assault"}, Conflict),
        (Status.CONCLUDED, Act.APPEAL, {"kind": "complaint", "appeal": "governor"}, Conflict),
        (Status.CONCLUDED, Act.ANSWER_APPEAL, {"kind": "complaint"}, Conflict),
        (Status.CONCLUDED, Act.ANSWER_APPEAL, {"kind": "complaint", "appeal": "governor"}, None),
        (Status.CONCLUDED, Act.ANSWER_APPEAL, {"kind": "complaint", "appeal": "governor", "concluded_by": SOMEONE}, Refused),
        (Status.CONCLUDED, Act.ANSWER_APPEAL, {"kind": "complaint", "appeal": "ombudsman", "concluded_by": SOMEONE}, None),
    ],
)
def test_what_must_hold_first(at: Status, act: Act, changes: dict[str, object], refusal: type[Exception] | None) -> None:
    found, lead = case(at, **changes), Someone(Role.YOI_LEAD)
    assert transitions.can_move(found, act, lead) is (refusal is None)
    if refusal:
        with pytest.raises(refusal):
            transitions.check_can_move(found, act, lead)


@pytest.mark.parametrize(
    ("act", "changes", "keys"),
    [
        (Act.CONCLUDE, {"finding": None}, ["finding"]),
        (Act.CONCLUDE, {"finding": "upheld"}, ["finding"]),  # a complaint's, not this kind's
        (Act.CONCLUDE, {"finding": None, "comment": None}, ["finding", "comment"]),
        (Act.ASSIGN, {"owner": None}, ["owner"]),
        (Act.MARK_DUPLICATE, {"original": None}, ["original"]),
        (Act.MARK_DUPLICATE, {"original": 7}, ["original"]),  # itself
        (Act.MARK_NOT_REPORTABLE, {"reason": None}, ["reason"]),
        (Act.MARK_NOT_REPORTABLE, {"reason": "bored"}, ["reason"]),
        (Act.MARK_NOT_REPORTABLE, {"comment": ""}, ["comment"]),
    ],
)
def test_what_must_be_given(act: Act, changes: dict[str, object], keys: list[str]) -> None:
    found = case(Status.SUBMITTED)
    with pytest.raises(Invalid) as refusal:
        transitions.check_move(found, act, Someone(Role.YOI_LEAD), given_with(found, **changes))
    assert [error.key for error in refusal.value.errors] == keys


@pytest.mark.parametrize(
    ("at", "act", "of", "changes", "keys"),
    [
        (Status.SUBMITTED, Act.ASSIGN, {"owner": 5}, {"comment": None}, ["comment"]),  # it changes hands
        (Status.SUBMITTED, Act.ASSIGN, {}, {"comment": None}, []),
        (Status.SUBMITTED, Act.CONCLUDE, {"kind": "complaint"}, {"answer": None}, ["answer"]),
        (Status.SUBMITTED, Act.CONCLUDE, {}, {"answer": None}, []),
        (Status.CONCLUDED, Act.APPEAL, {"kind": "complaint"}, {"appeal_to": None}, ["appeal_to"]),
        (Status.CONCLUDED, Act.APPEAL, {"kind": "complaint"}, {"appeal_to": "the_moon", "comment": None}, ["appeal_to", "comment"]),
        (Status.CONCLUDED, Act.ANSWER_APPEAL, {"kind": "complaint", "appeal": "governor"}, {"answer": None, "finding": None}, ["finding", "answer"]),
    ],
)
def test_what_must_be_given_of_some(at: Status, act: Act, of: dict[str, object], changes: dict[str, object], keys: list[str]) -> None:
    found, lead = case(at, **of), Someone(Role.YOI_LEAD)
    if not keys:
        assert transitions.check_move(found, act, lead, given_with(found, **changes))
        return
    with pytest.raises(Invalid) as refusal:
        transitions.check_move(found, act, lead, given_with(found, **changes))
    assert [error.key for error in refusal.value.errors] == keys


def test_the_page_offers_what_can_be_done_and_says_why_the_rest_can_not() -> None:
    lead, found = Someone(Role.YOI_LEAD), case(Status.SUBMITTED, severity="serious", outcomes=0)
    assert {step.act for step in transitions.steps_for(found, lead)} == {Act.ASSIGN, Act.INVESTIGATE, Act.MARK_DUPLICATE, Act.MARK_NOT_REPORTABLE}
    assert [act for act, _ in transitions.blocked_for(found, lead)] == [Act.CONCLUDE]
    assert transitions.blocked_for(found, Someone(Role.YOI_OFFICER)) == []


def test_every_status_can_be_reached_and_left() -> None:
    reached = {Status.DRAFT}
    while found := {step.next for step in TABLE if step.status in reached} - reached:
        reached |= found
    assert reached == set(Status)
    assert {step.status for step in TABLE if step.next != step.status} == set(Status)


def test_one_row_for_each_status_and_act() -> None:
    assert len({(step.status, step.act) for step in TABLE}) == len(TABLE)


@given(st.lists(st.sampled_from(Act), max_size=25), st.sampled_from(list(RULES)), st.sampled_from(["low", "serious"]))
def test_whatever_is_tried_in_whatever_order(acts: list[Act], kind: str, severity: str) -> None:
    """A serious incident is never closed by who concluded it, and nothing is closed that was not concluded."""
    found, history, people = (
        case(Status.SUBMITTED, kind=kind, severity=severity),
        [Status.SUBMITTED],
        (Someone(Role.YOI_LEAD, 1), Someone(Role.YOI_LEAD, 2)),
    )
    for turn, act in enumerate(acts):
        by = people[turn % 2]
        if not transitions.can_move(found, act, by):
            continue
        step = transitions.check_move(found, act, by, given_with(found))
        assert step in transitions.steps_for(found, by)
        assert not (act is Act.CLOSE and severity == "serious" and found.concluded_by == by.id)
        assert not (act is Act.CLOSE and found.appeal)
        assert not (act is Act.ANSWER_APPEAL and found.concluded_by == by.id)
        concluded_by = by.id if act is Act.CONCLUDE else found.concluded_by
        appeal = "governor" if act is Act.APPEAL else None if act is Act.ANSWER_APPEAL else found.appeal
        acknowledged = found.acknowledged or act is Act.ACKNOWLEDGE
        found = structs.replace(found, status=step.next, concluded_by=concluded_by, acknowledged=acknowledged, appeal=appeal)
        history.append(step.next)
    assert all(history[n - 1] is Status.CONCLUDED for n, at in enumerate(history) if at is Status.CLOSED)
    assert severity == "low" or all(history[n - 1] is Status.IN_INVESTIGATION for n, at in enumerate(history) if at is Status.CONCLUDED)
