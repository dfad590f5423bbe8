"""A file comes in whole, or with rows left out on purpose, or not at all; once."""

import asyncio
import datetime as dt
import os
from pathlib import Path

import pytest

from tests.importing.made import xlsx
from tests.surveys.conftest import wave
from yosafe.audit.record import Operator
from yosafe.audit.verify import verify
from yosafe.db.engine import DB
from yosafe.errors import Conflict, Invalid, NotFound, Refused
from yosafe.importing.reading import Choice
from yosafe.surveys import queries
from yosafe.surveys.actions import RowsRefused, import_survey
from yosafe.surveys.schemas import ImportSurvey

EXTERNAL = Path(os.environ.get("YOSAFE_EXTERNAL_DATA", Path(__file__).parents[2] / "../shared/data"))
BAD = "maybe,16,A"


def asked(**more):
    return ImportSurvey(**({"questionnaire": "children-custody", "establishment": "WYI", "fielded": "2026-09"} | more))


async def stored():
    rows = "SELECT coalesce(sum(length(codes)), 0) FROM survey_column WHERE question = 'unsafe-ever'"
    return await DB.fetchval("SELECT count(*) FROM survey"), await DB.fetchval(rows)


async def test_what_goes_in_comes_out_as_figures(people):
    done = await import_survey(by=people["cleo"], new=asked(held=60, offered=55), source=wave(), name="wave.csv")
    assert (done.outcome, done.rows, done.accepted, done.refused_rows) == ("imported", 50, 50, 0)
    found = await queries.results(people["cleo"], done.survey)
    assert found.figures == done.figures
    assert (found.survey.establishment_name, found.survey.fielded_on) == ("Wetherby", dt.date(2026, 9, 1))
    assert (found.figures.response.held, found.figures.response.offered, found.figures.response.returned) == (60, 55, 50)
    assert [question.headline.percent for question in found.figures.headline] == [40.0]


async def test_a_workbook_under_a_title_is_stored_as_its_csv_is(people):
    rows = [["Survey of September"], [], ["unsafe_ever", "age"], *([["Yes", 16]] * 12), *([["no", 17]] * 28), ["maybe", 16]]
    done = await import_survey(by=people["cleo"], new=asked(leave_out=True), source=xlsx(rows), name="wave.xlsx")
    assert (done.kind, done.sheet, done.encoding, done.rows, done.accepted) == ("xlsx", "Data", "", 41, 40)
    assert [row.row for row in done.refused] == [44]
    assert done.warnings[0] == "1 row above the table left out: row 1."
    chosen = await import_survey(by=people["cleo"], new=asked(dry_run=True, fielded="2026-08"), source=xlsx(rows[:-1]), choice=Choice(header=(3, 3)))
    assert chosen.accepted == 40


async def test_answers_are_stored_by_question_and_not_by_respondent(people):
    await import_survey(by=people["cleo"], new=asked(), source=wave(2, 1), name="wave.csv")
    rows = await DB.fetch("SELECT kind, question, choices, codes FROM survey_column WHERE kind = 'answers' ORDER BY id")
    assert [tuple(row) for row in rows] == [("answers", "age", [16.0, 17.0], b"\1\1\2"), ("answers", "unsafe-ever", ["yes", "no"], b"\1\1\2")]


async def test_the_trail_says_who_brought_it_in_and_who_read_it(people):
    done = await import_survey(by=people["cleo"], new=asked(), source=wave(), name="wave.csv")
    await queries.results(people["femi"], done.survey)
    rows = await DB.fetch("SELECT event, actor, subject FROM audit_entry WHERE subject_kind = 'survey' ORDER BY at, id")
    assert [tuple(row) for row in rows] == [
        ("survey:imported", people["cleo"].id, done.survey),
        ("survey:results-read", people["femi"].id, done.survey),
    ]
    assert (await verify()).faults == ()


async def test_the_same_file_again_changes_nothing_and_says_so(people):
    first = await import_survey(by=people["cleo"], new=asked(), source=wave(), name="wave.csv")
    again = await import_survey(by=people["femi"], new=asked(), source=wave(), name="another name.csv")
    assert (again.outcome, again.survey) == ("already_imported", first.survey)
    assert await stored() == (1, 50)


async def test_the_same_file_twice_at_once_is_stored_once(people):
    done = await asyncio.gather(*(import_survey(by=people["cleo"], new=asked(), source=wave(), name="wave.csv") for _ in range(4)))
    assert sorted(one.outcome for one in done) == ["already_imported"] * 3 + ["imported"]
    assert await stored() == (1, 50)


@pytest.mark.parametrize(
    ("more", "source", "says"),
    [
        ({"fielded": "2026-08"}, wave(), "already there as survey 1, of September 2026"),
        ({}, wave(21), "Another file is already there for Wetherby in September 2026"),
    ],
)
async def test_a_file_or_month_that_is_taken_conflicts(people, more, source, says):
    await import_survey(by=people["cleo"], new=asked(), source=wave(), name="wave.csv")
    for dry_run in (True, False):
        with pytest.raises(Conflict, match=says):
            await import_survey(by=people["cleo"], new=asked(**more, dry_run=dry_run), source=source, name="wave.csv")
    assert await stored() == (1, 50)


async def test_the_same_file_elsewhere_is_another_survey(people):
    await import_survey(by=people["femi"], new=asked(), source=wave(), name="wave.csv")
    assert (await import_survey(by=people["femi"], new=asked(establishment="WNI"), source=wave(), name="wave.csv")).outcome == "imported"


async def test_one_bad_row_refuses_the_file_unless_it_is_left_out(people):
    for dry_run in (True, False):
        with pytest.raises(RowsRefused) as refusal:
            await import_survey(by=people["cleo"], new=asked(dry_run=dry_run), source=wave(20, 30, BAD), name="wave.csv")
        assert [e.key for e in refusal.value.errors] == ["row 52, unsafe_ever", ""]
        assert refusal.value.errors[-1].message.startswith("1 row was refused, so nothing was stored.")
        assert (refusal.value.outcome.outcome, refusal.value.outcome.accepted) == ("refused", 50)
    assert await stored() == (0, 0)
    done = await import_survey(by=people["cleo"], new=asked(leave_out=True, held=60), source=wave(20, 30, BAD), name="wave.csv")
    assert (done.outcome, done.accepted, done.refused_rows) == ("imported", 50, 1)
    found = await queries.results(people["cleo"], done.survey)
    assert (found.figures.response.returned, found.figures.response.left_out, found.figures.headline[0].base) == (51, 1, 50)


async def test_a_file_of_bad_rows_only_is_refused_even_so(people):
    with pytest.raises(RowsRefused):
        await import_survey(by=people["cleo"], new=asked(leave_out=True), source=wave(0, 0, BAD), name="wave.csv")
    assert await stored() == (0, 0)


async def test_a_dry_run_writes_nothing(people):
    done = await import_survey(by=people["cleo"], new=asked(dry_run=True), source=wave(), name="wave.csv")
    assert (done.outcome, done.survey, done.figures.headline[0].base) == ("would_import", None, 50)
    assert await stored() == (0, 0)
    assert await DB.fetchval("SELECT count(*) FROM audit_entry WHERE event = 'survey:imported'") == 0


@pytest.mark.parametrize(
    ("more", "error"),
    [
        ({"questionnaire": "nothing"}, NotFound),
        ({"establishment": "XXX"}, NotFound),
        ({"fielded": "2026-12"}, Invalid),
        ({"fielded": "1899-12"}, Invalid),
        ({"fielded": "0001-01"}, Invalid),
        ({"fielded": "9999-12"}, Invalid),
        ({"fielded": "2026-13"}, Invalid),
        ({"fielded": "soon"}, Invalid),
        ({"held": 49}, Invalid),
        ({"held": 60, "offered": 61}, Invalid),
        ({"offered": 49}, Invalid),
    ],
)
async def test_what_is_said_about_a_file_is_checked(people, more, error):
    with pytest.raises(error):
        await import_survey(by=people["femi"], new=asked(**more), source=wave(), name="wave.csv")
    assert await stored() == (0, 0)


@pytest.mark.parametrize("source", [b"", b"\0", b"unsafe_ever,age\n", b"colour\nred\n", b"PK\x03\x04", b'unsafe_ever,age\n"yes,16\n'])
async def test_a_file_that_is_no_table_writes_nothing(people, source):
    with pytest.raises(Invalid, match=r"wave\.csv|1 row was refused, so nothing was stored"):
        await import_survey(by=people["femi"], new=asked(), source=source, name="wave.csv")
    assert await stored() == (0, 0)


@pytest.mark.parametrize(
    ("who", "where", "allowed"),
    [("cleo", "WYI", True), ("cleo", "WNI", False), ("femi", "WNI", True), ("dan", "WYI", False), ("jay", "WYI", False)],
)
async def test_who_may_import_and_where(people, who, where, allowed):
    if allowed:
        assert (await import_survey(by=people[who], new=asked(establishment=where), source=wave(), name="w.csv")).outcome == "imported"
        return
    with pytest.raises(Refused):
        await import_survey(by=people[who], new=asked(establishment=where), source=wave(), name="w.csv")
    assert await stored() == (0, 0)


async def test_the_operator_may_at_the_command_line(people):
    done = await import_survey(by=Operator(), new=asked(), source=wave(), name="w.csv")
    assert (await queries.results(Operator(), done.survey)).survey.returned == 50


@pytest.mark.parametrize(("who", "sees"), [("cleo", True), ("wes", False), ("femi", True), ("jay", True), ("stan", False), ("dan", False)])
async def test_who_sees_the_results(people, who, sees):
    done = await import_survey(by=Operator(), new=asked(), source=wave(), name="w.csv")
    listed = await queries.surveys(people[who])
    assert [survey.id for survey in listed.items] == ([done.survey] if sees else [])
    if sees:
        assert (await queries.results(people[who], done.survey)).survey.id == done.survey
        return
    with pytest.raises(NotFound, match="There is no survey with this number that you can see"):
        await queries.results(people[who], done.survey)
    with pytest.raises(NotFound, match="There is no survey of Wetherby in September 2026 that you can see"):
        await queries.find_survey(people[who], establishment_code="WYI", fielded_on=dt.date(2026, 9, 1))


async def test_the_list_comes_in_pages_the_latest_first(people):
    ids = []
    for month in range(1, 6):
        new = asked(fielded=f"2026-0{month}")
        ids.append((await import_survey(by=people["cleo"], new=new, source=wave(20 + month), name="w.csv")).survey)
    first = await queries.surveys(people["cleo"], limit=3)
    second = await queries.surveys(people["cleo"], limit=3, after=first.next)
    assert [s.id for s in first.items + second.items] == ids[::-1]
    assert second.next is None


async def test_two_questionnaires_in_a_month_have_to_be_told_apart(people):
    first = await import_survey(by=people["cleo"], new=asked(), source=wave(), name="w.csv")
    other = b"famtime,finalwt\n" + b"yes,1\n" * 12
    second = await import_survey(by=people["cleo"], new=asked(questionnaire="syc1987"), source=other, name="o.csv")
    where = {"establishment_code": "WYI", "fielded_on": dt.date(2026, 9, 1)}
    with pytest.raises(Conflict, match="one of children-custody, syc1987"):
        await queries.find_survey(people["cleo"], **where)
    assert await queries.find_survey(people["cleo"], **where, questionnaire="syc1987") == second.survey
    assert await queries.find_survey(people["cleo"], **where, questionnaire="children-custody") == first.survey


@pytest.mark.external
async def test_a_real_survey_prints_its_published_figures(people):
    new = asked(questionnaire="syc1987", establishment="FYI", fielded="1987-12")
    done = await import_survey(by=people["femi"], new=new, source=EXTERNAL / "surveys/syc1987.csv")
    figures = (await queries.results(people["femi"], done.survey)).figures
    assert figures == done.figures
    age, violent, family = figures.headline
    assert (age.mean.mean, figures.sum_of_weights, violent.headline.percent, family.headline.percent) == (16.639, 25012, 61.3, 51.8)
