"""Someone to try the walk of the README with, found in a loaded estate."""

from msgspec import Struct

from yosafe import clock
from yosafe.accounts.permissions import ROLE_TITLES, AgencyKind
from yosafe.db.engine import DB
from yosafe.people.access import young_person_ref
from yosafe.reference.areas import area
from yosafe.reference.establishments import establishment

from .estate import Worker

# Someone of the YOT worker's area who is held at the officer's establishment: rather one of whom no incident was recorded lately, and not a newcomer.
_ONE = """
    SELECT y.id, y.given_names, y.family_name, y.home_area, p.unit, p.establishment, p.distance_miles FROM placement p
    JOIN young_person y ON y.id = p.young_person
    WHERE p.left_at IS NULL AND p.establishment = $1 AND y.home_area = $2
    ORDER BY EXISTS (SELECT FROM involvement v WHERE v.young_person = y.id AND v.happened_at > $3::timestamptz - interval '60 days'),
        p.arrived_at > $3::timestamptz - interval '20 days', p.arrived_at DESC LIMIT 1
"""
# Two others of the unit, at home where nobody of the walk but its own people looks: for a YOT worker elsewhere none of it is to exist.
_OTHERS = """
    SELECT y.id, y.given_names, y.family_name FROM placement p JOIN young_person y ON y.id = p.young_person
    WHERE p.left_at IS NULL AND p.establishment = $1 AND p.unit = $2 AND y.id <> $3 AND y.home_area <> ALL($4) ORDER BY y.id LIMIT 2
"""


AT_HOME = frozenset({"amina"})


class Walk(Struct, frozen=True, kw_only=True):
    """Whom to choose in the first step, in words."""

    child: str
    others: tuple[str, ...]


class SignIn(Struct, frozen=True, kw_only=True):
    name: str
    role: str
    agency: str
    email: str


async def walk(workers: tuple[Worker, ...]) -> Walk | None:
    """A young person whom the officer and the YOT worker of the walk both see; None where there is nobody."""
    named = {worker.email.split("@")[0]: worker.agency for worker in workers}
    if "dan" not in named or "amina" not in named:
        return None
    row = await DB.fetchrow(_ONE, named["dan"].establishment, named["amina"].area, clock.now())
    if row is None:
        return None
    elsewhere = [agency.area for name, agency in named.items() if name not in AT_HOME and agency.kind is AgencyKind.YOT]
    others = await DB.fetch(_OTHERS, row["establishment"], row["unit"], row["id"], elsewhere)
    return Walk(
        child=f"{row['given_names']} {row['family_name']} ({young_person_ref(row['id'])}), {row['unit']}, "
        f"{establishment(row['establishment']).name}; home is {area(row['home_area']).name}, {row['distance_miles']} miles away",
        others=tuple(f"{other['given_names']} {other['family_name']} ({young_person_ref(other['id'])})" for other in others),
    )


def sign_ins(workers: tuple[Worker, ...]) -> list[SignIn]:
    """One for each role, in the order of their names."""
    return [
        SignIn(name=worker.name, role=ROLE_TITLES[worker.role], agency=worker.agency.name, email=worker.email)
        for worker in sorted(workers, key=lambda worker: worker.email)
    ]
