"""Countersigning an assessment, or sending it back: once, by someone who did not write it."""

from typing import Any

from yosafe import clock
from yosafe.accounts.access import check_may
from yosafe.accounts.viewer import User
from yosafe.audit.record import EventName, record
from yosafe.db.engine import DB, write_transaction
from yosafe.errors import Invalid
from yosafe.welfare.instruments import INSTRUMENTS
from yosafe.welfare.notices import SUBJECT, tell_that_it_came_back
from yosafe.welfare.rules import standing
from yosafe.welfare.tables import AssessmentSigning

from . import rules
from .schemas import SignAssessment

EVENTS = {"countersigned": EventName.ASSESSMENT_COUNTERSIGNED, "sent_back": EventName.ASSESSMENT_SENT_BACK}


async def sign_assessment(*, by: User, assessment: Any, signing: SignAssessment) -> AssessmentSigning:
    """Keep what a second person decided; the author hears of one that was sent back. `assessment` is its row, as `access` loads it.

    Raises Refused, Conflict for one's own or one that was decided on already, Invalid for one that is sent back without saying what is wrong.
    """
    check_may(by, "assessment:countersign")
    number, author = assessment["id"], assessment["recorded_by"]
    needed = INSTRUMENTS[assessment["instrument"]].needs_second
    rules.check_open(standing(needed, assessment["decision"], replaced=False), own=author == by.id)
    if faults := rules.remark_faults(signing.decision, signing.remark):
        raise Invalid(faults)
    made = AssessmentSigning(
        assessment=number, decision=signing.decision, remark=signing.remark or None, at=clock.now(), recorded_by=by.id
    )  # fmt: skip
    async with write_transaction():
        # Holds the row: two who decide at once wait in line, and the later one is told.
        await DB.fetchval("SELECT id FROM assessment WHERE id = $1 FOR UPDATE", number)
        decided = await DB.fetchval("SELECT decision FROM assessment_signing WHERE assessment = $1", number)
        rules.check_open(standing(needed, decided, replaced=False), own=False)
        await made.save()
        await record(EVENTS[signing.decision], by=by, subject=(SUBJECT, number), young_person=assessment["young_person"])
        if signing.decision == "sent_back":
            await tell_that_it_came_back(number, author, by=by)
    return made
