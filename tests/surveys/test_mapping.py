"""A file that calls things otherwise is read by a mapping: on pages, by API and at the command line; and it is kept for the next."""

import re

import pytest

from tests.surveys.conftest import confirmed, token_in
from yosafe.audit.record import Operator
from yosafe.db.engine import DB
from yosafe.errors import Invalid
from yosafe.importing.mapping import Mapping, read_mapping, write_mapping
from yosafe.importing.reading import read_table
from yosafe.surveys import actions
from yosafe.surveys.coding import NoQuestions
from yosafe.surveys.mapping import found_by_name, suggestions, target_of, unknown_words
from yosafe.surveys.questionnaire import available, load
from yosafe.surveys.schemas import ImportSurvey

CHILDREN = load("children-custody")
THEIRS = b"Feels unsafe here,How old?\n" + b"Jah,16\n" * 12 + b"Nee,17\n" * 20 + b"k.A.,17\n" * 3
COLUMNS = {"Feels unsafe here": "unsafe-ever", "How old?": "age"}
VALUES = {"unsafe-ever": {"Jah": "yes", "Nee": "no", "k.A.": ""}}
MAPPING = Mapping(target="survey.children-custody", source="Kiosk", columns=COLUMNS, values=VALUES)


def asked(**more):
    return ImportSurvey(**({"questionnaire": "children-custody", "establishment": "WYI", "fielded": "2026-05"} | more))


@pytest.mark.parametrize("which", available())
def test_every_questionnaire_can_be_mapped_to_and_its_mapping_written_down(which):
    questionnaire = load(*which)
    table = read_table((",".join(question.id for question in questionnaire.questions()) + ",weight,finalwt,stratum,psu\n" + "1," * 200).encode()[:-1])
    mapping = found_by_name(table, questionnaire)
    names = [field.name for field in target_of(questionnaire).fields]
    assert set(mapping.columns.values()) <= set(names)
    assert len(names) == len(set(names))
    assert read_mapping(write_mapping(mapping), target_of(questionnaire)) == mapping


async def test_a_mapped_file_says_what_its_own_words_would(people):
    done = await actions.import_survey(by=people["cleo"], new=asked(mapping=MAPPING), source=THEIRS, name="k.csv")
    ours = THEIRS.replace(b"Feels unsafe here,How old?", b"unsafe_ever,age").replace(b"Jah", b"yes").replace(b"Nee", b"no").replace(b"k.A.", b"")
    same = await actions.import_survey(by=Operator(), new=asked(fielded="2026-04"), source=ours, name="o.csv")
    assert done.figures == same.figures
    assert (done.accepted, done.figures.headline[0].base, done.figures.headline[0].headline.percent) == (35, 32, 37.5)


@pytest.mark.parametrize(
    ("change", "says"),
    [
        ({"columns": {"Nowhere": "age"}}, "the file has no column “Nowhere”"),
        ({"columns": {"How old?": "shoe-size"}}, "“shoe-size” is no field of survey.children-custody"),
        ({"columns": {"How old?": "age", "Feels unsafe here": "age"}}, "both fill “age”"),
        ({"values": {"unsafe-ever": {"Jah": "perhaps"}}}, "“perhaps” is no code of “unsafe-ever”"),
        ({"values": {"age": {"old": "17"}}}, "“age” has no codes"),
        ({"defaults": {"unsafe-ever": "yes"}}, "The mapping has defaults, and a survey has none"),
        ({"target": "survey.syc1987"}, "it is for survey.syc1987"),
        ({"columns": {}}, "no column is a question"),
    ],
)
async def test_a_mapping_that_does_not_fit_is_refused_and_nothing_is_stored(people, change, says):
    mapping = Mapping(**({"target": MAPPING.target, "source": "Kiosk", "columns": COLUMNS, "values": {}} | change))
    with pytest.raises(Invalid, match=re.escape(says)):
        await actions.import_survey(by=people["cleo"], new=asked(mapping=mapping), source=THEIRS, name="k.csv")
    assert await DB.fetchval("SELECT count(*) FROM survey") == 0


def test_what_looks_like_a_question_is_suggested_and_words_are_listed_once():
    table = read_table(THEIRS.replace(b"How old?", b"How old are you?").replace(b"Feels unsafe here", b"unsafe ever"))
    assert [one.field for one in suggestions(table, CHILDREN)] == ["unsafe-ever", "age"]
    assert [(word.word, word.rows) for word in unknown_words(table, CHILDREN, None)] == [("Nee", 20), ("Jah", 12), ("k.A.", 3)]
    with pytest.raises(NoQuestions):
        unknown_words(read_table(THEIRS), CHILDREN, None)


async def send(client, data: bytes, **form: str):
    fields = {"_csrf_token": token_in(await client.get("/surveys/import")), "questionnaire": "children-custody", "fielded": "May 2026"} | form
    return (await client.post("/surveys/import", data=fields, files={"file": ("k.csv", data, "text/csv")})).headers["location"]


async def test_a_lead_says_what_columns_and_words_mean_and_is_not_asked_again(browser_of):
    cleo = await browser_of("cleo")
    columns = await send(cleo, THEIRS)
    assert columns.endswith("/columns")
    shown = await cleo.get(columns)
    assert "Jah" in shown.text
    assert (await cleo.get(columns.removesuffix("/columns"))).headers["location"] == columns
    form = {"_csrf_token": token_in(shown), "column-0": "unsafe-ever", "column-1": "age", "source": "Kiosk export"}
    answers = await cleo.post(columns, data=form)
    assert answers.headers["location"] == columns.replace("columns", "answers")
    shown = await cleo.get(answers.headers["location"])
    assert shown.text.index("Nee") < shown.text.index("Jah") < shown.text.index("k.A.")
    preview = await cleo.post(answers.headers["location"], data={"_csrf_token": token_in(shown), "word-0": "no", "word-1": "yes", "word-2": "-"})
    shown = await cleo.get(preview.headers["location"])
    assert "Import 35 rows" in shown.text
    kept = (await cleo.get(f"{preview.headers['location']}/mapping")).text
    assert read_mapping(kept, target_of(CHILDREN)).values == VALUES
    done = await confirmed(cleo, preview.headers["location"], shown)
    assert done.headers["location"] == "/surveys/1?done=imported"
    again = await send(cleo, THEIRS + b"Jah,15\n", fielded="June 2026")
    assert not again.endswith("/columns")
    assert "Read as your agency reads “Kiosk export”" in (await cleo.get(again)).text
    wes = await browser_of("wes")
    assert (await send(wes, THEIRS)).endswith("/columns")  # another agency's mapping is its own


@pytest.mark.parametrize(
    ("form", "says", "at"),
    [
        ({"column-0": "age", "column-1": "age"}, "Two columns can&#39;t hold the same question", "column-1"),
        ({}, "Say of one at least which question it holds", "column-0"),
        ({"column-0": "unsafe-ever", "source": "x" * 81}, "The name must be 80 characters or fewer", "source"),
        ({"column-0": "shoe-size"}, "is no field of", "column-0"),
    ],
)
async def test_columns_come_again_with_what_was_chosen(browser_of, form, says, at):
    cleo = await browser_of("cleo")
    columns = await send(cleo, THEIRS)
    answer = await cleo.post(columns, data={"_csrf_token": token_in(await cleo.get(columns)), **form})
    assert answer.status_code == 422
    assert says in answer.text
    assert f'href="#{at}"' in answer.text


async def test_refused_rows_are_had_as_a_file_with_why(browser_of):
    cleo = await browser_of("cleo")
    upload = await send(cleo, b"unsafe_ever,age\n" + b"yes,16\n" * 12 + b"=1+1,99999\n")
    answer = await cleo.get(f"{upload}/refused")
    assert answer.headers["content-type"] == "text/csv; charset=utf-8"
    assert answer.text.count("\r\n") == 2
    assert "'=1+1" in answer.text
    assert "unsafe_ever holds text of 4 characters, which is no answer" in answer.text
    assert "age holds a number: write a number from 10 to 21" in answer.text


async def test_a_script_sends_its_mapping(script_of):
    femi = await script_of("femi")
    form = {"questionnaire": "children-custody", "establishment": "WYI", "fielded": "2026-05", "mapping": write_mapping(MAPPING), "dry_run": "true"}
    answer = await femi.post("/api/v1/surveys", data=form, files={"file": ("k.csv", THEIRS, "text/csv")})
    assert (answer.status_code, answer.json()["outcome"], answer.json()["accepted"]) == (200, "would_import", 35)
    broken = await femi.post("/api/v1/surveys", data=form | {"mapping": "target ="}, files={"file": ("k.csv", THEIRS, "text/csv")})
    assert broken.status_code == 422
    assert "is not TOML" in broken.text
