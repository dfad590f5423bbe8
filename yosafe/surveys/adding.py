"""A second file of a survey: who in it is there already, and adding those who are new. Called by actions, in their transaction."""

import datetime as dt
from typing import Any, NamedTuple

from yosafe.audit.record import Actor
from yosafe.db.engine import DB
from yosafe.errors import Conflict, FieldError, Invalid

from . import coding, queries
from .coding import RefusedRow
from .prepared import Prepared
from .responses import Responses
from .taking import number_column
from .telling_apart import Marks, Overlap, of_columns, overlap, rows_that_changed

_SAME_FILE = """
    SELECT s.id, s.questionnaire, s.fielded_on FROM survey s JOIN survey_file f ON f.survey = s.id
    WHERE s.establishment = $3 AND (f.content_sha256 = $1 OR (f.content_sha256 IS NULL AND f.file_sha256 = $2)) ORDER BY s.id LIMIT 1
"""
_THAT_MONTH = """
    SELECT id, questionnaire_version, held, offered, returned, refused_rows, questions, weighted, told_apart_by, columns_sha256, fielded_on
    FROM survey WHERE questionnaire = $1 AND establishment = $2 AND fielded_on = $3
"""
_GROWS = "UPDATE survey SET returned = $2, refused_rows = $3, held = $4, offered = $5 WHERE id = $1"
OTHERWISE = "Or take back its import and bring in one file that has all."


class Existing(NamedTuple):
    """A survey that a file may be added to."""

    id: int
    row: Any
    marks: Marks


async def same_file(prepared: Prepared) -> int | None:
    """The survey that this very table has come into. Raises Conflict where that is of another month or questionnaire."""
    row = await DB.fetchrow(_SAME_FILE, prepared.coded.content, bytes.fromhex(prepared.table.sha256), prepared.establishment.code)
    if row is None:
        return None
    if (row["questionnaire"], row["fielded_on"]) != (prepared.questionnaire.id, prepared.fielded_on):
        raise Conflict(f"This file is already there as survey {row['id']}, of {row['fielded_on']:%B %Y}. Check the month and the questionnaire.")
    return int(row["id"])


async def of_that_month(prepared: Prepared) -> Existing | None:
    """The survey that there is for this questionnaire, establishment and month."""
    row = await DB.fetchrow(_THAT_MONTH, prepared.questionnaire.id, prepared.establishment.code, prepared.fielded_on)
    if row is None:
        return None
    return Existing(row["id"], row, await queries.marks_of(row["id"], numbered=row["told_apart_by"] == "numbers"))


async def beside(prepared: Prepared, survey: Existing) -> Overlap:
    """Who in a file is in a survey already. Raises Conflict where that can't be told, or the two did not ask the same; Invalid where more came back
    than were asked."""
    if fault := _apart(prepared, survey.row):
        there = f"Another file is already there for {prepared.establishment.name} in {prepared.fielded_on:%B %Y} (survey {survey.id})."
        raise Conflict(f"{there} {fault}")
    found = overlap(survey.marks, prepared.coded.marks)
    held, offered = asked_of(prepared, survey)
    coding.check_response(held=held, offered=offered, returned=found.marks.returned)
    return found


def _apart(prepared: Prepared, row: Any) -> str:
    """Why this file can't be added to a survey; empty where it can."""
    coded, numbered = prepared.coded, row["told_apart_by"] == "numbers"
    if row["told_apart_by"] is None:
        return f"It came in before yosafe kept what tells respondents apart, so that nothing can be added. {OTHERWISE}"
    if numbered != coded.marks.numbered:
        by = "their numbers: say which column holds the number of the respondent" if numbered else "all that a row says, not by their numbers"
        return f"Its respondents are told apart by {by}. {OTHERWISE}"
    if not numbered and row["columns_sha256"] != of_columns(prepared.table.columns):
        return f"This file has other columns, so that nobody can tell who is in both. Send it with the same columns in the same order. {OTHERWISE}"
    asked = (row["questionnaire_version"], sorted(row["questions"]), row["weighted"])
    if asked != (prepared.questionnaire.version, sorted(coded.asked), coded.weighted):
        return f"This file has other questions than the first, so the two can't be one survey. {OTHERWISE}"
    return ""


def asked_of(prepared: Prepared, survey: Existing) -> tuple[int | None, int | None]:
    """How many were held and offered it, by the survey or, where that does not say, by what is said of the file. Raises Invalid where both differ."""
    faults, found = [], []
    for name, said in (("held", prepared.new.held), ("offered", prepared.new.offered)):
        there = survey.row[name]
        if None not in (said, there) and said != there:
            faults.append(FieldError(name, f"Survey {survey.id} has {there:,} {name}: say the same, or leave it out"))
        found.append(said if there is None else there)
    if faults:
        raise Invalid(faults)
    return found[0], found[1]


def not_said(prepared: Prepared, survey: Existing, found: Overlap) -> str:
    """Why a second file is refused, and what would come of adding it."""
    return (
        f"Another file is already there for {prepared.establishment.name} in {prepared.fielded_on:%B %Y} (survey {survey.id}). Of the respondents "
        f"in this one {found.known + prepared.coded.again:,} are in it already and {found.many:,} are new. To add those who are new, say so "
        "(on the page, by --add-new, or add_new by API)."
    )


def changed_rows(prepared: Prepared, found: Overlap | None) -> list[RefusedRow]:
    """The rows of those who are in the survey with other answers."""
    if found is None or not found.changed:
        return []
    at = number_column(prepared.table, prepared.new.mapping)
    return rows_that_changed(found.changed, prepared.coded.numbers, "" if at is None else prepared.table.columns[at])


async def added(*, by: Actor, prepared: Prepared, survey: Existing, found: Overlap) -> Responses:
    """Put those who are new behind those who are there; what the survey holds now."""
    there = await queries.responses_of(survey.id, survey.row["returned"] - survey.row["refused_rows"])
    responses = there.with_more(prepared.coded.responses.only(found.new))
    await DB.execute("DELETE FROM survey_column WHERE survey = $1", survey.id)
    await queries.store_responses(survey.id, responses, found.marks)
    held, offered = asked_of(prepared, survey)
    await DB.execute(_GROWS, survey.id, found.marks.returned, found.marks.left_out, held, offered)
    return responses


async def files_of(survey: int) -> tuple[int, dt.datetime]:
    """From how many files a survey came, and when the last of them did."""
    (row,) = await DB.fetch("SELECT count(*) AS files, max(recorded_at) AS last FROM survey_file WHERE survey = $1", survey)
    return row["files"], row["last"]
