"""Pages about referrals: the tracker, one referral with its time limits, a young person's referrals."""

from collections.abc import Mapping, Sequence
from typing import Any

from litestar import Controller, Response, get, post
from litestar.di import NamedDependency
from litestar.params import FromPath
from litestar.response import Redirect, Template

from yosafe import clock
from yosafe.accounts.viewer import User
from yosafe.db.filters import check, place_faults
from yosafe.errors import Conflict, FieldError, Invalid, Stale
from yosafe.forms.questions import Question
from yosafe.forms.read import asked, read
from yosafe.forms.structs import to_struct
from yosafe.lists.listed import EXPORT
from yosafe.people.access import get_young_person_for
from yosafe.people.document_pages import as_file
from yosafe.people.frame import frame
from yosafe.people.queries import open_record
from yosafe.people.time_limits.shown import worked_out
from yosafe.reference.codes import code_list
from yosafe.reference.establishments import establishment
from yosafe.reference.rule_sets import CONVENTION
from yosafe.settings import Terminology
from yosafe.web import listing
from yosafe.web.kit import AnyRequest, Query, page, posted, see_other, terminology

from . import access, actions, grounds, queries, shown
from . import words as told
from .asking import box_of, event_questions, to_record
from .case import case_of
from .child_words import for_child
from .document import EXPORT as EXPORT_ONE
from .document import referral_document
from .listed import sent_to
from .queries import Filter
from .record import open_referral
from .schemas import RecordEvent, ReferralOut
from .steps import levels_above
from .tables import Referral

READ = "referral:read"
DONE = {
    "event": "It was recorded. The status and the time limits follow from it.",
    "ended": "The end was recorded. It closed your duty towards this young person, so you no longer see the referral.",
    "considered": "The decision not to refer was recorded.",
}
CLOCKS = {
    "overdue": "Overdue",
    "soon": "Due within 2 working days",
    "later": "Due later",
    "met": "All met",
    "none": "Nothing runs",
}
STATUS = {Conflict: 409, Stale: 412}


class ReferralPages(Controller):
    include_in_schema = False

    @get("/referrals", opt={"permission": READ})
    async def tracker(self, request: AnyRequest, user: NamedDependency[User]) -> Template:
        query = request.query_params
        fields = await _filters(user, terminology(request))
        view = await listing.shown(request, user, queries.REFERRALS, lambda: _wanted(query), address="/referrals", fields=fields)
        return page(
            "referrals/tracker.html", request, status=view.status, view=view, errors=view.errors, cards=_cards(await queries.counts(user)),
            told=told, category=code_list("referral_category"), sent_to=sent_to, convention=CONVENTION, done=DONE.get(query.get("done", "")),
        )  # fmt: skip

    @get("/referrals/export", opt={"permission": EXPORT})
    async def export(self, request: AnyRequest, user: NamedDependency[User]) -> Response[bytes]:
        """The same list as a file."""
        return await listing.file_of(request, user, queries.REFERRALS, _wanted(request.query_params))

    @get("/referrals/{ref:str}", opt={"permission": READ})
    async def record(self, request: AnyRequest, ref: FromPath[str], user: NamedDependency[User]) -> Template:
        found = await open_referral(user, ref, terminology=terminology(request))
        return await _record(request, user, found, {"on": clock.today().isoformat(), "source": "was_there"}, ())

    @post("/referrals/{ref:str}/events", opt={"permission": "referral:event"})
    async def add_event(self, request: AnyRequest, ref: FromPath[str], user: NamedDependency[User]) -> Template | Redirect:
        referral, terms = await access.get_referral_for(user, ref), terminology(request)
        form = await posted(request)
        before = await open_referral(user, ref, terminology=terms)
        reading = read(await _questions(referral, before, terms), form, terminology=terms)
        try:
            actions.check_version(referral, _version(form))
            recorded = await actions.record_event(
                to_struct(RecordEvent, to_record(reading.checked())), by=user, referral=referral, version=referral.version
            )
        except Invalid as refusal:
            return await _record(request, user, before, reading.typed, _on_boxes(refusal, reading.answers.get("kind", "")), status=422)
        except (Conflict, Stale) as refusal:
            return await _record(request, user, before, reading.typed, [FieldError("", str(refusal))], status=STATUS[type(refusal)])
        if not await access.is_visible(user, referral.id):
            return see_other("/referrals?done=ended")
        return see_other(f"/referrals/{recorded.ref}?done=event")

    @get("/referrals/{ref:str}/sent", opt={"permission": access.SEND})
    async def sent(self, request: AnyRequest, ref: FromPath[str], user: NamedDependency[User]) -> Template:
        """What happens next, after sending."""
        found = await open_referral(user, ref, terminology=terminology(request))
        return await _page(
            "referrals/sent.html", request, user, found, convention=CONVENTION, recipients=await grounds.recipients(found.home_area, found.host_area)
        )

    @get("/referrals/{ref:str}/for-child", opt={"permission": READ})
    async def for_child(self, request: AnyRequest, ref: FromPath[str], user: NamedDependency[User]) -> Template:
        """In words for the young person: what came of it."""
        found = await open_referral(user, ref, terminology=terminology(request))
        return await _page("referrals/for_child.html", request, user, found, parts=for_child(found))

    @get("/referrals/{ref:str}/document", opt={"permission": EXPORT_ONE})
    async def document(self, request: AnyRequest, ref: FromPath[str], user: NamedDependency[User]) -> Response[bytes]:
        """The referral as a tagged PDF."""
        return as_file(await referral_document(user, ref, settings=request.app.state.settings))

    @get("/children/{ref:str}/referrals", opt={"permission": READ})
    async def of_child(self, request: AnyRequest, ref: FromPath[str], user: NamedDependency[User]) -> Template:
        terms = terminology(request)
        child = await open_record(user, ref, "referrals")
        return page(
            "referrals/child.html", request, **await frame(user, child, "referrals", terminology=terms),
            found=await queries.of_child(user, child.id, terminology=terms), told=told, category=code_list("referral_category"),
            can_refer=access.can_refer(user), convention=CONVENTION,
        )  # fmt: skip


async def _record(
    request: AnyRequest, user: User, found: ReferralOut, values: Mapping[str, Any], errors: Sequence[FieldError], *, status: int = 200
) -> Template:
    terms = terminology(request)
    referral = await access.get_referral_for(user, found.ref)
    questions = asked(await _questions(referral, found, terms), {}, on=clock.today(), terminology=terms) if found.may else ()
    return await _page(
        "referrals/record.html", request, user, found, status=status, questions=questions, values=values, errors=errors,
        standings=shown.standings(found, terms), came_of_it=shown.came_of_it(found, terms), history=shown.history(found.events, terms),
        worked_out={clock.id: worked_out(clock) for clock in found.clocks}, rests_on=shown.rests_on(found, terms),
        facts=shown.facts(found, terms), not_asked=code_list("not_asked_reason"), convention=CONVENTION,
        done=DONE.get(request.query_params.get("done", "")),
    )  # fmt: skip


async def _questions(referral: Referral, found: ReferralOut, terms: Terminology) -> tuple[Question, ...]:
    return event_questions(found.may, levels_above(await case_of(referral)), terms)


async def _page(name: str, request: AnyRequest, user: User, found: ReferralOut, *, status: int = 200, **context: Any) -> Template:
    """A page about one referral, with its young person around it."""
    child = await get_young_person_for(user, found.young_person)
    around = await frame(user, child, "referrals", terminology=terminology(request))
    return page(name, request, status=status, **around, referral=found, told=told, **context)


async def _filters(user: User, terms: Terminology) -> list[dict[str, Any] | None]:
    """The questions of the filter panel."""
    sites = _options({code: establishment(code).name for code in await queries.establishments_of(user)})
    stages = _options(code_list("referral_status").labels(terminology=terms), leave_out=("draft",))
    categories = _options(code_list("referral_category").labels(terminology=terms))
    return [
        {"name": "clock", "kind": "select", "label": "Time limits", "options": _options(CLOCKS)},
        {"name": "stage", "kind": "select", "label": "Stage", "options": stages},
        {"name": "category", "kind": "select", "label": "Category", "options": categories},
        {"name": "site", "kind": "select", "label": "Referred from", "options": sites} if len(sites) > 1 else None,
    ]


def _wanted(query: Query) -> Filter:
    check(place_faults("site", query.get("site")))
    return Filter(
        stages=tuple(value for value in query.getall("stage", []) if value), clock=query.get("clock", ""), category=query.get("category", ""),
        establishment=query.get("site", ""), child=query.get("child", ""),
    )  # fmt: skip


def _options(labels: Mapping[str, str], leave_out: Sequence[str] = ()) -> list[dict[str, str]]:
    return [{"value": value, "label": label} for value, label in labels.items() if value not in leave_out]


def _cards(counts: queries.Counts) -> list[dict[str, Any]]:
    """Live referrals by the time limit that runs out first; each card leads to its list."""
    return [
        {
            "number": counts.overdue,
            "text": "overdue",
            "href": "/referrals?clock=overdue",
            "note": "A time limit has passed",
            "alert": counts.overdue > 0,
        },
        {"number": counts.soon, "text": "due soon", "href": "/referrals?clock=soon", "note": "Today or within 2 working days"},
        {"number": counts.later, "text": "in time", "href": "/referrals?clock=later", "note": "The next limit is further off"},
        {"number": counts.none, "text": "nothing running", "href": "/referrals?clock=none", "note": "Open, with no time limit running"},
    ]


def _version(form: Mapping[str, Sequence[str]]) -> int:
    """The version that the page showed. Raises Stale for a form that holds none of ours."""
    text = next(iter(form.get("version", ())), "")
    if not (text.isascii() and text.isdigit() and len(text) < 10):
        raise Stale(actions.STALE)
    return int(text)


def _on_boxes(refusal: Invalid, kind: str) -> list[FieldError]:
    """Faults of an event on the boxes of its form."""
    return [FieldError(box_of(fault.key, kind), fault.message) for fault in refusal.errors]
