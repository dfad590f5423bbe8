"""Days and instants that can't be meant: the ends of the calendar, wherever one may be given. Each is refused in words, none is a fault."""

import datetime as dt
import json

import pytest

from tests.world import LEEDS
from yosafe.db.engine import DB
from yosafe.db.paging import cursor_of

DAYS = ("0001-01-01", "1899-12-31", "2101-01-01", "9999-12-31")
INSTANTS = ("0001-01-01T00:00:00Z", "0001-01-01T00:00:00+14:00", "1899-12-31T23:59:59Z", "2101-01-01T00:00:00Z", "9999-12-31T23:59:59-14:00")

ARRIVAL = {"establishment": "WYI", "legal_status": "dto", "arrived_at": "2026-10-01T14:30:00+01:00"}
LEE = {"family_name": "Frost", "given_names": "Lee", "date_of_birth": "2010-05-01", "sex": "male", "home_area": LEEDS}
INCIDENT = {
    "kind": "bullying", "happened_at": "2026-10-04T19:40:00Z", "place": "cell", "account": "Words.", "child_said": "Words.", "told_by": "staff",
    "involvements": [{"young_person": "YP-000001", "roles": ["harmed"]}],
    "answers": {"forms": ["verbal"], "happened_before": "no", "still_afraid": "no"},
}  # fmt: skip
SCREEN = {"young_person": "YP-000001", "instrument": "vulnerability-screen", "occasion": "arrival", "answers": {}, "own_words": {}}
CONSIDERED = {
    "young_person": "YP-000001", "assessment": "AS-000001", "category": "physical", "concern": "Fears for his safety",
    "threshold": "Not likely to suffer harm", "reason": "below_threshold", "second_person": "Esi Example",
}  # fmt: skip
KAI = "/young-people/YP-000001"

# Who, the way there, the body, and the field that takes a day or an instant.
BODIES = (
    ("amina", "/young-people", LEE, "date_of_birth", DAYS),
    ("amina", "/young-people", LEE, "release_on", DAYS),
    ("amina", "/young-people", {**LEE, "placement": ARRIVAL}, "placement.arrived_at", INSTANTS),
    ("dan", "/young-people/receptions", {"identity": {k: LEE[k] for k in ("family_name", "given_names", "date_of_birth")}, "placement": ARRIVAL},
     "identity.date_of_birth", DAYS),
    ("amina", f"PATCH {KAI}", {}, "release_on", DAYS),
    ("amina", f"PATCH {KAI}", {}, "date_of_birth", DAYS),
    ("dan", f"{KAI}/placements", ARRIVAL, "arrived_at", INSTANTS),
    ("dan", f"{KAI}/placements/1/end", {"leaving_reason": "bail"}, "left_at", INSTANTS),
    ("esi", f"{KAI}/care-periods", {"status": "never"}, "started_on", DAYS),
    ("amina", f"{KAI}/contacts", {"kind": "visit", "from_whom": "yot"}, "happened_on", DAYS),
    ("dan", "/incidents", INCIDENT, "happened_at", INSTANTS),
    ("dan", "/incidents", {**INCIDENT, "outcomes": [{"outcome": "family_told"}]}, "outcomes.0.done_on", DAYS),
    ("dan", "/assessments", SCREEN, "completed_on", DAYS),
    ("cleo", "/referrals/considered", CONSIDERED, "review_on", DAYS),
    ("esi", "/referrals/RF-000001/events", {"kind": "acknowledged"}, "on", DAYS),
    ("cleo", "/reviews", {"chair": "Cleo"}, "meets_on", DAYS),
    ("cleo", "/reviews/RV-000001/cases/1/actions", {"what": "Ring home", "owner_agency": "leeds-yot", "owner_name": "Amina"}, "due_on", DAYS),
    ("cleo", "/reviews/RV-000001/cases/1/decision", {"decision": "support_plan", "reason": "It goes better", "child_came": "came",
                                                         "advocate": "came"},
     "next_review_on", DAYS),
)  # fmt: skip


def with_value(body, key, value):
    """The body with one value put in, by its dotted name."""
    body = json.loads(json.dumps(body))
    *way, last = key.split(".")
    place = body
    for part in way:
        place = place[int(part) if part.isdigit() else part]
    place[last] = value
    return body


@pytest.mark.parametrize(("who", "path", "body", "key", "value"), [(*row[:4], value) for row in BODIES for value in row[4]])
async def test_a_day_in_a_body(api, world, who, path, body, key, value):
    method, _, path = path.rpartition(" ")
    script = await api(world[who])
    before = await DB.fetchval("SELECT count(*) FROM audit_entry")
    answer = await script.request(method or "POST", f"/api/v1{path}", json=with_value(body, key, value), headers={"If-Match": '"1"'})
    assert answer.status_code == 422, answer.text
    [fault] = answer.json()["errors"]
    assert (fault["key"], "1900 to 2100" in fault["message"]) == (key, True)
    assert await DB.fetchval("SELECT count(*) FROM audit_entry") == before


FILTERS = (
    ("dan", "/api/v1/incidents?{}"), ("dan", f"/api/v1{KAI}/chronology?{{}}"), ("grace", "/api/v1/audit?{}"),
    ("dan", "/incidents?{}"), ("cleo", "/incidents/export?{}"), ("dan", "/children/YP-000001/chronology?{}"), ("grace", "/admin/audit?{}"),
)  # fmt: skip


@pytest.mark.parametrize("asked", [f"{key}={day}" for key in ("from", "to") for day in DAYS])
@pytest.mark.parametrize(("who", "path"), FILTERS)
async def test_a_day_in_a_filter(api, client, world, who, path, asked):
    reader = await (api if path.startswith("/api") else client)(world[who])
    answer = await reader.get(path.format(asked))
    assert answer.status_code == 422, answer.text
    if path.startswith("/api"):
        assert [fault["key"] for fault in answer.json()["errors"]] == [asked.partition("=")[0]]


@pytest.mark.parametrize("asked", ["from=1900-01-01", "to=2100-12-31", "from=1900-01-01&to=2100-12-31"])
@pytest.mark.parametrize(("who", "path"), FILTERS)
async def test_the_first_and_last_day_that_may_be_asked_for(api, client, world, who, path, asked):
    reader = await (api if path.startswith("/api") else client)(world[who])
    assert (await reader.get(path.format(asked))).status_code == 200


@pytest.mark.parametrize(("who", "path"), FILTERS)
async def test_a_period_that_ends_before_it_begins(api, client, world, who, path):
    reader = await (api if path.startswith("/api") else client)(world[who])
    answer = await reader.get(path.format("from=2026-10-02&to=2026-10-01"))
    assert answer.status_code == 422
    assert "The period must end on or after the day it begins" in answer.text


LATE, LATE_DAY = dt.datetime(9999, 12, 31, 23, 59, 59, tzinfo=dt.timezone(dt.timedelta(hours=-14))), dt.date(9999, 12, 31)
CURSORS = (
    ("/incidents", (LATE, 1)), ("/referrals", (LATE, 1)), ("/flags", (LATE, 1)), ("/reviews", (LATE, 1)), ("/surveys", (LATE, 1)),
    (f"{KAI}/chronology", (LATE, "contact", 1, "")), (f"{KAI}/contacts", (LATE_DAY, 1)), (f"{KAI}/assessments", (LATE_DAY, 1)),
    ("/clocks", (LATE_DAY, 1)), ("/clocks?state=met", (LATE, 1)), ("/actions", (LATE_DAY, 1)),
)  # fmt: skip


@pytest.mark.parametrize(("path", "key"), CURSORS)
async def test_a_day_in_a_cursor_that_no_page_gave(api, world, path, key):
    answer = await (await api(world.cleo)).get(f"/api/v1{path}", params=dict(after=cursor_of(key), **({"state": "met"} if "met" in path else {})))
    assert answer.status_code == 422, answer.text
    assert [fault["key"] for fault in answer.json()["errors"]] == ["after"]
