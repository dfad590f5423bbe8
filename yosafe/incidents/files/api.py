"""Files of an incident by API."""

from typing import Any, BinaryIO, cast

from litestar import Controller, Response, get, post
from litestar.datastructures import UploadFile
from litestar.di import NamedDependency
from litestar.openapi import ResponseSpec
from litestar.params import FromPath, JSONBody, MultipartBody
from litestar.response import Stream
from msgspec import Struct
from msgspec.structs import asdict, fields

from yosafe.accounts.viewer import User
from yosafe.db.paging import Page, whole
from yosafe.errors import FieldError, Invalid
from yosafe.forms.read import to_struct
from yosafe.incidents.access import get_incident_for
from yosafe.incidents.trail import record_read_of
from yosafe.web.kit import AnyRequest, file_answer

from . import access, actions, queries
from .pages import CHOOSE, FORM_LIMIT
from .rules import KINDS
from .schemas import AddFile, FileOut, WithdrawFile


class FileForm(Struct, kw_only=True, forbid_unknown_fields=True):
    """A file with what is said of it: see AddFile. All but the file come as text; `shows` holds references with commas between them."""

    file: UploadFile
    kind: str
    caption: str
    taken_by: str | None = None
    taken_on: str | None = None
    shows: str | None = None
    shows_others: str | None = None


async def all_parts(request: AnyRequest) -> None:
    """Raise Invalid, naming each part of the form that is missing: all of them where no form was sent."""
    form = await request.form()
    missing = [part.name for part in fields(FileForm) if part.required and not form.get(part.name)]
    if not isinstance(form.get("file"), UploadFile) and "file" not in missing:
        missing.insert(0, "file")
    if missing:
        said = {name: f"Send “{name}” as a part of a multipart/form-data form" for name in missing}
        raise Invalid([FieldError(name, f"{CHOOSE}. {words}" if name == "file" else words) for name, words in said.items()])


class FilesApi(Controller):
    path = "/incidents/{ref:str}/files"
    tags = ("incidents",)

    @get("/", opt={"permission": "incident-file:read"})
    async def list(self, ref: FromPath[str], user: NamedDependency[User]) -> Page[FileOut]:
        """Every file of an incident, all at once. Looking is recorded."""
        incident = await get_incident_for(user, ref)
        await record_read_of(incident.id, by=user)
        return whole(await queries.files_of(user, incident))

    @post(
        "/",
        opt={"permission": "incident-file:add", "content": "multipart/form-data"},
        request_max_body_size=FORM_LIMIT,
        before_request=all_parts,
    )
    async def add(self, ref: FromPath[str], data: MultipartBody[FileForm], user: NamedDependency[User]) -> FileOut:
        """Keep a file of 10 MB at most with an incident. What it is shows in its content; its name is not kept."""
        incident = await get_incident_for(user, ref)
        given: dict[str, Any] = {name: value for name, value in asdict(data).items() if name != "file" and value not in (None, "")}
        given["shows"] = [one.strip() for one in (data.shows or "").split(",") if one.strip()]
        kept = await actions.add_file(to_struct(AddFile, given), by=user, incident=incident, file=cast("BinaryIO", data.file.file))
        return await queries.file_of(user, incident, kept)

    @get("/{file_ref:str}", opt={"permission": "incident-file:read"})
    async def show(self, ref: FromPath[str], file_ref: FromPath[str], user: NamedDependency[User]) -> FileOut:
        incident = await get_incident_for(user, ref)
        file = await access.get_file_for(user, incident, file_ref)
        await record_read_of(incident.id, by=user, file=file.id)
        return await queries.file_of(user, incident, file)

    @get(
        "/{file_ref:str}/content",
        opt={"permission": "incident-file:read"},
        media_type="application/octet-stream",
        responses={200: ResponseSpec(bytes, description="The file as it was sent", media_type="application/octet-stream", generate_examples=False)},
    )
    async def content(self, ref: FromPath[str], file_ref: FromPath[str], user: NamedDependency[User]) -> Stream:
        """The file as it was sent. Each time is recorded. One that was withdrawn is for safeguarding leads only."""
        incident = await get_incident_for(user, ref)
        file = await access.get_file_for(user, incident, file_ref)
        content = await actions.open_file(by=user, incident=incident, file=file)
        return file_answer(content, f"{access.file_ref(file.id)}.{KINDS[file.media_type][0]}", file.media_type, size=file.size)

    @post("/{file_ref:str}/withdraw", opt={"permission": "incident-file:withdraw"}, status_code=200)
    async def withdraw(
        self, ref: FromPath[str], file_ref: FromPath[str], data: JSONBody[WithdrawFile], user: NamedDependency[User]
    ) -> Response[FileOut]:
        """Take a file out of use, with the reason. It stays; a second time is a conflict."""
        incident = await get_incident_for(user, ref)
        file = await access.get_file_for(user, incident, file_ref)
        await actions.withdraw_file(data, by=user, incident=incident, file=file)
        return Response(await queries.file_of(user, incident, file))
