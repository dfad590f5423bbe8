"""What the forms about sharing ask."""

from collections.abc import Sequence

from yosafe.forms.options import Option
from yosafe.forms.questions import Kind, Question
from yosafe.reference.areas import area

LONGEST_NAME = 120
ON = Question(name="on", kind=Kind.DATE, label="On which day was that?", called="the day", past=True, required=True)
NOTE = Question(name="note", kind=Kind.TEXTAREA, label="Anything that others of your agency should know", short="Note", called="the note", rows=3)
WITHHELD = (
    Question(name="withheld_because", kind=Kind.RADIOS, label="Why?", called="why it was withheld", code_list="withheld_reason", required=True),
)
ASKED = (
    Question(
        name="due_on", kind=Kind.DATE, label="By when is an answer needed?", called="the day by which an answer is needed", required=True,
    ),
)  # fmt: skip
Protocols = Sequence[tuple[str, str, str]]


def _shared(protocols: Protocols) -> tuple[Question, ...]:
    options = tuple(Option(value=number, label=f"{title} ({area(code).name})") for number, title, code in protocols)
    protocol = Question(name="protocol", kind=Kind.SELECT, label="Under which protocol?", called="the protocol", options=options)
    return (
        Question(name="basis", kind=Kind.RADIOS, label="On which legal basis?", called="the legal basis", code_list="sharing_basis", required=True),
        *((protocol,) if options else ()),
        Question(
            name="consent", kind=Kind.RADIOS, label="Did the young person agree?", called="whether the young person agreed",
            code_list="share_consent", required=True,
            reveals={
                "not_asked": (
                    Question(
                        name="not_asked_because", kind=Kind.RADIOS, label="Why were they not asked?", called="why they were not asked",
                        code_list="share_not_asked", required=True,
                    ),
                )
            },
        ),
    )  # fmt: skip


def _happened(protocols: Protocols, *, answer: bool) -> Question:
    options = (
        *(() if answer else (Option(value="asked", label="It was asked for, and is not answered yet"),)),
        Option(value="shared", label="It was shared"),
        Option(value="withheld", label="It was withheld"),
    )
    reveals = {"shared": _shared(protocols), "withheld": WITHHELD, **({} if answer else {"asked": ASKED})}
    return Question(
        name="happened", kind=Kind.RADIOS, label="What happened?", called="what happened", required=True, options=options, reveals=reveals
    )


def record(protocols: Protocols) -> tuple[Question, ...]:
    """`protocols`: those in force, to choose from."""
    return (
        Question(name="party", kind=Kind.SELECT, label="With whom?", called="with whom", code_list="share_party", required=True),
        Question(
            name="party_name", kind=Kind.TEXT, label="Which person or team?", called="the person or team", max_length=LONGEST_NAME, width=30,
            required=True, hint="For example, Dr Quist, GP",
        ),
        Question(
            name="categories", kind=Kind.CHECKBOXES, label="What was it about?", called="what it was about", code_list="share_category",
            required=True,
        ),
        Question(
            name="what", kind=Kind.TEXTAREA, label="What exactly?", called="what exactly", rows=4, required=True,
            hint="What was told or kept back, in a sentence or two. Other agencies do not read this",
        ),
        _happened(protocols, answer=False), ON, NOTE,
    )  # fmt: skip


def answer(protocols: Protocols) -> tuple[Question, ...]:
    return (_happened(protocols, answer=True), ON, NOTE)
