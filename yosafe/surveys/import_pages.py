"""Pages on which someone says what the columns and words of a file mean, before it is checked; and the refused rows as a file."""

from collections.abc import Mapping as Map
from typing import Any

from litestar import Controller, Response, get, post
from litestar.di import NamedDependency
from litestar.params import FromPath
from litestar.response import Redirect, Template

from yosafe.accounts.viewer import User
from yosafe.audit.record import EventName, record_read
from yosafe.errors import FieldError, Invalid
from yosafe.importing.mapping import Mapping, write_mapping
from yosafe.importing.reading import Table
from yosafe.web.confirmed import takes_out
from yosafe.web.kit import AnyRequest, first_values, page, posted, see_other

from . import actions
from .coding import NoQuestions
from .mapping import UNNAMED, Word, found_by_name, suggestions, target_of, unknown_words
from .questionnaire import Questionnaire, column_key, load
from .uploads import actions as uploads
from .uploads.access import get_upload_for
from .uploads.tables import SurveyUpload

REFUSE, NO_ANSWER = "", "-"
LONGEST_SOURCE = 80


async def first_page(user: User, upload_id: int) -> str:
    """Where someone goes after sending a file: to its columns where none is known, else to what it says."""
    upload = await get_upload_for(user, upload_id)
    try:
        await uploads.prepare_upload(by=user, upload=upload)
    except NoQuestions:
        return f"/surveys/import/{upload_id}/columns"
    return f"/surveys/import/{upload_id}"


class SurveyImportPages(Controller):
    path = "/surveys/import/{upload_id:int}"
    include_in_schema = False

    @get("/columns", opt={"permission": "survey:import"})
    async def columns(self, request: AnyRequest, upload_id: FromPath[int], user: NamedDependency[User]) -> Template:
        return await _columns_page(request, await get_upload_for(user, upload_id), None, ())

    @post("/columns", opt={"permission": "survey:import"})
    async def say_columns(self, request: AnyRequest, upload_id: FromPath[int], user: NamedDependency[User]) -> Template | Redirect:
        upload = await get_upload_for(user, upload_id)
        typed, table = first_values(await posted(request)), await uploads.table_of(upload)
        try:
            mapping = _mapping_from(typed, table, upload)
            await uploads.map_upload(by=user, upload=upload, mapping=mapping)
        except Invalid as refusal:
            return await _columns_page(request, upload, typed, _named(refusal, table, typed))
        questionnaire = load(uploads.asked_of(upload).questionnaire)
        more = unknown_words(table, questionnaire, mapping)
        return see_other(f"/surveys/import/{upload_id}{'/answers' if more else ''}")

    @get("/answers", opt={"permission": "survey:import"})
    async def answers(self, request: AnyRequest, upload_id: FromPath[int], user: NamedDependency[User]) -> Template:
        return await _answers_page(request, await get_upload_for(user, upload_id))

    @post("/answers", opt={"permission": "survey:import"})
    async def say_answers(self, request: AnyRequest, upload_id: FromPath[int], user: NamedDependency[User]) -> Redirect:
        upload = await get_upload_for(user, upload_id)
        typed = first_values(await posted(request))
        table, questionnaire, mapping = await _read(upload)
        values: dict[str, dict[str, str]] = {}
        for at, word in enumerate(_words(table, questionnaire, mapping)):
            chosen = typed.get(f"word-{at}", REFUSE)
            if chosen != REFUSE:
                values.setdefault(word.question, {})[word.word] = "" if chosen == NO_ANSWER else chosen
        await uploads.map_upload(by=user, upload=upload, mapping=_with(mapping, values=values))
        return see_other(f"/surveys/import/{upload_id}")

    @get("/refused", opt=takes_out("survey:import"))
    async def refused(self, upload_id: FromPath[int], user: NamedDependency[User]) -> Response[bytes]:
        """The rows that can't be stored, as they were sent, each with why."""
        upload = await get_upload_for(user, upload_id)
        prepared, _ = await uploads.prepare_upload(by=user, upload=upload)
        content = await actions.refused_file(prepared)
        await record_read(EventName.SURVEY_EXPORTED, by=user, subject=("survey-upload", upload_id))
        return _file(content, "refused-rows.csv", "text/csv")

    @get("/mapping", opt={"permission": "survey:import"})
    async def mapping(self, upload_id: FromPath[int], user: NamedDependency[User]) -> Response[bytes]:
        """What was said of columns and words, for `--mapping` and the API."""
        _, _, mapping = await _read(await get_upload_for(user, upload_id))
        return _file(write_mapping(mapping).encode(), "mapping.toml", "application/toml")


def _file(content: bytes, name: str, media_type: str) -> Response[bytes]:
    return Response(content, media_type=media_type, headers={"Content-Disposition": f'attachment; filename="{name}"'})


async def _read(upload: SurveyUpload) -> tuple[Table, Questionnaire, Mapping]:
    """A kept file, its questionnaire, and how it is read now."""
    asked, table = uploads.asked_of(upload), await uploads.table_of(upload)
    questionnaire = load(asked.questionnaire)
    return table, questionnaire, asked.mapping or found_by_name(table, questionnaire)


def _with(mapping: Mapping, **change: Any) -> Mapping:
    return Mapping(**{"target": mapping.target, "source": mapping.source, "columns": mapping.columns, "values": mapping.values} | change)


def _words(table: Table, questionnaire: Questionnaire, mapping: Mapping) -> list[Word]:
    """The words that are none of ours by themselves, whatever was said of them so far."""
    return unknown_words(table, questionnaire, _with(mapping, values={}))


def _mapping_from(typed: Map[str, str], table: Table, upload: SurveyUpload) -> Mapping:
    """What was chosen for each column. Raises Invalid where the name is too long."""
    asked = uploads.asked_of(upload)
    source = " ".join(typed.get("source", "").split())
    if len(source) > LONGEST_SOURCE:
        raise Invalid([FieldError("source", f"The name must be {LONGEST_SOURCE} characters or fewer")])
    columns = {name: typed[f"column-{at}"] for at, name in enumerate(table.columns) if typed.get(f"column-{at}")}
    taken = [name for name in columns.values() if list(columns.values()).count(name) > 1]
    if taken:
        at = max(at for at, name in enumerate(table.columns) if columns.get(name) == taken[0])
        raise Invalid([FieldError(f"column-{at}", "Two columns can't hold the same question: change one of them")])
    values = {question: words for question, words in (asked.mapping.values if asked.mapping else {}).items() if question in columns.values()}
    found = found_by_name(table, load(asked.questionnaire), source or UNNAMED)
    return _with(found, columns=columns, values=values)


def _named(refusal: Invalid, table: Table, typed: Map[str, str]) -> list[FieldError]:
    """The faults at the boxes of the form: one about a field stands at its column, or at the first."""
    at = {typed[f"column-{n}"]: f"column-{n}" for n in range(len(table.columns)) if typed.get(f"column-{n}")}
    own = {"source", *(f"column-{n}" for n in range(len(table.columns)))}
    return [FieldError(e.key if e.key in own else at.get(e.key, "column-0"), e.message) for e in refusal.errors]


async def _columns_page(request: AnyRequest, upload: SurveyUpload, typed: Map[str, str] | None, errors: Any) -> Template:
    asked = uploads.asked_of(upload)
    table, questionnaire, mapping = await _read(upload)
    said = asked.mapping
    options = [{"value": "", "label": "Not stored"}, *({"value": f.name, "label": f.label} for f in target_of(questionnaire).fields)]
    rows, written = [], {column_key(comment.column) for comment in questionnaire.comments}
    for at, one in enumerate(suggestions(table, questionnaire)):
        chosen = (said.columns.get(one.column, "") if said else one.field or "") if typed is None else typed.get(f"column-{at}", "")
        suggested = typed is None and said is None and chosen != "" and one.column not in mapping.columns
        row = {"name": f"column-{at}", "column": one.column, "samples": one.samples, "apart": column_key(one.column) in written}
        rows.append({**row, "chosen": chosen, "why": one.why if suggested else ""})
    source = (said.source if said and said.source != UNNAMED else "") if typed is None else typed.get("source", "")
    return page(
        "surveys/columns.html", request, status=422 if errors else 200, rows=rows, options=options, errors=errors, source=source,
        questionnaire=questionnaire.title, file=upload.file_name, back=f"/surveys/import/{upload.id}", kept=bool(said and said.source != UNNAMED),
    )  # fmt: skip


async def _answers_page(request: AnyRequest, upload: SurveyUpload) -> Template:
    table, questionnaire, mapping = await _read(upload)
    rows = []
    for at, word in enumerate(_words(table, questionnaire, mapping)):
        question = questionnaire.question(word.question)
        said = mapping.values.get(word.question, {}).get(word.word)
        chosen = word.suggested if said is None else said or NO_ANSWER
        options = [{"value": REFUSE, "label": "Leave it: its rows are refused"}]
        options += [{"value": a.code, "label": a.label} for a in questionnaire.answers_to(question)]
        options.append({"value": NO_ANSWER, "label": "No answer"})
        row = {"name": f"word-{at}", "word": word, "label": question.label, "options": options, "chosen": chosen}
        rows.append({**row, "suggested": said is None and chosen != ""})
    return page(
        "surveys/answers.html", request, rows=rows, questionnaire=questionnaire.title, file=upload.file_name,
        back=f"/surveys/import/{upload.id}/columns", forward=f"/surveys/import/{upload.id}",
    )  # fmt: skip
