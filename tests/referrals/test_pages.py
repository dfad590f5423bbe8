"""Pages about referrals, as a browser gets them."""

import datetime as dt
import re
from typing import Any

import pytest

from tests.incidents.make import another, involve, rows_in_all_tables, submit
from tests.referrals.make import CONCERN, GAPS_REASON, considered, extra, incident_of, record, send, sent
from tests.welfare.answers import asset
from tests.world import World, events_of
from yosafe import clock
from yosafe.db.engine import DB
from yosafe.people.access import young_person_ref
from yosafe.reference.rule_sets import CONVENTION
from yosafe.referrals.access import get_referral_for, referral_ref
from yosafe.welfare.actions import complete_assessment


def text_of(answer: Any) -> str:
    """What can be read on a page."""
    body = re.sub(r"<(style|script|svg)\b.*?</\1>", " ", answer.text, flags=re.S)
    plain = re.sub(r"<[^>]+>", " ", body).replace("&#39;", "'").replace("&amp;", "&")
    return re.sub(r"\s+", " ", plain)


def where(answer: Any) -> str:
    assert answer.status_code == 303, answer.text[-2000:]
    return str(answer.headers["location"])


DAY_TOLD = {"told_on-day": "4", "told_on-month": "10", "told_on-year": "2026"}


async def begin(browser: Any, world: World, incident: str, way: str = "new") -> str:
    """The address of a new draft about Kai, without the step."""
    started = where(await browser.send_form(f"/referrals/{way}", {"young_person": young_person_ref(world.kai.id), "incident": incident}))
    assert started.endswith("/grounds")
    return started.removesuffix("/grounds")


async def test_a_referral_from_an_incident_to_its_confirmation(world: World, client: Any) -> None:
    incident = await incident_of(world, world.kai)
    cleo = await client(world.cleo)
    start = await cleo.get(f"/referrals/new?young_person=YP-000001&incident={incident}")
    assert "Start the referral" in text_of(start)
    draft = await begin(cleo, world, incident)
    assert re.search(r'value="IN-000001" checked', (await cleo.get(f"{draft}/grounds")).text), "the incident that it came from is chosen"
    assert where(await cleo.send_form(f"{draft}/grounds", {"incidents": incident})) == f"{draft}/concern"
    assert where(await cleo.get(f"{draft}/check")) == f"{draft}/concern", "nothing is left out"
    assert where(await cleo.send_form(f"{draft}/concern", {"category": "physical", "concern": CONCERN})) == f"{draft}/child"
    assert where(await cleo.send_form(f"{draft}/child", {"child_asked": "yes", "child_view": "I want it to stop."})) == f"{draft}/sharing"
    assert "Leeds social services: home, and where they are held" in text_of(await cleo.get(f"{draft}/sharing"))
    assert where(await cleo.send_form(f"{draft}/sharing", {"sharing_basis": "significant_harm"})) == f"{draft}/check"
    check = text_of(await cleo.get(f"{draft}/check"))
    for words in (
        CONCERN,
        "I want it to stop.",
        "To protect a child from significant harm",
        "Decision on a referral",
        "6 October 2026",
        "7 December 2026",
    ):
        assert words in check
    assert await DB.fetchval("SELECT count(*) FROM referral") == 0
    assert "Disability So that they are seen in a way that they can follow" in check
    refused = await cleo.send_form(f"{draft}/check")
    assert (refused.status_code, "Say why you send it all the same" in text_of(refused)) == (422, True)
    confirmation = where(await cleo.send_form(f"{draft}/check", {"gaps_reason": GAPS_REASON}))
    assert confirmation == "/referrals/RF-000001/sent"
    assert "Referral sent" in text_of(await cleo.get(confirmation))
    assert (await cleo.get(f"{draft}/check")).status_code == 404, "a draft is sent once"
    assert await DB.fetchval("SELECT child_view FROM referral") == "I want it to stop."


async def test_from_an_incident_it_asks_whom_it_is_about(world: World, client: Any) -> None:
    alone = await incident_of(world, world.kai)
    other = await another(world, "Osei", "Lee")
    both = (await submit(world.dan, involve(world.kai, "harmed"), involve(other, "alleged_to_have_harmed"))).ref
    cleo, amina = await client(world.cleo), await client(world.amina)
    assert "Start the referral" in text_of(await cleo.get(f"/referrals/new?incident={alone}"))
    asked = await cleo.get(f"/referrals/new?incident={both}")
    assert "Whom is it about? " in text_of(asked)
    assert f"/referrals/new?young_person={young_person_ref(other.id)}&amp;incident={both}" in asked.text
    hers = await amina.get(f"/referrals/new?incident={both}")
    assert "Start the referral" in text_of(hers), "she sees one of the two"
    assert "Osei" not in hers.text
    assert (await cleo.get("/referrals/new?incident=IN-000099")).status_code == 404


async def test_a_decision_not_to_refer(world: World, client: Any) -> None:
    incident = await incident_of(world, world.kai)
    cleo = await client(world.cleo)
    draft = await begin(cleo, world, incident, "considered")
    await cleo.send_form(f"{draft}/grounds", {"incidents": incident})
    await cleo.send_form(f"{draft}/concern", {"category": "emotional", "concern": CONCERN})
    form = {
        "reason": "below_threshold", "threshold": "One name-calling, no fear.", "second_person": "Cleo",
        "review_on-day": "19", "review_on-month": "10", "review_on-year": "2026",
    }  # fmt: skip
    assert where(await cleo.send_form(f"{draft}/decision", form)) == f"{draft}/check"
    alone = await cleo.send_form(f"{draft}/check")
    assert alone.status_code == 422
    assert "Name someone else" in text_of(alone)
    await cleo.send_form(f"{draft}/decision", {**form, "second_person": "Dr Ada Quist"})
    record_page = await cleo.get(where(await cleo.send_form(f"{draft}/check")))
    for words in (
        "Considered, not referred",
        "The decision not to refer was recorded",
        "Dr Ada Quist",
        "19 October 2026",
        "No sign of significant harm",
    ):
        assert words in text_of(record_page)


@pytest.mark.parametrize(
    ("step", "form", "message"),
    [
        ("grounds", {}, "Select an incident or an assessment that it rests on, or say who told you of it"),
        ("grounds", {"told": "yes", "told_by": "visitor"}, "Enter what they said"),
        ("grounds", {"incidents": "IN-000099"}, "incidents"),
        ("concern", {"category": "physical"}, "Enter what you are worried about"),
        ("concern", {"concern": CONCERN}, "Select the kind of harm"),
        ("concern", {"category": "money", "concern": CONCERN}, "kind of harm"),
        ("concern", {"category": "physical", "concern": "x" * 10_001}, "10,000 characters"),
        ("concern", {"category": "physical", "concern": "hidden \u202e text of the concern"}, "hidden characters"),
        ("child", {}, "Select whether you asked the young person"),
        ("child", {"child_asked": "yes"}, "Enter what they say"),
        ("child", {"child_asked": "no"}, "Select why they were not asked"),
    ],
)
async def test_a_page_that_is_wrong_comes_again_with_what_was_typed(world: World, client: Any, step: str, form: dict[str, str], message: str) -> None:
    incident = await incident_of(world, world.kai)
    cleo = await client(world.cleo)
    draft = await begin(cleo, world, incident)
    if step != "grounds":
        await cleo.send_form(f"{draft}/grounds", {"incidents": incident})
    if step == "child":
        await cleo.send_form(f"{draft}/concern", {"category": "physical", "concern": CONCERN})
    before = await rows_in_all_tables()
    again = await cleo.send_form(f"{draft}/{step}", form)
    assert again.status_code == 422
    assert "There is a problem" in text_of(again)
    assert message in text_of(again)
    assert "Error: " in again.text
    if form.get("concern") == CONCERN:
        assert CONCERN in again.text
    assert await rows_in_all_tables() == before


async def test_it_may_rest_on_an_assessment_alone(world: World, client: Any) -> None:
    await complete_assessment(by=world.amina, young_person=world.kai, new=asset("YP-000001"))
    incident = await incident_of(world, world.kai)
    amina = await client(world.amina)
    draft = await begin(amina, world, "")
    nothing = await amina.send_form(f"{draft}/grounds", {"assessment": "none"})
    assert nothing.status_code == 422
    assert "Select an incident or an assessment that it rests on" in text_of(nothing)
    assert where(await amina.send_form(f"{draft}/grounds", {"assessment": "AS-000001"})) == f"{draft}/concern"
    await amina.send_form(f"{draft}/concern", {"category": "neglect", "concern": CONCERN})
    await amina.send_form(f"{draft}/child", {"child_asked": "no", "child_not_asked_because": "asleep"})
    await amina.send_form(f"{draft}/sharing", {"sharing_basis": "significant_harm"})
    assert where(await amina.send_form(f"{draft}/check", {"gaps_reason": GAPS_REASON})) == "/referrals/RF-000001/sent"
    assert "Welfare assessment of 15 September 2026 (AS-000001)" in text_of(await amina.get("/referrals/RF-000001"))
    officer = text_of(await (await client(world.dan)).get("/referrals/RF-000001"))
    assert "AS-000001" not in officer
    assert "1 record that you may not see" in officer
    assert "Not asked: asleep, or it was late" in officer
    assert incident not in officer


async def test_saved_for_later_it_waits_for_its_owner_only(world: World, client: Any) -> None:
    incident = await incident_of(world, world.kai)
    cleo, amina = await client(world.cleo), await client(world.amina)
    draft = await begin(cleo, world, incident)
    await cleo.send_form(f"{draft}/grounds", {"incidents": incident})
    assert where(await cleo.send_form(f"{draft}/concern", {"concern": CONCERN, "later": "yes"})) == "/"
    assert CONCERN in (await cleo.get(f"{draft}/concern")).text
    assert (await amina.get(f"{draft}/concern")).status_code == 404
    await DB.execute("UPDATE placement SET left_at = '2026-06-01', arrived_at = '2026-05-01' WHERE young_person = $1", world.kai.id)
    assert (await cleo.get(f"{draft}/concern")).status_code == 404, "no draft about someone whom she no longer sees"


async def test_a_worried_visitor_is_ground_enough(world: World, client: Any) -> None:
    cleo = await client(world.cleo)
    draft = await begin(cleo, world, "")
    assert "Did someone tell you of it?" in text_of(await cleo.get(f"{draft}/grounds"))
    assert where(await cleo.get(f"{draft}/check")) == f"{draft}/grounds"
    told = {"told": "yes", "told_by": "visitor", "told_how": "He flinched when the door went.", **DAY_TOLD}
    assert where(await cleo.send_form(f"{draft}/grounds", told)) == f"{draft}/concern"
    await cleo.send_form(f"{draft}/concern", {"category": "physical", "concern": CONCERN})
    await cleo.send_form(f"{draft}/child", {"child_asked": "yes", "child_view": "I want it to stop."})
    await cleo.send_form(f"{draft}/sharing", {"sharing_basis": "significant_harm"})
    sent_page = where(await cleo.send_form(f"{draft}/check", {"gaps_reason": GAPS_REASON}))
    shown = text_of(await cleo.get(sent_page.removesuffix("/sent")))
    for words in ("A visitor, on 4 October 2026", "He flinched when the door went.", GAPS_REASON, "The case is with Leeds social services now"):
        assert words in shown


async def test_the_record_explains_its_clocks(world: World, client: Any) -> None:
    referral = await sent(world, world.kai)
    with clock.stopped_at(dt.datetime(2026, 10, 8, 9, tzinfo=dt.UTC)):
        esi = await client(world.esi)
        shown = text_of(await esi.get(f"/referrals/{referral_ref(referral.id)}"))
    for words in (
        "Overdue by 2 working days", "Due 6 October 2026", "How this was worked out", "the referral is received", "5 October 2026",
        "Working Together to Safeguard Children (2018)", "Saturdays; 9 Sundays", CONVENTION, CONCERN, "I want it to stop.", "No answer yet",
    ):  # fmt: skip
        assert words in shown, words
    assert (await events_of(world.kai.id))[-1] == "referral:read"


async def test_an_event_is_recorded_and_the_clock_says_met(world: World, client: Any) -> None:
    referral = await sent(world, world.kai)
    esi, address = await client(world.esi), f"/referrals/{referral_ref(referral.id)}"
    form = {
        "version": "1",
        "kind": "decided",
        "source": "was_there",
        "outcome_decided": "assessment",
        "on-day": "5",
        "on-month": "10",
        "on-year": "2026",
        "note": "Today.",
    }
    assert where(await esi.send_form(f"{address}/events", form)) == f"{address}?done=event"
    shown = text_of(await esi.get(f"{address}?done=event"))
    for words in ("It was recorded", "In assessment", "Decision made: assessment", "Today.", "Met"):
        assert words in shown
    late = await esi.send_form(f"{address}/events", {**form, "kind": "core_assessment_started"})
    assert late.status_code == 412
    assert "Someone else recorded something" in text_of(late)


@pytest.mark.parametrize(
    ("changes", "status", "message"),
    [
        ({"kind": ""}, 422, "Select what happened"),
        ({"kind": "registered"}, 422, "what happened"),
        ({"kind": "section_47_started"}, 422, "what happened"),
        ({"outcome_decided": ""}, 422, "Select what came of it"),
        ({"on-day": "6"}, 422, "today or in the past"),
        ({"on-day": "4"}, 422, "5 October 2026 or later"),
        ({"on-day": "31", "on-month": "2"}, 422, "real date"),
        ({"kind": "declined", "outcome_declined": "duplicate"}, 422, "Say why"),
        ({"version": "0"}, 412, "Someone else"),
        ({"version": "one"}, 412, "Someone else"),
    ],
)
async def test_an_event_that_can_not_be_comes_again(world: World, client: Any, changes: dict[str, str], status: int, message: str) -> None:
    referral = await sent(world, world.kai)
    esi = await client(world.esi)
    form = {
        "version": "1",
        "kind": "decided",
        "source": "was_there",
        "outcome_decided": "assessment",
        "on-day": "5",
        "on-month": "10",
        "on-year": "2026",
    }
    answer = await esi.send_form(f"/referrals/{referral_ref(referral.id)}/events", {**form, **changes})
    assert answer.status_code == status
    assert message in text_of(answer)
    assert await DB.fetchval("SELECT count(*) FROM referral_event") == 1


async def test_the_end_leads_to_the_list_where_the_record_is_out_of_sight(world: World, client: Any) -> None:
    more = await extra(world)
    made = await send(world.cleo, more.lee, await incident_of(world, more.lee))
    esi = await client(world.esi)
    day = {"on-day": "5", "on-month": "10", "on-year": "2026", "source": "minutes"}
    await esi.send_form(f"/referrals/{made.ref}/events", {"version": "1", "kind": "decided", "outcome_decided": "assessment", **day})
    ended = await esi.send_form(f"/referrals/{made.ref}/events", {"version": "2", "kind": "ended", "outcome_ended": "moved", **day})
    assert where(ended) == "/referrals?done=ended"
    assert "closed your duty" in text_of(await esi.get("/referrals?done=ended"))


async def test_the_tracker_counts_what_it_lists(world: World, client: Any) -> None:
    first, second = await sent(world, world.kai), await sent(world, world.kai)
    await considered(world.cleo, world.kai, await incident_of(world, world.kai))
    third = await sent(world, world.kai)
    await record(world.esi, third, "decided", "no_further_action")
    with clock.stopped_at(dt.datetime(2026, 10, 8, 9, tzinfo=dt.UTC)):
        await record(world.esi, first, "decided", "assessment")
        cleo = await client(world.cleo)
        page = await cleo.get("/referrals")
        cards = re.findall(r'ys-card__number">(\d+)<.*?href="/referrals\?clock=(\w+)"', page.text, flags=re.S)
        assert cards == [("1", "overdue"), ("0", "soon"), ("1", "later"), ("1", "none")]
        for number, asked in cards:
            listed = await cleo.get(f"/referrals?clock={asked}")
            assert len(re.findall(r'<th scope="row"', listed.text)) == int(number), asked
        shown = text_of(page)
        narrowed = text_of(await cleo.get("/referrals?stage=sent&category=physical&site=WYI"))
        assert (await cleo.get("/referrals?clock=never")).status_code == 422
        assert "No referrals fit these filters" in text_of(await cleo.get("/referrals?category=sexual"))
    assert "Overdue by 2 working days" in shown
    assert "Leeds social services" in shown
    assert CONVENTION in shown
    assert "Considered, not referred" in shown
    assert referral_ref(second.id) in narrowed


async def test_a_young_persons_referrals(world: World, client: Any) -> None:
    referral = await sent(world, world.kai)
    for who, refers in (("cleo", True), ("amina", True), ("dan", False), ("esi", False)):
        page = await (await client(world[who])).get("/children/YP-000001/referrals")
        assert referral_ref(referral.id) in page.text
        assert ("/referrals/new?young_person=YP-000001" in page.text) is refers, who


async def test_what_someone_wrote_is_never_markup(world: World, client: Any) -> None:
    nasty = "<img src=x onerror=alert(1)> and <b>more</b>"
    made = await send(world.cleo, world.kai, await incident_of(world, world.kai), concern=nasty, child_view=nasty)
    esi = await client(world.esi)
    await record(world.esi, await get_referral_for(world.esi, made.ref), "declined", "duplicate", note=nasty)
    page = (await esi.get(f"/referrals/{made.ref}")).text
    assert "<img src=x" not in page
    assert page.count("&lt;img src=x onerror=alert(1)&gt;") >= 3


@pytest.mark.parametrize("way", ["new", "considered"])
async def test_a_draft_is_thrown_away_by_its_writer_only(world, client, way):
    cleo, amina = await client(world.cleo), await client(world.amina)
    begun = await cleo.send_form(f"/referrals/{way}", {"young_person": "YP-000001"})
    home = begun.headers["location"].removesuffix("/grounds")
    assert (await amina.send_form(f"{home}/discard")).status_code == 404
    worklist = (await cleo.get("/")).text
    assert "Morton, Kai" in worklist
    assert home in worklist
    assert (await cleo.send_form(f"{home}/discard")).headers["location"] == "/"
    assert (await cleo.get(f"{home}/grounds")).status_code == 404
    assert home not in (await cleo.get("/")).text
