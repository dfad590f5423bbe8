"""The pages of one time limit, of the figures, and of calendars."""

import hashlib
from collections.abc import Mapping
from typing import Any

from litestar import Controller, Response, get, post
from litestar.di import NamedDependency
from litestar.params import FromPath
from litestar.response import Redirect, Template

from yosafe import clock
from yosafe.accounts.viewer import User
from yosafe.errors import Conflict, FieldError, Invalid, Stale
from yosafe.forms.questions import Question
from yosafe.forms.read import asked, read
from yosafe.forms.structs import to_struct
from yosafe.reference.rule_sets import CONVENTION, clock_titles
from yosafe.web.kit import AnyRequest, page, posted, see_other, terminology

from . import access, actions, calendar, queries, questions, shown
from .api import feed_address
from .figures import figures, years
from .schemas import HoldClock, ResumeClock

DONE = {"hold": "It was recorded, with the reason and who agreed.", "resume": "It runs again."}
STATUS: dict[type[Exception], int] = {Invalid: 422, Conflict: 409, Stale: 412}
FORMS: dict[str, tuple[str, str, tuple[Question, ...]]] = {
    "hold": ("Pause or void this time limit", "Record it", questions.HOLD),
    "resume": ("Let this time limit run again", "Let it run again", questions.RESUME),
}


class TimeLimitPages(Controller):
    include_in_schema = False

    @get("/clocks/{id:int}", opt={"permission": calendar.READ})
    async def show(self, request: AnyRequest, id: FromPath[int], user: NamedDependency[User]) -> Template:
        found = await queries.open_clock(user, id, terminology=terminology(request))
        return page(
            "people/time_limits/record.html", request, one=found, worked_out=shown.worked_out(found), history=shown.history(found.holds),
            convention=CONVENTION, done=DONE.get(request.query_params.get("done", "")),
        )  # fmt: skip

    @get("/clocks/{id:int}/hold", opt={"permission": access.HOLD})
    async def hold_form(self, request: AnyRequest, id: FromPath[int], user: NamedDependency[User]) -> Template:
        return await _step(request, user, id, "hold")

    @get("/clocks/{id:int}/resume", opt={"permission": access.HOLD})
    async def resume_form(self, request: AnyRequest, id: FromPath[int], user: NamedDependency[User]) -> Template:
        return await _step(request, user, id, "resume")

    @post("/clocks/{id:int}/hold", opt={"permission": access.HOLD})
    async def hold(self, request: AnyRequest, id: FromPath[int], user: NamedDependency[User]) -> Template | Redirect:
        row, sent = await access.get_clock_for(user, id), await posted(request)
        reading = read(questions.HOLD, sent, terminology=terminology(request))
        try:
            data = to_struct(HoldClock, reading.checked())
            await actions.hold_clock(data, by=user, row=row, version=_version(sent))
        except (Invalid, Conflict, Stale) as refusal:
            return await _step(request, user, id, "hold", reading.typed, refusal)
        return see_other(f"/clocks/{id}?done=hold")

    @post("/clocks/{id:int}/resume", opt={"permission": access.HOLD})
    async def resume(self, request: AnyRequest, id: FromPath[int], user: NamedDependency[User]) -> Template | Redirect:
        row, sent = await access.get_clock_for(user, id), await posted(request)
        reading = read(questions.RESUME, sent, terminology=terminology(request))
        try:
            data = to_struct(ResumeClock, reading.checked())
            await actions.resume_clock(data, by=user, row=row, version=_version(sent))
        except (Invalid, Conflict, Stale) as refusal:
            return await _step(request, user, id, "resume", reading.typed, refusal)
        return see_other(f"/clocks/{id}?done=resume")

    @get("/clocks/figures", opt={"permission": access.FIGURES})
    async def how_kept(self, request: AnyRequest, user: NamedDependency[User]) -> Template:
        """Of the time limits of a year, how many were met in time."""
        query, errors = request.query_params, list[FieldError]()
        choices, typed = years(user), query.get("year") or str(years(user)[-1])
        clock_id = query.get("clock", "")
        try:
            year = int(typed) if typed.isascii() and typed.isdigit() and len(typed) == 4 else 0
            found = await figures(user, year=year, clock_id=clock_id, terminology=terminology(request))
        except Invalid as refusal:
            errors, clock_id = list(refusal.errors), ""
            found = await figures(user, terminology=terminology(request))
        return page(
            "people/time_limits/figures.html", request, status=422 if errors else 200, found=found, errors=errors, shown=shown,
            by_owner=bool(clock_id), titles=clock_titles(), values={"year": typed, "clock": query.get("clock", "")},
            fields=[
                {"name": "year", "kind": "select", "label": "Started in", "required": True,
                 "options": [{"value": str(year), "label": str(year)} for year in reversed(choices[-10:])]},
                {"name": "clock", "kind": "select", "label": "Time limit", "required": False,
                 "options": [{"value": code, "label": title} for code, title in clock_titles().items()]},
            ],
        )  # fmt: skip

    @get("/clocks/calendar", opt={"permission": calendar.READ})
    async def feed(self, request: AnyRequest, user: NamedDependency[User]) -> Template:
        return page("people/time_limits/calendar.html", request, since=await calendar.has_feed(user), address=None)

    @post("/clocks/calendar", opt={"permission": calendar.READ})
    async def make(self, request: AnyRequest, user: NamedDependency[User]) -> Template:
        """The address is shown now, and never again."""
        address = feed_address(request, await actions.make_feed(by=user))
        return page("people/time_limits/calendar.html", request, since=clock.now(), address=address)

    @post("/clocks/calendar/end", opt={"permission": calendar.READ})
    async def end(self, user: NamedDependency[User]) -> Redirect:
        await actions.end_feed(by=user)
        return see_other("/clocks/calendar")

    @get("/calendar/{token:str}", opt={"permission": "public"})
    async def read_feed(self, request: AnyRequest, token: FromPath[str]) -> Response[bytes]:
        """For a calendar program, which can't sign in: the secret in the address says whose it is. It names nobody. What has not changed since it was
        read last is not sent again (ETag)."""
        content = await calendar.calendar_at(token.removesuffix(".ics"), public_url=request.app.state.settings.public_url)
        tag = f'"{hashlib.sha256(content).hexdigest()}"'
        headers = {"Cache-Control": "private, no-cache", "ETag": tag}
        if tag in (one.strip().removeprefix("W/") for one in request.headers.get("If-None-Match", "").split(",")):
            return Response(b"", status_code=304, media_type="text/calendar; charset=utf-8", headers=headers)
        return Response(content, media_type="text/calendar; charset=utf-8", headers=headers)


async def _step(
    request: AnyRequest, user: User, number: int, step: str, values: Any = None, refusal: Invalid | Conflict | Stale | None = None
) -> Template:
    """A form about one time limit, as it is now."""
    title, submit, form = FORMS[step]
    found = await queries.open_clock(user, number, terminology=terminology(request))
    errors = list(refusal.errors) if isinstance(refusal, Invalid) else [FieldError("", str(refusal))] if refusal else []
    return page(
        "people/time_limits/step.html", request, status=STATUS[type(refusal)] if refusal else 200, one=found, title=title, submit_text=submit,
        step=step, asked=asked(form, {}, on=clock.today(), terminology=terminology(request)), values=values or {}, errors=errors,
        convention=CONVENTION,
    )  # fmt: skip


def _version(form: Mapping[str, list[str]]) -> int:
    """The version that the form was made from; one that is no number was not made by us."""
    text = next(iter(form.get("version", [])), "")
    return int(text) if text.isascii() and text.isdigit() and len(text) < 10 else 0
