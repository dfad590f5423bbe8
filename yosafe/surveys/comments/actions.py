"""Every change to what was written in surveys. Keyword-only, by someone, in one transaction with its audit entry."""

import asyncio

from yosafe import clock
from yosafe.accounts.viewer import User
from yosafe.audit.record import EventName, record
from yosafe.db.engine import DB, in_transaction, write_transaction
from yosafe.db.sql import Sql
from yosafe.errors import Invalid, NotFound
from yosafe.importing.reading import Table
from yosafe.notices.events import Event
from yosafe.notices.telling import tell_one
from yosafe.people.changing import change_row
from yosafe.surveys.questionnaire import Questionnaire
from yosafe.surveys.telling_apart import IsNew

from . import access, rules
from .notices import SUBJECT
from .schemas import AnswerComment, MarkComment, SayRead
from .tables import SurveyComment

_SEEN = """
    SELECT c.id, c.read_at FROM survey_comment c JOIN survey s ON s.id = c.survey WHERE c.id = ANY({}) AND {} ORDER BY c.id FOR UPDATE OF c
"""


async def keep_comments(*, survey: int, table: Table, questionnaire: Questionnaire, is_new: IsNew | None = None) -> int:
    """Keep what was written in a file, apart from its answers; how many texts. `is_new`: of those rows only. It belongs in the transaction of the
    import: RuntimeError without one."""
    if not in_transaction():
        raise RuntimeError("what was written belongs in the transaction of its survey")
    if not questionnaire.comments:
        return 0
    found = await asyncio.to_thread(rules.comments_in, table, questionnaire, is_new)
    await DB.copy_records("survey_comment", ("survey", "question", "words", "version"), ((survey, one.question, one.words, 1) for one in found))
    return len(found)


async def say_read(*, by: User, said: SayRead) -> int:
    """Say that some texts have been read; how many were unread until now. Raises NotFound for one that the user can't see, and writes nothing."""
    wanted = sorted({access.comment_number(reference) for reference in said.comments})
    async with write_transaction():
        query = Sql(_SEEN, wanted, access.shows(by))
        seen = await DB.fetch(*query.parts())
        if len(seen) < len(wanted):
            raise NotFound(access.NOT_THERE)
        unread = [row["id"] for row in seen if row["read_at"] is None]
        if unread:
            await DB.execute(
                "UPDATE survey_comment SET read_at = $2, read_by = $3, version = version + 1 WHERE id = ANY($1)", unread, clock.now(), by.id
            )
            await record(EventName.SURVEY_COMMENTS_SAID_READ, by=by, detail={"comments": unread})
    return len(unread)


async def mark_comment(*, by: User, comment: SurveyComment, mark: MarkComment, version: int) -> SurveyComment:
    """Say that a text may hold a disclosure, and why; the safeguarding leads are told. Raises Refused, Conflict for one that is marked, Stale."""
    access.check_can_mark(by)
    rules.check_can_be_marked(rules.state_of(comment.to_dict()))
    now = clock.now()
    values = {"marked_at": now, "marked_by": by.id, "marked_because": mark.reason}
    if comment.read_at is None:
        values |= {"read_at": now, "read_by": by.id}
    async with write_transaction():
        marked = await change_row(comment, values, version, still=SurveyComment.marked_at.is_null())
        await record(EventName.SURVEY_COMMENT_MARKED, by=by, subject=(SUBJECT, comment.id))
        place = await DB.fetchval("SELECT establishment FROM survey WHERE id = $1", comment.survey)
        await tell_one(Event.COMMENT_MARKED, SUBJECT, comment.id, by=by, establishment=place)
    return marked


async def answer_comment(*, by: User, comment: SurveyComment, answer: AnswerComment, version: int) -> SurveyComment:
    """Say what was done about a text that was marked. Raises Refused, Conflict for one that is not marked or was answered, Invalid, Stale."""
    access.check_can_answer(by)
    rules.check_can_be_answered(rules.state_of(comment.to_dict()))
    if faults := rules.answer_faults(answer.done_on, marked_at=comment.marked_at, today=clock.today()):
        raise Invalid(faults)
    values = {"done": answer.done, "done_on": answer.done_on, "done_by": answer.done_by, "answered_at": clock.now(), "answered_by": by.id}
    async with write_transaction():
        answered = await change_row(comment, values, version, still=SurveyComment.answered_at.is_null())
        await record(EventName.SURVEY_COMMENT_ANSWERED, by=by, subject=(SUBJECT, comment.id))
    return answered
