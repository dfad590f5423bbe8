"""Names and numbers of a young person: the page, and the forms that add to them and end them."""

from collections.abc import Awaitable, Callable
from typing import Any

from litestar import Controller, get, post
from litestar.di import NamedDependency
from litestar.params import FromPath
from litestar.response import Redirect, Template

from yosafe.accounts.viewer import User
from yosafe.forms.read import to_struct
from yosafe.web.kit import AnyRequest, terminology

from . import access, queries, shown
from . import identifier_actions as identifiers
from .questions import ENDING, OTHER_NAME, number_questions
from .record_pages import Form, change, put, section, take
from .schemas import EndUse, RecordName, RecordNumber
from .tables import ExternalNumber, OtherName, YoungPerson

NAME_FORM = Form(title="Record another name", section="names", questions=OTHER_NAME, submit="Record the name")


async def _number_form() -> Form:
    questions = number_questions(await queries.agencies_with_numbers())
    return Form(title="Record a number", section="names", questions=questions, submit="Record the number")


def _ending(ended: OtherName | ExternalNumber) -> Form:
    what = ended.value if isinstance(ended, ExternalNumber) else " ".join(part for part in (ended.given_names, ended.family_name) if part)
    return Form(
        title=f"End the use of {what}", section="names", questions=ENDING, submit="Record that it ended", version=ended.version,
        now="It is shown on the page of names and numbers as it is now.",
    )  # fmt: skip


class IdentifierPages(Controller):
    path = "/children/{ref:str}"
    include_in_schema = False

    @get("/names", opt={"permission": "young-person:read"})
    async def names(self, request: AnyRequest, ref: FromPath[str], user: NamedDependency[User]) -> Template:
        child, terms = await queries.open_record(user, ref, "names"), terminology(request)
        names = [shown.name(one, terms) for one in await queries.names_of(child)]
        numbers = [shown.number(one, terms) for one in await queries.numbers_of(child)]
        return await section(request, user, child, "names", names=names, numbers=numbers)

    @get("/names/new", opt={"permission": "identifier:record"})
    async def name_form(self, request: AnyRequest, ref: FromPath[str], user: NamedDependency[User]) -> Template:
        return await put(request, user, ref, NAME_FORM)

    @post("/names/new", opt={"permission": "identifier:record"})
    async def record_name(self, request: AnyRequest, ref: FromPath[str], user: NamedDependency[User]) -> Template | Redirect:
        def record(child: YoungPerson, answers: dict[str, Any]) -> Any:
            return identifiers.record_name(by=user, young_person=child, new=to_struct(RecordName, answers, OTHER_NAME))

        return await take(request, user, ref, NAME_FORM, record, "name")

    @get("/numbers/new", opt={"permission": "identifier:record"})
    async def number_form(self, request: AnyRequest, ref: FromPath[str], user: NamedDependency[User]) -> Template:
        return await put(request, user, ref, await _number_form())

    @post("/numbers/new", opt={"permission": "identifier:record"})
    async def record_number(self, request: AnyRequest, ref: FromPath[str], user: NamedDependency[User]) -> Template | Redirect:
        form = await _number_form()

        def record(child: YoungPerson, answers: dict[str, Any]) -> Any:
            return identifiers.record_number(by=user, young_person=child, new=to_struct(RecordNumber, answers, form.questions))

        return await take(request, user, ref, form, record, "number")

    @get("/names/{other_name:int}/end", opt={"permission": "identifier:record"})
    async def name_ending(self, request: AnyRequest, ref: FromPath[str], other_name: FromPath[int], user: NamedDependency[User]) -> Template:
        return await put(request, user, ref, _ending(await access.get_other_name_for(user, ref, other_name)))

    @post("/names/{other_name:int}/end", opt={"permission": "identifier:record"})
    async def end_name(self, request: AnyRequest, ref: FromPath[str], other_name: FromPath[int], user: NamedDependency[User]) -> Template | Redirect:
        found = await access.get_other_name_for(user, ref, other_name)

        def end(ending: EndUse, version: int) -> Any:
            return identifiers.end_name(by=user, name=found, ending=ending, version=version)

        return await _end(request, user, ref, _ending(found), end)

    @get("/numbers/{external_number:int}/end", opt={"permission": "identifier:record"})
    async def number_ending(self, request: AnyRequest, ref: FromPath[str], external_number: FromPath[int], user: NamedDependency[User]) -> Template:
        return await put(request, user, ref, _ending(await access.get_external_number_for(user, ref, external_number)))

    @post("/numbers/{external_number:int}/end", opt={"permission": "identifier:record"})
    async def end_number(
        self, request: AnyRequest, ref: FromPath[str], external_number: FromPath[int], user: NamedDependency[User]
    ) -> Template | Redirect:
        found = await access.get_external_number_for(user, ref, external_number)

        def end(ending: EndUse, version: int) -> Any:
            return identifiers.end_number(by=user, number=found, ending=ending, version=version)

        return await _end(request, user, ref, _ending(found), end)


async def _end(request: AnyRequest, user: User, ref: str, form: Form, end: Callable[[EndUse, int], Any]) -> Template | Redirect:
    """Read the last day of a name or a number, and record it."""

    def act(answers: dict[str, Any], version: int) -> Awaitable[object]:
        acted: Awaitable[object] = end(to_struct(EndUse, answers, form.questions), version)
        return acted

    return await change(request, user, ref, form, act, "ended")
