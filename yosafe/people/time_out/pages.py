"""The pages about time out: who is out, and the forms of going and coming back."""

from collections.abc import Awaitable
from typing import Any, cast, get_args

from litestar import Controller, Response, get, post
from litestar.di import NamedDependency
from litestar.params import FromPath
from litestar.response import Redirect, Template

from yosafe import clock, words
from yosafe.accounts.viewer import User
from yosafe.db.filters import check, code_faults
from yosafe.forms.read import to_struct
from yosafe.lists.listed import EXPORT
from yosafe.people.access import get_young_person_for
from yosafe.people.queries import sites_of
from yosafe.people.questions import moment
from yosafe.people.record_pages import Form, change, put, take
from yosafe.people.tables import TimeOut, YoungPerson
from yosafe.reference.establishments import establishment
from yosafe.web import listing
from yosafe.web.kit import AnyRequest, Query, page, see_other

from . import access, actions, queries, questions, shown
from .queries import StateAsked, TimeOutFilter
from .schemas import ChangeTimeOut, EndTimeOut, StartTimeOut

STATES = {"out": "Out now", "overdue": "Overdue back", "ended": "Ended", "all": "All"}
START = Form(title="Record that they go out", section="placements", questions=questions.START, submit="Record that they went")


def _form(found: TimeOut, title: str, asked: Any, submit: str) -> Form:
    now = f"They came back on {words.instant(found.ended_at)}." if found.ended_at else f"Now: {found.place}, with {found.escort}."
    return Form(title=title, section="placements", questions=asked, submit=submit, version=found.version, now=now)


def _change(found: TimeOut) -> Form:
    return _form(found, "Change what is expected", questions.CHANGE, "Save the change")


def _return(found: TimeOut) -> Form:
    return _form(found, "Record that they came back", questions.RETURN, "Record that they came back")


class TimeOutPages(Controller):
    include_in_schema = False

    @get("/time-out", opt={"permission": "time-out:read"})
    async def everyone(self, request: AnyRequest, user: NamedDependency[User]) -> Template:
        query = request.query_params
        fields, values = await _filters(user), {"state": query.get("state") or "out"}
        view = await listing.shown(request, user, queries.TIMES_OUT, lambda: _wanted(query), address="/time-out", fields=fields, values=values)
        may_record = {code: access.can_record(user, code) for code in {one.establishment for one in view.found.items}}
        return page(
            "people/time_out/list.html", request, status=view.status, view=view, errors=view.errors, shown=shown, may_record=may_record
        )  # fmt: skip

    @get("/time-out/export", opt={"permission": EXPORT})
    async def export(self, request: AnyRequest, user: NamedDependency[User]) -> Response[bytes]:
        """The same list as a file."""
        return await listing.file_of(request, user, queries.TIMES_OUT, _wanted(request.query_params))

    @get("/children/{ref:str}/time-out/new", opt={"permission": "time-out:record"})
    async def start_form(self, request: AnyRequest, ref: FromPath[str], user: NamedDependency[User]) -> Template:
        await access.placement_to_leave(user, await get_young_person_for(user, ref))
        return await put(request, user, ref, START, values=questions.parts("left", clock.now()))

    @post("/children/{ref:str}/time-out/new", opt={"permission": "time-out:record"})
    async def start(self, request: AnyRequest, ref: FromPath[str], user: NamedDependency[User]) -> Template | Redirect:
        def record(child: YoungPerson, answers: dict[str, Any]) -> Awaitable[TimeOut]:
            facts: dict[str, Any] = {name: answers[name] for name in ("reason", "place", "escort", "note") if name in answers}
            left_at, expected_at = moment(answers["left_on"], answers["left_time"]), questions.expected(answers)
            new = to_struct(StartTimeOut, {**facts, "left_at": left_at, "expected_at": expected_at}, questions.START)
            return actions.start_time_out(by=user, young_person=child, new=new)

        return await take(request, user, ref, START, record, "out")

    @get("/children/{ref:str}/time-out/{time_out:int}/change", opt={"permission": "time-out:record"})
    async def change_form(self, request: AnyRequest, ref: FromPath[str], time_out: FromPath[int], user: NamedDependency[User]) -> Template:
        found = await access.get_time_out_for(user, ref, time_out)
        values = {"place": found.place, "escort": found.escort, **questions.parts("expected", found.expected_at)}
        return await put(request, user, ref, _change(found), values=values)

    @post("/children/{ref:str}/time-out/{time_out:int}/change", opt={"permission": "time-out:record"})
    async def change(self, request: AnyRequest, ref: FromPath[str], time_out: FromPath[int], user: NamedDependency[User]) -> Template | Redirect:
        found = await access.get_time_out_for(user, ref, time_out)

        def act(answers: dict[str, Any], version: int) -> Awaitable[TimeOut]:
            facts = {"place": answers["place"], "escort": answers["escort"], "expected_at": questions.expected(answers)}
            return actions.change_time_out(by=user, time_out=found, change=to_struct(ChangeTimeOut, facts, questions.CHANGE), version=version)

        return await change(request, user, ref, _change(found), act, "expected")

    @get("/children/{ref:str}/time-out/{time_out:int}/return", opt={"permission": "time-out:record"})
    async def return_form(self, request: AnyRequest, ref: FromPath[str], time_out: FromPath[int], user: NamedDependency[User]) -> Template:
        form = _return(await access.get_time_out_for(user, ref, time_out))
        return await put(request, user, ref, form, values=questions.parts("returned", clock.now()))

    @post("/children/{ref:str}/time-out/{time_out:int}/return", opt={"permission": "time-out:record"})
    async def came_back(self, request: AnyRequest, ref: FromPath[str], time_out: FromPath[int], user: NamedDependency[User]) -> Template | Redirect:
        """Where there is a concern, an incident is recorded next: the answer leads there."""
        found = await access.get_time_out_for(user, ref, time_out)
        worrying = False

        def act(answers: dict[str, Any], version: int) -> Awaitable[TimeOut]:
            nonlocal worrying
            facts = {"returned_at": moment(answers["returned_on"], answers["returned_time"]), "concern": answers["concern"]}
            ending = to_struct(EndTimeOut, {**facts, "note": answers.get("note")}, questions.RETURN)
            worrying = ending.concern
            return actions.end_time_out(by=user, time_out=found, ending=ending, version=version)

        answer = await change(request, user, ref, _return(found), act, "returned")
        if worrying and isinstance(answer, Redirect):
            return see_other(f"/children/{ref}/placements?done=returned-worrying")
        return answer


def _wanted(query: Query) -> TimeOutFilter:
    state = query.get("state") or "out"
    check(code_faults("state", [state], get_args(StateAsked)))
    return TimeOutFilter(state=cast("StateAsked", state), site=query.get("site", ""))


async def _filters(user: User) -> list[listing.Field | None]:
    """The questions of the filter panel."""
    sites = [{"value": code, "label": establishment(code).name} for code in await sites_of(user)]
    return [
        *listing.radios(state=("State", STATES)),
        {"name": "site", "kind": "select", "label": "Establishment", "options": sites} if len(sites) > 1 else None,
    ]
