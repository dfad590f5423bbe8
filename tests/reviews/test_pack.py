"""What agencies take to a meeting: what the reader sees of each case, without the names of other young people; each download is recorded."""

import io
import json

import pikepdf
import pymupdf
import pytest

from tests.world import TODAY
from yosafe.audit.record import Operator
from yosafe.db.engine import DB
from yosafe.people.access import young_person_ref
from yosafe.people.hiding import Hidden
from yosafe.reviews import meeting_actions as meetings
from yosafe.reviews.access import get_case_for
from yosafe.reviews.actions import refresh_flags
from yosafe.reviews.meeting_schemas import AgreeAction, ArrangeReview, GiveView, ListCase

PACK = "/reviews/RV-000001/pack"


@pytest.fixture
async def listed(world):
    await refresh_flags(by=Operator("system"), as_of=TODAY)
    review = await meetings.arrange_review(by=world.cleo, new=ArrangeReview(meets_on=TODAY, chair="Cleo Adams"))
    new = ListCase(young_person=young_person_ref(world.kai.id), because="Talked of every week.")
    await meetings.list_case(by=world.cleo, review=review, new=new)
    _, case = await get_case_for(world.cleo, "RV-000001", 1)
    await meetings.give_view(by=world.esi, case=case, new=GiveView(view="He asked to stay.", dissents=True))
    action = AgreeAction(what="Book a visit.", owner_agency="leeds-yot", owner_name="Amina", due_on=TODAY)
    await meetings.agree_action(by=world.cleo, review=review, case=case, new=action)


@pytest.mark.parametrize(("who", "status"), [("cleo", 200), ("amina", 200), ("jay", 200), ("dan", 200), ("ben", 404), ("ivy", 404), ("femi", 403)])
async def test_who_reads_a_pack(world, listed, client, who, status):
    answer = await (await client(world[who])).get(PACK)
    assert answer.status_code == status
    if status == 200:
        for words in ("Talked of every week.", "He asked to stay.", "does not agree", "Book a visit.", "Held at", "Since 7 July 2026", "None before"):
            assert words in answer.text


async def test_a_pack_as_pdf_is_tagged_and_its_download_is_recorded(world, listed, client, api, amina, dan):
    assert (await (await client(dan)).get(f"{PACK}/file")).status_code == 403  # officers take nothing out
    made = await (await client(amina)).get(f"{PACK}/file")
    with pikepdf.open(io.BytesIO(made.content)) as document:
        assert document.Root.MarkInfo.Marked
    with pymupdf.open(stream=made.content) as document:
        text = "".join(page.get_text() for page in document)
    for words in ("Case 1: Morton, Kai", "He asked to stay.", "Book a visit.", "Made for Amina, Leeds YOT"):
        assert words in text
    entry = await DB.fetchrow("SELECT detail::text FROM audit_entry WHERE event = 'review:exported'")
    assert json.loads(entry["detail"]) == {"what": "pack", "young_people": [world.kai.id]}
    found = (await (await api(amina)).get("/api/v1/reviews/RV-000001/pack")).json()
    assert [(one["name"], len(one["views"]), len(one["actions"])) for one in found["cases"]] == [("Morton, Kai", 1, 1)]


async def test_nothing_that_was_written_in_a_pack_names_another_young_person(world, listed, api, amina, monkeypatch):
    async def tied(young_person):
        return Hidden(["Zebedee"])

    monkeypatch.setattr("yosafe.reviews.pack.queries.hidden_names", tied)
    await DB.execute("UPDATE review_case SET listed_because = 'Bullied by Zebedee.'")
    await DB.execute(
        "UPDATE action SET what = 'Ask Zebedee.', cancel_reason = 'Zebedee has left.', cancel_asked_at = now(), cancel_asked_by = $1", world.cleo.id
    )
    answer = await (await api(amina)).get("/api/v1/reviews/RV-000001/pack")
    assert "Zebedee" not in answer.text
    assert answer.json()["agenda"]["cases"][0]["because"] == "Bullied by another young person."
