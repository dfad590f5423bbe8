"""Referrals of an area and what came of them, for its committee and authority: against time limits, why not, and again (6.12, 6.22, 8.8, 5.45)."""

from collections.abc import Sequence
from typing import Any

from yosafe import clock
from yosafe.accounts.permissions import AgencyKind
from yosafe.db.engine import DB
from yosafe.db.sql import Sql
from yosafe.reporting.frames import Axis, Combine, Dataset, View
from yosafe.reporting.periods import Period, Span
from yosafe.reporting.places import Place

from .spans import fixed, of_list, spans

OF_AREA = frozenset({AgencyKind.ACPC})
REFERRED = OF_AREA | {AgencyKind.SOCIAL_SERVICES}  # the authority that they go to
REACHED = {
    "registered": "Put on the child protection register", "conference": "To a child protection conference, and not registered",
    "section_47": "To a section 47 enquiry", "strategy": "To a strategy discussion", "assessment": "To an assessment",
    "nothing": "No further action", "declined": "Declined", "waiting": "No decision recorded",
}  # fmt: skip
# How far a referral ever went: the furthest step counts, whichever authority took it.
_REFERRALS = """
    SELECT s.key AS period, r.category,
        CASE WHEN e.registered THEN 'registered' WHEN e.conference THEN 'conference' WHEN e.section_47 THEN 'section_47'
            WHEN e.strategy THEN 'strategy'
            WHEN e.assessment THEN 'assessment' WHEN e.nothing THEN 'nothing' WHEN e.declined THEN 'declined' ELSE 'waiting' END AS reached,
        CASE WHEN EXISTS (SELECT FROM referral b WHERE b.young_person = r.young_person AND NOT b.considered_only AND b.recorded_at < r.recorded_at
            AND b.recorded_at >= r.recorded_at - interval '1 year') THEN 'again' ELSE 'first' END AS again,
        count(*) AS n
    FROM {} JOIN referral r ON r.recorded_at >= s.since AND r.recorded_at < s.until AND NOT r.considered_only AND {} IN (r.home_area, r.host_area)
    CROSS JOIN LATERAL (
        SELECT coalesce(bool_or(kind = 'initial_conference' AND outcome = 'registered'), false) AS registered,
            coalesce(bool_or(kind = 'initial_conference'), false) AS conference,
            coalesce(bool_or(kind IN ('section_47_started', 'section_47_ended')), false) AS section_47,
            coalesce(bool_or(kind = 'strategy_discussion' OR outcome = 'strategy_discussion'), false) AS strategy,
            coalesce(bool_or(kind IN ('initial_assessment_started', 'initial_assessment_ended', 'core_assessment_started', 'core_assessment_ended')
                OR kind = 'decided' AND outcome = 'assessment'), false) AS assessment,
            coalesce(bool_or(kind = 'decided' AND outcome = 'no_further_action'), false) AS nothing,
            coalesce(bool_or(kind = 'declined'), false) AS declined
        FROM referral_event WHERE referral = r.id
    ) e
    GROUP BY 1, 2, 3, 4
"""


async def _referrals(place: Place, periods: Sequence[Period]) -> Sequence[Any]:
    return await DB.fetch(*Sql(_REFERRALS, spans(periods), place.area).parts())


REFERRALS = Dataset(
    id="referrals", title="Child protection referrals", noun=("referral", "referrals"), kinds=REFERRED, combine=Combine.SUM, read=_referrals,
    grain=Span.QUARTER, covers="area",
    population="Referrals of young people in custody to authorities of the area, by the day on which they were sent",
    counted=(
        "A referral is counted where the area is that of home or of the establishment. How far it went is the furthest step recorded by now, so that "
        "later reports of the same period may show more.",
        "Again: another referral of the same young person was sent in the year before.",
    ),
    axes=(
        Axis(id="reached", title="How far it went", labels=fixed(REACHED), open=("waiting",)),
        Axis(id="category", title="Category", labels=of_list("referral_category")),
        Axis(id="again", title="Referred before", labels=fixed({"again": "Again within a year", "first": "Not in the year before"})),
    ),
    views=(
        View(id="reached", title="by how far they went", rows="reached"),
        View(id="category", title="by category", rows="category"),
        View(id="again", title="by whether there was one in the year before", rows="again"),
    ),
)  # fmt: skip

_NOT_REFERRED = """
    SELECT s.key AS period, r.not_referred_reason AS reason, count(*) AS n
    FROM {} JOIN referral r ON r.recorded_at >= s.since AND r.recorded_at < s.until AND r.considered_only AND {} IN (r.home_area, r.host_area)
    GROUP BY 1, 2
"""


async def _not_referred(place: Place, periods: Sequence[Period]) -> Sequence[Any]:
    return await DB.fetch(*Sql(_NOT_REFERRED, spans(periods), place.area).parts())


NOT_REFERRED = Dataset(
    id="not-referred", title="Considered and not referred", noun=("decision", "decisions"), kinds=REFERRED, combine=Combine.SUM, read=_not_referred,
    grain=Span.QUARTER, covers="area",
    population="Decisions not to refer a young person in custody to an authority of the area, by the day on which they were recorded",
    counted=("Each has a reason and a second person. That few are recorded does not say that few were made.",),
    axes=(Axis(id="reason", title="Why not", labels=of_list("not_referred_reason")),),
    views=(View(id="reason", title="by why not", rows="reason"),),
)  # fmt: skip

LIMITS = {
    "referral-decision": "Decision on a referral", "initial-assessment": "Initial assessment", "core-assessment": "Core assessment",
    "initial-conference": "Initial child protection conference", "first-review": "First review conference",
    "later-review": "Later review conferences",
}  # fmt: skip
_LIMITS = """
    SELECT s.key AS period, c.clock AS limit,
        CASE WHEN (c.met_at AT TIME ZONE 'Europe/London')::date <= c.due_on THEN 'in_time' ELSE 'late' END AS kept, count(*) AS n
    FROM {} JOIN clock c ON c.owner_area = {} AND c.owner_kind = 'social_services' AND c.clock = ANY({}) AND c.started_at >= s.since
        AND c.started_at < s.until AND c.stopped_at IS NULL AND (c.held IS NULL OR c.met_at IS NOT NULL)
    WHERE c.met_at IS NOT NULL OR c.due_on < {}
    GROUP BY 1, 2, 3
"""


async def _limits(place: Place, periods: Sequence[Period]) -> Sequence[Any]:
    return await DB.fetch(*Sql(_LIMITS, spans(periods), place.area, list(LIMITS), clock.today()).parts())


REFERRAL_LIMITS = Dataset(
    id="referral-limits", title="Time limits of the authority", noun=("time limit", "time limits"), kinds=REFERRED, combine=Combine.SUM, read=_limits,
    grain=Span.QUARTER, covers="area",
    population="Time limits that the area's social services were to meet, by the day on which they began to run",
    counted=(
        "In time: met by the end of the day on which it was due. Late: met later, or not met and its day has passed. Those not due yet, or stopped, "
        "paused or voided, are left out.",
    ),
    axes=(
        Axis(id="limit", title="Time limit", labels=fixed(LIMITS)),
        Axis(id="kept", title="How it was kept", labels=fixed({"in_time": "In time", "late": "Late"})),
    ),
    views=(View(id="kept", title="by how they were kept", rows="limit", columns="kept"),),
)  # fmt: skip

_ALLEGATIONS = """
    SELECT s.key AS period,
        CASE WHEN i.status IN ('concluded', 'closed') THEN 'ended' WHEN i.recorded_at < {}::timestamptz - interval '28 days' THEN 'long'
            ELSE 'open' END AS state,
        count(*) AS n
    FROM {} JOIN incident i ON i.kind = 'staff_allegation' AND i.establishment = ANY({}) AND i.recorded_at >= s.since AND i.recorded_at < s.until
        AND i.status NOT IN ('draft', 'duplicate', 'not_reportable')
    GROUP BY 1, 2
"""


async def _allegations(place: Place, periods: Sequence[Period]) -> Sequence[Any]:
    return await DB.fetch(*Sql(_ALLEGATIONS, clock.now(), spans(periods), list(place.establishments)).parts())


ALLEGATIONS = Dataset(
    id="staff-allegations", title="Allegations against staff", noun=("allegation", "allegations"), kinds=OF_AREA, combine=Combine.SUM,
    read=_allegations, grain=Span.QUARTER, covers="area",
    population="Allegations against staff of the area's establishments, by the day on which they were recorded",
    counted=(
        "Counted together for the area, and only where there are five or more: fewer would tell that one exists. Open means that it is neither "
        "concluded nor closed (8.9).",
    ),
    axes=(
        Axis(
            id="state", title="How it stands",
            labels=fixed({"long": "Open for more than 28 days", "open": "Open for up to 28 days", "ended": "Concluded"}),
        ),
    ),
    views=(View(id="state", title="by how they stand", rows="state"),),
)  # fmt: skip

_REVIEWS = """
    SELECT s.key AS period, c.happened,
        CASE WHEN c.completed_on IS NOT NULL THEN 'completed' WHEN c.decision = 'hold' THEN 'held' WHEN c.decision = 'not_hold' THEN 'not_held'
            ELSE 'asked' END AS state,
        count(*) AS n
    FROM {} JOIN case_review c ON c.area = {} AND c.recorded_at >= s.since AND c.recorded_at < s.until
    GROUP BY 1, 2, 3
"""


async def _reviews(place: Place, periods: Sequence[Period]) -> Sequence[Any]:
    return await DB.fetch(*Sql(_REVIEWS, spans(periods), place.area).parts())


CASE_REVIEWS = Dataset(
    id="case-reviews", title="Deaths, serious harm and case reviews", noun=("case", "cases"), kinds=OF_AREA, combine=Combine.SUM, read=_reviews,
    grain=Span.QUARTER, covers="area",
    population="Cases of which the committee was asked for a serious case review, by the day on which it was asked",
    counted=("How a case stands is as it is now. A review has four months from the decision to hold it (5.45).",),
    axes=(
        Axis(id="happened", title="What happened", labels=of_list("case_review_happened")),
        Axis(
            id="state", title="How it stands", open=("asked",),
            labels=fixed({"completed": "Review completed", "held": "Review held", "not_held": "No review held", "asked": "Not decided yet"}),
        ),
    ),
    views=(View(id="happened", title="by what happened", rows="happened"), View(id="state", title="by how they stand", rows="state")),
)  # fmt: skip

_PLANS = """
    SELECT s.key AS period, CASE WHEN t.done_on <= t.due_on THEN 'in_time' WHEN t.done_on IS NOT NULL THEN 'late' ELSE 'not_done' END AS done,
        count(*) AS n
    FROM {} JOIN case_review_recommendation t ON t.due_on BETWEEN s.first AND s.last JOIN case_review c ON c.id = t.case_review AND c.area = {}
    GROUP BY 1, 2
"""


async def _plans(place: Place, periods: Sequence[Period]) -> Sequence[Any]:
    return await DB.fetch(*Sql(_PLANS, spans(periods), place.area).parts())


PLANS = Dataset(
    id="action-plans", title="Recommendations of serious case reviews", noun=("recommendation", "recommendations"), kinds=OF_AREA,
    combine=Combine.SUM, read=_plans, grain=Span.QUARTER, covers="area",
    population="Recommendations of the committee's serious case reviews, by the day on which they were due",
    counted=("Done in time: by the end of the day on which it was due (5.51).",),
    axes=(
        Axis(id="done", title="How it stands", labels=fixed({"in_time": "Done in time", "late": "Done late", "not_done": "Not done"})),
    ),
    views=(View(id="done", title="by how they stand", rows="done"),),
)  # fmt: skip

DATASETS = (REFERRALS, NOT_REFERRED, REFERRAL_LIMITS, ALLEGATIONS, CASE_REVIEWS, PLANS)
