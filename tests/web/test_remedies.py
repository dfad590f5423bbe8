"""What a script is told when a body or an address can't be taken: the field as it was sent, and what to send instead."""

import msgspec
import pytest

from tests.web.test_extreme_days import ARRIVAL, INCIDENT, KAI
from yosafe.text import EMAIL, PATTERNS, In

ROLES = {"young_person": "YP-000001", "roles": []}
SCRIPTS = (
    ("hal", "/agencies", {"code": "Leeds YOT", "kind": "yot", "name": "L"}, "code", "Must be small letters, digits and hyphens, like leeds-yot"),
    ("hal", "/users", {"email": "hal at work", "name": "H"}, "email", "Must be an email address, like name@example.org"),
    ("dan", f"{KAI}/placements", {**ARRIVAL, "arrived_at": "2026-10-01T14:30:00"}, "arrived_at", "2026-09-27T20:15:00+01:00"),
    ("dan", f"{KAI}/placements", {**ARRIVAL, "arrived_at": "yesterday"}, "arrived_at", "its offset from UTC"),
    ("amina", f"{KAI}/contacts", {"happened_on": "yesterday"}, "happened_on", "Must be a real date, like 2026-09-27"),
    ("dan", "/incidents", {**INCIDENT, "involvements": []}, "involvements", "Must have at least 1"),
    ("dan", "/incidents", {**INCIDENT, "involvements": [ROLES]}, "involvements.0.roles", "Must have at least 1"),
    ("dan", "/incidents", {**INCIDENT, "involvements": INCIDENT["involvements"] * 31}, "involvements", "Must have at most 30"),
    ("dan", "/incidents", {**INCIDENT, "place": "moon"}, "place", "cell (Cell or room)"),
    ("hal", "/users", {"email": "h@example.org", "name": "H", "role": "dpo", "agency": "nowhere"}, "agency", "No agency nowhere"),
    ("dan", "/incidents", [], "", "Must be a group of fields"),
    ("dan", "/incidents", None, "", "Send the fields as a JSON object"),
)


@pytest.mark.parametrize(("who", "path", "body", "key", "words"), SCRIPTS)
async def test_a_body_is_refused_with_its_remedy(api, world, who, path, body, key, words):
    more = {"content": b"", "headers": {"Content-Type": "application/json"}} if body is None else {"json": body}
    answer = await (await api(world[who])).post(f"/api/v1{path}", **more)
    assert answer.status_code == 422, answer.text
    [fault] = answer.json()["errors"]
    assert (fault["key"], words in fault["message"]) == (key, True), fault


UNKNOWN = (
    ("dan", "/api/v1/incidents?kind=foo", "kind"),
    ("dan", "/api/v1/incidents?kind=assault&kind=foo", "kind"),
    ("dan", "/api/v1/incidents?status=foo", "status"),
    ("dan", "/api/v1/incidents?severity=foo", "severity"),
    ("dan", "/api/v1/incidents?establishment=ZZZ", "establishment"),
    ("dan", "/api/v1/incidents?child=foo", "child"),
    ("dan", "/api/v1/clocks?clock=zz", "clock"),
    ("amina", "/api/v1/young-people?site=ZZZ", "site"),
    ("amina", "/api/v1/referrals?category=zz", "category"),
    ("amina", "/api/v1/referrals?establishment=ZZZ", "establishment"),
    ("amina", "/api/v1/referrals?child=zz", "child"),
    ("amina", "/api/v1/flags?establishment=ZZZ", "establishment"),
    ("grace", "/api/v1/audit?event=zz", "event"),
    ("dan", "/incidents?kind=zz", "kind"),
    ("dan", "/incidents?status=zz", "status"),
    ("dan", "/incidents?severity=zz", "severity"),
    ("dan", "/incidents?site=ZZZ", "site"),
    ("cleo", "/incidents/export?kind=zz", None),
    ("dan", "/clocks?state=zz", None),
    ("amina", "/children?site=ZZZ", "site"),
    ("amina", "/children?held=zz", "held"),
    ("amina", "/referrals?category=zz", "category"),
    ("amina", "/referrals?site=ZZZ", "site"),
    ("amina", "/risks?site=ZZZ", "site"),
    ("grace", "/admin/audit?action=zz", "action"),
    ("grace", "/admin/audit?user=zz", "user"),
)


@pytest.mark.parametrize(("who", "path", "key"), UNKNOWN)
async def test_what_there_is_not_is_no_empty_list(api, client, world, who, path, key):
    """On a page without a filter panel for it, the refusal is the page."""
    reader = await (api if path.startswith("/api") else client)(world[who])
    answer = await reader.get(path)
    assert answer.status_code == 422, answer.text
    if path.startswith("/api"):
        assert [fault["key"] for fault in answer.json()["errors"]] == [key]
    elif key:
        assert f'<a href="#{key}">' in answer.text


@pytest.mark.parametrize(
    ("path", "key"),
    [("/clocks?state=zz", "state"), ("/incidents?from=soon", "from"), (f"{KAI}/chronology?to=soon", "to"), ("/incidents?limit=0", "limit")],
)
async def test_an_address_is_refused_by_the_names_that_stand_in_it(api, world, path, key):
    answer = await (await api(world.dan)).get(f"/api/v1{path}")
    assert [fault["key"] for fault in answer.json()["errors"]] == [key]


def all_of(kind: type[In]) -> list[type[In]]:
    return [kind, *(deeper for inner in kind.__subclasses__() for deeper in all_of(inner))]


def test_every_pattern_of_a_field_has_words(app):
    structs = msgspec.json.schema_components(all_of(In))[1].values()
    found = {field["pattern"] for struct in structs for field in struct.get("properties", {}).values() if "pattern" in field}
    assert EMAIL in found
    assert found <= PATTERNS.keys()
