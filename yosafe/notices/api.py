"""Notices by API."""

from typing import Annotated

from litestar import Controller, get, post
from litestar.di import NamedDependency
from litestar.params import FromPath, FromQuery, JSONBody, QueryParameter

from yosafe.accounts.viewer import User
from yosafe.db.paging import Page
from yosafe.web.kit import AnyRequest, terminology

from . import access, actions, queries
from .queries import StateAsked
from .schemas import ChoiceOut, ChooseMail, Counts, NoticeOut


class NoticesApi(Controller):
    path = "/notices"
    tags = ("notices",)

    @get("", opt={"permission": "notice:read"})
    async def found(
        self,
        request: AnyRequest,
        user: NamedDependency[User],
        wanted: Annotated[StateAsked, QueryParameter(name="state")] = "open",
        after: FromQuery[str | None] = None,
        limit: FromQuery[int] = 50,
    ) -> Page[NoticeOut]:
        """Your notices, newest first: `open` (not done), `new` (not read), `done` or `all`. Those about what is no longer yours to know are left out.
        Listing them here does not mark them as read."""
        return await queries.notices(user, state=wanted, after=after, limit=limit, terminology=terminology(request))

    @get("/count", opt={"permission": "notice:read"})
    async def count(self, user: NamedDependency[User]) -> Counts:
        """How many of yours are new, 100 at most."""
        return Counts(new=await queries.count_new(user))

    @post("/{notice:int}/read", opt={"permission": "notice:read"}, status_code=200)
    async def read(self, notice: FromPath[int], user: NamedDependency[User]) -> Counts:
        """Twice is as good as once; what comes back is how many are new after it."""
        found = await access.get_notice_for(user, notice)
        await actions.mark_read(by=user, notices=[found.id])
        return Counts(new=await queries.count_new(user))

    @post("/{notice:int}/done", opt={"permission": "notice:read"}, status_code=200)
    async def done(self, notice: FromPath[int], user: NamedDependency[User]) -> Counts:
        """You have seen to it. Twice is as good as once."""
        await actions.finish(by=user, notice=await access.get_notice_for(user, notice))
        return Counts(new=await queries.count_new(user))

    @post("/{notice:int}/again", opt={"permission": "notice:read"}, status_code=200)
    async def again(self, notice: FromPath[int], user: NamedDependency[User]) -> Counts:
        """To be seen to after all."""
        await actions.take_up_again(by=user, notice=await access.get_notice_for(user, notice))
        return Counts(new=await queries.count_new(user))

    @get("/mail", opt={"permission": "notice:read"})
    async def choice(self, request: AnyRequest, user: NamedDependency[User]) -> ChoiceOut:
        """How you hear of notices besides."""
        return ChoiceOut(mail=await queries.mail_choice(user), sends_mail=request.app.state.settings.mail is not None)

    @post("/mail", opt={"permission": "notice:read"}, status_code=200)
    async def choose(self, request: AnyRequest, data: JSONBody[ChooseMail], user: NamedDependency[User]) -> ChoiceOut:
        """How you want to hear of notices besides, from now on."""
        await actions.choose_mail(by=user, mail=data.mail)
        return ChoiceOut(mail=data.mail, sends_mail=request.app.state.settings.mail is not None)
