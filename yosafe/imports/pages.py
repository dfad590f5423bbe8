"""The pages of imports: the list, sending a file, its columns, its words, looking at what would come in, how far it is, and taking it back."""

from collections.abc import Mapping as Map
from collections.abc import Sequence
from typing import Any, cast

from litestar import Controller, Response, get, post
from litestar.datastructures import UploadFile
from litestar.di import NamedDependency
from litestar.params import FromPath
from litestar.response import Redirect, Template

from yosafe.accounts.viewer import User
from yosafe.errors import Conflict, FieldError, Invalid, Stale
from yosafe.forms.questions import Kind, Option, Question
from yosafe.forms.read import read
from yosafe.lists.listed import Nothing
from yosafe.people.duplicates.rules import STRENGTHS
from yosafe.reference.establishments import establishment
from yosafe.web import listing
from yosafe.web.confirmed import takes_out
from yosafe.web.kit import AnyRequest, page, posted, see_other, terminology

from . import access, actions, asking, forms, queries
from .api import FORM_LIMIT, refused_file
from .schemas import MODE_WORDS, STATUS_WORDS, ConfirmImport
from .targets import TITLES, target

NOTHING_SENT: Map[str, list[str]] = {}
STATUS: dict[type[Exception], int] = {Invalid: 422, Conflict: 409, Stale: 412}
_FILE = {
    "name": "file",
    "kind": "file",
    "label": "File",
    "accept": ".csv,.tsv,.txt,.xlsx,.xlsm,.xls,.ods,.sav,.zsav,.por,.dta",
    "hint": "CSV, an Excel or OpenDocument workbook, SPSS or Stata, up to 10 MB. A row names the columns.",
}
MODE = Question(
    name="mode", kind=Kind.RADIOS, label="Which rows come in?", called="which rows come in", required=True,
    options=tuple(Option(value=value, label=label) for value, label in MODE_WORDS.items()),
)  # fmt: skip


def questions_for(user: User) -> tuple[Question, ...]:
    """What is asked about a file."""
    return (
        Question(
            name="target", kind=Kind.RADIOS, label="What are the rows?", called="what the rows are", required=True,
            options=tuple(Option(value=name, label=TITLES[name]) for name in access.importable(user)),
        ),
        Question(
            name="source", kind=Kind.TEXT, label="Where does the file come from?", called="where the file comes from", required=True, max_length=80,
            hint="The name of the old system or log. How its files are read is kept under this name", width=30,
        ),
    )  # fmt: skip


class ImportPages(Controller):
    path = "/imports"
    include_in_schema = False

    @get("/", opt={"permission": access.IMPORT})
    async def list_all(self, request: AnyRequest, user: NamedDependency[User]) -> Template:
        view = await listing.shown(request, user, queries.IMPORTS, Nothing, address="/imports")
        return page("imports/list.html", request, status=view.status, view=view, errors=view.errors, titles=TITLES, states=STATUS_WORDS)

    @get("/export", opt={"permission": access.IMPORT})
    async def export(self, request: AnyRequest, user: NamedDependency[User]) -> Response[bytes]:
        """The same list as a file. It names nobody."""
        return await listing.file_of(request, user, queries.IMPORTS, Nothing())

    @get("/new", opt={"permission": access.IMPORT})
    async def choose(self, request: AnyRequest, user: NamedDependency[User]) -> Template:
        return _choose_page(request, user, {}, ())

    @post("/new", opt={"permission": access.IMPORT}, request_max_body_size=FORM_LIMIT)
    async def send(self, request: AnyRequest, user: NamedDependency[User]) -> Template | Redirect:
        reading = read(questions_for(user), await posted(request))
        sent = (await request.form()).get("file")
        file = await sent.read() if isinstance(sent, UploadFile) else b""
        try:
            faults = [*reading.errors, *([] if file else [FieldError("file", "Choose the file")])]
            if faults:
                raise Invalid(faults)
            name = cast("UploadFile", sent).filename
            run = await actions.upload(by=user, target_name=reading.answers["target"], source=reading.answers["source"], file=file, name=name)
        except Invalid as refusal:
            return _choose_page(request, user, reading.typed, [FieldError(e.key or "file", e.message) for e in refusal.errors])
        return see_other(f"/imports/{run}/columns")

    @get("/{import_id:int}", opt={"permission": access.IMPORT})
    async def show(self, request: AnyRequest, import_id: FromPath[int], user: NamedDependency[User]) -> Template:
        return await _record_page(request, user, import_id)

    @get("/{import_id:int}/columns", opt={"permission": access.IMPORT})
    async def columns(self, request: AnyRequest, import_id: FromPath[int], user: NamedDependency[User]) -> Template:
        return await _columns_page(request, user, import_id, {}, None)

    @post("/{import_id:int}/columns", opt={"permission": access.IMPORT})
    async def map_columns(self, request: AnyRequest, import_id: FromPath[int], user: NamedDependency[User]) -> Template | Redirect:
        run, form = await access.get_run_for(user, import_id), await posted(request)
        try:
            now = await queries.the_import(run)
            mapping = forms.mapping_of_columns(now.mapping, await queries.columns_of(run), form)
            await actions.map_columns(by=user, run=run, mapping=mapping, version=forms.version(form))
        except (Invalid, Stale) as refusal:
            return await _columns_page(request, user, import_id, form, refusal)
        return see_other(f"/imports/{import_id}/values")

    @get("/{import_id:int}/values", opt={"permission": access.IMPORT})
    async def values(self, request: AnyRequest, import_id: FromPath[int], user: NamedDependency[User]) -> Template | Redirect:
        return await _values_page(request, user, import_id, {}, None)

    @post("/{import_id:int}/values", opt={"permission": access.IMPORT})
    async def map_values(self, request: AnyRequest, import_id: FromPath[int], user: NamedDependency[User]) -> Template | Redirect:
        run, form = await access.get_run_for(user, import_id), await posted(request)
        try:
            now = await queries.the_import(run)
            mapping = forms.mapping_of_values(now.mapping, await queries.unknown_of(run), form)
            await actions.map_columns(by=user, run=run, mapping=mapping, version=forms.version(form))
        except (Invalid, Stale) as refusal:
            return await _values_page(request, user, import_id, form, refusal)
        return see_other(f"/imports/{import_id}")

    @post("/{import_id:int}/confirm", opt={"permission": access.IMPORT})
    async def confirm(self, request: AnyRequest, import_id: FromPath[int], user: NamedDependency[User]) -> Template | Redirect:
        run, form = await access.get_run_for(user, import_id), await posted(request)
        try:
            mode = ConfirmImport(mode=read((MODE,), form).checked()["mode"]).mode
            await actions.confirm(by=user, run=run, mode=mode, version=forms.version(form))
        except (Invalid, Conflict, Stale) as refusal:
            return await _record_page(request, user, import_id, refusal)
        return see_other(f"/imports/{import_id}")

    @post("/{import_id:int}/cancel", opt={"permission": access.IMPORT})
    async def cancel(self, request: AnyRequest, import_id: FromPath[int], user: NamedDependency[User]) -> Template | Redirect:
        run, form = await access.get_run_for(user, import_id), await posted(request)
        try:
            await actions.cancel(by=user, run=run, version=forms.version(form))
        except (Invalid, Conflict, Stale) as refusal:
            return await _record_page(request, user, import_id, refusal)
        return see_other(f"/imports/{import_id}")

    @post("/{import_id:int}/undo", opt={"permission": access.IMPORT})
    async def undo(self, request: AnyRequest, import_id: FromPath[int], user: NamedDependency[User]) -> Template | Redirect:
        run, form = await access.get_run_for(user, import_id), await posted(request)
        try:
            await actions.undo(by=user, run=run, version=forms.version(form))
        except (Invalid, Conflict, Stale) as refusal:
            return await _record_page(request, user, import_id, refusal)
        return see_other(f"/imports/{import_id}")

    @get("/{import_id:int}/questions", opt={"permission": access.IMPORT})
    async def questions(self, request: AnyRequest, import_id: FromPath[int], user: NamedDependency[User]) -> Template | Redirect:
        """The rows that are very likely of someone who is recorded already."""
        return await _questions_page(request, user, import_id)

    @post("/{import_id:int}/questions/{row:int}", opt={"permission": access.IMPORT})
    async def answer(self, request: AnyRequest, import_id: FromPath[int], row: FromPath[int], user: NamedDependency[User]) -> Template | Redirect:
        run, form = await access.get_run_for(user, import_id), await posted(request)
        try:
            answer = forms.answer_in(form)
            await asking.answer_question(by=user, run=run, row=row, answer=answer, version=forms.version(form))
        except (Invalid, Stale) as refusal:
            return await _questions_page(request, user, import_id, row, form, refusal)
        return see_other(f"/imports/{import_id}/questions")

    @get("/{import_id:int}/refused", opt=takes_out(access.IMPORT))
    async def refused(self, import_id: FromPath[int], user: NamedDependency[User]) -> Response[bytes]:
        """The refused rows as a file to mend and send again."""
        return await refused_file(import_id, user)


def _faults(refusal: Exception | None) -> Sequence[FieldError]:
    if refusal is None:
        return ()
    return refusal.errors if isinstance(refusal, Invalid) else [FieldError("", str(refusal))]


def _status(refusal: Exception | None) -> int:
    return 200 if refusal is None else STATUS[type(refusal)]


def _choose_page(request: AnyRequest, user: User, values: Map[str, Any], errors: Sequence[FieldError]) -> Template:
    asked = [*questions_for(user), _FILE]
    return page("imports/new.html", request, status=422 if errors else 200, asked=asked, values=values, errors=errors)


async def _record_page(request: AnyRequest, user: User, import_id: int, refusal: Exception | None = None) -> Template:
    """An import as it stands: what would come in, how far it is, or what came of it."""
    run = await access.get_run_for(user, import_id)
    now = await queries.the_import(run)
    preview = await queries.preview(user, run) if now.status == "open" else None
    groups = await queries.refused_groups(run.id) if now.refused and preview is None else []
    waiting = await asking.waiting(run.id) if asking.may_be_answered(run) else 0
    labels = {one.name: one.label for one in target(now.target).fields}
    used = forms.used_fields(preview) if preview else []
    return page(
        "imports/record.html", request, status=_status(refusal), errors=_faults(refusal), run=now, preview=preview, groups=groups,
        titles=TITLES, states=STATUS_WORDS, modes=MODE_WORDS, mode=MODE, used=used, waiting=waiting,
        first=forms.rows_in_words(preview, target(now.target)) if preview else [],
        heads=["Row", *(labels[name] for name in used)],
    )  # fmt: skip


async def _questions_page(
    request: AnyRequest, user: User, import_id: int, row: int = 0, form: Map[str, list[str]] = NOTHING_SENT, refusal: Exception | None = None
) -> Template | Redirect:  # fmt: skip
    """The rows that wait, each with a form of its own; where none does, the import. `row`: the one of which the form was refused."""
    run = await access.get_run_for(user, import_id)
    waiting = await asking.waiting(run.id) if asking.may_be_answered(run) else 0
    if not waiting:
        return see_other(f"/imports/{import_id}")
    asked = await asking.questions(user, run, terminology(request))
    return page(
        "imports/questions.html", request, status=_status(refusal), values=form, place=establishment, strengths=STRENGTHS,
        errors=[FieldError(f"{error.key}-{row}" if error.key else "", error.message) for error in _faults(refusal)],
        run=await queries.the_import(run), waiting=waiting, asked=[(one, forms.questions_of(one)) for one in asked],
    )  # fmt: skip


async def _columns_page(
    request: AnyRequest, user: User, import_id: int, form: Map[str, list[str]], refusal: Exception | None
) -> Template:  # fmt: skip
    run = await access.get_run_for(user, import_id)
    actions.check_open(run)
    now, found = await queries.the_import(run), await queries.suggested(run)
    return page(
        "imports/columns.html", request, status=_status(refusal), errors=_faults(refusal), run=now, titles=TITLES, found=found,
        chosen=forms.chosen_columns(now.mapping, found, form), fields=target(now.target).fields, order=forms.DATES,
        values=form or {"dates": now.mapping.dates, **forms.defaults_shown(now.mapping)},
        defaults=forms.default_questions(target(now.target), now.mapping),
    )  # fmt: skip


async def _values_page(
    request: AnyRequest, user: User, import_id: int, form: Map[str, list[str]], refusal: Exception | None
) -> Template | Redirect:  # fmt: skip
    """The words that are not known; where there are none, or the columns come first, the next page."""
    run = await access.get_run_for(user, import_id)
    actions.check_open(run)
    now, unknown = await queries.the_import(run), await queries.unknown_of(run)
    if not unknown:
        return see_other(f"/imports/{import_id}")
    return page(
        "imports/values.html", request, status=_status(refusal), errors=_faults(refusal), run=now, titles=TITLES, unknown=unknown,
        labels={one.name: one.label for one in target(now.target).fields},
        options=[forms.options_of(target(now.target).field(one.field)) for one in unknown],
        chosen=[forms.chosen_value(n, one, form) for n, one in enumerate(unknown)], nothing=forms.NOTHING,
    )  # fmt: skip
