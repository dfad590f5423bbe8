"""The files of a report: PDF, workbook, CSV, Parquet and a dictionary of their columns. All made from the one document that is kept."""

import asyncio

from yosafe.errors import FieldError, Invalid
from yosafe.reporting.building import file_name
from yosafe.reporting.schemas import FORMS, ContentOut, StatementOut

from . import document, tidy, workbook


def check_form(form: str) -> None:
    """Raise Invalid, on `form`, for one that there is not."""
    if form not in FORMS:
        raise Invalid([FieldError("form", f"Choose one of {', '.join(FORMS)}")])


async def file_of(content: ContentOut, statement: StatementOut | None, form: str) -> tuple[str, str, bytes]:
    """A file's name, its media type and its bytes. `statement`: signed words, for forms that people read.

    Raises Invalid, on `form`, for one that there is not."""
    check_form(form)
    media_type, extension = FORMS[form]
    name = file_name(content, form, extension)
    match form:
        case "pdf":
            return name, media_type, await document.as_pdf(content, statement)
        case "xlsx":
            return name, media_type, await asyncio.to_thread(workbook.as_workbook, content, statement)
        case "csv":
            return name, media_type, tidy.as_table(content)
        case "parquet":
            return name, media_type, await asyncio.to_thread(tidy.as_parquet, content)
    return name, media_type, tidy.dictionary()
