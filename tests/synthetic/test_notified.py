"""People of the made-up estate have been told of what happened lately, and of what is due."""

from tests.synthetic.conftest import NOW
from yosafe.accounts.access import user_by_email
from yosafe.db.engine import DB
from yosafe.notices.queries import count_new, notices
from yosafe.synthetic.load import Loaded
from yosafe.synthetic.notified import LATELY


async def test_those_of_the_walk_have_notices_that_lead_somewhere(estate: Loaded):
    new = {}
    for worker in estate.sign_ins:
        user = await user_by_email(worker.email)
        new[worker.email.split("@")[0]] = await count_new(user)
        assert all(one.link.startswith("/") for one in (await notices(user, state="all", limit=100)).items)
    assert new["cleo"] > 3
    assert new["amina"] + new["esi"] + new["jay"] > 0
    assert new["femi"] == new["hal"] == 0
    assert new["grace"] == 1  # a record was opened in an emergency at night


async def test_they_are_of_several_kinds_and_old_ones_were_read(estate: Loaded):
    kinds = {row["event"] for row in await DB.fetch("SELECT DISTINCT event FROM notice")}
    serious = await DB.fetchval("SELECT count(*) FROM incident WHERE severity = 'serious' AND NOT restricted AND recorded_at >= $1", NOW - LATELY)
    assert {"incident-recorded", "case-listed", "action-given", "clock-overdue"} <= kinds
    assert ("incident-serious" in kinds) == (serious > 0), "a small estate may have none in two weeks"
    assert await DB.fetchval("SELECT count(*) FROM notice WHERE read_at IS NULL AND at < (SELECT max(at) FROM notice) - interval '3 days'") == 0
    assert await DB.fetchval("SELECT count(*) FROM notice WHERE event LIKE 'allegation%' AND NOT urgent") == 0
