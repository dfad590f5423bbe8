"""Telling people: called by actions of any feature, inside their transaction. The table of events says whom; here is what that means in the database.

What is told of is a query of rows, so that one record and a night's thousands are told of alike. Its columns, any of which may be left out but the
first: `subject` (the number of the record), `establishment`, `areas` (an array), `agency_kind` (who of an area must meet a time limit), `agencies`
and `users` (arrays of numbers), `reason`.
"""

import datetime as dt

from yosafe import clock
from yosafe.audit.record import Actor
from yosafe.db.engine import DB, in_transaction
from yosafe.db.sql import Sql

from .events import CASEWORKERS, TOLD, Event, To

_COLUMNS = {
    "establishment": "varchar", "areas": "varchar[]", "agency_kind": "varchar", "agencies": "bigint[]", "users": "bigint[]", "reason": "varchar",
}  # fmt: skip
_CASEWORKERS = ", ".join(f"'{role.value}'" for role in CASEWORKERS)

# The condition on a user `u` of an agency `g` for what is told of `a`.
WHO: dict[To, str] = {
    To.LEADS: "u.role = 'yoi_lead' AND g.establishment = a.establishment",
    To.NAMED: "u.id = ANY(a.users)",
    To.AUTHORITY: "u.role = 'social_worker' AND g.area = ANY(a.areas)",
    To.TEAM: "u.role = 'yot_worker' AND g.area = ANY(a.areas)",
    To.COMMITTEE: "u.role = 'acpc_member' AND g.area = ANY(a.areas)",
    To.AGENCY: f"u.role IN ({_CASEWORKERS}) AND g.id = ANY(a.agencies)",
    To.OFFICERS: "u.role = 'dpo' AND g.id = ANY(a.agencies)",
    To.KEEPERS: f"u.role IN ({_CASEWORKERS}) AND (g.establishment = a.establishment OR (g.area = ANY(a.areas) AND g.kind = a.agency_kind))",
}
WORKING = "u.disabled_at IS NULL AND g.closed_at IS NULL"
# Told of alike are those with one address, of which there are few: whom each is for is asked once, not for every record.
_TELL = f"""
    WITH about AS ({{}}), a AS (
        SELECT establishment, areas, agency_kind, agencies, users, reason, array_agg(subject) AS subjects FROM about
        GROUP BY establishment, areas, agency_kind, agencies, users, reason
    ), told AS (
        SELECT DISTINCT subject, a.reason, u.id AS user_account
        FROM a JOIN agency g ON true JOIN user_account u ON u.agency = g.id CROSS JOIN unnest(a.subjects) AS subject
        WHERE {WORKING} AND u.id IS DISTINCT FROM {{}}::bigint AND {{}}
    ), added AS (
        INSERT INTO notice (event, subject_kind, subject, reason, urgent, at, user_account)
        SELECT {{}}::varchar, {{}}::varchar, t.subject, t.reason, {{}}::boolean, {{}}::timestamptz, t.user_account FROM told t WHERE {{}}
        RETURNING id
    )
    SELECT count(*) FROM added
"""


def rows(source: str, *values: object, **columns: str) -> Sql:
    """A query of what is told of: `rows("FROM clock c WHERE ...", ..., subject="c.id", establishment="c.owner_establishment")`."""
    picked = [f"{columns['subject']}::bigint AS subject"]
    picked += [f"{columns.get(name, 'NULL')}::{kind} AS {name}" for name, kind in _COLUMNS.items()]
    return Sql(f"SELECT {', '.join(picked)} {source}", *values)


async def tell(event: Event, kind: str, about: Sql, *, by: Actor) -> int:
    """Add a notice for everyone whom an event is for, but whoever made it; how many. Part of the open transaction: RuntimeError without one."""
    if not in_transaction():
        raise RuntimeError(f"{event}: a notice belongs in the transaction of what it tells of")
    told = TOLD[event]
    who = Sql("(" + " OR ".join(f"({WHO[to]})" for to in told.to) + ")")
    query = Sql(_TELL, about, by.id, who, event.value, kind, told.urgent, clock.now(), _not_told(event, kind, told.again_after))
    return int(await DB.fetchval(*query.parts()))


def _not_told(event: Event, kind: str, days: int) -> Sql:
    if not days:
        return Sql("true")
    return Sql(
        "NOT EXISTS (SELECT FROM notice n WHERE n.event = {} AND n.subject_kind = {} AND n.subject = t.subject AND n.user_account = t.user_account "
        "AND n.at > {})",
        *(event.value, kind, clock.now() - dt.timedelta(days=days)),
    )


async def tell_one(
    event: Event,
    kind: str,
    subject: int,
    *,
    by: Actor,
    establishment: str | None = None,
    areas: list[str] | None = None,
    agencies: list[int] | None = None,
    users: list[int] | None = None,
    reason: str | None = None,
) -> int:
    """The same of one record."""
    about = Sql(
        "SELECT {}::bigint AS subject, {}::varchar AS establishment, {}::varchar[] AS areas, NULL::varchar AS agency_kind, {}::bigint[] AS agencies, "
        "{}::bigint[] AS users, {}::varchar AS reason",
        *(subject, establishment, areas, agencies, users, reason),
    )
    return await tell(event, kind, about, by=by)
