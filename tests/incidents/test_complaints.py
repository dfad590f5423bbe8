"""Complaints: the answer in words, the appeal, the confidential channel, and the harm that a complaint tells of."""

import datetime as dt
from typing import Any

import pytest

from tests.incidents.make import again, another, incident, involve, report, rows_in_all_tables
from tests.incidents.working import answered, complained, lou, take
from tests.world import NOW, TODAY, ClientFor, World
from yosafe import clock
from yosafe.accounts.viewer import User
from yosafe.audit.record import Operator
from yosafe.db.engine import DB
from yosafe.errors import Conflict, Invalid, NotFound, Refused
from yosafe.forms.structs import to_struct
from yosafe.incidents import queries as incidents
from yosafe.incidents.access import get_incident_for
from yosafe.incidents.complaints.actions import record_content
from yosafe.incidents.complaints.linking import linked
from yosafe.incidents.complaints.queries import ComplaintFilter, complaints, figures
from yosafe.incidents.complaints.schemas import RecordContent, ShareOut
from yosafe.incidents.correcting import correct
from yosafe.incidents.record import record_of
from yosafe.incidents.schemas import CorrectIncident, NameStaff, SubmitIncident
from yosafe.incidents.staffing import add_staff
from yosafe.incidents.submitting import submit_incident
from yosafe.people.chronology import Wanted, entries
from yosafe.people.clock_queries import clocks_for
from yosafe.reviews.actions import refresh_flags

SEALED = {"channel": "sealed_lead"}


async def clocks() -> dict[str, bool]:
    """Whether each was met."""
    return {
        row["clock"]: row["met"]
        for row in await DB.fetch("SELECT clock, met_at IS NOT NULL AS met FROM clock WHERE clock LIKE 'complaint-%' ORDER BY id")
    }


async def test_answered_in_words_appealed_and_answered_again(world: World) -> None:
    other, found = await lou(), await complained(world)
    with pytest.raises(Invalid, match="the answer in words"):
        await take("conclude", found, by=world.cleo, finding="not_upheld")
    found = await take("conclude", found, by=world.cleo, finding="not_upheld", answer="We found nothing wrong with the food.")
    seen = (await record_of(world.dan, await again(world.dan, found))).complaint
    assert seen is not None
    assert (seen.may_appeal_by, seen.appeal_to) == (dt.date(2026, 10, 19), None)
    found = await take("appeal", found, by=world.cleo, appeal_to="governor", comment="Nobody asked me.")
    assert await clocks() == {"complaint-acknowledged": True, "complaint-answered": True, "complaint-appeal-answered": False}
    with pytest.raises(Conflict, match="waits for its answer"):
        await take("close", found, by=other)
    with pytest.raises(Refused, match="someone else must look"):
        await take("answer_appeal", found, by=world.cleo, finding="upheld", answer="You were right.")
    found = await take("answer_appeal", found, by=other, finding="upheld", answer="You were right. We are sorry.")
    assert (await clocks())["complaint-appeal-answered"] is True
    seen = (await record_of(world.cleo, found)).complaint
    assert seen is not None
    assert [(a.appeal, a.outcome, a.by) for a in seen.answers] == [(False, "not_upheld", "Cleo"), (True, "upheld", "Lou")]
    assert found.finding == "upheld"
    assert (await take("close", found, by=other)).status == "closed"
    with clock.stopped_at(NOW + dt.timedelta(days=1)):
        assert (await take("appeal", await again(world.cleo, found), by=world.cleo, appeal_to="ombudsman")).status == "concluded"


async def test_whether_they_are_content_is_asked_once_it_is_answered(world: World) -> None:
    found = await complained(world)
    with pytest.raises(Conflict, match="no answer in words"):
        await record_content(RecordContent(content="yes"), by=world.dan, incident=found)
    found = await take("conclude", found, by=world.cleo, finding="upheld", answer="You were right.")
    for wrong in ({"content": "perhaps"}, {"content": "yes", "asked_on": TODAY - dt.timedelta(days=1)}):
        with pytest.raises(Invalid):
            await record_content(RecordContent(**wrong), by=world.dan, incident=found)  # type: ignore[arg-type]  # a table of odd cases
    for content, words in (("not_asked", None), ("no", "It took too long.")):
        await record_content(RecordContent(content=content, words=words), by=world.dan, incident=found)
    seen = (await record_of(world.cleo, found)).complaint
    assert seen is not None
    assert [(one.content, one.words, one.by) for one in seen.content] == [("not_asked", None, "Dan"), ("no", "It took too long.", "Dan")]
    with pytest.raises(Conflict, match="Only of a complaint"):
        await record_content(RecordContent(content="yes"), by=world.dan, incident=await incident(world.dan, involve(world.kai, "harmed")))


# The confidential channel.


async def all_that_is_seen(viewer: User, world: World, client: ClientFor) -> str:
    """Every page and list on which a complaint of Kai's could show."""
    browser = await client(viewer)
    paths = (
        "/", "/incidents", "/complaints", "/complaints?state=all", "/clocks", "/clocks?state=met", "/investigations", "/children/YP-000001",
        "/children/YP-000001/incidents", "/children/YP-000001/chronology", "/risks", "/api/v1/complaints?state=all", "/api/v1/complaints/figures",
        "/api/v1/incidents", "/api/v1/young-people/YP-000001/chronology",
    )  # fmt: skip
    return "".join([(await browser.get(path)).text for path in paths])


async def test_the_wing_never_learns_of_a_sealed_complaint(world: World, client: ClientFor) -> None:
    """Not its content, not that it exists: what others see is the same as before, wherever it is looked for, also when it is late."""
    watchers = (world.dan, world.amina)
    with clock.stopped_at(NOW + dt.timedelta(days=30)):
        before = [await all_that_is_seen(who, world, client) for who in watchers]
    found = await complained(world, world.cleo, channel="sealed_outside")
    with clock.stopped_at(NOW + dt.timedelta(days=30)):
        await refresh_flags(by=Operator("system"))
        after = [await all_that_is_seen(who, world, client) for who in watchers]
    for who, was, now in zip(watchers, before, after, strict=True):
        assert f"IN-{found.id:06}" not in now
        assert ("omplaint" in now) == ("omplaint" in was)
        assert now.count("IN-") == was.count("IN-")
        with pytest.raises(NotFound):
            await get_incident_for(who, found.id)
    assert [one.ref for one in (await complaints(world.cleo, ComplaintFilter())).items] == ["IN-000001"]


async def test_an_officer_hands_a_sealed_complaint_over_unopened(world: World) -> None:
    before = await rows_in_all_tables()
    with pytest.raises(Invalid, match="Hand it over unopened") as refusal:
        await complained(world, **SEALED)
    assert [error.key for error in refusal.value.errors] == ["answers.channel"]
    assert await rows_in_all_tables() == before


async def test_a_sealed_one_is_given_to_leads_only_and_never_to_whom_it_names(world: World) -> None:
    other, found = await lou(), await complained(world, world.cleo, **SEALED)
    with pytest.raises(Invalid, match="works here"):
        await take("assign", found, by=world.cleo, owner="dan@example.org")
    found = await take("assign", found, by=world.cleo, owner="lou@example.org")
    await add_staff(NameStaff(role="staff_involved", name="Lou"), by=world.cleo, incident=await complained(world, world.cleo, **SEALED))
    assert [one.ref for one in (await complaints(other, ComplaintFilter())).items] == ["IN-000001"]


async def test_what_turns_out_to_be_sealed_is_hidden_and_stays_so(world: World) -> None:
    found = await complained(world)
    sealing = CorrectIncident(reason="It had come in a sealed envelope.", answers={"themes": ["food"], **SEALED})
    await correct(sealing, by=world.cleo, incident=found, version=1)
    with pytest.raises(NotFound):
        await get_incident_for(world.dan, found.id)  # who recorded it
    found = await again(world.cleo, found)
    opening = CorrectIncident(reason="The envelope was open.", answers={"themes": ["food"], "channel": "open"})
    with pytest.raises(Invalid, match="stays sealed"):
        await correct(opening, by=world.cleo, incident=found, version=found.version)


# A complaint that tells of harm.


def concern(*people: dict[str, Any], **changes: Any) -> SubmitIncident:
    return to_struct(SubmitIncident, {**report(*people, kind="disclosure"), "complaint": "IN-000001", **changes})


async def test_both_stay_and_the_complaint_s_clocks_run_on(world: World) -> None:
    await complained(world)
    made = await submit_incident(concern(involve(world.kai, "concerned")), by=world.dan)
    assert made.ref == "IN-000002"
    assert await linked(world.dan, 1, "2002") == [("IN-000002: recorded as disclosure of past abuse", "/incidents/IN-000002")]
    assert await linked(world.dan, 2, "2002") == [("IN-000001: the complaint that told of it", "/incidents/IN-000001")]
    assert await clocks() == {"complaint-acknowledged": False, "complaint-answered": False}
    assert (await get_incident_for(world.dan, 1)).status == "submitted"


async def test_a_disclosure_that_a_complaint_tells_of_still_waits_for_a_decision(world: World, client: ClientFor) -> None:
    await complained(world)
    await submit_incident(concern(involve(world.kai, "concerned")), by=world.dan)
    page = (await (await client(world.cleo)).get("/incidents/IN-000002")).text
    assert "IN-000001: the complaint that told of it" in page
    assert "Whether to refer it" in page


async def test_a_concern_never_points_to_a_sealed_complaint_for_others(world: World) -> None:
    await complained(world, world.cleo, **SEALED)
    await submit_incident(concern(involve(world.kai, "concerned")), by=world.cleo)
    assert [await linked(who, 2, "2002") for who in (world.dan, world.amina)] == [[], []]
    assert len(await linked(world.cleo, 2, "2002")) == 1
    told = await entries(world.dan, world.kai.id, Wanted())
    assert "omplaint" not in "".join(f"{one.title} {one.text}" for one in told.items)


@pytest.mark.parametrize(
    ("of", "by", "changes"),
    [
        ("kai", "dan", {"complaint": "IN-000099"}),
        ("kai", "dan", {"complaint": "IN-000002"}),  # no complaint
        ("lee", "dan", {}),  # it was not they who complained
        ("kai", "dan", {"complaint": "YP-000001"}),
        ("kai", "dan", {"complaint": "IN-000003"}),  # sealed
    ],
)
async def test_what_no_concern_comes_of(world: World, of: str, by: str, changes: dict[str, Any]) -> None:
    await complained(world)
    await incident(world.dan, involve(world.kai, "harmed"))
    await complained(world, world.cleo, **SEALED)
    lee = await another(world, "Finch", "Lee")
    who = world.kai if of == "kai" else lee
    before = await rows_in_all_tables()
    with pytest.raises(Invalid) as refusal:
        await submit_incident(concern(involve(who, "concerned"), **changes), by=world[by])
    assert [error.key for error in refusal.value.errors] == ["complaint"]
    assert await rows_in_all_tables() == before


async def test_it_is_begun_from_the_page_with_what_is_known(world: World, client: ClientFor) -> None:
    await complained(world)
    await complained(world, world.cleo, **SEALED)
    officer, lead = await client(world.dan), await client(world.cleo)
    begun = await officer.send_form("/incidents/IN-000001/concern")
    page = (await officer.get((await officer.get(begun.headers["location"])).headers["location"])).text
    assert "What kind of incident was it?" in page
    rows = await DB.fetch("SELECT answers FROM draft")
    assert {name: rows[0]["answers"][name] for name in ("kind", "complaint", "account", "child_said")} == {
        "kind": "disclosure", "complaint": "IN-000001", "account": "He was told to hand over his phone credit or be hit.",
        "child_said": "They said they would get me.",
    }  # fmt: skip
    assert (await officer.send_form("/incidents/IN-000002/concern")).status_code == 404
    await lead.send_form("/incidents/IN-000002/concern")
    (kept,) = await DB.fetch("SELECT answers FROM draft WHERE owner = $1", world.cleo.id)
    assert sorted(kept["answers"]) == ["complaint", "first", "kind", "people"]  # nothing of what was sealed


# Lists and figures.


async def test_what_waits_by_the_day_it_is_due(world: World) -> None:
    with clock.stopped_at(NOW - dt.timedelta(days=3)):  # a Friday
        first = await take("acknowledge", await complained(world), by=world.cleo)
    await complained(world)
    await answered(world)
    found = (await complaints(world.dan, ComplaintFilter())).items
    assert [(one.ref, one.waits, one.due_on) for one in found] == [
        ("IN-000002", "acknowledgement", dt.date(2026, 10, 6)),
        (f"IN-{first.id:06}", "answer", dt.date(2026, 10, 13)),
    ]
    assert [one.ref for one in (await complaints(world.dan, ComplaintFilter(state="answered"))).items] == ["IN-000003"]
    page = await complaints(world.dan, ComplaintFilter(), limit=1)
    assert [one.ref for one in (await complaints(world.dan, ComplaintFilter(), limit=1, after=page.next)).items] == ["IN-000001"]
    assert len((await complaints(world.dan, ComplaintFilter(state="all", theme="food"))).items) == 3
    assert (await complaints(world.dan, ComplaintFilter(state="all", theme="health"))).items == []
    assert (await complaints(world.ben, ComplaintFilter(state="all"))).items == []
    with pytest.raises(Invalid):
        await complaints(world.dan, ComplaintFilter(theme="weather"))


async def test_figures_have_a_base_and_no_percentage_of_few(world: World) -> None:
    late = NOW - dt.timedelta(days=20)
    with clock.stopped_at(late):
        found = await complained(world)
    await take("conclude", found, by=world.cleo, finding="upheld", answer="You were right.")
    for _ in range(10):
        found = await answered(world)
    await record_content(RecordContent(content="no"), by=world.cleo, incident=found)
    await complained(world)  # not due yet: in no base
    seen = await figures(world.cleo)
    assert (seen.received, seen.themes) == (12, {"food": 12})
    assert (seen.answered_in_time, seen.content, seen.appeals_answered_in_time) == (
        ShareOut(number=10, of=11, percent=91),
        ShareOut(number=0, of=1, percent=None),
        ShareOut(number=0, of=0, percent=None),
    )
    assert (seen.upheld.number, seen.upheld.of) == (1, 11)
    assert (await figures(world.ben)).received == 0


async def test_pages(world: World, client: ClientFor) -> None:
    found = await answered(world)
    officer, lead = await client(world.dan), await client(world.cleo)
    path = f"/incidents/IN-{found.id:06}"
    page = (await officer.get(path)).text
    assert "We looked and found nothing wrong." in page
    assert "may appeal until 19 October 2026" in page
    assert (await officer.send_form(f"{path}/content", {"content": "no", "content_words": "Nobody asked me."})).status_code == 303
    assert "“Nobody asked me.”" in (await lead.get(path)).text
    assert (await officer.send_form(f"{path}/content", {"content_words": "Kept"})).status_code == 422
    form = {"version": str(found.version), "action": "appeal", "appeal_to_appeal": "governor", "comment_appeal": "Nobody asked me about it."}
    assert (await lead.send_form(f"{path}/transitions", form)).status_code == 303
    listed = (await officer.get("/complaints?state=appeal")).text
    assert "Appeal to be answered" in listed
    assert "None yet" in listed  # no appeal was answered, so no share
    assert (await officer.get("/complaints?state=odd")).status_code == 422
    assert "Complaints that wait" in (await lead.get("/")).text


async def test_a_clock_of_a_sealed_one_shows_to_leads_only(world: World) -> None:
    await complained(world, world.cleo, **SEALED)
    assert [sum(one.link.startswith("/incidents/") for one in (await clocks_for(who)).items) for who in (world.dan, world.amina, world.cleo)] == [
        0,
        0,
        2,
    ]
    assert [len((await incidents.incidents(who, incidents.Filter())).items) for who in (world.dan, world.cleo)] == [0, 1]
