"""The page of one entry of a chronology, and the forms that mark it as significant and take the mark off."""

from collections.abc import Sequence
from typing import Any

from litestar import Controller, get, post
from litestar.di import NamedDependency
from litestar.params import FromPath
from litestar.response import Redirect, Template

from yosafe import clock
from yosafe.accounts.viewer import User
from yosafe.errors import Conflict, DomainError, FieldError, Invalid, Stale
from yosafe.forms.questions import Question
from yosafe.forms.read import asked, read, to_struct
from yosafe.people.access import young_person_ref
from yosafe.people.frame import frame
from yosafe.people.known import shown as known_shown
from yosafe.people.record_pages import STATUS, version_of
from yosafe.web.kit import AnyRequest, page, posted, see_other, terminology

from . import actions, queries, questions
from .access import MARK, get_entry_for, get_mark_for
from .rules import check_stands
from .schemas import MarkEntry, TakeOffMark

DONE = {"marked": "The entry was marked as significant", "unmarked": "The mark was taken off"}
HERE = "/children/{ref:str}/chronology/entries/{key:str}"


class MarkPages(Controller):
    path = HERE
    include_in_schema = False

    @get("/", opt={"permission": "young-person:read"})
    async def show(self, request: AnyRequest, ref: FromPath[str], key: FromPath[str], user: NamedDependency[User]) -> Template:
        child, found = await queries.open_entry(user, ref, key, terminology=terminology(request))
        return page(
            "people/marks/entry.html", request, **await frame(user, child, "chronology", terminology=terminology(request)), found=found,
            entry=found.entry, known_shown=known_shown, done=DONE.get(request.query_params.get("done", "")),
        )  # fmt: skip

    @get("/mark", opt={"permission": MARK})
    async def mark_form(self, request: AnyRequest, ref: FromPath[str], key: FromPath[str], user: NamedDependency[User]) -> Template:
        return await _put(request, user, ref, key, questions.MARK, taking_off=False)

    @post("/mark", opt={"permission": MARK})
    async def mark(self, request: AnyRequest, ref: FromPath[str], key: FromPath[str], user: NamedDependency[User]) -> Template | Redirect:
        child, named, _ = await get_entry_for(user, ref, key)
        reading = read(questions.MARK, await posted(request), terminology=terminology(request))
        try:
            new = to_struct(MarkEntry, reading.checked(), questions.MARK)
            await actions.mark_entry(by=user, young_person=child, key=named, new=new)
        except (Invalid, Conflict) as refusal:
            return await _put(request, user, ref, key, questions.MARK, reading.typed, refusal, taking_off=False)
        return see_other(f"/children/{young_person_ref(child.id)}/chronology/entries/{named}?done=marked")

    @get("/take-off", opt={"permission": MARK})
    async def take_off_form(self, request: AnyRequest, ref: FromPath[str], key: FromPath[str], user: NamedDependency[User]) -> Template:
        check_stands((await get_mark_for(user, ref, key)).taken_off_at is not None)
        return await _put(request, user, ref, key, questions.TAKE_OFF, taking_off=True)

    @post("/take-off", opt={"permission": MARK})
    async def take_off(self, request: AnyRequest, ref: FromPath[str], key: FromPath[str], user: NamedDependency[User]) -> Template | Redirect:
        mark, sent = await get_mark_for(user, ref, key), await posted(request)
        reading = read(questions.TAKE_OFF, sent, terminology=terminology(request))
        try:
            taking = to_struct(TakeOffMark, reading.checked(), questions.TAKE_OFF)
            await actions.take_off_mark(by=user, mark=mark, taking=taking, version=version_of(sent))
        except (Invalid, Conflict, Stale) as refusal:
            return await _put(request, user, ref, key, questions.TAKE_OFF, reading.typed, refusal, taking_off=True)
        return see_other(f"/children/{ref}/chronology/entries/{key}?done=unmarked")


async def _put(
    request: AnyRequest, user: User, ref: str, key: str, form: Sequence[Question], values: Any = None, refusal: DomainError | None = None, *,
    taking_off: bool,
) -> Template:  # fmt: skip
    """A form about the entry as it is now, which is shown above it."""
    terms = terminology(request)
    child, found = await queries.open_entry(user, ref, key, terminology=terms)
    errors = list(refusal.errors) if isinstance(refusal, Invalid) else [FieldError("", str(refusal))] if refusal else []
    return page(
        "people/marks/form.html", request, status=STATUS[type(refusal)] if refusal else 200,
        **await frame(user, child, "chronology", terminology=terms), entry=found.entry, taking_off=taking_off, errors=errors, values=values or {},
        asked=asked(form, {}, on=clock.today(), terminology=terms), known_shown=known_shown,
    )  # fmt: skip
