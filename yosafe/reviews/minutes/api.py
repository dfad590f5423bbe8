"""Minutes of joint reviews by API."""

from litestar import Controller, Response, get, post
from litestar.di import NamedDependency
from litestar.params import FromPath, JSONBody

from yosafe.accounts.viewer import User
from yosafe.people.chronology_document import Document
from yosafe.people.document_pages import as_file
from yosafe.reviews.access import get_case_for, get_review_for
from yosafe.reviews.meeting_queries import case_detail
from yosafe.reviews.meeting_schemas import CaseDetail
from yosafe.web.kit import AnyRequest, shown_if_stale, terminology, versioned

from . import actions, queries
from .document import EXPORT, minutes_document
from .schemas import AddAddendum, LockMinutes, MinutesOut, PutOff


class MinutesApi(Controller):
    path = "/reviews/{ref:str}"
    tags = ("reviews",)

    @get("/minutes", opt={"permission": "review:read"})
    async def minutes(self, request: AnyRequest, ref: FromPath[str], user: NamedDependency[User]) -> Response[MinutesOut]:
        """The minutes, with the cases that you may see: as they were locked, or as they would be now."""
        return await _minutes(request, user, ref)

    @get("/minutes/document", opt={"permission": EXPORT}, media_type="application/pdf")
    async def document(self, request: AnyRequest, ref: FromPath[str], user: NamedDependency[User]) -> Response[bytes]:
        """The same as a tagged PDF, without the names of other young people. Each download is recorded."""
        made: Document = await minutes_document(user, await get_review_for(user, ref), settings=request.app.state.settings)
        return as_file(made)

    @post("/lock", opt={"permission": "review:decide"})
    async def lock(
        self, request: AnyRequest, ref: FromPath[str], data: JSONBody[LockMinutes], user: NamedDependency[User], version: NamedDependency[int]
    ) -> Response[MinutesOut]:
        """Keep the minutes for good, once every case is decided or put off. Later there are addenda only."""
        review = await get_review_for(user, ref)
        async with shown_if_stale(lambda: _minutes(request, user, ref)):
            await actions.lock_minutes(by=user, review=review, version=version, new=data)
        return await _minutes(request, user, ref, status=201)

    @post("/addenda", opt={"permission": "review:view"})
    async def add(self, request: AnyRequest, ref: FromPath[str], data: JSONBody[AddAddendum], user: NamedDependency[User]) -> Response[MinutesOut]:
        """What has come up since the minutes were locked: about a case, or (for those who run the review) about the meeting."""
        review = await get_review_for(user, ref)
        case = (await get_case_for(user, ref, data.case))[1] if data.case else None
        await actions.add_addendum(by=user, review=review, case=case, text=data.text)
        return await _minutes(request, user, ref, status=201)

    @post("/cases/{number:int}/put-off", opt={"permission": "review:decide"})
    async def put_off(
        self,
        request: AnyRequest,
        ref: FromPath[str],
        number: FromPath[int],
        data: JSONBody[PutOff],
        user: NamedDependency[User],
        version: NamedDependency[int],
    ) -> Response[CaseDetail]:
        """Leave a case for the next review, with the reason."""
        review, case = await get_case_for(user, ref, number)
        async with shown_if_stale(lambda: _case(request, user, ref, number)):
            await actions.put_off_case(by=user, review=review, case=case, version=version, new=data)
        return await _case(request, user, ref, number, status=201)


async def _minutes(request: AnyRequest, user: User, ref: str, *, status: int = 200) -> Response[MinutesOut]:
    found = await queries.minutes(user, await get_review_for(user, ref), terminology=terminology(request))
    return versioned(found, found.review.version, status=status)


async def _case(request: AnyRequest, user: User, ref: str, number: int, *, status: int = 200) -> Response[CaseDetail]:
    detail = await case_detail(user, *await get_case_for(user, ref, number), terminology=terminology(request))
    return versioned(detail, detail.version, status=status)
