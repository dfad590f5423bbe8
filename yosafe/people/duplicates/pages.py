"""Pages about records that may be of one child: which they are, and saying that two are of two children."""

from collections.abc import Mapping, Sequence
from typing import Any

from litestar import Controller, get, post
from litestar.di import NamedDependency
from litestar.params import FromPath
from litestar.response import Redirect, Template

from yosafe.accounts.viewer import User
from yosafe.errors import Conflict, FieldError
from yosafe.forms.questions import Kind, Question
from yosafe.forms.read import read
from yosafe.people.access import young_person_ref
from yosafe.people.frame import frame
from yosafe.people.queries import open_record
from yosafe.people.tables import YoungPerson
from yosafe.reference.establishments import establishment
from yosafe.web.kit import AnyRequest, page, posted, see_other, terminology

from . import actions, queries
from .rules import STRENGTHS

MERGE = "young-person:merge"
DONE = {"two": "It was recorded that the two records are of two children. They are not shown here again."}
REASON = Question(
    name="reason", kind=Kind.TEXTAREA, label="How do you know that these are two children?", called="how you know that these are two children",
    hint="For example: brothers; both were here at the same time; the mother says so.", required=True, min_length=10, max_length=2000, rows=4,
)  # fmt: skip


class DuplicatePages(Controller):
    path = "/children"
    include_in_schema = False

    @get("/duplicates", opt={"permission": MERGE})
    async def leads(self, request: AnyRequest, user: NamedDependency[User]) -> Template:
        found = await queries.leads(user, terminology(request))
        return page(
            "people/duplicates/list.html", request, found=found, place=establishment, strengths=STRENGTHS,
            full=len(found) == queries.MOST_LEADS, done=DONE.get(request.query_params.get("done", "")),
        )  # fmt: skip

    @get("/{ref:str}/not-the-same/{other:str}", opt={"permission": MERGE})
    async def ask(self, request: AnyRequest, ref: FromPath[str], other: FromPath[str], user: NamedDependency[User]) -> Template | Redirect:
        both = await _both(user, ref, other)
        return await _form(request, user, both, {}) if both else see_other(f"/children/{ref}/merge")

    @post("/{ref:str}/not-the-same/{other:str}", opt={"permission": MERGE}, status_code=200)
    async def say(self, request: AnyRequest, ref: FromPath[str], other: FromPath[str], user: NamedDependency[User]) -> Template | Redirect:
        both = await _both(user, ref, other)
        if both is None:
            return see_other(f"/children/{ref}/merge")
        reading = read((REASON,), await posted(request))
        if reading.errors:
            return await _form(request, user, both, reading.typed, reading.errors, status=422)
        try:
            await actions.say_not_same(by=user, one=both[0], other=both[1], reason=reading.answers["reason"])
        except Conflict as refusal:
            return await _form(request, user, both, reading.typed, [FieldError("", str(refusal))], status=409)
        return see_other("/children/duplicates?done=two")


async def _both(user: User, ref: str, other: str) -> tuple[YoungPerson, YoungPerson] | None:
    """Both records, noted as read; None where they are one."""
    one, two = await open_record(user, ref, "merge"), await open_record(user, other, "merge")
    return None if one.id == two.id else (one, two)


async def _form(
    request: AnyRequest, user: User, both: tuple[YoungPerson, YoungPerson], values: Mapping[str, Any], errors: Sequence[FieldError] = (), *,
    status: int = 200,
) -> Template:  # fmt: skip
    one, other = both
    return page(
        "people/duplicates/not_same.html", request, status=status, **await frame(user, one, "overview", terminology=terminology(request)),
        other=other, other_ref=young_person_ref(other.id), asked=(REASON,), values=values, errors=errors,
    )  # fmt: skip
