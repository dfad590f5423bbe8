"""What stands around every page about one young person: who it is, what to know, and the sections of the record."""

import datetime as dt
from collections.abc import Awaitable, Callable
from typing import Any

from msgspec import Struct

from yosafe import clock
from yosafe.accounts.permissions import Role
from yosafe.accounts.viewer import User
from yosafe.clock import day_of
from yosafe.db.engine import DB
from yosafe.db.sql import Sql
from yosafe.reference.areas import area
from yosafe.reference.codes import code_list
from yosafe.reference.establishments import establishment
from yosafe.reference.terms import in_terms, term
from yosafe.settings import Terminology

from . import rules
from .access import LEAD_SEES_LEAVERS_FOR, young_person_ref
from .tables import YoungPerson

Badge = tuple[str, str]  # words, which may hold {terms}, and a colour of the kit's badge
BadgesOf = Callable[[User, int], Awaitable[list[Badge]]]


class Banner(Struct, frozen=True, kw_only=True):
    """For `person_banner`."""

    name: str
    ref: str
    href: str
    facts: list[tuple[str, str]]
    badges: list[Badge]
    note: str | None


class Section(Struct, frozen=True, kw_only=True):
    """A part of the record with a page of its own at `/children/{ref}/{path}`, for who has the permission. `text` may hold {terms}. `count(viewer,
    young person)` is a query of one number: how many the viewer, who sees the young person, finds there."""

    id: str
    text: str
    path: str
    permission: str
    count: Callable[[User, int], Sql] | None = None


_SECTIONS: dict[str, Section] = {}
_BADGES: list[BadgesOf] = []


def register_section(section: Section) -> None:
    """Called once for each section, in yosafe/composition.py, in the order of the sub navigation."""
    _SECTIONS[section.id] = section


def register_badges(badges: BadgesOf) -> None:
    """Called once by a feature that has something to say in the banner, in yosafe/composition.py. It applies its own access rule."""
    if badges not in _BADGES:
        _BADGES.append(badges)


SECTIONS = (
    Section(id="overview", text="Overview", path="", permission="young-person:read"),
    Section(id="chronology", text="Chronology", path="chronology", permission="young-person:read"),
    Section(id="placements", text="Placements", path="placements", permission="placement:read"),
    Section(id="care", text="Care", path="care", permission="care-period:read"),
    Section(id="contacts", text="Contacts", path="contacts", permission="contact:read"),
)


async def sections(viewer: User, young_person: int, active: str) -> list[dict[str, Any]]:
    """For `sub_nav`: the sections that this viewer may open, and how much there is in them."""
    here = f"/children/{young_person_ref(young_person)}"
    open_to = [section for section in _SECTIONS.values() if viewer.may(section.permission)]
    counts = await _counts(viewer, young_person, open_to)
    return [
        {"text": section.text, "href": f"{here}/{section.path}".rstrip("/"), "active": section.id == active, "count": counts.get(section.id)}
        for section in open_to
    ]


async def _counts(viewer: User, young_person: int, open_to: list[Section]) -> dict[str, int]:
    """By section, in one query."""
    counted = {section.id: section.count(viewer, young_person) for section in open_to if section.count is not None}
    if not counted:
        return {}
    row = await DB.fetchrow(*Sql(f"SELECT {', '.join(['({})'] * len(counted))}", *counted.values()).parts())
    return dict(zip(counted, row or (), strict=True))


_NOW = """
    SELECT p.establishment, p.unit, p.arrived_at, p.left_at, c.status, c.responsible_area, w.name AS social_worker
    FROM (SELECT) nothing
    LEFT JOIN LATERAL (SELECT * FROM placement WHERE young_person = $1 ORDER BY arrived_at DESC LIMIT 1) p ON true
    LEFT JOIN LATERAL (SELECT * FROM care_period WHERE young_person = $1 AND ended_on IS NULL) c ON true
    LEFT JOIN LATERAL (SELECT * FROM named_worker WHERE young_person = $1 AND role = 'social_worker' AND until IS NULL) w ON true
"""


async def banner(viewer: User, young_person: YoungPerson, *, terminology: Terminology = "2002") -> Banner:
    """Who the page is about. The young person was loaded for this viewer."""
    row = await DB.fetchrow(_NOW, young_person.id)
    more = [(in_terms(text, terminology), colour) for badges in _BADGES for text, colour in await badges(viewer, young_person.id)]
    ref = young_person_ref(young_person.id)
    return Banner(
        name=rules.full_name(young_person.family_name, young_person.given_names),
        ref=ref,
        href=f"/children/{ref}",
        facts=_facts(young_person, row, terminology),
        badges=[*_badges(young_person, row, terminology), *more],
        note=OPENED if viewer.opened else _note(viewer, row),
    )


def _facts(young_person: YoungPerson, row: Any, terminology: Terminology) -> list[tuple[str, str]]:
    born = young_person.date_of_birth
    known = [("Known as", young_person.known_as)] if young_person.known_as else []
    return [
        ("Reference", young_person_ref(young_person.id)),
        *known,
        ("Age", f"{rules.age_on(born, clock.today())} (born {born:%-d %B %Y})"),
        ("Held at", _where(row)),
        ("Home", area(young_person.home_area).name),
        (term("social_worker", terminology, capital=True), row["social_worker"] or ("None named" if row["status"] in _IN_CARE else "")),
    ]


_IN_CARE = ("looked_after", "care_leaver")


def _where(row: Any) -> str:
    if row["establishment"] is None:
        return "Not held"
    name = establishment(row["establishment"]).name
    if row["left_at"] is not None:
        return f"Not held. Left {name} on {day_of(row['left_at']):%-d %B %Y}"
    return f"{name}, {row['unit']}" if row["unit"] else name


def _badges(young_person: YoungPerson, row: Any, terminology: Terminology) -> list[Badge]:
    badges: list[Badge] = []
    if row["status"] in _IN_CARE:
        badges.append((code_list("care_status").label(row["status"], terminology), "purple"))
    if row["establishment"] and row["left_at"] is None:
        adult = establishment(row["establishment"]).adult_estate
        if rules.in_adult_estate(young_person.date_of_birth, adult_estate=adult, day=clock.today()):
            badges.append(("Under 18 in the adult estate", "red"))
        if rules.days_since(row["arrived_at"], clock.now()) < FIRST_WEEKS:
            badges.append(("First two weeks here", "blue"))
    if young_person.interpreter in ("some", "always"):
        badges.append(("Needs an interpreter", "grey"))
    return badges


FIRST_WEEKS = 14
OPENED = (
    "You opened this record in an emergency. You can read it and not change it, for three hours; what you look at is recorded, and your reason "
    "will be reviewed."
)


def _note(viewer: User, row: Any) -> str | None:
    """For a safeguarding lead who still sees someone who left."""
    if viewer.role is not Role.YOI_LEAD or row["left_at"] is None or row["establishment"] != viewer.establishment:
        return None
    until: dt.date = day_of(row["left_at"] + LEAD_SEES_LEAVERS_FOR)
    return f"No longer held here. You see this record until {until:%-d %B %Y}."


async def frame(viewer: User, young_person: YoungPerson, active: str, *, terminology: Terminology = "2002") -> dict[str, Any]:
    """What `people/child.html` draws around a page: `page("x.html", request, **await frame(user, young_person, "contacts"), ...)`."""
    return {
        "banner": await banner(viewer, young_person, terminology=terminology),
        "sections": await sections(viewer, young_person.id, active),
        "child": young_person,
        "child_ref": young_person_ref(young_person.id),
    }
