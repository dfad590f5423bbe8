"""Destroying records by API. A person proposes, and another confirms; never a script with an API key."""

from typing import Annotated

from litestar import Controller, Response, get, post
from litestar.di import NamedDependency
from litestar.params import FromPath, FromQuery, JSONBody, QueryParameter

from yosafe.accounts.viewer import User
from yosafe.db.paging import Page
from yosafe.subject_access.access import get_young_person_to_answer
from yosafe.web.confirmed import check_in_person, takes_out
from yosafe.web.kit import AnyRequest, shown_if_stale, versioned
from yosafe.web.listing import answered, sort_parameter

from . import access, certificates, destruction
from .certificates import DestructionFilter
from .schemas import BreakOff, DestructionAsked, DestructionOut, Propose, WouldGo


class DestructionsApi(Controller):
    tags = ("retention",)

    @get("/retention/{ref:str}/reach", opt={"permission": access.READ})
    async def would_go(self, ref: FromPath[str], user: NamedDependency[User]) -> WouldGo:
        """What would be destroyed of one record now, counted by table. Changes nothing."""
        return await certificates.would_go(user, await get_young_person_to_answer(user, ref))

    @post("/retention/{ref:str}/destruction", opt={"permission": access.DESTROY})
    async def propose(
        self, request: AnyRequest, ref: FromPath[str], data: JSONBody[Propose], user: NamedDependency[User]
    ) -> Response[DestructionOut]:
        """Propose that a record that is due be destroyed. The reason outlives the record: one that names the young person is refused."""
        check_in_person(request)
        made = await destruction.propose(by=user, young_person=await get_young_person_to_answer(user, ref), reason=data.reason)
        return versioned(await certificates.one_destruction(made.id), made.version, status=201)

    @get("/destructions", opt={"permission": access.READ})
    async def found(
        self,
        request: AnyRequest,
        user: NamedDependency[User],
        wanted: Annotated[DestructionAsked, QueryParameter(name="state")] = "open",
        sort: Annotated[str | None, sort_parameter("proposed", "state", default="-proposed")] = None,
        after: FromQuery[str | None] = None,
        limit: FromQuery[int] = 50,
    ) -> Page[DestructionOut]:
        """Destructions that your agency has part in: `open`, `done`, `stopped` or `all`."""
        return await answered(request, user, certificates.DESTRUCTIONS, DestructionFilter(state=wanted), sort=sort, after=after, limit=limit)

    @get("/destructions/{ref:str}", opt={"permission": access.READ})
    async def show(self, ref: FromPath[str], user: NamedDependency[User]) -> Response[DestructionOut]:
        """One of them; once it is done, the certificate as data."""
        return await _shown(user, ref)

    @get("/destructions/{ref:str}/certificate", opt=takes_out(access.READ), media_type="application/pdf")
    async def certificate(self, request: AnyRequest, ref: FromPath[str], user: NamedDependency[User]) -> Response[bytes]:
        """The certificate as a tagged PDF. 404 before the record is gone."""
        return await certificate_file(request, user, ref)

    @post("/destructions/{ref:str}/confirm", opt={"permission": access.DESTROY}, status_code=200)
    async def confirm(
        self, request: AnyRequest, ref: FromPath[str], user: NamedDependency[User], version: NamedDependency[int]
    ) -> Response[DestructionOut]:
        """Confirm what another person proposed: it is destroyed in the coming night. 403 for whoever proposed it."""
        check_in_person(request)
        found = await access.get_destruction_for(user, ref)
        async with shown_if_stale(lambda: _shown(user, ref)):
            await destruction.confirm(by=user, proposed=found, version=version)
        return await _shown(user, ref)

    @post("/destructions/{ref:str}/break-off", opt={"permission": access.DESTROY}, status_code=200)
    async def break_off(
        self, request: AnyRequest, ref: FromPath[str], data: JSONBody[BreakOff], user: NamedDependency[User], version: NamedDependency[int]
    ) -> Response[DestructionOut]:
        """Leave the record as it is, until the moment at which it is destroyed."""
        found = await access.get_destruction_for(user, ref)
        async with shown_if_stale(lambda: _shown(user, ref)):
            await destruction.break_off(by=user, proposed=found, reason=data.reason, version=version)
        return await _shown(user, ref)


async def certificate_file(request: AnyRequest, user: User, ref: str) -> Response[bytes]:
    found = await access.get_destruction_for(user, ref)
    content = await certificates.certificate(user, found, request.app.state.settings)
    name = f"certificate-{(await certificates.one_destruction(found.id)).ref}.pdf"
    headers = {"Content-Disposition": f'attachment; filename="{name}"', "Cache-Control": "no-store"}
    return Response(content, media_type="application/pdf", headers=headers)


async def _shown(user: User, reference: str) -> Response[DestructionOut]:
    found = await access.get_destruction_for(user, reference)
    return versioned(await certificates.shown_destruction(user, found), found.version)
