"""Referrals by API."""

from typing import Annotated, TypeVar

from litestar import Controller, Response, get, post
from litestar.di import NamedDependency
from litestar.params import FromPath, FromQuery, JSONBody

from yosafe.accounts.viewer import User
from yosafe.db.paging import Page
from yosafe.people.document_pages import as_file
from yosafe.web.kit import AnyRequest, shown_if_stale, terminology, versioned
from yosafe.web.listing import answered, sort_parameter

from . import access, actions, document, queries
from .record import open_referral, record_of
from .schemas import ConsiderReferral, ListedOut, RecordedOut, RecordEvent, ReferralOut, SendReferral, SentOut

T = TypeVar("T")

READ = "referral:read"
SORT = sort_parameter("recorded", "ref", "name", "stage", "due", default="-recorded")


class ReferralsApi(Controller):
    path = "/referrals"
    tags = ("referrals",)

    @post("/", opt={"permission": access.SEND})
    async def send(self, data: JSONBody[SendReferral], user: NamedDependency[User]) -> Response[SentOut]:
        """Send a referral to the authorities of home and of the place where the young person is held. Its time limits start."""
        sent = await actions.send_referral(data, by=user)
        return _made(sent, sent.ref, sent.version)

    @post("/considered", opt={"permission": access.CONSIDER})
    async def consider(self, data: JSONBody[ConsiderReferral], user: NamedDependency[User]) -> Response[ReferralOut]:
        """Record that a referral was considered and not made."""
        referral = await actions.consider_not_refer(data, by=user)
        return _made(await record_of(user, referral), access.referral_ref(referral.id), referral.version)

    @get("/", opt={"permission": READ})
    async def list(
        self,
        user: NamedDependency[User],
        request: AnyRequest,
        stage: FromQuery[list[str] | None] = None,
        clock: FromQuery[str | None] = None,
        category: FromQuery[str | None] = None,
        establishment: FromQuery[str | None] = None,
        child: FromQuery[str | None] = None,
        sort: Annotated[str | None, SORT] = None,
        after: FromQuery[str | None] = None,
        limit: FromQuery[int] = 50,
    ) -> Page[ListedOut]:
        """Referrals that you can see, newest first. `clock` is overdue, soon (within two working days), later, due (soon or later), met or none:
        by the time limit that runs out first."""
        wanted = queries.Filter(
            stages=tuple(stage or ()), clock=clock or "", category=category or "", establishment=establishment or "", child=child or ""
        )
        return await answered(request, user, queries.REFERRALS, wanted, sort=sort, after=after, limit=limit)

    @get("/{ref:str}", opt={"permission": READ})
    async def show(self, ref: FromPath[str], user: NamedDependency[User], request: AnyRequest) -> Response[ReferralOut]:
        """The whole record, with its time limits. Looking is recorded."""
        return await _read(request, user, ref)

    @get("/{ref:str}/document", opt={"permission": document.EXPORT}, media_type="application/pdf")
    async def as_document(self, ref: FromPath[str], user: NamedDependency[User], request: AnyRequest) -> Response[bytes]:
        """The referral as a tagged PDF. That it was taken out is recorded."""
        return as_file(await document.referral_document(user, ref, settings=request.app.state.settings))

    @get("/{ref:str}/export", opt={"permission": document.EXPORT})
    async def export(self, ref: FromPath[str], user: NamedDependency[User], request: AnyRequest) -> document.ExportedOut:
        """The referral with the young person's details, for another system. That it was taken out is recorded."""
        return await document.exported(user, ref, terminology=terminology(request))

    @post("/{ref:str}/events", opt={"permission": "referral:event"})
    async def add_event(
        self, request: AnyRequest, ref: FromPath[str], data: JSONBody[RecordEvent], user: NamedDependency[User], version: NamedDependency[int]
    ) -> Response[RecordedOut]:
        """Record something that happened; `may` in the record says what you may record next. The status and the time limits follow from it."""
        referral = await access.get_referral_for(user, ref)
        async with shown_if_stale(lambda: _read(request, user, ref)):
            recorded = await actions.record_event(data, by=user, referral=referral, version=version)
        return _made(recorded, recorded.ref, recorded.version)


async def _read(request: AnyRequest, user: User, ref: str) -> Response[ReferralOut]:
    found = await open_referral(user, ref, terminology=terminology(request))
    return versioned(found, found.version)


def _made(content: T, ref: str, version: int) -> Response[T]:
    return Response(content, status_code=201, headers={"ETag": f'"{version}"', "Location": f"/api/v1/referrals/{ref}"})
