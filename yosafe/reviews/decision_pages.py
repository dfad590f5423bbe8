"""The decision on a case: asked for, checked, recorded. Nothing is kept between the pages: the check page sends all of it again."""

from collections.abc import Sequence
from typing import Any

from litestar import Controller, get, post
from litestar.di import NamedDependency
from litestar.params import FromPath
from litestar.response import Redirect, Template

from yosafe import clock
from yosafe.accounts.viewer import User
from yosafe.errors import Conflict, FieldError, Invalid, Stale
from yosafe.forms.questions import Question
from yosafe.forms.read import Reading, read
from yosafe.people.access import get_young_person_for
from yosafe.people.frame import frame
from yosafe.web.kit import AnyRequest, page, posted, see_other, terminology

from . import access, shown
from . import meeting_actions as actions
from . import meeting_forms as forms
from . import meeting_queries as queries
from .meeting_schemas import CaseDetail
from .rules import FlagState
from .schemas import FlagOut
from .tables import Review, ReviewCase

HERE = "/{ref:str}/cases/{number:int}/decision"
RECORD, CHANGE = "record", "change"  # what the buttons of the check page say


class DecisionPages(Controller):
    path = "/reviews"
    include_in_schema = False

    @get(HERE, opt={"permission": "review:decide"})
    async def ask(self, request: AnyRequest, ref: FromPath[str], number: FromPath[int], user: NamedDependency[User]) -> Template:
        return await (await _open(request, user, ref, number)).form({}, ())

    @post(HERE, opt={"permission": "review:decide"}, status_code=200)
    async def answer(self, request: AnyRequest, ref: FromPath[str], number: FromPath[int], user: NamedDependency[User]) -> Template | Redirect:
        """From the form: to the check page, or back with what is wrong. From the check page: record it, or back to change it."""
        sheet = await _open(request, user, ref, number)
        form = await posted(request)
        reading, step = read(sheet.questions, form, terminology=terminology(request)), next(iter(form.get("step", [])), "")
        if step == CHANGE:
            return await sheet.form(reading.typed, ())
        about: dict[str, Any] = {"by": user, "review": sheet.review, "case": sheet.case, "version": forms.version_in(form)}
        try:
            about["new"] = forms.decision_from(reading.checked(), sheet.questions)
            if step != RECORD:
                await actions.check_decision(**about)
                return await sheet.check(reading, form)
            await actions.decide_case(**about)
        except Invalid as refusal:
            return await sheet.form(reading.typed, forms.on_dates(refusal.errors, "next_review_on", *forms.ACTION_DATES), status=422)
        except (Conflict, Stale) as refusal:
            return await sheet.form(reading.typed, [FieldError("", str(refusal))], status=412 if isinstance(refusal, Stale) else 409)
        return see_other(f"/reviews/{ref}/cases/{number}?done=decided")


class _Sheet:
    """The case that is decided, with what is asked about it."""

    def __init__(self, request: AnyRequest, review: Review, case: ReviewCase, detail: CaseDetail, around: dict[str, Any]) -> None:
        self.request, self.review, self.case, self.detail, self.around = request, review, case, detail, around
        self.questions: tuple[Question, ...] = ()

    @property
    def flags(self) -> list[FlagOut]:
        """Those that the decision must answer."""
        return [flag for flag in self.detail.flags if flag.state is not FlagState.CLOSED]

    @property
    def early(self) -> bool:
        return self.review.meets_on > clock.today()

    async def form(self, values: dict[str, Any], errors: Sequence[FieldError], *, status: int = 200) -> Template:
        return page(
            "reviews/decision.html", self.request, status=status, **self.around, detail=self.detail, flags=self.flags, early=self.early,
            quorum=await queries.quorum_words(self.review), questions={question.name: question for question in self.questions},
            all_questions=self.questions,
            rows=range(1, forms.ACTION_ROWS + 1), values=values, errors=errors, shown=shown,
        )  # fmt: skip

    async def check(self, reading: Reading, form: dict[str, list[str]]) -> Template:
        answered = forms.answered(reading.answers, self.questions, terminology(self.request))
        fields = [(name, value) for name, values in form.items() if name != "step" for value in values]
        return page(
            "reviews/check.html", self.request,
            quorum=await queries.quorum_words(self.review), **self.around, detail=self.detail, answered=answered, fields=fields, early=self.early,
            record=RECORD, change=CHANGE,
        )  # fmt: skip


async def _open(request: AnyRequest, user: User, ref: str, number: int) -> _Sheet:
    review, case = await access.get_case_for(user, ref, number)
    access.check_can_run(user, review)
    terms = terminology(request)
    child = await get_young_person_for(user, case.young_person)
    detail = await queries.case_detail(user, review, case, terminology=terms)
    sheet = _Sheet(request, review, case, detail, await frame(user, child, "flags", terminology=terms))
    sheet.questions = forms.decision_questions(sheet.flags, await queries.agencies_about(review, case.young_person), early=sheet.early)
    return sheet
