"""What incidents hold of a young person, when two records of one are merged. Incidents keep their references and the facts of the day."""

from yosafe.accounts.viewer import User
from yosafe.db.engine import DB
from yosafe.db.sql import Sql
from yosafe.people.merging import Holding, Merging

from . import access

# Both records in one incident in the same role: the row that says more of the harm stays, else that of the kept record.
_TWICE = """
    SELECT a.id AS kept, b.id AS other, (b.injuries <> '{}' OR b.treatment IS NOT NULL) AND a.injuries = '{}' AND a.treatment IS NULL AS says_more
    FROM involvement a JOIN involvement b ON b.incident = a.incident AND b.role = a.role
    WHERE a.young_person = $1 AND b.young_person = $2 ORDER BY a.id
"""


async def _settle_roles(merging: Merging) -> None:
    rows = await DB.fetch(_TWICE, merging.kept, merging.merged)
    await merging.set_aside("involvement", [row["kept"] if row["says_more"] else row["other"] for row in rows])


def _involved(viewer: User, young_person: int) -> Sql:
    shows = (access.at_own_place(viewer), access.named(viewer))
    return Sql("SELECT v.id FROM involvement v JOIN incident i ON i.id = v.incident WHERE v.young_person = {} AND {} AND {}", young_person, *shows)


def _outcomes(viewer: User, young_person: int) -> Sql:
    shows = (access.at_own_place(viewer), access.named(viewer))
    return Sql(
        "SELECT o.id FROM incident_outcome o JOIN incident i ON i.id = o.incident WHERE o.young_person = {} AND {} AND {}", young_person, *shows
    )


def _not_told(viewer: User, young_person: int) -> Sql:
    shows = (access.at_own_place(viewer), access.named(viewer))
    return Sql(
        "SELECT n.id FROM incident_not_told n JOIN incident i ON i.id = n.incident WHERE n.young_person = {} AND {} AND {}", young_person, *shows
    )


# Both records in one file: the row of the kept one stays.
_SHOWN_TWICE = """
    SELECT b.id FROM evidence_shows a JOIN evidence_shows b ON b.evidence_file = a.evidence_file
    WHERE a.young_person = $1 AND b.young_person = $2 ORDER BY b.id
"""


async def _settle_files(merging: Merging) -> None:
    await merging.set_aside("evidence_shows", [row["id"] for row in await DB.fetch(_SHOWN_TWICE, merging.kept, merging.merged)])


def _files(viewer: User, young_person: int) -> Sql:
    shows = (access.at_own_place(viewer), access.named(viewer))
    return Sql(
        "SELECT s.id FROM evidence_shows s JOIN evidence_file f ON f.id = s.evidence_file JOIN incident i ON i.id = f.incident "
        "WHERE s.young_person = {} AND {} AND {}",
        young_person, *shows,
    )  # fmt: skip


def _marks(viewer: User, young_person: int) -> Sql:
    shows = (access.at_own_place(viewer), access.named(viewer))
    return Sql("SELECT m.id FROM body_mark m JOIN incident i ON i.id = m.incident WHERE m.young_person = {} AND {} AND {}", young_person, *shows)


HOLDINGS = (
    Holding(table="involvement", called="part in an incident", several="parts in incidents", rows=_involved, makes_room=_settle_roles),
    Holding(table="incident_outcome", called="thing done after an incident", several="things done after incidents", rows=_outcomes),
    Holding(table="incident_not_told", called="reason why someone was not told", several="reasons why someone was not told", rows=_not_told),
    Holding(table="body_mark", called="mark on a body map", several="marks on body maps", rows=_marks),
    Holding(table="evidence_shows", called="file of an incident", several="files of incidents", rows=_files, makes_room=_settle_files),
)
