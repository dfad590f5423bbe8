"""Sharing by API."""

from typing import Annotated

from litestar import Controller, Response, get, post
from litestar.di import NamedDependency
from litestar.params import FromPath, FromQuery, JSONBody, QueryParameter

from yosafe.accounts.viewer import User
from yosafe.db.paging import Page, whole
from yosafe.people.access import get_young_person_for
from yosafe.people.queries import open_record
from yosafe.web.kit import AnyRequest, shown_if_stale, versioned
from yosafe.web.listing import answered, sort_parameter

from . import access, actions, queries
from .access import READ, RECORD
from .queries import ShareFilter, StateAsked
from .schemas import AnswerShare, RecordShare, ShareOut

SORT = sort_parameter("due", "recorded", "name", "party", "state", default="due")


class SharesApi(Controller):
    tags = ("sharing",)

    @get("/shares", opt={"permission": READ})
    async def found(
        self,
        request: AnyRequest,
        user: NamedDependency[User],
        wanted: Annotated[StateAsked, QueryParameter(name="state")] = "asked",
        sort: Annotated[str | None, SORT] = None,
        after: FromQuery[str | None] = None,
        limit: FromQuery[int] = 50,
    ) -> Page[ShareOut]:
        """What your agency was asked for (`asked`, `overdue`), shared or withheld; what is to be answered first comes first."""
        return await answered(request, user, queries.SHARES, ShareFilter(state=wanted), sort=sort, after=after, limit=limit)

    @get("/young-people/{ref:str}/shares", opt={"permission": READ})
    async def of(self, ref: FromPath[str], user: NamedDependency[User]) -> Page[ShareOut]:
        """The latest first, all at once; of what other agencies shared, without the words."""
        return whole(await queries.shares_of(user, (await open_record(user, ref, "sharing")).id))

    @post("/young-people/{ref:str}/shares", opt={"permission": RECORD})
    async def record(self, ref: FromPath[str], data: JSONBody[RecordShare], user: NamedDependency[User]) -> Response[ShareOut]:
        """Information was asked for, shared or withheld."""
        made = await actions.record_share(by=user, young_person=await get_young_person_for(user, ref), new=data)
        return await _shown(user, made.id, status=201)

    @post("/young-people/{ref:str}/shares/{share:int}/answer", opt={"permission": RECORD}, status_code=200)
    async def answer(
        self, ref: FromPath[str], share: FromPath[int], data: JSONBody[AnswerShare], user: NamedDependency[User], version: NamedDependency[int]
    ) -> Response[ShareOut]:
        """What became of what was asked for, once."""
        found = await access.get_share_for(user, ref, share)
        async with shown_if_stale(lambda: _now(user, ref, share)):
            await actions.answer_share(by=user, share=found, answer=data, version=version)
        return await _shown(user, share)


async def _shown(user: User, number: int, *, status: int = 200) -> Response[ShareOut]:
    now = await queries.share_out(user, number)
    return versioned(now, now.version, status=status)


async def _now(user: User, ref: str, number: int) -> Response[ShareOut]:
    """As it is now, noted as read."""
    await open_record(user, ref, "sharing")
    return await _shown(user, number)
