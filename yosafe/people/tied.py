"""The names of other young people who are tied to one by their records, to be taken out of what was written."""

from collections.abc import Sequence
from typing import Any

from yosafe.accounts.viewer import User
from yosafe.db.engine import DB
from yosafe.db.sql import Sql, one_of

from .access import visible
from .hiding import Hidden

_NAMES = """
    SELECT {} AS seen, yp.family_name, yp.given_names, yp.known_as,
        (SELECT string_agg(concat_ws(' ', o.family_name, o.given_names), ' ') FROM other_name o WHERE o.young_person = yp.id) AS others
    FROM young_person yp WHERE yp.id {}
"""


async def hidden_names(young_person: int, ties: Sequence[Sql], *, known_to: User | None = None) -> Hidden:
    """Of everyone whom `ties` select; but for those whom a viewer may know of, where one is given. The young person's own names stay."""
    own = await DB.fetch(*Sql(_NAMES, Sql("true"), one_of([young_person])).parts())
    seen = visible(known_to) if known_to else Sql("false")
    others = await DB.fetch(*Sql(_NAMES, seen, Sql(f"IN ({' UNION '.join(['{}'] * len(ties))})", *ties) if ties else one_of([])).parts())
    return Hidden(_of(others, seen=False), [*_of(own, seen=True), *_of(others, seen=True)])


def _of(rows: Sequence[Any], *, seen: bool) -> list[str | None]:
    return [name for is_seen, *names in rows if is_seen is seen for name in names]
