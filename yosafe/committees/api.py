"""Committees by API."""

from litestar import Controller, Response, get, post
from litestar.di import NamedDependency
from litestar.params import FromPath, JSONBody

from yosafe.accounts.viewer import User
from yosafe.db.paging import Page, whole
from yosafe.web.kit import shown_if_stale, versioned

from . import actions, queries
from .access import READ, RECORD, get_area, get_row
from .schemas import (
    ChangeProtocol,
    CommitteeListedOut,
    CommitteeOut,
    EndMember,
    NameMember,
    RecordMeeting,
    RecordProtocol,
    WithdrawMeeting,
)
from .tables import CommitteeMeeting, CommitteeMember, SharingProtocol


class CommitteesApi(Controller):
    path = "/committees"
    tags = ("committees",)

    @get("/", opt={"permission": READ})
    async def everywhere(self) -> Page[CommitteeListedOut]:
        """The committee of every area that takes part, with its vacancies and what is missing of the protocol of criterion 2.5; all at once."""
        return whole(await queries.committees())

    @get("/{area:str}", opt={"permission": READ})
    async def one(self, area: FromPath[str], user: NamedDependency[User]) -> CommitteeOut:
        """Members, vacancies, meetings, attendance and protocols of an area's committee."""
        return await queries.committee(user, get_area(area))

    @post("/{area:str}/members", opt={"permission": RECORD})
    async def name(self, area: FromPath[str], data: JSONBody[NameMember], user: NamedDependency[User]) -> Response[CommitteeOut]:
        """Someone sits on it for an agency. Refused with 403 to members of other committees."""
        await actions.name_member(by=user, area=get_area(area), new=data)
        return await _shown(user, area, status=201)

    @post("/{area:str}/members/{member:int}/end", opt={"permission": RECORD}, status_code=200)
    async def end(
        self, area: FromPath[str], member: FromPath[int], data: JSONBody[EndMember], user: NamedDependency[User], version: NamedDependency[int]
    ) -> Response[CommitteeOut]:
        found = await get_row(CommitteeMember, get_area(area), member)
        async with shown_if_stale(lambda: _shown(user, area, of=("member", member))):
            await actions.end_member(by=user, member=found, ending=data, version=version)
        return await _shown(user, area, of=("member", member))

    @post("/{area:str}/meetings", opt={"permission": RECORD})
    async def met(self, area: FromPath[str], data: JSONBody[RecordMeeting], user: NamedDependency[User]) -> Response[CommitteeOut]:
        """It met: who came, by agency. Each that had a seat on that day is spoken for."""
        await actions.record_meeting(by=user, area=get_area(area), new=data)
        return await _shown(user, area, status=201)

    @post("/{area:str}/meetings/{meeting:int}/withdraw", opt={"permission": RECORD}, status_code=200)
    async def withdraw(
        self, area: FromPath[str], meeting: FromPath[int], data: JSONBody[WithdrawMeeting], user: NamedDependency[User]
    ) -> Response[CommitteeOut]:
        """It was recorded in error."""
        await actions.withdraw_meeting(by=user, meeting=await get_row(CommitteeMeeting, get_area(area), meeting), withdrawal=data)
        return await _shown(user, area)

    @post("/{area:str}/protocols", opt={"permission": RECORD})
    async def sign(self, area: FromPath[str], data: JSONBody[RecordProtocol], user: NamedDependency[User]) -> Response[CommitteeOut]:
        await actions.record_protocol(by=user, area=get_area(area), new=data)
        return await _shown(user, area, status=201)

    @post("/{area:str}/protocols/{protocol:int}/change", opt={"permission": RECORD}, status_code=200)
    async def change(
        self, area: FromPath[str], protocol: FromPath[int], data: JSONBody[ChangeProtocol], user: NamedDependency[User], version: NamedDependency[int]
    ) -> Response[CommitteeOut]:
        """It was looked at again, or it ended."""
        found = await get_row(SharingProtocol, get_area(area), protocol)
        async with shown_if_stale(lambda: _shown(user, area, of=("protocol", protocol))):
            await actions.change_protocol(by=user, protocol=found, change=data, version=version)
        return await _shown(user, area, of=("protocol", protocol))


async def _shown(user: User, area: str, *, status: int = 200, of: tuple[str, int] | None = None) -> Response[CommitteeOut]:
    """The committee as it is now, with the version of the member or protocol that was changed."""
    now = await queries.committee(user, get_area(area))
    if of is None:
        return Response(now, status_code=status)
    rows = [*now.members, *now.former] if of[0] == "member" else now.protocols
    return versioned(now, next(row.version for row in rows if row.id == of[1]), status=status)
