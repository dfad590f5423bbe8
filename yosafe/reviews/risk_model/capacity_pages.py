"""Pages about how many the panels of establishments can see: what would follow is shown before it is set."""

from typing import Any

from litestar import Controller, get, post
from litestar.di import NamedDependency
from litestar.params import FromPath
from litestar.response import Redirect, Template

from yosafe.accounts.viewer import User
from yosafe.errors import Conflict, Invalid, Stale
from yosafe.forms.read import read, to_struct
from yosafe.models import report
from yosafe.web.kit import AnyRequest, page, posted, see_other, terminology

from . import actions, capacity_queries, queries, questions, shown
from .pages import STATUS, Refusal, faults, first, number_in
from .schemas import SetCapacity


class CapacityPages(Controller):
    path = "/risks/capacity"
    include_in_schema = False

    @get("/", opt={"permission": "capacity:read"})
    async def list_all(self, request: AnyRequest, user: NamedDependency[User]) -> Template:
        found = await capacity_queries.capacities(user)
        return page("reviews/model/capacities.html", request, found=found, standing=await queries.standing(user))

    @get("/{code:str}", opt={"permission": "capacity:read"})
    async def show(self, request: AnyRequest, code: FromPath[str], user: NamedDependency[User]) -> Template:
        """`a_week` in the address: what would follow from it."""
        typed = {"a_week": request.query_params.getall("a_week", [])}
        if not typed["a_week"]:
            return await _capacity(request, user, code)
        reading = read(questions.CAPACITY, typed, terminology=terminology(request))
        try:
            a_week = int(reading.checked()["a_week"])
            return await _capacity(request, user, code, reading.typed, a_week=a_week)
        except Invalid as refusal:
            return await _capacity(request, user, code, reading.typed, refusal)

    @post("/{code:str}", opt={"permission": "capacity:set"})
    async def set_it(self, request: AnyRequest, code: FromPath[str], user: NamedDependency[User]) -> Template | Redirect:
        sent = await posted(request)
        reading = read(questions.SET_CAPACITY, sent, terminology=terminology(request))
        a_week = number_in(sent, "a_week")
        try:
            new = to_struct(SetCapacity, {**reading.checked(), "a_week": a_week}, questions.SET_CAPACITY)
            await actions.set_capacity(by=user, establishment=code, new=new, steps=number_in(sent, "version"))
        except (Invalid, Conflict, Stale) as refusal:
            known = a_week if 0 < a_week <= 1000 and not isinstance(refusal, Conflict) else None
            return await _capacity(request, user, code, {**reading.typed, "a_week": first(sent, "a_week")}, refusal, a_week=known)
        return see_other(f"/risks/capacity/{code}?done=set")


async def _capacity(
    request: AnyRequest, user: User, code: str, values: Any = None, refusal: Refusal | None = None, *, a_week: int | None = None
) -> Template:
    found = await capacity_queries.capacity(user, code, a_week)
    return page(
        "reviews/model/capacity.html", request, status=STATUS[type(refusal)] if refusal else 200, panel=found.now, ahead=found.ahead, say=report,
        shown=shown, asked=questions.CAPACITY, reason=questions.SET_CAPACITY, can_set=user.may("capacity:set"),
        to_set=a_week if found.may_set else None,
        values=values or {"a_week": str(found.now.a_week or "")}, errors=faults(refusal),
        why_not=None if refusal else found.why_not, done=request.query_params.get("done") == "set",
    )  # fmt: skip
