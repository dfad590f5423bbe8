"""Keeping apart by API."""

from typing import Annotated

from litestar import Controller, Response, get, post
from litestar.di import NamedDependency
from litestar.params import FromPath, FromQuery, JSONBody, QueryParameter

from yosafe.accounts.viewer import User
from yosafe.db.paging import Page, whole
from yosafe.people.queries import open_record
from yosafe.web.kit import AnyRequest, shown_if_stale, versioned
from yosafe.web.listing import answered, sort_parameter

from . import access, actions, queries
from .queries import KeepApartFilter, StateAsked
from .schemas import EndKeepApart, KeepApartOut, KeepApartWithHistoryOut, ReviewKeepApart, StartKeepApart

SORT = sort_parameter("review", "restriction", "reason", "ref", default="review, or -review of those that ended")


class KeepApartApi(Controller):
    tags = ("keep-apart",)

    @get("/keep-apart", opt={"permission": "keep-apart:read"})
    async def found(
        self,
        request: AnyRequest,
        user: NamedDependency[User],
        wanted: Annotated[StateAsked, QueryParameter(name="state")] = "open",
        site: FromQuery[str] = "",
        unit: FromQuery[str] = "",
        restriction: FromQuery[str] = "",
        sort: Annotated[str | None, SORT] = None,
        after: FromQuery[str | None] = None,
        limit: FromQuery[int] = 50,
    ) -> Page[KeepApartOut]:
        """Pairs of whom you see one: `open` by the day of their review, `due` to be reviewed, `ended`, or `all`. `site` and `unit`: where one of the
        two is held now."""
        filters = KeepApartFilter(state=wanted, site=site, unit=unit, restriction=restriction)
        return await answered(request, user, queries.KEEP_APARTS, filters, sort=sort, after=after, limit=limit)

    @post("/keep-apart", opt={"permission": "keep-apart:start"})
    async def start(self, data: JSONBody[StartKeepApart], user: NamedDependency[User]) -> Page[KeepApartOut]:
        """Keep two young people apart, or each of a small group from each: one pair each, with the same `group`. Refused with 409 where two of them
        are kept apart already."""
        made = await actions.start_keep_apart(by=user, new=data)
        return whole([await queries.whole_keep_apart(user, pair) for pair in made])

    @get("/keep-apart/{ref:str}", opt={"permission": "keep-apart:read"})
    async def show(self, ref: FromPath[str], user: NamedDependency[User]) -> Response[KeepApartWithHistoryOut]:
        return await _shown(ref, user)

    @post("/keep-apart/{ref:str}/review", opt={"permission": "keep-apart:review"}, status_code=200)
    async def review(
        self, ref: FromPath[str], data: JSONBody[ReviewKeepApart], user: NamedDependency[User], version: NamedDependency[int]
    ) -> Response[KeepApartWithHistoryOut]:
        """The restriction and the next review from now on. What held before stays in the history."""
        pair = await access.get_keep_apart_for(user, ref)
        async with shown_if_stale(lambda: _shown(ref, user)):
            await actions.review_keep_apart(by=user, pair=pair, review=data, version=version)
        return await _shown(ref, user)

    @post("/keep-apart/{ref:str}/end", opt={"permission": "keep-apart:end"}, status_code=200)
    async def end(
        self, ref: FromPath[str], data: JSONBody[EndKeepApart], user: NamedDependency[User], version: NamedDependency[int]
    ) -> Response[KeepApartWithHistoryOut]:
        pair = await access.get_keep_apart_for(user, ref)
        async with shown_if_stale(lambda: _shown(ref, user)):
            await actions.end_keep_apart(by=user, pair=pair, ending=data, version=version)
        return await _shown(ref, user)

    @get("/young-people/{ref:str}/keep-apart", opt={"permission": "keep-apart:read"})
    async def of(self, ref: FromPath[str], user: NamedDependency[User]) -> Page[KeepApartOut]:
        """Everyone whom one young person is or was kept apart from, open ones first, all at once."""
        young_person = await open_record(user, ref, "keep-apart")
        return whole(await queries.keep_apart_of(user, young_person.id))


async def _shown(ref: str, user: User) -> Response[KeepApartWithHistoryOut]:
    """The pair as it is now, noted as read."""
    now = await queries.open_keep_apart(user, ref)
    return versioned(now, now.version)
