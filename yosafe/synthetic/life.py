"""What becomes of an incident after it was written down: the steps that a safeguarding team takes, in time or late, up to now."""

import datetime as dt
import random
from dataclasses import dataclass
from functools import partial

from yosafe.accounts.permissions import Role
from yosafe.audit.record import EventName
from yosafe.clock import day_of
from yosafe.incidents.kinds import RULES
from yosafe.incidents.status import CONCLUDING, OPEN, Act, Status
from yosafe.people.clocks import Owner
from yosafe.reference import rule_sets
from yosafe.reference.working_days import add_working_days

from . import allegations, informing, investigating
from .book import Book, hour
from .calibration import calibration
from .estate import Worker
from .happening import Done, End, Happening, about, add_event, add_outcome, write
from .words import pronouns, say, words
from .young_people import weighted

FINDINGS = {"substantiated": 64.0, "unsubstantiated": 27.0, "unfounded": 5.0, "mistaken": 4.0}
ANSWERS = {"upheld": 22.0, "part_upheld": 24.0, "not_upheld": 47.0, "withdrawn": 7.0}
FINDINGS_OF = {
    "disclosure": {"referred": 66.0, "not_referred": 22.0, "known_already": 12.0},
    "injury": {"accident": 55.0, "by_young_person": 20.0, "by_self": 12.0, "not_explained": 13.0},
    "use_of_force": {"justified": 86.0, "part_justified": 6.0, "not_justified": 2.0, "not_shown": 6.0},
    "missing": {"came_back": 60.0, "found": 40.0},
    "death": {"open": 100.0},
    "complaint": ANSWERS,
    "staff_allegation": {"substantiated": 22.0, "unsubstantiated": 46.0, "unfounded": 24.0, "mistaken": 8.0},
}
NOT_KEPT = {"recorded_elsewhere": 60.0, "not_here": 40.0}
NOT_REPORTABLE, REOPENED, CLOSED, ADDED_TO = 0.012, 0.02, 0.82, 0.07
APPEALED, APPEAL_ANSWERS = 0.12, {"upheld": 20.0, "part_upheld": 25.0, "not_upheld": 55.0}
INVESTIGATED = {"low": 0.12, "moderate": 0.35, "serious": 1.0}
ACKNOWLEDGED, ANSWERED = "complaint-acknowledged", "complaint-answered"
SET_ASIDE = {Act.MARK_DUPLICATE: "duplicate", Act.MARK_NOT_REPORTABLE: "not reportable"}


@dataclass(slots=True)
class Step:
    at: dt.datetime
    act: Act
    next: Status
    by: Worker
    comment: str | None = None
    code: str | None = None
    original: int | None = None


@dataclass(slots=True)
class Recorded:
    """An incident as others refer to it."""

    number: int
    what: Happening
    steps: list[Step]
    outcomes: int = 0


def record(book: Book, what: Happening, *, original: int | None = None) -> Recorded:
    """Write an incident with all that has come of it by now; `original` is the one that it repeats."""
    steps = [step for step in _planned(book, what, original)[: book.steps_taken] if step.at <= book.now]
    stands = allegations.plan(book, what, steps) if RULES[what.kind].alleged else []
    recorded = Recorded(write(book, what, _end(steps, len(stands))), what, steps, len(what.done))
    allegations.write(book, what, recorded.number, stands)
    before = Status.SUBMITTED
    for step in steps:
        book.later(step.at, partial(_take, book, recorded, before, step))
        before = step.next
    if original is None:
        informing.tell(book, what, recorded.number, next((step.at for step in steps if step.next not in OPEN | {Status.CONCLUDED}), None))
    if what.kind == "complaint":
        _write_clocks(book, what, recorded.number, steps)
    investigating.write(book, what, recorded.number, steps)
    if book.rng.random() < ADDED_TO:
        book.later(what.recorded_at + dt.timedelta(hours=book.rng.uniform(5, 90)), partial(_add_to_it, book, recorded))
    return recorded


def _end(steps: list[Step], stands: int) -> End:
    concluded = [step for step in steps if step.act in CONCLUDING]
    investigated = [step for step in steps if step.act is Act.INVESTIGATE]
    return End(
        status=(steps[-1].next if steps else Status.SUBMITTED).value,
        finding=concluded[-1].code if concluded else None,
        duplicate_of=steps[-1].original if steps else None,
        owner=investigated[0].by.id if investigated else None,
        version=1 + len(steps) + stands,
    )


def _take(book: Book, recorded: Recorded, before: Status, step: Step, at: dt.datetime) -> None:
    people = recorded.what.people
    about(book, EventName.INCIDENT_READ, recorded.number, people, at - dt.timedelta(minutes=6), step.by)
    if step.act is Act.CONCLUDE and not recorded.outcomes:
        nothing = Done("none", None, book.rng.choice(words("incidents")["outcome_notes"]["none"]))
        _add(book, recorded, nothing, step.by, at - dt.timedelta(minutes=2))
    add_event(book, recorded.number, at, step.by, step.act.value, before.value, step.next.value, code=step.code, comment=step.comment,
        owner=step.by.id if step.act is Act.INVESTIGATE else None,
    )  # fmt: skip
    about(book, EventName.INCIDENT_MOVED, recorded.number, people, at, step.by, action=step.act.value, to=step.next.value)


def _planned(book: Book, what: Happening, original: int | None) -> list[Step]:
    """Every step that would be taken in time."""
    leads = book.agencies.at(what.stay.place.code, Role.YOI_LEAD)
    lead = book.rng.choice(leads)
    other = next(one for one in leads if one is not lead)
    if original is not None:
        return [_step(book, what, Act.MARK_DUPLICATE, Status.DUPLICATE, lead, _working(book, what.recorded_at, 0, 2), "duplicate", original=original)]
    if book.rng.random() < NOT_REPORTABLE:
        at = _working(book, what.recorded_at, 0, 3)
        code = weighted(book.rng, NOT_KEPT)
        return [_step(book, what, Act.MARK_NOT_REPORTABLE, Status.NOT_REPORTABLE, lead, at, "not_reportable", code=code)]
    steps = _complaint(book, what, lead) if what.kind == "complaint" else _investigation(book, what, lead)
    if what.kind == "complaint":
        steps += _appeal(book, what, steps[-1], other)
    if book.rng.random() < CLOSED:
        closer = other if what.severity == "serious" or RULES[what.kind].alleged else lead
        steps.append(_step(book, what, Act.CLOSE, Status.CLOSED, closer, _working(book, steps[-1].at, 1, 10), "close"))
        if book.rng.random() < REOPENED:
            steps += _second_look(book, what, steps[-1].at, lead)
    return steps


def _investigation(book: Book, what: Happening, lead: Worker) -> list[Step]:
    steps, since = [], what.recorded_at
    if RULES[what.kind].alleged or book.rng.random() < INVESTIGATED[what.severity]:
        steps.append(_step(book, what, Act.INVESTIGATE, Status.IN_INVESTIGATION, lead, _working(book, since, 0, 2)))
        since = steps[-1].at
    within = (12, 45) if RULES[what.kind].alleged else (4, 16) if steps and what.severity == "serious" else (1, 9) if steps else (0, 5)
    code = weighted(book.rng, FINDINGS_OF.get(what.kind, FINDINGS))
    steps.append(_step(book, what, Act.CONCLUDE, Status.CONCLUDED, lead, _working(book, since, *within), "conclude", code=code))
    return steps


def _complaint(book: Book, what: Happening, lead: Worker) -> list[Step]:
    """Acknowledged and answered, most of them in time."""
    rng = book.rng
    steps = [
        _step(
            book,
            what,
            Act.ACKNOWLEDGE,
            Status.SUBMITTED,
            lead,
            _working(book, what.recorded_at, *((0, 1) if rng.random() < 0.88 else (2, 4))),
            "acknowledge",
        )
    ]
    if "bullying" in what.answers["themes"] or "staff" in what.answers["themes"]:
        steps.append(_step(book, what, Act.INVESTIGATE, Status.IN_INVESTIGATION, lead, steps[-1].at + dt.timedelta(minutes=20)))
    late = rng.random() < calibration().guess("late_complaints")
    answered = max(_working(book, what.recorded_at, *((8, 17) if late else (2, 7))), steps[-1].at + dt.timedelta(minutes=30))
    steps.append(_step(book, what, Act.CONCLUDE, Status.CONCLUDED, lead, answered, "complaint_answer", code=weighted(rng, ANSWERS)))
    return steps


def _appeal(book: Book, what: Happening, answered: Step, other: Worker) -> list[Step]:
    """Now and then against an answer that was not what the young person wanted; by a chance of its own."""
    rng = random.Random(f"{what.stay.person.id} {what.recorded_at} appeal")  # noqa: S311  # a repeatable story
    if answered.code not in ("not_upheld", "part_upheld") or rng.random() > APPEALED:
        return []
    person, texts = pronouns(what.stay.person), words("incidents")["answers"]
    made = hour(add_working_days(day_of(answered.at), rng.randint(1, 6)).due, rng.uniform(9, 12))
    looked = hour(add_working_days(day_of(made), rng.randint(3, 11)).due, rng.uniform(13, 17))
    code = weighted(rng, APPEAL_ANSWERS)
    return [
        Step(made, Act.APPEAL, Status.CONCLUDED, answered.by, say(rng, texts["appeal"], **person), "governor"),
        Step(looked, Act.ANSWER_APPEAL, Status.CONCLUDED, other, say(rng, texts["appeal_answer"], **person), code),
    ]


def _second_look(book: Book, what: Happening, since: dt.datetime, lead: Worker) -> list[Step]:
    reopened = _step(book, what, Act.REOPEN, Status.REOPENED, lead, _working(book, since, 2, 12), "reopen")
    looked_into = _step(book, what, Act.INVESTIGATE, Status.IN_INVESTIGATION, lead, _working(book, reopened.at, 0, 2))
    code = weighted(book.rng, FINDINGS_OF.get(what.kind, FINDINGS))
    return [
        reopened,
        looked_into,
        _step(book, what, Act.CONCLUDE, Status.CONCLUDED, lead, _working(book, looked_into.at, 2, 8), "conclude", code=code),
    ]


def _step(
    book: Book, what: Happening, act: Act, to: Status, by: Worker, at: dt.datetime, comment: str | None = None, *,
    code: str | None = None, original: int | None = None,
) -> Step:  # fmt: skip
    text = say(book.rng, words("incidents")["comments"][comment], **pronouns(what.stay.person)) if comment else None
    return Step(at, act, to, by, text, code, original)


def _working(book: Book, since: dt.datetime, first: int, last: int) -> dt.datetime:
    """A moment in office hours, some working days after another: always later than it."""
    day = add_working_days(day_of(since), book.rng.randint(first, last)).due
    at = hour(day, book.rng.uniform(9, 17.5))
    return at if at > since else since + dt.timedelta(minutes=book.rng.randint(15, 90))


def _write_clocks(book: Book, what: Happening, number: int, steps: list[Step]) -> None:
    """A complaint's clocks, as the steps leave them."""
    owner = Owner.yoi(what.stay.place.code)
    whose = next(part.stay.person.id for part in what.parts if "complainant" in part.roles)
    starts = [what.recorded_at] + [step.at for step in steps if step.act is Act.REOPEN]
    for start, end in zip(starts, [*starts[1:], None], strict=True):
        for clock_id in RULES[what.kind].clocks:
            if clock_id == ACKNOWLEDGED and start != what.recorded_at:
                continue
            met, stopped = _ended(clock_id, [step for step in steps if step.at > start and (end is None or step.at < end)])
            due = rule_sets.due(clock_id, day_of(start))
            book.add(
                "clock", whose, clock_id, due.rules, "incident", number, owner.kind.value, None, owner.establishment, start, due.due,
                met.at if met else None, stopped.at if stopped else None,
                f"The incident was marked as {SET_ASIDE[stopped.act]}." if stopped else None, start, met.at if met else None,
            )  # fmt: skip


def _ended(clock_id: str, steps: list[Step]) -> tuple[Step | None, Step | None]:
    """The step that met a clock, or else the one that stopped it."""
    meets = (Act.ACKNOWLEDGE, Act.CONCLUDE) if clock_id == ACKNOWLEDGED else (Act.CONCLUDE,)
    met = next((step for step in steps if step.act in meets), None)
    return met, None if met else next((step for step in steps if step.act in SET_ASIDE), None)


def done_later(book: Book, recorded: Recorded, done: Done, at: dt.datetime) -> None:
    """Something that the safeguarding team does later: recorded only while the incident is in hand."""
    over = next((step.at for step in recorded.steps if step.next not in OPEN), None)
    if over is None or at < over:
        book.later(at, partial(_add_later, book, recorded, done))


def _add_later(book: Book, recorded: Recorded, done: Done, at: dt.datetime) -> None:
    _add(book, recorded, done, book.rng.choice(book.agencies.at(recorded.what.stay.place.code, Role.YOI_LEAD)), at)


def _add(book: Book, recorded: Recorded, done: Done, by: Worker, at: dt.datetime) -> None:
    recorded.outcomes += 1
    add_outcome(book, recorded.number, done, at, by)
    about(book, EventName.INCIDENT_OUTCOME, recorded.number, recorded.what.people, at, by, outcome=done.outcome)


def _add_to_it(book: Book, recorded: Recorded, at: dt.datetime) -> None:
    by = book.rng.choice(book.agencies.at(recorded.what.stay.place.code, Role.YOI_OFFICER))
    text = say(book.rng, words("incidents")["comments"]["addendum"], **pronouns(recorded.what.stay.person))
    book.add("addendum", recorded.number, text, at, by.id)
    about(book, EventName.INCIDENT_ADDENDUM, recorded.number, recorded.what.people, at, by)
