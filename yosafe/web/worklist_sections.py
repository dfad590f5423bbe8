"""What the first page lists under its numbers: what waits for this user, what comes next, what is new. One loader for each list."""

import datetime as dt
from collections.abc import Awaitable, Callable
from typing import Any
from urllib.parse import urlencode

from msgspec import Struct

from yosafe import clock
from yosafe.accounts import queries as accounts
from yosafe.accounts import trail
from yosafe.accounts.permissions import ROLE_TITLES, AgencyKind
from yosafe.accounts.viewer import User
from yosafe.committees.case_reviews import queries as case_reviews
from yosafe.forms.drafts import Draft, my_drafts
from yosafe.incidents import accumulation
from yosafe.incidents import queries as incidents
from yosafe.incidents import shown as incidents_shown
from yosafe.incidents.complaints import queries as complaints
from yosafe.incidents.complaints import shown as complaints_shown
from yosafe.incidents.investigation import queries as investigations
from yosafe.incidents.told import queries as told
from yosafe.people import clock_queries as clocks
from yosafe.people.contact_plans import queries as contact_plans
from yosafe.people.contact_plans import shown as contact_plans_shown
from yosafe.reference.codes import code_list
from yosafe.reference.establishments import establishment
from yosafe.reference.terms import term
from yosafe.referrals import waiting
from yosafe.referrals.events import Kind
from yosafe.referrals.words import event_title
from yosafe.reviews import meeting_queries as meetings
from yosafe.settings import Terminology
from yosafe.sharing.checks import queries as checks
from yosafe.sharing.checks import shown as checks_shown
from yosafe.sharing.shares import queries as shares
from yosafe.sharing.shares import shown as shares_shown
from yosafe.surveys import queries as surveys
from yosafe.surveys.comments import queries as comments
from yosafe.surveys.words import month_words
from yosafe.welfare import due_queries as assessments
from yosafe.welfare.shown import due_shown

DUE_NEXT = 20
SOME = 8
WAITING = ("submitted", "reopened")
LATELY = dt.timedelta(days=7)

# Where a draft goes on, by its kind. A page that is not due yet leads to the one that is.
DRAFT_PATHS: dict[str, str] = {
    "incident": "/incidents/new/{}",
    "assessment": "/assessments/drafts/{}",
    "referral": "/referrals/new/{}/check",
    "referral-considered": "/referrals/considered/{}/check",
}


class Section(Struct, frozen=True, kw_only=True):
    """A heading and the template that draws `section.data` under it. `limits` where time limits are shown, whose convention the footer then says."""

    heading: str
    template: str
    data: Any
    limits: bool = False


class DraftRow(Struct, frozen=True, kw_only=True):
    title: str
    href: str
    saved_at: dt.datetime
    until: dt.datetime


def _draft_row(draft: Draft) -> DraftRow:
    title = draft.title or "Begun, nothing answered yet"
    return DraftRow(title=title, href=DRAFT_PATHS[draft.kind].format(draft.id), saved_at=draft.saved_at, until=draft.expires_at)


def _some(heading: str, template: str, rows: Any, **more: Any) -> Section | None:
    """The section, or None where there is nothing to list."""
    return Section(heading=heading, template=template, data={"rows": rows, **more}) if rows else None


async def _drafts(viewer: User, terminology: Terminology) -> Section | None:
    return _some("Begun and not sent", "drafts", [_draft_row(draft) for draft in await my_drafts(viewer) if draft.kind in DRAFT_PATHS])


async def _answers(viewer: User, terminology: Terminology) -> Section | None:
    if viewer.agency_kind is not AgencyKind.SOCIAL_SERVICES:
        return None
    about = {"label": "Referrals that wait for your authority's answer", "what": "Referral", "when": "Sent"}
    return _some(
        "Referrals that wait for your answer", "referrals", await waiting.unanswered(viewer), category=code_list("referral_category"), **about
    )


async def _again(viewer: User, terminology: Terminology) -> Section | None:
    about = {"label": "Decisions not to refer that are due to be looked at again", "what": "Decision", "when": "Due"}
    return _some(
        "Not referred: look at it again", "referrals", await waiting.to_look_at_again(viewer), category=code_list("referral_category"), **about
    )


async def _checks(viewer: User, terminology: Terminology) -> Section | None:
    """Of an authority those that it is to answer, of others their own."""
    ours = viewer.agency_kind is AgencyKind.SOCIAL_SERVICES
    found = await checks.checks(viewer, checks.CheckFilter(ours=ours), limit=SOME, terminology=terminology)
    heading = "Checks that wait for your answer" if ours else "Checks without an answer yet"
    return _some(heading, "checks", found.items, shown=checks_shown, more=found.next is not None)


async def _asked_for(viewer: User, terminology: Terminology) -> Section | None:
    found = await shares.shares(viewer, shares.ShareFilter(), limit=SOME, terminology=terminology)
    return _some("Information that your agency was asked for", "shares", found.items, shown=shares_shown, more=found.next is not None)


async def _case_reviews(viewer: User, terminology: Terminology) -> Section | None:
    heading = term("serious_case_review", terminology, plural=True, capital=True)
    return _some(f"{heading}: what they wait for", "case_reviews", await case_reviews.waiting_for(viewer))


async def _due_next(viewer: User, terminology: Terminology) -> Section | None:
    due = await clocks.clocks_for(viewer, mine=True, limit=DUE_NEXT, terminology=terminology)
    more = {"rows": due.items, "more": due.next is not None}
    return Section(heading="Due next", template="due", data=more, limits=True) if due.items else None


async def _assessments(viewer: User, terminology: Terminology) -> Section | None:
    found = await assessments.due_list(viewer, mine=True, limit=SOME)
    rows = [(one, due_shown(one), establishment(one.establishment).name) for one in found.items]
    return _some("Assessments to do next", "assessments", rows)


async def _contacts(viewer: User, terminology: Terminology) -> Section | None:
    late = await contact_plans.contacts_due(viewer, contact_plans.DueFilter(overdue=True), limit=SOME, terminology=terminology)
    return _some("Planned contacts that are overdue", "contacts", [contact_plans_shown.plan(one, terminology) for one in late.items])


async def _meetings(viewer: User, terminology: Terminology) -> Section | None:
    return _some("Joint reviews ahead", "meetings", await meetings.reviews_ahead(viewer, limit=SOME))


async def _news(viewer: User, terminology: Terminology) -> Section | None:
    found = [(one, event_title(Kind(one.kind), one.outcome, terminology)) for one in await waiting.what_came_of_it(viewer)]
    return _some("What came of what you raised", "news", found)


async def _to_look_at(viewer: User, terminology: Terminology) -> Section | None:
    found = await incidents.incidents(viewer, incidents.Filter(statuses=WAITING), limit=SOME)
    more = found.next and "/incidents?" + urlencode([("status", status) for status in WAITING])
    return _some("Incidents to look at", "incidents", found.items, shown=incidents_shown, more=more)


async def _investigations(viewer: User, terminology: Terminology) -> Section | None:
    """Of a lead all that are late and those that they look after, of others their own."""
    late = await investigations.running(viewer, investigations.RunningFilter(late=True), limit=SOME) if viewer.may("incident:investigate") else None
    mine = await investigations.running(viewer, investigations.RunningFilter(mine=True), limit=SOME)
    rows = {one.ref: one for one in [*(late.items if late else ()), *mine.items]}
    found = [*rows.values()][:SOME]
    section = _some("Investigations: late, or yours", "investigations", found, shown=incidents_shown)
    return None if section is None else Section(heading=section.heading, template=section.template, data=section.data, limits=True)


async def _complaints(viewer: User, terminology: Terminology) -> Section | None:
    found = await complaints.complaints(viewer, complaints.ComplaintFilter(), limit=SOME)
    if not found.items:
        return None
    data = {"rows": found.items, "shown": complaints_shown, "words_for": incidents_shown, "more": found.next}
    return Section(heading="Complaints that wait", template="complaints", data=data, limits=True)


async def _undecided(viewer: User, terminology: Terminology) -> Section | None:
    return _some("Who investigates a death is not decided", "deaths", await accumulation.undecided_deaths(viewer))


async def _untold(viewer: User, terminology: Terminology) -> Section | None:
    found = await told.untold(viewer, limit=SOME)
    return _some("Serious incidents of which someone has not been told", "untold", found, shown=incidents_shown)


async def _concerns(viewer: User, terminology: Terminology) -> Section | None:
    return _some("Several concerns close together", "concerns", await accumulation.accumulated(viewer, limit=SOME))


async def _happened(viewer: User, terminology: Terminology) -> Section | None:
    if viewer.may("incident:investigate"):
        return None  # these begin with what is new
    since = clock.day_of(clock.now() - LATELY)
    found = await incidents.incidents(viewer, incidents.Filter(since=since), limit=SOME)
    return _some(
        "What happened in the last seven days", "incidents", found.items, shown=incidents_shown, more=found.next and f"/incidents?from={since}"
    )


async def _comments(viewer: User, terminology: Terminology) -> Section | None:
    return _some("Comments in surveys that may hold a disclosure", "comments", await comments.waiting(viewer, limit=SOME), month=month_words)


async def _surveys(viewer: User, terminology: Terminology) -> Section | None:
    found = await surveys.surveys(viewer, limit=SOME)
    return _some("Latest surveys", "surveys", found.items, month=month_words)


async def _looked(viewer: User, terminology: Terminology) -> Section | None:
    since = clock.day_of(clock.now() - LATELY)
    return _some("Who looked in the last seven days", "looked", await trail.doings(viewer, since=since), since=since, roles=ROLE_TITLES)


async def _accounts(viewer: User, terminology: Terminology) -> Section | None:
    waiting_for = [user for user in await accounts.users() if user.waiting_for_password and not user.disabled]
    return _some("Waiting for a password", "accounts", waiting_for, roles=ROLE_TITLES)


Load = Callable[[User, Terminology], Awaitable[Section | None]]

# Permission, and the list for whoever has it, in the order of the page.
SECTIONS: tuple[tuple[str, Load], ...] = (
    ("worklist:read", _drafts),
    ("incident:investigate", _undecided),
    ("incident:investigate", _untold),
    ("incident:investigate", _to_look_at),
    ("investigation:record", _investigations),
    ("incident:investigate", _complaints),
    ("incident:investigate", _concerns),
    ("survey-comment:answer", _comments),
    ("referral:event", _answers),
    ("referral:consider", _again),
    ("check:record", _checks),
    ("share:record", _asked_for),
    ("case-review:read", _case_reviews),
    ("clock:read", _due_next),
    ("assessment:record", _assessments),
    ("contact-plan:read", _contacts),
    ("review:view", _meetings),
    ("referral:read", _news),
    ("incident:read", _happened),
    ("survey:import", _surveys),
    ("audit:read", _looked),
    ("user:read", _accounts),
)


async def sections(viewer: User, terminology: Terminology) -> list[Section]:
    """What there is to list for this viewer, in order."""
    loaded = [await load(viewer, terminology) for permission, load in SECTIONS if viewer.may(permission)]
    return [section for section in loaded if section is not None]
