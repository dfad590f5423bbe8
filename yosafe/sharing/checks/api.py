"""Checks by API."""

from typing import Annotated

from litestar import Controller, Response, get, post
from litestar.di import NamedDependency
from litestar.params import FromPath, FromQuery, JSONBody, QueryParameter

from yosafe.accounts.viewer import User
from yosafe.db.paging import Page
from yosafe.people.access import get_young_person_for
from yosafe.people.queries import open_record
from yosafe.web.kit import AnyRequest, shown_if_stale, versioned
from yosafe.web.listing import answered, sort_parameter

from . import access, actions, queries
from .access import READ, RECORD
from .queries import CheckFilter, StateAsked
from .schemas import AnswerCheck, AskCheck, CheckOut, ChecksOfOut

SORT = sort_parameter("asked", "name", "authority", "answer", default="-asked")


class ChecksApi(Controller):
    tags = ("checks",)

    @get("/checks", opt={"permission": READ})
    async def found(
        self,
        request: AnyRequest,
        user: NamedDependency[User],
        wanted: Annotated[StateAsked, QueryParameter(name="state")] = "waiting",
        ours: FromQuery[bool] = False,
        sort: Annotated[str | None, SORT] = None,
        after: FromQuery[str | None] = None,
        limit: FromQuery[int] = 50,
    ) -> Page[CheckOut]:
        """Checks that your agency recorded or, of social workers, that were asked of your authority (`ours`): those that wait for an answer first."""
        return await answered(request, user, queries.CHECKS, CheckFilter(state=wanted, ours=ours), sort=sort, after=after, limit=limit)

    @get("/young-people/{ref:str}/checks", opt={"permission": READ})
    async def of(self, ref: FromPath[str], user: NamedDependency[User]) -> ChecksOfOut:
        """Newest first, all at once; of other agencies' only how many there were lately."""
        return await queries.checks_of(user, (await open_record(user, ref, "sharing")).id)

    @post("/young-people/{ref:str}/checks", opt={"permission": RECORD})
    async def ask(self, ref: FromPath[str], data: JSONBody[AskCheck], user: NamedDependency[User]) -> Response[CheckOut]:
        """An authority was asked about the young person."""
        made = await actions.ask_check(by=user, young_person=await get_young_person_for(user, ref), new=data)
        return await _shown(user, made.id, status=201)

    @post("/young-people/{ref:str}/checks/{check:int}/answer", opt={"permission": RECORD}, status_code=200)
    async def answer(
        self, ref: FromPath[str], check: FromPath[int], data: JSONBody[AnswerCheck], user: NamedDependency[User], version: NamedDependency[int]
    ) -> Response[CheckOut]:
        """What was answered, once."""
        found = await access.get_check_for(user, ref, check)
        async with shown_if_stale(lambda: _now(user, ref, check)):
            await actions.answer_check(by=user, check=found, answer=data, version=version)
        return await _shown(user, check)


async def _shown(user: User, number: int, *, status: int = 200) -> Response[CheckOut]:
    now = await queries.check_out(user, number)
    return versioned(now, now.version, status=status)


async def _now(user: User, ref: str, number: int) -> Response[CheckOut]:
    """As it is now, noted as read."""
    await open_record(user, ref, "sharing")
    return await _shown(user, number)
