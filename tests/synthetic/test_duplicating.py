"""A child whom the team at home recorded twice: what was merged stands as one."""

from yosafe.accounts.access import user_by_email
from yosafe.db.engine import DB
from yosafe.people.access import get_young_person_for
from yosafe.people.merge_queries import merges_of


async def test_one_child_was_recorded_twice_and_is_one(estate):
    merge = await DB.fetchrow("SELECT m.*, u.email, u.role FROM record_merge m JOIN user_account u ON u.id = m.recorded_by")
    assert merge["role"] == "yot_worker"
    by = await user_by_email(merge["email"])
    kept = await get_young_person_for(by, merge["merged"])
    assert kept.id == merge["kept"]
    assert [one.merged for one in await merges_of(by, kept)] == [f"YP-{merge['merged']:06}"]
    assert await DB.fetchval("SELECT count(*) FROM contact WHERE young_person = $1 AND note LIKE 'Rang to say who%'", kept.id) == 1
