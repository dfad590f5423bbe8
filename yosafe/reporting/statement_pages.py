"""The pages of words in a report: writing them, their versions, signing, and adding to what was signed."""

from collections.abc import Mapping as Map
from collections.abc import Sequence
from typing import Any

from litestar import Controller, get, post
from litestar.di import NamedDependency
from litestar.params import FromPath
from litestar.response import Redirect, Template

from yosafe.accounts.viewer import User
from yosafe.errors import Conflict, Invalid, Stale
from yosafe.forms.questions import Kind, Option, Question
from yosafe.forms.read import read
from yosafe.web.kit import AnyRequest, page, posted, see_other

from . import access, queries, shown, signing
from .pages import STATUS, faults, version_in
from .schemas import SaidOut, StatementOut
from .statements import content_of, statement_of

NAMELESS = "Name no young person: the figures name nobody, and the report goes to several agencies"
SIGNED_AS = Question(
    name="signed_as", kind=Kind.TEXT, label="In which capacity do you sign?", called="in which capacity you sign", required=True, max_length=100,
    hint="Such as “Chair of the committee”",
)  # fmt: skip
ADDED = Question(
    name="words", kind=Kind.TEXTAREA, label="What is added?", called="what is added", required=True, max_length=10_000, rows=8,
    hint=f"It stands below the signed words, with your name and today's date. {NAMELESS}",
)  # fmt: skip


class StatementPages(Controller):
    path = "/reports/{ref:str}"
    include_in_schema = False

    @get("/words", opt={"permission": access.WRITE})
    async def words(self, request: AnyRequest, ref: FromPath[str], user: NamedDependency[User]) -> Template:
        """Boxes for what is said, or what was signed; with every version."""
        return await _words_page(request, user, ref)

    @post("/words", opt={"permission": access.WRITE})
    async def write(self, request: AnyRequest, ref: FromPath[str], user: NamedDependency[User]) -> Template | Redirect:
        row, form = await access.get_build_for(user, ref), await posted(request)
        said = (await signing.statement_for(row)).said
        reading = read(_boxes(said), form)
        try:
            answers = reading.checked()
            words = {one.place: answers[_box(n)] for n, one in enumerate(said, 1) if _box(n) in answers}
            await signing.write(by=user, row=row, words=words, version=version_in(form))
        except (Invalid, Conflict, Stale) as refusal:
            return await _words_page(request, user, ref, reading.typed, refusal)
        return see_other(f"/reports/{ref}/words")

    @get("/sign", opt={"permission": access.SIGN})
    async def sign_form(self, request: AnyRequest, ref: FromPath[str], user: NamedDependency[User]) -> Template:
        return await _sign_page(request, user, ref)

    @post("/sign", opt={"permission": access.SIGN})
    async def sign(self, request: AnyRequest, ref: FromPath[str], user: NamedDependency[User]) -> Template | Redirect:
        row, form = await access.get_build_for(user, ref), await posted(request)
        reading = read((SIGNED_AS,), form)
        try:
            await signing.sign(by=user, row=row, signed_as=reading.checked()["signed_as"], version=version_in(form))
        except (Invalid, Conflict, Stale) as refusal:
            return await _sign_page(request, user, ref, reading.typed, refusal)
        return see_other(f"/reports/{ref}")

    @get("/addendum", opt={"permission": access.SIGN})
    async def add_form(self, request: AnyRequest, ref: FromPath[str], user: NamedDependency[User]) -> Template:
        return await _add_page(request, user, ref)

    @post("/addendum", opt={"permission": access.SIGN})
    async def add(self, request: AnyRequest, ref: FromPath[str], user: NamedDependency[User]) -> Template | Redirect:
        row, form = await access.get_build_for(user, ref), await posted(request)
        reading = read(_addendum(await signing.statement_for(row)), form)
        try:
            await signing.add(by=user, row=row, **reading.checked(), version=version_in(form))
        except (Invalid, Conflict, Stale) as refusal:
            return await _add_page(request, user, ref, reading.typed, refusal)
        return see_other(f"/reports/{ref}")


def _box(number: int) -> str:
    return f"words_{number}"


def _boxes(said: Sequence[SaidOut]) -> tuple[Question, ...]:
    """A box for each place. One in which something stands can be changed, and not emptied."""
    return tuple(
        Question(
            name=_box(number), kind=Kind.TEXTAREA, label=one.title, called=one.title, required=bool(one.words), max_length=10_000, rows=8,
            required_message=f"Write what is to stand under “{one.title}”: what was said can be changed, and not taken away",
        )
        for number, one in enumerate(said, 1)
    )  # fmt: skip


def _addendum(statement: StatementOut) -> tuple[Question, ...]:
    options = tuple(Option(value=one.place, label=one.title) for one in statement.said)
    return (Question(name="place", kind=Kind.RADIOS, label="To what do you add?", called="what you add to", required=True, options=options), ADDED)


async def _standing(row: Any, statement: StatementOut) -> dict[str, str]:
    """What stands in each box; in a correction in which nothing is written, what was said in the report that it corrects."""
    said = statement.said
    if row["corrects"] is not None and not statement.version:
        earlier = await statement_of(row["corrects"], content_of(await access.build_numbered(row["corrects"])))
        words = {one.place: one.words for one in earlier.said} if earlier is not None else {}
        return {_box(number): words.get(one.place, "") for number, one in enumerate(said, 1)}
    return {_box(number): one.words for number, one in enumerate(said, 1)}


async def _words_page(request: AnyRequest, user: User, ref: str, typed: Map[str, Any] | None = None, refusal: Exception | None = None) -> Template:
    row = await access.get_build_for(user, ref)
    statement = await signing.statement_for(row)
    await queries.open_build(user, ref)
    return page(
        "reporting/words.html", request, status=STATUS[type(refusal)] if refusal else 200, errors=faults(refusal), build=queries.build_out(row),
        statement=statement, asked=_boxes(statement.said), values=await _standing(row, statement) if typed is None else typed, hint=NAMELESS,
        open=statement.signed_at is None and row["issued_at"] is None, version=statement.version, signed=shown.signed(statement),
    )  # fmt: skip


async def _sign_page(request: AnyRequest, user: User, ref: str, typed: Map[str, Any] | None = None, refusal: Exception | None = None) -> Template:
    """Raises Conflict where there is nothing to sign, unless that was said already."""
    row = await access.get_build_for(user, ref)
    statement = await signing.statement_for(row)
    if refusal is None:
        signing.check_open(row, statement)
    return page(
        "reporting/sign.html", request, status=STATUS[type(refusal)] if refusal else 200, errors=faults(refusal), build=queries.build_out(row),
        statement=statement, asked=(SIGNED_AS,), values=typed or {},
    )  # fmt: skip


async def _add_page(request: AnyRequest, user: User, ref: str, typed: Map[str, Any] | None = None, refusal: Exception | None = None) -> Template:
    row = await access.get_build_for(user, ref)
    statement = await signing.statement_for(row)
    if refusal is None:
        signing.check_signed(statement)
    return page(
        "reporting/addendum.html", request, status=STATUS[type(refusal)] if refusal else 200, errors=faults(refusal), build=queries.build_out(row),
        statement=statement, asked=_addendum(statement), values=typed or {},
    )  # fmt: skip
