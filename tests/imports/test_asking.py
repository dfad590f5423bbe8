"""A row that is very likely of someone who is recorded waits until it is said whether it is the same: then it is known, or comes in."""

import re

import pytest

from tests.imports.files import brought, table
from tests.imports.test_targets import HEADS, PEOPLE
from yosafe.audit.verify import verify
from yosafe.errors import Conflict, Invalid, NotFound, Stale
from yosafe.imports import asking
from yosafe.imports.access import get_run_for
from yosafe.imports.actions import undo
from yosafe.imports.schemas import AnswerQuestion

BECAUSE = "Another boy of that name, of other parents"


@pytest.fixture
async def waits(world, tmp_path):
    """An import of Amina's with one who is new and one who is called and born as Kai is; and its file again."""
    rows = [
        ["1", "Adeyemi", "Tobi", "03/02/2010", "M", "LDS", "B1111BB", "", ""],
        ["2", "Morton", "Kai", f"{world.kai.date_of_birth:%d/%m/%Y}", "M", "LDS", "C2222CC", "", ""],
    ]
    done = await brought(world.amina, PEOPLE, table(HEADS, *rows), tmp_path)
    assert (done.made, done.questions) == (1, 1)
    return await get_run_for(world.amina, done.run), rows


def same(world, **more):
    return AnswerQuestion(same=f"YP-{world.kai.id:06d}", **more)


async def counted(db, run):
    return tuple(await db.fetchrow("SELECT made, known, refused, (SELECT count(*) FROM young_person) AS there FROM import_run WHERE id = $1", run.id))


@pytest.mark.parametrize("which", ["same", "another"])
async def test_what_is_answered_is_kept_and_not_asked_again(world, waits, db, tmp_path, which):
    run, rows = waits
    before = await counted(db, run)
    [asked] = await asking.questions(world.amina, run)
    assert (asked.row, asked.family_name, [one.ref for one in asked.candidates]) == (3, "Morton", [f"YP-{world.kai.id:06d}"])
    assert "same date of birth" in " ".join(asked.candidates[0].reasons).lower()
    answer = same(world) if which == "same" else AnswerQuestion(because=BECAUSE)
    person = await asking.answer_question(by=world.amina, run=run, row=3, answer=answer, version=run.version)
    made, known, refused, there = before
    assert await counted(db, run) == ((made, known + 1, refused - 1, there) if which == "same" else (made + 1, known, refused - 1, there + 1))
    assert (person == world.kai.id) is (which == "same")
    entry = await db.fetchrow("SELECT young_person, detail::jsonb ->> 'answer' AS answer FROM audit_entry WHERE event = 'import:answered'")
    assert tuple(entry) == (person, which)
    assert await db.fetchval("SELECT count(*) FROM not_same WHERE reason = $1", BECAUSE) == (which == "another")
    assert await asking.waiting(run.id) == 0
    again = await brought(world.amina, PEOPLE, table(HEADS, *rows), tmp_path)
    assert (again.made, again.known, again.questions) == (0, 2, 0)
    now = await get_run_for(world.amina, run.id)
    assert await undo(by=world.amina, run=now, version=now.version) == (1 if which == "same" else 2)
    assert await db.fetchval("SELECT count(*) FROM young_person WHERE id = $1", world.kai.id) == 1
    assert (await verify()).faults == ()


async def test_what_can_not_be_answered_is_refused_and_nothing_is_written(world, waits, db):
    run, _ = waits
    before = await counted(db, run)
    for row, answer, version, error in (
        (3, AnswerQuestion(), run.version, Invalid),
        (3, AnswerQuestion(same=f"YP-{world.nia.id:06d}"), run.version, Invalid),
        (2, same(world), run.version, NotFound),
        (3, same(world), run.version + 1, Stale),
    ):
        with pytest.raises(error):
            await asking.answer_question(by=world.amina, run=run, row=row, answer=answer, version=version)
    await db.execute("""UPDATE import_refusal SET said = jsonb_set(said, '{values,sex}', '"none"')""")
    with pytest.raises(Invalid, match="Sex: "):  # what is no code any more: the row can't come in as it is
        await asking.answer_question(by=world.amina, run=run, row=3, answer=AnswerQuestion(because=BECAUSE), version=run.version)
    assert await counted(db, run) == before


async def test_of_all_or_none_no_row_comes_in_by_itself(world, tmp_path):
    row = ["2", "Morton", "Kai", f"{world.kai.date_of_birth:%d/%m/%Y}", "M", "LDS", "", "", ""]
    done = await brought(world.amina, PEOPLE, table(HEADS, row), tmp_path, mode="all")
    run = await get_run_for(world.amina, done.run)
    with pytest.raises(Conflict, match="one by one"):
        await asking.answer_question(by=world.amina, run=run, row=2, answer=same(world), version=run.version)


async def test_by_page_and_by_api(world, waits, client, api, db):
    run, _ = waits
    browser, script, here = await client(world.amina), await api(world.amina), f"/imports/{run.id}"
    assert "1 row waits for your answer" in (await browser.get(here)).text
    page = await browser.get(f"{here}/questions")
    assert "Morton, Kai" in page.text
    kai = f"YP-{world.kai.id:06d}"
    assert kai in page.text
    for form, says in (({}, "Select whether it is the same"), ({"same-3": "another"}, "Say why this is another child")):
        refused = await browser.send_form(f"{here}/questions/3", {"version": str(run.version), **form})
        assert (refused.status_code, says in refused.text) == (422, True), refused.text
    stale = await browser.send_form(f"{here}/questions/3", {"version": "1", "same-3": kai})
    assert stale.status_code == 412
    shown = await script.get(f"/api/v1{here}/questions")
    assert (shown.json()["waiting"], shown.json()["rows"][0]["row"]) == (1, 3)
    assert (await script.post(f"/api/v1{here}/questions/3", json={"same": kai})).status_code == 428
    sent = await browser.send_form(f"{here}/questions/3", {"version": str(run.version), "same-3": "another", "because-3": BECAUSE})
    assert sent.status_code == 303, sent.text
    assert (await browser.get(f"{here}/questions")).headers["location"] == here
    gone = await script.post(f"/api/v1{here}/questions/3", json={"same": kai}, headers={"If-Match": f'"{run.version + 1}"'})
    assert gone.status_code == 404
    assert (await (await api(world.ben)).get(f"/api/v1{here}/questions")).status_code == 404
    assert not re.search("Morton|Kai", await db.fetchval("SELECT detail FROM audit_entry WHERE event = 'import:answered'"))
