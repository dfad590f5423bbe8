"""Reading the papers of arrivals. Every function takes the viewer or what was loaded for them, and leaves an audit entry where names are shown."""

from collections.abc import Sequence
from typing import Any

from msgspec import Struct
from msgspec.structs import asdict

from yosafe import clock
from yosafe.accounts.viewer import User
from yosafe.audit.record import EventName, record_list, record_read
from yosafe.clock import day_of
from yosafe.db.engine import DB
from yosafe.db.sql import Sql, every
from yosafe.lists.listed import Column, Listed
from yosafe.lists.ordering import Place
from yosafe.people.access import visible, young_person_number, young_person_ref
from yosafe.people.rules import full_name
from yosafe.settings import Terminology
from yosafe.welfare.access import assessment_ref
from yosafe.welfare.rules import SCREEN
from yosafe.welfare.tables import ArrivalPaper

from . import rules
from .access import get_paper_for, paper_ref, readable
from .listed import columns
from .schemas import ArrivalOut, FirstNightOut, PaperOut, PaperStepOut, PaperWithHistoryOut

_LIST = """
    SELECT a.*, yp.family_name, yp.given_names, p.establishment, p.arrived_at, p.left_at, u.name AS worker, s.asked, s.last_asked_on {}
    FROM arrival_paper a JOIN young_person yp ON yp.id = a.young_person JOIN placement p ON p.id = a.placement
        JOIN user_account u ON u.id = a.recorded_by
        CROSS JOIN LATERAL (
            SELECT count(*) AS asked, max(happened_on) AS last_asked_on FROM arrival_paper_step WHERE arrival_paper = a.id AND kind = 'asked'
        ) s
    WHERE {} ORDER BY {} LIMIT {}
"""


class MissingFilter(Struct, frozen=True, kw_only=True):
    """`unasked`: those that nobody has been asked for yet."""

    unasked: bool = False


class Missing(Listed[MissingFilter, PaperOut]):
    """Papers that have not come, of young people who are held and whom a viewer sees: the longest missing first."""

    id = "papers-missing"
    noun = ("paper", "papers")
    tie = "a.id"

    def columns(self, viewer: User, terminology: Terminology) -> list[Column]:
        return columns()

    def default(self, wanted: MissingFilter) -> str:
        return "arrived"

    async def query(self, viewer: User, wanted: MissingFilter, place: Place, limit: int) -> Sql:
        return Sql(_LIST, place.columns, every([_missing(viewer, wanted), place.after()]), place.order(), limit)

    async def items(self, viewer: User, rows: Sequence[Any], terminology: Terminology) -> list[PaperOut]:
        return [_out(row) for row in rows]

    def young_people(self, item: PaperOut) -> list[int]:
        return [young_person_number(item.young_person)]

    async def note(self, viewer: User, wanted: MissingFilter, items: Sequence[PaperOut]) -> None:
        await record_list(self.id, [young_person_number(item.young_person) for item in items], by=viewer)


MISSING = Missing()


def _missing(viewer: User, wanted: MissingFilter) -> Sql:
    unasked = "NOT EXISTS (SELECT FROM arrival_paper_step WHERE arrival_paper = a.id AND kind = 'asked')"
    return every([
        visible(viewer), readable(viewer), Sql("a.state = 'awaited' AND p.left_at IS NULL"), Sql(unasked if wanted.unasked else "true"),
    ])  # fmt: skip


class MissingCounts(Struct, frozen=True):
    """Papers that have not come, and those of them that nobody has been asked for."""

    missing: int
    unasked: int


async def missing_counts(viewer: User) -> MissingCounts:
    query = "SELECT count(*) FROM arrival_paper a JOIN young_person yp ON yp.id = a.young_person JOIN placement p ON p.id = a.placement WHERE {}"
    numbers = [await DB.fetchval(*Sql(query, _missing(viewer, MissingFilter(unasked=unasked))).parts()) for unasked in (False, True)]
    return MissingCounts(*numbers)


_STAYS = "SELECT id, establishment, arrived_at, left_at FROM placement WHERE young_person = $1 ORDER BY arrived_at DESC"
# The first screen of each stay: what was done on that night, and by whom it was written down.
_NIGHTS = """
    SELECT DISTINCT ON (a.placement) a.placement, a.id, a.completed_on, a.answers, u.name AS worker, g.name AS agency_name
    FROM assessment a JOIN user_account u ON u.id = a.recorded_by JOIN agency g ON g.id = a.agency
    WHERE a.young_person = $1 AND a.instrument = $2 AND a.placement IS NOT NULL ORDER BY a.placement, a.completed_on, a.id
"""


async def arrivals_of(viewer: User, young_person: int) -> list[ArrivalOut]:
    """Each stay of a young person who was loaded for the viewer, the last first, with its papers and its first night."""
    condition = every([Sql("a.young_person = {}", young_person), readable(viewer)])
    rows = await DB.fetch(*Sql(_LIST, Sql(""), condition, Sql("a.state <> 'awaited', a.id"), 1_000).parts())
    may_read = viewer.may("assessment:read-screen")
    nights = {row["placement"]: _night(row) for row in await DB.fetch(_NIGHTS, young_person, SCREEN)} if may_read else {}
    return [
        ArrivalOut(
            placement=stay["id"], establishment=stay["establishment"], arrived_on=day_of(stay["arrived_at"]),
            left_on=day_of(stay["left_at"]) if stay["left_at"] else None,
            papers=[_out(row) for row in rows if row["placement"] == stay["id"]], first_night=nights.get(stay["id"]),
        )
        for stay in await DB.fetch(_STAYS, young_person)
    ]  # fmt: skip


async def open_paper(viewer: User, reference: str) -> PaperWithHistoryOut:
    """One paper with all that happened about it, noted as read. Raises NotFound: to an outsider it does not exist."""
    return await whole_paper(viewer, await get_paper_for(viewer, reference))


_STEPS = """
    SELECT s.kind, s.happened_on, s.whom, s.note, s.at, u.name AS by FROM arrival_paper_step s JOIN user_account u ON u.id = s.recorded_by
    WHERE s.arrival_paper = $1 ORDER BY s.at, s.id
"""


async def whole_paper(viewer: User, paper: ArrivalPaper) -> PaperWithHistoryOut:
    """The same of one that was loaded for this viewer."""
    (row,) = await DB.fetch(*Sql(_LIST, Sql(""), Sql("a.id = {}", paper.id), Sql("a.id"), 1).parts())
    await record_read(EventName.PAPER_READ, by=viewer, subject=("arrival_paper", paper.id), young_person=paper.young_person)
    return PaperWithHistoryOut(**asdict(_out(row)), history=[PaperStepOut(**step) for step in await DB.fetch(_STEPS, paper.id)])


def _out(row: Any) -> PaperOut:
    arrived_on = day_of(row["arrived_at"])
    return PaperOut(
        ref=paper_ref(row["id"]), young_person=young_person_ref(row["young_person"]), name=full_name(row["family_name"], row["given_names"]),
        establishment=row["establishment"], arrived_on=arrived_on, held=row["left_at"] is None, paper=row["paper"], state=row["state"],
        came_on=row["came_on"], asked=row["asked"], last_asked_on=row["last_asked_on"],
        days=rules.days_missing(row["state"], arrived_on, today=clock.today()), recorded_by=row["worker"], recorded_at=row["recorded_at"],
        version=row["version"],
    )  # fmt: skip


def _night(row: Any) -> FirstNightOut:
    answers = row["answers"]
    return FirstNightOut(
        assessment=assessment_ref(row["id"]), completed_on=row["completed_on"], actions=list(answers.get("first_night_actions", ())),
        plan=answers.get("first_night_plan", ""), by=row["worker"], agency=row["agency_name"],
    )  # fmt: skip
