"""How agencies of an area work together: who came to the committee, what became of information that was asked for, and of checks of registers
(Appendix B, standards 3 and 5)."""

from collections.abc import Sequence
from typing import Any

from yosafe import clock
from yosafe.db.engine import DB
from yosafe.db.sql import Sql
from yosafe.reporting.frames import Axis, Combine, Dataset, View
from yosafe.reporting.periods import Period, Span
from yosafe.reporting.places import Place

from .referring import OF_AREA
from .spans import fixed, spans

CAME = {"attended": "Came", "deputy": "Sent a deputy", "apologies": "Sent apologies", "absent": "Did not come, and sent nobody"}
_ATTENDANCE = """
    SELECT s.key AS period, a.attended AS came, count(*) AS n
    FROM {} JOIN committee_meeting m ON m.met_on BETWEEN s.first AND s.last AND m.area = {} AND m.withdrawn_at IS NULL
        JOIN committee_attendance a ON a.committee_meeting = m.id
    GROUP BY 1, 2
"""


async def _attendance(place: Place, periods: Sequence[Period]) -> Sequence[Any]:
    return await DB.fetch(*Sql(_ATTENDANCE, spans(periods), place.area).parts())


ATTENDANCE = Dataset(
    id="attendance", title="Seats at meetings of the committee", noun=("seat", "seats"), kinds=OF_AREA, combine=Combine.SUM, read=_attendance,
    grain=Span.QUARTER, covers="area",
    population="Seats of the committee at its meetings, each counted at each meeting, by the day on which it met",
    counted=("Meetings that were withdrawn are left out. A seat of which nothing was recorded is in no figure.",),
    axes=(Axis(id="came", title="Who came", labels=fixed(CAME)),),
    views=(View(id="came", title="by who came", rows="came"),),
)  # fmt: skip

ANSWERED = {
    "late": "Late, or not answered and its day has passed", "withheld": "Withheld by the day asked", "shared": "Shared by the day asked",
    "open": "Not due yet",
}  # fmt: skip
_SHARES = """
    SELECT s.key AS period,
        CASE WHEN i.outcome_on <= i.due_on THEN i.outcome WHEN i.outcome IS NULL AND i.due_on >= {} THEN 'open' ELSE 'late' END AS answered,
        count(*) AS n
    FROM {} JOIN information_share i ON i.asked_on BETWEEN s.first AND s.last JOIN young_person y ON y.id = i.young_person AND y.home_area = {}
    GROUP BY 1, 2
"""


async def _shares(place: Place, periods: Sequence[Period]) -> Sequence[Any]:
    return await DB.fetch(*Sql(_SHARES, clock.today(), spans(periods), place.area).parts())


SHARES = Dataset(
    id="information-asked-for", title="Information that was asked for", noun=("request", "requests"), kinds=OF_AREA, combine=Combine.SUM,
    read=_shares, grain=Span.QUARTER, covers="area",
    population="Requests for information about young people whose home is in the area, by the day on which they were made, of any agency",
    counted=("What was shared without being asked for is in no figure. Withheld with a reason is an answer.",),
    axes=(Axis(id="answered", title="What became of it", labels=fixed(ANSWERED), open=("open",)),),
    views=(View(id="answered", title="by what became of them", rows="answered"),),
)  # fmt: skip

SOON = 3
CHECKED = {"none": "No answer recorded", "later": f"Answered after more than {SOON} days", "soon": f"Answered within {SOON} days"}
_CHECKS = """
    SELECT s.key AS period,
        CASE WHEN c.answered_on IS NULL THEN 'none' WHEN c.answered_on - c.asked_on > {} THEN 'later' ELSE 'soon' END AS answered, count(*) AS n
    FROM {} JOIN register_check c ON c.asked_on BETWEEN s.first AND s.last AND c.area = {}
    GROUP BY 1, 2
"""


async def _checks(place: Place, periods: Sequence[Period]) -> Sequence[Any]:
    return await DB.fetch(*Sql(_CHECKS, SOON, spans(periods), place.area).parts())


CHECKS = Dataset(
    id="register-checks", title="Checks of the register", noun=("check", "checks"), kinds=OF_AREA, combine=Combine.SUM, read=_checks,
    grain=Span.QUARTER, covers="area",
    population="Enquiries of the area's authority about a young person in its register or index, by the day on which it was asked",
    counted=(f"Days are days of the calendar; {SOON} days are a line drawn here and no rule. What was answered is in no figure.",),
    axes=(Axis(id="answered", title="When it was answered", labels=fixed(CHECKED)),),
    views=(View(id="answered", title="by when they were answered", rows="answered"),),
)  # fmt: skip

DATASETS = (ATTENDANCE, SHARES, CHECKS)
