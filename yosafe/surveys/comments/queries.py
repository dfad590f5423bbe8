"""Reads of what was written in surveys. Everything takes the viewer; that words were shown is recorded."""

from collections.abc import Sequence
from typing import Any, Literal, get_args

from msgspec import Struct

from yosafe.accounts.viewer import User
from yosafe.audit.record import EventName, record_read
from yosafe.db.engine import DB
from yosafe.db.filters import check, code_faults, place_faults
from yosafe.db.sql import Sql, every
from yosafe.lists.listed import Column, Listed
from yosafe.lists.ordering import Place, Sort, sort
from yosafe.reference.establishments import establishment
from yosafe.settings import Terminology
from yosafe.surveys.access import get_survey_for
from yosafe.surveys.questionnaire import load
from yosafe.words import plural

from . import access, rules
from .listed import columns
from .notices import SUBJECT
from .schemas import CommentOut, DoneOut, MarkOut
from .tables import SurveyComment

StateAsked = Literal["unread", "read", "marked", "answered", "all"]
_ROWS = """
    SELECT c.*, s.establishment, s.fielded_on, s.questionnaire, s.questionnaire_version, m.name AS marker, a.name AS answerer {}
    FROM survey_comment c JOIN survey s ON s.id = c.survey
        LEFT JOIN user_account m ON m.id = c.marked_by LEFT JOIN user_account a ON a.id = c.answered_by
    WHERE {} AND {} ORDER BY {} LIMIT {}
"""
_STATE: dict[str, str] = {
    "unread": "c.read_at IS NULL",
    "read": "c.read_at IS NOT NULL AND c.marked_at IS NULL",
    "marked": "c.marked_at IS NOT NULL AND c.answered_at IS NULL",
    "answered": "c.answered_at IS NOT NULL",
    "all": "true",
}


class CommentFilter(Struct, frozen=True, kw_only=True):
    """What to look for. `survey` is the number of one; None means any, as does an empty `site`."""

    state: StateAsked = "unread"
    site: str = ""
    survey: int | None = None


class Comments(Listed[CommentFilter, CommentOut]):
    """What was written, in no order that says anything: they were shuffled when they came."""

    id = "comments"
    noun = ("comment", "comments")
    tie = "c.id"
    permission = "survey-comment:read"

    def columns(self, viewer: User, terminology: Terminology) -> list[Column]:
        return columns()

    def other_sorts(self, viewer: User) -> dict[str, Sort]:
        return {"ref": sort(kinds=[])}

    def default(self, wanted: CommentFilter) -> str:
        return "ref"

    async def query(self, viewer: User, wanted: CommentFilter, place: Place, limit: int) -> Sql:
        check([*code_faults("state", [wanted.state], get_args(StateAsked)), *place_faults("site", wanted.site)])
        conditions = [Sql(f"({_STATE[wanted.state]})"), place.after()]
        if wanted.site:
            conditions.append(Sql("s.establishment = {}", wanted.site))
        if wanted.survey is not None:
            conditions.append(Sql("s.id = {}", wanted.survey))
        return Sql(_ROWS, place.columns, access.shows(viewer), every(conditions), place.order(), limit)

    async def items(self, viewer: User, rows: Sequence[Any], terminology: Terminology) -> list[CommentOut]:
        return [_out(row) for row in rows]

    async def note(self, viewer: User, wanted: CommentFilter, items: Sequence[CommentOut]) -> None:
        if items:
            shown = [access.comment_number(item.ref) for item in items]
            await record_read(EventName.SURVEY_COMMENTS_READ, by=viewer, detail={"comments": shown})


COMMENTS = Comments()


async def comment(viewer: User, reference: str) -> CommentOut:
    """One text, noted as read. Raises NotFound."""
    return await whole(viewer, await access.get_comment_for(viewer, reference))


async def whole(viewer: User, found: SurveyComment) -> CommentOut:
    """The same of a text that was loaded for this viewer."""
    row = await DB.fetchrow(*Sql(_ROWS, Sql(""), access.shows(viewer), Sql("c.id = {}", found.id), Sql("c.id"), 1).parts())
    await record_read(EventName.SURVEY_COMMENTS_READ, by=viewer, subject=(SUBJECT, found.id), detail={"comments": [found.id]})
    return _out(row)


async def waiting(viewer: User, *, limit: int) -> list[CommentOut]:
    """Texts that may hold a disclosure and of which nobody has said what was done, the oldest mark first. Noted as read."""
    marked = Sql(f"({_STATE['marked']})")
    rows = await DB.fetch(*Sql(_ROWS, Sql(""), access.shows(viewer), marked, Sql("c.marked_at, c.id"), limit).parts())
    items = [_out(row) for row in rows]
    await COMMENTS.note(viewer, CommentFilter(), items)
    return items


class Counts(Struct, frozen=True, kw_only=True):
    written: int
    unread: int
    marked: int


async def counts_of(viewer: User, survey: int) -> Counts:
    """How many texts a survey has, those unread, and those marked that wait. Raises NotFound."""
    await get_survey_for(viewer, survey)
    row = await DB.fetchrow(
        *Sql(
            f"SELECT count(*) AS written, count(*) FILTER (WHERE {_STATE['unread']}) AS unread, count(*) FILTER (WHERE {_STATE['marked']}) AS marked "
            "FROM survey_comment c JOIN survey s ON s.id = c.survey WHERE s.id = {} AND {}",
            survey, access.shows(viewer),
        ).parts()
    )  # fmt: skip
    return Counts(**dict(row)) if row else Counts(written=0, unread=0, marked=0)


def _out(row: Any) -> CommentOut:
    asked = load(row["questionnaire"], row["questionnaire_version"]).comments
    marked = MarkOut(at=row["marked_at"], by=row["marker"], reason=row["marked_because"]) if row["marked_at"] else None
    answer = (
        DoneOut(done=row["done"], on=row["done_on"], who=row["done_by"], recorded_at=row["answered_at"], recorded_by=row["answerer"])
        if row["answered_at"]
        else None
    )
    return CommentOut(
        ref=access.comment_ref(row["id"]), establishment=row["establishment"], establishment_name=establishment(row["establishment"]).name,
        fielded_on=row["fielded_on"], question=next((one.label for one in asked if one.id == row["question"]), row["question"]),
        words=row["words"], state=rules.state_of(row), read_at=row["read_at"], marked=marked, answer=answer, version=row["version"],
    )  # fmt: skip


_BUILT = """
    SELECT count(*) AS read, count(marked_at) AS marked, count(answered_at) AS answered, min(id) FILTER (WHERE marked_at IS NOT NULL) AS first
    FROM survey_comment WHERE survey = $1 AND read_at IS NOT NULL
"""


async def built_on(survey: int) -> str:
    """What rests on what was written in a survey, for whoever would take it back, in a sentence; empty where nobody has read any of it. It shows no
    words."""
    row = await DB.fetchrow(_BUILT, survey)
    if row is None or not row["read"]:
        return ""
    said = f"Of what young people wrote in it, {plural(row['read'], 'text')} {'has' if row['read'] == 1 else 'have'} been read"
    if row["marked"]:
        said += f", {row['marked']:,} marked as a possible disclosure (the first is {access.comment_ref(row['first'])})"
    if row["answered"]:
        said += f", and of {row['answered']:,} it is recorded what was done"
    return f"{said}."
