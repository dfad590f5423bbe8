"""Who works with a young person, by name and over time; and what was recorded of care, put right with what it said before."""

import asyncio
import datetime as dt

import pytest

from tests.people.test_keep_apart_pages import faults
from tests.world import LEEDS, NOW, TODAY, events_of
from yosafe import clock
from yosafe.db.engine import DB
from yosafe.errors import Conflict, Invalid, NotFound, Refused, Stale
from yosafe.models.dataset import load_facts
from yosafe.people.access import get_care_period_for
from yosafe.people.actions import record_care_period
from yosafe.people.care_actions import correct_care_period
from yosafe.people.chronology import Wanted, chronology
from yosafe.people.frame import banner
from yosafe.people.queries import care_of
from yosafe.people.schemas import CorrectCarePeriod, RecordCarePeriod
from yosafe.people.tables import NamedWorker
from yosafe.people.workers.access import get_worker_for
from yosafe.people.workers.actions import end_worker, name_worker, reach_worker
from yosafe.people.workers.queries import workers_of
from yosafe.people.workers.schemas import EndWorker, NameWorker, ReachWorker
from yosafe.referrals.grounds import known

SINCE = dt.date(2026, 9, 10)
FIRST = {"If-Match": '"1"'}
API = "/api/v1/young-people/YP-000001"


def ada(role="social_worker", since=SINCE, **changes):
    return NameWorker(**{"role": role, "name": "Ada Moss", "since": since} | changes)


async def named(world, new=None, who="dan"):
    return await name_worker(by=world[who], young_person=world.kai, new=new or ada())


@pytest.mark.parametrize(("who", "new", "refused"), [
    ("dan", ada(), None),
    ("amina", ada("yot_worker", telephone="01632 960001", agency_name="Leeds YOT"), None),
    ("esi", ada(name=None), None),  # that nobody is named is a fact
    ("jay", ada(), Refused),
    ("dan", ada("wizard"), "role"),
    ("dan", ada(since=TODAY + dt.timedelta(days=1)), "since"),
    ("dan", ada(since=dt.date(2010, 3, 13)), "since"),
    ("dan", ada("reviewing_officer", since=dt.date(2004, 9, 26)), "role since"),  # before there were any, and before he was born
    ("dan", ada(name=None, telephone="01632 960001"), "name"),
])  # fmt: skip
async def test_who_names_whom(world, who, new, refused):
    if refused is None:
        await named(world, new, who)
        assert (await events_of(world.kai.id))[-1] == "worker:named"
        return
    with pytest.raises(Refused if refused is Refused else Invalid) as refusal:
        await named(world, new, who)
    if refused is not Refused:
        assert " ".join(fault.key for fault in refusal.value.errors) == refused
    assert not await NamedWorker.exists()


async def test_the_next_takes_the_place_of_the_one_before(world):
    first = await named(world)
    for new in (ada(name="ada  moss"), ada(since=SINCE - dt.timedelta(days=1), name="Bo Lind")):
        with pytest.raises(Conflict):
            await named(world, new)
    await named(world, ada("advocate"))
    await named(world, ada(name="Bo Lind", since=TODAY))
    assert [(one.role, one.name, one.until) for one in await workers_of(world.kai.id)] == [
        ("social_worker", "Bo Lind", None),
        ("advocate", "Ada Moss", None),
        ("social_worker", "Ada Moss", TODAY),
    ]
    again = [name_worker(by=world.dan, young_person=world.kai, new=ada("solicitor", name=name)) for name in ("One", "Two")]
    await asyncio.gather(*again)  # one after the other: never two at a time
    assert await DB.fetchval("SELECT count(*) FROM named_worker WHERE role = 'solicitor' AND until IS NULL") == 1
    with pytest.raises(NotFound):
        await get_worker_for(world.ben, world.kai.id, first.id)


async def test_how_they_are_reached_and_when_it_ended(world):
    worker = await named(world)
    reach = ReachWorker(telephone="01632 960002")
    changed = await reach_worker(by=world.amina, worker=worker, reach=reach, version=1)
    with pytest.raises(Stale):
        await end_worker(by=world.amina, worker=worker, ending=EndWorker(until=TODAY), version=1)
    for until in (TODAY + dt.timedelta(days=1), SINCE - dt.timedelta(days=1)):
        with pytest.raises(Invalid):
            await end_worker(by=world.amina, worker=changed, ending=EndWorker(until=until), version=2)
    ended = await end_worker(by=world.amina, worker=changed, ending=EndWorker(until=TODAY), version=2)
    with pytest.raises(Conflict):
        await reach_worker(by=world.amina, worker=ended, reach=reach, version=3)
    assert (await events_of(world.kai.id))[-3:] == ["worker:named", "worker:changed", "worker:ended"]
    titles = [entry.title for entry in (await chronology(world.amina, world.kai, Wanted(source="worker"))).items]
    assert titles == ["Social worker: no longer Ada Moss", "Social worker: Ada Moss"]


async def looked_after(world, on=SINCE, **changes):
    facts = {"status": "looked_after", "legal_basis": "care_order", "responsible_area": LEEDS, "started_on": on} | changes
    return await record_care_period(by=world.esi, young_person=world.kai, new=RecordCarePeriod(**facts))


async def social_worker(world):
    return dict((await banner(world.amina, world.kai)).facts)["Social worker"]


async def test_the_banner_the_referral_and_the_flags_read_the_same_name(world):
    await looked_after(world)
    assert (await social_worker(world), (await known(world.kai.id)).contact_named) == ("None named", False)
    await named(world, ada("personal_adviser"))
    assert (await known(world.kai.id)).contact_named is False  # that is for care leavers
    with clock.stopped_at(NOW + dt.timedelta(days=2)):
        await named(world, ada(since=SINCE))
        assert (await social_worker(world), (await known(world.kai.id)).contact_named) == ("Ada Moss", True)
        facts = [(await load_facts(TODAY + dt.timedelta(days=day), [world.kai.id]))[world.kai.id].answered_for for day in (0, 2)]
    assert facts == [False, True]  # by when it was written down, not by since when it holds


async def test_by_page_and_by_api(client, api, world):
    await looked_after(world)
    dan, here = await client(world.dan), "/children/YP-000001/workers"
    assert "None named" in (await dan.get("/children/YP-000001")).text
    form = {"role": "social_worker", "is_named": "yes", "since-day": "10", "since-month": "9", "since-year": "2026"}
    missing = await dan.send_form(f"{here}/new", form | {"email": "nothing"})
    assert (missing.status_code, faults(missing)) == (422, ["name", "email"])
    assert (await dan.send_form(f"{here}/new", form | {"name": "Ada Moss", "telephone": "01632 960001"})).headers["location"] == f"{here}?done=worker"
    assert (await dan.send_form(f"{here}/new", form | {"role": "advocate", "is_named": "no", "name": "Ghost"})).status_code == 303
    page = await dan.get(here)
    assert ("Ada Moss" in page.text, "Ghost" in page.text, page.text.count("None named") > 0) == (True, False, True)
    late = await dan.send_form(f"{here}/1/reach", {"telephone": "1 2 3 4", "version": "9"})
    assert (late.status_code, 'value="1 2 3 4"' in late.text) == (412, True)
    script = await api(world.dan)
    assert [one["role"] for one in (await script.get(f"{API}/workers")).json()["items"]] == ["advocate", "social_worker"]
    reached = await script.post(f"{API}/workers/1/reach", json={"telephone": "01632 960009"}, headers=FIRST)
    assert (reached.json()["telephone"], reached.headers["etag"]) == ("01632 960009", '"2"')
    assert (await script.post(f"{API}/workers/1/end", json={"until": "2026-10-05"}, headers=FIRST)).json()["current"]["version"] == 2


# Care, put right


def right(on=SINCE, **changes):
    facts = {"status": "looked_after", "legal_basis": "care_order", "responsible_area": LEEDS, "started_on": on, "reason": "The papers say so."}
    return CorrectCarePeriod(**facts | changes)


async def correct(world, period, new, version=1, who="esi"):
    return await correct_care_period(by=world[who], young_person=world.kai, period=period, correction=new, version=version)


async def two_periods(world):
    return await looked_after(world, dt.date(2026, 8, 1), legal_basis="section_20"), await looked_after(world)


@pytest.mark.parametrize("day", [dt.date(2026, 9, 1), dt.date(2026, 9, 20), dt.date(2026, 8, 1)])
async def test_the_period_before_ends_where_the_corrected_one_begins(world, day):
    _, second = await two_periods(world)
    await correct(world, second, right(day))
    now = await care_of(world.kai)
    assert [(one.started_on, one.ended_on) for one in now] == [(day, None), (dt.date(2026, 8, 1), day)]
    assert [[(was.started_on, was.ended_on) for was in one.corrections] for one in now] == [[(SINCE, None)], [(dt.date(2026, 8, 1), SINCE)]]
    assert (await events_of(world.kai.id))[-1] == "care-period:corrected"


@pytest.mark.parametrize(("who", "which", "new", "version", "refused"), [
    ("esi", 1, right(dt.date(2026, 7, 31)), 1, "started_on"),                                     # before the one before it
    ("esi", 0, right(dt.date(2026, 9, 11), legal_basis="section_20"), 2, "started_on"),            # after its own end
    ("esi", 1, right(TODAY + dt.timedelta(days=1)), 1, "started_on"),
    ("esi", 1, right(responsible_area=None), 1, "responsible_area"),
    ("esi", 1, right(accommodation="moon"), 1, "accommodation"),
    ("esi", 1, right(), 1, Conflict),                                                             # nothing is different
    ("esi", 1, right(accommodation="foster"), 7, Stale),
    ("amina", 1, right(accommodation="foster"), 1, Refused),
    ("cleo", 1, right(accommodation="foster"), 1, None),
])  # fmt: skip
async def test_what_may_be_put_right(world, who, which, new, version, refused):
    period = (await two_periods(world))[which]
    if refused is None:
        assert (await correct(world, period, new, version, who)).accommodation == "foster"
        return
    with pytest.raises(refused if isinstance(refused, type) else Invalid) as refusal:
        await correct(world, period, new, version, who)
    if isinstance(refused, str):
        assert [fault.key for fault in refusal.value.errors] == [refused]
    assert await DB.fetchval("SELECT count(*) FROM care_correction") == 0


async def test_what_was_known_before_stays_known(world):
    period = await looked_after(world, status="never", legal_basis=None, responsible_area=None)
    with clock.stopped_at(NOW + dt.timedelta(days=2)):
        await correct(world, period, right(accommodation="childrens_home"))
        status = [(await load_facts(TODAY + dt.timedelta(days=day), [world.kai.id]))[world.kai.id].care.status for day in (0, 2)]
    assert status == ["never", "looked_after"]
    told = (await chronology(world.amina, world.kai, Wanted(source="care"))).items
    assert [(entry.title, entry.text) for entry in told] == [
        ("Care status corrected", "It said before: never in care, from 10 September 2026. Why: The papers say so."),
        ("Care status: looked after", "Care order (section 31). Responsible: Leeds. Lived before custody: children's home."),
    ]


async def test_a_correction_by_page_and_by_api(client, api, world):
    period = await looked_after(world)
    esi, here = await client(world.esi), f"/children/YP-000001/care/{period.id}/correct"
    form = {
        "status": "looked_after", "legal_basis": "section_20", "responsible_area": LEEDS, "started_on-day": "10", "started_on-month": "9",
        "started_on-year": "2026", "version": "1",
    }  # fmt: skip
    assert 'value="care_order" selected' in (await esi.get(here)).text
    assert faults(await esi.send_form(here, form)) == ["reason"]
    done = await esi.send_form(here, form | {"reason": "It was agreed, not ordered."})
    page = await esi.get(done.headers["location"])
    assert ("It was agreed, not ordered." in page.text, "Care order (section 31)" in page.text) == (True, True)
    script = await api(world.esi)
    body = {"status": "never", "started_on": "2026-09-10", "reason": "It was another child."}
    path = f"{API}/care-periods/{period.id}/correct"
    assert (await script.post(path, json=body, headers=FIRST)).json()["current"]["legal_basis"] == "section_20"
    again = await script.post(path, json=body, headers={"If-Match": '"2"'})
    assert (again.json()["status"], [was["legal_basis"] for was in again.json()["corrections"]]) == ("never", ["section_20", "care_order"])
    with pytest.raises(NotFound):
        await get_care_period_for(world.ben, world.kai.id, period.id)
