"""Finding by what was typed into the search box, for a viewer. What was typed is not kept; who was found is noted as seen."""

from yosafe.accounts.viewer import User
from yosafe.audit.record import record_list
from yosafe.people.queries import found_by
from yosafe.people.searching import parts_of

from . import records
from .schemas import GroupOut, SearchOut

MOST_IN_GROUP = 20
TITLES = {"name": "By name", "other name": "By another name of theirs", "number": "By a number given by others", "date of birth": "By date of birth"}


async def search(viewer: User, typed: str) -> SearchOut:
    """The record of a reference, or young people in groups by how they were found, each in the first of them. Raises Invalid for what can't be
    searched for."""
    parts = parts_of(typed)
    reference = records.reference_in(typed)
    if reference and (there := await records.page_of(viewer, reference)):
        return SearchOut(record=there, groups=[])
    groups: list[GroupOut] = []
    seen: set[str] = set()
    noted: dict[int, str] = {}
    for part in parts:
        if part.kind == "reference":
            continue
        rows = await found_by(viewer, part.condition, limit=MOST_IN_GROUP + 1)
        new = {number: one for number, one in rows.items() if one.ref not in seen}
        kept = dict(list(new.items())[:MOST_IN_GROUP])
        seen |= {one.ref for one in kept.values()}
        noted |= dict.fromkeys(kept, part.kind)
        if kept:
            groups.append(GroupOut(by=part.kind, items=list(kept.values()), more=len(rows) > MOST_IN_GROUP))
    await record_list(parts[0].kind if parts else "name", noted, by=viewer, searched=True)
    return SearchOut(record=None, groups=groups)
