"""The forms about columns and words of a file: what is asked, what was chosen, and the mapping that comes of it. Pure."""

import datetime as dt
from collections.abc import Mapping as Map
from collections.abc import Sequence

from yosafe import words
from yosafe.errors import FieldError, Invalid
from yosafe.forms.questions import Kind as Asked
from yosafe.forms.questions import Option, Question
from yosafe.forms.read import to_struct
from yosafe.importing.converting import ORDER_WORDS
from yosafe.importing.fields import Field, Kind, Target
from yosafe.importing.mapped import Unknown
from yosafe.importing.mapping import Mapping
from yosafe.importing.suggesting import Suggestion
from yosafe.people.duplicates.rules import REASON_NEEDED
from yosafe.reference.areas import areas
from yosafe.reference.establishments import establishments

from .schemas import AnswerQuestion, PreviewOut, QuestionOut

NOTHING = "-"  # as if nothing stood there
SHORTEST_REASON = 10  # characters
SURE_ENOUGH = 0.8  # a suggestion that is chosen beforehand
Form = Map[str, list[str]]
DATES = Question(
    name="dates", kind=Asked.RADIOS, label="In dates like 03/04/2002, what comes first?", called="what comes first in dates", required=True,
    options=tuple(Option(value=order, label=label.capitalize()) for order, label in ORDER_WORDS.items()),
)  # fmt: skip


def version(form: Form) -> int:
    """The version that a form was made from. Raises Invalid."""
    text = next(iter(form.get("version", ())), "")
    if not (text.isascii() and text.isdigit() and len(text) < 10):
        raise Invalid([FieldError("", "Load the page again, and send the form from there.")])
    return int(text)


def default_questions(of: Target, mapping: Mapping) -> tuple[Question, ...]:
    """What can hold for all rows: of every field that is needed and has codes, where no column fills it or something holds already."""
    filled = set(mapping.columns.values()) - mapping.defaults.keys()
    return tuple(
        Question(
            name=f"default-{one.name}", kind=Asked.SELECT, label=f"{one.label}, where no column says it", options=options_of(one),
        )
        for one in of.fields if one.required and one.is_coded and one.name not in filled
    )  # fmt: skip


def defaults_shown(mapping: Mapping) -> dict[str, str]:
    return {f"default-{name}": value for name, value in mapping.defaults.items()}


def options_of(of: Field) -> tuple[Option, ...]:
    """What a word of a field may be."""
    match of.kind:
        case Kind.PLACE:
            return tuple(Option(value=one.code, label=one.name) for one in establishments())
        case Kind.AREA:
            return tuple(Option(value=one.code, label=one.name) for one in areas())
        case Kind.YES_NO:
            return (Option(value="yes", label="Yes"), Option(value="no", label="No"))
    return tuple(Option(value=code, label=label) for code, label in of.codes.items())


def chosen_columns(mapping: Mapping, found: Sequence[Suggestion], form: Form) -> list[str]:
    """The field chosen for each column: what was sent, else what the mapping says."""
    return [form.get(f"column-{n}", [mapping.columns.get(one.column, "")])[0] for n, one in enumerate(found)]


def mapping_of_columns(mapping: Mapping, columns: Sequence[str], form: Form) -> Mapping:
    """The mapping with the columns, the order of dates and the defaults that were chosen. Raises Invalid."""
    chosen = {column: field for n, column in enumerate(columns) if (field := next(iter(form.get(f"column-{n}", ())), ""))}
    order = next(iter(form.get("dates", ())), mapping.dates)
    if order not in ORDER_WORDS:
        raise Invalid([FieldError("dates", "Select what comes first in dates")])
    asked = {key.removeprefix("default-"): values[0] for key, values in form.items() if key.startswith("default-") and values}
    defaults = {name: value for name, value in {**mapping.defaults, **asked}.items() if value}
    return Mapping(target=mapping.target, source=mapping.source, dates=order, columns=chosen, values=mapping.values, defaults=defaults)


def chosen_value(number: int, one: Unknown, form: Form) -> str:
    """The code chosen for a word: what was sent, else a sure suggestion."""
    if sent := form.get(f"value-{number}"):
        return sent[0]
    return one.suggestion.code if one.suggestion and one.suggestion.sure >= SURE_ENOUGH else ""


def mapping_of_values(mapping: Mapping, unknown: Sequence[Unknown], form: Form) -> Mapping:
    """The mapping with the codes that were chosen for words; those left open stay unknown."""
    values = {name: dict(of) for name, of in mapping.values.items()}
    for number, one in enumerate(unknown):
        code = next(iter(form.get(f"value-{number}", ())), "")
        if code:
            values.setdefault(one.field, {})[one.word] = "" if code == NOTHING else code
    return Mapping(
        target=mapping.target, source=mapping.source, dates=mapping.dates, columns=mapping.columns, values=values, defaults=mapping.defaults
    )  # fmt: skip


SAME, ANOTHER, ELSEWHERE = "same", "another", "a record made elsewhere, with exactly these names and this date of birth"


def questions_of(one: QuestionOut) -> tuple[Question, ...]:
    """What is asked of a row that may be of someone who is recorded; each name ends with its number."""
    options = [Option(value=candidate.ref, label=f"The same as {candidate.ref}, {candidate.name}") for candidate in one.candidates]
    options += [Option(value=ref, label=f"The same as {ref}", hint=ELSEWHERE.capitalize()) for ref in one.elsewhere]
    another = Option(value=ANOTHER, label="Someone else: make a record of this row")
    return (
        Question(
            name=f"{SAME}-{one.row}", kind=Asked.RADIOS, label="Is it the same young person?", called="who it is", required=True,
            options=(*options, another), reveals={ANOTHER: (_because(one.row),)},
        ),
    )  # fmt: skip


def _because(row: int) -> Question:
    return Question(
        name=f"because-{row}", kind=Asked.TEXTAREA, label="Why is it another child?", called="why it is another child", required=True, min_length=10,
        max_length=2_000, rows=3,
    )  # fmt: skip


def answer_in(form: Form) -> AnswerQuestion:
    """What was said of a row, whose number the names of the form end with. Raises Invalid."""
    sent = {key.partition("-")[0]: values[0] for key, values in form.items() if values}
    if not sent.get(SAME):
        raise Invalid([FieldError(SAME, "Select whether it is the same young person")])
    if sent[SAME] != ANOTHER:
        return to_struct(AnswerQuestion, {"same": sent[SAME]})
    because = sent.get("because", "").strip()
    if len(because) < SHORTEST_REASON:
        raise Invalid([FieldError("because", REASON_NEEDED)])
    return to_struct(AnswerQuestion, {"because": because})


def rows_in_words(preview: PreviewOut, of: Target) -> list[dict[str, str]]:
    """The first rows as people read them: labels for codes, days and times in words."""
    fields = {one.name: one for one in of.fields}
    return [{name: _in_words(fields.get(name), value) for name, value in row.items()} for row in preview.first_rows]


def _in_words(of: Field | None, value: object) -> str:
    match value:
        case list():
            return ", ".join(_in_words(of, one) for one in value)
        case bool():
            return "Yes" if value else "No"
        case str() if of is not None and of.kind in (Kind.MOMENT, Kind.DATE):
            moment = dt.datetime.fromisoformat(value)
            return words.instant(moment) if moment.tzinfo else words.day(moment.date())
        case str() if of is not None:
            return of.codes.get(value, value)
    return str(value)


def used_fields(preview: PreviewOut) -> list[str]:
    """The fields that any of the first rows has, in the order of the file."""
    found = dict.fromkeys(one.field for one in preview.columns if one.field)
    return [name for name in found if any(name in row for row in preview.first_rows)]
