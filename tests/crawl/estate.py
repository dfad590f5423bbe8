"""A small world for the crawl: young people in and out of everyone's scope, in incidents together; and in every text that people type, markup.

Each young person's names hold their number, so that a name in an answer says whose it is: `Fam03q`, `Giv03q`, `YP-000003`.
"""

import datetime as dt
from collections.abc import Awaitable, Callable, Iterator
from dataclasses import dataclass, field
from functools import partial
from typing import Any

import msgspec
from msgspec.structs import replace

from tests.crawl.text import EVIL, given
from tests.incidents.make import ANSWERS
from tests.world import AGENCIES, LEEDS, NOW, OAKHILL, TODAY, WETHERBY, WORKERS, another_child
from yosafe import clock
from yosafe.accounts import actions as accounts
from yosafe.accounts.access import user_by_email
from yosafe.accounts.permissions import Role
from yosafe.accounts.schemas import AddUser, MakeKey
from yosafe.accounts.viewer import User
from yosafe.audit.record import Operator
from yosafe.incidents.schemas import SubmitIncident
from yosafe.incidents.submitting import submit_incident
from yosafe.people import actions as people
from yosafe.people.access import young_person_ref
from yosafe.people.schemas import AddYoungPerson, EndPlacement, StartPlacement
from yosafe.people.tables import Placement, YoungPerson

# Answers in words, by kind.
TYPED: dict[str, dict[str, Any]] = {
    "complaint": {"wanted": f"{EVIL}wanted"},
    "injury": {"seen_by_health_care": "yes", "health_care_view": f"{EVIL}view"},
    "missing": {
        "found": "yes",
        "found_on": (TODAY - dt.timedelta(days=1)).isoformat(),
        "found_where": f"{EVIL}where",
        "return_conversation": "not_yet",
    },
    "death": {"investigator": "not_settled", "investigator_owner": f"{EVIL}owner", "investigator_by": TODAY.isoformat()},
}
KENT, BRADFORD = "E10000016", "E08000032"
MORE_WORKERS = (("olga", Role.YOI_LEAD, "oakhill"), ("abi", Role.YOT_WORKER, "leeds-yot"))
EVERYONE = WORKERS + MORE_WORKERS
WALKERS = [name for name, _, _ in EVERYONE if name not in ("ivy", "olga", "abi")]  # who do what Dan, Cleo and Amina do


def ago(days: float) -> dt.datetime:
    return NOW - dt.timedelta(days=days)


@dataclass(frozen=True)
class Child:
    """Where home is; the stays: establishment, days since arrival, days since departure; which authority looks after them, and which did."""

    number: int
    home: str
    stays: tuple[tuple[str, int, int | None], ...]
    cared_for_by: str | None = None
    was_cared_for_by: str | None = None

    @property
    def ref(self) -> str:
        return young_person_ref(self.number)

    def held(self, place: str, *, left_within: int = -1) -> bool:
        return any(where == place and (left is None or left < left_within) for where, _, left in self.stays)


@dataclass(frozen=True)
class Happened:
    """An incident: who recorded it, how many days ago, what it was, and who had which part in it."""

    by: str
    days: int
    kind: str
    involved: tuple[tuple[int, str], ...]


@dataclass(frozen=True)
class Plan:
    """Young people in the order of first arrival, what happened between them, and of whom there is a live referral or review. All referrals and
    reviews are of Wetherby, whose area is Leeds."""

    children: tuple[Child, ...]
    incidents: tuple[Happened, ...]
    referred: frozenset[int] = frozenset()
    was_referred: frozenset[int] = frozenset()
    reviewed: frozenset[int] = frozenset()
    asked_for: frozenset[int] = frozenset()  # of whom a request for all that is kept was made
    merged: tuple[tuple[int, int], ...] = ()  # numbers of records that were merged into others; nobody meets their names any more

    def scope(self, name: str) -> set[int]:
        """The young people whom someone may know of, worked out from the table of roles and not from the code."""
        of = {
            **dict.fromkeys(("amina", "abi"), lambda c: c.home == LEEDS),
            "ben": lambda c: c.home == KENT,
            "dan": lambda c: c.held(WETHERBY),
            "cleo": lambda c: c.held(WETHERBY, left_within=90),
            "ivy": lambda c: c.held(OAKHILL),
            "olga": lambda c: c.held(OAKHILL, left_within=90),
            "esi": lambda c: LEEDS in (c.home, c.cared_for_by) or c.number in self.referred,
            "jay": lambda c: c.number in self.referred | self.reviewed,
        }
        return {child.number for child in self.children if name in of and of[name](child)}


# The second left Wetherby long ago, the eighth a month ago.
PLAN = Plan(
    children=(
        Child(1, LEEDS, ((WETHERBY, 310, None),)),
        Child(2, LEEDS, ((WETHERBY, 300, 200), (OAKHILL, 190, None))),
        Child(3, KENT, ((OAKHILL, 110, None),)),
        Child(4, KENT, ((WETHERBY, 100, None),)),
        Child(5, BRADFORD, ((WETHERBY, 90, None),), cared_for_by=LEEDS),
        Child(6, BRADFORD, ((WETHERBY, 80, None),), was_cared_for_by=LEEDS),
        Child(7, LEEDS, ((OAKHILL, 70, None),)),
        Child(8, KENT, ((WETHERBY, 60, 30),)),
    ),
    incidents=(
        Happened("dan", 230, "bullying", ((1, "harmed"), (2, "alleged_to_have_harmed"))),
        Happened("dan", 35, "assault", ((8, "harmed"), (1, "alleged_to_have_harmed"), (4, "present"))),
        Happened("dan", 3, "bullying", ((4, "harmed"), (1, "alleged_to_have_harmed"), (5, "present"), (6, "told_us"))),
        Happened("dan", 2, "complaint", ((5, "complainant"),)),
        Happened("ivy", 2, "bullying", ((3, "harmed"), (7, "alleged_to_have_harmed"), (2, "present"))),
        Happened("dan", 1, "self_harm", ((6, "hurt_self"),)),
        Happened("dan", 1, "disclosure", ((4, "concerned"), (6, "told_us"))),
        Happened("dan", 1, "injury", ((1, "harmed"),)),
        Happened("dan", 1, "use_of_force", ((5, "concerned"), (1, "present"))),
        Happened("ivy", 1, "missing", ((7, "concerned"),)),
        Happened("dan", 1, "death", ((4, "concerned"),)),
        Happened("cleo", 1, "staff_allegation", ((5, "concerned"),)),
    ),
    referred=frozenset({4}),
    reviewed=frozenset({1, 5}),
    asked_for=frozenset({4}),
    merged=((9, 1), (10, 1)),
)


@dataclass
class Estate:
    plan: Plan = PLAN
    users: dict[str, User] = field(default_factory=dict)
    children: dict[int, YoungPerson] = field(default_factory=dict)
    refs: dict[str, list[str]] = field(default_factory=dict)
    files: dict[str, str] = field(default_factory=dict)  # one of each incident that has any

    def __getitem__(self, name: str) -> User:
        return self.users[name]

    def keep(self, kind: str, ref: str) -> str:
        self.refs.setdefault(kind, []).append(ref)
        return ref


Act = Callable[[], Awaitable[Any]]


async def build(plan: Plan = PLAN) -> Estate:
    """Everyone and everything up to the incidents; casework.py has the rest."""
    estate = Estate(plan)
    for agency in AGENCIES:
        await accounts.add_agency(msgspec.structs.replace(agency, name=f"{EVIL}{agency.name}"), by=Operator())
    for name, role, agency_code in EVERYONE:
        new = given(AddUser, email=f"{name}@example.org", name=f"{EVIL}{name.capitalize()}", role=role, agency=agency_code)
        await accounts.add_user(new, by=Operator())
        estate.users[name] = await user_by_email(f"{name}@example.org")
    await accounts.make_key(given(MakeKey, name=f"{EVIL}key", email="dan@example.org"), by=Operator())
    for moment, act in sorted([*stays(estate), *recorded(estate)], key=lambda event: event[0]):
        with clock.stopped_at(moment):
            await act()
    return estate


def stays(estate: Estate) -> Iterator[tuple[dt.datetime, Act]]:
    """Arrivals and departures, each recorded when it happened by a worker of the place."""
    for child in estate.plan.children:
        for place, since, left in child.stays:
            yield ago(since), partial(arrives, estate, child, place)
            if left is not None:
                yield ago(left), partial(leaves, estate, child)


def keeper(estate: Estate, place: str) -> User:
    return estate["dan" if place == WETHERBY else "ivy"]


async def arrives(estate: Estate, child: Child, place: str) -> None:
    stay = given(StartPlacement, establishment=place, unit=f"{EVIL}unit", legal_status="dto", arrived_at=clock.now())
    if child.number in estate.children:
        await people.start_placement(by=keeper(estate, place), young_person=estate.children[child.number], new=stay)
        return
    new = given(
        AddYoungPerson,
        family_name=f"{EVIL}Fam{child.number:02}q", given_names=f"Giv{child.number:02}q{EVIL}", known_as=f"{EVIL}Known",
        date_of_birth=dt.date(2010, 3, child.number), sex="male", nationality=f"{EVIL}n", home_area=child.home, placement=stay,
    )  # fmt: skip
    by = keeper(estate, place)
    asked = await another_child(by, new)  # their names and days of birth are nearly the same
    made = await people.add_young_person(
        by=by, new=replace(asked, not_duplicate_because=f"{EVIL}because they are two" if asked.not_duplicate_of else None)
    )
    if made.id != child.number:
        raise RuntimeError("the young people must arrive for the first time in the order of their numbers")
    estate.children[child.number] = made
    estate.keep("YP", child.ref)


async def leaves(estate: Estate, child: Child) -> None:
    stay = await Placement.objects().get((Placement.young_person == child.number) & Placement.left_at.is_null())
    assert stay is not None
    ending = given(EndPlacement, left_at=clock.now(), leaving_reason="transferred")
    await people.end_placement(by=keeper(estate, stay.establishment), placement=stay, ending=ending, version=stay.version)


def recorded(estate: Estate) -> Iterator[tuple[dt.datetime, Act]]:
    for one in estate.plan.incidents:
        yield ago(one.days) + dt.timedelta(hours=2), partial(record_incident, estate, one)


async def record_incident(estate: Estate, one: Happened) -> None:
    answers = ANSWERS[one.kind] | TYPED.get(one.kind, {})
    new = given(
        SubmitIncident,
        kind=one.kind, happened_at=clock.now() - dt.timedelta(hours=1), place="showers", place_detail=f"{EVIL}place", unit=f"{EVIL}unit",
        account=f"{EVIL}account", child_said=f"{EVIL}said", immediate_action=f"{EVIL}action", told_by="staff", answers=answers,
        involvements=[{"young_person": young_person_ref(number), "roles": [role]} for number, role in one.involved],
        staff=[{"role": "staff_alleged" if one.kind == "staff_allegation" else "staff_present", "name": f"{EVIL}staff", "agency": f"{EVIL}agency"}],
        outcomes=[{"outcome": "family_told", "young_person": young_person_ref(one.involved[0][0]), "note": f"{EVIL}note"}],
    )  # fmt: skip
    estate.keep("IN", (await submit_incident(new, by=estate[one.by])).ref)
