"""Finding young people: what is understood, what is refused, who is found, in which order."""

import datetime as dt

import msgspec
import pytest

from tests.world import KENT, NOW, WETHERBY, arrival, kai
from yosafe.db.engine import DB
from yosafe.errors import Invalid
from yosafe.people.actions import add_young_person
from yosafe.people.queries import ChildFilter, children, sites_of

NAMES = (
    ("Morton", "Kai", "KayKay"),
    ("Morton-Hill", "Ashley", None),
    ("Van der Berg", "Luuk", None),
    ("O'Neill", "Séamus", None),
    ("Éclair", "Zoë", None),
    ("100%", "A_b", None),
    ("Hill", "Morton", None),
)


@pytest.fixture
async def crowd(world):
    for number, (family_name, given_names, known_as) in enumerate(NAMES[1:]):
        new = kai(family_name=family_name, given_names=given_names, known_as=known_as, date_of_birth=dt.date(2010, 1, 1 + number))
        await add_young_person(by=world.amina, new=new)
    await DB.execute("UPDATE young_person SET known_as = 'KayKay' WHERE id = $1", world.kai.id)
    return world


async def found(world, q, who="amina", **more):
    return [one.name for one in (await children(world[who], ChildFilter(q=q, **more))).items]


@pytest.mark.parametrize(
    ("q", "names"),
    [
        ("morton", ["Morton, Kai", "Hill, Morton", "Morton-Hill, Ashley"]),  # who is in custody comes first
        ("MORTON K", ["Morton, Kai"]),
        ("kai mort", ["Morton, Kai"]),
        ("Morton, Kai", ["Morton, Kai"]),
        ("morton, hill", []),
        ("kayk", ["Morton, Kai"]),
        ("van der b", ["Van der Berg, Luuk"]),
        ("luuk van der berg", ["Van der Berg, Luuk"]),
        ("  o'ne ", ["O'Neill, Séamus"]),
        ("éclair", ["Éclair, Zoë"]),
        ("ÉCLAIR zoë", ["Éclair, Zoë"]),
        ("100%", ["100%, A_b"]),
        ("%", []),
        ("_", []),
        ("a_", ["100%, A_b"]),
        ("ai", []),
        ("14/3/2010", ["Morton, Kai"]),
        ("2010-03-14", ["Morton, Kai"]),
        ("14 March 2010", ["Morton, Kai"]),
        ("YP-000001", ["Morton, Kai"]),
        ("yp1", ["Morton, Kai"]),
        ("YP-000002", []),
        ("Bello", []),
        ("🙂", []),
    ],
)
async def test_what_is_typed_and_who_is_found(crowd, q, names):
    assert await found(crowd, q) == names


@pytest.mark.parametrize("q", ["a\0b", "\u202eabc", "x" * 101])
async def test_what_can_not_be_searched_for(world, q):
    with pytest.raises(Invalid) as refusal:
        await children(world.amina, ChildFilter(q=q))
    assert [error.key for error in refusal.value.errors] == ["q"]


async def test_blank_finds_everyone_whom_the_viewer_sees(crowd):
    assert len(await found(crowd, " \u200d ")) == len(NAMES)
    assert await found(crowd, "", "dan") == ["Morton, Kai"]
    assert await found(crowd, "", "ben") == ["Bello, Nia Grace"]
    assert await found(crowd, "", "femi") == []


async def test_filters(crowd):
    assert await found(crowd, "", held="now") == ["Morton, Kai"]
    assert len(await found(crowd, "", held="left")) == len(NAMES) - 1
    assert await found(crowd, "", site=WETHERBY) == ["Morton, Kai"]
    assert await found(crowd, "", site="FYI") == []
    assert await found(crowd, "", site=WETHERBY, unit="B wing") == []
    assert await sites_of(crowd.amina) == [WETHERBY]
    assert await sites_of(crowd.femi) == []


@pytest.mark.parametrize("order", ["held", "-recorded"])
async def test_pages_hold_everyone_once_in_order(crowd, order):
    seen, cursor = [], None
    while True:
        page = await children(crowd.amina, ChildFilter(), sort=order, after=cursor, limit=2)
        seen += [one.name for one in page.items]
        cursor = page.next
        if cursor is None:
            break
    whole = await children(crowd.amina, ChildFilter(), sort=order)
    assert seen == [one.name for one in whole.items]
    assert len(set(seen)) == len(NAMES)
    if order == "held":  # Kai alone is in custody
        assert seen == ["Morton, Kai", *sorted((name for name in seen if name != "Morton, Kai"), key=str.lower)]


async def test_a_cursor_names_nobody_and_opens_nothing(crowd):
    cursor = (await children(crowd.amina, ChildFilter(), limit=1)).next
    assert len(cursor) < 40
    with pytest.raises(Invalid):
        await children(crowd.ben, ChildFilter(), after=cursor)  # the last row of the page is none that Ben sees
    with pytest.raises(Invalid):
        await children(crowd.amina, ChildFilter(), after="nonsense")


async def test_that_someone_searched_is_kept_and_what_for_is_not(crowd):
    for q in ("Morton", "14/3/2010", "YP-000001", ""):
        await children(crowd.amina, ChildFilter(q=q))
    rows = await DB.fetch("SELECT event, detail FROM audit_entry WHERE actor = $1 ORDER BY id DESC LIMIT 4", crowd.amina.id)
    noted = [(row["event"].removeprefix("young-person:"), msgspec.json.decode(row["detail"])) for row in reversed(rows)]
    shown = [sorted(detail.pop("young_people")) for _, detail in noted]
    assert noted == [
        ("searched", {"by": "name"}), ("searched", {"by": "date of birth"}), ("searched", {"by": "reference"}), ("listed", {"by": "list"}),
    ]  # fmt: skip
    assert [len(ids) for ids in shown] == [3, 1, 1, 7]
    assert shown[2] == [1]


async def test_next_due_is_that_of_running_clocks(world):
    [one] = (await children(world.amina, ChildFilter())).items
    assert (one.next_due_on, one.overdue) == (dt.date(2026, 9, 7), True)
    await add_young_person(by=world.dan, new=kai(family_name="Frost", home_area=KENT, placement=arrival(WETHERBY, NOW)))
    [late, due] = (await children(world.dan, ChildFilter(), sort="-recorded")).items[::-1]
    assert (late.ref, due.next_due_on, due.overdue) == (one.ref, dt.date(2026, 10, 5), False)
    assert (await children(world.ben, ChildFilter(q="Frost"))).items[0].home_area == KENT
