"""The form about a public protection panel. Its decisions stand on the young person's page about sharing."""

from typing import Any

from litestar import Controller, get, post
from litestar.di import NamedDependency
from litestar.params import FromPath
from litestar.response import Redirect, Template

from yosafe import clock
from yosafe.accounts.viewer import User
from yosafe.errors import FieldError, Invalid
from yosafe.forms.read import to_struct
from yosafe.people.access import get_young_person_for
from yosafe.people.record_pages import Form, put, take
from yosafe.people.tables import YoungPerson
from yosafe.sharing.tables import PublicRisk
from yosafe.web.kit import AnyRequest, terminology

from . import questions
from .actions import RECORD, decide_public_risk
from .queries import own_protection
from .schemas import DecidePublicRisk


async def _form(request: AnyRequest, user: User, ref: str) -> Form:
    child = await get_young_person_for(user, ref)
    asked = questions.decide(await own_protection(user, child.id), terminology(request))
    return Form(title="Decide on a public protection panel", section="sharing", questions=asked, submit="Record the decision")


class PublicRiskPages(Controller):
    path = "/children/{ref:str}/public-risk/new"
    include_in_schema = False

    @get("/", opt={"permission": RECORD})
    async def decide_form(self, request: AnyRequest, ref: FromPath[str], user: NamedDependency[User]) -> Template:
        values = {"decided_on": clock.today().isoformat(), "decided_by": user.name}
        return await put(request, user, ref, await _form(request, user, ref), values=values)

    @post("/", opt={"permission": RECORD})
    async def decide(self, request: AnyRequest, ref: FromPath[str], user: NamedDependency[User]) -> Template | Redirect:
        form = await _form(request, user, ref)

        async def record(child: YoungPerson, answers: dict[str, Any]) -> PublicRisk:
            new = to_struct(DecidePublicRisk, questions.decision_from(answers), form.questions)
            try:
                return await decide_public_risk(by=user, young_person=child, new=new)
            except Invalid as refusal:
                raise Invalid([FieldError(_box(fault.key), fault.message) for fault in refusal.errors]) from None

        return await take(request, user, ref, form, record, "decided")


def _box(key: str) -> str:
    """The box of the form for a fault."""
    code = key.removeprefix("criteria.")
    if code == key:
        return key
    return questions.EVIDENCE + code.removesuffix(".evidence") if code.endswith(".evidence") else questions.CRITERION + code
