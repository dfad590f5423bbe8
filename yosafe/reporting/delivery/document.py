"""A report as a tagged PDF: each figure with its headline, its drawing, its table and what has to be said beside it."""

import asyncio
import re
from pathlib import Path
from typing import Any

from yosafe.documents.pdf import pdf
from yosafe.reporting.charts import chart, described
from yosafe.reporting.schemas import BlockOut, ContentOut, SectionOut, StatementOut
from yosafe.reporting.shown import about, added, interval, number, signed

TEMPLATE = Path(__file__).parents[1] / "templates/reporting/report.typ"
FONT = "Arimo"
MOST_COLUMNS = 7  # of a table that stands upright; a wider one is cut into several


async def as_pdf(content: ContentOut, statement: StatementOut | None = None) -> bytes:
    """The same report gives the same bytes. `statement`: its words, once they are signed."""
    return await pdf(TEMPLATE, await asyncio.to_thread(_data, content, statement))


def _data(content: ContentOut, statement: StatementOut | None) -> dict[str, Any]:
    sections = {section.id: section for section in content.sections}
    marking = f"{content.title}, {content.agency_name}, {content.period_words}"
    return {
        "cover": {
            "title": content.title, "about": [*about(content), *signed(statement)], "notes": [],
            "marking": f"SYNTHETIC: nobody in it is real. {marking}" if content.demo else marking,
            "made": "Small numbers are hidden, and its figures name nobody." if statement else "Small numbers are hidden, and it names nobody.",
        },
        "blocks": [found for block in content.blocks if (found := _block(block, sections, statement))], "method": content.method,
    }  # fmt: skip


def _block(block: BlockOut, sections: dict[str, SectionOut], statement: StatementOut | None) -> dict[str, Any] | None:
    """None for a place of words that nobody signed."""
    if block.kind == "words":
        if statement is None:
            return None
        said = next(one for one in statement.said if one.place == block.text)
        addenda = [(added(one), one.words) for one in statement.addenda if one.place == block.text]
        return {"kind": "words", "title": said.title, "words": said.words, "addenda": addenda}
    if block.kind != "section":
        return {"kind": block.kind, "text": block.text}
    section = sections[block.text]
    return {"kind": "section", "section": _section(section)}


def _section(section: SectionOut) -> dict[str, Any]:
    return {
        "title": section.title, "headline": section.headline, "subtitle": section.subtitle, "svg": _picture(section), "alt": described(section),
        "tables": _tables(section), "notes": section.notes,
    }  # fmt: skip


def _picture(section: SectionOut) -> str | None:
    """The drawing with our font and a size, which Typst needs."""
    svg = chart(section)
    if not svg:
        return None
    box = re.search(r'viewBox="[\d.]+ [\d.]+ ([\d.]+) ([\d.]+)"', svg)
    size = f' width="{box[1]}pt" height="{box[2]}pt"' if box else ""
    return svg.replace("<svg ", f"<svg{size} ", 1).replace('font-family="Arial, sans-serif"', f'font-family="{FONT}"')


def _tables(section: SectionOut) -> list[dict[str, Any]]:
    """The table, in parts that fit a page, each with the names of the rows."""
    table = section.table
    if not table.rows:
        return []
    many = -(-len(table.columns) // MOST_COLUMNS)
    each = -(-len(table.columns) // many)
    parts = [range(at, min(at + each, len(table.columns))) for at in range(0, len(table.columns), each)]
    return [
        {
            "heads": [table.rows_are, *(table.columns[n].title for n in part)],
            "rows": [
                {"title": row.title, "note": row.note, "total": row.total, "cells": [(number(row.cells[n]), interval(row.cells[n])) for n in part]}
                for row in table.rows
            ],
        }
        for part in parts
    ]  # fmt: skip
