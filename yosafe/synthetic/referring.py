"""Child protection referrals: seldom made, answered in time, late or never. Every event is one that the rules of referrals allow."""

import datetime as dt
import random
from collections.abc import Sequence
from dataclasses import dataclass
from functools import partial

from yosafe.accounts.permissions import AgencyKind, Role
from yosafe.audit.record import EventName
from yosafe.clock import day_of, midnight
from yosafe.people.clocks import Owner
from yosafe.reference.codes import code_list
from yosafe.reference.working_days import add_working_days
from yosafe.referrals.access import SUBJECT
from yosafe.referrals.case import DECISION
from yosafe.referrals.checking import Known, not_known, source_code
from yosafe.referrals.events import CONFERENCES, MEETINGS, REGISTERED, Case, Event, Kind
from yosafe.referrals.limits import limits_of
from yosafe.referrals.status import derive_status
from yosafe.referrals.steps import can_record, check_event, first_day

from .book import Book, days, hour
from .calibration import calibration
from .estate import Worker
from .words import pronouns, say, words
from .young_people import Stay, weighted

REFERRED = {"sexual": 1.0, "disclosure": 0.75, "bullied": 0.35, "self_harm": 0.2, "assault": 1.0}
CATEGORY = {
    "sexual": "sexual", "bullied": "emotional", "assault": "physical", "self_harm": "emotional", "assessment": "emotional", "disclosure": "physical",
}  # fmt: skip
WHY_NOT = {"below_threshold": 60.0, "other_route": 20.0, "advice_taken": 12.0, "already_known": 8.0}
CONSIDERED = 0.3  # of those not referred, the decision is written down
WHY_ALL_THE_SAME = "The concern can't wait for it. We ask the home authority for the rest."
SOURCE = {"was_there": 45.0, "minutes": 30.0, "letter": 15.0, "telephone": 10.0}
CHILD_THERE = {"all": 25.0, "part": 15.0, "declined": 20.0, "not_invited": 15.0, "not_brought": 25.0}
ADVOCATE = {"yes": 30.0, "declined": 20.0, "not_offered": 50.0}
BASIS = {"significant_harm": 70.0, "consent": 18.0, "protocol": 12.0}
VIEW_GIVEN = 0.78


@dataclass(slots=True)
class Paper:
    """What is written in a referral, or in the decision not to make one."""

    why: str
    incidents: list[int]
    assessment: int | None
    basis: str | None = None
    view: str | None = None
    not_asked: str | None = None
    threshold: str | None = None
    reason: str | None = None
    second: str | None = None
    review_on: dt.date | None = None


class Writer:
    """One referral as it is told: events are added while the rules allow them, until now."""

    def __init__(self, book: Book, stay: Stay, at: dt.datetime, by: Worker) -> None:
        self.book, self.stay, self.sent_at, self.by = book, stay, at, by
        self.home, self.host = stay.person.home.area, stay.place.at.area
        self.told: list[tuple[Event, dt.datetime, Worker, str | None]] = []
        self.at = at

    @property
    def case(self) -> Case:
        return Case(home_area=self.home, host_area=self.host, events=tuple(event for event, *_ in self.told))

    def first(self, kind: Kind, outcome: str | None = None) -> None:
        self.told.append((Event(kind=kind, on=day_of(self.sent_at), number=1, outcome=outcome), self.sent_at, self.by, None))

    def then(self, kind: Kind, working_days: tuple[int, int], *, by: str | None = None, outcome: str | None = None) -> bool:
        """Go on some working days later, by the authority of an area or by those who sent it. False where the rules or the calendar forbid it."""
        worker = self._worker(by)
        at = self._after(working_days)
        if at > self.book.now:
            self.at = at  # nothing more comes of it by now
            return False
        if not can_record(self.case, kind, worker, today=day_of(at)):
            return False
        on = max(day_of(at), first_day(self.case, kind))
        note = self._note(kind)
        check_event(self.case, kind, on=on, outcome=outcome, note=note, today=on)
        self.at = at
        self.told.append((Event(kind=kind, on=on, number=len(self.told) + 1, area=by, outcome=outcome), at, worker, note))
        return True

    def _worker(self, area: str | None) -> Worker:
        if area is None:
            return self.by
        mine = [worker for _, _, worker, _ in self.told if worker.agency.area == area]
        return mine[-1] if mine else self.book.rng.choice(self.book.agencies.in_area(AgencyKind.SOCIAL_SERVICES, area))

    def _after(self, working_days: tuple[int, int]) -> dt.datetime:
        day = add_working_days(day_of(self.at), self.book.rng.randint(*working_days)).due
        at = hour(day, self.book.rng.uniform(9.2, 16.8))
        return at if at > self.at else self.at + dt.timedelta(minutes=self.book.rng.randint(20, 80))

    def _note(self, kind: Kind) -> str | None:
        templates = words("referrals")["note"].get(kind.value)
        return say(self.book.rng, templates, **pronouns(self.stay.person)) if templates else None


def after_incidents(book: Book, stay: Stay, why: str, incidents: Sequence[int], at: dt.datetime) -> None:
    """Perhaps refer someone for what has happened, a working day or two later."""
    rng = book.rng
    share = calibration().guess("referrals_per_serious") if why == "assault" else 1.0
    refer = rng.random() < REFERRED[why] * share
    if not refer and rng.random() > CONSIDERED * REFERRED[why]:
        return
    by = rng.choice(book.agencies.at(stay.place.code, Role.YOI_LEAD))
    day = add_working_days(day_of(at), rng.randint(0, 2)).due
    when = max(hour(day, rng.uniform(9.5, 16.5)), at + dt.timedelta(minutes=40))
    if stay.here_at(when):
        book.later(when, partial(send if refer else _consider, book, stay, why, list(incidents), None, by))


def after_assessment(book: Book, stay: Stay, assessment: int, by: Worker, at: dt.datetime) -> None:
    """The team of the home area refers someone for what they told in an assessment."""
    when = at + dt.timedelta(minutes=book.rng.randint(30, 200))
    if stay.here_at(when):
        book.later(when, partial(send, book, stay, "assessment", [], assessment, by))


def send(
    book: Book, stay: Stay, why: str, incidents: list[int], assessment: int | None, by: Worker, at: dt.datetime, *, answered: bool = True
) -> None:
    """Send a referral, unless they are no longer a child or it was done lately. `answered` False: it waits for a first answer."""
    rng, person = book.rng, stay.person
    if person.age(day_of(at)) >= 18 or person.referred_at(at):
        return
    person.referred.append(at)
    told = Writer(book, stay, at, by)
    told.first(Kind.SENT)
    if answered:
        _go_on(told)
    paper = Paper(why, incidents, assessment, basis=weighted(rng, BASIS))
    if rng.random() < VIEW_GIVEN:
        paper.view = rng.choice(words("referrals")["view"]["said"])
    else:
        paper.not_asked = weighted(rng, {"asked_declined": 60, "too_upset": 40})
    number = _write(told, paper)
    _write_clocks(told, number)
    _write_duties(told, number)
    detail = {"incidents": incidents, "assessment": assessment, "areas": list(told.case.areas)}
    book.audit(EventName.REFERRAL_SENT, at, by, (SUBJECT, number), person.id, **detail)


def _consider(book: Book, stay: Stay, why: str, incidents: list[int], assessment: int | None, by: Worker, at: dt.datetime) -> None:
    rng, person = book.rng, stay.person
    reason = "turned_18" if person.age(day_of(at)) >= 18 else weighted(rng, WHY_NOT)
    told = Writer(book, stay, at, by)
    told.first(Kind.CONSIDERED, reason)
    second = next(one for one in book.agencies.at(stay.place.code, Role.YOI_LEAD) if one is not by)
    threshold = rng.choice(words("referrals")["threshold"]["text"])
    review_on = day_of(at) + days(rng.randint(10, 60))
    number = _write(told, Paper(why, incidents, assessment, threshold=threshold, reason=reason, second=second.name, review_on=review_on))
    detail = {"incidents": incidents, "assessment": assessment, "reason": reason}
    book.audit(EventName.REFERRAL_CONSIDERED, at, by, (SUBJECT, number), person.id, **detail)


def _go_on(told: Writer) -> None:
    """What the authorities do about it."""
    rng, host, home = told.book.rng, told.host, told.home
    if rng.random() < 0.75:
        told.then(Kind.ACKNOWLEDGED, (0, 1), by=host)
    answer = rng.random()
    if answer < 0.08:
        if told.then(Kind.ESCALATED, (11, 18), outcome="team_manager"):
            told.then(Kind.DECIDED, (1, 4), by=host, outcome="assessment")
    elif answer < 0.17:
        told.then(Kind.DECLINED, (0, 3), by=host, outcome=rng.choice(("below_threshold", "not_our_area")))
        if home != host:
            told.then(Kind.DECIDED, (1, 5), by=home, outcome=rng.choice(("assessment", "no_further_action")))
        elif rng.random() < 0.5 and told.then(Kind.CHALLENGED, (1, 4)):
            told.then(Kind.DECIDED, (1, 3), by=host, outcome="assessment")
    else:
        outcome = weighted(rng, {"no_further_action": 34.0, "assessment": 44.0, "strategy_discussion": 22.0})
        told.then(Kind.DECIDED, (0, 1) if rng.random() < 0.7 else (2, 8), by=host, outcome=outcome)
        if home != host and rng.random() < 0.75:
            told.then(Kind.DECIDED, (0, 3), by=home, outcome="no_further_action")
    _work(told)


def _work(told: Writer) -> None:
    """Assessment, strategy discussion, conference; the young person is told; it ends."""
    rng, area = told.book.rng, told.case.decider
    answer = told.case.answer_of(area)
    if answer is None:
        return
    if answer.outcome == "strategy_discussion":
        _enquire(told, area)
    if answer.outcome == "assessment" and told.then(Kind.CORE_ASSESSMENT_STARTED, (1, 6), by=area):
        outcome = weighted(rng, {"services": 45.0, "no_further_action": 55.0})
        told.then(Kind.CORE_ASSESSMENT_ENDED, (15, 43) if rng.random() < 0.7 else (46, 60), by=area, outcome=outcome)
    if rng.random() < 0.8:
        told.then(Kind.CHILD_TOLD, (0, 4))
    finished = told.case.has(Kind.CORE_ASSESSMENT_ENDED, (Kind.SECTION_47_ENDED, "no_conference"), (Kind.REVIEW_CONFERENCE, "deregistered"))
    if finished or (answer.outcome == "no_further_action" and answer.kind is Kind.DECIDED):
        told.then(Kind.ENDED, (1, 10), by=area, outcome="assessed_no_further_action" if finished else "no_further_action")


def _enquire(told: Writer, area: str) -> None:
    rng = told.book.rng
    agreed = rng.random() < 0.75
    if not told.then(Kind.STRATEGY_DISCUSSION, (0, 3), by=area, outcome="section_47" if agreed else "no_enquiry") or not agreed:
        return
    if not told.then(Kind.SECTION_47_STARTED, (0, 2), by=area):
        return
    if rng.random() < 0.45:
        told.then(Kind.SECTION_47_ENDED, (5, 14), by=area, outcome="no_conference")
        return
    registered = rng.random() < 0.6
    held = told.then(
        Kind.INITIAL_CONFERENCE, (8, 13) if rng.random() < 0.75 else (16, 22), by=area, outcome="registered" if registered else "not_registered"
    )
    if held and registered and told.then(Kind.CORE_GROUP, (5, 12), by=area):
        told.then(Kind.REVIEW_CONFERENCE, (45, 62), by=area, outcome=rng.choice(("continued", "deregistered")))


def _write(told: Writer, paper: Paper) -> int:
    """The referral as it stands now, and its events as they come; its number."""
    book, stay, at, by = told.book, told.stay, told.sent_at, told.by
    number = book.new_id("referral")
    gaps = [] if paper.reason else _gaps(stay, at)
    concern = say(book.rng, words("referrals")["concern"][paper.why], **pronouns(stay.person), unit=stay.unit_at(at))
    book.add(
        "referral", number, stay.person.id, paper.reason is not None, CATEGORY[paper.why], concern, paper.view, paper.not_asked, paper.basis,
        source_code(by.agency.kind), told.home, told.host, stay.place.code, paper.assessment, paper.threshold, paper.reason, paper.second,
        paper.review_on, derive_status(told.case).value, by.agency.id, at, by.id, len(told.told),
        gaps, WHY_ALL_THE_SAME if gaps else None,
    )  # fmt: skip
    for incident in paper.incidents:
        book.add("referral_incident", number, incident)
    for place, (event, when, worker, note) in enumerate(told.told):
        book.later(when, partial(_write_event, told, number, place, event, worker, note))
    return number


def _write_event(told: Writer, number: int, place: int, event: Event, worker: Worker, note: str | None, at: dt.datetime) -> None:
    book = told.book
    book.add(
        "referral_event",
        number,
        event.kind.value,
        event.on,
        event.area,
        event.outcome,
        note,
        worker.agency.id,
        at,
        worker.id,
        *_details(number, place, event),
    )
    if place:
        status = derive_status(Case(home_area=told.home, host_area=told.host, events=told.case.events[: place + 1]))
        detail = {"kind": event.kind.value, "outcome": event.outcome, "status": status.value}
        book.audit(EventName.REFERRAL_EVENT, at, worker, (SUBJECT, number), told.stay.person.id, **detail)


def _gaps(stay: Stay, at: dt.datetime) -> list[str]:
    """What was not known of them by then, as the page before sending says it."""
    person = stay.person
    care = person.care_at(day_of(at), at)
    known = Known(
        ethnicity=person.ethnicity is not None, first_language=person.language is not None, disability=person.disability is not None,
        home=person.home.outcode is not None, care_status=care not in (None, "not_known"),
        contact_named=care not in ("looked_after", "care_leaver") or "social_worker" in person.named,
    )  # fmt: skip
    return [gap.code for gap in not_known(known)]


def _details(number: int, place: int, event: Event) -> tuple[object, ...]:
    """How it is known, who was there, whether it was quorate, whether the child was there, had an advocate, and as what they were registered. Drawn
    apart, so that it changes nothing else that is told."""
    rng = random.Random(f"{number}:{place}")  # noqa: S311  # a story, not a secret
    source = None if event.kind in (Kind.SENT, Kind.CONSIDERED) else weighted(rng, SOURCE)
    if event.kind not in MEETINGS:
        return source, [], None, None, None, None
    present = ["social_worker", "yot", *(one for one in ("establishment", "health", "police", "education") if rng.random() < 0.6)]
    if event.kind not in CONFERENCES:
        return source, present, None, None, None, None
    there, advocate = weighted(rng, CHILD_THERE), weighted(rng, ADVOCATE)
    present += ["chair", *(["young_person"] if there in ("all", "part") else []), *(["advocate"] if advocate == "yes" else [])]
    category = rng.choice(code_list("referral_category").values()) if event.is_one([REGISTERED]) else None
    return source, present, "yes" if len(present) > 4 else "no", there, advocate, category


def _write_clocks(told: Writer, number: int) -> None:
    """As referrals.case keeps them in step: the first decision is the host's, what follows the authority's that decides."""
    case, recorded = told.case, {event.number: at for event, at, _, _ in told.told}
    for running in limits_of(case):
        owner = Owner.in_area(AgencyKind.SOCIAL_SERVICES, case.areas[0] if running.clock == DECISION else case.decider)
        due = running.due
        told.book.add(
            "clock", told.stay.person.id, running.clock, due.rules, SUBJECT, number, owner.kind.value, owner.area, None, midnight(running.started.on),
            due.due, midnight(running.met.on) if running.met else None, midnight(running.stopped.on) if running.stopped else None, running.reason,
            recorded[running.started.number], recorded[running.met.number] if running.met else None,
        )  # fmt: skip


def _write_duties(told: Writer, number: int) -> None:
    """While it is open the host authority sees the young person, and the committees of both areas."""
    ended = next((at for event, at, _, _ in told.told if event.kind is Kind.ENDED), None)
    for kind, areas in (("host", [told.host]), ("committee", list(told.case.areas))):
        for area in areas:
            told.book.add("duty", told.stay.person.id, kind, area, SUBJECT, number, told.sent_at, ended)
