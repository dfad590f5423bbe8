"""How often each kind of flag was borne out."""

from collections import defaultdict
from collections.abc import Iterable

from yosafe.accounts.viewer import User
from yosafe.db.engine import DB
from yosafe.db.replica import Reads, from_replica

from .kinds import kinds
from .rules import HitRate, Outcome, hit_rate, suppressed


async def hit_rates(indicators: Iterable[str] | None = None) -> dict[str, HitRate]:
    """How often flags of each kind were borne out, everywhere: the last decisive outcome of each flag counts."""
    wanted = list(kinds() if indicators is None else indicators)
    sql = (
        "SELECT last.indicator, last.outcome, count(*) AS number FROM ("
        "SELECT DISTINCT ON (o.flag) f.indicator, o.outcome FROM flag_outcome o JOIN flag f ON f.id = o.flag "
        "WHERE f.indicator = ANY($1) AND o.outcome <> 'more_information' ORDER BY o.flag, o.at DESC, o.id DESC) AS last GROUP BY 1, 2"
    )
    async with from_replica(Reads.FIGURES):
        rows = await DB.fetch(sql, wanted)
    counts: dict[str, dict[Outcome, int]] = defaultdict(dict)
    for row in rows:
        counts[row["indicator"]][Outcome(row["outcome"])] = row["number"]
    return {name: hit_rate(counts[name]) for name in wanted}


async def hit_rates_for(viewer: User, indicators: Iterable[str] | None = None) -> dict[str, HitRate]:
    """The same for anyone; who reads no flags is not told of fewer than five."""
    found = await hit_rates(indicators)
    return found if viewer.may("flag:read") else {name: suppressed(one) for name, one in found.items()}
