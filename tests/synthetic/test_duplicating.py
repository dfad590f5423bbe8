"""A child whom the team at home recorded twice: what was merged stands as one. Another whom it recorded twice waits to be looked at."""

from yosafe.accounts.access import user_by_email
from yosafe.db.engine import DB
from yosafe.people.access import get_young_person_for
from yosafe.people.duplicates.queries import leads
from yosafe.people.merge_queries import merges_of


async def test_one_child_was_recorded_twice_and_is_one(estate):
    merge = await DB.fetchrow("SELECT m.*, u.email, u.role FROM record_merge m JOIN user_account u ON u.id = m.recorded_by")
    assert merge["role"] == "yot_worker"
    by = await user_by_email(merge["email"])
    kept = await get_young_person_for(by, merge["merged"])
    assert kept.id == merge["kept"]
    assert [one.merged for one in await merges_of(by, kept)] == [f"YP-{merge['merged']:06}"]
    assert await DB.fetchval("SELECT count(*) FROM contact WHERE young_person = $1 AND note LIKE 'Rang to say who%'", kept.id) == 1


async def test_another_was_recorded_twice_and_is_among_the_likely_duplicates(estate):
    recorded = await DB.fetchrow("SELECT u.email FROM record_merge m JOIN user_account u ON u.id = m.recorded_by")
    found = await leads(await user_by_email(recorded["email"]))
    [waits] = await DB.fetch("SELECT id FROM young_person y WHERE NOT EXISTS (SELECT FROM placement p WHERE p.young_person = y.id)")
    [lead] = [one for one in found if f"YP-{waits['id']:06}" in (one.one.ref, one.other.ref)]
    assert lead.reasons == ["date of birth with one digit different", "family name spelt nearly the same", "same given name"]
    assert len(found) < 12  # of all the children of the area: a list that someone reads
