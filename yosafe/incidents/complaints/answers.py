"""The answers to a complaint, and whether the young person is content: read with an incident that was loaded for whoever reads them."""

import datetime as dt

from yosafe.clock import day_of
from yosafe.db.engine import DB
from yosafe.incidents.schemas import AnswerOut, ContentOut
from yosafe.reference.rule_sets import due

MAY_APPEAL = "complaint-may-appeal"

_ANSWERS = """
    SELECT a.appeal, a.outcome, a.words, a.answered_at, u.name AS by FROM complaint_answer a JOIN user_account u ON u.id = a.recorded_by
    WHERE a.incident = $1 ORDER BY a.id
"""
_CONTENT = """
    SELECT c.content, c.words, c.asked_on, u.name AS by FROM complaint_content c JOIN user_account u ON u.id = c.recorded_by
    WHERE c.incident = $1 ORDER BY c.id
"""


async def answers_to(incident: int) -> list[AnswerOut]:
    """All of them, the oldest first."""
    return [AnswerOut(**dict(row)) for row in await DB.fetch(_ANSWERS, incident)]


async def content_with(incident: int) -> list[ContentOut]:
    """What the young person said of the answers, the last one last: it stands."""
    return [ContentOut(**dict(row)) for row in await DB.fetch(_CONTENT, incident)]


def may_appeal_by(answer: AnswerOut) -> dt.date | None:
    """The last day on which the young person may appeal; None where they withdrew the complaint. A later appeal is taken all the same."""
    return None if answer.outcome == "withdrawn" else due(MAY_APPEAL, day_of(answer.answered_at)).due
