"""The pages about the papers of arrivals: the section of a young person's record, one paper, and the list of those that are missing."""

from typing import Any

from litestar import Controller, Response, get, post
from litestar.di import NamedDependency
from litestar.params import FromPath
from litestar.response import Redirect, Template

from yosafe import clock
from yosafe.accounts.viewer import User
from yosafe.errors import Conflict, FieldError, Invalid, Stale
from yosafe.forms.read import asked, read, to_struct
from yosafe.lists.listed import EXPORT
from yosafe.people.access import get_young_person_for, young_person_ref
from yosafe.people.frame import frame
from yosafe.people.queries import open_record
from yosafe.people.record_pages import STATUS, version_of
from yosafe.web import listing
from yosafe.web.kit import AnyRequest, page, posted, see_other, terminology

from . import access, actions, queries, questions, shown
from .queries import MissingFilter
from .schemas import AddPaper, FollowPaper

ASKED = {"any": "Any", "no": "Nobody was asked yet"}
DONE = {"added": "The paper was recorded", "asked": "That you asked was recorded", "came": "That it came was recorded",
        "not_coming": "That it will not come was recorded"}  # fmt: skip


class ArrivalPages(Controller):
    include_in_schema = False

    @get("/papers", opt={"permission": "paper:read"})
    async def missing(self, request: AnyRequest, user: NamedDependency[User]) -> Template:
        terms, values = terminology(request), {"asked": request.query_params.get("asked") or "any"}
        fields = listing.radios(asked=("Asked for", ASKED))
        view = await listing.shown(request, user, queries.MISSING, lambda: _wanted(request), address="/papers", fields=fields, values=values)
        rows = [shown.paper(one, terms) for one in view.found.items]
        return page("welfare/arrival/list.html", request, status=view.status, view=view, errors=view.errors, rows=rows)

    @get("/papers/export", opt={"permission": EXPORT})
    async def export(self, request: AnyRequest, user: NamedDependency[User]) -> Response[bytes]:
        """The same list as a file."""
        return await listing.file_of(request, user, queries.MISSING, _wanted(request))

    @get("/children/{ref:str}/arrival", opt={"permission": "paper:read"})
    async def of_child(self, request: AnyRequest, ref: FromPath[str], user: NamedDependency[User]) -> Template:
        child, terms = await open_record(user, ref, "arrival"), terminology(request)
        stays = [shown.arrival(one, terms) for one in await queries.arrivals_of(user, child.id)]
        return page(
            "welfare/arrival/section.html", request, **await frame(user, child, "arrival", terminology=terms), stays=stays,
            done=DONE.get(request.query_params.get("done", "")),
        )  # fmt: skip

    @get("/children/{ref:str}/arrival/new", opt={"permission": "paper:record"})
    async def add_form(self, request: AnyRequest, ref: FromPath[str], user: NamedDependency[User]) -> Template:
        return await _add(request, user, ref, {})

    @post("/children/{ref:str}/arrival/new", opt={"permission": "paper:record"})
    async def add(self, request: AnyRequest, ref: FromPath[str], user: NamedDependency[User]) -> Template | Redirect:
        child, form = await get_young_person_for(user, ref), questions.add(terminology(request))
        reading = read(form, await posted(request), terminology=terminology(request))
        try:
            await actions.add_paper(by=user, young_person=child, new=to_struct(AddPaper, reading.checked()))
        except (Invalid, Conflict) as refusal:
            return await _add(request, user, ref, reading.typed, refusal)
        return see_other(f"/children/{young_person_ref(child.id)}/arrival?done=added")

    @get("/papers/{ref:str}", opt={"permission": "paper:read"})
    async def show(self, request: AnyRequest, ref: FromPath[str], user: NamedDependency[User]) -> Template:
        return await _paper(request, user, ref, {"happened_on": clock.today().isoformat()})

    @post("/papers/{ref:str}", opt={"permission": "paper:record"})
    async def follow(self, request: AnyRequest, ref: FromPath[str], user: NamedDependency[User]) -> Template | Redirect:
        paper, sent = await access.get_paper_for(user, ref), await posted(request)
        reading = read(questions.FOLLOW, sent, terminology=terminology(request))
        try:
            step = to_struct(FollowPaper, reading.checked())
            await actions.follow_paper(by=user, paper=paper, step=step, version=version_of(sent))
        except (Invalid, Conflict, Stale) as refusal:
            return await _paper(request, user, ref, reading.typed, refusal)
        return see_other(f"/papers/{access.paper_ref(paper.id)}?done={step.kind}")


def _wanted(request: AnyRequest) -> MissingFilter:
    return MissingFilter(unasked=request.query_params.get("asked") == "no")


def _errors(refusal: Invalid | Conflict | Stale | None) -> list[FieldError]:
    if isinstance(refusal, Invalid):
        return list(refusal.errors)
    return [FieldError("", str(refusal))] if refusal else []


async def _add(request: AnyRequest, user: User, ref: str, values: Any, refusal: Invalid | Conflict | None = None) -> Template:
    terms = terminology(request)
    child = await open_record(user, ref, "arrival")
    return page(
        "welfare/arrival/new.html", request, status=STATUS[type(refusal)] if refusal else 200,
        **await frame(user, child, "arrival", terminology=terms),
        asked=asked(questions.add(terms), {}, on=clock.today(), terminology=terms), values=values, errors=_errors(refusal),
    )  # fmt: skip


async def _paper(request: AnyRequest, user: User, ref: str, values: Any, refusal: Invalid | Conflict | Stale | None = None) -> Template:
    """One paper, what happened about it, and the form that says what happened now."""
    terms = terminology(request)
    found = await queries.open_paper(user, ref)
    child = await get_young_person_for(user, found.young_person)
    return page(
        "welfare/arrival/paper.html", request, status=STATUS[type(refusal)] if refusal else 200,
        **await frame(user, child, "arrival", terminology=terms), one=shown.paper(found, terms), steps=shown.history(found.history),
        asked=asked(questions.FOLLOW, {}, on=clock.today(), terminology=terms), values=values, errors=_errors(refusal),
        done=DONE.get(request.query_params.get("done", "")),
    )  # fmt: skip
