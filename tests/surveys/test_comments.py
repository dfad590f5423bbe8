"""What young people write in a survey: kept apart, read by few, passed on where it may hold a disclosure, and answered."""

import contextlib
import datetime as dt
import json
import re

import pytest

from tests.world import TODAY
from yosafe.audit.record import Operator
from yosafe.db.engine import DB
from yosafe.errors import Conflict
from yosafe.importing.reading import read_table
from yosafe.surveys import actions
from yosafe.surveys.comments.actions import say_read
from yosafe.surveys.comments.rules import comments_in
from yosafe.surveys.comments.schemas import SayRead
from yosafe.surveys.questionnaire import load
from yosafe.surveys.schemas import ImportSurvey

HARMED = "One of the night staff comes in when nobody is there"
WORDS = [f"The food is cold on day {n}" for n in range(30)]
WHY = "It tells of a member of staff in a cell at night."
ANSWER = {"done": "Every boy on the wing was seen alone.", "done_on": TODAY.isoformat(), "done_by": "Cleo and a nurse"}
API = "/api/v1/survey-comments"


def file_of(words):
    return "\n".join(["unsafe_ever,comments,age", *(f'yes,"{text}",16' for text in words), ""]).encode()


async def brought_in(place="WYI", words=None, month="2026-08", **more):
    new = ImportSurvey(questionnaire="children-custody", establishment=place, fielded=month, **more)
    return (await actions.import_survey(by=Operator(), new=new, source=file_of(words or [HARMED, *WORDS, "", "99"]), name="wave.csv")).survey


async def reference(words=HARMED):
    return f"CM-{await DB.fetchval('SELECT id FROM survey_comment WHERE words = $1', words):06d}"


@pytest.fixture
async def survey(people):
    return await brought_in()


async def test_texts_are_kept_apart_from_answers_and_out_of_order(survey):
    rows = await DB.fetch("SELECT * FROM survey_comment ORDER BY id")
    assert sorted(row["words"] for row in rows) == sorted([HARMED, *WORDS])  # none for an empty cell or a missing code
    assert [row["words"] for row in rows] != [HARMED, *WORDS]  # 1 in 31! by chance
    columns = await DB.fetch("SELECT column_name FROM information_schema.columns WHERE table_name = 'survey_comment'")
    assert not {"respondent", "row_number"} & {row["column_name"] for row in columns}
    detail = await DB.fetchval("SELECT detail FROM audit_entry WHERE event = 'survey:imported'")
    assert json.loads(detail)["comments"] == 31
    assert HARMED not in detail


def test_a_shuffle_is_another_each_time_and_holds_what_a_refused_row_says():
    table = read_table(b"unsafe_ever,comments\n" + b"".join(b"yes,text %d\n" % n for n in range(40)) + b"nonsense,of a refused row\n", name="x.csv")
    first, second = comments_in(table, load("children-custody")), comments_in(table, load("children-custody"))
    assert first != second
    assert sorted(first) == sorted(second)
    assert "of a refused row" in {one.words for one in first}


def test_a_file_without_such_a_column_or_a_questionnaire_without_comments_has_none():
    assert comments_in(read_table(b"unsafe_ever\nyes\nno\n", name="x.csv"), load("children-custody")) == []
    assert comments_in(read_table(b"comments\nyes\nno\n", name="x.csv"), load("syc1987")) == []


async def test_a_lead_reads_marks_and_answers_by_api(script_of, survey):
    cleo, ref = await script_of("cleo"), await reference()
    found = (await cleo.get(f"{API}?limit=100&survey={survey}")).json()["items"]
    assert {one["words"] for one in found} == {HARMED, *WORDS}
    assert not {"survey", "row", "answers", "respondent"} & set(found[0])
    seen = json.loads(await DB.fetchval("SELECT detail FROM audit_entry WHERE event = 'survey-comment:read'"))
    assert len(seen["comments"]) == 31
    refs = [one["ref"] for one in found if one["ref"] != ref]
    assert (await cleo.post(f"{API}/read", json={"comments": refs})).json() == {"read": 30}
    assert (await cleo.post(f"{API}/read", json={"comments": refs})).json() == {"read": 0}
    left = (await cleo.get(API)).json()["items"]
    assert [one["ref"] for one in left] == [ref]
    marked = await cleo.post(f"{API}/{ref}/mark", json={"reason": WHY}, headers={"If-Match": '"1"'})
    assert (marked.status_code, marked.json()["state"], marked.json()["marked"]["reason"]) == (200, "marked", WHY)
    answered = await cleo.post(f"{API}/{ref}/answer", json=ANSWER, headers={"If-Match": '"2"'})
    assert (answered.status_code, answered.json()["state"], answered.json()["answer"]["who"]) == (200, "answered", "Cleo and a nurse")
    trail = [row["event"] for row in await DB.fetch("SELECT event FROM audit_entry WHERE event LIKE 'survey-comment:%' ORDER BY id")]
    assert [event for event in trail if event != "survey-comment:read"] == [
        "survey-comment:said-read", "survey-comment:marked", "survey-comment:answered",
    ]  # fmt: skip
    assert not await DB.fetchval("SELECT count(*) FROM audit_entry WHERE young_person IS NOT NULL AND event LIKE 'survey-comment:%'")


async def test_what_can_not_be_is_refused_and_writes_nothing(script_of, survey):
    cleo, femi, ref = await script_of("cleo"), await script_of("femi"), await reference()
    elsewhere = await brought_in("WNI", ["Someone at Werrington wrote this"])
    other = await reference("Someone at Werrington wrote this")
    first = {"If-Match": '"1"'}
    assert (await cleo.post(f"{API}/{ref}/answer", json=ANSWER, headers=first)).status_code == 409  # not marked
    assert (await cleo.post(f"{API}/{ref}/mark", json={"reason": "short"}, headers=first)).status_code == 422
    assert (await cleo.post(f"{API}/{ref}/mark", json={"reason": WHY}, headers={"If-Match": '"9"'})).status_code == 412
    assert (await cleo.post(f"{API}/{other}/mark", json={"reason": WHY}, headers=first)).status_code == 404
    assert (await cleo.post(f"{API}/read", json={"comments": [ref, other]})).status_code == 404
    assert (await cleo.get(f"{API}?survey={elsewhere}&state=all")).json()["items"] == []
    assert (await cleo.get(f"{API}?state=nonsense")).status_code in (400, 422)
    assert not await DB.fetchval("SELECT count(*) FROM survey_comment WHERE read_at IS NOT NULL OR version > 1")
    assert (await femi.post(f"{API}/{ref}/mark", json={"reason": WHY}, headers=first)).status_code == 200
    again = await cleo.post(f"{API}/{ref}/mark", json={"reason": WHY}, headers={"If-Match": '"2"'})
    assert again.status_code == 409
    assert (await femi.post(f"{API}/{ref}/answer", json=ANSWER, headers={"If-Match": '"2"'})).status_code == 403
    for day in (TODAY + dt.timedelta(days=1), TODAY - dt.timedelta(days=1)):  # to come; before it was marked
        sent = await cleo.post(f"{API}/{ref}/answer", json={**ANSWER, "done_on": day.isoformat()}, headers={"If-Match": '"2"'})
        assert (sent.status_code, sent.json()["errors"][0]["key"]) == (422, "done_on")


async def test_an_inspector_marks_and_the_lead_has_a_task_until_it_is_answered(browser_of, survey):
    ref = await reference()
    femi, cleo, wes = await browser_of("femi"), await browser_of("cleo"), await browser_of("wes")
    sent = await femi.send_form(f"/surveys/comments/{ref}/mark", {"reason": WHY, "version": "1"})
    assert (sent.status_code, sent.headers["location"]) == (303, f"/surveys/comments/{ref}?done=marked")
    assert "has been told" in (await femi.get(f"/surveys/comments/{ref}")).text
    home, notices = (await cleo.get("/")).text, (await cleo.get("/notices")).text
    assert HARMED in home
    assert ("A comment in a survey may hold a disclosure" in notices, HARMED in notices) == (True, False)
    assert HARMED not in (await wes.get("/")).text
    assert "may hold a disclosure" not in (await wes.get("/notices")).text
    page = (await cleo.get(f"/surveys/comments/{ref}")).text
    for words in (HARMED, WHY, "Wetherby", "August 2026", "What was done?"):
        assert words in page
    form = {"done": ANSWER["done"], "done_by": "Cleo", "version": "2"}
    refused = await cleo.send_form(f"/surveys/comments/{ref}/answer", form)
    assert (refused.status_code, ANSWER["done"] in refused.text, 'href="#done_on-day"' in refused.text) == (422, True, True)
    day = {"done_on-day": str(TODAY.day), "done_on-month": str(TODAY.month), "done_on-year": str(TODAY.year)}
    assert (await cleo.send_form(f"/surveys/comments/{ref}/answer", form | day | {"version": "1"})).status_code == 412
    assert (await cleo.send_form(f"/surveys/comments/{ref}/answer", form | day)).status_code == 303
    assert HARMED not in (await cleo.get("/")).text
    assert "A comment in a survey may hold a disclosure" not in (await cleo.get("/notices")).text


async def test_the_list_on_the_page_and_its_file(browser_of, survey):
    cleo = await browser_of("cleo")
    assert "31 comments, 31 unread" in (await cleo.get(f"/surveys/{survey}")).text
    page = (await cleo.get("/surveys/comments")).text
    assert "I have read the 31 unread comments on this page" in page
    shown = re.findall(r'name="comment" value="(CM-\d+)"', page)
    assert (await cleo.send_form("/surveys/comments/read", {"comment": shown})).status_code == 303
    assert "There is no comment that is unread" in (await cleo.get("/surveys/comments")).text
    file = await cleo.get("/surveys/comments/export?state=read")
    assert (file.status_code, "CM-0" in file.text, "food" in file.text) == (200, True, False)  # the words stay here
    assert (await cleo.get("/surveys/comments?survey=nonsense")).status_code == 422


@pytest.mark.parametrize("read", [False, True])
async def test_a_survey_that_is_taken_back_takes_what_nobody_has_read(survey, people, read):
    if read:
        await say_read(by=people["cleo"], said=SayRead(comments=[await reference()]))
    for table in ("survey_file", "survey_column"):
        await DB.execute(f"DELETE FROM {table} WHERE survey = $1", survey)
    with pytest.raises(Conflict) if read else contextlib.nullcontext():
        await DB.execute("DELETE FROM survey WHERE id = $1", survey)
    assert await DB.fetchval("SELECT count(*) FROM survey_comment") == (31 if read else 0)


async def test_by_role_and_scope(browser_of, survey):
    ref = await reference()
    for who, statuses in {"cleo": (200, 200), "femi": (200, 200), "wes": (200, 404), "jay": (403, 403), "dan": (403, 403), None: (303, 303)}.items():
        browser = await browser_of(who)
        assert tuple([(await browser.get(path)).status_code for path in ("/surveys/comments", f"/surveys/comments/{ref}")]) == statuses, who
