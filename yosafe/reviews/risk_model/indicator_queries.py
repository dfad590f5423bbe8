"""Each kind of flag: its thresholds with their history, how often it was borne out, whom it flags and misses."""

from yosafe import clock
from yosafe.accounts.viewer import User
from yosafe.db.engine import DB
from yosafe.disclosure import LEAST_COUNT
from yosafe.models.indicators import Indicator
from yosafe.reference.terms import in_terms
from yosafe.reviews.hits import hit_rates_for
from yosafe.settings import Terminology

from . import access
from .auditing import newest_audit
from .schemas import IndicatorLine, IndicatorOut, MonthOfFlags, ThresholdStep
from .thresholds import chosen_at

_HISTORY = """
    SELECT s.setting, s.was, s.value, s.at, s.reason, u.name AS by FROM indicator_setting s JOIN user_account u ON u.id = s.recorded_by
    WHERE s.indicator = $1 ORDER BY s.at DESC, s.id DESC
"""
_MONTHS = """
    SELECT to_char(c.as_of, 'YYYY-MM') AS month, count(*) FILTER (WHERE c.change = 'opened') AS raised,
        count(*) FILTER (WHERE c.change IN ('cleared', 'withdrawn')) AS cleared
    FROM flag f JOIN flag_change c ON c.flag = f.id
    WHERE f.indicator = $1 AND c.change IN ('opened', 'cleared', 'withdrawn') AND c.as_of >= date_trunc('month', $2::date) - interval '11 months'
    GROUP BY 1 ORDER BY 1 DESC
"""


async def thresholds_of(indicator: Indicator) -> dict[str, int]:
    """As they are now."""
    return {**indicator.defaults(), **(await chosen_at(clock.today())).get(indicator.id, {})}


async def indicators(viewer: User, terminology: Terminology) -> list[IndicatorLine]:
    """Every kind of flag that the viewer may read of."""
    chosen = await chosen_at(clock.today())
    return [
        IndicatorLine(id=name, title=in_terms(one.title, terminology), thresholds={**one.defaults(), **chosen.get(name, {})})
        for name, one in access.indicators_for(viewer).items()
    ]


async def indicator(viewer: User, name: str, terminology: Terminology) -> IndicatorOut:
    """One kind of flag. Raises NotFound."""
    one = access.get_indicator_for(viewer, name)
    rows = await DB.fetch(_HISTORY, name)
    history = [
        ThresholdStep(
            setting=row["setting"], what=one.settings[row["setting"]].what if row["setting"] in one.settings else row["setting"], was=row["was"],
            value=row["value"], at=row["at"], by=row["by"], reason=row["reason"],
        )
        for row in rows
    ]  # fmt: skip
    return IndicatorOut(
        id=name, title=in_terms(one.title, terminology), thresholds=await thresholds_of(one), history=history, steps=len(rows),
        months=await _months(viewer, name), hit_rate=(await hit_rates_for(viewer, [name]))[name], audit=await newest_audit(name),
    )  # fmt: skip


async def _months(viewer: User, name: str) -> list[MonthOfFlags]:
    """The newest first; months in which none was raised or cleared are left out."""
    all_shown = viewer.may("flag:read")

    def shown(number: int) -> int | None:
        return number if all_shown or number >= LEAST_COUNT else None

    rows = await DB.fetch(_MONTHS, name, clock.today())
    return [MonthOfFlags(month=row["month"], raised=shown(row["raised"]), cleared=shown(row["cleared"])) for row in rows]
