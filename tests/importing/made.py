"""Files of other kinds, made here: workbooks by hand, statistics files by their own writer."""

import io
import zipfile
from html import escape

from bench.tables import letters, workbook

MIME = "application/vnd.oasis.opendocument.spreadsheet"
MANIFEST = f"""<manifest:manifest xmlns:manifest="urn:oasis:names:tc:opendocument:xmlns:manifest:1.0">
<manifest:file-entry manifest:full-path="/" manifest:media-type="{MIME}"/>
<manifest:file-entry manifest:full-path="content.xml" manifest:media-type="text/xml"/></manifest:manifest>"""


def xlsx(rows, *, extra=None):
    """A workbook of one sheet; a cell is text, a number, None for nothing, or `=formula` with its value after a bar."""
    parts = []
    for number, row in enumerate(rows, start=1):
        parts.append(f'<row r="{number}">{"".join(_cell(value, letters(at) + str(number)) for at, value in enumerate(row))}</row>')
    data = workbook("".join(parts), ["unused"])
    return with_parts(data, extra) if extra else data


def _cell(value, place):
    if value is None:
        return ""
    if isinstance(value, (int, float)):
        return f'<c r="{place}"><v>{value}</v></c>'
    if value.startswith("="):
        formula, _, result = value[1:].partition("|")
        return f'<c r="{place}"><f>{formula}</f><v>{result}</v></c>'
    return f'<c r="{place}" t="inlineStr"><is><t xml:space="preserve">{escape(value)}</t></is></c>'


def with_parts(data, parts):
    """The zipped file with parts replaced or added."""
    out = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(data)) as old, zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as new:
        for name in old.namelist():
            if name not in parts:
                new.writestr(name, old.read(name))
        for name, content in parts.items():
            new.writestr(name, content)
    return out.getvalue()


def ods(sheets):
    """An OpenDocument spreadsheet of text cells: each sheet its rows."""
    spaces = " ".join(f'xmlns:{n}="urn:oasis:names:tc:opendocument:xmlns:{n}:1.0"' for n in ("office", "table", "text"))
    body = ""
    for name, rows in sheets.items():
        cells = (
            "".join(
                f'<table:table-cell office:value-type="string"><text:p>{escape(c)}</text:p></table:table-cell>' if c else "<table:table-cell/>"
                for c in row
            )
            for row in rows
        )
        body += (
            f'<table:table table:name="{escape(name)}">' + "".join(f"<table:table-row>{row}</table:table-row>" for row in cells) + "</table:table>"
        )
    return opendocument(
        f"<office:document-content {spaces}><office:body><office:spreadsheet>{body}</office:spreadsheet></office:body></office:document-content>"
    )


def opendocument(content):
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("mimetype", MIME, compress_type=zipfile.ZIP_STORED)
        archive.writestr("META-INF/manifest.xml", MANIFEST)
        archive.writestr("content.xml", content)
    return out.getvalue()


def statistics(tmp_path, kind):
    """A file of two variables with labels; 9 is declared missing where the kind knows of that."""
    import pandas as pd
    import pyreadstat

    frame = pd.DataFrame({"q1": [1.0, 2.0, 9.0, None], "age": [16.0, 17.5, 16.0, 15.0]})
    labels = {"column_labels": ["Ever felt unsafe", "Age"]}
    path = tmp_path / f"wave.{kind}"
    if kind in {"sav", "zsav"}:
        values = {"q1": {1.0: "Yes", 2.0: "No", 9.0: "Not answered"}}
        pyreadstat.write_sav(frame, str(path), variable_value_labels=values, missing_ranges={"q1": [9]}, compress=kind == "zsav", **labels)
    elif kind == "por":
        pyreadstat.write_por(frame, str(path), **labels)
    else:
        pyreadstat.write_dta(frame, str(path), **labels)
    return path
