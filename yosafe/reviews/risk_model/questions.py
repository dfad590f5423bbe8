"""What is asked about versions, capacities and thresholds."""

from collections.abc import Mapping

from yosafe.forms.questions import Kind, Option, Question
from yosafe.models.indicators import Indicator

from .rules import WORDS

REASON = Question(
    name="reason", kind=Kind.TEXTAREA, label="Why?", called="the reason", hint="In words that another agency would understand",
    required=True, min_length=10, max_length=2000, rows=4,
)  # fmt: skip
SIGN = (
    Question(
        name="read", kind=Kind.CHECKBOXES, label="What do you sign?", called="what you sign", options=(Option(value="yes", label=WORDS),),
        required=True, required_message="Tick the box once you have read the card",
    ),
)  # fmt: skip
END = (REASON,)
SET_CAPACITY = (REASON,)
CAPACITY = (
    Question(
        name="a_week", kind=Kind.NUMBER, label="How many young people can the panel see a week?", called="how many the panel can see", required=True,
        min=1, max=1000, width=4,
    ),
)  # fmt: skip


def of_indicator(indicator: Indicator, values: Mapping[str, int]) -> tuple[Question, ...]:
    """The thresholds of an indicator, and why they are changed."""
    return (
        *(
            Question(
                name=name, kind=Kind.NUMBER, label=setting.what, hint=f"Now {values[name]}; where nobody has changed it, {setting.default}",
                called=setting.what[:1].lower() + setting.what[1:], required=True, min=1, max=1000, width=4,
            )
            for name, setting in indicator.settings.items()
        ),
        REASON,
    )  # fmt: skip
