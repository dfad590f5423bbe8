"""Pages about flags: the risk register, one flag explained, the rules, a young person's flags."""

from collections.abc import Sequence
from typing import Any

from litestar import Controller, Response, get, post
from litestar.di import NamedDependency
from litestar.params import FromPath
from litestar.response import Redirect, Template

from yosafe import clock
from yosafe.accounts.viewer import User
from yosafe.db.filters import check, place_faults
from yosafe.errors import Conflict, FieldError, Invalid
from yosafe.forms.questions import Kind, Question
from yosafe.forms.read import read, to_struct
from yosafe.forms.typed import Typed
from yosafe.lists.listed import EXPORT
from yosafe.models.indicators import Level
from yosafe.people.access import get_young_person_for
from yosafe.people.frame import frame
from yosafe.people.queries import sites_of
from yosafe.reference.codes import code_list
from yosafe.reference.establishments import establishment
from yosafe.settings import Terminology
from yosafe.web import listing
from yosafe.web.kit import AnyRequest, Query, page, posted, see_other, terminology

from . import access, actions, meeting_queries, queries, shown
from .hits import hit_rates_for
from .kinds import kinds
from .listing_queries import listing_of
from .queries import FlagFilter
from .risk_model.access import indicators_for
from .risk_model.queries import standing
from .risk_model.thresholds import chosen_at
from .schemas import AnswerFlag
from .tables import Flag

OUTCOME = Question(
    name="outcome",
    kind=Kind.RADIOS,
    label="What do you make of it?",
    called="what your agency makes of this flag",
    code_list="flag_outcome",
    required=True,
    required_message="Select what your agency makes of this flag",
)
REASON = Question(
    name="reason", kind=Kind.TEXTAREA, label="Why?", called="the reason", hint="In words that another agency would understand",
    required=True, min_length=10, max_length=2000, rows=4,
)  # fmt: skip
ANSWER = (OUTCOME, REASON)


ANY = "any"


class FlagPages(Controller):
    include_in_schema = False

    @get("/risks", opt={"permission": "flag:read"})
    async def register(self, request: AnyRequest, user: NamedDependency[User]) -> Template:
        query = request.query_params
        fields, values = await _filters(user, terminology(request)), {"state": query.get("state") or "open"}
        view = await listing.shown(request, user, queries.FLAGS, lambda: _wanted(query), address="/risks", fields=fields, values=values)
        return page(
            "reviews/risks.html", request, status=view.status, view=view, errors=view.errors, shown=shown,
            refreshed=await actions.newest_refresh(), standing=await standing(user),
            done="The flags have been worked out again." if query.get("done") == "refreshed" else None,
        )  # fmt: skip

    @get("/risks/export", opt={"permission": EXPORT})
    async def export(self, request: AnyRequest, user: NamedDependency[User]) -> Response[bytes]:
        """The same list as a file."""
        return await listing.file_of(request, user, queries.FLAGS, _wanted(request.query_params))

    @post("/risks/refresh", opt={"permission": "flag:refresh"})
    async def refresh(self, user: NamedDependency[User]) -> Redirect:
        await actions.refresh_flags(by=user)
        return see_other("/risks?done=refreshed")

    @get("/risks/rules", opt={"permission": "model:read"})
    async def rules(self, request: AnyRequest, user: NamedDependency[User]) -> Template:
        terms, chosen = terminology(request), await chosen_at(clock.today())
        rules = [rule for name in kinds() if (rule := shown.rule_words(name, chosen.get(name), terms))]
        return page(
            "reviews/rules.html", request, rules=rules, hit_rates=await hit_rates_for(user), of=indicators_for(user), standing=await standing(user)
        )

    @get("/risks/{flag:int}", opt={"permission": "flag:read"})
    async def explained(self, request: AnyRequest, flag: FromPath[int], user: NamedDependency[User]) -> Template:
        return await _flag_page(request, user, await access.get_flag_for(user, flag), {}, ())

    @post("/risks/{flag:int}/outcomes", opt={"permission": "flag:answer"})
    async def answer(self, request: AnyRequest, flag: FromPath[int], user: NamedDependency[User]) -> Template | Redirect:
        found = await access.get_flag_for(user, flag)
        reading = read(ANSWER, await posted(request), terminology=terminology(request))
        try:
            new = to_struct(AnswerFlag, reading.checked(), ANSWER)
            await actions.answer_flag(by=user, flag=found, outcome=new.outcome, reason=new.reason)
        except Invalid as refusal:
            return await _flag_page(request, user, found, reading.typed, refusal.errors)
        except Conflict as refusal:
            return await _flag_page(request, user, found, reading.typed, [FieldError("", str(refusal))], status=409)
        return see_other(f"/risks/{flag}?done=answered")

    @get("/children/{ref:str}/flags", opt={"permission": "flag:read"})
    async def of_child(self, request: AnyRequest, ref: FromPath[str], user: NamedDependency[User]) -> Template:
        terms = terminology(request)
        child = await get_young_person_for(user, ref)
        found = await queries.flags_of_child(user, child.id, terminology=terms)
        return page(
            "reviews/child.html", request, **await frame(user, child, "flags", terminology=terms), found=found, shown=shown,
            cases=await meeting_queries.cases_of(user, child.id), decision=code_list("review_decision"), listing=await listing_of(user, child.id),
            listed=request.query_params.get("done") == "listed", standing=await standing(user),
        )  # fmt: skip


def _levels(terms: Terminology) -> list[dict[str, str]]:
    exact = [{"value": level.value, "label": shown.level_word(level, terms)} for level in reversed(Level)]
    return [{"value": "", "label": "All that ask for something"}, {"value": ANY, "label": "All, notes too"}, *exact]


async def _filters(user: User, terms: Terminology) -> list[dict[str, Any] | None]:
    """The questions of the filter panel."""
    sites = [{"value": code, "label": establishment(code).name} for code in await sites_of(user)]
    rules = [{"value": name, "label": queries.title_of(name, terms)} for name in kinds()]
    return [
        {"name": "flag", "kind": "select", "label": "Flag", "options": rules},
        {"name": "site", "kind": "select", "label": "Held at", "options": sites} if len(sites) > 1 else None,
        {"name": "level", "kind": "select", "label": "Level", "options": _levels(terms), "required": True},
        {"name": "state", "kind": "radios", "label": "State", "options": [{"value": value, "label": words} for value, words in shown.STATES]},
    ]


def _wanted(query: Query) -> FlagFilter:
    """Without a level or a flag asked for: what asks for something."""
    check(place_faults("site", query.get("site")))
    level, indicator = query.get("level", ""), query.get("flag", "")
    if level not in ("", ANY, *Level):
        raise Invalid([FieldError("level", "Select a level from the list")])
    return FlagFilter(
        indicator=indicator or None,
        establishment=query.get("site", "") or None,
        level=Level(level) if level in tuple(Level) else None,
        asking=not level and not indicator,
        state=query.get("state", "") or "open",
    )


async def _flag_page(
    request: AnyRequest, user: User, flag: Flag, values: dict[str, Typed], errors: Sequence[FieldError], *, status: int | None = None
) -> Template:
    terms = terminology(request)
    detail = await queries.flag_detail(user, flag, terminology=terms)
    child = await get_young_person_for(user, flag.young_person)
    return page(
        "reviews/flag.html", request, status=status or (422 if errors else 200), **await frame(user, child, "flags", terminology=terms),
        detail=detail, rule=shown.rule_words(flag.indicator, detail.rule, terms), shown=shown, outcomes=code_list("flag_outcome"),
        can_answer=access.can_answer(user, flag), standing=await standing(user),
        questions=ANSWER, values=values, errors=errors, listing=await listing_of(user, child.id),
        listed=request.query_params.get("done") == "listed",
        done="What your agency makes of it is kept with the flag." if request.query_params.get("done") == "answered" else None,
    )  # fmt: skip
