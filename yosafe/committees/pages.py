"""The pages about committees: those of all areas, one with everything, and the forms."""

from collections.abc import Awaitable, Callable, Mapping, Sequence
from typing import Any

from litestar import Controller, get, post
from litestar.di import NamedDependency
from litestar.params import FromPath
from litestar.response import Redirect, Template
from msgspec import Struct

from yosafe import clock
from yosafe.accounts.viewer import User
from yosafe.errors import Conflict, DomainError, FieldError, Invalid, Stale
from yosafe.forms.questions import Question
from yosafe.forms.read import asked, read, to_struct
from yosafe.people.record_pages import version_of
from yosafe.reference.areas import area as area_of
from yosafe.web.kit import AnyRequest, page, posted, see_other, terminology

from . import actions, queries, questions, shown
from .access import READ, RECORD, check_can_record, get_area, get_row
from .schemas import ChangeProtocol, EndMember, NameMember, RecordMeeting, RecordProtocol, WithdrawMeeting
from .tables import CommitteeMeeting, CommitteeMember, SharingProtocol

DONE = {
    "named": "The member was recorded",
    "ended": "The last day was recorded",
    "met": "The meeting was recorded",
    "withdrawn": "The meeting was withdrawn. It stays below, and counts no more",
    "signed": "The protocol was recorded",
    "changed": "The protocol was changed",
}
STATUS: dict[type[DomainError], int] = {Invalid: 422, Conflict: 409, Stale: 412}
Act = Callable[[dict[str, Any], int], Awaitable[object]]


class Form(Struct, frozen=True, kw_only=True):
    """One page that asks about the committee of an area. `about`: what it concerns, under the title."""

    area: str
    title: str
    questions: Sequence[Question]
    submit: str
    about: str | None = None
    version: int | None = None


MEMBER = {"title": "Record a member", "questions": questions.MEMBER, "submit": "Record the member"}
PROTOCOL = {"title": "Record a protocol", "questions": questions.PROTOCOL, "submit": "Record the protocol"}


class CommitteePages(Controller):
    path = "/committees"
    include_in_schema = False

    @get("/", opt={"permission": READ})
    async def everywhere(self, request: AnyRequest) -> Template:
        return page("committees/list.html", request, found=await queries.committees(), shown=shown)

    @get("/{area:str}", opt={"permission": READ})
    async def one(self, request: AnyRequest, area: FromPath[str], user: NamedDependency[User]) -> Template:
        found = await queries.committee(user, get_area(area))
        return page("committees/area.html", request, found=found, shown=shown, done=DONE.get(request.query_params.get("done", "")))

    @get("/{area:str}/members/new", opt={"permission": RECORD})
    async def member_form(self, request: AnyRequest, area: FromPath[str], user: NamedDependency[User]) -> Template:
        return _put(request, _for(user, area, **MEMBER), values={"seat": request.query_params.get("seat", "")})

    @post("/{area:str}/members/new", opt={"permission": RECORD})
    async def member(self, request: AnyRequest, area: FromPath[str], user: NamedDependency[User]) -> Template | Redirect:
        form = _for(user, area, **MEMBER)

        def act(answers: dict[str, Any], version: int) -> Awaitable[object]:
            return actions.name_member(by=user, area=form.area, new=to_struct(NameMember, answers, questions.MEMBER))

        return await _take(request, form, act, "named")

    @get("/{area:str}/members/{member:int}/end", opt={"permission": RECORD})
    async def end_form(self, request: AnyRequest, area: FromPath[str], member: FromPath[int], user: NamedDependency[User]) -> Template:
        return _put(request, (await _ending(user, area, member))[0])

    @post("/{area:str}/members/{member:int}/end", opt={"permission": RECORD})
    async def end(self, request: AnyRequest, area: FromPath[str], member: FromPath[int], user: NamedDependency[User]) -> Template | Redirect:
        form, found = await _ending(user, area, member)

        def act(answers: dict[str, Any], version: int) -> Awaitable[object]:
            ending = to_struct(EndMember, answers, questions.END_MEMBER)
            return actions.end_member(by=user, member=found, ending=ending, version=version)

        return await _take(request, form, act, "ended")

    @get("/{area:str}/meetings/new", opt={"permission": RECORD})
    async def meeting_form(self, request: AnyRequest, area: FromPath[str], user: NamedDependency[User]) -> Template:
        return _put(request, await _meeting(request, user, area))

    @post("/{area:str}/meetings/new", opt={"permission": RECORD})
    async def meeting(self, request: AnyRequest, area: FromPath[str], user: NamedDependency[User]) -> Template | Redirect:
        form = await _meeting(request, user, area)

        def act(answers: dict[str, Any], version: int) -> Awaitable[object]:
            came = {name.removeprefix(questions.SEAT): value for name, value in answers.items() if name.startswith(questions.SEAT)}
            facts = {"met_on": answers["met_on"], "chair": answers["chair"], "attendance": came}
            return actions.record_meeting(by=user, area=form.area, new=to_struct(RecordMeeting, facts, form.questions))

        return await _take(request, form, act, "met")

    @get("/{area:str}/meetings/{meeting:int}/withdraw", opt={"permission": RECORD})
    async def withdraw_form(self, request: AnyRequest, area: FromPath[str], meeting: FromPath[int], user: NamedDependency[User]) -> Template:
        return _put(request, (await _withdrawing(user, area, meeting))[0])

    @post("/{area:str}/meetings/{meeting:int}/withdraw", opt={"permission": RECORD})
    async def withdraw(self, request: AnyRequest, area: FromPath[str], meeting: FromPath[int], user: NamedDependency[User]) -> Template | Redirect:
        form, found = await _withdrawing(user, area, meeting)

        def act(answers: dict[str, Any], version: int) -> Awaitable[object]:
            return actions.withdraw_meeting(by=user, meeting=found, withdrawal=to_struct(WithdrawMeeting, answers, questions.WITHDRAW))

        return await _take(request, form, act, "withdrawn")

    @get("/{area:str}/protocols/new", opt={"permission": RECORD})
    async def protocol_form(self, request: AnyRequest, area: FromPath[str], user: NamedDependency[User]) -> Template:
        return _put(request, _for(user, area, **PROTOCOL))

    @post("/{area:str}/protocols/new", opt={"permission": RECORD})
    async def protocol(self, request: AnyRequest, area: FromPath[str], user: NamedDependency[User]) -> Template | Redirect:
        form = _for(user, area, **PROTOCOL)

        def act(answers: dict[str, Any], version: int) -> Awaitable[object]:
            return actions.record_protocol(by=user, area=form.area, new=to_struct(RecordProtocol, answers, questions.PROTOCOL))

        return await _take(request, form, act, "signed")

    @get("/{area:str}/protocols/{protocol:int}/change", opt={"permission": RECORD})
    async def change_form(self, request: AnyRequest, area: FromPath[str], protocol: FromPath[int], user: NamedDependency[User]) -> Template:
        return _put(request, (await _changing(user, area, protocol))[0])

    @post("/{area:str}/protocols/{protocol:int}/change", opt={"permission": RECORD})
    async def change(self, request: AnyRequest, area: FromPath[str], protocol: FromPath[int], user: NamedDependency[User]) -> Template | Redirect:
        form, found = await _changing(user, area, protocol)

        def act(answers: dict[str, Any], version: int) -> Awaitable[object]:
            change = to_struct(ChangeProtocol, answers, questions.CHANGE_PROTOCOL)
            return actions.change_protocol(by=user, protocol=found, change=change, version=version)

        return await _take(request, form, act, "changed")


def _for(user: User, area: str, **form: Any) -> Form:
    """A form about an area's committee, for its members. Raises NotFound, Refused."""
    code = get_area(area)
    check_can_record(user, code)
    return Form(area=code, **form)


async def _ending(user: User, area: str, number: int) -> tuple[Form, CommitteeMember]:
    found = await get_row(CommitteeMember, get_area(area), number)
    form = {"title": "Record the last day of a member", "questions": questions.END_MEMBER, "submit": "Record the last day"}
    return _for(user, area, **form, about=f"{found.name}, {found.post}", version=found.version), found


async def _meeting(request: AnyRequest, user: User, area: str) -> Form:
    asked_about = questions.meeting(await queries.seats_lately(get_area(area)), terminology(request))
    about = "Say of each agency that had a seat on that day whether it came."
    return _for(user, area, title="Record a meeting", questions=asked_about, submit="Record the meeting", about=about)


async def _withdrawing(user: User, area: str, number: int) -> tuple[Form, CommitteeMeeting]:
    found = await get_row(CommitteeMeeting, get_area(area), number)
    form = {"title": "Withdraw a meeting", "questions": questions.WITHDRAW, "submit": "Withdraw it"}
    return _for(user, area, **form, about=f"The meeting of {found.met_on:%-d %B %Y}. It stays readable, and counts no more."), found


async def _changing(user: User, area: str, number: int) -> tuple[Form, SharingProtocol]:
    found = await get_row(SharingProtocol, get_area(area), number)
    form = {"title": "Change a protocol", "questions": questions.CHANGE_PROTOCOL, "submit": "Save the change"}
    return _for(user, area, **form, about=found.title, version=found.version), found


def _put(
    request: AnyRequest, form: Form, *, values: Mapping[str, Any] | None = None, errors: Sequence[FieldError] = (), status: int = 200
) -> Template:
    return page(
        "committees/form.html", request, status=status, form=form, name=area_of(form.area).name,
        asked=asked(form.questions, {}, on=clock.today(), terminology=terminology(request)), values=values or {}, errors=errors,
    )  # fmt: skip


async def _take(request: AnyRequest, form: Form, act: Act, done: str) -> Template | Redirect:
    """Read a form and do it; the form again, with what was typed, where it is refused."""
    sent = await posted(request)
    reading = read(form.questions, sent, terminology=terminology(request))
    try:
        await act(reading.checked(), version_of(sent))
    except (Invalid, Conflict, Stale) as refusal:
        return _put(request, form, values=reading.typed, errors=_errors(refusal), status=STATUS[type(refusal)])
    return see_other(f"/committees/{form.area}?done={done}")


def _errors(refusal: DomainError) -> list[FieldError]:
    """Faults on the boxes of the form."""
    if not isinstance(refusal, Invalid):
        return [FieldError("", str(refusal))]
    return [FieldError(fault.key.replace("attendance.", questions.SEAT), fault.message) for fault in refusal.errors]
