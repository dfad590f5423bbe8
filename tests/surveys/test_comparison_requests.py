"""Comparisons as a script and a browser ask for them: by role and scope, what there is nothing for, and files."""

import csv
import io
import json
import re

import pytest

from yosafe.audit.record import Operator
from yosafe.db.engine import DB
from yosafe.surveys import actions
from yosafe.surveys.schemas import ImportSurvey

BOTH = "unsafe_ever,in_care_ever,bullied_by_children"


def file_of(yes, no, care=15):
    """So many have felt unsafe and so many not; the first `care` of each have been in care."""
    rows = [("yes" if n < yes else "no", "yes" if n % yes < care else "no", "yes" if n % 2 else "no") for n in range(yes + no)]
    return "\n".join([BOTH, *(",".join(row) for row in rows), ""]).encode()


async def brought_in(place, month, data):
    new = ImportSurvey(questionnaire="children-custody", establishment=place, fielded=month, held=200)
    return (await actions.import_survey(by=Operator(), new=new, source=data, name="wave.csv")).survey


@pytest.fixture
async def survey(people):
    """Wetherby now; before that there, and at three other institutions, fewer felt unsafe."""
    for place, month, yes in (("WYI", "2025-09", 20), ("WNI", "2026-01", 21), ("FYI", "2025-11", 22), ("PYI", "2023-01", 60)):
        await brought_in(place, month, file_of(yes, 80))
    return await brought_in("WYI", "2026-06", file_of(50, 40))


def row_of(answer, question="unsafe-ever"):
    return next(row for section in answer["sections"] for row in section["questions"] if row["question"] == question)


@pytest.mark.parametrize(
    ("query", "there", "percent", "verdict"),
    [
        ("against=previous", "Wetherby, September 2025", 20.0, "higher"),
        ("against=previous&holm=true&level=0.001", "Wetherby, September 2025", 20.0, "higher"),
        ("against=similar", "2 other young offender institutions that hold children", 21.2, "higher"),  # Parc's is three years old
        ("against=published", "published figures", 43, "no clear difference"),
        ("against=in-care-ever", "everyone else (60 respondents)", None, None),
    ],
)
async def test_a_script_compares(script_of, survey, query, there, percent, verdict):
    answer = await (await script_of("cleo")).get(f"/api/v1/surveys/{survey}/comparison?{query}")
    assert answer.status_code == 200, answer.text
    found = answer.json()
    assert found["there"] == there
    if percent is not None:
        assert (row_of(found)["here"]["percent"], row_of(found)["there"]["percent"], row_of(found)["verdict"]) == (55.6, percent, verdict)
    event = await DB.fetchrow("SELECT detail FROM audit_entry WHERE event = 'survey:compared'")
    assert json.loads(event["detail"]) == {"against": found["against"]}


@pytest.mark.parametrize(
    ("query", "status", "says"),
    [
        ("against=nonsense", 422, "one of previous, similar, published, sex"),
        ("against=previous&level=0.5", 422, "Choose a probability"),
        ("against=sex", 409, "Too few answered on one side"),
    ],
)
async def test_a_script_is_told_what_can_be_asked_for(script_of, survey, query, status, says):
    answer = await (await script_of("cleo")).get(f"/api/v1/surveys/{survey}/comparison?{query}")
    assert answer.status_code == status
    assert says in answer.text


@pytest.mark.parametrize(
    ("against", "says"), [("previous", "no earlier survey"), ("similar", "Fewer than 2 other"), ("published", "No published figure")]
)
async def test_where_there_is_nothing_to_compare_with(script_of, browser_of, people, against, says):
    only = await brought_in("STC3" if against != "published" else "XVG", "2026-01", file_of(20, 30))
    answer = await (await script_of("femi")).get(f"/api/v1/surveys/{only}/comparison?against={against}")
    assert (answer.status_code, says in answer.text) == (409, True)
    page = await (await browser_of("femi")).get(f"/surveys/{only}/comparison?against={against}")
    assert (page.status_code, says in page.text, "Compare with" in page.text) == (200, True, True)


@pytest.mark.parametrize(("who", "status"), [("cleo", 200), ("femi", 200), ("jay", 200), ("wes", 404), ("stan", 404), ("dan", 403), (None, 303)])
async def test_by_role_and_scope(browser_of, survey, who, status):
    client = await browser_of(who)
    for path in ("comparison", "comparison/download", "download"):
        assert (await client.get(f"/surveys/{survey}/{path}?against=previous")).status_code == status


async def test_a_lead_who_sees_one_establishment_sees_the_others_only_together(browser_of, survey):
    page = await (await browser_of("cleo")).get(f"/surveys/{survey}/comparison?against=similar")
    assert "2 other young offender institutions" in page.text
    assert "Werrington" not in page.text
    assert "Feltham" not in page.text


async def test_the_page_says_it_in_words_and_draws_it(browser_of, survey):
    page = (await (await browser_of("cleo")).get(f"/surveys/{survey}/comparison?against=previous&holm=yes")).text
    assert "Wetherby, June 2026, beside Wetherby, September 2025" in page
    assert "Higher, p &lt; 0.001 by Holm, chi-square test" in page
    assert page.count("<svg") >= 2
    assert re.search(r"<desc[^>]*>Have felt unsafe here: 56% ", page)
    assert "2 of 3 questions differ (1 higher, 1 lower)." in page


@pytest.mark.parametrize("query", ["against=nonsense", "level=7", "level=high"])
async def test_the_form_comes_again(browser_of, survey, query):
    page = await (await browser_of("cleo")).get(f"/surveys/{survey}/comparison?{query}")
    assert page.status_code == 422
    assert "<title>Error: Compare: Wetherby, June 2026 – yosafe</title>" in page.text


def cells(answer):
    assert answer.headers["content-type"].startswith("text/csv")
    return list(csv.DictReader(io.StringIO(answer.content.decode("utf-8-sig"))))


async def test_figures_as_files_and_the_trail(browser_of, survey):
    cleo = await browser_of("cleo")
    answer = await cleo.get(f"/surveys/{survey}/download")
    assert answer.headers["content-disposition"] == 'attachment; filename="survey-wyi-2026-06.csv"'
    first = next(row for row in cells(answer) if row["question"] == "unsafe-ever")
    assert (first["base"], first["percent"], first["count"]) == ("90", "55.6", "")
    compared = cells(await cleo.get(f"/surveys/{survey}/comparison/download?against=previous"))
    assert [(row["here_percent"], row["there_percent"], row["verdict"]) for row in compared if row["question"] == "unsafe-ever"] == [
        ("55.6", "20.0", "higher")
    ]
    events = await DB.fetch("SELECT event, detail FROM audit_entry WHERE event = 'survey:exported' ORDER BY at, id")
    assert [json.loads(row["detail"]) for row in events] == [{}, {"against": "previous"}]


async def test_what_is_hidden_is_in_no_file(browser_of, people):
    small = await brought_in("WYI", "2026-01", file_of(3, 40, care=1))
    rows = cells(await (await browser_of("cleo")).get(f"/surveys/{small}/download"))
    assert all(row["count"] == row["percent"] == "" and row["hidden"] for row in rows if row["question"] == "unsafe-ever")
