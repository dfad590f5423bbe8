"""The files of a pack: a workbook with its notes, CSV, Parquet, and a dictionary of the columns. Texts are texts: nothing is run as a formula."""

import io
from collections.abc import Sequence

from yosafe import words
from yosafe.errors import FieldError, Invalid
from yosafe.lists.files import as_csv

from .columns import EACH_ROW, TITLES
from .schemas import FORMS, PackContentOut


def check_form(form: str) -> None:
    """Raise Invalid, on `form`, for one that there is not."""
    if form not in FORMS:
        raise Invalid([FieldError("form", f"Choose one of {', '.join(FORMS)}")])


def file_of(content: PackContentOut, form: str) -> tuple[str, str, bytes]:
    """A file's name, its media type and its bytes."""
    check_form(form)
    media_type, extension = FORMS[form]
    of = "-dictionary" if form == "dictionary" else ""
    name = f"pack-{content.extract}-{content.establishment}-{content.period}{of}.{extension}".lower()
    heads = [column.id for column in content.columns]
    match form:
        case "xlsx":
            return name, media_type, _workbook(content)
        case "csv":
            return name, media_type, as_csv(heads, content.rows)
        case "parquet":
            return name, media_type, _parquet(content)
    return name, media_type, as_csv(["column", "title", "said_as", "meaning", "values"], dictionary(content))


def dictionary(content: PackContentOut) -> list[tuple[str, str, str, str, str]]:
    """What each column means, how finely it says it, and which values are in it."""
    found = []
    for at, column in enumerate(content.columns):
        values = sorted({row[at] for row in content.rows})
        found.append((column.id, column.title, column.said, column.meaning, "; ".join(values)))
    return found


def about(content: PackContentOut) -> list[tuple[str, str]]:
    """What has to be known of a pack: of what, of when, how alike its rows are, what was made coarser and what was left out."""
    figures = content.figures
    return [
        *([("Synthetic", "Nobody in it is real")] if content.demo else []),
        ("What it is", f"{TITLES[content.extract]} of {content.establishment_name}. {EACH_ROW[content.extract]}"), ("Period", content.period_words),
        ("Records as at", words.instant(content.as_at)), ("Built by", content.built_by), ("Made with", f"yosafe {content.version}"),
        ("How alike", alike(content)),
        ("Made coarser", "; ".join(f"{column.title}: {column.said}" for column in content.columns)),
        ("Left out", "Names, references, days, dates of birth, units and whatever anyone wrote, always. Of what a pack can say: "
         + (", ".join(content.left_out).lower() or "nothing")),
        ("Hidden", f"Nothing: no row was taken away. It would not have been built with a group of fewer than {figures.k}"),
        ("For whom", "For the inspectorate's own work. It is not for publication: counts of it can tell what a report hides as small. Nobody tries "
         "to find out who is in it"),
    ]  # fmt: skip


def alike(content: PackContentOut) -> str:
    """The figure of k-anonymity, in words."""
    figures = content.figures
    return (
        f"k = {figures.smallest}: every row says the same as those of {figures.smallest} young people or more (asked of it: {figures.k}). "
        f"{figures.rows:,} rows of {figures.people:,} young people in {figures.groups:,} groups of like rows. By "
        f"{', '.join(column.title.lower() for column in content.columns)}"
    )


def _workbook(content: PackContentOut) -> bytes:
    import xlsxwriter

    out = io.BytesIO()
    book = xlsxwriter.Workbook(out, {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False, "strings_to_numbers": False})
    book.set_properties({"title": f"{TITLES[content.extract]}, {content.establishment_name}", "created": content.as_at.replace(tzinfo=None)})
    head, wrap = book.add_format({"bold": True, "text_wrap": True, "valign": "top"}), book.add_format({"text_wrap": True, "valign": "top"})

    def fill(name: str, lines: Sequence[Sequence[str]], widths: Sequence[int], *, headed: bool) -> None:
        sheet = book.add_worksheet(name)
        for at, width in enumerate(widths):
            sheet.set_column(at, at, width)
        for down, line in enumerate(lines):
            for at, text in enumerate(line):
                sheet.write_string(down, at, text, head if (down == 0 if headed else at == 0) else wrap)
        if headed:
            sheet.freeze_panes(1, 0)

    fill("Notes", about(content), (20, 110), headed=False)
    fill("Rows", [[column.title for column in content.columns], *content.rows], [24] * len(content.columns), headed=True)
    fill("Columns", [("Column", "Title", "Said as", "Meaning", "Values"), *dictionary(content)], (12, 22, 40, 60, 60), headed=True)
    book.close()
    return out.getvalue()


def _parquet(content: PackContentOut) -> bytes:
    import pyarrow as pa
    import pyarrow.parquet as pq

    schema = pa.schema(
        [pa.field(column.id, pa.string(), metadata={"meaning": column.meaning, "said_as": column.said}) for column in content.columns],
        metadata=dict(about(content)),
    )
    data = {column.id: [row[at] for row in content.rows] for at, column in enumerate(content.columns)}
    out = io.BytesIO()
    pq.write_table(pa.table(data, schema=schema), out)
    return out.getvalue()
