"""Imports by API: a file in, what it says, its mapping, confirm, progress, cancel, undo."""

from typing import Annotated

from litestar import Controller, Response, get, post, put
from litestar.datastructures import UploadFile
from litestar.di import NamedDependency
from litestar.params import FromPath, FromQuery, JSONBody, MultipartBody
from msgspec import Struct
from msgspec.structs import fields

from yosafe.accounts.viewer import User
from yosafe.db.paging import Page
from yosafe.errors import FieldError, Invalid
from yosafe.forms.read import to_struct
from yosafe.importing.mapping import Mapping, read_mapping
from yosafe.lists.listed import Nothing
from yosafe.text import In
from yosafe.web.confirmed import takes_out
from yosafe.web.kit import AnyRequest, shown_if_stale, versioned
from yosafe.web.listing import answered, sort_parameter

from . import access, actions, asking, queries
from .running import WEB_LIMITS
from .schemas import AnswerQuestion, ConfirmImport, PreviewOut, QuestionsOut, RecordsImportOut, Source
from .targets import target

# The file, and room for the other parts of the form.
FORM_LIMIT = WEB_LIMITS.size + 300_000
SORT = sort_parameter("sent", "file", "target", "status", "rows", "made", "refused", default="-sent")


class ImportFile(Struct, kw_only=True, forbid_unknown_fields=True):
    """A file of records. `target`: people, placements, incidents or assessments; `source`: what it comes from; `mapping`: TOML as `yosafe import`
    takes it. Without one the file is read as the agency reads this source, or as its columns suggest."""

    file: UploadFile
    target: str
    source: str
    mapping: str | None = None


class _Named(In, kw_only=True):
    source: Source


async def all_parts(request: AnyRequest) -> None:
    """Raise Invalid, naming each part of the form that is missing."""
    form = await request.form()
    missing = [part.name for part in fields(ImportFile) if part.required and not form.get(part.name)]
    if not isinstance(form.get("file"), UploadFile) and "file" not in missing:
        missing.append("file")
    if missing:
        raise Invalid([FieldError(name, f"Send “{name}” as a part of a multipart/form-data form") for name in missing])


class ImportsApi(Controller):
    tags = ("imports",)

    @post(
        "/imports",
        opt={"permission": access.IMPORT, "content": "multipart/form-data"},
        request_max_body_size=FORM_LIMIT,
        before_request=all_parts,
    )
    async def send(self, data: MultipartBody[ImportFile], user: NamedDependency[User]) -> Response[RecordsImportOut]:
        """Send a file; nothing is recorded before it is confirmed. It is kept a week at most."""
        access.check_can_import(user, data.target)
        mapping = read_mapping(data.mapping, target(data.target)) if data.mapping else None
        source = mapping.source if mapping else to_struct(_Named, {"source": data.source}).source
        run = await actions.upload(
            by=user, target_name=data.target, source=source, file=await data.file.read(), name=data.file.filename, mapping=mapping
        )
        return await _shown(run, user, status=201)

    @get("/imports", opt={"permission": access.IMPORT})
    async def list_all(
        self,
        request: AnyRequest,
        user: NamedDependency[User],
        sort: Annotated[str | None, SORT] = None,
        after: FromQuery[str | None] = None,
        limit: FromQuery[int] = 50,
    ) -> Page[RecordsImportOut]:
        """The imports of your agency, the latest first."""
        return await answered(request, user, queries.IMPORTS, Nothing(), sort=sort, after=after, limit=limit)

    @get("/imports/{import_id:int}", opt={"permission": access.IMPORT})
    async def show(self, import_id: FromPath[int], user: NamedDependency[User]) -> Response[RecordsImportOut]:
        """An import, with how far it has come."""
        return await _shown(import_id, user)

    @get("/imports/{import_id:int}/preview", opt={"permission": access.IMPORT})
    async def preview(self, import_id: FromPath[int], user: NamedDependency[User]) -> PreviewOut:
        """What would become of the rows, those that can't be taken grouped by why, and the words that are not known, once each. Nothing is written;
        that rows were shown is noted."""
        return await queries.preview(user, await access.get_run_for(user, import_id))

    @put("/imports/{import_id:int}/mapping", opt={"permission": access.IMPORT})
    async def map(
        self, import_id: FromPath[int], data: JSONBody[Mapping], user: NamedDependency[User], version: NamedDependency[int]
    ) -> Response[RecordsImportOut]:
        """Say anew how the file is read. Your agency keeps it for the next file of this source."""
        run = await access.get_run_for(user, import_id)
        async with shown_if_stale(lambda: _shown(import_id, user)):
            await actions.map_columns(by=user, run=run, mapping=data, version=version)
        return await _shown(import_id, user)

    @post("/imports/{import_id:int}/confirm", opt={"permission": access.IMPORT}, status_code=202)
    async def confirm(
        self, import_id: FromPath[int], data: JSONBody[ConfirmImport], user: NamedDependency[User], version: NamedDependency[int]
    ) -> Response[RecordsImportOut]:
        """Let it begin. It is done by a worker: ask for the import again to see how far it is."""
        run = await access.get_run_for(user, import_id)
        async with shown_if_stale(lambda: _shown(import_id, user)):
            await actions.confirm(by=user, run=run, mode=data.mode, version=version)
        return await _shown(import_id, user, status=202)

    @post("/imports/{import_id:int}/cancel", opt={"permission": access.IMPORT}, status_code=200)
    async def cancel(self, import_id: FromPath[int], user: NamedDependency[User], version: NamedDependency[int]) -> Response[RecordsImportOut]:
        """Stop it after the rows in hand. What came in stays until it is undone."""
        run = await access.get_run_for(user, import_id)
        async with shown_if_stale(lambda: _shown(import_id, user)):
            await actions.cancel(by=user, run=run, version=version)
        return await _shown(import_id, user)

    @post("/imports/{import_id:int}/undo", opt={"permission": access.IMPORT}, status_code=200)
    async def undo(self, import_id: FromPath[int], user: NamedDependency[User], version: NamedDependency[int]) -> Response[RecordsImportOut]:
        """Take back every record that it made. Refused with 409, naming what stands on them, where something was built on one."""
        run = await access.get_run_for(user, import_id)
        async with shown_if_stale(lambda: _shown(import_id, user)):
            await actions.undo(by=user, run=run, version=version)
        return await _shown(import_id, user)

    @get("/imports/{import_id:int}/questions", opt={"permission": access.IMPORT})
    async def questions(self, import_id: FromPath[int], user: NamedDependency[User]) -> Response[QuestionsOut]:
        """The rows that are very likely of a young person who is recorded already, with who may be meant. That they were shown is noted."""
        run = await access.get_run_for(user, import_id)
        shown = QuestionsOut(waiting=await asking.waiting(run.id), rows=await asking.questions(user, run), version=run.version)
        return versioned(shown, run.version)

    @post("/imports/{import_id:int}/questions/{row:int}", opt={"permission": access.IMPORT}, status_code=200)
    async def answer(
        self, import_id: FromPath[int], row: FromPath[int], data: JSONBody[AnswerQuestion], user: NamedDependency[User],
        version: NamedDependency[int],
    ) -> Response[RecordsImportOut]:  # fmt: skip
        """Say whether a row is of the young person who is recorded (`same`), or of another child (`because`): then a record is made of it."""
        run = await access.get_run_for(user, import_id)
        async with shown_if_stale(lambda: _shown(import_id, user)):
            await asking.answer_question(by=user, run=run, row=row, answer=data, version=version)
        return await _shown(import_id, user)

    @get("/imports/{import_id:int}/refused", opt=takes_out(access.IMPORT), media_type="text/csv")
    async def refused(self, import_id: FromPath[int], user: NamedDependency[User]) -> Response[bytes]:
        """The refused rows as CSV, each with why and what to do: to be mended and sent again."""
        return await refused_file(import_id, user)


async def refused_file(import_id: int, user: User) -> Response[bytes]:
    """The refused rows of an import as a file."""
    content = await queries.refused_rows(user, await access.get_run_for(user, import_id))
    headers = {"Content-Disposition": f'attachment; filename="import-{import_id}-refused.csv"'}
    return Response(content, media_type="text/csv; charset=utf-8", headers=headers)


async def _shown(import_id: int, user: User, *, status: int = 200) -> Response[RecordsImportOut]:
    now = await queries.the_import(await access.get_run_for(user, import_id))
    return versioned(now, now.version, status=status)
