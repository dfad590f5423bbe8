"""The page on which an incident is put right, and what it shows when someone else was faster."""

import datetime as dt
from collections.abc import Mapping, Sequence
from typing import Any

from litestar import Controller, get, post
from litestar.di import NamedDependency
from litestar.params import FromPath
from litestar.response import Redirect, Template
from msgspec import UNSET, Struct
from msgspec.structs import replace

from yosafe import clock
from yosafe.accounts.viewer import User
from yosafe.errors import FieldError, Invalid, Stale
from yosafe.forms.questions import Kind, Question
from yosafe.forms.read import Reading, asked, filled, read
from yosafe.settings import Terminology
from yosafe.web.kit import AnyRequest, page, posted, see_other, terminology

from . import access, correcting, flow, shown
from .acting import version_in
from .changing import answers_of
from .kinds import question_sets
from .rules import Precision
from .schemas import CorrectIncident
from .tables import Incident

REASON = Question(
    name="reason", kind=Kind.TEXTAREA, label="Why are you correcting it?", called="the reason", required=True, min_length=10, max_length=2000, rows=3,
    hint="It is kept with what was there before",
)  # fmt: skip
SEVERITY = Question(name="severity", kind=Kind.RADIOS, label="Severity", called="the severity", code_list="severity", required=True)
UNIT = Question(name="unit", kind=Kind.TEXT, label="Unit", max_length=60, width=20)
FIELDS = ("place", "place_detail", "unit", "account", "child_said", "child_not_asked_because", "immediate_action", "told_by", "severity")


class Difference(Struct, frozen=True):
    """A field that someone else changed, or that was being changed, in words."""

    field: str
    typed: str
    now: str


class MendingPages(Controller):
    path = "/incidents/{ref:str}/correct"
    include_in_schema = False

    @get("/", opt={"permission": "incident:correct"})
    async def form(self, request: AnyRequest, ref: FromPath[str], user: NamedDependency[User]) -> Template:
        incident = await access.get_incident_for(user, ref)
        return _form_page(request, incident, filled(questions(incident), kept(incident)), ())

    @post("/", opt={"permission": "incident:correct"})
    async def correct(self, request: AnyRequest, ref: FromPath[str], user: NamedDependency[User]) -> Template | Redirect:
        incident = await access.get_incident_for(user, ref)
        form = await posted(request)
        reading = read(questions(incident), form, terminology=terminology(request))
        try:
            data = correction(incident, reading)
            await correcting.correct(data, by=user, incident=incident, version=version_in(form))
        except Invalid as refusal:
            return _form_page(request, incident, reading.typed, [_on_page(error, reading) for error in refusal.errors])
        except Stale as refusal:
            now = await access.get_incident_for(user, ref)
            return _form_page(request, now, reading.typed, (), status=412, problem=str(refusal), both=differences(now, reading, terminology(request)))
        return see_other(f"/incidents/{ref}?done=corrected")


def questions(incident: Incident) -> tuple[Question, ...]:
    """All that can be put right, as it was asked; the reason last."""
    own = question_sets().by_ref(incident.question_set).questions
    return (*flow.WHEN, *flow.WHERE, UNIT, *own, flow.ACCOUNT, flow.ASKED, flow.TOLD_BY, flow.ACTION, SEVERITY, REASON)


def kept(incident: Incident) -> dict[str, Any]:
    """What is recorded, as answers to those questions."""
    happened = incident.happened_at.astimezone(clock.LONDON)
    values = {name: getattr(incident, name) for name in FIELDS}
    return {
        **values,
        **answers_of(incident),
        "happened_on": happened.date().isoformat(),
        "precision": incident.happened_precision,
        f"time_{incident.happened_precision}": f"{happened:%H:%M}",
        "asked": "yes" if incident.child_said is not None else "no",
    }


def correction(incident: Incident, reading: Reading) -> CorrectIncident:
    """What is to be put right: every field as it stands on the page. Raises Invalid."""
    answers = reading.checked()
    names = {one.name for one in shown.all_questions(incident.question_set)}
    values: dict[str, Any] = {name: answers.get(name) for name in FIELDS}
    data = CorrectIncident(
        reason=answers["reason"],
        happened_at=flow.happened_at(answers),
        happened_precision=Precision(answers["precision"]),
        answers={name: value for name, value in answers.items() if name in names},
        **values,
    )
    return _without_what_is_the_same(data, incident)


def _without_what_is_the_same(data: CorrectIncident, incident: Incident) -> CorrectIncident:
    """A minute typed in London is the moment recorded, if that was in this minute."""
    minute = dt.timedelta(minutes=1)
    same = data.happened_precision == incident.happened_precision and data.happened_at <= incident.happened_at < data.happened_at + minute  # type: ignore[operator]  # set above
    return replace(data, happened_at=UNSET, happened_precision=UNSET) if same else data


def differences(now: Incident, reading: Reading, terms: Terminology) -> list[Difference]:
    """Each field in which what was typed and what is recorded now differ."""
    recorded = kept(now)
    return [
        Difference(question.short or question.label, _words(question, reading.answers, terms), _words(question, recorded, terms))
        for question in shown.walk(questions(now))
        if question.name != REASON.name and reading.answers.get(question.name) != recorded.get(question.name)
    ]


def _words(question: Question, answers: Mapping[str, Any], terms: Terminology) -> str:
    value = answers.get(question.name)
    return "Nothing" if value in (None, []) else shown.in_words(asked((question,), {}, on=clock.today(), terminology=terms)[0], value)


def _on_page(error: FieldError, reading: Reading) -> FieldError:
    """A fault of the record on the box that it belongs to."""
    boxes = {"happened_at": f"time_{reading.answers.get('precision')}", "child_said": "asked"}
    return FieldError(boxes.get(error.key, error.key.removeprefix(correcting.ANSWER)), error.message)


def _form_page(
    request: AnyRequest, incident: Incident, values: Mapping[str, Any], errors: Sequence[FieldError], *, status: int | None = None,
    problem: str | None = None, both: Sequence[Difference] = (),
) -> Template:  # fmt: skip
    put = asked(questions(incident), {}, on=clock.today(), terminology=terminology(request))
    return page(
        "incidents/correct.html", request, status=status or (422 if errors else 200), incident=incident, ref=access.incident_ref(incident.id),
        questions=put, values=values, errors=errors, problem=problem, both=both, shown=shown,
    )  # fmt: skip
