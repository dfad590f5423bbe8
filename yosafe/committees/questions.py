"""What the forms about committees ask."""

from collections.abc import Sequence

from yosafe.forms.options import Option
from yosafe.forms.questions import Kind, Question
from yosafe.reference.codes import code_list
from yosafe.settings import Terminology

LONGEST_NAME = 120
SEAT = "seat_"  # before the code of a seat, in the form about a meeting

MEMBER = (
    Question(name="seat", kind=Kind.SELECT, label="For which agency?", called="the agency", code_list="committee_seat", required=True),
    Question(name="name", kind=Kind.TEXT, label="Name", called="the name", max_length=LONGEST_NAME, width=30, required=True),
    Question(
        name="post", kind=Kind.TEXT, label="What do they do there?", called="what they do there", max_length=LONGEST_NAME, width=30, required=True,
        hint="It says whether they can decide for their agency: assistant director, for example",
    ),
    Question(name="since", kind=Kind.DATE, label="Since when?", called="the day since when", past=True, required=True),
)  # fmt: skip
END_MEMBER = (Question(name="until", kind=Kind.DATE, label="What was their last day?", called="their last day", past=True, required=True),)
PROTOCOL = (
    Question(name="kind", kind=Kind.RADIOS, label="What kind of protocol?", called="the kind of protocol", code_list="protocol_kind", required=True),
    Question(name="title", kind=Kind.TEXT, label="What is it called?", called="its title", max_length=200, required=True),
    Question(name="signatories", kind=Kind.CHECKBOXES, label="Who signed it?", called="who signed it", code_list="protocol_signatory", required=True),
    Question(name="starts_on", kind=Kind.DATE, label="In force from", called="the day from which it is in force", required=True),
    Question(name="review_on", kind=Kind.DATE, label="To be looked at again on", called="the day of its review", required=True),
)
CHANGE_PROTOCOL = (
    Question(
        name="what", kind=Kind.RADIOS, label="What happened?", called="what happened", required=True,
        options=(Option(value="reviewed", label="It was looked at again, and goes on"), Option(value="ended", label="It ended")),
        reveals={
            "reviewed": (Question(name="review_on", kind=Kind.DATE, label="Next review", called="the day of the next review", required=True),),
            "ended": (
                Question(name="ended_on", kind=Kind.DATE, label="Its last day", called="its last day", past=True, required=True),
                Question(
                    name="reason", kind=Kind.TEXTAREA, label="Why, and what is in its place?", called="why it ended", min_length=10, max_length=2000,
                    rows=3, required=True,
                ),
            ),
        },
    ),
)  # fmt: skip
WITHDRAW = (
    Question(
        name="reason", kind=Kind.TEXTAREA, label="Why is it wrong?", called="why it is wrong", min_length=10, max_length=2000, rows=3, required=True
    ),
)  # fmt: skip


def meeting(seats: Sequence[str], terminology: Terminology) -> tuple[Question, ...]:
    """The form about a meeting: one question for each agency that has, or lately had, a seat."""
    known = code_list("committee_seat")
    return (
        Question(name="met_on", kind=Kind.DATE, label="When did it meet?", called="the day of the meeting", past=True, required=True),
        Question(name="chair", kind=Kind.TEXT, label="Who was in the chair?", called="who was in the chair", max_length=LONGEST_NAME, width=30,
                 required=True),
        *(
            Question(
                name=SEAT + seat, kind=Kind.SELECT, label=known.label(seat, terminology), called=f"whether {known.label(seat, terminology)} came",
                code_list="committee_attended",
            )
            for seat in seats
        ),
    )  # fmt: skip
