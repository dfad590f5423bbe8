"""The forms of two changes to what is on the record: a transfer to another establishment, and the correction of a care period."""

from collections.abc import Awaitable
from typing import Any

from litestar import Controller, get, post
from litestar.di import NamedDependency
from litestar.params import FromPath
from litestar.response import Redirect, Template
from msgspec.structs import replace

from yosafe import clock
from yosafe.accounts.viewer import User
from yosafe.errors import Conflict, Invalid, Stale
from yosafe.forms.questions import Kind, Option, Question
from yosafe.forms.read import read, to_struct
from yosafe.reference.establishments import establishments
from yosafe.web.kit import AnyRequest, posted, terminology

from . import access, actions
from .care_actions import correct_care_period
from .keep_apart.questions import CONFIRM
from .questions import CARE, NAME, PLACEMENT, UNIT, moment
from .record_pages import Form, after, change, put, put_again, version_of, warned
from .schemas import CorrectCarePeriod, TransferPlacement
from .tables import CarePeriod, Placement
from .time_out.questions import parts

WHY = Question(
    name="reason", kind=Kind.TEXTAREA, label="Why is it corrected?", called="why it is corrected", min_length=10, max_length=2000, rows=4,
    required=True, hint="What it said before stays on the record, with this",
)  # fmt: skip
CORRECTION = (*(replace(question, hint=None) if question.name == "started_on" else question for question in CARE), WHY)


def _transfer_questions(placement: Placement) -> tuple[Question, ...]:
    places = tuple(Option(value=one.code, label=one.name) for one in establishments(clock.today()) if one.code != placement.establishment)
    legal_status = next(question for question in PLACEMENT if question.name == "legal_status")
    return (
        Question(name="establishment", kind=Kind.SELECT, label="Where to?", called="where to", options=places, required=True),
        replace(UNIT, hint="Wing, house or unit there. Leave it blank if you don't know"),
        legal_status,
        Question(name="moved_on", kind=Kind.DATE, label="Day of the transfer", called="the day of the transfer", past=True, required=True),
        Question(
            name="moved_time", kind=Kind.TIME, label="Time of the transfer", called="the time of the transfer", required=True,
            hint="When they left here: the stay there begins at the same moment",
        ),
        Question(name="reason", kind=Kind.RADIOS, label="Why?", called="why they are transferred", code_list="transfer_reason", required=True),
        Question(name="escort", kind=Kind.TEXT, label="Who takes them there?", called="who takes them there", max_length=NAME + 20, required=True,
                 width=30),
    )  # fmt: skip


def _transfer(placement: Placement) -> Form:
    return Form(
        title="Transfer to another establishment", section="placements", questions=_transfer_questions(placement), submit="Record the transfer",
        version=placement.version, now="It is shown on the page of placements as it is now.",
    )  # fmt: skip


def _correction(period: CarePeriod) -> Form:
    return Form(
        title="Correct the care status", section="care", questions=CORRECTION, submit="Save the correction", version=period.version,
        now="It is shown on the page about care as it is now.",
    )  # fmt: skip


def _said(period: CarePeriod) -> dict[str, str]:
    said = {name: getattr(period, name) for name in ("status", "legal_basis", "responsible_area", "accommodation")}
    return {**{name: value or "" for name, value in said.items()}, "started_on": period.started_on.isoformat()}


class MovingPages(Controller):
    path = "/children/{ref:str}"
    include_in_schema = False

    @get("/placements/{placement:int}/transfer", opt={"permission": "placement:record"})
    async def transfer_form(self, request: AnyRequest, ref: FromPath[str], placement: FromPath[int], user: NamedDependency[User]) -> Template:
        found = await access.get_placement_for(user, ref, placement)
        return await put(request, user, ref, _transfer(found), values={"legal_status": found.legal_status, **parts("moved", clock.now())})

    @post("/placements/{placement:int}/transfer", opt={"permission": "placement:record"})
    async def transfer(self, request: AnyRequest, ref: FromPath[str], placement: FromPath[int], user: NamedDependency[User]) -> Template | Redirect:
        """Where someone is held there whom they must be kept apart from, the form comes again with who it is, and asks why to go on."""
        child, found = await access.get_young_person_for(user, ref), await access.get_placement_for(user, ref, placement)
        form, sent = _transfer(found), await posted(request)
        reading = read((*form.questions, CONFIRM), sent, terminology=terminology(request))
        try:
            answers = reading.checked()
            facts = {name: value for name, value in answers.items() if name not in ("moved_on", "moved_time")}
            move = to_struct(TransferPlacement, {**facts, "moved_at": moment(answers["moved_on"], answers["moved_time"])}, form.questions)
            await actions.transfer_placement(by=user, young_person=child, placement=found, move=move, version=version_of(sent))
        except (Invalid, Conflict, Stale) as refusal:
            return await put_again(request, user, ref, await warned(user, ref, form, reading.answers.get("establishment")), reading, refusal)
        return await after(user, ref, "placements", "transferred")

    @get("/care/{period:int}/correct", opt={"permission": "care-period:correct"})
    async def correction_form(self, request: AnyRequest, ref: FromPath[str], period: FromPath[int], user: NamedDependency[User]) -> Template:
        found = await access.get_care_period_for(user, ref, period)
        return await put(request, user, ref, _correction(found), values=_said(found))

    @post("/care/{period:int}/correct", opt={"permission": "care-period:correct"})
    async def correct(self, request: AnyRequest, ref: FromPath[str], period: FromPath[int], user: NamedDependency[User]) -> Template | Redirect:
        child, found = await access.get_young_person_for(user, ref), await access.get_care_period_for(user, ref, period)

        def act(answers: dict[str, Any], version: int) -> Awaitable[CarePeriod]:
            correction = to_struct(CorrectCarePeriod, answers, CORRECTION)
            return correct_care_period(by=user, young_person=child, period=found, correction=correction, version=version)

        return await change(request, user, ref, _correction(found), act, "corrected")
