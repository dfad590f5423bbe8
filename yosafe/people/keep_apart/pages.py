"""The pages about keeping apart: the list, one pair, the section of a young person's record, and the forms."""

from collections.abc import Mapping, Sequence
from typing import Any, Literal, cast, get_args
from urllib.parse import urlencode

from litestar import Controller, Response, get, post
from litestar.di import NamedDependency
from litestar.params import FromPath
from litestar.response import Redirect, Template

from yosafe import clock
from yosafe.accounts.viewer import User
from yosafe.db.filters import check, code_faults
from yosafe.errors import Conflict, FieldError, Invalid, Stale
from yosafe.forms.questions import Question
from yosafe.forms.read import asked, read, to_struct
from yosafe.lists.listed import EXPORT
from yosafe.people.access import get_young_person_for, young_person_ref
from yosafe.people.frame import frame
from yosafe.people.queries import open_record, sites_of
from yosafe.people.rules import full_name
from yosafe.people.subjects import subject_for, subject_ref
from yosafe.reference.codes import code_list
from yosafe.reference.establishments import establishment
from yosafe.web import listing
from yosafe.web.kit import AnyRequest, Query, page, posted, see_other, terminology

from . import access, actions, queries, questions, shown
from .queries import Choice, KeepApartFilter, StateAsked
from .schemas import EndKeepApart, ReviewKeepApart, StartKeepApart

Form = Mapping[str, list[str]]
STATES = {"open": "Open", "due": "To be reviewed", "ended": "Ended", "all": "All"}
DONE = {"started": "They are to be kept apart from now on", "reviewed": "The review was recorded", "ended": "Keeping them apart has ended"}
STATUS: dict[type[Exception], int] = {Invalid: 422, Conflict: 409, Stale: 412}


class KeepApartPages(Controller):
    include_in_schema = False

    @get("/keep-apart", opt={"permission": "keep-apart:read"})
    async def everyone(self, request: AnyRequest, user: NamedDependency[User]) -> Template:
        query = request.query_params
        fields, values = await _filters(user), {"state": query.get("state") or "open"}
        view = await listing.shown(request, user, queries.KEEP_APARTS, lambda: _wanted(query), address="/keep-apart", fields=fields, values=values)
        done = DONE.get(query.get("done", ""))
        return page("people/keep_apart/list.html", request, status=view.status, view=view, errors=view.errors, shown=shown, done=done)

    @get("/keep-apart/export", opt={"permission": EXPORT})
    async def export(self, request: AnyRequest, user: NamedDependency[User]) -> Response[bytes]:
        """The same list as a file."""
        return await listing.file_of(request, user, queries.KEEP_APARTS, _wanted(request.query_params))

    @get("/keep-apart/new", opt={"permission": "keep-apart:start"})
    async def start_form(self, request: AnyRequest, user: NamedDependency[User]) -> Template:
        """`child` in the address, once or more: who is chosen already; `incident`: that which led to it."""
        chosen = request.query_params.getall("child", [])[: len(questions.PEOPLE)]
        return await _start(request, user, dict(zip(questions.PEOPLE, chosen, strict=False)))

    @post("/keep-apart/new", opt={"permission": "keep-apart:start"})
    async def start(self, request: AnyRequest, user: NamedDependency[User]) -> Template | Redirect:
        reading = read(questions.start(await _choices(request, user)), await posted(request), terminology=terminology(request))
        try:
            answers = reading.checked()
            people = [answers.pop(name) for name in questions.PEOPLE if name in answers]
            facts = {**answers, "young_people": people, "incident": request.query_params.get("incident") or None}
            made = await actions.start_keep_apart(by=user, new=to_struct(StartKeepApart, facts))
        except (Invalid, Conflict) as refusal:
            return await _start(request, user, reading.typed, refusal)
        return see_other(f"/keep-apart/{access.keep_apart_ref(made[0].id)}?done=started")

    @get("/keep-apart/{ref:str}", opt={"permission": "keep-apart:read"})
    async def show(self, request: AnyRequest, ref: FromPath[str], user: NamedDependency[User]) -> Template:
        found = await access.get_keep_apart_for(user, ref)
        pair = await queries.whole_keep_apart(user, found)
        return page(
            "people/keep_apart/record.html", request, pair=pair, shown=shown, together=await queries.with_pair(user, pair),
            may_review=await access.can_review(user, found), may_end=await access.can_end(user, found),
            done=DONE.get(request.query_params.get("done", "")),
        )  # fmt: skip

    @get("/keep-apart/{ref:str}/review", opt={"permission": "keep-apart:review"})
    async def review_form(self, request: AnyRequest, ref: FromPath[str], user: NamedDependency[User]) -> Template:
        return await _step(request, user, ref, "review")

    @post("/keep-apart/{ref:str}/review", opt={"permission": "keep-apart:review"})
    async def review(self, request: AnyRequest, ref: FromPath[str], user: NamedDependency[User]) -> Template | Redirect:
        pair, sent = await access.get_keep_apart_for(user, ref), await posted(request)
        reading = read(questions.REVIEW, sent, terminology=terminology(request))
        try:
            review = to_struct(ReviewKeepApart, reading.checked(), questions.REVIEW)
            await actions.review_keep_apart(by=user, pair=pair, review=review, version=_version(sent))
        except (Invalid, Conflict, Stale) as refusal:
            return await _step(request, user, ref, "review", reading.typed, refusal)
        return see_other(f"/keep-apart/{ref}?done=reviewed")

    @get("/keep-apart/{ref:str}/end", opt={"permission": "keep-apart:end"})
    async def end_form(self, request: AnyRequest, ref: FromPath[str], user: NamedDependency[User]) -> Template:
        return await _step(request, user, ref, "end")

    @post("/keep-apart/{ref:str}/end", opt={"permission": "keep-apart:end"})
    async def end(self, request: AnyRequest, ref: FromPath[str], user: NamedDependency[User]) -> Template | Redirect:
        pair, sent = await access.get_keep_apart_for(user, ref), await posted(request)
        reading = read(questions.END, sent, terminology=terminology(request))
        try:
            ending = to_struct(EndKeepApart, reading.checked(), questions.END)
            await actions.end_keep_apart(by=user, pair=pair, ending=ending, version=_version(sent))
        except (Invalid, Conflict, Stale) as refusal:
            return await _step(request, user, ref, "end", reading.typed, refusal)
        return see_other(f"/keep-apart/{ref}?done=ended")

    @get("/children/{ref:str}/keep-apart", opt={"permission": "keep-apart:read"})
    async def of_child(self, request: AnyRequest, ref: FromPath[str], user: NamedDependency[User]) -> Template:
        child = await open_record(user, ref, "keep-apart")
        found = await queries.keep_apart_of(user, child.id)
        return page(
            "people/keep_apart/section.html", request, **await frame(user, child, "keep-apart", terminology=terminology(request)), shown=shown,
            open=[one for one in found if one.state == "open"], ended=[one for one in found if one.state == "ended"],
        )  # fmt: skip


def _wanted(query: Query) -> KeepApartFilter:
    state = query.get("state") or "open"
    check(code_faults("state", [state], get_args(StateAsked)))
    return KeepApartFilter(
        state=cast("StateAsked", state), site=query.get("site", ""), unit=query.get("unit", ""), restriction=query.get("restriction", "")
    )


async def _filters(user: User) -> list[listing.Field | None]:
    """The questions of the filter panel."""
    sites = [{"value": code, "label": establishment(code).name} for code in await sites_of(user)]
    restrictions = [{"value": code, "label": label} for code, label in code_list("keep_apart_restriction").labels().items()]
    return [
        *listing.radios(state=("State", STATES)),
        {"name": "restriction", "kind": "select", "label": "How far apart", "options": restrictions},
        {"name": "unit", "kind": "text", "label": "Unit", "width": 10},
        {"name": "site", "kind": "select", "label": "Establishment", "options": sites} if len(sites) > 1 else None,
    ]


async def _choices(request: AnyRequest, user: User) -> list[Choice]:
    """Everyone held where the user works, and those whom the address names: a young person who left lately can be among them. Raises NotFound for
    one whom the user can't see."""
    held = await queries.held_here(user)
    known = {one.ref for one in held}
    more = []
    for named in request.query_params.getall("child", [])[: len(questions.PEOPLE)]:
        child = await get_young_person_for(user, named)
        ref = young_person_ref(child.id)
        if ref not in known:
            known.add(ref)
            more.append(Choice(ref=ref, label=f"{full_name(child.family_name, child.given_names)} ({ref}), not held here"))
    return [*held, *more]


async def _start(request: AnyRequest, user: User, values: Any, refusal: Invalid | Conflict | None = None) -> Template:
    form = questions.start(await _choices(request, user))
    asked_from = request.query_params.get("incident") or None
    incident = subject_ref(actions.INCIDENT, await subject_for(user, actions.INCIDENT, asked_from)) if asked_from else None
    query = urlencode([(key, value) for key, value in request.query_params.items() if key in ("child", "incident")])
    return page(
        "people/keep_apart/new.html", request, status=STATUS[type(refusal)] if refusal else 200, asked=_put(request, form), values=values,
        errors=_faults(refusal), action=f"/keep-apart/new{f'?{query}' if query else ''}", incident=incident,
    )  # fmt: skip


_FORMS: dict[str, tuple[str, str, tuple[Question, ...]]] = {
    "review": ("Review keeping them apart", "Save the review", questions.REVIEW),
    "end": ("Stop keeping them apart", "Stop keeping them apart", questions.END),
}


async def _step(
    request: AnyRequest,
    user: User,
    ref: str,
    which: Literal["review", "end"],
    values: Any = None,
    refusal: Invalid | Conflict | Stale | None = None,
) -> Template:
    """A form about one pair. For who was too late it is that of the pair as it is now, which is shown above."""
    title, submit, form = _FORMS[which]
    pair = await queries.open_keep_apart(user, ref)
    return page(
        "people/keep_apart/step.html", request, status=STATUS[type(refusal)] if refusal else 200, pair=pair, shown=shown, title=title,
        submit_text=submit,
        asked=_put(request, form), values={"restriction": pair.restriction} if values is None else values, errors=_faults(refusal),
    )  # fmt: skip


def _put(request: AnyRequest, form: Sequence[Question]) -> tuple[Question, ...]:
    return asked(form, {}, on=clock.today(), terminology=terminology(request))


def _faults(refusal: Invalid | Conflict | Stale | None) -> list[FieldError]:
    """On the questions as they are asked."""
    if isinstance(refusal, Invalid):
        return [FieldError("person_2" if fault.key in ("young_people", "incident") else fault.key, fault.message) for fault in refusal.errors]
    return [FieldError("", str(refusal))] if refusal else []


def _version(form: Form) -> int:
    """The version that the form was made from; one that is no number was not made by us."""
    text = next(iter(form.get("version", [])), "")
    return int(text) if text.isascii() and text.isdigit() and len(text) < 10 else 0
