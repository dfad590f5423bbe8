"""Files of an incident on pages: add one, look at one, take it, withdraw it."""

from collections.abc import Mapping, Sequence
from typing import Any, BinaryIO, cast

from litestar import Controller, get, post
from litestar.datastructures import UploadFile
from litestar.di import NamedDependency
from litestar.params import FromPath
from litestar.response import Redirect, Stream, Template

from yosafe.accounts.viewer import User
from yosafe.errors import Conflict, FieldError, Invalid, NotFound
from yosafe.forms.read import read
from yosafe.incidents.access import get_incident_for, incident_ref
from yosafe.incidents.record import record_of
from yosafe.incidents.tables import Incident
from yosafe.web.kit import AnyRequest, file_answer, page, posted, see_other

from . import access, actions, queries, shown
from .questions import FILE, WITHDRAW, given, questions
from .rules import JPEG, KINDS, MOST_BYTES
from .schemas import WithdrawFile

# The file, and room for the other fields of the form.
FORM_LIMIT = MOST_BYTES + 100_000
CHOOSE = "Choose a file"


class FilePages(Controller):
    path = "/incidents/{ref:str}/files"
    include_in_schema = False

    @get("/new", opt={"permission": "incident-file:add"})
    async def begin(self, request: AnyRequest, ref: FromPath[str], user: NamedDependency[User]) -> Template:
        return await _form(request, user, await get_incident_for(user, ref), {}, ())

    @post("/", opt={"permission": "incident-file:add"}, request_max_body_size=FORM_LIMIT)
    async def add(self, request: AnyRequest, ref: FromPath[str], user: NamedDependency[User]) -> Template | Redirect:
        incident = await get_incident_for(user, ref)
        file = chosen_file(await request.form())
        reading = read(questions(await record_of(user, incident)), await posted(request))
        faults = [*([] if file else [FieldError("file", CHOOSE)]), *reading.errors]
        if faults or file is None:
            return await _form(request, user, incident, reading.typed, faults)
        try:
            kept = await actions.add_file(given(reading.answers), by=user, incident=incident, file=file)
        except Invalid as refusal:
            faults = [FieldError(error.key.split(".")[0], error.message) for error in refusal.errors]
            return await _form(request, user, incident, reading.typed, faults)
        except Conflict as refusal:
            return await _form(request, user, incident, reading.typed, [FieldError("file", str(refusal))], status=409)
        return see_other(f"/incidents/{incident_ref(incident.id)}/files/{access.file_ref(kept.id)}?done=added")

    @get("/{file_ref:str}", opt={"permission": "incident-file:read"})
    async def show(self, request: AnyRequest, ref: FromPath[str], file_ref: FromPath[str], user: NamedDependency[User]) -> Template:
        return await _page(request, user, ref, file_ref, {}, ())

    @get("/{file_ref:str}/download", opt={"permission": "incident-file:read"})
    async def download(self, ref: FromPath[str], file_ref: FromPath[str], user: NamedDependency[User]) -> Stream:
        """The file as it was sent, to be kept: no browser shows it here."""
        incident = await get_incident_for(user, ref)
        file = await access.get_file_for(user, incident, file_ref)
        content = await actions.open_file(by=user, incident=incident, file=file)
        return file_answer(content, f"{access.file_ref(file.id)}.{KINDS[file.media_type][0]}", file.media_type, size=file.size)

    @get("/{file_ref:str}/picture", opt={"permission": "incident-file:read"})
    async def picture(self, ref: FromPath[str], file_ref: FromPath[str], user: NamedDependency[User]) -> Stream:
        """The smaller copy, made anew when the file was added. Raises NotFound for a file of which there is none."""
        incident = await get_incident_for(user, ref)
        file = await access.get_file_for(user, incident, file_ref)
        if not file.has_picture:
            raise NotFound(access.NOT_THERE)
        content = await actions.open_file(by=user, incident=incident, file=file, which=actions.PICTURE)
        return file_answer(content, f"{access.file_ref(file.id)}.jpg", JPEG, inline=True)

    @post("/{file_ref:str}/withdraw", opt={"permission": "incident-file:withdraw"})
    async def withdraw(self, request: AnyRequest, ref: FromPath[str], file_ref: FromPath[str], user: NamedDependency[User]) -> Template | Redirect:
        incident = await get_incident_for(user, ref)
        file = await access.get_file_for(user, incident, file_ref)
        reading = read(WITHDRAW, await posted(request))
        if reading.errors:
            return await _page(request, user, ref, file_ref, reading.typed, reading.errors)
        try:
            await actions.withdraw_file(WithdrawFile(reason=reading.answers["reason"]), by=user, incident=incident, file=file)
        except Conflict as refusal:
            return await _page(request, user, ref, file_ref, reading.typed, [FieldError("reason", str(refusal))], status=409)
        return see_other(f"/incidents/{ref}/files/{file_ref}?done=withdrawn")


def chosen_file(form: Mapping[str, Any]) -> BinaryIO | None:
    """The file of a form; None where none was chosen. Its name is not looked at: names of files hold names of children."""
    file = form.get("file")
    return cast("BinaryIO", file.file) if isinstance(file, UploadFile) else None


async def _form(
    request: AnyRequest, user: User, incident: Incident, values: Mapping[str, Any], errors: Sequence[FieldError], *, status: int | None = None
) -> Template:
    record = await record_of(user, incident)
    return page(
        "incidents/files/new.html", request, status=status or (422 if errors else 200), record=record, asked=[FILE, *questions(record)],
        values=values, errors=errors,
    )  # fmt: skip


_DONE = {"added": "The file is kept with the incident.", "withdrawn": "The file is withdrawn. It stays here for safeguarding leads."}


async def _page(
    request: AnyRequest, user: User, ref: str, file_ref: str, values: Mapping[str, Any], errors: Sequence[FieldError], *, status: int | None = None
) -> Template:
    """The page of one file; also what a refused withdrawal comes back to. That its content is read is noted when it is given."""
    incident = await get_incident_for(user, ref)
    file = await access.get_file_for(user, incident, file_ref)
    return page(
        "incidents/files/record.html", request, status=status or (422 if errors else 200), file=await queries.file_of(user, incident, file),
        incident=incident_ref(incident.id), shown=shown, may_open=access.can_open(user, file),
        asked=WITHDRAW if access.can_withdraw(user, file) else (), values=values, errors=errors,
        done=_DONE.get(request.query_params.get("done", "")),
    )  # fmt: skip
