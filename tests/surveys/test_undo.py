"""An import is taken back as one step for seven days."""

import asyncio
import datetime as dt
import json

import pytest

from tests.surveys.conftest import token_in, wave
from yosafe import clock
from yosafe.audit.record import Operator
from yosafe.db.engine import DB
from yosafe.errors import Conflict, NotFound, Refused
from yosafe.surveys import actions
from yosafe.surveys.comments import actions as comments
from yosafe.surveys.comments.access import comment_ref, get_comment_for
from yosafe.surveys.comments.schemas import AnswerComment, MarkComment, SayRead
from yosafe.surveys.schemas import ImportSurvey

WEEK = dt.timedelta(days=7)


async def brought_in(establishment: str = "WYI") -> int:
    new = ImportSurvey(questionnaire="children-custody", establishment=establishment, fielded="2026-05")
    done = await actions.import_survey(by=Operator(), new=new, source=wave(), name="w.csv")
    assert done.survey is not None
    return done.survey


async def left():
    return await DB.fetchval("SELECT (SELECT count(*) FROM survey) + (SELECT count(*) FROM survey_column)")


@pytest.mark.parametrize(
    ("who", "raises"), [("cleo", None), ("femi", None), ("wes", NotFound), ("jay", Refused), ("dan", NotFound), ("stan", NotFound)]
)
async def test_who_may_take_it_back(people, who, raises):
    survey = await brought_in()
    if raises is not None:
        with pytest.raises(raises):
            await actions.undo_import(by=people[who], survey_id=survey)
        assert await left() == 4
        return
    await actions.undo_import(by=people[who], survey_id=survey)
    assert await left() == 0
    row = await DB.fetchrow("SELECT actor, subject, detail FROM audit_entry WHERE event = 'survey:undone'")
    assert (row["actor"], row["subject"]) == (people[who].id, survey)
    assert json.loads(row["detail"]) == {"questionnaire": "children-custody", "establishment": "WYI", "rows": 50, "files": 1}
    assert await brought_in() > survey


@pytest.mark.parametrize(("later", "allowed"), [(WEEK, True), (WEEK + dt.timedelta(seconds=1), False)])
async def test_for_seven_days(people, later, allowed):
    survey = await brought_in()
    at = await DB.fetchval("SELECT recorded_at FROM survey") + later
    with clock.stopped_at(at):
        if allowed:
            await actions.undo_import(by=people["cleo"], survey_id=survey)
        else:
            with pytest.raises(Conflict, match="more than 7 days ago"):
                await actions.undo_import(by=people["cleo"], survey_id=survey)
    assert await left() == (0 if allowed else 4)


@pytest.mark.parametrize(
    ("done", "says"),
    [
        ("", None),
        ("read", "2 texts have been read."),
        ("marked", r"2 texts have been read, 1 marked as a possible disclosure \(the first is CM-000001\)."),
        ("answered", "and of 1 it is recorded what was done."),
    ],
)
async def test_what_was_written_goes_too_unless_something_was_built_on_it(people, browser_of, done, says):
    """Read, marked so that the safeguarding lead had to do something, or done: what rests on it is named, and nothing goes."""
    new = ImportSurvey(questionnaire="children-custody", establishment="WYI", fielded="2026-05")
    written = b"unsafe_ever,comments\nyes,Written\nno,And more\n"
    survey = (await actions.import_survey(by=Operator(), new=new, source=written, name="w.csv")).survey
    if not done:
        await actions.undo_import(by=people["cleo"], survey_id=survey)
        assert await DB.fetchval("SELECT count(*) FROM survey_comment") == 0
        return
    refs = [comment_ref(row["id"]) for row in await DB.fetch("SELECT id FROM survey_comment ORDER BY id")]
    await comments.say_read(by=people["cleo"], said=SayRead(comments=refs))
    if done != "read":
        comment = await get_comment_for(people["cleo"], refs[0])
        await comments.mark_comment(
            by=people["cleo"], comment=comment, mark=MarkComment(reason="It tells of harm at night."), version=comment.version
        )
    if done == "answered":
        comment, today = await get_comment_for(people["cleo"], refs[0]), clock.today()
        answer = AnswerComment(done="All on the wing were seen alone.", done_on=today, done_by="Cleo")
        await comments.answer_comment(by=people["cleo"], comment=comment, answer=answer, version=comment.version)
    with pytest.raises(Conflict, match=f"something was built on it. Of what young people wrote in it.*{says}"):
        await actions.undo_import(by=people["cleo"], survey_id=survey)
    assert await DB.fetchval("SELECT (SELECT count(*) FROM survey) + (SELECT count(*) FROM survey_comment)") == 3
    cleo = await browser_of("cleo")
    assert "This survey stays" in (await cleo.get(f"/surveys/{survey}/undo")).text


async def test_twice_at_once_it_is_done_once(people):
    survey = await brought_in()
    done = await asyncio.gather(*(actions.undo_import(by=people["cleo"], survey_id=survey) for _ in range(3)), return_exceptions=True)
    assert sorted(type(one).__name__ for one in done) == ["NoneType", "NotFound", "NotFound"]
    assert await DB.fetchval("SELECT count(*) FROM audit_entry WHERE event = 'survey:undone'") == 1


async def test_on_the_page_and_by_api(browser_of, script_of):
    survey, cleo = await brought_in(), await browser_of("cleo")
    assert f"/surveys/{survey}/undo" in (await cleo.get(f"/surveys/{survey}")).text
    shown = await cleo.get(f"/surveys/{survey}/undo")
    assert "Undo the import of 50 rows" in shown.text
    done = await cleo.post(f"/surveys/{survey}/undo", data={"_csrf_token": token_in(shown)})
    assert done.headers["location"] == "/surveys?done=undone"
    assert "The import was undone" in (await cleo.get(done.headers["location"])).text
    script, again = await script_of("femi"), await brought_in()
    assert (await script.post(f"/api/v1/surveys/{again}/undo")).status_code == 204
    assert (await script.post(f"/api/v1/surveys/{again}/undo")).status_code == 404
