"""What stands in each form of a report, read back from it as its readers get it."""

import csv
import io
import json
from collections.abc import Iterator
from html.parser import HTMLParser
from typing import Any

import pyarrow.parquet as pq
import pymupdf
import python_calamine

Read = list[tuple[str, ...]]  # a table line by line, its headings first; a cell as "number interval", the first of a line as "title note"


Path = tuple[int, ...]  # of a piece of a PDF among its tags
FOOT = 790  # points from the top of a page: what stands below is no part of a table


def said(*parts: str) -> str:
    """Texts with single spaces, as they are heard."""
    return " ".join(" ".join(parts).split())


class _Tables(HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.tables: dict[str, Read] = {}
        self.section, self.texts, self.line, self.inside = "", [], [], False

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        of = dict(attrs)
        if tag == "h3" and of.get("id"):
            self.section = str(of["id"])
        elif tag == "table" and self.section not in self.tables:
            self.tables[self.section] = []
        elif tag == "tr":
            self.line = []
        elif tag in ("td", "th"):
            self.texts, self.inside = [], True
        elif self.inside:
            self.texts.append(" ")

    def handle_endtag(self, tag: str) -> None:
        if tag in ("td", "th"):
            self.line.append(said(*self.texts))
            self.inside = False
        elif tag == "tr":
            self.tables[self.section].append(tuple(self.line))

    def handle_data(self, data: str) -> None:
        if self.inside:
            self.texts.append(data)


def of_page(html: str) -> dict[str, Read]:
    """The table of each section that has one, by its id."""
    reader = _Tables()
    reader.feed(html)
    return reader.tables


def of_pdf(content: bytes) -> Iterator[Read]:
    """Tables in their order, as the tags say what they are. What goes on over a page is read as one, as a reader for the blind does."""
    tables: dict[Path, dict[Path, list[str]]] = {}
    with pymupdf.open(stream=content, filetype="pdf") as opened:
        for page in opened:
            blocks = json.loads(page.get_text("json", flags=pymupdf.TEXT_COLLECT_STRUCTURE))["blocks"]
            for path, kinds, text in _pieces(blocks, (), ()):
                if "Table" in kinds and kinds[-1] in ("TH", "TD"):
                    tables.setdefault(path[: kinds.index("Table") + 1], {}).setdefault(path, []).append(text)
    for _, table in sorted(tables.items()):
        lines: dict[Path, dict[int, str]] = {}
        for path, texts in table.items():
            lines.setdefault(path[:-1], {})[path[-1]] = said(*texts)
        many = 1 + max(at for line in lines.values() for at in line)
        yield [tuple(line.get(at, "") for at in range(many)) for _, line in sorted(lines.items())]


def _pieces(blocks: list[dict[str, Any]], path: Path, kinds: tuple[str, ...]) -> Iterator[tuple[Path, tuple[str, ...], str]]:
    """Each text of a page but its foot, with its place among the tags and what these are, down to the cell of a table."""
    for block in blocks:
        if "blocks" in block:
            in_cell = kinds[-1:] in (("TH",), ("TD",))
            yield from _pieces(block["blocks"], *((path, kinds) if in_cell else ((*path, block["index"]), (*kinds, block["std"]))))
        for line in block.get("lines", ()):
            if line["bbox"][1] < FOOT:
                yield path, kinds, " ".join(span["text"] for span in line["spans"])


def of_workbook(content: bytes) -> tuple[list[str], list[list[list[Any]]]]:
    """The names of the sheets, and each line by line. The first has notes."""
    book = python_calamine.CalamineWorkbook.from_filelike(io.BytesIO(content))
    return book.sheet_names, [book.get_sheet_by_name(name).to_python() for name in book.sheet_names]


def of_csv(content: bytes) -> list[dict[str, str]]:
    return [*csv.DictReader(io.StringIO(content.decode("utf-8-sig")))]


def of_parquet(content: bytes) -> tuple[list[dict[str, Any]], dict[str, str]]:
    """The rows, and what each column means."""
    table = pq.read_table(io.BytesIO(content))
    return table.to_pylist(), {name: table.schema.field(name).metadata[b"meaning"].decode() for name in table.column_names}
