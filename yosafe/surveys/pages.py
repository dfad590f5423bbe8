"""Survey pages: the list, bringing a file in (choose, look at what it says, confirm), and results."""

from collections.abc import Mapping
from typing import Any

from litestar import Controller, Response, get, post
from litestar.datastructures import UploadFile
from litestar.di import NamedDependency
from litestar.params import FromPath
from litestar.response import Redirect, Template

from yosafe import clock
from yosafe.accounts.permissions import Role
from yosafe.accounts.viewer import User
from yosafe.disclosure import LEAST_BASE
from yosafe.errors import Conflict, FieldError, Invalid
from yosafe.forms.questions import Kind, Option, Question
from yosafe.forms.read import read, to_struct
from yosafe.importing.describe import read_as
from yosafe.importing.reading import MEBIBYTE
from yosafe.lists.listed import Nothing
from yosafe.reference.establishments import establishment, establishments
from yosafe.web import listing
from yosafe.web.kit import AnyRequest, page, posted, see_other

from . import access, actions, adding, import_pages, queries, rules, words
from .coding import NoQuestions
from .comments.queries import built_on, counts_of
from .limits import BY_JOB, in_words
from .questionnaire import available, load, matched
from .schemas import ImportSurvey
from .uploads import actions as uploads
from .uploads.access import get_upload_for
from .uploads.api import FORM_LIMIT
from .uploads.schemas import Looked
from .uploads.tables import SurveyUpload

SHOWN_ROWS = 20
LEAVE_OUT = "Tick the box to leave those rows out, or mend the file and choose it again"
_MONTH = "Enter the month in which the survey was asked, for example September 2026"
_FILE = {
    "name": "file",
    "kind": "file",
    "label": "File with the answers",
    "accept": ".csv,.tsv,.txt,.xlsx,.xlsm,.xls,.ods,.sav,.zsav,.por,.dta",
    "hint": "CSV, an Excel or OpenDocument workbook, SPSS or Stata, up to " + in_words(BY_JOB) + ". A row names the columns.",
}


def questions_for(user: User) -> tuple[Question, ...]:
    """What is asked about a file; a lead's establishment is not asked."""
    names = [Option(value=i, label=load(i).title, hint=load(i).about) for i in dict.fromkeys(i for i, _ in available())]
    places = [Option(value=e.code, label=e.name) for e in establishments() if access.can_import(user, e.code)]
    where = Question(
        name="establishment", kind=Kind.SELECT, label="Where was it asked?", called="the establishment", options=tuple(places), required=True
    )
    return (
        Question(
            name="questionnaire", kind=Kind.RADIOS, label="Which questionnaire?", called="the questionnaire", options=tuple(names), required=True
        ),
        *((where,) if user.role is Role.INSPECTOR else ()),
        Question(
            name="fielded", kind=Kind.TEXT, label="Which month was it asked in?", hint="For example, 9/2026 or September 2026",
            width=20, required=True, required_message=_MONTH,
        ),
        Question(
            name="held", kind=Kind.NUMBER, label="How many were held at the time?", called="the number held", width=5, min=0, max=1_000_000,
            hint="With it, intervals allow for how few were left to ask",
        ),
        Question(
            name="offered", kind=Kind.NUMBER, label="How many were offered the survey?", called="the number offered it", width=5, min=0, max=1_000_000
        ),
    )  # fmt: skip


class SurveyPages(Controller):
    path = "/surveys"
    include_in_schema = False

    @get("/", opt={"permission": "survey:read"})
    async def list_all(self, request: AnyRequest, user: NamedDependency[User]) -> Template:
        view = await listing.shown(request, user, queries.SURVEYS, Nothing, address="/surveys")
        done = request.query_params.get("done")
        return page("surveys/list.html", request, status=view.status, view=view, errors=view.errors, month=words.month_words, done=done)

    @get("/export", opt={"permission": "survey:read"})
    async def export(self, request: AnyRequest, user: NamedDependency[User]) -> Response[bytes]:
        """The same list as a file. It names nobody."""
        return await listing.file_of(request, user, queries.SURVEYS, Nothing())

    @get("/import", opt={"permission": "survey:import"})
    async def choose(self, request: AnyRequest, user: NamedDependency[User]) -> Template:
        return _choose_page(request, user, {}, ())

    @post("/import", opt={"permission": "survey:import"}, request_max_body_size=FORM_LIMIT)
    async def send(self, request: AnyRequest, user: NamedDependency[User]) -> Template | Redirect:
        form = await posted(request)
        try:
            new, faults = _asked(user, form)
            file = await _file(request)
            if faults or new is None or file is None:
                raise Invalid([*faults, *([] if file else [FieldError("file", "Choose the file with the answers")])])
            upload = await uploads.keep_upload(by=user, new=new, file=file, name=file.filename)
        except (Invalid, Conflict) as refusal:
            return _choose_page(request, user, form, uploads.faults_of(refusal))
        return see_other(await import_pages.first_page(user, upload))

    @get("/import/{upload_id:int}", opt={"permission": "survey:import"})
    async def look(self, request: AnyRequest, upload_id: FromPath[int], user: NamedDependency[User]) -> Template | Redirect:
        """What it says before it is confirmed; how far it is; or what came of it."""
        upload = await get_upload_for(user, upload_id)
        if upload.status == "done":
            return see_other(f"/surveys/{upload.survey}?done={uploads.outcome_of(upload).outcome}")
        if upload.status == "running" or upload.fault:
            return _at_work_page(request, upload)
        try:
            looked = await uploads.preview(by=user, upload=upload)
        except NoQuestions:
            return see_other(f"/surveys/import/{upload_id}/columns")
        errors = [FieldError("leave_out", LEAVE_OUT)] if upload.status == "failed" else ()
        return _preview_page(request, upload, looked, errors, status=200)

    @post("/import/{upload_id:int}", opt={"permission": "survey:import"})
    async def confirm(self, request: AnyRequest, upload_id: FromPath[int], user: NamedDependency[User]) -> Template | Redirect:
        upload = await get_upload_for(user, upload_id)
        form = await posted(request)
        leave_out, add_new = form.get("leave_out") == ["yes"], form.get("add_new") == ["yes"]
        try:
            await uploads.confirm_upload(by=user, upload=upload, leave_out=leave_out, add_new=add_new)
        except Invalid as refusal:
            errors = [FieldError("leave_out", LEAVE_OUT)] if isinstance(refusal, actions.RowsRefused) else refusal.errors
            return _preview_page(request, upload, await uploads.preview(by=user, upload=upload), errors, status=422)
        return see_other(f"/surveys/import/{upload_id}")

    @post("/import/{upload_id:int}/cancel", opt={"permission": "survey:import"})
    async def stop(self, upload_id: FromPath[int], user: NamedDependency[User]) -> Redirect:
        await uploads.stop_upload(by=user, upload=await get_upload_for(user, upload_id))
        return see_other(f"/surveys/import/{upload_id}")

    @post("/import/{upload_id:int}/discard", opt={"permission": "survey:import"})
    async def discard(self, upload_id: FromPath[int], user: NamedDependency[User]) -> Redirect:
        await uploads.discard_upload(by=user, upload=await get_upload_for(user, upload_id))
        return see_other("/surveys/import")

    @get("/{survey_id:int}", opt={"permission": "survey:read"})
    async def results(self, request: AnyRequest, survey_id: FromPath[int], user: NamedDependency[User]) -> Template:
        found = await queries.results(user, survey_id)
        comments = await counts_of(user, survey_id) if user.may("survey-comment:read") else None
        beside = bool(matched(load(found.figures.questionnaire, found.figures.questionnaire_version)))
        files, last = await adding.files_of(survey_id)
        undo = access.can_import(user, found.survey.establishment) and rules.may_be_undone(last, clock.now())
        done = request.query_params.get("done")
        return page("surveys/results.html", request, found=found, words=words, done=done, undo=undo, beside=beside, comments=comments, files=files)

    @get("/{survey_id:int}/undo", opt={"permission": "survey:import"})
    async def ask_undo(self, request: AnyRequest, survey_id: FromPath[int], user: NamedDependency[User]) -> Template:
        return await _undo_page(request, user, survey_id)

    @post("/{survey_id:int}/undo", opt={"permission": "survey:import"})
    async def undo(self, survey_id: FromPath[int], user: NamedDependency[User]) -> Redirect:
        await actions.undo_import(by=user, survey_id=survey_id)
        return see_other("/surveys?done=undone")


def _asked(user: User, form: Mapping[str, list[str]]) -> tuple[ImportSurvey | None, list[FieldError]]:
    """What was asked for, or the faults in it."""
    reading = read(questions_for(user), form)
    if reading.errors:
        return None, list(reading.errors)
    return to_struct(ImportSurvey, {"establishment": user.establishment, **reading.answers}), []


async def _file(request: AnyRequest) -> UploadFile | None:
    """The file that was sent; None for none, or an empty one."""
    file = (await request.form()).get("file")
    if not isinstance(file, UploadFile) or not await file.read(1):
        return None
    await file.seek(0)
    return file


def _choose_page(request: AnyRequest, user: User, values: Mapping[str, Any], errors: Any) -> Template:
    where = establishment(user.establishment).name if user.establishment else ""
    asked = [_FILE, *questions_for(user)]
    return page("surveys/import.html", request, status=422 if errors else 200, asked=asked, values=values, errors=errors, where=where)


async def _undo_page(request: AnyRequest, user: User, survey_id: int) -> Template:
    survey = await access.get_survey_for(user, survey_id)
    access.check_can_import(user, survey.establishment)
    name = f"{establishment(survey.establishment).name}, {words.month_words(survey.fielded_on)}"
    files, last = await adding.files_of(survey_id)
    fresh = rules.may_be_undone(last, clock.now())
    return page(
        "surveys/undo.html", request, survey=survey, name=name, fresh=fresh, days=rules.UNDO_DAYS, files=files, built=await built_on(survey_id)
    )


def _at_work_page(request: AnyRequest, upload: SurveyUpload) -> Template:
    """How far a file is, or why nothing of it was stored."""
    asked = uploads.asked_of(upload)
    return page(
        "surveys/at_work.html", request, upload=upload, address=f"/surveys/import/{upload.id}", size=f"{upload.size / MEBIBYTE:,.1f} MiB",
        place=establishment(asked.establishment).name, month=words.month_words(actions.first_of(asked.fielded)),
        questionnaire=load(asked.questionnaire).title,
    )  # fmt: skip


def _preview_page(request: AnyRequest, upload: SurveyUpload, looked: Looked, errors: Any, *, status: int) -> Template:
    found = looked.found
    place, questionnaire = establishment(found.establishment).name, load(found.questionnaire).title
    month = words.month_words(actions.first_of(found.fielded))
    return page(
        "surveys/preview.html", request, status=status, found=found, errors=errors, whole=looked.whole,
        place=place, questionnaire=questionnaire, month=month, shown=found.refused[:SHOWN_ROWS], words=words, read_as=read_as,
        mapping=uploads.asked_of(upload).mapping, address=f"/surveys/import/{upload.id}", small=found.accepted < LEAST_BASE, base=LEAST_BASE,
    )  # fmt: skip
