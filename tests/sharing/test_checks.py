"""Checks of registers: who may read them, what others learn, repeated ones across agencies, and the forms."""

import datetime as dt

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.people.test_keep_apart_pages import faults
from tests.world import KENT, LEEDS, TODAY, events_of
from yosafe.errors import Conflict, Invalid, NotFound, Refused, Stale
from yosafe.models.dataset import load_facts
from yosafe.models.indicators import answers
from yosafe.people.chronology import Wanted, chronology
from yosafe.sharing.checks.access import get_check_for
from yosafe.sharing.checks.actions import answer_check, ask_check
from yosafe.sharing.checks.queries import CheckFilter, checks, checks_of
from yosafe.sharing.checks.rules import answer_faults
from yosafe.sharing.checks.schemas import AnswerCheck, AskCheck
from yosafe.sharing.tables import RegisterCheck


def asking(**changes):
    return AskCheck(**{"area": LEEDS, "register": "both", "reason": "arrival", "asked_by": "Someone", "asked_on": TODAY} | changes)


def known(**changes):
    return AnswerCheck(**{"answer": "known", "answered_by": "Jo Hart, duty social worker", "answered_on": TODAY} | changes)


@pytest.mark.parametrize(("who", "new", "refused"), [
    ("cleo", asking(), None),
    ("amina", asking(register="register"), None),
    ("esi", asking(asker="health", asked_by="Dr Quist"), None),
    ("dan", asking(), Refused),
    ("jay", asking(), Refused),
    ("cleo", asking(area="E99999999"), "area"),
    ("cleo", asking(register="all"), "register"),
    ("cleo", asking(reason="nosy"), "reason"),
    ("cleo", asking(asker="press"), "asker"),
    ("cleo", asking(asked_on=TODAY + dt.timedelta(days=1)), "asked_on"),
    ("cleo", asking(asked_on=dt.date(2010, 3, 13)), "asked_on"),
])  # fmt: skip
async def test_who_asks_and_what(world, who, new, refused):
    if refused is None:
        made = await ask_check(by=world[who], young_person=world.kai, new=new)
        assert (made.agency, made.asker) == (world[who].agency, new.asker or world[who].agency_kind.value)
        assert (await events_of(world.kai.id))[-1] == "check:asked"
        return
    with pytest.raises(Refused if refused is Refused else Invalid) as refusal:
        await ask_check(by=world[who], young_person=world.kai, new=new)
    if refused is not Refused:
        assert [fault.key for fault in refusal.value.errors] == [refused]
    assert not await RegisterCheck.exists()


@pytest.mark.parametrize(("answer", "refused"), [
    (known(), []),
    (known(answer="on_register", category="neglect"), []),
    (known(answer="on_register"), ["category"]),
    (known(category="neglect"), ["category"]),
    (known(answer="perhaps"), ["answer"]),
    (known(answer="on_register", category="other"), ["category"]),
    (known(answered_on=TODAY - dt.timedelta(days=1)), ["answered_on"]),
    (known(answered_on=TODAY + dt.timedelta(days=1)), ["answered_on"]),
])  # fmt: skip
async def test_what_an_answer_is(world, answer, refused):
    check = await ask_check(by=world.cleo, young_person=world.kai, new=asking())
    if refused:
        with pytest.raises(Invalid) as refusal:
            await answer_check(by=world.esi, check=check, answer=answer, version=1)
        assert [fault.key for fault in refusal.value.errors] == refused
        return
    with pytest.raises(Stale):
        await answer_check(by=world.esi, check=check, answer=answer, version=2)
    answered = await answer_check(by=world.esi, check=check, answer=answer, version=1)
    assert (answered.answer, answered.category, answered.version) == (answer.answer, answer.category, 2)
    with pytest.raises(Conflict):
        await answer_check(by=world.cleo, check=answered, answer=known(), version=2)


@given(st.dates(dt.date(2000, 1, 1), dt.date(2020, 1, 1)), st.integers(-400, 400), st.integers(-400, 400))
def test_an_answer_lies_between_the_question_and_today(asked_on, later, now):
    answered_on, today = asked_on + dt.timedelta(days=later), asked_on + dt.timedelta(days=now)
    found = answer_faults(answer="known", category=None, answered_on=answered_on, asked_on=asked_on, today=today)
    assert (not found) == (asked_on <= answered_on <= today)


async def test_one_agency_learns_of_anothers_only_how_many(world, client):
    mine = await ask_check(by=world.cleo, young_person=world.kai, new=asking(note="The bruise on his arm."))
    await ask_check(by=world.amina, young_person=world.kai, new=asking(asked_on=TODAY - dt.timedelta(days=89)))
    await ask_check(by=world.amina, young_person=world.kai, new=asking(asked_on=TODAY - dt.timedelta(days=90)))
    read = {name: await checks_of(world[name], world.kai.id) for name in ("cleo", "dan", "amina", "esi")}
    assert {name: (len(one.items), one.others) for name, one in read.items()} == {"cleo": (1, 1), "dan": (1, 1), "amina": (2, 1), "esi": (3, 0)}
    for name in ("amina", "ben"):
        with pytest.raises(NotFound):
            await get_check_for(world[name], world.kai.id, mine.id)
        assert mine.id not in [one.id for one in (await checks(world[name], CheckFilter(state="all"))).items]
    section = (await (await client(world.amina)).get("/children/YP-000001/sharing")).text
    assert "Other agencies recorded 1 more check since 8 July 2026" in section
    assert "bruise" not in section
    titles = {name: len((await chronology(world[name], world.kai, Wanted(source="check"))).items) for name in ("cleo", "amina", "esi")}
    assert titles == {"cleo": 1, "amina": 2, "esi": 3}


async def test_repeated_enquiries_are_found_across_agencies_by_when_they_were_recorded(world):
    await ask_check(by=world.cleo, young_person=world.kai, new=asking())
    assert answers((await load_facts(TODAY))[world.kai.id], TODAY)["repeat-enquiries"] is None
    await ask_check(by=world.amina, young_person=world.kai, new=asking(asked_on=TODAY - dt.timedelta(days=20), asked_by="Amina Yusuf"))
    raised = answers((await load_facts(TODAY))[world.kai.id], TODAY)["repeat-enquiries"]
    assert raised.sentence == "2 enquiries of registers or indexes in 90 days: 15 September 2026 and 5 October 2026."
    assert {one.reference for one in raised.because} == {"YP-000001"}
    yesterday = TODAY - dt.timedelta(days=1)  # both were written down today
    assert answers((await load_facts(yesterday))[world.kai.id], yesterday)["repeat-enquiries"] is None


async def test_by_page_and_by_api(client, api, world):
    cleo, here = await client(world.cleo), "/children/YP-000001"
    empty = await cleo.get(f"{here}/checks/new")
    assert f'<option value="{LEEDS}" selected>' in empty.text  # home
    day = {"asked_on-day": "5", "asked_on-month": "10", "asked_on-year": "2026"}
    form = {"area": LEEDS, "register": "register", "reason": "told", "asker": "yoi", "asked_by": "Cleo", **day}
    assert faults(await cleo.send_form(f"{here}/checks/new", form | {"register": ""})) == ["register"]
    assert (await cleo.send_form(f"{here}/checks/new", form)).headers["location"] == f"{here}/sharing?done=asked"
    esi = await client(world.esi)
    assert "Checks that wait for your answer" in (await esi.get("/")).text
    [check] = (await (await api(world.esi)).get("/api/v1/checks?ours=true")).json()["items"]
    path = f"/checks/{check['id']}/answer"
    answered = {"answer": "on_register", "answered_by": "Esi", "answered_on-day": "5", "answered_on-month": "10", "answered_on-year": "2026"}
    assert faults(await esi.send_form(here + path, answered | {"version": "1"})) == ["category"]
    script = await api(world.esi)
    body = {"answer": "known", "answered_by": "Esi", "answered_on": "2026-10-05", "note": "Her worker is Jo Hart."}
    late = await script.post(f"/api/v1/young-people/YP-000001{path}", json=body, headers={"If-Match": '"7"'})
    assert (late.status_code, late.json()["current"]["version"]) == (412, 1)
    assert (await script.post(f"/api/v1/young-people/YP-000001{path}", json=body, headers={"If-Match": '"1"'})).json()["state"] == "answered"
    assert (await esi.send_form(here + path, answered | {"category": "neglect", "version": "1"})).status_code == 409
    section = (await cleo.get(f"{here}/sharing")).text
    assert "Known, and not on the child protection register" in section
    assert "check the social services client index too" in section
    assert (await cleo.get("/checks?state=soon")).status_code == 422
    assert "Morton" in (await cleo.get("/checks?state=all")).text


async def test_the_authority_that_was_asked_reads_it_only_of_those_it_sees(world):
    await ask_check(by=world.ben, young_person=world.nia, new=asking(area=LEEDS))
    assert (await checks(world.esi, CheckFilter(state="all", ours=True))).items == []
    await ask_check(by=world.esi, young_person=world.kai, new=asking(area=KENT))
    assert [one.area for one in (await checks(world.esi, CheckFilter())).items] == [KENT]
    assert (await checks(world.esi, CheckFilter(ours=True))).items == []
