"""Adding a file to an incident, opening and withdrawing it. Keyword-only, by someone, in one transaction with its audit entries."""

import asyncio
from collections.abc import AsyncIterator
from concurrent.futures import ThreadPoolExecutor
from typing import BinaryIO

from yosafe import clock
from yosafe.accounts.viewer import User
from yosafe.audit.record import EventName
from yosafe.db.engine import DB, write_transaction
from yosafe.db.sealing import check_known, seal, unsealed
from yosafe.errors import Conflict, FieldError, Invalid
from yosafe.incidents.actions import one_of_those_seen
from yosafe.incidents.changing import hold, people_in
from yosafe.incidents.tables import Incident
from yosafe.incidents.trail import record_about, record_file_read
from yosafe.people import access as people
from yosafe.reference.codes import code_list

from . import access, rules
from .rules import Looked
from .schemas import AddFile, WithdrawFile
from .tables import EvidenceFile, EvidenceShows

MOST_FILES = 50
ORIGINAL, PICTURE = "original", "picture"
FULL = f"An incident holds {MOST_FILES} files at most. Put several pages into one PDF, or withdraw what is not needed."
# Looking through a picture takes memory and time: two at once, whoever else sends one waits.
_LOOKING = ThreadPoolExecutor(2, thread_name_prefix="yosafe-files")


async def add_file(data: AddFile, *, by: User, incident: Incident, file: BinaryIO) -> EvidenceFile:
    """Keep a file with an incident, whatever its status. Raises Refused, Invalid with the remedy for a file that is not kept, Conflict where it is
    there already."""
    access.check_can_add(by)
    shown = await _shown(data, by=by, incident=incident)
    looked = await asyncio.get_running_loop().run_in_executor(_LOOKING, _look, file)
    async with write_transaction():
        await hold(incident.id)
        await _check_new(incident, looked)
        kept = EvidenceFile(
            incident=incident.id, kind=data.kind, caption=data.caption, taken_by=data.taken_by, taken_on=data.taken_on, media_type=looked.media_type,
            size=len(looked.content), sha256=looked.sha256, has_location=looked.has_location, has_picture=looked.picture is not None,
            recorded_at=clock.now(), recorded_by=by.id, withdrawn_at=None, withdrawn_by=None, withdrawn_reason=None,
        )  # fmt: skip
        await kept.save()
        await _keep_content(kept.id, looked)
        for person in shown:
            await EvidenceShows(evidence_file=kept.id, young_person=person).save()
        await record_about(EventName.FILE_ADDED, incident.id, by=by, file=kept.id, kind=data.kind, sha256=looked.sha256)
    return kept


def _look(file: BinaryIO) -> Looked:
    """Raises Invalid. No more is read than may be kept, and a byte to see that there is more."""
    try:
        return rules.look(file.read(rules.MOST_BYTES + 1))
    except Invalid as refusal:
        raise Invalid([FieldError("file", str(refusal))]) from None


async def _shown(data: AddFile, *, by: User, incident: Incident) -> list[int]:
    """The young people whom the file shows. Raises Invalid with every fault in what is said of it."""
    faults: list[FieldError] = []
    try:
        code_list("file_kind").check(data.kind, key="kind")
    except Invalid as refusal:
        faults += refusal.errors
    if data.taken_on is not None and data.taken_on > clock.today():
        faults.append(FieldError("taken_on", "The day it was taken must be today or in the past"))
    seen: list[int] = []
    for n, ref in enumerate(data.shows):
        person = await one_of_those_seen(ref, by=by, incident=incident)
        if person is None:
            faults.append(FieldError(f"shows.{n}", "Choose one of the young people involved"))
        else:
            seen.append(person)
    if faults:
        raise Invalid(faults)
    everyone = [one.young_person for one in await people_in(incident.id)]
    others = [person for person in everyone if data.shows_others and not await people.may_see(by, person)]
    return list(dict.fromkeys([*seen, *others]))


async def _check_new(incident: Incident, looked: Looked) -> None:
    rows = await DB.fetch("SELECT id, sha256, withdrawn_at IS NULL AS stands FROM evidence_file WHERE incident = $1", incident.id)
    same = next((row["id"] for row in rows if row["stands"] and row["sha256"] == looked.sha256), None)
    if same is not None:
        raise Conflict(f"This very file is kept with this incident already: {access.file_ref(same)}.")
    if sum(row["stands"] for row in rows) >= MOST_FILES:
        raise Conflict(FULL)


async def _keep_content(file: int, looked: Looked) -> None:
    rows = [
        (file, which, number, *seal(part, place=rules.place_of(file, which, number)))
        for which, content in ((ORIGINAL, looked.content), (PICTURE, looked.picture or b""))
        for number, part in rules.parts(content)
    ]
    await DB.executemany("INSERT INTO evidence_part (evidence_file, which, number, sealed_with, content) VALUES ($1, $2, $3, $4, $5)", rows)


async def open_file(*, by: User, incident: Incident, file: EvidenceFile, which: str = ORIGINAL) -> AsyncIterator[bytes]:
    """What is in a file, piece by piece, noted as read before the first is given. Raises Refused where it was withdrawn, Conflict where
    its key is not set here."""
    access.check_can_open(by, file)
    keys = await DB.fetch("SELECT DISTINCT sealed_with AS key FROM evidence_part WHERE evidence_file = $1 AND which = $2", file.id, which)
    check_known([row["key"] for row in keys])
    await record_file_read(incident.id, file.id, by=by)
    return _pieces(file.id, which)


async def _pieces(file: int, which: str) -> AsyncIterator[bytes]:
    number = 0
    query = "SELECT sealed_with, content FROM evidence_part WHERE evidence_file = $1 AND which = $2 AND number = $3"
    while (row := await DB.fetchrow(query, file, which, number + 1)) is not None:
        number += 1
        yield unsealed(row["sealed_with"], row["content"], place=rules.place_of(file, which, number))


async def withdraw_file(data: WithdrawFile, *, by: User, incident: Incident, file: EvidenceFile) -> None:
    """Take a file out of use: it stays, and only leads open it from now on. Raises Refused, Conflict where it was withdrawn before."""
    access.check_can_withdraw(by)
    async with write_transaction():
        done = await (
            EvidenceFile.update(
                {EvidenceFile.withdrawn_at: clock.now(), EvidenceFile.withdrawn_by: by.id, EvidenceFile.withdrawn_reason: data.reason}
            )
            .where((EvidenceFile.id == file.id) & EvidenceFile.withdrawn_at.is_null())
            .returning(EvidenceFile.id)
        )
        if not done:
            raise Conflict("This file was withdrawn already. Look at it again.")
        await record_about(EventName.FILE_WITHDRAWN, incident.id, by=by, file=file.id)
