"""The pages about checks: the list, and the forms of asking and of the answer. Those of one young person stand on their page about sharing."""

from collections.abc import Awaitable
from typing import Any, cast, get_args

from litestar import Controller, Response, get, post
from litestar.di import NamedDependency
from litestar.params import FromPath
from litestar.response import Redirect, Template

from yosafe import clock
from yosafe.accounts.permissions import AgencyKind
from yosafe.accounts.viewer import User
from yosafe.db.filters import check as check_filters
from yosafe.db.filters import code_faults
from yosafe.forms.read import to_struct
from yosafe.lists.listed import EXPORT
from yosafe.people.access import get_young_person_for
from yosafe.people.record_pages import Form, change, put, take
from yosafe.people.tables import YoungPerson
from yosafe.sharing.tables import RegisterCheck
from yosafe.web import listing
from yosafe.web.kit import AnyRequest, Query, page

from . import access, actions, queries, questions, shown
from .access import READ, RECORD
from .queries import CheckFilter, StateAsked
from .schemas import AnswerCheck, AskCheck

STATES = {"waiting": "No answer yet", "answered": "Answered", "all": "All"}
ASK = Form(title="Record a check", section="sharing", questions=questions.ASK, submit="Record the check")


def _answer(found: RegisterCheck) -> Form:
    now = "It was answered meanwhile: the page about sharing shows how." if found.answer else "It waits for an answer."
    return Form(title="Record the answer", section="sharing", questions=questions.ANSWER, submit="Record the answer", version=found.version, now=now)


class CheckPages(Controller):
    include_in_schema = False

    @get("/checks", opt={"permission": READ})
    async def everyone(self, request: AnyRequest, user: NamedDependency[User]) -> Template:
        query = request.query_params
        fields, values = _filters(user), {"state": query.get("state") or "waiting", "whose": query.get("whose") or "all"}
        view = await listing.shown(request, user, queries.CHECKS, lambda: _wanted(query), address="/checks", fields=fields, values=values)
        return page("sharing/checks.html", request, status=view.status, view=view, errors=view.errors, shown=shown)

    @get("/checks/export", opt={"permission": EXPORT})
    async def export(self, request: AnyRequest, user: NamedDependency[User]) -> Response[bytes]:
        """The same list as a file."""
        return await listing.file_of(request, user, queries.CHECKS, _wanted(request.query_params))

    @get("/children/{ref:str}/checks/new", opt={"permission": RECORD})
    async def ask_form(self, request: AnyRequest, ref: FromPath[str], user: NamedDependency[User]) -> Template:
        child = await get_young_person_for(user, ref)
        values = questions.usual(user, child.home_area) | {"asked_on": clock.today().isoformat()}
        return await put(request, user, ref, ASK, values=values)

    @post("/children/{ref:str}/checks/new", opt={"permission": RECORD})
    async def ask(self, request: AnyRequest, ref: FromPath[str], user: NamedDependency[User]) -> Template | Redirect:
        def record(child: YoungPerson, answers: dict[str, Any]) -> Awaitable[RegisterCheck]:
            return actions.ask_check(by=user, young_person=child, new=to_struct(AskCheck, answers, questions.ASK))

        return await take(request, user, ref, ASK, record, "asked")

    @get("/children/{ref:str}/checks/{check:int}/answer", opt={"permission": RECORD})
    async def answer_form(self, request: AnyRequest, ref: FromPath[str], check: FromPath[int], user: NamedDependency[User]) -> Template:
        form = _answer(await access.get_check_for(user, ref, check))
        return await put(request, user, ref, form, values={"answered_on": clock.today().isoformat()})

    @post("/children/{ref:str}/checks/{check:int}/answer", opt={"permission": RECORD})
    async def answer(self, request: AnyRequest, ref: FromPath[str], check: FromPath[int], user: NamedDependency[User]) -> Template | Redirect:
        found = await access.get_check_for(user, ref, check)

        def act(answers: dict[str, Any], version: int) -> Awaitable[RegisterCheck]:
            return actions.answer_check(by=user, check=found, answer=to_struct(AnswerCheck, answers, questions.ANSWER), version=version)

        return await change(request, user, ref, _answer(found), act, "answered")


def _wanted(query: Query) -> CheckFilter:
    state, whose = query.get("state") or "waiting", query.get("whose") or "all"
    check_filters([*code_faults("state", [state], get_args(StateAsked)), *code_faults("whose", [whose], ["all", "ours"])])
    return CheckFilter(state=cast("StateAsked", state), ours=whose == "ours")


def _filters(user: User) -> list[listing.Field | None]:
    """The questions of the filter panel."""
    whose = {"all": "All that you may read", "ours": "Asked of your authority"}
    authority = user.agency_kind is AgencyKind.SOCIAL_SERVICES
    return [*listing.radios(state=("State", STATES)), *(listing.radios(whose=("Of whom", whose)) if authority else ())]
