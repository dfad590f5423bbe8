"""The pages on which a second person decides about an assessment, and the list of those that wait."""

from collections.abc import Sequence
from typing import Any, cast, get_args

from litestar import Controller, Response, get, post
from litestar.di import NamedDependency
from litestar.params import FromPath
from litestar.response import Redirect, Template

from yosafe.accounts.viewer import User
from yosafe.db.filters import check, code_faults
from yosafe.errors import Conflict, FieldError, Invalid
from yosafe.forms.options import Option
from yosafe.forms.questions import Kind, Question
from yosafe.forms.read import read, to_struct
from yosafe.lists.listed import EXPORT
from yosafe.people.access import get_young_person_for, young_person_ref
from yosafe.people.frame import frame
from yosafe.reference.codes import code_list
from yosafe.web import listing
from yosafe.web.kit import AnyRequest, Query, page, posted, see_other, terminology
from yosafe.welfare import access, queries
from yosafe.welfare.actions import take_up_again
from yosafe.welfare.rules import STANDING_WORDS
from yosafe.welfare.shown import line_shown

from . import actions
from .queries import WAITING, StateAsked, WaitingFilter
from .schemas import SignAssessment

STATES = {"waiting": "Waiting for a second person", "sent_back": "Sent back, not put right", "all": "Both"}
WHOSE = {"ours": "Of our agency", "everyone": "Of everyone"}
DECISION = Question(
    name="decision", kind=Kind.RADIOS, label="What do you decide?", called="what you decide", required=True,
    options=(
        Option(value="countersigned", label="Countersign it", hint="You have read all of it, and the evidence bears out what it says"),
        Option(value="sent_back", label="Send it back", hint="Its author puts it right. This one stays on record as it is"),
    ),
)  # fmt: skip
REMARK = Question(
    name="remark", kind=Kind.TEXTAREA, label="What do you say of it?", called="your remark", max_length=4000, rows=4,
    hint="If you send it back, say what must be put right: its author reads this",
)  # fmt: skip
QUESTIONS = (DECISION, REMARK)


class SigningPages(Controller):
    include_in_schema = False

    @get("/assessments/waiting", opt={"permission": "assessment:read"})
    async def waiting(self, request: AnyRequest, user: NamedDependency[User]) -> Template:
        query, terms = request.query_params, terminology(request)
        values = {"state": query.get("state") or "waiting", "whose": query.get("whose") or "ours"}
        fields = listing.radios(state=("State", STATES), whose=("Completed by", WHOSE))
        view = await listing.shown(request, user, WAITING, lambda: _wanted(query), address="/assessments/waiting", fields=fields, values=values)
        return page(
            "welfare/signing/list.html", request, status=view.status, view=view, errors=view.errors, words=STANDING_WORDS,
            occasions=code_list("assessment_occasion").labels(terminology=terms),
        )  # fmt: skip

    @get("/assessments/waiting/export", opt={"permission": EXPORT})
    async def export(self, request: AnyRequest, user: NamedDependency[User]) -> Response[bytes]:
        """The same list as a file."""
        return await listing.file_of(request, user, WAITING, _wanted(request.query_params))

    @get("/assessments/{ref:str}/signing", opt={"permission": "assessment:countersign"})
    async def sign_form(self, request: AnyRequest, ref: FromPath[str], user: NamedDependency[User]) -> Template:
        return await _form(request, user, ref, {})

    @post("/assessments/{ref:str}/signing", opt={"permission": "assessment:countersign"})
    async def sign(self, request: AnyRequest, ref: FromPath[str], user: NamedDependency[User]) -> Template | Redirect:
        row = await access.get_assessment_for(user, ref)
        reading = read(QUESTIONS, await posted(request), terminology=terminology(request))
        try:
            signing = to_struct(SignAssessment, reading.checked(), QUESTIONS)
            await actions.sign_assessment(by=user, assessment=row, signing=signing)
        except Invalid as refusal:
            return await _form(request, user, ref, reading.typed, refusal.errors, status=422)
        except Conflict as refusal:
            return await _form(request, user, ref, reading.typed, [FieldError("", str(refusal))], status=409)
        return see_other(f"/assessments/{access.assessment_ref(row['id'])}?saved={signing.decision}")

    @post("/assessments/{ref:str}/again", opt={"permission": "assessment:record"})
    async def again(self, ref: FromPath[str], user: NamedDependency[User]) -> Redirect:
        """A draft with its answers, to put right one that was sent back."""
        row = await access.get_assessment_for(user, ref)
        draft = await take_up_again(by=user, assessment=row)
        return see_other(f"/children/{young_person_ref(row['young_person'])}/assessments/new/{draft.id}")


def _wanted(query: Query) -> WaitingFilter:
    state, whose = query.get("state") or "waiting", query.get("whose") or "ours"
    check([*code_faults("state", [state], get_args(StateAsked)), *code_faults("whose", [whose], WHOSE)])
    return WaitingFilter(state=cast("StateAsked", state), everyone=whose == "everyone")


async def _form(request: AnyRequest, user: User, ref: str, values: Any, errors: Sequence[FieldError] = (), *, status: int = 200) -> Template:
    words = terminology(request)
    found = await queries.open_assessment(user, ref)
    child = await get_young_person_for(user, found.young_person)
    return page(
        "welfare/signing/form.html", request, status=status, **await frame(user, child, "assessments", terminology=words), found=found,
        line=line_shown(found, words), asked=QUESTIONS, values=values, errors=errors,
    )  # fmt: skip
