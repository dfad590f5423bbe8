"""The trail holds, is marked, and has an entry for everything that was written. Nothing is loaded beside anything else."""

import pytest

from tests.conftest import NewDatabase
from tests.synthetic.conftest import NOW
from tests.world import AGENCIES
from yosafe import clock
from yosafe.accounts.actions import add_agency
from yosafe.accounts.secrets import password_matches
from yosafe.accounts.signing_in import sign_in
from yosafe.audit.record import EventName, Operator, entry
from yosafe.audit.verify import verify
from yosafe.db.engine import DB
from yosafe.errors import Conflict
from yosafe.people.access import visible
from yosafe.synthetic.load import PASSWORD, Loaded, check_empty, load
from yosafe.synthetic.walk import sign_ins, walk

ONE_EACH = {
    "young_person": "young-person:added",
    "placement": "placement:started",
    "care_period": "care-period:recorded",
    "contact": "contact:recorded",
    "time_out": "time-out:started",
    "named_worker": "worker:named",
    "contact_plan": "contact-plan:started",
    "other_name": "other-name:recorded",
    "external_number": "external-number:recorded",
    "assessment": "assessment:completed",
    "welfare_need": "need:added",
    "agency": "agency:added",
    "user_account": "user:added",
}


async def test_the_chains_hold(estate: Loaded):
    verdict = await verify()
    assert verdict.faults == ()
    assert verdict.entries > estate.rows["audit_entry"] > 10_000


async def test_the_database_is_marked_first(estate: Loaded):
    first = await DB.fetchrow("SELECT event, detail FROM audit_entry ORDER BY id LIMIT 1")
    assert (first["event"], first["detail"]) == ("synthetic:loaded", '{"seed":7,"size":"small"}')


@pytest.mark.parametrize(("table", "event"), ONE_EACH.items())
async def test_everything_has_its_entry_of_its_moment_by_who_wrote_it(estate: Loaded, table: str, event: str):
    assert await DB.fetchval("SELECT count(DISTINCT subject) FROM audit_entry WHERE event = $1", event) == estate.rows[table]
    if table in ("agency", "user_account"):
        return
    at = "created_at" if table == "young_person" else "recorded_at"
    alone = await DB.fetchval(
        f"SELECT count(*) FROM {table} t WHERE NOT EXISTS (SELECT FROM audit_entry a WHERE a.event = $1 AND a.subject = t.id AND a.at = t.{at} "
        f"AND a.actor = t.recorded_by AND a.young_person = ANY(young_person_numbers(t.{'id' if table == 'young_person' else 'young_person'})))",
        event,
    )
    assert alone == 0


async def test_incidents_have_an_entry_for_each_young_person_and_step(estate: Loaded):
    alone = await DB.fetchval(
        "SELECT count(*) FROM (SELECT DISTINCT v.young_person, i.id, i.recorded_at, i.recorded_by FROM incident i "
        "JOIN involvement v ON v.incident = i.id) s "
        "WHERE NOT EXISTS (SELECT FROM audit_entry a WHERE a.event = 'incident:submitted' AND a.subject = s.id "
        "AND (a.young_person = s.young_person OR a.detail::jsonb -> 'young_people' @> to_jsonb(s.young_person)) "
        "AND a.at = s.recorded_at AND a.actor = s.recorded_by)"
    )
    assert alone == 0
    alone = await DB.fetchval(
        "SELECT count(*) FROM (SELECT DISTINCT v.young_person, e.incident, e.at, e.recorded_by FROM incident_event e JOIN involvement v "
        "ON v.incident = e.incident WHERE e.action <> 'submit') s WHERE NOT EXISTS (SELECT FROM audit_entry a WHERE a.event = 'incident:moved' "
        "AND a.subject = s.incident AND a.young_person = s.young_person AND a.at = s.at AND a.actor = s.recorded_by)"
    )
    assert alone == 0


async def test_entries_are_written_as_the_trail_writes_them(estate: Loaded):
    row = await DB.fetchrow(
        "SELECT a.*, g.id AS works_for FROM audit_entry a JOIN user_account u ON u.id = a.actor JOIN agency g ON g.id = u.agency "
        "WHERE event = 'contact:recorded' LIMIT 1"
    )
    contact = await DB.fetchrow("SELECT * FROM contact WHERE id = $1", row["subject"])
    detail = {"kind": contact["kind"], "with": contact["from_whom"]}
    with clock.stopped_at(row["at"]):
        actor = type("Actor", (), {"id": row["actor"], "actor_kind": "user", "agency": row["works_for"]})
        made = entry(EventName.CONTACT_RECORDED, by=actor, subject=("contact", contact["id"]), young_person=contact["young_person"], detail=detail)
    columns = ("at", "event", "actor", "actor_kind", "agency", "subject_kind", "subject", "young_person", "request", "detail")
    assert tuple(row[column] for column in columns) == made


async def test_one_sign_in_for_each_role_and_one_password(estate: Loaded):
    people = sign_ins(estate.sign_ins)
    assert [one.name.split()[0] for one in people] == ["Amina", "Ben", "Cleo", "Dan", "Esi", "Femi", "Grace", "Hal", "Jay"]
    assert len({one.role for one in people}) == 8
    hashes = [row["password_hash"] for row in await DB.fetch("SELECT DISTINCT password_hash FROM user_account")]
    assert len(hashes) == 1
    assert await password_matches(PASSWORD, hashes[0])


async def test_the_walk_s_young_person_exists_for_those_who_walk_and_not_for_ben(estate: Loaded):
    found = await walk(estate.sign_ins)
    assert found is not None
    assert len(found.others) == 2
    number = int(found.child.split("YP-")[1][:6])
    for worker in estate.sign_ins:
        user, _ = await sign_in_as(worker.email)
        seen = await DB.fetchval(
            f"SELECT count(*) FROM young_person yp WHERE yp.id = {number} AND {visible(user).parts()[0]}", *visible(user).parts()[1:]
        )
        assert bool(seen) == (user.name.split()[0] in ("Amina", "Cleo", "Dan")), user.name


async def sign_in_as(email: str):
    return await sign_in(email, PASSWORD, address="127.0.0.1", old_token=None)


async def test_numbers_go_on_where_the_estate_ends(estate: Loaded):
    for table in ("young_person", "placement", "incident", "assessment", "referral", "agency", "user_account"):
        last = await DB.fetchval(f"SELECT max(id) FROM {table}")
        assert await DB.fetchval("SELECT nextval(pg_get_serial_sequence($1, 'id'))", table) > last


async def test_a_loaded_database_takes_no_second_estate(estate: Loaded):
    with pytest.raises(Conflict, match="holds a synthetic estate already"):
        await check_empty()


async def test_nothing_synthetic_goes_beside_real_data(new_database: NewDatabase):
    await DB.open(await new_database())
    with clock.stopped_at(NOW):
        await check_empty()
        await add_agency(AGENCIES[0], by=Operator())
        with pytest.raises(Conflict, match=r"in use \(agency\)"):
            await load("small", seed=1)
        assert await DB.fetchval("SELECT count(*) FROM user_account") == 0
