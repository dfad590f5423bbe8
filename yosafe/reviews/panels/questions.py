"""What the forms about panels ask."""

from collections.abc import Sequence

from yosafe.forms.questions import Kind, Option, Question

from .rules import MOST_WEEKS

WHOLE_AREA = "area"
Choices = Sequence[tuple[str, str]]


def _options(choices: Choices) -> tuple[Option, ...]:
    return tuple(Option(value=value, label=label) for value, label in choices)


def panel_questions(agencies: Choices, places: Choices = ()) -> tuple[Question, ...]:
    """`places`: those to choose from; none where it is not asked."""
    where = Question(
        name="establishment", kind=Kind.RADIOS, label="Which young people does it see?", called="whom it sees", options=_options(places),
            required=True,
        required_message="Select whom the panel sees",
    )  # fmt: skip
    return (
        *((where,) if places else ()),
        Question(name="chair", kind=Kind.TEXT, label="Who chairs it?", called="the name of the chair", required=True, max_length=100, width=20),
        Question(
            name="every_weeks", kind=Kind.NUMBER, label="Every how many weeks does it meet?", called="the number of weeks", min=1, max=MOST_WEEKS,
            width=3, required=True,
        ),
        Question(
            name="agencies", kind=Kind.CHECKBOXES, label="Which agencies should come?", called="the agencies that should come",
            options=_options(agencies), required=True,
        ),
        Question(
            name="must_come", kind=Kind.CHECKBOXES, label="Without which of them is it not quorate?", called="the agencies that must come",
            hint="Leave blank if none is needed in particular", options=_options(agencies),
        ),
        Question(
            name="least_agencies", kind=Kind.NUMBER, label="At least how many agencies must be there?", called="the least number of agencies", min=1,
            max=50, width=3, required=True, hint="With fewer a decision is recorded as not quorate",
        ),
    )  # fmt: skip
