"""Requests for what is kept about a young person, by API."""

from typing import Annotated, Literal

from litestar import Controller, Response, get, post
from litestar.di import NamedDependency
from litestar.params import FromPath, FromQuery, JSONBody, QueryParameter

from yosafe.accounts.viewer import User
from yosafe.db.paging import Page, whole
from yosafe.subject_access.access import EXPORT, get_young_person_to_answer
from yosafe.web.confirmed import takes_out
from yosafe.web.kit import AnyRequest, shown_if_stale, versioned
from yosafe.web.listing import answered, sort_parameter

from . import access, actions, queries
from .queries import RequestFilter
from .schemas import Answer, Decide, Extend, HeldBack, Identity, NewRequest, RequestOut, RequestsAsked

Form = Literal["pdf", "json"]
MEDIA_TYPES: dict[Form, str] = {"pdf": "application/pdf", "json": "application/json"}


class SubjectRequestsApi(Controller):
    path = "/subject-requests"
    tags = ("subject access",)

    @get("/", opt={"permission": access.RECORD})
    async def found(
        self,
        request: AnyRequest,
        user: NamedDependency[User],
        wanted: Annotated[RequestsAsked, QueryParameter(name="state")] = "open",
        sort: Annotated[str | None, sort_parameter("received", "due", default="due of those that are open, else -received")] = None,
        after: FromQuery[str | None] = None,
        limit: FromQuery[int] = 50,
    ) -> Page[RequestOut]:
        """Requests that your agency was asked: `open`, `answered` or `all`."""
        return await answered(request, user, queries.REQUESTS, RequestFilter(state=wanted), sort=sort, after=after, limit=limit)

    @post("/", opt={"permission": access.RECORD})
    async def record(self, data: JSONBody[NewRequest], user: NamedDependency[User]) -> Response[RequestOut]:
        """Record that someone asked for what is kept about a young person for whom your agency answers. The month of the law counts from then."""
        made = await actions.record_request(by=user, young_person=await get_young_person_to_answer(user, data.young_person), new=data)
        return versioned(await queries.one_request(made.id), made.version, status=201)

    @get("/{ref:str}", opt={"permission": access.RECORD})
    async def show(self, ref: FromPath[str], user: NamedDependency[User]) -> Response[RequestOut]:
        return await _shown(user, ref)

    @get("/{ref:str}/held-back", opt={"permission": access.RECORD})
    async def held_back(self, ref: FromPath[str], user: NamedDependency[User]) -> Page[HeldBack]:
        """What would be held back if the files were made now, each with its reason, without what it says."""
        return whole(await queries.held_back(user, await access.get_request_for(user, ref)))

    @get("/{ref:str}/file", opt=takes_out(EXPORT), media_type="application/octet-stream")
    async def file(self, request: AnyRequest, ref: FromPath[str], user: NamedDependency[User], form: FromQuery[Form] = "json") -> Response[bytes]:
        """What is kept, as a tagged PDF or as JSON, with what was decided. 404 while nobody knows who asked."""
        return await file_of(request, user, ref, form)

    @post("/{ref:str}/identity", opt={"permission": access.RECORD}, status_code=200)
    async def identity(
        self, ref: FromPath[str], data: JSONBody[Identity], user: NamedDependency[User], version: NamedDependency[int]
    ) -> Response[RequestOut]:
        """Say how it is known who asked, and since when: the month counts from there, where that is later."""
        found = await access.get_request_for(user, ref)
        async with shown_if_stale(lambda: _shown(user, ref)):
            await actions.record_identity(by=user, found=found, new=data, version=version)
        return await _shown(user, ref)

    @post("/{ref:str}/extension", opt={"permission": access.RECORD}, status_code=200)
    async def extend(
        self, ref: FromPath[str], data: JSONBody[Extend], user: NamedDependency[User], version: NamedDependency[int]
    ) -> Response[RequestOut]:
        """Two more months, of which whoever asked was told within the first."""
        found = await access.get_request_for(user, ref)
        async with shown_if_stale(lambda: _shown(user, ref)):
            await actions.extend(by=user, found=found, new=data, version=version)
        return await _shown(user, ref)

    @post("/{ref:str}/decisions", opt={"permission": access.RECORD})
    async def decide(self, ref: FromPath[str], data: JSONBody[Decide], user: NamedDependency[User]) -> Response[RequestOut]:
        """Hold back a record, or a field of it, with the reason; or give a record that waits for a decision."""
        found = await access.get_request_for(user, ref)
        await actions.decide(by=user, found=found, new=data)
        return await _shown(user, ref, status=201)

    @post("/{ref:str}/answer", opt={"permission": access.RECORD}, status_code=200)
    async def answer(
        self, ref: FromPath[str], data: JSONBody[Answer], user: NamedDependency[User], version: NamedDependency[int]
    ) -> Response[RequestOut]:
        """Say what came of it. The time limit is met; nothing of the request changes any more."""
        found = await access.get_request_for(user, ref)
        async with shown_if_stale(lambda: _shown(user, ref)):
            await actions.answer(by=user, found=found, new=data, version=version)
        return await _shown(user, ref)


async def file_of(request: AnyRequest, user: User, ref: str, form: Form) -> Response[bytes]:
    files = await queries.files_of(user, await access.get_request_for(user, ref), request.app.state.settings)
    headers = {"Content-Disposition": f'attachment; filename="{files.name}.{form}"', "Cache-Control": "no-store"}
    return Response(files.pdf if form == "pdf" else files.json, media_type=MEDIA_TYPES[form], headers=headers)


async def _shown(user: User, reference: str, *, status: int = 200) -> Response[RequestOut]:
    found = await access.get_request_for(user, reference)
    now = await queries.shown_request(user, found)
    return versioned(now, now.version, status=status)
