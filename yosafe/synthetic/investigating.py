"""What belongs to investigations and to the answers of complaints: plans, talks, evidence, who was told, and whether young people were content.

It has a chance of its own for each incident, so that what happens in the estate is the same with it and without it.
"""

import datetime as dt
import random
from collections.abc import Sequence
from dataclasses import dataclass
from functools import partial
from typing import Any, Protocol

from yosafe.audit.record import EventName
from yosafe.clock import day_of
from yosafe.incidents.actions import APPEAL_ANSWERED, INVESTIGATION, NOBODY_ELSE
from yosafe.incidents.status import CONCLUDING, Act
from yosafe.people.clocks import Owner
from yosafe.reference import rule_sets

from .book import Book, days, minutes
from .estate import Worker
from .happening import Happening, Part, about
from .words import pronouns, say, words
from .young_people import weighted

SPOKEN_TO = ("harmed", "hurt_self", "complainant", "concerned")
ON_CAMERA = frozenset({"assault", "bullying", "use_of_force", "staff_allegation"})
CONTENT = {"yes": 38.0, "no": 27.0, "not_asked": 35.0}
THERE = {"advocate": 50.0, "social_worker": 10.0, "appropriate_adult": 15.0, "nobody": 25.0}
SET_ASIDE = {Act.MARK_DUPLICATE: "duplicate", Act.MARK_NOT_REPORTABLE: "not reportable"}


class Step(Protocol):
    at: dt.datetime
    act: Act
    by: Worker
    code: str | None


@dataclass(frozen=True, slots=True)
class Of:
    """An incident that was recorded, and a chance of its own."""

    book: Book
    what: Happening
    number: int
    rng: random.Random

    @property
    def told(self) -> Part:
        """Whose words it is about, of those in it."""
        found = next((part for role in SPOKEN_TO for part in self.what.parts if role in part.roles), None)
        return found or self.what.parts[0]

    def say(self, texts: list[str]) -> str:
        return say(self.rng, texts, **pronouns(self.told.stay.person))

    def add(self, table: str, at: dt.datetime, by: Worker, event: EventName, *values: Any, **detail: Any) -> None:
        self.book.add(table, self.number, *values)
        about(self.book, event, self.number, self.what.people, at, by, **detail)

    def clock(self, clock_id: str, start: dt.datetime, met: dt.datetime | None, stopped: Step | None = None) -> None:
        owner, due = Owner.yoi(self.what.stay.place.code), rule_sets.due(clock_id, day_of(start))
        stopped_at = stopped.at if stopped and not met else None
        reason = f"The incident was marked as {SET_ASIDE[stopped.act]}." if stopped and stopped_at else None
        self.book.add(
            "clock", self.told.stay.person.id, clock_id, due.rules, "incident", self.number, owner.kind.value, None, owner.establishment, start,
            due.due, met, stopped_at, reason, start, met,
        )  # fmt: skip


def write(book: Book, what: Happening, number: int, steps: Sequence[Step]) -> None:
    """All that comes with the steps that were taken by now, each at its moment."""
    of = Of(book, what, number, random.Random(f"{number} investigated"))  # noqa: S311  # a repeatable story
    for n, step in enumerate(steps):
        later = steps[n + 1 :]
        if step.act is Act.INVESTIGATE:
            concluded = next((one for one in later if one.act is Act.CONCLUDE), None)
            end = concluded.at if concluded else None
            of.clock(INVESTIGATION, step.at, end, next((one for one in later if one.act in SET_ASIDE), None))
            _look_into(of, step, end)
            if concluded:
                _tell(of, concluded)
        if step.act is Act.APPEAL:
            of.clock(APPEAL_ANSWERED, step.at, next((one.at for one in later if one.act is Act.ANSWER_APPEAL), None))
        if step.act in CONCLUDING and what.kind == "complaint":
            _answer(of, step, later)


def _look_into(of: Of, begun: Step, end: dt.datetime | None) -> None:
    """A plan of one or two steps, a talk, and what the camera saw; all over before the end."""
    last = (end or of.book.now + days(1)) - minutes(25)
    for text in of.rng.sample(words("incidents")["investigation"]["steps"], of.rng.randint(1, 2)):
        planned, done = begun.at + minutes(10), min(begun.at + dt.timedelta(hours=of.rng.uniform(2, 90)), last)
        of.book.later(max(planned, begun.at), partial(_plan, of, text, begun.by, max(done, planned)))
    if of.what.kind != "death":
        of.book.later(min(begun.at + dt.timedelta(hours=of.rng.uniform(1, 20)), last), partial(_talk, of, begun.by))
    if of.what.kind in ON_CAMERA:
        of.book.later(min(begun.at + minutes(15), last), partial(_secure, of, begun.by))


def _plan(of: Of, text: str, by: Worker, done: dt.datetime, at: dt.datetime) -> None:
    what, due = text.format_map(pronouns(of.told.stay.person)), day_of(at) + days(7)
    ended = done if done <= of.book.now else None
    how = None if ended is None else "not_needed" if of.rng.random() < 0.06 else "done"
    note = of.say(words("incidents")["investigation"][how]) if how else None
    step = of.book.new_id("investigation_step")
    of.book.add(
        "investigation_step", step, of.number, what, by.name, due, ended, by.id if ended else None, how,
        day_of(ended) if ended and how == "done" else None, note, at, by.id,
    )  # fmt: skip
    about(of.book, EventName.INVESTIGATION_STEP, of.number, of.what.people, at, by, step=step)
    if ended:
        of.book.later(
            ended, lambda then: about(of.book, EventName.INVESTIGATION_STEP_FINISHED, of.number, of.what.people, then, by, step=step, how=how)
        )


def _talk(of: Of, by: Worker, at: dt.datetime) -> None:
    texts = words("incidents")["investigation"]
    declined = of.rng.random() < 0.12
    there = weighted(of.rng, THERE)
    present = [] if declined else [there]
    note = of.say(texts["alone"]) if present == ["nobody"] else None
    said = None if declined else of.say(texts["said"])
    of.add(
        "investigation_interview", at, by, EventName.INVESTIGATION_INTERVIEW, "young_person", of.told.stay.person.id, day_of(at), present, declined,
        said, note, at, by.id, declined=declined,
    )  # fmt: skip


def _secure(of: Of, by: Worker, at: dt.datetime) -> None:
    """Most are kept at once; some wait, and have a last day."""
    texts = words("incidents")["investigation"]
    waits = at > of.book.now - days(5) and of.rng.random() < 0.5
    kept = (None, None, None) if waits else (day_of(at), by.name, of.rng.choice(texts["kept"]))
    settled = (None, None) if waits else (at, by.id)
    of.add(
        "investigation_evidence", at, by, EventName.INVESTIGATION_EVIDENCE, "cctv", of.rng.choice(texts["cameras"]), day_of(at) + days(14), *kept,
        *settled, at, by.id, kind="cctv",
    )  # fmt: skip


def _tell(of: Of, concluded: Step) -> None:
    """Before anybody closes it: the young person, unless a complaint's answer tells them, and whoever told us."""
    if of.what.kind != "complaint":
        of.book.later(concluded.at + minutes(5), partial(_told, of, concluded.by, "young_person"))
    if of.what.told_by not in NOBODY_ELSE:
        of.book.later(concluded.at + minutes(7), partial(_told, of, concluded.by, "reporter"))


def _told(of: Of, by: Worker, audience: str, at: dt.datetime) -> None:
    texts = words("incidents")["investigation"]
    child = audience == "young_person"
    dead = child and of.what.kind == "death"
    who = of.told.stay.person.id if child else None
    not_told = "died" if dead else "left" if not child and of.rng.random() < 0.05 else None
    told = (None, None, None) if not_told else (day_of(at), by.name, of.say(texts["told" if child else "reporter"]))
    note = of.say(texts["not_told"]) if not_told == "left" else None
    of.add(
        "incident_feedback",
        at,
        by,
        EventName.INCIDENT_FEEDBACK,
        audience,
        who,
        *told,
        not_told,
        note,
        at,
        by.id,
        audience=audience,
        told=not not_told,
    )


def _answer(of: Of, step: Step, later: Sequence[Step]) -> None:
    outcome = step.code or "not_upheld"
    text = of.rng.choice(words("incidents")["answers"][outcome])
    of.book.later(step.at, lambda at: of.book.add("complaint_answer", of.number, step.act is Act.ANSWER_APPEAL, outcome, text, at, step.by.id))
    asked = step.at + dt.timedelta(hours=of.rng.uniform(20, 60))
    until = next((one.at for one in later if one.act in (Act.REOPEN, Act.APPEAL)), None)
    if outcome != "withdrawn" and (until is None or asked < until):
        of.book.later(asked, partial(_content, of, step.by))


def _content(of: Of, by: Worker, at: dt.datetime) -> None:
    content = weighted(of.rng, CONTENT)
    said = of.rng.choice(words("incidents")["answers"]["content"][content]) if content != "not_asked" else None
    of.add("complaint_content", at, by, EventName.COMPLAINT_CONTENT, content, said, day_of(at), at, by.id, content=content)
