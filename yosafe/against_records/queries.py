"""A survey beside the records, for a viewer. Everything that leaves here is a figure of many, small numbers hidden; nobody is named or linked."""

import asyncio
import datetime as dt
from collections.abc import Mapping, Sequence
from typing import NamedTuple

from yosafe import clock
from yosafe.accounts.permissions import Role
from yosafe.accounts.viewer import User
from yosafe.audit.record import Actor, EventName, record_read
from yosafe.db.engine import DB
from yosafe.db.sql import Sql, every
from yosafe.disclosure import LEAST_BASE
from yosafe.incidents.access import named
from yosafe.reference.terms import in_terms
from yosafe.settings import Terminology
from yosafe.surveys.compare import NOT_HERE, side
from yosafe.surveys.compare_queries import Opened, opened
from yosafe.surveys.questionnaire import Question, matched
from yosafe.surveys.rules import Share
from yosafe.surveys.schemas import SideOut

from . import rules
from .facts import Fact, Happened, InTouch, Stands, fact, lacking_words
from .schemas import AgainstRecordsOut, BesideOut

_HELD = """
    SELECT p.young_person, min(p.arrived_at) AS since FROM placement p
    WHERE p.establishment = {} AND p.arrived_at < {} AND (p.left_at IS NULL OR p.left_at > {}) GROUP BY 1
"""
# What was set aside never happened, as far as the record goes; a draft is not recorded yet.
_INCIDENT = "i.establishment = {} AND i.kind = ANY({}) AND i.happened_at < {} AND i.status NOT IN ('draft', 'duplicate', 'not_reportable')"
_IN_PART = "SELECT FROM involvement iv WHERE iv.incident = i.id AND iv.role = ANY({})"

FEW_HELD = f"Fewer than {LEAST_BASE} were held that month, so nothing is shown of what is recorded."
FEW_RECORDED = "What is recorded is of few young people, of all but a few, or would tell a small number beside another figure: hidden."


class Month(NamedTuple):
    """Who is compared: everyone held in an establishment at some time from one instant to another, and who looks."""

    viewer: Actor
    establishment: str
    since: dt.datetime
    until: dt.datetime

    @property
    def held(self) -> Sql:
        return Sql(_HELD, self.establishment, self.until, self.since)

    def incidents(self, found: Happened) -> Sql:
        """The condition on incidents `i` of a fact. An allegation against a lead does not exist for them, not even as one of many."""
        told = [named(self.viewer)] if isinstance(self.viewer, User) and self.viewer.role is Role.YOI_LEAD else []
        kind = [Sql(f"i.answers -> '{found.when[0]}' ?| {{}}", list(found.when[1]))] if found.when else []
        return every([Sql(_INCIDENT, self.establishment, list(found.kinds), self.until), *told, *kind])


async def against_records(viewer: Actor, survey_id: int, terminology: Terminology) -> AgainstRecordsOut:
    """What a survey says beside what is recorded of those held there. That it was read is recorded. Raises NotFound."""
    survey = await opened(viewer, survey_id)
    row = survey.stored.row
    start = row["fielded_on"]
    month = Month(viewer, row["establishment"], clock.midnight(start), min(clock.midnight(_next_month(start)), clock.now()))
    asked = [question for question in matched(survey.stored.questionnaire) if question.id in survey.returned.asked]
    facts = {question.recorded: fact(question.recorded) for question in asked}
    held = await DB.fetchrow(*Sql("SELECT count(*) AS number, min(h.since) AS since FROM ({}) h", month.held).parts())
    number, since = (held["number"], held["since"]) if held else (0, None)
    who = await _who(month, facts) if number else {}
    lacking = await _lacking(month, facts, since) if since is not None and number >= LEAST_BASE else {}
    await record_read(EventName.SURVEY_AGAINST_RECORDS, by=viewer, subject=("survey", survey_id))
    rows = await asyncio.to_thread(_rows, survey, asked, who, number, lacking, terminology)
    return AgainstRecordsOut(
        survey=survey.survey, held=number if number >= LEAST_BASE else None, since=start, until=clock.day_of(month.until),
        here_since=clock.day_of(since) if since is not None and number >= LEAST_BASE else None, questions=rows, method=_method(terminology),
    )  # fmt: skip


async def _who(month: Month, facts: Mapping[str, Fact]) -> dict[str, set[int]]:
    """Of whom among those held each fact is recorded. The numbers stay here."""
    found: dict[str, set[int]] = {name: set() for name in facts}
    for name, one in facts.items():
        rows = await DB.fetch(*Sql("SELECT yp.young_person FROM ({}) yp WHERE {}", month.held, _recorded(month, one)).parts())
        found[name] = {row["young_person"] for row in rows}
    return found


def _recorded(month: Month, one: Fact) -> Sql:
    """Whether a fact is recorded of someone held, `yp.young_person`."""
    match one.found:
        case Happened() as happened:
            return Sql(
                "EXISTS (SELECT FROM incident i JOIN involvement iv ON iv.incident = i.id "
                "WHERE iv.young_person = yp.young_person AND iv.role = ANY({}) AND {})",
                list(happened.roles), month.incidents(happened),
            )  # fmt: skip
        case InTouch() as touch:
            return _touched(month, Sql("c.from_whom = ANY({}) AND c.kind = ANY({})", list(touch.whom), list(touch.kinds)))
        case Stands() as stands:
            return _says(stands.so)


def _touched(month: Month, how: Sql) -> Sql:
    days = clock.day_of(month.since), clock.day_of(month.until)
    return Sql(
        "EXISTS (SELECT FROM contact c WHERE c.young_person = yp.young_person AND c.happened_on >= {} AND c.happened_on < {} AND {})", *days, how
    )


def _says(condition: str) -> Sql:
    return Sql(f"yp.young_person IN (SELECT yp.id FROM young_person yp WHERE {condition})")


async def _lacking(month: Month, facts: Mapping[str, Fact], since: dt.datetime) -> dict[str, str]:
    """For each fact, in words, how many records are missing what is needed to say it."""
    return {name: lacking_words(one, **await _counted(month, one, since)) for name, one in facts.items()}


async def _counted(month: Month, one: Fact, since: dt.datetime) -> dict[str, int]:
    match one.found:
        case Happened() as happened:
            expected = _expected(happened)
            query = Sql(
                f"SELECT count(*) AS among, count(*) FILTER (WHERE NOT EXISTS ({_IN_PART})) AS lacking FROM incident i "
                "WHERE i.happened_at >= {} AND {} AND {}",
                list(happened.roles), since, month.incidents(happened), expected,
            )  # fmt: skip
        case InTouch():
            query = Sql("SELECT count(*) AS among, count(*) FILTER (WHERE NOT {}) AS lacking FROM ({}) yp", _touched(month, Sql("true")), month.held)
        case Stands() as stands:
            query = Sql("SELECT count(*) AS among, count(*) FILTER (WHERE NOT {}) AS lacking FROM ({}) yp", _says(stands.known), month.held)
    row = await DB.fetchrow(*query.parts())
    return dict(row) if row else {"among": 0, "lacking": 0}


def _expected(happened: Happened) -> Sql:
    """Whether someone is to be expected in that part of an incident."""
    if happened.without is None:
        return Sql("true")
    name, values = happened.without
    return Sql(f"NOT coalesce(i.answers -> '{name}' ?| {{}}, false)", list(values))


def _rows(
    survey: Opened, asked: Sequence[Question], who: Mapping[str, set[int]], held: int, lacking: Mapping[str, str], terminology: Terminology
) -> list[BesideOut]:
    kept_back = rules.hidden(who, held)
    shown = {name: rules.recorded_share(len(found), held) for name, found in who.items() if name not in kept_back}
    return [_row(survey, question, shown.get(question.recorded), held, lacking.get(question.recorded, ""), terminology) for question in asked]


def _row(survey: Opened, question: Question, recorded: Share | None, held: int, lacking: str, terminology: Terminology) -> BesideOut:
    one = fact(question.recorded)
    said = side(survey.stored.questionnaire, question, survey.returned, question.positive, why=NOT_HERE)
    both = rules.gap(said.shown, recorded) if said.shown and recorded else None
    why = said.why if said.shown is None else "" if recorded else FEW_HELD if held < LEAST_BASE else FEW_RECORDED
    return BesideOut(
        question=question.id, label=question.label, short=question.short, fact=one.id,
        recorded_title=in_terms(one.recorded, terminology), counted=in_terms(one.counted, terminology),
        said=_side(said.shown, said.arm.base) if said.shown and said.arm else None,
        recorded=_side(recorded, held) if recorded else None,
        points=_points(both.share) if both else None, low=_points(both.low) if both else None, high=_points(both.high) if both else None,
        verdict=both.verdict if both else "", hidden=why, lacking=lacking,
    )  # fmt: skip


def _side(share: Share, base: int) -> SideOut:
    return SideOut(base=base, percent=_points(share.share), low=_points(share.low), high=_points(share.high))


def _points(share: float) -> float:
    return round(100 * share, 1)


def _next_month(day: dt.date) -> dt.date:
    return dt.date(day.year + day.month // 12, day.month % 12 + 1, 1)


_METHOD = (
    "What is said is of those who answered; what is recorded is of everyone held here at some time in that month, by a placement recorded here.",
    "“Here” in a question is taken as ever until the end of that month, in this stay or an earlier one here, as children may take it. "
    "What happened in another establishment is not counted.",
    "A record counts if it is there now, whenever it was made; duplicates and what was found not to be reportable do not.",
    "The gap is what is said less what is recorded, in percentage points, with a 95 % interval (Newcombe). That of what is recorded is Wilson's, "
    "as though those held were some of many who might be; that of what is said is as in the results.",
    "Nobody's answers are set beside their own record: answers name nobody. The two shares are of different people, who overlap.",
    "A gap does not say that records are at fault, or that answers are: a question asks for more than a record is made of, "
    "and not everyone tells. It says where to look.",
    "Questions are never added up: one young person may be in several.",
    "What is recorded is hidden where it is of fewer than 5 young people or of all but fewer than 5, "
    "and where a figure within a wider one leaves fewer than 5. Records are counted as they are today, so that figures change as they are mended.",
)


def _method(terminology: Terminology) -> list[str]:
    return [in_terms(sentence, terminology) for sentence in _METHOD]
