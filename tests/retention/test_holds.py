"""How long records are kept: the rule that lasts longest counts, what is open has no day, and what is held is never due."""

import asyncio
import datetime as dt
import json

import pytest
from click.testing import CliRunner
from msgspec.structs import replace

from tests.incidents.make import involve, submit
from tests.world import NOW, TODAY, World, kai
from yosafe import clock
from yosafe.cli import main
from yosafe.db.engine import DB
from yosafe.errors import Conflict, NotFound, Refused, SettingsWrong, Stale
from yosafe.people.actions import add_young_person
from yosafe.retention.records import access, holding, queries
from yosafe.retention.records.queries import DueFilter, HoldFilter
from yosafe.retention.records.rules import OPEN_WORDS, in_force, packaged

REASON = "A claim for an injury was announced by a solicitor."
BORN = dt.date(2010, 3, 14)
YEARS = {rule.id: rule.years for rule in packaged().rules}


async def released(on: dt.date) -> None:
    await DB.execute("UPDATE placement SET left_at = $1, leaving_reason = 'released' WHERE young_person = 1", clock.midnight(on))


def years_after(day: dt.date, rule: str) -> dt.date:
    return day.replace(year=day.year + YEARS[rule])


async def last_of(world: World) -> tuple[str, dt.date]:
    standing = await queries.standing(world.kai.id)
    assert standing.open == []
    assert standing.due_on == standing.rules[0].until
    return standing.rules[0].rule, standing.rules[0].until


async def refs(world: World, state: str) -> list[str]:
    return [one.young_person for one in (await queries.DUE.page(world.grace, DueFilter(state=state))).items]


def test_every_rule_says_where_it_is_from_and_what_is_open():
    for rule in packaged().rules:
        assert rule.source
        assert rule.binds
        assert rule.decide, "a records officer decides, until an installation says that one has"
        assert 1 <= rule.years <= 120
    assert packaged().open.keys() == OPEN_WORDS.keys()


# What is recorded of Kai besides his placement, and which rule then lasts longest, from which day.
@pytest.mark.parametrize(
    ("recorded", "rule", "since"),
    [
        (None, "custody", TODAY),
        ("INSERT INTO care_period (young_person, status, started_on, ended_on, recorded_at, recorded_by, responsible_area, legal_basis, version) "
         "SELECT 1, 'looked_after', '2020-01-01', '2020-02-01', now(), 1, 'E08000035', 'section_20', 1", "looked-after", BORN),
        ("INSERT INTO care_period (young_person, status, started_on, ended_on, recorded_at, recorded_by, version) "
         "SELECT 1, 'never', '2020-01-01', '2020-02-01', now(), 1, 1", "custody", TODAY),
        ("UPDATE young_person SET date_of_birth = '2014-03-14' WHERE id = 1", "every-record", dt.date(2014, 3, 14)),
    ],
    ids=["nothing", "looked after", "never looked after", "younger"],
)  # fmt: skip
async def test_the_rule_that_lasts_longest_counts(world, recorded, rule, since):
    await released(TODAY)
    if recorded:
        await DB.execute(recorded)
    assert await last_of(world) == (rule, years_after(since, rule))


@pytest.mark.parametrize(
    ("kind", "rule", "since"),
    [("staff_allegation", "staff-allegation", BORN), ("disclosure", "staff-allegation", BORN), ("self_harm", "custody", TODAY)],
)
async def test_kinds_of_incidents_make_it_last(world, kind, rule, since):
    staff = [{"role": "staff_alleged", "name": "Officer Quirke"}] if kind == "staff_allegation" else None
    role = "hurt_self" if kind == "self_harm" else "concerned"
    await submit(world.cleo, involve(world.kai, role), kind=kind, **({"staff": staff} if staff else {}))
    await DB.execute("UPDATE duty SET ended_at = $1", NOW)
    await released(TODAY)
    assert await last_of(world) == (rule, years_after(since, rule))


async def test_who_is_in_custody_has_no_last_day(world):
    standing = await queries.standing(world.kai.id)
    assert (standing.due_on, standing.is_due, standing.open) == (None, False, ["in custody"])
    assert await refs(world, "due") == await refs(world, "soon") == []


async def test_due_soon_and_not_yet(world):
    await released(TODAY)
    last = years_after(TODAY, "custody")
    for day, due, soon in ((last - dt.timedelta(days=400), [], []), (last - dt.timedelta(days=300), [], ["YP-000001"]), (last, ["YP-000001"], [])):
        with clock.stopped_at(clock.midnight(day) + dt.timedelta(hours=12)):
            assert (await refs(world, "due"), await refs(world, "soon")) == (due, soon)
            assert (await queries.standing(world.kai.id)).is_due is bool(due)


@pytest.fixture
async def due(world):
    await released(TODAY)
    with clock.stopped_at(clock.midnight(dt.date(2036, 10, 20))):
        yield world


async def test_what_is_held_is_never_due(due):
    made = await holding.place_hold(by=due.grace, young_person=due.kai, reason=REASON)
    assert (await refs(due, "due"), await refs(due, "held")) == ([], ["YP-000001"])
    assert not (await queries.standing(due.kai.id)).is_due
    with pytest.raises(Conflict, match="holds this record already"):
        await holding.place_hold(by=due.grace, young_person=due.kai, reason=REASON)
    await holding.lift_hold(by=due.grace, hold=made, reason="The claim was settled in May.", version=1)
    for stale in (Stale, Conflict):
        again = await access.get_hold_for(due.grace, made.id) if stale is Conflict else made
        with pytest.raises(stale):
            await holding.lift_hold(by=due.grace, hold=again, reason="The claim was settled in May.", version=1)
    assert (await refs(due, "due"), await refs(due, "held")) == (["YP-000001"], [])
    events = [row["event"] for row in await DB.fetch("SELECT event FROM audit_entry WHERE subject_kind = 'legal_hold' ORDER BY id")]
    assert events == ["legal-hold:placed", "legal-hold:lifted"]


async def test_a_hold_of_another_agency_counts_and_is_lifted_by_it_alone(due):
    leeds = replace(due.grace, agency=due.amina.agency, agency_kind=due.amina.agency_kind, area=due.amina.area, establishment=None)
    made = await holding.place_hold(by=leeds, young_person=due.kai, reason=REASON)
    assert await refs(due, "due") == []
    [shown] = (await queries.HOLDS.page(due.grace, HoldFilter())).items
    assert (shown.agency, shown.reason) == ("Leeds YOT", REASON)
    with pytest.raises(Refused, match="Another agency"):
        await holding.lift_hold(by=due.grace, hold=await access.get_hold_for(due.grace, made.id), reason=REASON, version=1)


async def test_whoever_does_not_answer_for_them_knows_of_no_hold(due):
    made = await holding.place_hold(by=due.grace, young_person=due.kai, reason=REASON)
    oakhill = replace(due.grace, agency=due.ivy.agency, establishment=due.ivy.establishment)
    with pytest.raises(NotFound):
        await access.get_hold_for(oakhill, made.id)
    assert (await queries.HOLDS.page(oakhill, HoldFilter(state="all"))).items == []
    assert (await queries.DUE.page(oakhill, DueFilter(state="held"))).items == []
    for name in ("amina", "cleo", "hal"):
        with pytest.raises(Refused):
            await holding.place_hold(by=due[name], young_person=due.kai, reason=REASON)


async def test_the_row_of_a_hold_that_stands_can_not_be_deleted(due):
    await holding.place_hold(by=due.grace, young_person=due.kai, reason=REASON)
    with pytest.raises(Conflict):
        await DB.execute("DELETE FROM legal_hold")


OWN = """
[[rule]]
id = "every-record"
years = 30
source = "Records schedule of the council, 2026"
decided_on = 2026-11-01
"""
STOP = """
[stop]
reason = "An inquiry asked for everything."
since = 2026-11-01
"""


async def test_an_installation_says_its_own_numbers_and_stops_all(due, tmp_path, monkeypatch):
    file = tmp_path / "schedule.toml"
    file.write_text(OWN)
    rule = in_force(file).rule("every-record")
    assert (rule.years, rule.source, rule.confirmed, rule.decide) == (30, "Records schedule of the council, 2026", True, "")
    assert in_force(file).rule("custody") == packaged().rule("custody")
    monkeypatch.setattr(queries, "schedule", lambda: in_force(file))
    assert await refs(due, "due") == []
    file.write_text(STOP)
    assert await refs(due, "due") == ["YP-000001"]
    standing = await queries.standing(due.kai.id)
    assert (standing.is_due, standing.stopped) == (False, "An inquiry asked for everything.")


@pytest.mark.parametrize(
    "wrong",
    [OWN.replace("every-record", "each-record"), OWN.replace("30", "0"), OWN.replace("Records schedule of the council, 2026", " "), "rule = 1"],
)
def test_a_file_that_can_not_be_followed_is_refused(tmp_path, wrong):
    file = tmp_path / "schedule.toml"
    file.write_text(wrong)
    with pytest.raises(SettingsWrong, match="YOSAFE_RETENTION_SCHEDULE"):
        in_force(file)


async def test_another_child_is_not_touched_by_the_rules_of_one(due):
    """Kai's brother is younger and was never in custody."""
    await add_young_person(by=due.amina, new=kai(given_names="Noah", date_of_birth=dt.date(2022, 1, 9)))
    assert await refs(due, "due") == ["YP-000001"]


async def test_commands(due, database_url, monkeypatch, tmp_path):
    monkeypatch.setenv("YOSAFE_DATABASE_URL", database_url)
    monkeypatch.setenv("YOSAFE_HOME", str(tmp_path))

    async def said(*words: str, who: str = "grace", code: int = 0) -> str:
        result = await asyncio.to_thread(CliRunner().invoke, main, ["retention", *words, "--as", f"{who}@example.org"])
        assert result.exit_code == code, result.output
        return result.output

    await DB.close()
    assert "YP-000001: until 5 October 2036. Held in custody: 10 years from the last release." in await said("due")
    assert "stands on YP-000001" in await said("hold", "YP-000001", "--reason", REASON)
    assert json.loads(await said("due", "--format", "json"))["records"] == []
    assert "is lifted" in await said("lift", "1", "--reason", "The claim was settled in May.")
    await said("hold", "YP-000001", "--reason", "short", code=3)
    await said("due", who="amina", code=5)
    await DB.open(database_url)
