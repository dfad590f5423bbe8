"""Rows that are very likely of a young person who is recorded already: they wait until whoever brought them in says whether it is the same."""

import datetime as dt
from collections.abc import Mapping
from typing import Any

import msgspec

from yosafe import clock
from yosafe.accounts.viewer import User
from yosafe.audit.record import EventName, record
from yosafe.db.engine import DB, write_transaction
from yosafe.errors import Conflict, FieldError, Invalid, NotFound
from yosafe.importing.fields import Kind
from yosafe.people.access import young_person_number
from yosafe.people.actions import add_young_person
from yosafe.people.duplicates import checking
from yosafe.people.duplicates.rules import REASON_NEEDED, Strength
from yosafe.people.duplicates.schemas import LookForDuplicates
from yosafe.people.schemas import RecordNumber
from yosafe.settings import Terminology

from .actions import change
from .running import SUBJECT
from .schemas import AnswerQuestion, QuestionOut
from .tables import ImportRun
from .targets import PEOPLE, UNKNOWN_NUMBER, target
from .writers import PEOPLE_FIELDS, new_person

SHOWN = 20
NONE_WAITS = "There is no row with this number that waits in this import. Look at those that do."
NOT_ONE_BY_ONE = "Rows of this import don't come in one by one. Send the file again, so that those that are right come in."
_WAITING = "SELECT row_number, said FROM import_refusal WHERE run = $1 AND said IS NOT NULL ORDER BY row_number LIMIT $2"
_TAKE = "DELETE FROM import_refusal WHERE run = $1 AND row_number = $2 AND said IS NOT NULL RETURNING said"
_KNOWN = """
    INSERT INTO import_row (run, agency, target, key, content, row_number, subject, linked, answered_at) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9)
"""


def _revived(values: Mapping[str, Any]) -> dict[str, Any]:
    """The values of a row that was kept, days and times again as such."""
    kinds = {one.name: one.kind for one in target(PEOPLE).fields}
    return {name: _read(kinds[name], value) for name, value in values.items()}


def _read(kind: Kind, value: Any) -> Any:
    if kind is Kind.DATE or (kind is Kind.MOMENT and "T" not in value):
        return dt.date.fromisoformat(value)
    return dt.datetime.fromisoformat(value) if kind is Kind.MOMENT else value


def _identity(values: Mapping[str, Any]) -> LookForDuplicates:
    number = values.get("number")
    return LookForDuplicates(
        family_name=values["family_name"], given_names=values["given_names"], date_of_birth=values["date_of_birth"],
        known_as=values.get("known_as"), numbers=[RecordNumber(kind=values.get("number_kind", UNKNOWN_NUMBER), value=number)] if number else [],
    )  # fmt: skip


def may_be_answered(run: ImportRun) -> bool:
    """Whether rows of an import may come in one by one: not before it has ended, and not where it is all or none."""
    return run.mode == "good" and run.status in ("finished", "cancelled")


async def waiting(run: int) -> int:
    """How many rows of an import wait for an answer."""
    return int(await DB.fetchval("SELECT count(*) FROM import_refusal WHERE run = $1 AND said IS NOT NULL", run))


async def questions(viewer: User, run: ImportRun, terminology: Terminology = "2002") -> list[QuestionOut]:
    """The first of the rows that wait, each with who may be meant, of those of whom the viewer may know. That they were shown is noted."""
    found = []
    for row in await DB.fetch(_WAITING, run.id, SHOWN):
        identity = _identity(_revived(row["said"]["values"]))
        likely = await checking.likely(viewer, identity, terminology)
        found.append(
            QuestionOut(
                row=row["row_number"], family_name=identity.family_name, given_names=identity.given_names, date_of_birth=identity.date_of_birth,
                candidates=likely.candidates, elsewhere=likely.elsewhere,
            )
        )  # fmt: skip
    return found


async def answer_question(*, by: User, run: ImportRun, row: int, answer: AnswerQuestion, version: int) -> int:
    """Say whether a row is of someone who is recorded already; the number of their record. `same`: the row is known as theirs, and nothing is written
    to their record. Else a record is made of it, with why it is another child. Raises NotFound, Conflict, Invalid, Stale."""
    if not may_be_answered(run):
        raise Conflict(NOT_ONE_BY_ONE)
    if not answer.same and not answer.because:
        raise Invalid([FieldError("because", REASON_NEEDED)])
    async with write_transaction():
        said = await DB.fetchval(_TAKE, run.id, row)
        if said is None:
            raise NotFound(NONE_WAITS)
        came = "known = known + 1" if answer.same else "made = made + 1"
        await change(run, version, f"{came}, refused = refused - 1", only="IN ('finished', 'cancelled')")
        values = _revived(said["values"])
        person = await _the_same(by, values, answer.same) if answer.same else await _another(by, values, answer.because or "")
        await DB.execute(
            _KNOWN, run.id, by.agency, run.target, bytes.fromhex(said["key"]), bytes.fromhex(said["content"]), row, person,
            bool(answer.same), clock.now(),
        )  # fmt: skip
        detail = {"target": run.target, "row": row, "answer": "same" if answer.same else "another", "young_people": [person]}
        await record(EventName.IMPORT_ANSWERED, by=by, subject=(SUBJECT, run.id), young_person=person, detail=detail)
    return person


async def _the_same(by: User, values: Mapping[str, Any], reference: str) -> int:
    """The record that was chosen, which must be one that may be meant."""
    likely = await checking.likely(by, _identity(values))
    if reference.upper() not in {*(one.ref for one in likely.candidates), *likely.elsewhere}:
        raise Invalid([FieldError("same", "Select one of the records that may be meant")])
    return young_person_number(reference)


async def _another(by: User, values: Mapping[str, Any], because: str) -> int:
    """A record of its own, beside those that are very likely meant."""
    likely = await checking.likely(by, _identity(values))
    others = [*(one.ref for one in likely.candidates if one.strength == Strength.VERY_LIKELY), *likely.elsewhere]
    try:
        new = new_person({**values, "not_duplicate_of": " ".join(others), "not_duplicate_because": because})
        return int((await add_young_person(by=by, new=new)).id)
    except Invalid as wrong:
        labels = {one.name: one.label for one in target(PEOPLE).fields}
        said = [f"{labels.get(PEOPLE_FIELDS.get(error.key, error.key), 'The row')}: {error.message}" for error in wrong.errors]
        raise Invalid([FieldError("because", one) for one in said]) from None
    except (msgspec.ValidationError, ValueError) as wrong:
        raise Invalid([FieldError("because", str(wrong))]) from None
