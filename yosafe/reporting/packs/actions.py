"""Every change to packs: one is built, or refused, or taken out. What is built is kept, so that there is one pack of what happened and not many from
which, laid side by side, more could be told."""

import asyncio
import hashlib
from collections.abc import Mapping, Sequence
from typing import Any

import msgspec

import yosafe
from yosafe import clock, settings
from yosafe.accounts.viewer import User
from yosafe.audit.record import EventName, record
from yosafe.db.engine import DB, write_transaction
from yosafe.errors import Conflict, FieldError, Invalid
from yosafe.reference.establishments import establishment
from yosafe.refs import ref
from yosafe.reporting.actions import OVER
from yosafe.reporting.periods import Period, period
from yosafe.reporting.places import place_of

from . import rules
from .access import PREFIX, SUBJECT
from .columns import COLUMNS, USUAL, Column, Of
from .reading import rows_of
from .rules import Figures, Levels, Row
from .schemas import AskPack, FiguresOut, PackColumnOut, PackContentOut

_INSERT = """
    INSERT INTO inspection_pack (agency, extract, establishment, period, since, until, k, rows, smallest, content, content_sha256, built_at, built_by)
    VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13) RETURNING id
"""
_OF_THESE_DAYS = (
    "SELECT id, taken_at FROM inspection_pack WHERE extract = $1 AND establishment = $2 AND since <= $4 AND until >= $3 AND replaced IS NULL"
)
_REPLACED = "UPDATE inspection_pack SET content = NULL, replaced = $2 WHERE id = ANY($1)"


async def build_pack(*, by: User, asked: AskPack) -> int:
    """Read, make coarser, look whether anyone stands alone, and keep; the number of the pack.

    Raises Invalid for a column, establishment or period that can't be asked for, and for a pack in which someone would stand alone, with what
    could be given: that it was refused is recorded too. Conflict where one of these days was taken out."""
    of = period(asked.period)
    levels = checked_columns(asked.extract, asked.columns)
    await _check_asked(by, asked, of)
    rows, k = await rows_of(asked.extract, asked.establishment, of), settings.in_force().pack_k
    found, enough = await asyncio.to_thread(_looked, rows, asked.extract, levels, k)
    if not found.is_safe:
        async with write_transaction():
            await record(EventName.PACK_REFUSED, by=by, detail=_asked_for(asked, of, levels))
        raise Invalid([FieldError("columns", refusal(found, enough, COLUMNS[asked.extract], levels))])
    content = await asyncio.to_thread(_content, rows, asked, of, levels, found, by.name)
    return await _keep(by, asked, of, levels, content)


def checked_columns(extract: Of, columns: Mapping[str, str]) -> Levels:
    """The columns by their steps, the usual ones where none is named. Raises Invalid, on `columns`, for what there is not."""
    known = {column.id: [step.id for step in column.steps] for column in COLUMNS[extract]}
    for name, step in columns.items():
        if name not in known:
            raise Invalid([FieldError("columns", f"There is no column “{name}”. Choose from {', '.join(known)}")])
        if step not in known[name]:
            raise Invalid([FieldError("columns", f"“{name}” is not said by “{step}”. Choose from {', '.join(known[name])}, or leave it out")])
    return dict(columns or USUAL[extract])


async def _check_asked(by: User, asked: AskPack, of: Period) -> None:
    if asked.establishment not in (await place_of(by.agency)).establishments:
        raise Invalid([FieldError("establishment", "Choose an establishment that takes part in yosafe, by its code")])
    if not of.is_over(clock.today()):
        raise Invalid([FieldError("period", OVER)])
    await _check_not_taken(asked, of)


async def _check_not_taken(asked: AskPack, of: Period) -> list[int]:
    """Numbers of packs of these days that nobody took out. Raises Conflict where someone took one."""
    rows = await DB.fetch(_OF_THESE_DAYS, asked.extract, asked.establishment, of.since, of.until)
    if out := [row["id"] for row in rows if row["taken_at"] is not None]:
        raise Conflict(
            f"{ref(PREFIX, max(out))} is of these days and was taken out. Use that one: two packs of the same days, laid side by side, could tell "
            "more than each of them."
        )  # fmt: skip
    return [row["id"] for row in rows]


def _looked(rows: Sequence[Row], extract: Of, levels: Levels, k: int) -> tuple[Figures, Levels]:
    found = rules.figures(rows, COLUMNS[extract], levels, k)
    return found, levels if found.is_safe else rules.enough(rows, COLUMNS[extract], levels, k)


def refusal(found: Figures, enough: Levels, columns: Sequence[Column], levels: Levels) -> str:
    """Why it is not given, and what would be. No number below k is said."""
    if found.people < found.k:
        return f"Fewer than {found.k} young people are in it. Choose a longer period"
    named = ", ".join(column.title.lower() for column in columns if column.id in levels)
    why = f"Someone would stand alone. By {named}, rows like those of fewer than {found.k} young people: {rules.about(found.below, found.k)}"
    if found.told:
        why += f"; rows of which all who are alike have the same said of what happened: {rules.about(found.told, found.k)}"
    if not enough:
        return f"{why}. Choose a longer period"
    given = "; ".join(f"{column.title}: {column.step(enough[column.id]).title}" for column in columns if column.id in enough)
    out = ", ".join(column.title.lower() for column in columns if column.id in levels and column.id not in enough)
    return f"{why}. This could be given: {given}" + (f". Left out then: {out}" if out else "")


def _content(rows: Sequence[Row], asked: AskPack, of: Period, levels: Levels, found: Figures, name: str) -> PackContentOut:
    columns = [column for column in COLUMNS[asked.extract] if column.id in levels]
    return PackContentOut(
        extract=asked.extract, establishment=asked.establishment, establishment_name=establishment(asked.establishment).name, period=of.key,
        period_words=of.words, as_at=clock.now(), built_by=name, version=yosafe.__version__, demo=settings.in_force().demo,
        columns=tuple(
            PackColumnOut(
                id=column.id, title=column.title, step=levels[column.id], said=column.step(levels[column.id]).title, meaning=column.meaning
            ) for column in columns
        ),
        left_out=tuple(column.title for column in COLUMNS[asked.extract] if column.id not in levels),
        figures=FiguresOut(k=found.k, rows=found.rows, people=found.people, groups=found.groups, smallest=found.smallest),
        rows=tuple(rules.order(rules.said(row, columns, levels) for row in rows)),
    )  # fmt: skip


async def _keep(by: User, asked: AskPack, of: Period, levels: Levels, content: PackContentOut) -> int:
    text = msgspec.json.encode(content)
    digest, figures = hashlib.sha256(text).digest(), content.figures
    async with write_transaction():
        await DB.execute("SELECT pg_advisory_xact_lock(hashtextextended('pack ' || $1 || ' ' || $2, 0))", asked.extract, asked.establishment)
        earlier = await _check_not_taken(asked, of)
        made: int = await DB.fetchval(
            _INSERT, by.agency, asked.extract, asked.establishment, of.key, of.since, of.until, figures.k, figures.rows, figures.smallest,
            text.decode(), digest, clock.now(), by.id,
        )  # fmt: skip
        if earlier:
            await DB.execute(_REPLACED, earlier, made)
        detail = {**_asked_for(asked, of, levels), "smallest": figures.smallest, "sha256": digest.hex()}
        await record(EventName.PACK_BUILT, by=by, subject=(SUBJECT, made), detail=detail)
    return made


def _asked_for(asked: AskPack, of: Period, levels: Levels) -> dict[str, Any]:
    return {"extract": asked.extract, "establishment": asked.establishment, "period": of.key, "columns": dict(levels)}


async def take_out(*, by: User, row: Any, form: str) -> PackContentOut:
    """What a file is made of; noted before it is given. From now on no other pack is built of the same days. Raises Conflict for one that was
    replaced meanwhile."""
    async with write_transaction():
        content = await DB.fetchval("SELECT content FROM inspection_pack WHERE id = $1 FOR UPDATE", row["id"])
        if content is None:
            raise Conflict("Another pack took the place of this one. Look at the list of packs.")
        await DB.execute("UPDATE inspection_pack SET taken_at = $2 WHERE id = $1 AND taken_at IS NULL", row["id"], clock.now())
        await record(EventName.PACK_TAKEN, by=by, subject=(SUBJECT, row["id"]), detail={"form": form})
    return msgspec.json.decode(content, type=PackContentOut)
