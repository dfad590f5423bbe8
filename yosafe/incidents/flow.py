"""Recording an incident by questions: the steps as data, and what is made of the answers. Pure; the pages are in `recording.py`."""

import datetime as dt
from collections.abc import Mapping, Sequence
from typing import Any

from msgspec.structs import replace

from yosafe import clock
from yosafe.errors import FieldError
from yosafe.forms import flow
from yosafe.forms.conditions import Answers
from yosafe.forms.flow import Flow, Step
from yosafe.forms.options import Option
from yosafe.forms.questions import Kind, Question, walk
from yosafe.forms.show import Row
from yosafe.reference.codes import code_list

from .checking import NO_INJURY, NOTHING_DONE, faults_in_days
from .kinds import RULES, faults_in_roles, outcome_fits, questions_of
from .rules import Precision
from .schemas import Involve, NameStaff, RecordOutcome, SubmitIncident
from .told.rules import is_telling

BASE = "/incidents/new"
DRAFT = "incident"  # the kind of its drafts
WHAT, PEOPLE, DETAILS, AFTER = "what", "people", "details", "after"
TOLD = "told"

COMPLAINT = "complaint"  # the reference of the complaint that told of it, in a draft that was begun from one
STAFF = "staff"
MOST_STAFF, LONGEST_NAME = 10, 120
STAFF_ASKED = {"staff_allegation": "staff_alleged", "use_of_force": "staff_involved"}  # of which kinds, and the part that those have
USUAL = {"precision": "exact"}  # what is chosen already on the first page

_HINTS = {
    "bullying": "Name-calling, threats, taking things, leaving out",
    "assault": "Hitting, fighting, throwing things, sexual assault",
    "self_harm": "Any harm to themselves, however slight",
    "complaint": "Starts the clocks for acknowledging and answering it",
    "staff_allegation": "Seen only by you, whoever looks after it and safeguarding leads who are not named in it",
    "disclosure": "Abuse before they came, or somewhere else",
    "injury": "A mark or injury that nobody can explain yet",
    "use_of_force": "Any hold, however short",
    "missing": "Not where they should be, or not come back",
    "death": "The page asks who investigates it",
}

KIND = Question(
    name="kind",
    kind=Kind.RADIOS,
    label="What kind of incident was it?",
    called="what kind of incident it was",
    short="Kind",
    required=True,
    options=tuple(Option(value=kind, label=code_list("incident_kind").label(kind), hint=_HINTS[kind]) for kind in RULES),
)
WHEN = (
    Question(
        name="happened_on",
        kind=Kind.DATE,
        label="When did it happen?",
        called="the date it happened",
        short="Date",
        required=True,
        past=True,
        hint="For abuse before they came, the day they told us. For someone missing, when they were last seen. For an injury, when it was seen",
    ),
    Question(
        name="precision",
        kind=Kind.RADIOS,
        label="What time was it?",
        called="how well the time is known",
        short="Time known",
        required=True,
        options=(
            Option(value="exact", label="I know the time"),
            Option(value="about", label="About a time"),
            Option(value="day", label="Only the day is known"),
        ),
        reveals={
            "exact": (
                Question(name="time_exact", kind=Kind.TIME, label="Time", called="the time it happened", hint="For example, 7:40pm", required=True),
            ),
            "about": (
                Question(name="time_about", kind=Kind.TIME, label="About", called="the time it happened", hint="For example, 7:30pm", required=True),
            ),
        },
    ),
)
WHERE = (
    Question(
        name="place", kind=Kind.SELECT, label="Where did it happen?", called="where it happened", short="Place", code_list="place", required=True
    ),
    Question(name="place_detail", kind=Kind.TEXT, label="Which one?", hint="For example, B3-12 or the servery on C wing", short="Where exactly"),
)
ACCOUNT = Question(
    name="account",
    kind=Kind.TEXTAREA,
    label="What happened?",
    hint="What you saw and heard. Say who told you anything else. Keep the young person's own words for the next page",
    called="what happened",
    short="What happened",
    required=True,
    rows=6,
)
ASKED = Question(
    name="asked",
    kind=Kind.YES_NO,
    label="Has the young person said what happened?",
    called="yes if the young person has said what happened",
    short="Has said what happened",
    required=True,
    reveals={
        "yes": (
            Question(
                name="child_said", kind=Kind.TEXTAREA, label="In their own words", hint="Word for word, as far as you can", called="what they said",
                short="In their own words", required=True, rows=4,
            ),
        ),
        "no": (
            Question(
                name="child_not_asked_because", kind=Kind.RADIOS, label="Why not?", called="why they have not been asked", short="Why not",
                code_list="not_asked_reason", required=True,
            ),
        ),
    },
)  # fmt: skip
TOLD_BY = Question(
    name="told_by",
    kind=Kind.RADIOS,
    label="Who first told us?",
    called="who first told us",
    short="Told by",
    code_list="reporter_kind",
    required=True,
)


def outcome_options(kind: str) -> tuple[Option, ...]:
    """What can have been done about a kind; nothing among it."""
    codes = (code for code in code_list("outcome").codes if outcome_fits(kind, code.code))
    return tuple(Option(value=code.code, label=code.wording, since=code.since, until=code.until) for code in codes)


def done_options(kind: str) -> tuple[Option, ...]:
    """The same without those that say who was told, which are asked for by themselves."""
    return tuple(option for option in outcome_options(kind) if not is_telling(option.value))


def _done(kind: str) -> Question:
    options = tuple(option for option in done_options(kind) if option.value != NOTHING_DONE)
    return Question(
        name="outcomes", kind=Kind.CHECKBOXES, label="What was done right away?", hint="Choose all that was done", called="what was done",
        short="Done right away", options=options,
    )  # fmt: skip


def _told(kind: str) -> Question:
    """Each with a box for who it was."""
    options = tuple(replace(option, label=option.label.removesuffix(" told")) for option in outcome_options(kind) if is_telling(option.value))
    return Question(
        name=TOLD, kind=Kind.CHECKBOXES, label="Who was told right away?", called="who was told", short="Told right away", options=options,
        hint="Whoever is told later, or not yet and why, is recorded on the incident itself",
        reveals={
            option.value: (
                Question(
                    name=f"{TOLD}_{option.value}", kind=Kind.TEXT, label="Their name, or what they do", short=f"{option.label}: who", max_length=120
                ),
            )
            for option in options
        },
    )  # fmt: skip


def _outcomes(answers: Answers, day: dt.date) -> list[RecordOutcome]:
    """What was done and who was told, on the day it happened."""
    done = [RecordOutcome(outcome=one, done_on=day) for one in answers.get("outcomes", ())]
    return done + [RecordOutcome(outcome=one, done_on=day, whom=answers.get(f"{TOLD}_{one}")) for one in answers.get(TOLD, ())]


ACTION = Question(name="immediate_action", kind=Kind.TEXTAREA, label="Anything else about what was done", short="More about it", rows=3)

ROLES = code_list("involvement_role")
INJURIES = tuple(Option(value=code.code, label=code.wording) for code in code_list("injury").codes if code.code != NO_INJURY)


def hurt_questions(kind: str) -> tuple[Question, ...]:
    """What is asked about each person who is added."""
    roles = RULES[kind].roles
    options = tuple(Option(value=code.code, label=code.label(), hint=code.hint or None) for code in ROLES.codes if code.code in roles)
    return (
        Question(
            name="roles", kind=Kind.CHECKBOXES, label="What part did they have?", hint="Choose all that fit", called="what part they had",
            options=tuple(sorted(options, key=lambda option: roles.index(option.value))), required=True,
        ),
        Question(
            name="hurt", kind=Kind.YES_NO, label="Were they injured or distressed?", called="whether they were injured", required=True,
            reveals={
                "yes": (
                    Question(name="injuries", kind=Kind.CHECKBOXES, label="Injuries", called="the injuries", options=INJURIES, required=True),
                    Question(name="treatment", kind=Kind.SELECT, label="Treatment", called="the treatment", code_list="treatment", required=True),
                ),
            },
        ),
    )  # fmt: skip


def _staff(kind: str) -> tuple[Question, ...]:
    """Who of the staff it is about, or was in it, a line for each. Asked where it matters at once; others are named on the record."""
    if kind not in STAFF_ASKED:
        return ()
    alleged = RULES[kind].alleged
    return (
        Question(
            name=STAFF, kind=Kind.TEXTAREA, label="Who is it said to be?" if alleged else "Which staff used force?", called="the member of staff",
            short="Staff", hint="One a line: a name or a staff number. For someone who uses yosafe here, best their email address",
            required=alleged, max_length=600, rows=2,
        ),
    )  # fmt: skip


def _named_staff(answers: Answers) -> list[NameStaff]:
    lines = [" ".join(line.split()) for line in answers.get(STAFF, "").splitlines()]
    role = STAFF_ASKED.get(answers["kind"], "")
    return [NameStaff(role=role, name=line, email=line if "@" in line else None) for line in lines if line]


def _details(answers: Answers) -> Sequence[Step]:
    """The page of the kind's own questions, with the account."""
    if answers.get("kind") not in RULES:
        return ()
    section = questions_of(answers["kind"], clock.today()).sections[0]
    return (Step(name=DETAILS, title=section.title, questions=(*_staff(answers["kind"]), ACCOUNT, *section.questions)),)


def _after(answers: Answers) -> Sequence[Step]:
    questions = (ASKED, TOLD_BY, _done(answers.get("kind", "")), _told(answers.get("kind", "")), ACTION)
    return (Step(name=AFTER, title="The young person's words, and what was done", questions=questions),)


def people_of(answers: Answers) -> list[dict[str, Any]]:
    """Those who have been added: young_person (a reference), roles, injuries, treatment."""
    return list(answers.get("people") or ())


def faults_in_people(answers: Answers) -> list[FieldError]:
    """What is still wrong with who was involved, for the kind that was chosen."""
    found = faults_in_roles(answers["kind"], [(person["young_person"], person["roles"]) for person in people_of(answers)])
    return [FieldError("q" if fault.key == "involvements" else "people", fault.message) for fault in found]


def recording(names: Mapping[str, str] | None = None) -> Flow:
    """The flow. `names` of young people by reference, for the check page."""
    return Flow(
        name="incident",
        title="Record an incident",
        base=BASE,
        steps=(
            Step(name=WHAT, title="What happened, when and where", questions=(KIND, *WHEN, *WHERE)),
            Step(
                name=PEOPLE,
                title="Who was involved",
                keys=("people",),
                done=lambda answers: not faults_in_people(answers),
                rows=lambda answers: [_row(person, names or {}) for person in people_of(answers)],
            ),
            _details,
            _after,
        ),
    )


def _row(person: Mapping[str, Any], names: Mapping[str, str]) -> Row:
    words = [ROLES.label(role) for role in person["roles"]]
    words += [code_list("injury").label(injury) for injury in person["injuries"]]
    words += [code_list("treatment").label(person["treatment"])] if person["treatment"] else []
    return Row("people", names.get(person["young_person"], person["young_person"]), ", ".join(words), False)


def happened_at(answers: Answers) -> dt.datetime:
    """The moment in London that was answered. Of a day alone, its beginning."""
    typed = answers.get("time_exact") or answers.get("time_about")
    time = dt.time.fromisoformat(typed) if typed else dt.time()
    return dt.datetime.combine(dt.date.fromisoformat(answers["happened_on"]), time, clock.LONDON).astimezone(dt.UTC)


def faults_in_time(answers: Answers) -> list[FieldError]:
    """A time later today."""
    if answers.get("precision") in ("exact", "about") and "happened_on" in answers and happened_at(answers) > clock.now():
        return [FieldError(f"time_{answers['precision']}", "The time it happened must be in the past")]
    return []


def faults_across(step: str, answers: Answers) -> list[FieldError]:
    """What is wrong between the answers of a page and those before it."""
    if step == WHAT:
        return faults_in_time(answers)
    if step == DETAILS and "happened_on" in answers:
        found = faults_in_days(answers, since=dt.date.fromisoformat(answers["happened_on"]), today=clock.today())
        dated = [FieldError(f"{fault.key.removeprefix('answers.')}-day", fault.message) for fault in found]
        lines = answers.get(STAFF, "").splitlines()
        long = len(lines) > MOST_STAFF or any(len(line) > LONGEST_NAME for line in lines)
        return [*dated, *([FieldError(STAFF, f"Name at most {MOST_STAFF}, each in a line of {LONGEST_NAME} characters at most")] if long else [])]
    return []


def title_of(answers: Answers) -> str:
    """How a draft is called in its owner's list: "Bullying on 4 October 2026"."""
    kind = code_list("incident_kind").label(answers["kind"]) if answers.get("kind") in RULES else "Incident"
    return f"{kind} on {dt.date.fromisoformat(answers['happened_on']):%-d %B %Y}" if answers.get("happened_on") else kind


def submission(answers: Answers, *, severity: str | None = None) -> SubmitIncident:
    """What is submitted once every step is done."""
    counted = flow.counting(recording(), answers)
    asked = questions_of(counted["kind"], clock.today())
    names = {question.name for question in walk(asked.questions)}
    day = dt.date.fromisoformat(counted["happened_on"])
    return SubmitIncident(
        kind=counted["kind"],
        happened_at=happened_at(counted),
        happened_precision=Precision(counted["precision"]),
        place=counted["place"],
        place_detail=counted.get("place_detail"),
        account=counted["account"],
        child_said=counted.get("child_said"),
        child_not_asked_because=counted.get("child_not_asked_because"),
        immediate_action=counted.get("immediate_action"),
        told_by=counted["told_by"],
        severity=severity,  # type: ignore[arg-type]  # read from a question with these options
        involvements=[Involve(**person) for person in people_of(counted)],
        answers={name: value for name, value in counted.items() if name in names},
        staff=_named_staff(counted),
        outcomes=_outcomes(counted, day),
        complaint=answers.get(COMPLAINT),
    )


def kept_person(young_person: str, answers: Mapping[str, Any]) -> dict[str, Any]:
    """Someone as the draft keeps them, from the answers about them."""
    hurt = answers.get("hurt") == "yes"
    return {
        "young_person": young_person,
        "roles": answers["roles"],
        "injuries": answers.get("injuries", []) if hurt else [],
        "treatment": answers.get("treatment") if hurt else None,
    }


# The step that each part of a submission stands on, for faults that show only when it is sent.
STEP_OF = {
    "kind": WHAT, "happened_at": WHAT, "place": WHAT, "place_detail": WHAT, "involvements": PEOPLE, "answers": DETAILS, "account": DETAILS,
    "staff": DETAILS, "complaint": PEOPLE,
    "child_said": AFTER, "child_not_asked_because": AFTER, "told_by": AFTER, "immediate_action": AFTER, "outcomes": AFTER,
}  # fmt: skip
