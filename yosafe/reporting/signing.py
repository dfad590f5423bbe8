"""Every change to the words of a report: they are written, signed, and later added to. Nothing that was written is changed or taken away."""

from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from typing import Any

from yosafe import clock
from yosafe.accounts.viewer import User
from yosafe.audit.record import EventName, record
from yosafe.db.engine import DB, write_transaction
from yosafe.errors import Conflict, FieldError, Invalid, Stale

from .access import SUBJECT, build_numbered, check_built
from .schemas import StatementOut
from .statements import content_of, digest_of, statement_of

NO_PLACES = "This report has no place for words. Choose one that has, such as the evidence for a position statement."
SIGNED = "These words are signed and stay as they are. Add to them, with today's date, if something has to be said."
ISSUED = "This report was issued without signed words, and stays as it is. Build a correction of it and write in that."
NOT_SIGNED = "Nobody has signed these words yet. Change the words themselves."
STALE = "Someone else wrote in this report since you opened it. Look at their words first."
UNSIGNED = "Words in this report are not signed yet. Sign them first: an issued report stays as it is."

_INSERT = "INSERT INTO report_words (build, number, place, added, words, written_at, written_by) VALUES ($1, $2, $3, $4, $5, $6, $7)"
_SIGN = "INSERT INTO report_signature (build, signed_as, words_sha256, signed_at, signed_by) VALUES ($1, $2, $3, $4, $5)"


async def statement_for(row: Any) -> StatementOut:
    """The words of a build. Raises Conflict for one that is not built, or that has no places for any."""
    check_built(row)
    found = await statement_of(row["id"], content_of(row))
    if found is None:
        raise Conflict(NO_PLACES)
    return found


def check_open(row: Any, statement: StatementOut) -> None:
    """Raise Conflict where the words are signed, or the report was issued without any."""
    if statement.signed_at is not None:
        raise Conflict(SIGNED)
    if row["issued_at"] is not None:
        raise Conflict(ISSUED)


def check_signed(statement: StatementOut) -> None:
    """Raise Conflict where there is nothing yet that could be added to."""
    if statement.signed_at is None:
        raise Conflict(NOT_SIGNED)


async def check_issuable(row: Any) -> None:
    """Raise Conflict where words were written that nobody signed."""
    statement = await statement_of(row["id"], content_of(row))
    if statement is not None and statement.version and statement.signed_at is None:
        raise Conflict(UNSIGNED)


async def write(*, by: User, row: Any, words: Mapping[str, str], version: int) -> None:
    """Save what is said in places of a report, each as a new version; what did not change makes none.

    Raises Invalid, on `place`, for one that it has not; Conflict once it is signed or issued; Stale."""
    async with _writing(row, version) as (now, statement):
        check_open(now, statement)
        standing = {one.place: one.words for one in statement.said}
        _check_places(words, standing)
        changed = {place: text for place, text in words.items() if text != standing[place]}
        await _insert(by, row["id"], changed, version, added=False)
        if changed:
            await record(EventName.REPORT_WORDS, by=by, subject=(SUBJECT, row["id"]), detail={"report": row["report"], "places": sorted(changed)})


async def sign(*, by: User, row: Any, signed_as: str, version: int) -> None:
    """Sign all the words as they stand: from now on they stay. Raises Conflict where a place has none, or they are signed, or the report is issued;
    Stale."""
    async with _writing(row, version) as (now, statement):
        check_open(now, statement)
        if empty := next((one for one in statement.said if not one.words), None):
            raise Conflict(f"Nothing is written yet under “{empty.title}”. Write it, then sign.")
        digest = digest_of(bytes(now["content_sha256"]), statement)
        await DB.execute(_SIGN, row["id"], signed_as, digest, clock.now(), by.id)
        await record(EventName.REPORT_SIGNED, by=by, subject=(SUBJECT, row["id"]), detail={"report": row["report"], "sha256": digest.hex()})


async def add(*, by: User, row: Any, place: str, words: str, version: int) -> None:
    """Add to what was signed, with who and when. Raises Invalid, on `place`, for one that it has not; Conflict where nothing is signed yet; Stale."""
    async with _writing(row, version) as (_, statement):
        check_signed(statement)
        _check_places([place], {one.place: one.words for one in statement.said})
        await _insert(by, row["id"], {place: words}, version, added=True)
        await record(EventName.REPORT_ADDENDUM, by=by, subject=(SUBJECT, row["id"]), detail={"report": row["report"], "places": [place]})


@asynccontextmanager
async def _writing(row: Any, version: int) -> AsyncIterator[tuple[Any, StatementOut]]:
    """A transaction with the build locked: its row and words as they are now. Raises Stale where they are not of this version."""
    async with write_transaction():
        await DB.execute("SELECT FROM report_build WHERE id = $1 FOR UPDATE", row["id"])
        now = await build_numbered(row["id"])
        statement = await statement_for(now)
        if statement.version != version:
            raise Stale(STALE)
        yield now, statement


def _check_places(wanted: Mapping[str, str] | list[str], known: Mapping[str, str]) -> None:
    if unknown := [place for place in wanted if place not in known]:
        raise Invalid([FieldError("place", f"There is no place “{unknown[0]}” in this report. Choose one of {', '.join(known)}")])


async def _insert(by: User, build: int, words: Mapping[str, str], version: int, *, added: bool) -> None:
    for number, (place, text) in enumerate(words.items(), version + 1):
        await DB.execute(_INSERT, build, number, place, added, text, clock.now(), by.id)
