"""How it stands with those who are to be told: of one incident, and of the serious ones that wait for a lead."""

import datetime as dt
from collections import defaultdict
from collections.abc import Mapping, Sequence
from typing import Any

from msgspec import Struct

from yosafe.accounts.viewer import User
from yosafe.audit.record import record_list
from yosafe.db.engine import DB
from yosafe.db.sql import Sql
from yosafe.incidents import access
from yosafe.people import access as people
from yosafe.people.rules import full_name

from .rules import MISSING, Facts, NotTold, Part, Standing, Telling, standings

LOOKED_THROUGH = 100  # serious incidents, newest first


class Untold(Struct, frozen=True, kw_only=True):
    """A serious incident of which someone has not been told: their outcomes, each once, and the name of one young person whom it is about."""

    ref: str
    kind: str
    happened_at: dt.datetime
    outcomes: tuple[str, ...]
    young_people: tuple[str, ...]


_INCIDENTS = """
    SELECT i.id, i.kind, i.severity, i.answers, i.happened_at, a.officer_told_on
    FROM incident i LEFT JOIN allegation a ON a.incident = i.id WHERE {}
"""
_PARTS = """
    SELECT iv.incident, iv.young_person, iv.care_status, iv.role, iv.injuries, iv.treatment, yp.family_name, yp.given_names
    FROM involvement iv JOIN young_person yp ON yp.id = iv.young_person WHERE iv.incident = ANY({}) AND {} ORDER BY iv.id
"""
_TOLD = "SELECT incident, outcome, young_person, done_on, whom FROM incident_outcome WHERE incident = ANY($1) ORDER BY id"
_NOT_TOLD = "SELECT incident, outcome, young_person, reason_code, note, recorded_at FROM incident_not_told WHERE incident = ANY($1) ORDER BY id"


async def standings_of(viewer: User, incident: int) -> list[Standing]:
    """How it stands in one incident that the viewer has loaded, with those of the young people in it whom they see."""
    rows = await DB.fetch(*Sql(_INCIDENTS, Sql("i.id = {}", incident)).parts())
    found, _ = await _worked_out(viewer, rows)
    return found.get(incident, [])


async def untold(viewer: User, *, limit: int) -> list[Untold]:
    """Serious incidents that are not closed, of which someone has not been told and nobody decided that they need not be; newest first. Recorded as a
    list that names young people."""
    condition = "i.severity = 'serious' AND i.status IN ('submitted', 'in_investigation', 'reopened', 'concluded') AND {}"
    query = Sql(f"{_INCIDENTS} ORDER BY i.happened_at DESC, i.id DESC LIMIT {{}}", Sql(condition, access.visible(viewer)), LOOKED_THROUGH)
    rows = await DB.fetch(*query.parts())
    found, names = await _worked_out(viewer, rows)
    waiting = [(row, [one for one in found[row["id"]] if one.state in MISSING]) for row in rows]
    shown = [(row, missing) for row, missing in waiting if missing][:limit]
    if shown:
        await record_list("not told", {one.young_person for _, missing in shown for one in missing if one.young_person}, by=viewer)
    return [_untold(row, missing, names) for row, missing in shown]


def _untold(row: Mapping[str, Any], missing: Sequence[Standing], names: Mapping[int, str]) -> Untold:
    return Untold(
        ref=access.incident_ref(row["id"]), kind=row["kind"], happened_at=row["happened_at"],
        outcomes=tuple(dict.fromkeys(one.outcome for one in missing)),
        young_people=tuple(dict.fromkeys(names[one.young_person] for one in missing if one.young_person)),
    )  # fmt: skip


async def _worked_out(viewer: User, incidents: Sequence[Mapping[str, Any]]) -> tuple[dict[int, list[Standing]], dict[int, str]]:
    """By incident, and the names of those whom the viewer sees."""
    numbers = [row["id"] for row in incidents]
    parts, names = await _parts(viewer, numbers)
    told: dict[int, list[Telling]] = defaultdict(list)
    for row in await DB.fetch(_TOLD, numbers):
        telling = Telling(outcome=row["outcome"], young_person=row["young_person"], on=row["done_on"], whom=row["whom"])
        told[row["incident"]].append(telling)
    why: dict[int, list[NotTold]] = defaultdict(list)
    for row in await DB.fetch(_NOT_TOLD, numbers):
        not_told = NotTold(
            outcome=row["outcome"], young_person=row["young_person"], reason=row["reason_code"], note=row["note"], at=row["recorded_at"]
        )
        why[row["incident"]].append(not_told)
    found = {}
    for row in incidents:
        facts = Facts(
            kind=row["kind"], severity=row["severity"], answers=row["answers"], parts=parts.get(row["id"], ()), officer_told_on=row["officer_told_on"]
        )
        found[row["id"]] = standings(facts, told[row["id"]], why[row["id"]])
    return found, names


async def _parts(viewer: User, incidents: Sequence[int]) -> tuple[dict[int, list[Part]], dict[int, str]]:
    """Those whom the viewer sees, each once in an incident, and their names."""
    rows = await DB.fetch(*Sql(_PARTS, list(incidents), people.visible(viewer)).parts())
    by_person: dict[tuple[int, int], list[Any]] = defaultdict(list)
    for row in rows:
        by_person[row["incident"], row["young_person"]].append(row)
    found: dict[int, list[Part]] = defaultdict(list)
    for (incident, person), own in by_person.items():
        found[incident].append(
            Part(
                young_person=person, care_status=own[0]["care_status"], roles=frozenset(row["role"] for row in own),
                injuries=frozenset(injury for row in own for injury in row["injuries"]),
                treatments=frozenset(row["treatment"] for row in own if row["treatment"]),
            )
        )  # fmt: skip
    return found, {row["young_person"]: full_name(row["family_name"], row["given_names"]) for row in rows}
