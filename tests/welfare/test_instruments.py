"""The instruments are data, and never change once used."""

import datetime as dt
import hashlib
import json
import re
import tomllib
from pathlib import Path

import pytest
from msgspec.structs import fields

from tests.reading_age import AT_NINE, grade, sentences
from tests.welfare.answers import RATINGS
from yosafe.errors import Invalid
from yosafe.forms.questions import Kind, walk
from yosafe.reference.codes import code_list
from yosafe.welfare import instruments, schemas
from yosafe.welfare.instruments import INSTRUMENTS, OWN_PAGE, own_questions, topic, version_asked, workers_questions
from yosafe.welfare.rules import ASSET, SCREEN

FOLDER = Path(instruments.__file__).parent / "instruments"

# What each version asks, its end left out. A line here is never changed: a new version gets a line of its own.
PINNED = {
    "asset-2000/1": "19adc4177f433c6fa07263fb8aa48755a3f26c38fd4766c788d016b3fefb4d2e",
    "asset-2000/2": "345afe06485d47443773900a5277d883d67997db8a5947761be74b385c778d8b",
    "vulnerability-screen/1": "091252db75da7b13605c62e473b4de23b81b552daee6d23b2e431b3860bb9d03",
}

SECTIONS = [
    "Living arrangements", "Family and personal relationships", "Education, training and employment", "Neighbourhood", "Lifestyle", "Substance use",
    "Physical health", "Emotional and mental health", "Perception of self and others", "Thinking and behaviour", "Attitudes to offending",
    "Motivation to change",
]  # fmt: skip


def pin(file: Path) -> tuple[str, str]:
    data = tomllib.loads(file.read_text("utf-8"))
    data.pop("valid_to", None)
    return f"{data['id']}/{data['version']}", hashlib.sha256(json.dumps(data, sort_keys=True, default=str).encode()).hexdigest()


def test_no_version_was_edited_and_none_is_unpinned():
    assert dict(pin(file) for file in sorted(FOLDER.glob("*.toml"))) == PINNED


def test_files_are_named_for_what_they_hold():
    for file in FOLDER.glob("*.toml"):
        name, version = pin(file)[0].split("/")
        assert file.name == f"{name}.v{version}.toml"


def test_asset_has_its_twelve_sections_each_rated_with_evidence():
    sections = instruments.instruments().by_ref("asset-2000/1").sections
    assert [section.title for section in sections[:12]] == SECTIONS
    assert [topic(section) for section in sections[:12]] == list(RATINGS)
    for section in sections[:12]:
        rating, evidence, need = section.questions
        assert (rating.kind, rating.required, evidence.required, need.required) == (Kind.RATING, True, True, True)
        assert tuple(option.value for option in rating.options) == ("0", "1", "2", "3", "4", "not_known")
    assert [section.name for section in sections[12:]] == ["vulnerability", "positive", OWN_PAGE]


@pytest.mark.parametrize("of", INSTRUMENTS)
def test_each_instrument_has_one_page_of_the_young_persons_own_which_they_may_leave_blank(of):
    for question_set in instruments.instruments().sets:
        if question_set.id == of:
            own = own_questions(question_set)
            assert [question.name for question in own if question.required] == ["own_how"]
            assert not {q.name for q in walk(own)} & {q.name for q in walk(workers_questions(question_set))}
            assert all(question.name.startswith("own_") for question in own)


def test_what_they_say_on_a_topic_stands_beside_that_topic():
    question_set = instruments.instruments().by_ref("asset-2000/1")
    beside = {topic(s): [q.name for q in own_questions(question_set) if q.name.startswith(f"own_{topic(s)}")] for s in question_set.sections[:12]}
    assert all(beside.values())


@pytest.mark.parametrize("question", own_questions(instruments.instruments().by_ref("asset-2000/1")))
def test_the_young_persons_page_is_in_plain_words(question):
    words = re.findall(r"[A-Za-z’]+", question.label)
    assert len(words) <= 16
    assert max(map(len, words)) <= 9


def said_by_the_page(question_set) -> str:
    """What a young person reads on their own page: not what is for the worker beside them."""
    section = next(one for one in question_set.sections if one.name == OWN_PAGE)
    texts = [section.title, section.caption]
    for question in section.questions:
        texts += [question.label, question.hint]  # answers to choose from are short, and would flatter it
    whole = " ".join(text if text.endswith(("?", ".")) else f"{text}." for text in texts if text and not text.startswith("Worker:"))
    return whole.replace("don’t", "do not")


@pytest.mark.parametrize("version", [1, 2])
def test_the_young_persons_page_is_read_at_nine(version):
    text = said_by_the_page(instruments.instruments().by_ref(f"{ASSET}/{version}"))
    assert sentences(text) > 20
    assert grade(text) <= AT_NINE


@pytest.mark.parametrize(
    ("how", "wanted"),
    [("wrote", {"own_present_wrote"}), ("told", {"own_present_told"}), ("declined", set()), ("absent", {"own_why_absent"})],
)
def test_who_was_there_or_why_they_were_not_asked_is_said(how, wanted):
    question_set, day = instruments.instruments().by_ref(f"{ASSET}/2"), dt.date(2026, 11, 20)
    with pytest.raises(Invalid) as caught:
        instruments.read_answers(question_set, {}, {"own_how": how}, today=day)
    assert {fault.key for fault in caught.value.errors if fault.key.startswith("own_words")} == {f"own_words.{name}" for name in wanted}


def test_occasions_are_codes():
    assert {code for of in INSTRUMENTS.values() for code in of.occasions} == set(code_list("assessment_occasion").values())


@pytest.mark.parametrize("struct", [s for s in vars(schemas).values() if isinstance(s, type) and s.__module__ == schemas.__name__])
def test_no_struct_holds_a_score(struct):
    """Asset foretells offending, not being harmed: its ratings are never added up (domain words, section 3)."""
    numbers = {f.encode_name for f in fields(struct) if f.type in (int, float)}
    assert numbers <= {"instrument_version", "same", "of"}  # how many questions were answered alike, of how many
    assert not [f.name for f in fields(struct) if re.search("score|total|sum|rating|count", f.name)]


@pytest.mark.parametrize(
    ("number", "day", "refused"),
    [
        (None, "2026-09-07", False),
        (1, "2026-09-07", False),
        (9, "2026-09-07", True),
        (2, "2026-09-07", True),
        (None, "1999-12-31", True),
        (1, "1999-12-31", True),
    ],
)
def test_the_version_is_that_of_the_day(number, day, refused):
    for of in (INSTRUMENTS[ASSET], INSTRUMENTS[SCREEN]):
        if refused:
            with pytest.raises(Invalid) as caught:
                version_asked(of, number, dt.date.fromisoformat(day))
            assert [e.key for e in caught.value.errors] == ["instrument_version"]
        else:
            assert version_asked(of, number, dt.date.fromisoformat(day)).version == 1
