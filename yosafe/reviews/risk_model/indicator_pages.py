"""The page of each kind of flag: the rule in words, its thresholds and who changed them, whom it flags and misses."""

from typing import Any

from litestar import Controller, get, post
from litestar.di import NamedDependency
from litestar.params import FromPath
from litestar.response import Redirect, Template

from yosafe.accounts.viewer import User
from yosafe.errors import Conflict, Invalid, Stale
from yosafe.forms.read import read, to_struct
from yosafe.models import report
from yosafe.reviews import shown as flags_shown
from yosafe.web.kit import AnyRequest, page, posted, see_other, terminology

from . import access, actions, indicator_queries, queries, questions, shown
from .pages import STATUS, Refusal, faults, number_in
from .schemas import SetThresholds


class IndicatorPages(Controller):
    path = "/risks/rules"
    include_in_schema = False

    @get("/{name:str}", opt={"permission": "model:read"})
    async def show(self, request: AnyRequest, name: FromPath[str], user: NamedDependency[User]) -> Template:
        return await _indicator(request, user, name)

    @post("/{name:str}/thresholds", opt={"permission": "indicator:set"})
    async def set_them(self, request: AnyRequest, name: FromPath[str], user: NamedDependency[User]) -> Template | Redirect:
        one = access.get_indicator_for(user, name)
        form = questions.of_indicator(one, await indicator_queries.thresholds_of(one))
        sent = await posted(request)
        reading = read(form, sent, terminology=terminology(request))
        try:
            answers = reading.checked()
            values = {setting: answers[setting] for setting in one.settings}
            new = to_struct(SetThresholds, {"values": values, "reason": answers["reason"]}, form)
            await actions.set_thresholds(by=user, indicator=name, new=new, steps=number_in(sent, "version"))
        except (Invalid, Conflict, Stale) as refusal:
            return await _indicator(request, user, name, reading.typed, refusal)
        return see_other(f"/risks/rules/{name}?done=set")


async def _indicator(request: AnyRequest, user: User, name: str, values: Any = None, refusal: Refusal | None = None) -> Template:
    words, one = terminology(request), access.get_indicator_for(user, name)
    found = await indicator_queries.indicator(user, name, words)
    form = questions.of_indicator(one, found.thresholds) if one.settings and user.may("indicator:set") else ()
    return page(
        "reviews/model/indicator.html", request, status=STATUS[type(refusal)] if refusal else 200, found=found, say=report, shown=shown,
        rule=flags_shown.rule_words(name, found.thresholds, words), asked=form, errors=faults(refusal), standing=await queries.standing(user),
        values=values or {setting: str(value) for setting, value in found.thresholds.items()}, done=request.query_params.get("done") == "set",
    )  # fmt: skip
