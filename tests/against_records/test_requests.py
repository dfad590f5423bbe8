"""A survey beside the records of those held there, as a script, a browser and a lead who is named in an allegation see it."""

import csv
import datetime as dt
import io
import json

import pytest

from tests.incidents.make import involve, submit
from tests.world import KAI_ARRIVED
from yosafe.audit.record import Operator
from yosafe.db.engine import DB
from yosafe.people.access import young_person_ref
from yosafe.people.tables import Placement, YoungPerson
from yosafe.surveys import actions
from yosafe.surveys.schemas import ImportSurvey

HELD = 40
IN_SEPTEMBER = dt.datetime(2026, 9, 20, 15, tzinfo=dt.UTC)
FIGHT = {"assault_kind": "fight", "weapon": "none", "lost_consciousness": "no"}
ANSWERS = "bullied_by_children,children_assault,hurt_by_staff,hurt_self_here,unsafe_ever,first_time"


def copied(table, changed):
    """Rows like one that there is, by SQL: nothing here is about how people are added."""
    columns = [column._meta.db_column_name for column in table._meta.columns if column._meta.name != "id"]
    values = [changed.get(name, f"t.{name}") for name in columns]
    return f"INSERT INTO {table._meta.tablename} ({', '.join(columns)}) SELECT {', '.join(values)} FROM {table._meta.tablename} t"


@pytest.fixture
async def survey(world, people):
    """Forty held at Wetherby in September. 30 of 36 say that they were assaulted; 12 are recorded as harmed in an assault and 6 more in bullying."""
    start = await DB.fetchval("SELECT max(id) FROM young_person")
    await DB.execute(copied(YoungPerson, {"given_names": "'Number ' || n"}) + f", generate_series(2, {HELD}) n WHERE t.id = {world.kai.id}")
    stay = {"young_person": "y.id", "arrived_at": f"'{KAI_ARRIVED}'"}
    await DB.execute(copied(Placement, stay) + f", young_person y WHERE t.young_person = {world.kai.id} AND y.id > {start}")
    refs = [young_person_ref(world.kai.id), *(young_person_ref(start + n) for n in range(1, HELD))]
    for kind, who in (("assault", refs[:12]), ("bullying", refs[12:18]), ("self_harm", refs[:1])):
        await submit(world.dan, *(involve(ref, "hurt_self" if kind == "self_harm" else "harmed") for ref in who), kind=kind, happened_at=IN_SEPTEMBER)
    for n in range(6):  # who was hit is not recorded
        fought = [involve(refs[2 * n], "took_part"), involve(refs[2 * n + 1], "took_part")]
        await submit(world.dan, *fought, kind="assault", answers=FIGHT, happened_at=IN_SEPTEMBER)
    for n in range(5):
        staff = [{"role": "staff_alleged", "name": "Cleo" if n == 0 else "A night officer"}]
        await submit(world.dan, involve(refs[n], "concerned"), kind="staff_allegation", staff=staff, happened_at=IN_SEPTEMBER)
    rows = ["yes,yes,yes,no,yes,yes" if n < 30 else "no,no,no,yes,no,no" for n in range(36)]
    new = ImportSurvey(questionnaire="children-custody", establishment="WYI", fielded="2026-09", held=HELD)
    done = await actions.import_survey(by=Operator(), new=new, source="\n".join([ANSWERS, *rows, ""]).encode(), name="wave.csv")
    return done.survey


def by_question(answer):
    return {row["question"]: row for row in answer.json()["questions"]}


async def test_a_script_reads_what_is_said_beside_what_is_recorded(script_of, survey):
    answer = await (await script_of("femi")).get(f"/api/v1/surveys/{survey}/records")
    assert answer.status_code == 200, answer.text
    rows = by_question(answer)
    assert set(rows) == {"bullied-by-children", "children-assault", "hurt-by-staff", "hurt-self-here", "first-time"}  # not whether they feel unsafe
    assault = rows["children-assault"]
    assert (answer.json()["held"], assault["said"]["percent"], assault["recorded"]["percent"], assault["points"]) == (HELD, 83.3, 30.0, 53.3)
    assert (assault["recorded"]["base"], assault["verdict"]) == (HELD, "more say so than is recorded")
    assert assault["low"] < assault["points"] < assault["high"]
    assert assault["lacking"] == "6 of 7 such records name no young person in that part."
    assert rows["bullied-by-children"]["recorded"]["percent"] == 45.0
    assert rows["hurt-by-staff"]["recorded"]["percent"] == 12.5
    for question in ("hurt-self-here", "first-time"):
        assert (rows[question]["recorded"], rows[question]["points"], bool(rows[question]["hidden"])) == (None, None, True)
    event = await DB.fetchrow("SELECT subject FROM audit_entry WHERE event = 'survey:against-records'")
    assert event["subject"] == survey


async def test_an_allegation_against_a_lead_is_not_counted_for_them(script_of, survey):
    """Five are recorded; of those that exist for Cleo there are four, which are hidden."""
    for_cleo = by_question(await (await script_of("cleo")).get(f"/api/v1/surveys/{survey}/records"))["hurt-by-staff"]
    assert (for_cleo["recorded"], for_cleo["lacking"][:12]) == (None, "Fewer than 5")


async def test_what_was_set_aside_or_came_later_is_not_counted(script_of, survey):
    await DB.execute("UPDATE incident SET status = 'not_reportable' WHERE kind = 'bullying'")
    await DB.execute("UPDATE incident SET happened_at = '2026-10-01 12:00+00' WHERE kind = 'staff_allegation'")
    rows = by_question(await (await script_of("femi")).get(f"/api/v1/surveys/{survey}/records"))
    assert rows["bullied-by-children"]["recorded"]["percent"] == rows["children-assault"]["recorded"]["percent"] == 30.0
    assert rows["hurt-by-staff"]["recorded"] is None


async def test_the_page_says_it_in_words_and_the_file_holds_it(browser_of, survey):
    browser = await browser_of("cleo")
    assert f'href="/surveys/{survey}/records"' in (await browser.get(f"/surveys/{survey}")).text
    page = (await browser.get(f"/surveys/{survey}/records")).text
    for words in ("More say so than is recorded", "+53 points", "83%", "of 40", "What is recorded is of few young people", "Newcombe"):
        assert words in page
    assert "YP-" not in page
    answer = await browser.get(f"/surveys/{survey}/records/download")
    rows = {row["question"]: row for row in csv.DictReader(io.StringIO(answer.text.lstrip("\ufeff")))}
    assert (rows["children-assault"]["points"], rows["hurt-self-here"]["recorded_percent"]) == ("53.3", "")
    event = await DB.fetchrow("SELECT detail FROM audit_entry WHERE event = 'survey:exported'")
    assert json.loads(event["detail"]) == {"against": "records"}


async def test_where_nobody_is_recorded_as_held(browser_of):
    new = ImportSurvey(questionnaire="children-custody", establishment="WNI", fielded="2026-09")
    data = "\n".join([ANSWERS, *["yes,yes,yes,no,yes,yes"] * 12, *["no,no,no,no,no,no"] * 12, ""]).encode()
    done = await actions.import_survey(by=Operator(), new=new, source=data, name="wave.csv")
    page = (await (await browser_of("femi")).get(f"/surveys/{done.survey}/records")).text
    assert "Fewer than 10: too few to show what is recorded" in page
    assert "Fewer than 10 were held that month" in page


async def test_a_questionnaire_that_matches_nothing_says_so(browser_of):
    data = "\n".join(["unsafe_ever", *["yes"] * 12, *["no"] * 12, ""]).encode()
    new = ImportSurvey(questionnaire="children-custody", establishment="WYI", fielded="2026-08")
    done = await actions.import_survey(by=Operator(), new=new, source=data, name="other.csv")
    assert "No question of this survey matches a recorded fact." in (await (await browser_of("cleo")).get(f"/surveys/{done.survey}/records")).text


async def test_by_role_and_scope(browser_of, survey):
    statuses = {"cleo": 200, "femi": 200, "jay": 200, "wes": 404, "stan": 404, "dan": 403, None: 303}
    for who, status in statuses.items():
        browser = await browser_of(who)
        found = {(await browser.get(f"/surveys/{survey}/{path}")).status_code for path in ("records", "records/download")}
        assert found == {status}, who
