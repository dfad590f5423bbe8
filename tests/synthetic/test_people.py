"""Every young person, placement, care period and contact passes the rules of people, and is what those who wrote it down may write."""

import datetime as dt
from collections import defaultdict
from typing import Any

import pytest

from tests.synthetic.conftest import NOW
from yosafe.accounts.permissions import PERMISSIONS, AgencyKind, Role
from yosafe.accounts.rules import role_fits
from yosafe.clock import day_of
from yosafe.db.engine import DB
from yosafe.people import rules
from yosafe.reference import rule_sets
from yosafe.reference.areas import area
from yosafe.reference.distance import miles
from yosafe.reference.establishments import establishment
from yosafe.synthetic.load import Loaded

TODAY = NOW.date()
Rows = list[Any]


async def fetch(sql: str) -> Rows:
    rows = await DB.fetch(sql)
    assert rows, sql
    return rows


async def test_everyone_is_of_an_age_and_answers_are_in_the_code_lists(estate: Loaded):
    first = {row["young_person"]: row["first"] for row in await fetch("SELECT young_person, min(arrived_at) AS first FROM placement GROUP BY 1")}
    for row in await fetch("SELECT * FROM young_person"):
        person = dict(row)
        arrived_on = day_of(first.get(person["id"], person["created_at"]))  # one was recorded from a court list, and has not come
        assert rules.birth_faults(person["date_of_birth"], on=arrived_on, today=TODAY) == []
        assert 14 <= rules.age_on(person["date_of_birth"], arrived_on) <= 18
        assert rules.code_faults(person, on=day_of(person["created_at"])) == []
        assert rules.outcode_faults(person["home_outcode"]) == rules.area_faults(person["home_area"], field="home_area") == []
        assert person["created_at"] <= NOW


async def test_names_and_numbers_pass_the_rules(estate: Loaded):
    numbers = await fetch("SELECT e.*, g.code FROM external_number e LEFT JOIN agency g ON g.id = e.agency")
    assert {row["kind"] for row in numbers} == {"prison", "yot", "nhs"}
    for row in numbers:
        assert rules.number_faults(row["kind"], row["value"], agency=row["code"]) == []
    assert len({(row["kind"], row["value"], row["agency"]) for row in numbers}) == len(numbers)
    for row in await fetch("SELECT n.*, y.date_of_birth FROM other_name n JOIN young_person y ON y.id = n.young_person"):
        assert row["born"] == row["date_of_birth"]
        rules.check_name_kind(row["kind"], day_of(row["recorded_at"]))


async def test_some_were_not_asked_and_some_declined(estate: Loaded):
    rows = await fetch("SELECT ethnicity, religion, interpreter, disability FROM young_person")
    standing = {rules.standing(row[field]) for row in rows for field in ("ethnicity", "religion", "disability")}
    assert standing == set(rules.Standing)


async def test_placements_pass_the_rules_and_distance_is_what_it_was(estate: Loaded):
    for row in await fetch("SELECT p.*, y.date_of_birth, y.home_area FROM placement p JOIN young_person y ON y.id = p.young_person"):
        codes = {"legal_status": row["legal_status"]} | ({"leaving_reason": row["leaving_reason"]} if row["left_at"] else {})
        assert rules.code_faults(codes, on=day_of(row["arrived_at"])) == []
        assert rules.arrival_faults(row["arrived_at"], date_of_birth=row["date_of_birth"], now=row["recorded_at"]) == []
        assert row["distance_miles"] == miles(rules.home_of(row["home_outcode"], row["home_area"]), establishment(row["establishment"]))
        if row["left_at"]:
            assert rules.leaving_faults(row["left_at"], arrived_at=row["arrived_at"], now=row["left_recorded_at"]) == []
        else:
            assert row["leaving_reason"] is row["left_recorded_at"] is None


async def test_a_placement_changes_as_often_as_its_trail_says(estate: Loaded):
    rows = await fetch(
        "SELECT p.version, count(a.id) AS changes FROM placement p LEFT JOIN audit_entry a ON a.subject_kind = 'placement' AND a.subject = p.id "
        "AND a.event IN ('placement:changed', 'placement:ended') GROUP BY p.id"
    )
    assert all(row["version"] == 1 + row["changes"] for row in rows)


async def test_care_periods_follow_each_other_and_pass_the_rules(estate: Loaded):
    spells: dict[int, Rows] = defaultdict(list)
    for row in await fetch("SELECT c.*, y.date_of_birth FROM care_period c JOIN young_person y ON y.id = c.young_person ORDER BY c.id"):
        facts = {name: row[name] for name in ("status", "legal_basis")}
        assert rules.code_faults(facts, on=row["started_on"]) in ([], _too_old(row))
        assert (
            rules.care_faults(**facts, responsible_area=row["responsible_area"], started_on=row["started_on"], today=day_of(row["recorded_at"])) == []
        )
        assert rules.before_birth_faults("started_on", row["started_on"], date_of_birth=row["date_of_birth"]) == []
        spells[row["young_person"]].append(row)
    for own in spells.values():
        for before, after in zip(own, [*own[1:], None], strict=True):
            assert before["ended_on"] == (after["started_on"] if after else None)
            assert before["ended_recorded_at"] == (after["recorded_at"] if after else None)


def _too_old(row: Any) -> list[Any]:
    """Care that began before a code came into use."""
    return rules.code_faults({"legal_basis": row["legal_basis"]}, on=row["started_on"])


async def test_contacts_are_of_a_stay_and_written_down_afterwards(estate: Loaded):
    rows = await fetch(
        "SELECT c.*, EXISTS (SELECT FROM placement p WHERE p.young_person = c.young_person "
        "AND (p.arrived_at AT TIME ZONE 'Europe/London')::date <= c.happened_on "
        "AND (p.left_at IS NULL OR (p.left_at AT TIME ZONE 'Europe/London')::date >= c.happened_on)) AS held FROM contact c"
    )
    waits = await DB.fetch("SELECT id FROM young_person y WHERE NOT EXISTS (SELECT FROM placement p WHERE p.young_person = y.id)")
    assert len(waits) == 1
    for row in rows:
        assert row["held"] or row["young_person"] == waits[0]["id"]
        assert rules.code_faults({"kind": row["kind"], "from_whom": row["from_whom"]}, on=row["happened_on"]) == []
        assert row["happened_on"] <= day_of(row["recorded_at"])
        assert row["recorded_at"] <= NOW


async def test_the_screen_s_clock_is_what_the_rules_make_it(estate: Loaded):
    rows = await fetch(
        "SELECT c.*, p.arrived_at, p.left_recorded_at, p.left_at, p.establishment, p.recorded_at AS placed_at, s.recorded_at AS screened_at "
        "FROM placement p LEFT JOIN clock c ON c.subject_kind = 'placement' AND c.subject = p.id "
        "LEFT JOIN assessment s ON s.placement = p.id AND s.instrument = 'vulnerability-screen'"
    )
    for row in rows:
        due = rule_sets.due("arrival-screen", day_of(row["arrived_at"]))
        assert (row["clock"], row["rules"], row["due_on"], row["started_at"]) == ("arrival-screen", due.rules, due.due, row["arrived_at"])
        assert (row["owner_kind"], row["owner_establishment"], row["recorded_at"]) == ("yoi", row["establishment"], row["placed_at"])
        assert row["met_at"] == row["met_recorded_at"] == row["screened_at"]
        assert row["stopped_at"] == (row["left_recorded_at"] if row["screened_at"] is None and row["left_at"] else None)
    assert {(row["met_at"] is None, row["stopped_at"] is None) for row in rows} == {(False, True), (True, False), (True, True)}


async def test_agencies_and_workers_fit_each_other(estate: Loaded):
    for row in await fetch("SELECT u.role, g.* FROM user_account u JOIN agency g ON g.id = u.agency"):
        assert role_fits(Role(row["role"]), AgencyKind(row["kind"]))
        assert row["area"] is None or area(row["area"]).code == row["area"]
        assert row["establishment"] is None or establishment(row["establishment"]).code == row["establishment"]


@pytest.mark.parametrize(
    ("table", "column", "permissions"),
    [
        ("young_person", "recorded_by", {"young-person:add"}),
        ("placement", "recorded_by", {"placement:record"}),
        ("care_period", "recorded_by", {"care-period:record"}),
        ("contact", "recorded_by", {"contact:record"}),
        ("incident", "recorded_by", {"incident:record"}),
        ("incident_outcome", "recorded_by", {"incident:addendum"}),
        ("addendum", "recorded_by", {"incident:addendum"}),
        ("assessment", "recorded_by", {"assessment:record", "assessment:screen"}),
        ("assessment_signing", "recorded_by", {"assessment:countersign"}),
        ("welfare_need_step", "recorded_by", {"need:record"}),
        ("arrival_paper_step", "recorded_by", {"paper:record"}),
        ("referral", "recorded_by", {"referral:send", "referral:consider"}),
    ],
)
async def test_everything_was_written_by_someone_who_may(estate: Loaded, table: str, column: str, permissions: set[str]):
    rows = await fetch(f"SELECT DISTINCT u.role FROM {table} t JOIN user_account u ON u.id = t.{column}")
    for row in rows:
        assert permissions & PERMISSIONS[Role(row["role"])], row["role"]


@pytest.mark.parametrize("table", ["placement", "incident"])
async def test_establishments_write_their_own(estate: Loaded, table: str):
    foreign = await DB.fetchval(
        f"SELECT count(*) FROM {table} t JOIN user_account u ON u.id = t.recorded_by JOIN agency g ON g.id = u.agency "
        "WHERE g.establishment IS DISTINCT FROM t.establishment"
    )
    assert foreign == 0


async def test_assessments_are_written_by_the_team_of_the_home_area(estate: Loaded):
    foreign = await DB.fetchval(
        "SELECT count(*) FROM assessment a JOIN agency g ON g.id = a.agency JOIN young_person y ON y.id = a.young_person "
        "WHERE a.instrument = 'asset-2000' AND g.area <> y.home_area"
    )
    assert foreign == 0


async def test_some_came_lately_and_some_wait_for_a_screen(estate: Loaded):
    """The worklists are alive."""
    since = NOW - dt.timedelta(days=1)
    assert await DB.fetchval("SELECT count(*) FROM placement WHERE arrived_at > $1", since) > 0
