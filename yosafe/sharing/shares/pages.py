"""The pages about sharing: the list, and the forms. What was shared about one young person stands on their page about sharing."""

from collections.abc import Awaitable
from typing import Any, cast, get_args

from litestar import Controller, Response, get, post
from litestar.di import NamedDependency
from litestar.params import FromPath
from litestar.response import Redirect, Template

from yosafe import clock
from yosafe.accounts.viewer import User
from yosafe.db.filters import check, code_faults
from yosafe.forms.read import to_struct
from yosafe.lists.listed import EXPORT
from yosafe.people.access import get_young_person_for
from yosafe.people.record_pages import Form, change, put, take
from yosafe.people.tables import YoungPerson
from yosafe.reference.establishments import establishment
from yosafe.sharing.tables import InformationShare
from yosafe.web import listing
from yosafe.web.kit import AnyRequest, Query, page

from . import access, actions, queries, questions, shown
from .access import READ, RECORD
from .queries import ShareFilter, StateAsked, protocols_for
from .schemas import AnswerShare, RecordShare

STATES = {"asked": "To be answered", "overdue": "Answer overdue", "shared": "Shared", "withheld": "Withheld", "all": "All"}


async def _protocols(user: User, child: YoungPerson) -> list[tuple[str, str, str]]:
    """Those in force where home is and where the user works."""
    own = user.area or (establishment(user.establishment).area if user.establishment else None)
    return await protocols_for(list(dict.fromkeys(code for code in (child.home_area, own) if code)))


async def _record(user: User, ref: str) -> Form:
    protocols = await _protocols(user, await get_young_person_for(user, ref))
    asked = questions.record(protocols)
    return Form(title="Record what was shared, withheld or asked for", section="sharing", questions=asked, submit="Record it")


async def _answer(user: User, ref: str, number: int) -> tuple[Form, InformationShare]:
    found = await access.get_share_for(user, ref, number)
    asked = questions.answer(await _protocols(user, await get_young_person_for(user, ref)))
    now = "It was answered meanwhile: the page about sharing shows how." if found.outcome else "It waits for an answer."
    return Form(title="Record what became of it", section="sharing", questions=asked, submit="Record it", version=found.version, now=now), found


class SharePages(Controller):
    include_in_schema = False

    @get("/shares", opt={"permission": READ})
    async def everyone(self, request: AnyRequest, user: NamedDependency[User]) -> Template:
        query = request.query_params
        fields, values = listing.radios(state=("State", STATES)), {"state": query.get("state") or "asked"}
        view = await listing.shown(request, user, queries.SHARES, lambda: _wanted(query), address="/shares", fields=fields, values=values)
        return page("sharing/shares.html", request, status=view.status, view=view, errors=view.errors, shown=shown)

    @get("/shares/export", opt={"permission": EXPORT})
    async def export(self, request: AnyRequest, user: NamedDependency[User]) -> Response[bytes]:
        """The same list as a file."""
        return await listing.file_of(request, user, queries.SHARES, _wanted(request.query_params))

    @get("/children/{ref:str}/shares/new", opt={"permission": RECORD})
    async def record_form(self, request: AnyRequest, ref: FromPath[str], user: NamedDependency[User]) -> Template:
        return await put(request, user, ref, await _record(user, ref), values={"on": clock.today().isoformat()})

    @post("/children/{ref:str}/shares/new", opt={"permission": RECORD})
    async def record(self, request: AnyRequest, ref: FromPath[str], user: NamedDependency[User]) -> Template | Redirect:
        form = await _record(user, ref)

        def act(child: YoungPerson, answers: dict[str, Any]) -> Awaitable[InformationShare]:
            return actions.record_share(by=user, young_person=child, new=to_struct(RecordShare, answers, form.questions))

        return await take(request, user, ref, form, act, "shared")

    @get("/children/{ref:str}/shares/{share:int}/answer", opt={"permission": RECORD})
    async def answer_form(self, request: AnyRequest, ref: FromPath[str], share: FromPath[int], user: NamedDependency[User]) -> Template:
        form, _ = await _answer(user, ref, share)
        return await put(request, user, ref, form, values={"on": clock.today().isoformat()})

    @post("/children/{ref:str}/shares/{share:int}/answer", opt={"permission": RECORD})
    async def answer(self, request: AnyRequest, ref: FromPath[str], share: FromPath[int], user: NamedDependency[User]) -> Template | Redirect:
        form, found = await _answer(user, ref, share)

        def act(answers: dict[str, Any], version: int) -> Awaitable[InformationShare]:
            return actions.answer_share(by=user, share=found, answer=to_struct(AnswerShare, answers, form.questions), version=version)

        return await change(request, user, ref, form, act, "settled")


def _wanted(query: Query) -> ShareFilter:
    state = query.get("state") or "asked"
    check(code_faults("state", [state], get_args(StateAsked)))
    return ShareFilter(state=cast("StateAsked", state))
