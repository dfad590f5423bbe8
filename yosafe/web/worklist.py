"""The first page of every role: what is overdue, what is mine, what is new."""

from collections.abc import Awaitable, Callable

from litestar import Controller, Response, get
from litestar.di import NamedDependency
from litestar.response import Template
from msgspec import Struct, ValidationError, convert

from yosafe.accounts.permissions import Role
from yosafe.accounts.viewer import User
from yosafe.errors import FieldError, Invalid
from yosafe.incidents import queries as incidents
from yosafe.lists.listed import EXPORT
from yosafe.people import clock_queries as clocks
from yosafe.people.break_glass import queries as break_glass
from yosafe.people.keep_apart import queries as keep_apart
from yosafe.people.time_out import queries as time_out
from yosafe.reference.rule_sets import CONVENTION
from yosafe.reviews import queries as reviews
from yosafe.reviews.tracker import queries as tracker
from yosafe.welfare import due_queries as assessments
from yosafe.welfare.arrival import queries as papers
from yosafe.welfare.plan import queries as plans
from yosafe.welfare.signing import queries as signing

from . import listing
from .kit import AnyRequest, Query, page, terminology
from .worklist_sections import sections


class Card(Struct, frozen=True, kw_only=True):
    """A number that leads to the list behind it. `alert` where it should not wait; `note` says so in words."""

    number: int
    text: str
    href: str
    note: str | None = None
    alert: bool = False


def _number(number: int, one: str, many: str, href: str, note: str | None = None, *, alert: bool = False) -> Card:
    return Card(number=number, text=one if number == 1 else many, href=href, note=note, alert=alert and number > 0)


async def _clocks(viewer: User) -> list[Card]:
    counts = await clocks.clock_counts(viewer, mine=True)
    return [
        _number(counts.overdue, "overdue time limit", "overdue time limits", "/clocks?state=overdue", "Yours to meet", alert=True),
        _number(counts.due_soon, "due now or soon", "due now or soon", "/clocks?state=soon", "Within two working days"),
    ]


async def _incidents(viewer: User) -> list[Card]:
    counts = await incidents.counts(viewer)
    return [
        _number(counts.to_look_at, "incident to look at", "incidents to look at", "/incidents?status=submitted&status=reopened"),
        _number(counts.in_hand, "being investigated", "being investigated", "/incidents?status=in_investigation", f"{counts.mine} of them yours"),
    ]


async def _assessments(viewer: User) -> list[Card]:
    counts = await assessments.due_counts(viewer)
    note = f"{counts.overdue} overdue"
    return [_number(counts.open, "assessment to do", "assessments to do", "/assessments", note, alert=counts.overdue > 0)]


async def _signing(viewer: User) -> list[Card]:
    counts = await signing.counts(viewer)
    cards = [_number(counts.waiting, "assessment to countersign", "assessments to countersign", "/assessments/waiting", "By others of your agency")]
    cards += [
        _number(counts.sent_back, "assessment sent back", "assessments sent back", "/assessments/waiting?state=sent_back", "To put right", alert=True)
    ]
    return [card for card in cards if card.number]


async def _needs(viewer: User) -> list[Card]:
    number = await plans.overdue_count(viewer)
    return (
        [_number(number, "need past its day", "needs past their day", "/plan?state=overdue", "In welfare plans, yours to see to", alert=True)]
        if number
        else []
    )


async def _papers(viewer: User) -> list[Card]:
    if viewer.establishment is None:
        return []
    counts = await papers.missing_counts(viewer)
    note = f"Nobody was asked for {counts.unasked}" if counts.unasked else "All asked for"
    card = _number(counts.missing, "paper has not come", "papers have not come", "/papers", note, alert=counts.unasked > 0)
    return [card] if counts.missing else []


async def _time_out(viewer: User) -> list[Card]:
    counts = await time_out.counts(viewer)
    late = f"{counts.overdue} overdue back" if counts.overdue else "At court, in hospital or elsewhere"
    return [_number(counts.out, "out for a time", "out for a time", "/time-out", late, alert=counts.overdue > 0)]


async def _keep_apart(viewer: User) -> list[Card]:
    number = await keep_apart.due_count(viewer)
    return (
        [_number(number, "keep-apart to review", "keep-aparts to review", "/keep-apart?state=due", "Today or before", alert=True)] if number else []
    )


async def _opened(viewer: User) -> list[Card]:
    number, late = await break_glass.waiting(viewer)
    note = f"{late} overdue" if late else "By the end of the next working day"
    card = _number(number, "opened record to review", "opened records to review", "/admin/break-glass", note, alert=True)
    return [card] if number else []


async def _flags(viewer: User) -> list[Card]:
    counts = await reviews.flag_counts(viewer)
    return [_number(counts.new, "new flag", "new flags", "/risks?state=new", f"{counts.high} high, {counts.open} open; notes not counted")]


async def _actions(viewer: User) -> list[Card]:
    counts = await tracker.action_counts(viewer)
    late = f"{counts.overdue} overdue" if counts.overdue else "Agreed by joint reviews"
    return [_number(counts.open, "action to do", "actions to do", "/reviews/actions?owner=mine", late, alert=counts.overdue > 0)]


# Permission, and the cards for whoever has it, in the order of the page.
CARDS: tuple[tuple[str, Callable[[User], Awaitable[list[Card]]]], ...] = (
    ("clock:read", _clocks),
    ("time-out:record", _time_out),
    ("incident:investigate", _incidents),
    ("keep-apart:review", _keep_apart),
    ("assessment:screen", _assessments),
    ("assessment:countersign", _signing),
    ("need:record", _needs),
    ("paper:record", _papers),
    ("break-glass:review", _opened),
    ("flag:answer", _flags),
    ("action:finish", _actions),
)

CLOCK_STATES: dict[str, str] = {
    "running": "Running",
    "overdue": "Overdue",
    "soon": "Due within 2 working days",
    "due": "Running, not overdue",
    "met": "Met",
    "met_late": "Met late",
    "held": "Paused or voided",
    "stopped": "Stopped",
}


CLOCK_FILTERS = [
    {"name": name, "kind": "radios", "label": label, "options": [{"value": value, "label": words} for value, words in options.items()]}
    for name, label, options in (("state", "State", CLOCK_STATES), ("whose", "Whose", {"mine": "Ours to meet", "all": "Anyone's"}))
]


def starts(viewer: User) -> list[tuple[str, str]]:
    """What this role comes to do: text and address."""
    offers = [
        ("incident:record", "Record an incident", "/incidents/new"),
        ("young-person:read", "Find a young person", "/children"),
        ("survey:import", "Bring in a survey", "/surveys/import"),
        ("clock:figures", "See how time limits are kept", "/clocks/figures"),
        ("review:figures", "See how joint reviews work", "/reviews/figures"),
        ("audit:read", "See who looked at whom", "/admin/audit"),
        ("user:read", "See who may sign in", "/admin/users"),
        ("agency:read", "See which agencies take part", "/admin/agencies"),
        ("survey:read", "Read survey results", "/surveys"),
    ]
    return [(text, href) for permission, text, href in offers if viewer.may(permission)]


# One sentence that says what the page is about, by role.
ABOUT: dict[Role, str] = {
    Role.YOT_WORKER: "Children whose home is in your area.",
    Role.YOI_OFFICER: "Children held in your establishment.",
    Role.YOI_LEAD: "Children held in your establishment, and those who left in the last 90 days.",
    Role.SOCIAL_WORKER: "Children from your area, in your authority's care, or referred to it.",
    Role.ACPC_MEMBER: "Children with a live referral or joint review in your area.",
    Role.INSPECTOR: "You see figures that name no child.",
    Role.DPO: "You see who did and looked at what; no child's record.",
    Role.ADMIN: "You look after agencies, users and keys; no child's record.",
}


def _state(asked: str) -> clocks.StateAsked:
    try:
        state: clocks.StateAsked = convert(asked, clocks.StateAsked)
    except ValidationError:
        raise Invalid([FieldError("state", "There is no such state of a time limit. Choose one in the list.")]) from None
    return state


class WorklistPage(Controller):
    include_in_schema = False

    @get("/", opt={"permission": "worklist:read"})
    async def worklist(self, request: AnyRequest, user: NamedDependency[User]) -> Template:
        cards = [card for permission, load in CARDS if user.may(permission) for card in await load(user)]
        found = await sections(user, terminology(request))
        return page("web/worklist.html", request, about=ABOUT[user.role], cards=cards, sections=found, starts=() if cards else starts(user))

    @get("/clocks", opt={"permission": "clock:read"})
    async def clocks_page(self, request: AnyRequest, user: NamedDependency[User]) -> Template:
        """Every time limit of the children whom this user sees, or those that their agency is to meet."""
        query = request.query_params
        values = {"state": query.get("state") or "running", "whose": query.get("whose") or "mine"}
        view = await listing.shown(request, user, clocks.CLOCKS, lambda: _wanted(query), address="/clocks", fields=CLOCK_FILTERS, values=values)
        return page("web/clocks.html", request, status=view.status, view=view, errors=view.errors, convention=CONVENTION)

    @get("/clocks/export", opt={"permission": EXPORT})
    async def export_clocks(self, request: AnyRequest, user: NamedDependency[User]) -> Response[bytes]:
        """The same list as a file."""
        return await listing.file_of(request, user, clocks.CLOCKS, _wanted(request.query_params))


def _wanted(query: Query) -> clocks.ClockFilter:
    return clocks.ClockFilter(state=_state(query.get("state") or "running"), mine=query.get("whose") != "all")
