"""Two children whom their team recorded twice: what was merged stands as one, what was not can be tried."""

from yosafe.accounts.access import user_by_email
from yosafe.db.engine import DB
from yosafe.people.access import get_young_person_for
from yosafe.people.merge_queries import likely_same, merges_of


async def test_one_is_merged_and_one_is_to_be_merged(estate):
    (login,) = [worker.email for worker in estate.sign_ins if worker.role == "yot_worker"]
    by = await user_by_email(login)
    (merge,) = await DB.fetch("SELECT * FROM record_merge")
    kept = await get_young_person_for(by, merge["merged"])
    assert kept.id == merge["kept"]
    assert [one.merged for one in await merges_of(by, kept)] == [f"YP-{merge['merged']:06}"]
    twice = await DB.fetchval("SELECT max(id) FROM young_person")
    assert len(await likely_same(by, await get_young_person_for(by, twice))) == 1
