"""The sections of a young person's record, and the forms that add to them."""

from collections.abc import Awaitable, Callable, Mapping, Sequence
from typing import Any

from litestar import Controller, get, post
from litestar.di import NamedDependency
from litestar.params import FromPath
from litestar.response import Redirect, Template
from msgspec import Struct
from msgspec.structs import replace

from yosafe import clock
from yosafe.accounts.viewer import User
from yosafe.errors import Conflict, DomainError, FieldError, Invalid, Stale
from yosafe.forms.questions import Question
from yosafe.forms.read import Reading, asked, filled, read, to_struct
from yosafe.web.kit import AnyRequest, page, posted, see_other, terminology

from . import access, actions, queries, shown
from .contact_plans.queries import plans_of
from .contact_plans.shown import plan as plan_row
from .frame import frame
from .keep_apart import shown as keep_apart_shown
from .keep_apart.placing import Apart, apart_at
from .keep_apart.questions import CONFIRM, CONFIRM_MOVE
from .questions import ASKED_AS, CARE, CONTACT, LEAVING, UNIT, moment, placement_for, placement_from
from .schemas import ChangeYoungPerson, EndPlacement, MoveUnit, RecordCarePeriod, RecordContact
from .tables import Placement, YoungPerson
from .time_out import shown as time_out_shown
from .time_out.access import can_record
from .time_out.queries import times_out_of

DONE = {
    "added": "The young person was added",
    "received": "The arrival was recorded",
    "arrived": "The arrival was recorded",
    "left": "The leaving was recorded",
    "unit": "The unit was changed",
    "transferred": "The transfer was recorded: they are held at the other establishment now",
    "out": "That they went out was recorded",
    "expected": "What is expected was changed",
    "returned": "That they came back was recorded",
    "returned-worrying": "That they came back was recorded. Now record an incident about the injury or the concern",
    "care": "The care status was recorded",
    "corrected": "The care status was corrected. What it said before stays below it",
    "contact": "The contact was recorded",
    "planned": "The plan was recorded",
    "plan-ended": "The plan was ended",
    "worker": "The worker was recorded",
    "nobody": "That nobody is named was recorded",
    "reached": "How they are reached was changed",
    "worker-ended": "That it ended was recorded",
    "name": "The name was recorded",
    "number": "The number was recorded",
    "ended": "That it ended was recorded",
    "changed": "The details were changed",
    "merged": "The two records were merged",
    "undone": "The merge was undone: both records stand again",
}
STATUS: dict[type[DomainError], int] = {Invalid: 422, Conflict: 409, Stale: 412}


class Form(Struct, frozen=True, kw_only=True):
    """One page that asks. `version` is that of the record to be changed; `now` says what the record holds, for whoever was too late; `apart` are
    those, held where someone is to be placed, whom they must be kept apart from."""

    title: str
    section: str
    questions: Sequence[Question]
    submit: str
    version: int | None = None
    now: str | None = None
    apart: Sequence[Apart] = ()


async def put(
    request: AnyRequest,
    user: User,
    ref: str,
    form: Form,
    *,
    values: Mapping[str, Any] | None = None,
    errors: Sequence[FieldError] = (),
    status: int = 200,
) -> Template:
    """The page with the form, about a young person who exists for this user."""
    terms = terminology(request)
    child = await queries.open_record(user, ref, form.section)
    return page(
        "people/form.html", request, status=status, **await frame(user, child, form.section, terminology=terms), form=form,
        apart_shown=keep_apart_shown,
        asked=asked(form.questions, {}, on=clock.today(), terminology=terms), values=values or {}, errors=errors,
    )  # fmt: skip


async def put_again(request: AnyRequest, user: User, ref: str, form: Form, reading: Reading, refusal: DomainError) -> Template:
    """The same with what was typed, and why it was refused."""
    if isinstance(refusal, Invalid):
        errors = [FieldError(ASKED_AS.get(fault.key, fault.key), fault.message) for fault in refusal.errors]
    else:
        errors = [FieldError("", " ".join(part for part in (str(refusal), form.now if isinstance(refusal, Stale) else None) if part))]
    return await put(request, user, ref, form, values=reading.typed, errors=errors, status=STATUS[type(refusal)])


def _arrival(user: User) -> Form:
    return Form(title="Record an arrival", section="placements", questions=placement_for(user), submit="Record the arrival")


def _leaving(placement: Placement) -> Form:
    return Form(
        title="Record that they left", section="placements", questions=LEAVING, submit="Record the leaving", version=placement.version,
        now="It is shown here as it is now.",
    )  # fmt: skip


def _unit(placement: Placement) -> Form:
    return Form(
        title="Change the unit", section="placements", questions=(UNIT,), submit="Change the unit", version=placement.version,
        now=f"The unit is now {placement.unit}." if placement.unit else "No unit is recorded now.",
    )  # fmt: skip


async def warned(user: User, ref: str, form: Form, where: str | None, confirm: Question = CONFIRM) -> Form:
    """The form with who is held at an establishment whom the young person must be kept apart from, and the question why to go on."""
    if where is None:
        return form
    child = await access.get_young_person_for(user, ref)
    apart = await apart_at(user, child.id, where)
    return replace(form, apart=apart, questions=(*form.questions, confirm)) if apart else form


CARE_FORM = Form(title="Record care status", section="care", questions=CARE, submit="Record the care status")
CONTACT_FORM = Form(title="Record a contact", section="contacts", questions=CONTACT, submit="Record the contact")


def version_of(form: Mapping[str, list[str]]) -> int:
    """The version that the form was made from; one that is no number was not made by us."""
    text = next(iter(form.get("version", [])), "")
    return int(text) if text.isascii() and text.isdigit() and len(text) < 10 else 0


class RecordPages(Controller):
    path = "/children/{ref:str}"
    include_in_schema = False

    @get("/placements", opt={"permission": "placement:read"})
    async def placements(self, request: AnyRequest, ref: FromPath[str], user: NamedDependency[User]) -> Template:
        child, terms = await queries.open_record(user, ref, "placements"), terminology(request)
        rows = [shown.placement(one, terms) for one in await queries.placements_of(child)]
        may = {row["id"]: user.may("placement:record") and access.may_place_at(user, row["code"]) for row in rows}
        here = next((row["code"] for row in rows if row["left_at"] is None), None)
        outs = await times_out_of(child.id) if user.may("time-out:read") else []
        return await section(
            request, user, child, "placements", rows=rows, may_record=may, outs=outs, out_shown=time_out_shown, may_go_out=can_record(user, here)
        )

    @get("/placements/new", opt={"permission": "placement:record"})
    async def arrival_form(self, request: AnyRequest, ref: FromPath[str], user: NamedDependency[User]) -> Template:
        return await put(request, user, ref, await warned(user, ref, _arrival(user), user.establishment))

    @post("/placements/new", opt={"permission": "placement:record"})
    async def arrive(self, request: AnyRequest, ref: FromPath[str], user: NamedDependency[User]) -> Template | Redirect:
        child, form = await access.get_young_person_for(user, ref), _arrival(user)
        reading = read((*form.questions, CONFIRM), await posted(request), terminology=terminology(request))
        try:
            await actions.start_placement(by=user, young_person=child, new=placement_from(user, reading.checked()))
        except Invalid as refusal:
            again = await warned(user, ref, form, user.establishment or reading.answers.get("establishment"))
            return await put_again(request, user, ref, again, reading, refusal)
        return await after(user, ref, "placements", "arrived")

    @get("/placements/{placement:int}/end", opt={"permission": "placement:record"})
    async def leaving_form(self, request: AnyRequest, ref: FromPath[str], placement: FromPath[int], user: NamedDependency[User]) -> Template:
        return await put(request, user, ref, _leaving(await access.get_placement_for(user, ref, placement)))

    @post("/placements/{placement:int}/end", opt={"permission": "placement:record"})
    async def leave(self, request: AnyRequest, ref: FromPath[str], placement: FromPath[int], user: NamedDependency[User]) -> Template | Redirect:
        found = await access.get_placement_for(user, ref, placement)
        form, sent = _leaving(found), await posted(request)
        reading = read(form.questions, sent, terminology=terminology(request))
        try:
            answers = reading.checked()
            ending = EndPlacement(left_at=moment(answers["left_on"], answers["left_time"]), leaving_reason=answers["leaving_reason"])
            await actions.end_placement(by=user, placement=found, ending=ending, version=version_of(sent))
        except (Invalid, Conflict, Stale) as refusal:
            return await put_again(request, user, ref, form, reading, refusal)
        return await after(user, ref, "placements", "left")

    @get("/placements/{placement:int}/unit", opt={"permission": "placement:record"})
    async def unit_form(self, request: AnyRequest, ref: FromPath[str], placement: FromPath[int], user: NamedDependency[User]) -> Template:
        found = await access.get_placement_for(user, ref, placement)
        form = await warned(user, ref, _unit(found), found.establishment, CONFIRM_MOVE)
        return await put(request, user, ref, form, values={"unit": found.unit or ""})

    @post("/placements/{placement:int}/unit", opt={"permission": "placement:record"})
    async def move(self, request: AnyRequest, ref: FromPath[str], placement: FromPath[int], user: NamedDependency[User]) -> Template | Redirect:
        found = await access.get_placement_for(user, ref, placement)
        form, sent = _unit(found), await posted(request)
        reading = read((*form.questions, CONFIRM_MOVE), sent, terminology=terminology(request))
        try:
            move = to_struct(MoveUnit, {"unit": None, **reading.checked()})
            await actions.move_unit(by=user, placement=found, move=move, version=version_of(sent))
        except (Invalid, Conflict, Stale) as refusal:
            again = await warned(user, ref, form, found.establishment, CONFIRM_MOVE)
            return await put_again(request, user, ref, again, reading, refusal)
        return await after(user, ref, "placements", "unit")

    @get("/care", opt={"permission": "care-period:read"})
    async def care(self, request: AnyRequest, ref: FromPath[str], user: NamedDependency[User]) -> Template:
        child, terms = await queries.open_record(user, ref, "care"), terminology(request)
        rows = [shown.care(one, terms) for one in await queries.care_of(child)]
        return await section(request, user, child, "care", rows=rows)

    @get("/care/new", opt={"permission": "care-period:record"})
    async def care_form(self, request: AnyRequest, ref: FromPath[str], user: NamedDependency[User]) -> Template:
        return await put(request, user, ref, CARE_FORM)

    @post("/care/new", opt={"permission": "care-period:record"})
    async def record_care(self, request: AnyRequest, ref: FromPath[str], user: NamedDependency[User]) -> Template | Redirect:
        def record(child: YoungPerson, answers: dict[str, Any]) -> Any:
            return actions.record_care_period(by=user, young_person=child, new=to_struct(RecordCarePeriod, answers, CARE))

        return await take(request, user, ref, CARE_FORM, record, "care")

    @get("/contacts", opt={"permission": "contact:read"})
    async def contacts(self, request: AnyRequest, ref: FromPath[str], user: NamedDependency[User]) -> Template:
        child, terms = await queries.open_record(user, ref, "contacts"), terminology(request)
        found = await queries.contacts_of(child, after=request.query_params.get("after"))
        plans = [plan_row(one, terms) for one in await plans_of(child.id, terms)] if user.may("contact-plan:read") else []
        return await section(request, user, child, "contacts", found=found, rows=[shown.contact(one, terms) for one in found.items], plans=plans)

    @get("/contacts/new", opt={"permission": "contact:record"})
    async def contact_form(self, request: AnyRequest, ref: FromPath[str], user: NamedDependency[User]) -> Template:
        """`kind` and `with` in the address: what is chosen already."""
        query = request.query_params
        chosen = {"kind": query.get("kind", ""), "from_whom": query.get("with", "")}
        return await put(request, user, ref, CONTACT_FORM, values={**chosen, "happened_on": clock.today().isoformat()})

    @post("/contacts/new", opt={"permission": "contact:record"})
    async def record_contact(self, request: AnyRequest, ref: FromPath[str], user: NamedDependency[User]) -> Template | Redirect:
        def record(child: YoungPerson, answers: dict[str, Any]) -> Any:
            return actions.record_contact(by=user, young_person=child, new=to_struct(RecordContact, answers, CONTACT))

        return await take(request, user, ref, CONTACT_FORM, record, "contact")

    @get("/edit", opt={"permission": "young-person:change"})
    async def edit_form(self, request: AnyRequest, ref: FromPath[str], user: NamedDependency[User]) -> Template:
        child = await queries.open_record(user, ref, "edit")
        return await _edit(request, user, child, filled(shown.RECORD, shown.answers_of(child)))

    @post("/edit", opt={"permission": "young-person:change"})
    async def edit(self, request: AnyRequest, ref: FromPath[str], user: NamedDependency[User]) -> Template | Redirect:
        child, sent, terms = await access.get_young_person_for(user, ref), await posted(request), terminology(request)
        reading = read(shown.RECORD, sent, terminology=terms)
        try:
            reading.checked()
            change = to_struct(ChangeYoungPerson, reading.with_blanks, shown.RECORD)
            await actions.change_young_person(by=user, young_person=child, change=change, version=version_of(sent))
        except Invalid as refusal:
            return await _edit(request, user, child, reading.typed, refusal.errors, status=422)
        except Stale as refusal:
            now = await queries.open_record(user, ref, "edit")
            both = shown.differences(shown.answers_of(now), reading.answers, terms)
            return await _edit(request, user, now, reading.typed, [FieldError("", str(refusal))], status=412, both=both)
        return await after(user, ref, "", "changed")


async def change(
    request: AnyRequest, user: User, ref: str, form: Form, act: Callable[[dict[str, Any], int], Awaitable[object]], done: str
) -> Template | Redirect:
    """Read a form that changes one thing of a record, and do it with its answers and the version that it was made from."""
    sent = await posted(request)
    reading = read(form.questions, sent, terminology=terminology(request))
    try:
        await act(reading.checked(), version_of(sent))
    except (Invalid, Conflict, Stale) as refusal:
        return await put_again(request, user, ref, form, reading, refusal)
    return await after(user, ref, form.section, done)


async def section(request: AnyRequest, user: User, child: YoungPerson, section: str, **context: Any) -> Template:
    done = DONE.get(request.query_params.get("done", ""))
    around = await frame(user, child, section, terminology=terminology(request))
    return page(f"people/{section}.html", request, **around, done=done, **context)


async def take(
    request: AnyRequest, user: User, ref: str, form: Form, record: Callable[[YoungPerson, dict[str, Any]], Any], done: str
) -> Template | Redirect:
    """Read a form that adds one thing to a record, and do it."""
    child = await access.get_young_person_for(user, ref)
    reading = read(form.questions, await posted(request), terminology=terminology(request))
    try:
        await record(child, reading.checked())
    except (Invalid, Conflict) as refusal:
        return await put_again(request, user, ref, form, reading, refusal)
    return await after(user, ref, form.section, done)


async def _edit(
    request: AnyRequest, user: User, child: YoungPerson, values: Any, errors: Sequence[FieldError] = (), *, status: int = 200, both: Any = ()
) -> Template:
    terms = terminology(request)
    return page(
        "people/edit.html", request, status=status, **await frame(user, child, "overview", terminology=terms),
        values=values, errors=errors, both=both, asked=asked(shown.RECORD, {}, on=clock.today(), terminology=terms),
    )  # fmt: skip


async def after(user: User, ref: str, section: str, done: str) -> Redirect:
    """Back to the section; to the list where what was done took the young person out of the user's sight."""
    child = access.young_person_number(ref)
    if not await access.may_see(user, child):
        return see_other(f"/children?done={done}")
    return see_other(f"/children/{ref}/{section}".rstrip("/") + f"?done={done}")
