"""The sizes of the estate, the agencies that take part, and who works for them."""

import random
import re
from collections.abc import Iterable
from dataclasses import dataclass, field
from functools import cache, cached_property
from typing import Literal

import msgspec
from msgspec import Struct

from yosafe.accounts.permissions import PERMISSIONS, AgencyKind, Role
from yosafe.reference.areas import area, areas
from yosafe.reference.establishments import Establishment, establishment

from .data import toml
from .names import staff_name

Size = Literal["small", "estate", "national"]

LONGEST_CODE = 40
NO_HOMES = frozenset({"E09000001", "E06000053"})  # the City of London and the Isles of Scilly


class Place(Struct, frozen=True, kw_only=True, dict=True):
    """An establishment and how many young people it holds."""

    code: str
    held: int

    @cached_property
    def at(self) -> Establishment:
        return establishment(self.code)

    @cached_property
    def units(self) -> tuple[str, ...]:
        """Where people live; the first is for those who have just come."""
        wings = max(2, round(self.held / 32))
        return ("Induction unit", *(f"{chr(ord('A') + n)} wing" for n in range(wings))) if self.held > 20 else ("Young people's unit",)


class Shape(Struct, frozen=True, kw_only=True):
    """One size of estate. `areas` are those that send young people: all of today's with children's homes in them, where none are named;
    `pull` makes one send more. `surveyed` are other places, of which an inspector has brought in surveys and nothing else."""

    days: int
    officers: int
    places: tuple[Place, ...]
    areas: tuple[str, ...] = ()
    pull: dict[str, float] = {}
    surveyed: tuple[Place, ...] = ()

    @property
    def homes(self) -> tuple[str, ...]:
        return self.areas or tuple(a.code for a in areas() if a.code not in NO_HOMES)

    @property
    def held(self) -> int:
        return sum(place.held for place in self.places)


def shape(size: Size) -> Shape:
    return _shapes()[size]


@cache
def _shapes() -> dict[str, Shape]:
    return msgspec.convert(toml("estates.toml"), dict[str, Shape])


@dataclass(frozen=True, slots=True)
class Agency:
    id: int
    code: str
    kind: AgencyKind
    name: str
    area: str | None = None
    establishment: str | None = None


@dataclass(frozen=True, slots=True)
class Worker:
    """Someone with an account. `signs_in` for the nine whose sign-in is printed."""

    id: int
    email: str
    name: str
    role: Role
    agency: Agency
    signs_in: bool = False

    @property
    def area(self) -> str | None:
        return self.agency.area

    def may(self, permission: str) -> bool:
        return permission in PERMISSIONS[self.role]


# The people of the walk in the README: address, name, role, agency.
NAMED = (
    ("amina", "Amina Farole", Role.YOT_WORKER, "newcastle-upon-tyne-yot"),
    ("ben", "Ben Kettlebeck", Role.YOT_WORKER, "birmingham-yot"),
    ("cleo", "Cleo Brightmoor", Role.YOI_LEAD, "wetherby"),
    ("dan", "Dan Moorgarth", Role.YOI_OFFICER, "wetherby"),
    ("esi", "Esi Obarindo", Role.SOCIAL_WORKER, "leeds-social-services"),
    ("femi", "Femi Akintoro", Role.INSPECTOR, "inspectorate"),
    ("grace", "Grace Larkhope", Role.DPO, "wetherby"),
    ("hal", "Hal Stonecliffe", Role.ADMIN, "operator"),
    ("jay", "Jay Marrowby", Role.ACPC_MEMBER, "leeds-acpc"),
)
# How many of each role an agency of a kind has, beside its officers.
STAFF = {
    AgencyKind.YOI: {Role.YOI_LEAD: 2, Role.DPO: 1},
    AgencyKind.YOT: {Role.YOT_WORKER: 2},
    AgencyKind.SOCIAL_SERVICES: {Role.SOCIAL_WORKER: 2},
    AgencyKind.ACPC: {Role.ACPC_MEMBER: 2},
    AgencyKind.INSPECTORATE: {Role.INSPECTOR: 2},
    AgencyKind.OPERATOR: {Role.ADMIN: 1},
}


@dataclass(slots=True)
class Agencies:
    """Everyone who takes part, found by what they cover."""

    all: list[Agency] = field(default_factory=list)
    workers: list[Worker] = field(default_factory=list)
    _by_cover: dict[tuple[AgencyKind, str | None], Agency] = field(default_factory=dict)
    _by_role: dict[tuple[int, Role], list[Worker]] = field(default_factory=dict)

    def add(self, kind: AgencyKind, code: str, name: str, *, area: str | None = None, establishment: str | None = None) -> None:
        agency = Agency(len(self.all) + 1, code, kind, name, area, establishment)
        self.all.append(agency)
        self._by_cover[kind, area or establishment] = agency

    def employ(self, agency: Agency, role: Role, email: str, name: str, *, signs_in: bool = False) -> None:
        worker = Worker(len(self.workers) + 1, email, name, role, agency, signs_in)
        self.workers.append(worker)
        self._by_role.setdefault((agency.id, role), []).append(worker)

    def of(self, kind: AgencyKind, covers: str | None = None) -> Agency:
        """The agency of a kind that covers an area or an establishment."""
        return self._by_cover[kind, covers]

    def has(self, kind: AgencyKind, covers: str) -> bool:
        return (kind, covers) in self._by_cover

    def areas(self, kind: AgencyKind) -> list[str]:
        """The areas with an agency of a kind."""
        return [agency.area for agency in self.all if agency.kind is kind and agency.area is not None]

    def staff(self, agency: Agency, role: Role) -> list[Worker]:
        return self._by_role.get((agency.id, role), [])

    def at(self, place: str, role: Role) -> list[Worker]:
        """Those with a role who work at an establishment."""
        return self.staff(self.of(AgencyKind.YOI, place), role)

    def in_area(self, kind: AgencyKind, area: str) -> list[Worker]:
        """The caseworkers of a team, a department or a committee."""
        (role,) = STAFF[kind]
        return self.staff(self.of(kind, area), role)


def agencies_of(shape: Shape, rng: random.Random) -> Agencies:
    """Every agency of an estate, with its staff: the nine of NAMED first in their agencies, where those take part."""
    found = Agencies()
    for place in shape.places:
        found.add(AgencyKind.YOI, slug(place.at.name), place.at.name, establishment=place.code)
    for code in shape.homes:
        name = area(code).name
        found.add(AgencyKind.YOT, _short(name, "yot"), f"{name} YOT", area=code)
        found.add(AgencyKind.SOCIAL_SERVICES, _short(name, "social-services"), f"{name} social services", area=code)
    for code in hosts(shape.places):
        name = area(code).name
        found.add(AgencyKind.ACPC, _short(name, "acpc"), f"{name} ACPC", area=code)
    found.add(AgencyKind.INSPECTORATE, "inspectorate", "HM Inspectorate of Prisons")
    found.add(AgencyKind.OPERATOR, "operator", "Operator of this service")
    _employ(found, shape, rng)
    return found


def hosts(places: Iterable[Place]) -> list[str]:
    """The areas in which establishments stand, each once."""
    return list(dict.fromkeys(place.at.area for place in places))


def _employ(found: Agencies, shape: Shape, rng: random.Random) -> None:
    for agency in found.all:
        named = [(login, name, role) for login, name, role, code in NAMED if code == agency.code]
        for login, name, role in named:
            found.employ(agency, role, f"{login}@example.org", name, signs_in=True)
        wanted = dict(STAFF[agency.kind]) | ({Role.YOI_OFFICER: shape.officers} if agency.kind is AgencyKind.YOI else {})
        for role, count in wanted.items():
            for _ in range(count - len(found.staff(agency, role))):
                name = staff_name(rng)
                found.employ(agency, role, f"{slug(name)}.{len(found.workers) + 1}@example.org", name)


def _short(area_name: str, what: str) -> str:
    """An agency's code: as much of the area's name as there is room for."""
    return f"{slug(area_name)[: LONGEST_CODE - len(what) - 1].strip('-')}-{what}"


def slug(name: str) -> str:
    return re.sub(r"[^a-z0-9]+", "-", name.lower()).strip("-")
