"""Who might be put on the agenda of a review, and to which review a young person may be listed."""

import datetime as dt

from msgspec import Struct

from yosafe import clock
from yosafe.accounts.viewer import User
from yosafe.audit.record import EventName, record_read
from yosafe.db.engine import DB
from yosafe.db.sql import Sql, either
from yosafe.people.access import visible
from yosafe.people.rules import full_name
from yosafe.people.subjects import showing
from yosafe.reference.establishments import establishment
from yosafe.refs import ref
from yosafe.settings import Terminology

from .access import flag_shows, reviews_for, runs
from .meeting_rules import takes_cases
from .meeting_schemas import CandidateOut
from .queries import ASKS, title_of
from .tables import Review

MOST_CANDIDATES = 100
MOST_AHEAD = 3

# Flags that are more than a note, work that is late, and a promised next review: whoever has one of them may need the review.
_CANDIDATES = """
    WITH held AS MATERIALIZED (
        SELECT yp.id, yp.family_name, yp.given_names FROM placement here JOIN young_person yp ON yp.id = here.young_person
        WHERE here.establishment = {} AND here.left_at IS NULL AND {}
            AND NOT EXISTS (SELECT FROM review_case c WHERE c.review = {} AND c.young_person = yp.id)
            AND NOT EXISTS (SELECT FROM review_left l WHERE l.review = {} AND l.young_person = yp.id)
    ), flags AS (
        SELECT f.young_person, count(*) FILTER (WHERE f.level = 'high') AS high, count(*) FILTER (WHERE f.level = 'raised') AS raised,
            array_agg(f.indicator::text ORDER BY f.level = 'high' DESC, f.id) AS indicators
        FROM flag f JOIN held ON held.id = f.young_person
        WHERE f.cleared_on IS NULL AND f.closed_at IS NULL AND f.level <> 'note' AND {} GROUP BY f.young_person
    ), late AS (
        SELECT young_person, count(*) FILTER (WHERE kind = 'limit') AS limits, count(*) FILTER (WHERE kind = 'action') AS actions FROM (
            SELECT a.young_person, 'action' AS kind FROM action a JOIN held ON held.id = a.young_person
            JOIN review_case c ON c.id = a.review_case JOIN review r ON r.id = c.review WHERE a.done_on IS NULL AND a.cancelled_at IS NULL
                AND a.due_on < {} AND {}
            UNION ALL
            SELECT k.young_person, 'limit' FROM clock k JOIN held ON held.id = k.young_person
            WHERE k.met_at IS NULL AND k.stopped_at IS NULL AND k.held IS NULL AND k.due_on < {} AND {}
        ) work GROUP BY young_person
    ), again AS (
        SELECT DISTINCT ON (c.young_person) c.young_person, c.next_review_on AS due_on FROM review_case c JOIN held ON held.id = c.young_person
        JOIN review r ON r.id = c.review WHERE c.decided_at IS NOT NULL AND {} ORDER BY c.young_person, c.decided_at DESC
    )
    , asked AS (
        SELECT q.young_person, array_agg(g.name || ': ' || q.reason ORDER BY q.asked_at, q.id) AS reasons FROM review_request q
        JOIN held ON held.id = q.young_person JOIN agency g ON g.id = q.agency WHERE q.review_case IS NULL AND q.withdrawn_at IS NULL
        GROUP BY q.young_person
    ), remembered AS (
        SELECT DISTINCT ON (young_person) young_person, reason, meets_on FROM (
            SELECT l.young_person, l.reason, l.at, r.meets_on FROM review_left l JOIN held ON held.id = l.young_person
            JOIN review r ON r.id = l.review WHERE r.id <> {} AND {}
            UNION ALL
            SELECT c.young_person, c.put_off_reason, c.put_off_at, r.meets_on FROM review_case c JOIN held ON held.id = c.young_person
            JOIN review r ON r.id = c.review WHERE c.put_off_at IS NOT NULL AND {}
        ) l WHERE NOT EXISTS (SELECT FROM review_case d WHERE d.young_person = l.young_person AND d.decided_at > l.at)
        ORDER BY young_person, at DESC
    )
    SELECT held.*, asked.reasons, remembered.reason AS left_because, remembered.meets_on AS left_at,
        coalesce(flags.high, 0) AS high, coalesce(flags.raised, 0) AS raised,
        coalesce(flags.indicators, ARRAY[]::text[]) AS indicators,
        coalesce(late.limits, 0) AS overdue, coalesce(late.actions, 0) AS late_actions, again.due_on AS due_again_on
    FROM held LEFT JOIN flags ON flags.young_person = held.id LEFT JOIN late ON late.young_person = held.id
        LEFT JOIN again ON again.young_person = held.id LEFT JOIN asked ON asked.young_person = held.id
        LEFT JOIN remembered ON remembered.young_person = held.id
    WHERE asked.young_person IS NOT NULL OR remembered.young_person IS NOT NULL OR flags.young_person IS NOT NULL OR late.young_person IS NOT NULL
        OR again.due_on <= {}
    ORDER BY coalesce(flags.high, 0) DESC, asked.young_person IS NOT NULL DESC, remembered.young_person IS NOT NULL DESC,
        again.due_on <= {} DESC NULLS LAST, coalesce(flags.raised, 0) DESC,
        coalesce(late.limits + late.actions, 0) DESC, held.id
    LIMIT {}
"""


async def candidates(viewer: User, review: Review, *, terminology: Terminology) -> list[CandidateOut]:
    """Who might be put on the agenda: held there, seen by the viewer, and flagged above a note, asked for, left for later, or with work that is late;
    not those who were left off this agenda. Those with high flags first."""
    today, shown = clock.today(), showing(viewer, "k.subject_kind", "k.subject")
    of_viewer = either([reviews_for(viewer), Sql("a.owner_agency = {}", viewer.agency)])
    query = Sql(
        _CANDIDATES,
        *(review.establishment, visible(viewer), review.id, review.id, flag_shows(viewer), today, of_viewer, today, shown, reviews_for(viewer)),
        *(review.id, reviews_for(viewer), reviews_for(viewer)),
        *(review.meets_on, review.meets_on, MOST_CANDIDATES),
    )
    rows = await DB.fetch(*query.parts())
    found = {"page": "candidates", "young_people": [row["id"] for row in rows]}
    await record_read(EventName.FLAG_READ, by=viewer, subject=("review", review.id), detail=found)
    return [
        CandidateOut(
            young_person=ref("YP", row["id"]),
            name=full_name(row["family_name"], row["given_names"]),
            high=row["high"],
            raised=row["raised"],
            titles=tuple(title_of(indicator, terminology) for indicator in row["indicators"]),
            overdue=row["overdue"],
            late_actions=row["late_actions"],
            due_again_on=row["due_again_on"],
            asked=tuple(row["reasons"] or ()),
            left_because=row["left_because"],
            left_at=row["left_at"],
        )
        for row in rows
    ]


class Ahead(Struct, frozen=True, kw_only=True):
    """A review that is still to meet; `case` is the number of the young person's case, None where they are not on its agenda."""

    review: str
    meets_on: dt.date
    case: int | None


class Listing(Struct, frozen=True, kw_only=True):
    """Where a young person is `listed` already, or the `open` reviews to list them for; neither where a review must be arranged first.
    `flagged`: a flag is reason enough; without one a reason must be given."""

    flagged: bool
    listed: list[Ahead]
    open: list[Ahead]


_AHEAD = """
    SELECT r.id, r.meets_on, count(c.id) AS cases, count(coalesce(c.decided_at, c.put_off_at)) AS settled,
        max(c.number) FILTER (WHERE c.young_person = {}) AS mine
    FROM review r LEFT JOIN review_case c ON c.review = r.id WHERE r.locked_at IS NULL AND r.establishment = {} AND r.meets_on >= {} AND {}
    GROUP BY r.id ORDER BY r.meets_on, r.id LIMIT 20
"""


async def listing_of(viewer: User, young_person: int) -> Listing | None:
    """The reviews ahead where a young person is held whom the viewer was allowed to load; None for a viewer who may not list them now."""
    held_at = await DB.fetchval("SELECT establishment FROM placement WHERE young_person = $1 AND left_at IS NULL", young_person)
    if not viewer.may("review:arrange") or held_at is None or not runs(viewer, establishment=held_at, area=establishment(held_at).area):
        return None
    today = clock.today()
    rows = await DB.fetch(*Sql(_AHEAD, young_person, held_at, today, reviews_for(viewer)).parts())
    ahead = [
        Ahead(review=ref("RV", row["id"]), meets_on=row["meets_on"], case=row["mine"])
        for row in rows
        if row["mine"] or takes_cases(row["meets_on"], cases=row["cases"], settled=row["settled"], today=today)
    ]
    listed = [one for one in ahead if one.case]
    flagged = Sql(f"SELECT EXISTS (SELECT FROM flag f WHERE f.young_person = {{}} AND {ASKS} AND {{}})", young_person, flag_shows(viewer))
    return Listing(flagged=await DB.fetchval(*flagged.parts()), listed=listed, open=[] if listed else ahead[:MOST_AHEAD])
