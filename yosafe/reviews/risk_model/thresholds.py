"""What thresholds of indicators were chosen, as at a day."""

import datetime as dt

from yosafe.clock import midnight
from yosafe.db.engine import DB
from yosafe.models.indicators import catalogue

_CHOSEN = """
    SELECT DISTINCT ON (indicator, setting) indicator, setting, value FROM indicator_setting WHERE at < $1
    ORDER BY indicator, setting, at DESC, id DESC
"""


async def chosen_at(day: dt.date) -> dict[str, dict[str, int]]:
    """What had been chosen by the end of a day, by indicator and setting: a past day's flags stay as they were worked out. Of an indicator or a
    setting that is no longer declared, nothing."""
    found: dict[str, dict[str, int]] = {}
    for row in await DB.fetch(_CHOSEN, midnight(day + dt.timedelta(days=1))):
        if row["indicator"] in catalogue() and row["setting"] in catalogue()[row["indicator"]].settings:
            found.setdefault(row["indicator"], {})[row["setting"]] = row["value"]
    return found
