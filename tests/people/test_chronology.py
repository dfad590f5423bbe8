"""One time line from many sources: its order, its pages, its filters, and what it shows to whom."""

import datetime as dt

import pytest
from msgspec.structs import replace

from tests.world import LEEDS, NOW
from yosafe import clock
from yosafe.accounts.actions import make_key
from yosafe.accounts.schemas import MakeKey
from yosafe.db.engine import DB
from yosafe.db.sql import Sql
from yosafe.errors import Invalid
from yosafe.people import actions, chronology
from yosafe.people.chronology import Source, Told, Wanted
from yosafe.people.marks.rules import EntryKey
from yosafe.people.schemas import EndPlacement, RecordCarePeriod, RecordContact
from yosafe.people.tables import Placement


@pytest.fixture
async def told(world):
    """A contact in August, care since 2020, arrival on 7 September (of the world), a letter on that day, leaving on 5 October."""
    await actions.record_care_period(
        by=world.esi,
        young_person=world.kai,
        new=RecordCarePeriod(status="looked_after", legal_basis="section_20", responsible_area=LEEDS, started_on=dt.date(2020, 5, 1)),
    )
    for kind, day in (("visit", dt.date(2026, 8, 3)), ("letter", dt.date(2026, 9, 7))):
        await actions.record_contact(by=world.amina, young_person=world.kai, new=RecordContact(kind=kind, from_whom="yot", happened_on=day))
    placement = await Placement.objects().get(Placement.young_person == world.kai.id)
    with clock.stopped_at(NOW + dt.timedelta(hours=1)):
        await actions.end_placement(by=world.cleo, placement=placement, ending=EndPlacement(left_at=NOW, leaving_reason="released"), version=1)
    return world


TITLES = [
    "Left Wetherby",
    "Arrived at Wetherby",
    "Letter: youth offending team",  # only the day is known: it stands before what has an hour
    "Visit: youth offending team",
    "Care status: looked after",
]


async def titles(world, who="amina", **wanted):
    page = await chronology.chronology(world[who], world.kai, Wanted(**wanted))
    return [entry.title for entry in page.items]


async def test_everything_in_order(told):
    assert await titles(told) == TITLES
    assert await titles(told, order="oldest") == TITLES[::-1]


@pytest.mark.parametrize("order", ["newest", "oldest"])
@pytest.mark.parametrize("limit", [1, 2, 4])
async def test_pages_hold_each_entry_once(told, order, limit):
    seen, cursor = [], None
    while True:
        page = await chronology.entries(told.amina, told.kai.id, Wanted(order=order), after=cursor, limit=limit)
        seen += [entry.title for entry in page.items]
        cursor = page.next
        if cursor is None:
            break
    assert seen == (TITLES if order == "newest" else TITLES[::-1])


@pytest.mark.parametrize(
    ("wanted", "shown"),
    [
        ({"source": "contact"}, [2, 3]),
        ({"source": "care"}, [4]),
        ({"since": dt.date(2026, 9, 7)}, [0, 1, 2]),
        ({"until": dt.date(2026, 9, 7)}, [1, 2, 3, 4]),
        ({"since": dt.date(2026, 9, 7), "until": dt.date(2026, 9, 7)}, [1, 2]),
        ({"since": dt.date(2026, 10, 6)}, []),
    ],
)
async def test_filters(told, wanted, shown):
    assert await titles(told, **wanted) == [TITLES[number] for number in shown]


@pytest.mark.parametrize("wanted", [{"source": "gossip"}, {"since": dt.date(2026, 9, 7), "until": dt.date(2026, 9, 6)}])
async def test_what_can_not_be_shown(told, wanted):
    with pytest.raises(Invalid):
        await titles(told, **wanted)


async def test_an_entry_says_when_it_happened_when_it_was_recorded_and_by_whom(told):
    left, arrived, letter, _, care = (await chronology.chronology(told.amina, told.kai, Wanted())).items
    assert (left.at, left.day, left.recorded_at, left.by, left.agency) == (NOW, dt.date(2026, 10, 5), NOW + dt.timedelta(hours=1), "Cleo", "Wetherby")
    assert (arrived.by, arrived.text) == ("Dan", "Detention and training order. Unit: A wing. About 11 miles from home.")
    assert (letter.at, letter.day, letter.link) == (None, dt.date(2026, 9, 7), "/children/YP-000001/contacts")
    assert care.text == "Section 20: accommodated by agreement. Responsible: Leeds."


async def test_words_follow_the_terminology(told):
    page = await chronology.entries(told.amina, told.kai.id, Wanted(source="contact"), terminology="today")
    assert page.items[0].title == "Letter: youth justice service"


async def test_reading_it_is_noted(told):
    await titles(told, source="care")
    row = await DB.fetchrow("SELECT young_person, detail FROM audit_entry WHERE event = 'young-person:chronology-read'")
    assert (row["young_person"], row["detail"]) == (told.kai.id, '{"entries":1,"source":"care"}')


async def test_a_source_decides_to_whom_its_entries_show(told, monkeypatch):
    monkeypatch.setattr(chronology, "_SOURCES", dict(chronology._SOURCES))
    chronology.register_source(
        Source(
            id="secret",
            title="Secrets",
            permission="young-person:read",
            rows=lambda viewer, young_person: Sql(
                "SELECT 'kept' AS part, 1::bigint AS id, {}::timestamptz AS at, false AS day_only, {}::timestamptz AS recorded_at, "
                "{}::bigint AS recorded_by, jsonb_build_object() AS facts WHERE {}",
                NOW, NOW, told.cleo.id, viewer.id == told.cleo.id,
            ),
            tell=lambda part, facts, terminology: Told(title="A secret", ref="SE-000001"),
        )
    )  # fmt: skip
    assert sorted(await titles(told, "cleo")) == sorted([*TITLES, "A secret"])
    assert await titles(told, "amina") == TITLES


def entry_of(source, told):
    """An entry of a source, whatever that is about, which names its source as it was recorded and learned."""
    row = Sql(
        "SELECT 'kept' AS part, 1::bigint AS id, {}::timestamptz AS at, false AS day_only, {}::timestamptz AS recorded_at, "
        "{}::bigint AS recorded_by, jsonb_build_object() AS facts",
        NOW, NOW, told.cleo.id,
    )  # fmt: skip
    return replace(source, rows=lambda viewer, young_person: row, tell=lambda *_: Told(title=source.title), facts=None, learned=None, subject=None)


async def test_without_the_permission_of_a_source_none_of_its_entries_exists(told, monkeypatch):
    """Of every source, by the scope of a key as by the role: in lists, one by one and by the filter."""
    monkeypatch.setattr(chronology, "_SOURCES", {source.id: entry_of(source, told) for source in chronology.sources()})
    every = {source.id for source in chronology.sources()}
    for permission in sorted({source.permission for source in chronology.sources()}):
        theirs = {source.id for source in chronology.sources() if source.permission == permission}
        for scope, shown in ((told.cleo.permissions - {permission}, every - theirs), ({permission}, theirs)):
            viewer = replace(told.cleo, scope=tuple(scope))
            assert {entry.source for entry in (await chronology.entries(viewer, told.kai.id, Wanted(), limit=100)).items} == shown
            for source in theirs:
                found = await chronology.entry_of(viewer, told.kai.id, EntryKey(source, "kept", 1))
                assert (found is not None) is (source in shown)
        for source in theirs:
            with pytest.raises(Invalid, match="no such source"):
                await chronology.entries(replace(told.cleo, scope=tuple(told.cleo.permissions - {permission})), told.kai.id, Wanted(source=source))
    assert (await DB.fetch(*chronology.every_entry(replace(told.cleo, scope=()), told.kai.id).parts())) == []


async def test_by_a_key_the_chronology_shows_no_more_than_the_key_may(told, client):
    made = await make_key(
        MakeKey(email="cleo@example.org", name="reader", scope=["young-person:read", "contact:read", "chronology:export"]), by=told.hal
    )
    script = await client()
    script.headers["Authorization"] = f"Bearer {made.key}"
    here = "/api/v1/young-people/YP-000001/chronology"
    assert {entry["source"] for entry in (await script.get(here)).json()["items"]} == {"contact"}
    assert [(await script.get(f"{here}?source={one}")).status_code for one in ("contact", "placement", "incident")] == [200, 422, 422]
    page = (await script.get("/children/YP-000001/chronology")).text
    assert ("Letter: youth" in page, "Arrived at" in page, ">Incidents<" in page) == (True, False, False)
    document = await script.get(f"{here}/document?level=full")
    assert document.status_code == 200
    detail = await DB.fetchval("SELECT detail FROM audit_entry WHERE event = 'young-person:chronology-exported'")
    assert '"entries":2' in detail
