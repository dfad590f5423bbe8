"""What people of the estate have been told lately: of incidents and referrals, which were put into the tables and not recorded one by one, and of
what is due. What joint reviews told they told themselves."""

import datetime as dt

from yosafe import clock
from yosafe.db.engine import DB, write_transaction
from yosafe.nightly import remind
from yosafe.notices.events import Event, To
from yosafe.notices.telling import WHO, WORKING

from .book import days

LATELY = days(14)
READ_AFTER = days(2)  # by then everyone has looked
DONE_AFTER = days(7)

_INTO = "INSERT INTO notice (event, subject_kind, subject, reason, urgent, at, user_account)"
_INCIDENTS = f"""
    {_INTO}
    SELECT CASE WHEN a.restricted AND a.kind = 'complaint' THEN '{Event.COMPLAINT_SEALED}' WHEN a.restricted THEN '{Event.ALLEGATION_RECORDED}'
        WHEN a.severity = 'serious' THEN '{Event.INCIDENT_SERIOUS}'
        ELSE '{Event.INCIDENT_RECORDED}' END, 'incident', a.id, NULL, a.restricted OR a.severity = 'serious', a.recorded_at, u.id
    FROM incident a JOIN agency g ON g.establishment = a.establishment JOIN user_account u ON u.agency = g.id
    WHERE {WORKING} AND u.id <> a.recorded_by AND {WHO[To.LEADS]} AND a.recorded_at >= $1 ORDER BY a.recorded_at, a.id, u.id
"""
_CONCLUDED = f"""
    {_INTO}
    SELECT '{Event.INCIDENT_CONCLUDED}', 'incident', i.id, NULL, false, e.at, i.recorded_by
    FROM incident_event e JOIN incident i ON i.id = e.incident
    WHERE e.action = 'conclude' AND e.recorded_by <> i.recorded_by AND e.at >= $1 ORDER BY e.at, e.id
"""
_REFERRALS = f"""
    {_INTO}
    SELECT '{Event.REFERRAL_RECEIVED}', 'referral', a.id, NULL, true, a.recorded_at, u.id
    FROM (SELECT r.*, array_remove(ARRAY[r.home_area, r.host_area], NULL) AS areas FROM referral r WHERE NOT r.considered_only) a
        JOIN agency g ON true JOIN user_account u ON u.agency = g.id
    WHERE {WORKING} AND {WHO[To.AUTHORITY]} AND a.recorded_at >= $1 ORDER BY a.recorded_at, a.id, u.id
"""
_ANSWERED = f"""
    {_INTO}
    SELECT '{Event.REFERRAL_ANSWERED}', 'referral', r.id, e.kind, false, e.recorded_at, r.recorded_by
    FROM referral_event e JOIN referral r ON r.id = e.referral
    WHERE e.kind IN ('decided', 'declined', 'ended') AND e.recorded_by <> r.recorded_by AND e.recorded_at >= $1 ORDER BY e.recorded_at, e.id
"""
_LOOKED = "UPDATE notice SET read_at = at + interval '20 hours', done_at = CASE WHEN at < $2 THEN at + interval '2 days' END WHERE at < $1"


async def tell_everyone(now: dt.datetime) -> int:
    """The notices of the last two weeks, those of the last days unread; how many there are."""
    async with write_transaction():
        for told in (_INCIDENTS, _CONCLUDED, _REFERRALS, _ANSWERED):
            await DB.execute(told, now - LATELY)
        await DB.execute(_LOOKED, now - READ_AFTER, now - DONE_AFTER)
    with clock.stopped_at(now):
        await remind()
    return int(await DB.fetchval("SELECT count(*) FROM notice"))
