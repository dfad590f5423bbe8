"""Every list there is, in a world where everything happened: its orders, its pages, its file, and for whom it exists.

The lists are found, not named: one that is added is tested, and fails here until it says what each of its orders means.
"""

import csv
import datetime as dt
import io
from collections.abc import AsyncIterator, Callable, Iterator
from itertools import pairwise
from typing import Any

import pytest
from litestar import Litestar

from tests.conftest import empty
from tests.crawl import casework, estate
from tests.world import NOW, TODAY
from yosafe import clock
from yosafe.accounts.listed import USER_STATES, user_state
from yosafe.accounts.permissions import KIND_TITLES, ROLE_TITLES
from yosafe.accounts.queries import AGENCIES, USERS
from yosafe.accounts.trail import TRAIL, TrailFilter
from yosafe.accounts.unusual import UNUSUAL, UnusualFilter
from yosafe.audit.record import EventName, record_read
from yosafe.committees.case_reviews.queries import CASE_REVIEWS, CaseReviewFilter
from yosafe.db.engine import DB
from yosafe.errors import Invalid, Refused
from yosafe.imports.queries import IMPORTS
from yosafe.imports.schemas import STATUS_WORDS
from yosafe.imports.targets import TITLES
from yosafe.incidents.access import get_incident_for
from yosafe.incidents.complaints.queries import COMPLAINTS, ComplaintFilter
from yosafe.incidents.investigation.actions import record_evidence
from yosafe.incidents.investigation.queries import RUNNING, RunningFilter
from yosafe.incidents.investigation.schemas import RecordEvidence
from yosafe.incidents.queries import INCIDENTS, Filter, OfOne
from yosafe.incidents.severity import LEVELS
from yosafe.incidents.status import STATUS_LABELS
from yosafe.lists import listed as lists
from yosafe.lists.listed import Listed, Nothing
from yosafe.people.break_glass.queries import ACCESSES, AccessFilter
from yosafe.people.clock_queries import CLOCKS, ClockFilter
from yosafe.people.contact_plans.queries import CONTACTS_DUE
from yosafe.people.contact_plans.queries import DueFilter as DuePlans
from yosafe.people.keep_apart.queries import KEEP_APARTS, KeepApartFilter
from yosafe.people.queries import CHILDREN, ChildFilter
from yosafe.people.time_out.queries import TIMES_OUT, TimeOutFilter
from yosafe.reference.areas import area
from yosafe.reference.codes import code_list
from yosafe.reference.establishments import establishment
from yosafe.referrals import queries as referrals
from yosafe.referrals.status import Status
from yosafe.reporting.packs.columns import TITLES as PACK_TITLES
from yosafe.reporting.packs.queries import PACKS
from yosafe.reporting.periods import MONTHS
from yosafe.reporting.queries import BUILDS
from yosafe.reporting.schedules.queries import SCHEDULES
from yosafe.reporting.schedules.schemas import STATE_WORDS as SCHEDULE_STATES
from yosafe.reporting.schemas import STATUS_WORDS as REPORT_STATES
from yosafe.retention.records.certificates import DESTRUCTIONS, DestructionFilter
from yosafe.retention.records.certificates import STATE_WORDS as DESTRUCTION_STATES
from yosafe.retention.records.queries import DUE as RECORDS_DUE
from yosafe.retention.records.queries import HOLDS, HoldFilter
from yosafe.retention.records.queries import DueFilter as KeptFilter
from yosafe.retention.records.rules import packaged
from yosafe.reviews.meeting_actions import arrange_review
from yosafe.reviews.meeting_queries import REVIEWS
from yosafe.reviews.meeting_schemas import ArrangeReview
from yosafe.reviews.queries import FLAGS, FlagFilter
from yosafe.reviews.rules import FlagState
from yosafe.reviews.tracker.queries import ACTIONS, ActionFilter
from yosafe.sharing.checks.queries import CHECKS, CheckFilter
from yosafe.sharing.shares.queries import SHARES, ShareFilter
from yosafe.subject_access.requests.queries import REQUESTS, RequestFilter
from yosafe.surveys.comments.queries import COMMENTS, CommentFilter
from yosafe.surveys.queries import SURVEYS
from yosafe.welfare.arrival.queries import MISSING, MissingFilter
from yosafe.welfare.due_queries import DUE, DueFilter
from yosafe.welfare.plan.queries import NEEDS, NeedFilter
from yosafe.welfare.signing.queries import WAITING, WaitingFilter

Key = Callable[[Any], Any]


def name(one: Any) -> Any:
    return tuple(part.lower() for part in one.name.split(", "))


def at_place(one: Any) -> Any:
    return establishment(one.establishment).name.casefold() if one.establishment else None


# Who looks at each list, in which state, and what each of its orders means in terms of what is shown.
EVERY: dict[Listed[Any, Any], tuple[str, Any, dict[str, Key]]] = {
    INCIDENTS: (
        "cleo", Filter(),
        {
            "ref": lambda i: i.ref, "happened": lambda i: i.happened_at, "severity": lambda i: LEVELS.index(i.severity),
            "kind": lambda i: code_list("incident_kind").label(i.kind).casefold(), "status": lambda i: list(STATUS_LABELS).index(i.status),
        },
    ),
    CHILDREN: (
        "amina", ChildFilter(),
        {
            "name": name, "age": lambda c: -c.date_of_birth.toordinal(), "place": at_place, "arrived": lambda c: c.arrived_at,
            "home": lambda c: area(c.home_area).name.casefold(), "due": lambda c: c.next_due_on, "recorded": lambda c: c.ref,
            "held": lambda c: (c.establishment is None, *name(c)),
        },
    ),
    KEEP_APARTS: (
        "cleo", KeepApartFilter(state="all"),
        {
            "restriction": lambda k: code_list("keep_apart_restriction").values().index(k.restriction), "ref": lambda k: k.ref,
            "reason": lambda k: code_list("keep_apart_reason").label(k.reason_code).casefold(), "review": lambda k: k.review_on,
        },
    ),
    CLOCKS: (
        "cleo", ClockFilter(),
        {"title": lambda c: c.title.casefold(), "name": name, "due": lambda c: c.due_on, "met": lambda c: 0, "stopped": lambda c: 0},
    ),
    DUE: (
        "amina", DueFilter(),
        {"title": lambda d: d.title.casefold(), "name": lambda d: d.name.casefold(), "place": at_place, "due": lambda d: d.due_on},
    ),
    NEEDS: (
        "cleo", NeedFilter(state="all"),
        {
            "ref": lambda n: n.ref, "topic": lambda n: code_list("need_topic").values().index(n.topic), "target": lambda n: n.target_on,
            "owner": lambda n: code_list("need_owner").values().index(n.owner),
        },
    ),
    MISSING: (
        "cleo", MissingFilter(),
        {
            "ref": lambda p: p.ref, "paper": lambda p: code_list("arrival_paper").values().index(p.paper), "arrived": lambda p: p.arrived_on,
        },
    ),
    WAITING: ("amina", WaitingFilter(state="all", everyone=True), {"ref": lambda w: w.ref, "completed": lambda w: w.completed_on}),
    CHECKS: (
        "cleo", CheckFilter(state="all"),
        {
            "name": name, "asked": lambda c: c.asked_on, "authority": lambda c: area(c.area).name.casefold(),
            "answer": lambda c: ("waiting", *code_list("check_answer").values()).index(c.answer or "waiting"),
        },
    ),
    SHARES: (
        "cleo", ShareFilter(state="all"),
        {
            "name": name, "party": lambda s: code_list("share_party").label(s.party).casefold(), "due": lambda s: s.due_on,
            "state": lambda s: code_list("share_outcome").values().index(s.state), "recorded": lambda s: s.id,
        },
    ),
    CASE_REVIEWS: (
        "cleo", CaseReviewFilter(state="all"),
        {
            "name": name, "area": lambda r: area(r.area).name.casefold(), "happened": lambda r: r.happened_on, "due": lambda r: r.due_on,
            "state": lambda r: ["asked", "held", "completed", "not_held"].index(r.state), "recorded": lambda r: r.ref,
        },
    ),
    referrals.REFERRALS: (
        "cleo", referrals.Filter(),
        {
            "ref": lambda r: r.ref, "recorded": lambda r: r.recorded_at, "name": name, "stage": lambda r: list(Status).index(r.status),
            "due": lambda r: r.clock.due_on if r.clock else None,
        },
    ),
    FLAGS: (
        "cleo", FlagFilter(state="any"),
        {
            "name": name, "flag": lambda f: f.title.casefold(), "level": lambda f: f.level.rank, "since": lambda f: f.raised_on,
            "state": lambda f: [FlagState.NEW, FlagState.ANSWERED, FlagState.CLOSED, FlagState.CLEARED].index(f.state),
            "recorded": lambda f: f.raised_on,
        },
    ),
    REVIEWS: (
        "cleo", Nothing(),
        {
            "recorded": lambda r: r.ref, "meets": lambda r: r.meets_on, "place": at_place, "chair": lambda r: r.chair.lower(),
            "cases": lambda r: r.cases,
        },
    ),
    ACTIONS: (
        "cleo", ActionFilter(state="any"),
        {
            "name": name, "owner": lambda a: (a.owner_agency.lower(), a.owner_name.lower()), "due": lambda a: a.due_on,
            "state": lambda a: 3 if a.done_on else 1 if a.overdue else 2,
        },
    ),
    SURVEYS: (
        "femi", Nothing(),
        {
            "recorded": lambda s: s.recorded_at, "place": at_place, "month": lambda s: s.fielded_on, "questionnaire": lambda s: s.questionnaire,
            "held": lambda s: s.held, "offered": lambda s: s.offered, "returned": lambda s: s.returned,
        },
    ),
    IMPORTS: (
        "cleo", Nothing(),
        {
            "sent": lambda i: i.uploaded_at, "file": lambda i: i.file, "target": lambda i: TITLES[i.target].casefold(),
            "status": lambda i: STATUS_WORDS[i.status].casefold(), "rows": lambda i: i.rows,
            "made": lambda i: i.made, "refused": lambda i: i.refused,
        },
    ),
    BUILDS: (
        "cleo", Nothing(),
        {
            "report": lambda b: b.title.casefold(), "period": lambda b: b.period,
            "status": lambda b: REPORT_STATES[b.status].casefold(), "asked": lambda b: b.asked_at,
        },
    ),
    SCHEDULES: (
        "cleo", Nothing(),
        {
            "report": lambda s: s.title.casefold(), "every": lambda s: list(MONTHS).index(s.every), "state": lambda s: SCHEDULE_STATES[s.state],
            "next": lambda s: s.next_on, "set": lambda s: s.set_at,
        },
    ),
    PACKS: (
        "femi", Nothing(),
        {
            "extract": lambda p: PACK_TITLES[p.extract].casefold(), "establishment": lambda p: p.establishment.casefold(),
            "period": lambda p: p.period.casefold(), "built": lambda p: p.built_at,
        },
    ),
    COMMENTS: ("femi", CommentFilter(state="all"), {"ref": lambda c: c.ref, "month": lambda c: c.fielded_on}),
    USERS: (
        "hal", Nothing(),
        {
            "home": lambda u: (u.agency_name, u.name), "name": lambda u: u.name.lower(), "email": lambda u: u.email.lower(),
            "role": lambda u: ROLE_TITLES[u.role].casefold(), "agency": lambda u: u.agency_name.lower(),
            "state": lambda u: list(USER_STATES).index(user_state(u)),
        },
    ),
    AGENCIES: (
        "hal", Nothing(),
        {
            "home": lambda a: (a.kind.value, a.name), "name": lambda a: a.name.lower(), "code": lambda a: a.code,
            "kind": lambda a: KIND_TITLES[a.kind].casefold(),
        },
    ),
    TIMES_OUT: (
        "cleo", TimeOutFilter(state="all"),
        {
            "name": name, "reason": lambda t: code_list("time_out_reason").label(t.reason).casefold(), "went": lambda t: t.left_at,
            "expected": lambda t: t.expected_at,
        },
    ),
    CONTACTS_DUE: (
        "cleo", DuePlans(mine=False),
        {
            "name": lambda p: p.name.casefold(), "whom": lambda p: code_list("planned_with").label(p.from_whom).casefold(),
            "due": lambda p: p.next_due_on, "owner": lambda p: p.owner.casefold(),
        },
    ),
    COMPLAINTS: (
        "cleo", ComplaintFilter(state="all"),
        {
            "ref": lambda c: c.ref, "received": lambda c: c.received_at, "due": lambda c: c.due_on,
            "answer": lambda c: code_list("complaint_outcome").label(c.outcome).casefold() if c.outcome else None,
        },
    ),
    RUNNING: (
        "cleo", RunningFilter(),
        {
            "ref": lambda i: i.ref, "owner": lambda i: i.owner.lower() if i.owner else None, "due": lambda i: i.due_on,
            "plan": lambda i: (i.steps_late, i.steps_open), "evidence": lambda i: i.evidence_by,
        },
    ),
    ACCESSES: ("grace", AccessFilter(state="all"), {"at": lambda a: a.at, "who": lambda a: a.opened_by.lower(), "due": lambda a: a.due_on}),
    RECORDS_DUE: (
        "grace", KeptFilter(state="held"),
        {"ref": lambda d: d.young_person, "due": lambda d: d.due_on, "rule": lambda d: packaged().rule(d.rule).title.casefold()},
    ),
    REQUESTS: ("grace", RequestFilter(state="all"), {"received": lambda r: r.received_on, "due": lambda r: r.due_on}),
    DESTRUCTIONS: (
        "grace", DestructionFilter(state="all"),
        {"proposed": lambda d: d.proposed_at, "state": lambda d: DESTRUCTION_STATES[d.state].casefold()},
    ),
    HOLDS: ("grace", HoldFilter(state="all"), {"placed": lambda h: h.placed_at}),
    UNUSUAL: (
        "grace", UnusualFilter(),
        {"day": lambda d: d.day, "records": lambda d: d.records},
    ),
    TRAIL: ("grace", TrailFilter(), {"at": lambda e: e.at}),
}  # fmt: skip
BY_ID = {listed.id: listed for listed in EVERY}
ORDERS = [(listed.id, way + order) for listed, (_, _, orders) in EVERY.items() for order in orders for way in ("", "-")]


def found_in_the_code(kind: type[Any] = Listed) -> Iterator[type[Any]]:
    for below in kind.__subclasses__():
        yield below
        yield from found_in_the_code(below)


def test_no_list_is_left_out(app: Litestar) -> None:
    declared = {kind for kind in found_in_the_code() if kind.__module__.startswith("yosafe.")}
    assert declared == {type(listed) for listed in EVERY} | {OfOne}  # which is the first with another note in the trail


def test_every_list_has_its_file_on_pages_and_its_order_by_api(app: Litestar) -> None:
    paths = {route.path_format for route in app.routes if route.path_format.endswith("/export") and not route.path_format.startswith("/api/")}
    assert len(paths) == len(EVERY)
    named = [p for _, operations in app.openapi_schema.to_schema()["paths"].items() for p in operations.get("get", {}).get("parameters", ())]
    said = [parameter["description"] for parameter in named if parameter["name"] == "sort"]
    assert len(said) == len(EVERY)
    for _, _, orders in EVERY.values():
        assert any(all(f"{order}" in words for order in orders) for words in said), orders


@pytest.fixture(scope="module")
async def made(database_url: str, app: Litestar) -> AsyncIterator[estate.Estate]:
    with clock.stopped_at(NOW):
        if not DB.is_open:
            await DB.open(database_url)
        await empty()
        built = await estate.build()
        await casework.work(built)
        await arrange_review(by=built["cleo"], new=ArrangeReview(meets_on=TODAY + dt.timedelta(days=9), chair="Another"))
        for which, keep_by in ((2, TODAY), (6, None), (7, TODAY + dt.timedelta(days=3))):
            new = RecordEvidence(kind="cctv", what="Camera 4", keep_by=keep_by)
            await record_evidence(new, by=built["cleo"], incident=await get_incident_for(built["cleo"], built.refs["IN"][which]))
        with clock.stopped_at(NOW - dt.timedelta(hours=9)):
            for number in range(1, 7):
                await record_read(EventName.YOUNG_PERSON_READ, by=built["dan"], young_person=number, detail={"page": "overview"})
        yield built


async def whole(made: estate.Estate, listed: Listed[Any, Any], sort: str | None = None) -> list[Any]:
    """The items of a list as whoever looks at it finds them, all at once."""
    who, wanted, _ = EVERY[listed]
    viewer = made[who]
    return [item for _, item in await listed.find(viewer, wanted, listed.place(viewer, wanted, "2002", sort=sort), 5_000, "2002")]


def in_order(keys: list[Any], descending: bool) -> list[Any]:
    """Sorted, what is not known last whichever way."""
    return [*sorted((key for key in keys if key is not None), reverse=descending), *(key for key in keys if key is None)]


@pytest.mark.parametrize(("which", "sort"), ORDERS)
async def test_an_order_is_of_the_whole_list_and_pages_give_each_row_once_both_ways(made: estate.Estate, which: str, sort: str) -> None:
    listed = BY_ID[which]
    who, wanted, orders = EVERY[listed]
    everything = await whole(made, listed, sort)
    assert len(everything) > 1
    keys = [orders[sort.removeprefix("-")](item) for item in everything]
    assert keys == in_order(keys, sort.startswith("-"))
    if which == "audit":
        return  # looking at a page of it adds to it: see below
    limit = min(100, max(1, len(everything) // 3))
    pages = [await listed.page(made[who], wanted, sort=sort, limit=limit)]
    assert pages[0].previous is None
    while pages[-1].next:
        pages.append(await listed.page(made[who], wanted, after=pages[-1].next, limit=limit))  # the cursor carries the order
    assert [item for page in pages for item in page.items] == everything
    for before, page in pairwise(pages):
        back = await listed.page(made[who], wanted, sort=sort, after=page.previous, limit=limit)
        assert (back.items, back.next is None) == (before.items, False)
    assert await listed.count(made[who], wanted) == len(everything)


async def test_the_trail_is_walked_while_it_grows(made: estate.Estate) -> None:
    """Each page that is looked at adds an entry at the newest end."""
    there = [entry.id for entry in await whole(made, TRAIL)]
    seen, after = [], None
    while True:
        page = await TRAIL.page(made["grace"], TrailFilter(), after=after, limit=100)
        seen += [entry.id for entry in page.items]
        if (after := page.next) is None:
            break
    assert seen == there


@pytest.mark.parametrize("which", BY_ID)
async def test_the_file_is_the_list(made: estate.Estate, which: str) -> None:
    """The rows of all pages in their order, no cell that runs, and who took it noted; a role without the permission has none."""
    listed = BY_ID[which]
    who, wanted, _ = EVERY[listed]
    viewer = made["cleo"] if made[who].may(listed.permission) is False else made[who]
    items = [item for _, item in await listed.find(viewer, wanted, listed.place(viewer, wanted, "2002"), 5_000, "2002")]
    file = await listed.file(viewer, wanted, used=["b", "a"])
    heads, *rows = csv.reader(io.StringIO(file.content.decode("utf-8-sig")))
    assert (len(rows), file.name.startswith(f"{which}-by-")) == (len(items), True)
    assert file.name.endswith("-2026-10-05T1100-a-b.csv")
    assert len(heads) == len(set(heads))
    assert [cell for row in rows for cell in row if cell.lstrip(" \n").startswith(("=", "+", "@", "\t", "\r"))] == []
    titles = {cell[0] for column in listed.columns(viewer, "2002") for cell in column.cells}
    assert titles <= set(heads)
    noted = await DB.fetchrow("SELECT actor, event, detail FROM audit_entry ORDER BY id DESC LIMIT 1")
    named = sorted({number for item in items for number in listed.young_people(item)})
    assert noted is not None
    assert (noted["actor"], noted["event"]) == (viewer.id, listed.event.value)
    assert f'"filters":["a","b"],"list":"{which}","rows":{len(rows)},"young_people":[{",".join(map(str, named))}]' in noted["detail"]
    refused = made["dan" if listed.permission == lists.EXPORT else "amina"]
    if not refused.may(listed.permission):
        with pytest.raises(Refused):
            await listed.file(refused, wanted)


async def test_a_file_is_whole_or_not_at_all(made: estate.Estate, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(lists, "MOST_EXPORTED", 2)
    with pytest.raises(Invalid, match="more than 2 incidents"):
        await INCIDENTS.file(made["cleo"], Filter())


@pytest.mark.parametrize(
    "after", ["x", "W10", "WyJkdWUiLFtdLDEsZmFsc2Vd", "WyItaGFwcGVuZWQiLFtdLDEsZmFsc2Vd", "WyItaGFwcGVuZWQiLFsiMTk5OSJdLDEsZmFsc2Vd"]
)
async def test_a_cursor_that_was_not_made_for_the_order_is_refused(made: estate.Estate, after: str) -> None:
    for sort in (None, "-happened", "kind"):
        with pytest.raises(Invalid) as refused:
            await INCIDENTS.page(made["cleo"], Filter(), sort=sort, after=after)
        assert {fault.key for fault in refused.value.errors} <= {"after", "sort"}


async def test_a_place_that_is_gone_or_not_for_this_reader_is_refused(made: estate.Estate) -> None:
    """A cursor of an order by name holds no name, and opens nothing."""
    page = await CHILDREN.page(made["amina"], ChildFilter(), sort="name", limit=1)
    with pytest.raises(Invalid, match="changed since"):
        await CHILDREN.page(made["ben"], ChildFilter(), after=page.next)


@pytest.mark.parametrize(("listed", "wanted"), [(INCIDENTS, Filter()), (COMPLAINTS, ComplaintFilter(state="all"))], ids=["allegation", "sealed"])
async def test_what_is_for_one_alone_is_in_no_row_no_number_and_no_file(made: estate.Estate, listed: Listed[Any, Any], wanted: Any) -> None:
    """The last incident is an allegation which only Cleo is named on, one complaint is sealed; Dan works at the same place."""
    hers = await whole(made, listed)
    which = made.refs["IN"][-1] if listed is INCIDENTS else next(one.ref for one in hers if one.sealed)
    assert which in {one.ref for one in hers}
    everyone = [name for name, _, _ in estate.EVERYONE if made[name].may("incident:read") and name != "cleo"]
    for who in everyone:
        viewer = made[who]
        for sort in listed.sorts(viewer, "2002"):
            found = await listed.page(viewer, wanted, sort=sort, limit=100)
            assert which not in {one.ref for one in found.items}, (who, sort)
        assert await listed.count(viewer, wanted) == len(found.items)
        if viewer.may(lists.EXPORT):
            assert which.encode() not in (await listed.file(viewer, wanted)).content
