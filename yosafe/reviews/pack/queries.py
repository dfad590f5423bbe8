"""Putting a pack together for one reader: what they see, and no more."""

import datetime as dt
from collections.abc import Sequence

from msgspec.structs import replace

from yosafe import clock, words
from yosafe.accounts.viewer import User
from yosafe.db.engine import DB
from yosafe.db.paging import MOST
from yosafe.people.access import get_young_person_for
from yosafe.people.chronology import ChronologyEntry, Wanted, entries
from yosafe.people.chronology_document import hidden_names
from yosafe.people.hiding import Hidden
from yosafe.people.queries import overview
from yosafe.people.rules import age_on
from yosafe.people.tables import YoungPerson
from yosafe.reference.codes import code_list
from yosafe.reviews.access import get_case_for
from yosafe.reviews.meeting_queries import CaseOf, case_detail, last_decision, review_detail, review_ref
from yosafe.reviews.meeting_schemas import ActionOut, CaseDetail, ViewOut
from yosafe.reviews.schemas import FlagOut
from yosafe.reviews.tables import Review
from yosafe.reviews.tracker.queries import open_actions_of
from yosafe.settings import Terminology

from .schemas import PackCase, PackOut

WITHOUT_REVIEW = dt.timedelta(days=90)  # how far back the chronology goes where no review has decided before


async def pack(viewer: User, review: Review, *, terminology: Terminology) -> PackOut:
    """The pack of a review that the viewer was allowed to load: the cases in order, of those whom they see; each reading is recorded."""
    agenda = await review_detail(viewer, review, terminology=terminology)
    cases = [await _case(viewer, review_ref(review), one.number, terminology) for one in agenda.cases]
    listed = [replace(one, because=case.because) for one, case in zip(agenda.cases, cases, strict=True)]
    return PackOut(agenda=replace(agenda, cases=listed), cases=cases)


async def _case(viewer: User, reference: str, number: int, terminology: Terminology) -> PackCase:
    review, case = await get_case_for(viewer, reference, number)
    child = await get_young_person_for(viewer, case.young_person)
    detail = await case_detail(viewer, review, case, terminology=terminology)
    last = await last_decision(viewer, case)
    since = last.meets_on if last else review.meets_on - WITHOUT_REVIEW
    found = await entries(viewer, child.id, Wanted(since=since, order="oldest"), limit=MOST, terminology=terminology)
    hidden = await hidden_names(child.id)
    return PackCase(
        number=case.number,
        young_person=detail.case.young_person,
        name=detail.case.name,
        because=hidden.maybe(detail.case.because),
        summary=await _summary(child, terminology),
        flags=_flags(detail, hidden),
        since=since,
        entries=_entries(found.items, hidden),
        more=found.next is not None,
        actions=_actions(await open_actions_of(viewer, child.id), hidden),
        last=last,
        last_reason=hidden.maybe(await _reason(last)),
        views=_views(detail.views, hidden),
    )


async def _summary(child: YoungPerson, terminology: Terminology) -> list[tuple[str, str]]:
    """Who they are and where, in a few facts."""
    record = await overview(child)
    stay = record.placement
    held = f"{stay.establishment_name}, since {words.day(stay.arrived_at)}" if stay else "Not held now"
    miles = stay.distance_miles if stay else None
    care = code_list("care_status").label(record.care.status, terminology) if record.care else "Not recorded"
    return [
        ("Age", str(age_on(child.date_of_birth, clock.today()))),
        ("Held at", held),
        ("From home", words.plural(miles, "mile") if miles is not None else "Not known"),
        ("Care", care),
    ]


async def _reason(last: CaseOf | None) -> str | None:
    if last is None:
        return None
    query = "SELECT decision_reason FROM review_case WHERE review = $1 AND number = $2"
    reason: str | None = await DB.fetchval(query, int(last.review.removeprefix("RV-")), last.number)
    return reason


def _flags(detail: CaseDetail, hidden: Hidden) -> list[FlagOut]:
    return [replace(flag, sentence=hidden.text(flag.sentence)) for flag in detail.flags]


def _entries(found: Sequence[ChronologyEntry], hidden: Hidden) -> list[ChronologyEntry]:
    return [replace(one, title=hidden.text(one.title), text=hidden.maybe(one.text)) for one in found]


def _actions(found: Sequence[ActionOut], hidden: Hidden) -> list[ActionOut]:
    return [replace(one, what=hidden.text(one.what), cancel_reason=hidden.maybe(one.cancel_reason)) for one in found]


def _views(found: Sequence[ViewOut], hidden: Hidden) -> list[ViewOut]:
    return [replace(one, view=hidden.text(one.view)) for one in found]
