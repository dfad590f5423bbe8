"""Kai is Leeds's and Wetherby's, and the committee's through the duty that the incidents' rows open; Nia is none of theirs."""

from typing import Any

from tests.code.matrix.rows import Call, Row
from tests.world import World
from yosafe.people.identifier_actions import record_name, record_number
from yosafe.people.marks.actions import mark_entry
from yosafe.people.marks.rules import EntryKey
from yosafe.people.marks.schemas import MarkEntry
from yosafe.people.schemas import RecordName, RecordNumber

KAI, NIA = "YP-000001", "YP-000002"
API, PAGES = "/api/v1/young-people", "/children"
VERSION = {"If-Match": '"1"'}
ALL_OF_KAI = {"family_name": "Morton", "given_names": "Kai", "date_of_birth": "2010-03-14"}
IDENTITY = {"family_name": "Frost", "given_names": "Lee", "date_of_birth-day": "3", "date_of_birth-month": "4", "date_of_birth-year": "2010"}
ARRIVAL = {"establishment": "WYI", "legal_status": "dto", "arrived_at": "2026-10-01T10:00:00Z"}
WHY = {"why": "He came in the night."}
NO_SUCH = {"family_name": "Nobody", "given_names": "Of This Name", "date_of_birth": "2010-03-14"}


def child(path: str, prefix: str = API, **more: Any) -> Row:
    """About Kai, and the same about Nia."""
    return Row(Call(f"{prefix}/{KAI}{path}", **more), other=Call(f"{prefix}/{NIA}{path}", **more))


def placement(path: str, prefix: str = API, **more: Any) -> Row:
    return Row(Call(f"{prefix}/{KAI}/placements/1/{path}", **more), other=Call(f"{prefix}/{NIA}/placements/2/{path}", **more))


def used(kind: str, prefix: str = API, **more: Any) -> Row:
    """A name or a number that one of the two has."""
    return Row(Call(f"{prefix}/{KAI}/{kind}/1/end", **more), other=Call(f"{prefix}/{NIA}/{kind}/2/end", **more))


def entry(path: str = "", prefix: str = API, **more: Any) -> Row:
    """The arrival of each in the chronology, which is marked."""
    own = f"{prefix}/{KAI}/chronology/entries/placement.arrived.1{path}"
    return Row(Call(own, **more), other=Call(f"{prefix}/{NIA}/chronology/entries/placement.arrived.2{path}", **more))


async def prepare(world: World) -> None:
    """Each of the two has a name and a number, Kai's recorded first."""
    for by, child in ((world.amina, world.kai), (world.ben, world.nia)):
        await record_name(by=by, young_person=child, new=RecordName(kind="nickname", given_names="Smiley"))
        await record_number(by=by, young_person=child, new=RecordNumber(kind="prison", value="A1234BC"))
        await mark_entry(by=by, young_person=child, key=EntryKey("placement", "arrived", child.id), new=MarkEntry(**WHY))


ROWS = {
    "GET /api/v1/young-people": Row(API),
    "POST /api/v1/young-people": Row(Call(API, json=ALL_OF_KAI | {"sex": "male", "home_area": "E08000035", "placement": ARRIVAL})),
    "POST /api/v1/young-people/receptions": Row(
        Call(f"{API}/receptions", json={"identity": ALL_OF_KAI | {"given_names": "Kaj"}, "placement": ARRIVAL}),  # as the rows of merging left him
        other=Call(f"{API}/receptions", json={"identity": NO_SUCH, "placement": ARRIVAL}),
    ),
    "GET /api/v1/young-people/completeness": Row(f"{API}/completeness"),
    "GET /api/v1/young-people/{ref}": child(""),
    "PATCH /api/v1/young-people/{ref}": child("", json={"religion": "none"}, headers=VERSION),
    "GET /api/v1/young-people/{ref}/chronology": child("/chronology"),
    "GET /api/v1/young-people/{ref}/chronology/document": child("/chronology/document?level=conference"),
    "GET /api/v1/young-people/{ref}/chronology/entries/{key}": entry(),
    "POST /api/v1/young-people/{ref}/chronology/entries/{key}/mark": entry("/mark", json=WHY),
    "POST /api/v1/young-people/{ref}/chronology/entries/{key}/mark/take-off": entry("/mark/take-off", json=WHY, headers=VERSION),
    "GET /children/{ref}/chronology/known": child("/chronology/known", PAGES),
    "GET /children/{ref}/chronology/entries/{key}": entry("", PAGES),
    "GET /children/{ref}/chronology/entries/{key}/mark": entry("/mark", PAGES),
    "POST /children/{ref}/chronology/entries/{key}/mark": entry("/mark", PAGES, form={}),
    "GET /children/{ref}/chronology/entries/{key}/take-off": entry("/take-off", PAGES),
    "POST /children/{ref}/chronology/entries/{key}/take-off": entry("/take-off", PAGES, form={}),
    "GET /api/v1/young-people/{ref}/placements": child("/placements"),
    "POST /api/v1/young-people/{ref}/placements": child("/placements", json=ARRIVAL),
    "POST /api/v1/young-people/{ref}/placements/{placement}/end": placement(
        "end", json={"left_at": "2026-09-07T10:00:00Z", "leaving_reason": "bail"}, headers=VERSION
    ),
    "POST /api/v1/young-people/{ref}/placements/{placement}/unit": placement("unit", json={"unit": "B wing"}, headers=VERSION),
    "GET /api/v1/young-people/{ref}/care-periods": child("/care-periods"),
    "POST /api/v1/young-people/{ref}/care-periods": child("/care-periods", json={"status": "never", "started_on": "2026-10-01"}),
    "GET /api/v1/young-people/{ref}/contacts": child("/contacts"),
    "POST /api/v1/young-people/{ref}/contacts": child("/contacts", json={"kind": "visit", "from_whom": "yot", "happened_on": "2026-10-01"}),
    "GET /api/v1/young-people/{ref}/names": child("/names"),
    "POST /api/v1/young-people/{ref}/names": child("/names", json={"kind": "nickname", "given_names": "Ace"}),
    "POST /api/v1/young-people/{ref}/names/{other_name}/end": used("names", json={"until": "2026-10-01"}, headers=VERSION),
    "GET /api/v1/young-people/{ref}/numbers": child("/numbers"),
    "POST /api/v1/young-people/{ref}/numbers": child("/numbers", json={"kind": "prison", "value": "A1234BC"}),
    "POST /api/v1/young-people/{ref}/numbers/{external_number}/end": used("numbers", json={"until": "2026-10-01"}, headers=VERSION),
    "GET /api/v1/clocks": Row("/api/v1/clocks"),
    "GET /children": Row(PAGES),
    "GET /children/export": Row(f"{PAGES}/export"),
    "POST /children/find": Row(Call("/children/find", form={"q": "mort"})),
    "GET /children/new": Row(f"{PAGES}/new"),
    "POST /children/new": Row(Call(f"{PAGES}/new", form=IDENTITY)),
    "POST /children": Row(Call(PAGES, form=IDENTITY)),
    "POST /children/receive": Row(Call(f"{PAGES}/receive", form=IDENTITY)),
    "GET /children/completeness": Row(f"{PAGES}/completeness"),
    "GET /children/{ref}": child("", PAGES),
    "GET /children/{ref}/chronology": child("/chronology", PAGES),
    "GET /children/{ref}/chronology/document": child("/chronology/document", PAGES),
    "GET /children/{ref}/chronology/document/file": child("/chronology/document/file?level=full", PAGES),
    "GET /children/{ref}/edit": child("/edit", PAGES),
    "POST /children/{ref}/edit": child("/edit", PAGES, form={}),
    "GET /children/{ref}/placements": child("/placements", PAGES),
    "GET /children/{ref}/placements/new": child("/placements/new", PAGES),
    "POST /children/{ref}/placements/new": child("/placements/new", PAGES, form={}),
    "GET /children/{ref}/placements/{placement}/end": placement("end", PAGES),
    "POST /children/{ref}/placements/{placement}/end": placement("end", PAGES, form={}),
    "GET /children/{ref}/placements/{placement}/unit": placement("unit", PAGES),
    "POST /children/{ref}/placements/{placement}/unit": placement("unit", PAGES, form={"unit": "B wing", "version": "0"}),
    "GET /children/{ref}/names": child("/names", PAGES),
    "GET /children/{ref}/names/new": child("/names/new", PAGES),
    "POST /children/{ref}/names/new": child("/names/new", PAGES, form={}),
    "GET /children/{ref}/names/{other_name}/end": used("names", PAGES),
    "POST /children/{ref}/names/{other_name}/end": used("names", PAGES, form={}),
    "GET /children/{ref}/numbers/new": child("/numbers/new", PAGES),
    "POST /children/{ref}/numbers/new": child("/numbers/new", PAGES, form={}),
    "GET /children/{ref}/numbers/{external_number}/end": used("numbers", PAGES),
    "POST /children/{ref}/numbers/{external_number}/end": used("numbers", PAGES, form={}),
    "GET /children/{ref}/care": child("/care", PAGES),
    "GET /children/{ref}/care/new": child("/care/new", PAGES),
    "POST /children/{ref}/care/new": child("/care/new", PAGES, form={}),
    "GET /children/{ref}/contacts": child("/contacts", PAGES),
    "GET /children/{ref}/contacts/new": child("/contacts/new", PAGES),
    "POST /children/{ref}/contacts/new": child("/contacts/new", PAGES, form={}),
}
