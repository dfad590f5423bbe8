"""Whatever a browser posts gives a clean answer or an error, and what is read can be shown, put back in its boxes, and read again."""

import datetime as dt
import json
import unicodedata

from hypothesis import given, settings
from hypothesis import strategies as st

from yosafe.errors import FieldError
from yosafe.forms.load import load
from yosafe.forms.questions import Kind, Question, walk
from yosafe.forms.read import check, filled, read
from yosafe.forms.show import answered

from .conftest import WOUND

TODAY = dt.date(2009, 6, 1)
SET = load(WOUND)
ONE_OF_EACH = (
    *(
        Question(name=kind.value, kind=kind, label=kind.value.capitalize(), code_list="place" if kind in ("radios", "checkboxes", "select") else None)
        for kind in Kind
    ),
    *SET.questions,
)
NAMES = [q.name for q in walk(ONE_OF_EACH)]
KEYS = NAMES + [f"{q.name}-{part}" for q in walk(ONE_OF_EACH) if q.kind is Kind.DATE for part in ("day", "month", "year")]
NASTY = [
    "\0",
    "\u202e",
    "\u200f\u200e",
    "e\u0301" * 300,
    "\N{PARTY POPPER}\u200d\N{FIRE}",
    "\ud800",
    "\x85",
    "1" * 5000,
    "x" * 11_000,
    "\r\n",
    "\ufeff",
]
WORKING = ["yes", "no", "other", "fall", "family", "none", "cell", "27", "2", "2009", "10:05", "ls1 4dy", "YP-7", "4", "a@b.uk", "28 feb 2009"]
TEXTS = st.one_of(
    st.text(), st.sampled_from(NASTY), st.sampled_from(WORKING), st.tuples(st.sampled_from(WORKING), st.sampled_from(NASTY)).map("".join)
)
POSTED = st.dictionaries(st.one_of(st.sampled_from(KEYS), st.text(max_size=5)), st.lists(TEXTS, max_size=3))
ATOMS = st.none() | st.booleans() | st.integers() | st.floats() | TEXTS
JSON = ATOMS | st.lists(ATOMS, max_size=3) | st.dictionaries(st.text(max_size=5), ATOMS, max_size=2)


def is_clean(text):
    return unicodedata.is_normalized("NFC", text) and not any(unicodedata.category(c) in ("Cc", "Cs") and c not in "\n\t" for c in text)


@settings(max_examples=400)
@given(POSTED)
def test_a_clean_answer_or_an_error(posted):
    reading = read(ONE_OF_EACH, posted, today=TODAY)
    wrong = {error.key.partition("-")[0] for error in reading.errors}
    assert wrong.isdisjoint(reading.answers)
    assert {error.key for error in reading.errors} <= set(KEYS)
    for name, value in reading.answers.items():
        texts = value if isinstance(value, list) else [value]
        assert name == "password" or all(is_clean(text) for text in texts if isinstance(text, str))
    for error in reading.errors:
        assert is_clean(error.message)
        assert len(error.message) < 250


@settings(max_examples=300)
@given(POSTED)
def test_what_is_read_can_be_kept_shown_put_back_and_read_again(posted):
    answers = read(SET.questions, posted, today=TODAY).answers
    kept = json.loads(json.dumps(answers))
    assert kept == answers
    again = {}
    for name, value in filled(SET.questions, kept).items():
        again |= (
            {f"{name}-{part}": [text] for part, text in value.items()}
            if isinstance(value, dict)
            else {name: [value] if isinstance(value, str) else value}
        )
    assert read(SET.questions, again, today=TODAY).answers == answers
    assert check(SET, kept, today=TODAY).answers == answers
    shown = {row.name for section in answered(SET, kept) for row in section.rows if not row.is_blank}
    assert shown == set(answers)


@settings(max_examples=300)
@given(st.dictionaries(st.sampled_from(NAMES) | st.text(max_size=5), JSON, max_size=8))
def test_any_json_gives_answers_or_errors(answers):
    reading = check(ONE_OF_EACH, answers, today=TODAY)
    assert all(isinstance(error, FieldError) and error.message for error in reading.errors)
    json.dumps(reading.answers, allow_nan=False)
