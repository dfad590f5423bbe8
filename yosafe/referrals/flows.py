"""The two ways from a worry to a record: a referral that is sent, and one that was considered and is not. Steps as data."""

from collections.abc import Mapping, Sequence
from typing import Any, Literal

from msgspec import Struct

from yosafe import words
from yosafe.forms.conditions import Answers
from yosafe.forms.flow import Flow, Step
from yosafe.forms.options import Option
from yosafe.forms.questions import Kind, Question
from yosafe.reference.codes import code_list

from .grounds import Ground

Way = Literal["new", "considered"]
DRAFTS: dict[str, Way] = {"referral": "new", "referral-considered": "considered"}
KIND_OF_DRAFT: dict[Way, str] = {way: kind for kind, way in DRAFTS.items()}
NO_ASSESSMENT = "none"
NOTHING_CHOSEN = "Select an incident or an assessment that it rests on, or say who told you of it"


class Choices(Struct, frozen=True, kw_only=True):
    """What there is for a young person to rest it on, as options."""

    incidents: tuple[Option, ...]
    assessments: tuple[Option, ...]


def choices(incidents: Sequence[Ground], assessments: Sequence[Ground], titles: Mapping[str, str]) -> Choices:
    """`titles`: those of instruments."""
    kinds = code_list("incident_kind")
    return Choices(
        incidents=tuple(_option(one, kinds.label(one.kind)) for one in incidents),
        assessments=tuple(_option(one, titles[one.kind]) for one in assessments),
    )


def _option(one: Ground, title: str) -> Option:
    referred = f"Referred or considered before: {', '.join(one.referred)}" if one.referred else None
    return Option(value=one.ref, label=f"{title} on {words.day(one.day)} ({one.ref})", hint=referred)


def flow(way: Way, there: Choices) -> Flow:
    """The pages of one of the two ways, for what there is to rest it on."""
    first = (Step(name="grounds", title="What it rests on", questions=_grounds(there), done=rests_on_something), CONCERN)
    if way == "new":
        return Flow(name="referral", title="Refer a young person", base="/referrals/new", steps=(*first, CHILD, SHARING))
    return Flow(name="referral-considered", title="Considered, and not referred", base="/referrals/considered", steps=(*first, DECISION))


TOLD = Question(
    name="told", kind=Kind.RADIOS, label="Did someone tell you of it?", called="whether someone told you of it", short="Someone told of it",
    hint="A worried visitor, or the young person themselves. If it is about a member of staff, record that as an incident first", required=False,
    options=(Option(value="yes", label="Yes"), Option(value="no", label="No")),
    reveals={
        "yes": (
            Question(name="told_by", kind=Kind.RADIOS, label="Who?", called="who told you", short="Who", code_list="referral_told_by", required=True),
            Question(name="told_on", kind=Kind.DATE, label="On which day?", called="the day", short="When", past=True, required=True),
            Question(name="told_how", kind=Kind.TEXTAREA, label="What did they say?", called="what they said", short="What they said",
                     hint="In their own words, and how they can be reached if they want to be", required=True, rows=5),
        ),
    },
)  # fmt: skip


def _grounds(there: Choices) -> tuple[Question, ...]:
    asked = []
    if there.incidents:
        asked.append(
            Question(
                name="incidents", kind=Kind.CHECKBOXES, label="Which incidents does it rest on?", hint="Choose all that it is about",
                called="the incidents that it rests on", short="Incidents", options=there.incidents,
            )
        )  # fmt: skip
    if there.assessments:
        none = Option(value=NO_ASSESSMENT, label="No assessment")
        asked.append(
            Question(
                name="assessment",
                kind=Kind.RADIOS,
                label="Does it rest on an assessment?",
                called="whether it rests on an assessment",
                short="Assessment",
                options=(*there.assessments, none),
                required=True,
            )
        )
    return (*asked, TOLD)


def rests_on_something(answers: Answers) -> bool:
    return bool(answers.get("incidents")) or answers.get("assessment", NO_ASSESSMENT) != NO_ASSESSMENT or answers.get("told") == "yes"


CONCERN = Step(
    name="concern",
    title="What worries you",
    questions=(
        Question(
            name="category", kind=Kind.RADIOS, label="What kind of harm is it?", called="the kind of harm", hint="The one that fits best",
            short="Category", code_list="referral_category", required=True,
        ),
        Question(
            name="concern", kind=Kind.TEXTAREA, label="What are you worried about?", called="what you are worried about", short="Concern",
            hint="What you saw or were told, what you fear, and what has been done so far", required=True, min_length=10, rows=8,
        ),
    ),
)  # fmt: skip

CHILD = Step(
    name="child",
    title="What the young person thinks",
    questions=(
        Question(
            name="child_asked", kind=Kind.RADIOS, label="Have you asked the young person what they think?", short="Asked",
            called="whether you asked the young person", required=True,
            options=(Option(value="yes", label="Yes"), Option(value="no", label="No")),
            reveals={
                "yes": (Question(name="child_view", kind=Kind.TEXTAREA, label="What do they say?", called="what they say", short="In their words",
                                 hint="In their own words", required=True, rows=5),),
                "no": (Question(name="child_not_asked_because", kind=Kind.RADIOS, label="Why not?", called="why they were not asked", short="Why not",
                                code_list="not_asked_reason", required=True),),
            },
        ),
    ),
)  # fmt: skip

SHARING = Step(
    name="sharing",
    title="Why you may share it",
    questions=(
        Question(
            name="sharing_basis", kind=Kind.RADIOS, label="On what basis do you share this?", called="the basis", short="Basis for sharing",
            hint="You need no one's agreement to protect a child from significant harm. Say if they agreed all the same",
            code_list="sharing_basis", required=True,
        ),
    ),
)  # fmt: skip

GAPS = Question(
    name="gaps_reason", kind=Kind.TEXTAREA, label="Why do you send it all the same?", called="why you send it all the same", required=False,
    hint="For example that they are at risk tonight, and who will find out what is missing", min_length=10, max_length=2000, rows=3,
)  # fmt: skip

DECISION = Step(
    name="decision",
    title="Why it is not referred",
    questions=(
        Question(
            name="reason", kind=Kind.RADIOS, label="Why is it not referred?", called="the reason", short="Reason",
            code_list="not_referred_reason", required=True,
        ),
        Question(
            name="threshold", kind=Kind.TEXTAREA, label="What did you weigh, against which threshold?", called="what you weighed", short="Threshold",
            hint="So that someone who comes later understands the decision", required=True, min_length=10, max_length=2000, rows=5,
        ),
        Question(
            name="second_person", kind=Kind.TEXT, label="Who decided this with you?", called="the second person", short="Second person",
            hint="Someone other than you, by full name", required=True, max_length=100,
        ),
        Question(
            name="review_on", kind=Kind.DATE, label="When do you look at it again?", called="the day you look at it again", short="Looked at again",
            hint="In the future, and within a year", required=True, future=True,
        ),
        Question(
            name="child_view", kind=Kind.TEXTAREA, label="What does the young person think?", short="In their words",
            hint="In their own words", rows=4,
        ),
    ),
)  # fmt: skip


def to_send(answers: Mapping[str, Any], young_person: str) -> dict[str, Any]:
    """The answers that count as the fields of a struct that comes in."""
    fields = {name: value for name, value in answers.items() if name not in ("child_asked", "told", "young_person")}
    if fields.get("assessment") == NO_ASSESSMENT:
        del fields["assessment"]
    return {"young_person": young_person, **fields}
