"""Finding by what was typed into the search box, for a viewer. What was typed is not kept; who was found is noted as seen."""

from collections.abc import Sequence

from yosafe.accounts.viewer import User
from yosafe.audit.record import record_list
from yosafe.db.engine import plans_kept
from yosafe.people.queries import found_among, found_in_parts
from yosafe.people.searching import Search, parts_of

from . import records
from .schemas import GroupOut, SearchOut

MOST_IN_GROUP = 20
TITLES = {"name": "By name", "other name": "By another name of theirs", "number": "By a number given by others", "date of birth": "By date of birth"}


async def search(viewer: User, typed: str) -> SearchOut:
    """The record of a reference, or young people in groups by how they were found, each in the first of them. Raises Invalid for what can't be
    searched for."""
    parts = [part for part in parts_of(typed) if part.kind != "reference"]
    reference = records.reference_in(typed)
    if reference and (there := await records.page_of(viewer, reference)):
        return SearchOut(record=there, groups=[])
    async with plans_kept():
        return SearchOut(record=None, groups=await _groups(viewer, parts))


async def _groups(viewer: User, parts: Sequence[Search]) -> list[GroupOut]:
    numbers = await found_in_parts(viewer, [part.condition for part in parts], limit=MOST_IN_GROUP + 1)
    people = await found_among(viewer, {number for found in numbers for number in found})
    groups: list[GroupOut] = []
    shown: set[int] = set()
    for part, found in zip(parts, numbers, strict=True):
        new = [number for number in found[:MOST_IN_GROUP] if number in people and number not in shown]
        shown |= set(new)
        if new:
            groups.append(GroupOut(by=part.kind, items=[people[number] for number in new], more=len(found) > MOST_IN_GROUP))
    await record_list(groups[0].by if groups else "name", shown, by=viewer, searched=True)
    return groups
