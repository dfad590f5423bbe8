"""The papers of arrivals by API."""

from typing import Annotated

from litestar import Controller, Response, get, post
from litestar.di import NamedDependency
from litestar.params import FromPath, FromQuery, JSONBody

from yosafe.accounts.viewer import User
from yosafe.db.paging import Page, whole
from yosafe.people.access import get_young_person_for
from yosafe.people.queries import open_record
from yosafe.web.kit import AnyRequest, shown_if_stale, versioned
from yosafe.web.listing import answered, sort_parameter

from . import access, actions, queries
from .queries import MissingFilter
from .schemas import AddPaper, ArrivalOut, FollowPaper, PaperOut, PaperWithHistoryOut

SORT = sort_parameter("arrived", "paper", "ref", default="arrived")


class ArrivalApi(Controller):
    tags = ("arrival papers",)

    @get("/papers", opt={"permission": "paper:read"})
    async def missing(
        self,
        request: AnyRequest,
        user: NamedDependency[User],
        unasked: FromQuery[bool] = False,
        sort: Annotated[str | None, SORT] = None,
        after: FromQuery[str | None] = None,
        limit: FromQuery[int] = 50,
    ) -> Page[PaperOut]:
        """Papers that have not come, of young people who are held and whom you see, the longest missing first; `unasked`: nobody was asked yet."""
        return await answered(request, user, queries.MISSING, MissingFilter(unasked=unasked), sort=sort, after=after, limit=limit)

    @get("/young-people/{ref:str}/arrivals", opt={"permission": "paper:read"})
    async def of(self, ref: FromPath[str], user: NamedDependency[User]) -> Page[ArrivalOut]:
        """Each stay of a young person, the last first, with the papers that came and did not, and what was done on the first night."""
        return whole(await queries.arrivals_of(user, (await open_record(user, ref, "arrival")).id))

    @post("/young-people/{ref:str}/papers", opt={"permission": "paper:record"})
    async def add(self, ref: FromPath[str], data: JSONBody[AddPaper], user: NamedDependency[User]) -> Response[PaperWithHistoryOut]:
        """Says of one more paper whether it came. An arrival screen says so of all of them at once."""
        made = await actions.add_paper(by=user, young_person=await get_young_person_for(user, ref), new=data)
        return await _shown(access.paper_ref(made.id), user, status=201)

    @get("/papers/{ref:str}", opt={"permission": "paper:read"})
    async def show(self, ref: FromPath[str], user: NamedDependency[User]) -> Response[PaperWithHistoryOut]:
        return await _shown(ref, user)

    @post("/papers/{ref:str}/steps", opt={"permission": "paper:record"}, status_code=200)
    async def follow(
        self, ref: FromPath[str], data: JSONBody[FollowPaper], user: NamedDependency[User], version: NamedDependency[int]
    ) -> Response[PaperWithHistoryOut]:
        """Records who was asked for a missing paper, that it came, or that it will not."""
        paper = await access.get_paper_for(user, ref)
        async with shown_if_stale(lambda: _shown(ref, user)):
            await actions.follow_paper(by=user, paper=paper, step=data, version=version)
        return await _shown(ref, user)


async def _shown(ref: str, user: User, *, status: int = 200) -> Response[PaperWithHistoryOut]:
    paper = await queries.open_paper(user, ref)
    return versioned(paper, paper.version, status=status)
