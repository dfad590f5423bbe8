"""One time limit, figures and calendars by API."""

from litestar import Controller, Response, get, post
from litestar.di import NamedDependency
from litestar.params import FromPath, FromQuery, JSONBody

from yosafe.accounts.viewer import User
from yosafe.web.kit import AnyRequest, shown_if_stale, terminology, versioned

from . import access, actions, calendar, queries
from .figures import figures
from .schemas import ClockRecordOut, FeedOut, FiguresOut, HoldClock, ResumeClock


class TimeLimitsApi(Controller):
    tags = ("clocks",)

    @get("/clocks/{id:int}", opt={"permission": calendar.READ})
    async def show(self, id: FromPath[int], user: NamedDependency[User], request: AnyRequest) -> Response[ClockRecordOut]:
        """A time limit with how it was worked out, and every time that it was paused or voided. Looking is recorded."""
        return await _shown(request, user, id)

    @post("/clocks/{id:int}/hold", opt={"permission": access.HOLD}, status_code=200)
    async def hold(
        self, id: FromPath[int], data: JSONBody[HoldClock], user: NamedDependency[User], version: NamedDependency[int], request: AnyRequest
    ) -> Response[ClockRecordOut]:
        """Pause a time limit that your agency is to meet, or void one that should not have run."""
        row = await access.get_clock_for(user, id)
        async with shown_if_stale(lambda: _shown(request, user, id)):
            await actions.hold_clock(data, by=user, row=row, version=version)
        return await _shown(request, user, id)

    @post("/clocks/{id:int}/resume", opt={"permission": access.HOLD}, status_code=200)
    async def resume(
        self, id: FromPath[int], data: JSONBody[ResumeClock], user: NamedDependency[User], version: NamedDependency[int], request: AnyRequest
    ) -> Response[ClockRecordOut]:
        """Let it run again. Days for which it was paused do not count."""
        row = await access.get_clock_for(user, id)
        async with shown_if_stale(lambda: _shown(request, user, id)):
            await actions.resume_clock(data, by=user, row=row, version=version)
        return await _shown(request, user, id)

    @get("/clock-figures", opt={"permission": access.FIGURES})
    async def how_kept(
        self, user: NamedDependency[User], request: AnyRequest, year: FromQuery[int | None] = None, clock: FromQuery[str | None] = None
    ) -> FiguresOut:
        """How many time limits of a year were met in time, of those that ended or whose day has passed; with `clock`, by the agency that was to meet
        it."""
        return await figures(user, year=year, clock_id=clock or "", terminology=terminology(request))

    @post("/calendar", opt={"permission": calendar.READ})
    async def make(self, user: NamedDependency[User], request: AnyRequest) -> FeedOut:
        """A new address of your calendar, told once. The one before works no more."""
        return FeedOut(address=feed_address(request, await actions.make_feed(by=user)))

    @post("/calendar/end", opt={"permission": calendar.READ}, status_code=204)
    async def end(self, user: NamedDependency[User]) -> None:
        """The address of your calendar works no more."""
        await actions.end_feed(by=user)


def feed_address(request: AnyRequest, token: str) -> str:
    return f"{request.app.state.settings.public_url.rstrip('/')}/calendar/{token}.ics"


async def _shown(request: AnyRequest, user: User, number: int) -> Response[ClockRecordOut]:
    found = await queries.open_clock(user, number, terminology=terminology(request))
    return versioned(found, found.version)
