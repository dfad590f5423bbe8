"""Reading that a data protection officer may want to ask about: outside one's duty, of many records, at night, of someone with the reader's own name.
Each with its reason, and never a verdict: most of it is work."""

import datetime as dt
from collections.abc import Sequence
from typing import Any

from msgspec import Struct

from yosafe import clock, words
from yosafe.audit.events import READS, EventName
from yosafe.audit.record import record_read
from yosafe.db.filters import in_days
from yosafe.db.sql import Sql, every
from yosafe.lists.listed import Column, Listed
from yosafe.lists.ordering import Place, sort
from yosafe.refs import number, ref
from yosafe.settings import Terminology

from .permissions import ROLE_TITLES, Role
from .policy import policy
from .trail import not_about
from .viewer import User

LATELY = dt.timedelta(days=28)
REASONS = {"opened": "Opened in an emergency", "many": "Many records in a day", "night": "At night", "name": "The same family name"}

_READ = """
    SELECT e.actor, e.at, e.at AT TIME ZONE 'Europe/London' AS here, young_person_now(e.young_person) AS whom
    FROM audit_entry e WHERE {} AND e.actor IS NOT NULL AND e.young_person IS NOT NULL AND e.event = ANY({})
"""
_FOUND = """
    WITH looked AS MATERIALIZED ({}),
    found AS (
        SELECT l.actor, l.here::date AS day, 'many' AS reason, array_agg(DISTINCT l.whom) AS whom
        FROM looked l GROUP BY 1, 2 HAVING count(DISTINCT l.whom) >= {}
        UNION ALL
        SELECT l.actor, (l.here - make_interval(hours => {}))::date, 'night', array_agg(DISTINCT l.whom)
        FROM looked l WHERE extract(hour FROM l.here) >= {} OR extract(hour FROM l.here) < {} GROUP BY 1, 2 HAVING count(DISTINCT l.whom) >= {}
        UNION ALL
        SELECT l.actor, l.here::date, 'name', array_agg(DISTINCT l.whom)
        FROM looked l JOIN user_account u ON u.id = l.actor JOIN young_person yp ON yp.id = l.whom
        WHERE folded(yp.family_name) = folded(substring(u.name FROM '[^ ]+$')) GROUP BY 1, 2
        UNION ALL
        SELECT l.actor, l.here::date, 'opened', array_agg(DISTINCT l.whom)
        FROM looked l JOIN break_glass b ON b.user_account = l.actor AND b.young_person = l.whom AND l.at >= b.at AND l.at < b.until GROUP BY 1, 2
    )
    SELECT x.*, u.name, u.role {} FROM (
        SELECT f.*, cardinality(f.whom) AS records,
            ('x' || substr(md5(concat_ws('/', f.actor, f.day, f.reason)), 1, 15))::bit(60)::bigint AS id
        FROM found f
    ) x JOIN user_account u ON u.id = x.actor WHERE {} ORDER BY {} LIMIT {}
"""


class UnusualFilter(Struct, kw_only=True, frozen=True):
    """`since` None: the last four weeks."""

    reason: str | None = None
    user: int | None = None
    since: dt.date | None = None
    until: dt.date | None = None


class UnusualOut(Struct, kw_only=True):
    """What one person did on one day. `young_people`: references of whose records they read."""

    day: dt.date
    user: int
    name: str
    role: Role
    reason: str
    words: str
    records: int
    young_people: list[str]


class UnusualReading(Listed[UnusualFilter, UnusualOut]):
    """Reading by people of a viewer's agency, the latest first."""

    id = "unusual"
    noun = ("day of unusual reading", "days of unusual reading")
    tie = "x.id"
    permission = "audit:read"

    def columns(self, viewer: User, terminology: Terminology) -> list[Column]:
        return [
            Column(id="day", title="Day", down=True, sort=sort("x.day", kinds=[dt.date]), cells=(("Day", lambda one, _: one.day),)),
            Column(title="Who", cells=(("Who", lambda one, _: one.name), ("Role", lambda one, _: ROLE_TITLES[one.role]))),
            Column(title="Why it is here", cells=(("Why", lambda one, _: one.words), ("Why (code)", lambda one, _: one.reason))),
            Column(
                id="records", title="Records", down=True, number=True, sort=sort("x.records", kinds=[int]),
                cells=(("Records", lambda one, _: one.records), ("Young people", lambda one, _: one.young_people)),
            ),
        ]  # fmt: skip

    def default(self, wanted: UnusualFilter) -> str:
        return "-day"

    async def query(self, viewer: User, wanted: UnusualFilter, place: Place, limit: int) -> Sql:
        since = wanted.since or (clock.today() - LATELY if wanted.until is None else None)
        mine = every([Sql("e.agency = {}", viewer.agency), not_about(viewer), *in_days("e.at", since, wanted.until)])
        limits = policy().unusual
        return Sql(
            _FOUND, Sql(_READ, mine, [event.value for event in READS]), limits.records, limits.night_to, limits.night_from, limits.night_to,
            limits.night_records, place.columns, every([*_conditions(wanted), place.after()]), place.order(), limit,
        )  # fmt: skip

    async def items(self, viewer: User, rows: Sequence[Any], terminology: Terminology) -> list[UnusualOut]:
        return [
            UnusualOut(
                day=row["day"], user=row["actor"], name=row["name"], role=Role(row["role"]), reason=row["reason"],
                words=reason_words(row["reason"]), records=row["records"], young_people=[ref("YP", one) for one in row["whom"]],
            )
            for row in rows
        ]  # fmt: skip

    def young_people(self, item: UnusualOut) -> list[int]:
        return [number("YP", one) for one in item.young_people]

    async def note(self, viewer: User, wanted: UnusualFilter, items: Sequence[UnusualOut]) -> None:
        named = sorted({one for item in items for one in self.young_people(item)})
        await record_read(EventName.AUDIT_READ, by=viewer, detail={"list": self.id, "rows": len(items), "young_people": named})


UNUSUAL = UnusualReading()


def _conditions(wanted: UnusualFilter) -> list[Sql]:
    conditions = [Sql("x.reason = {}", wanted.reason)] if wanted.reason else []
    return [*conditions, *([Sql("x.actor = {}", wanted.user)] if wanted.user else [])]


def reason_words(reason: str) -> str:
    """What is unusual about it, with the threshold that put it here."""
    limits = policy().unusual
    match reason:
        case "many":
            return f"{words.plural(limits.records, 'record')} or more in one day"
        case "night":
            return f"{words.plural(limits.night_records, 'record')} or more between {limits.night_from}:00 and {limits.night_to}:00"
        case "name":
            return "A young person with the family name of the reader"
    return "A record outside their duty, opened in an emergency"
