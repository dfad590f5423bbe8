"""Reads of packs: what can be asked for, which there are, and what one is like."""

from collections.abc import Sequence
from typing import Any

import msgspec

from yosafe import settings
from yosafe.accounts.viewer import User
from yosafe.db.paging import Instant
from yosafe.db.sql import Sql, every
from yosafe.lists.listed import Column, Listed, Nothing
from yosafe.lists.ordering import Place, ranked, sort
from yosafe.reference.establishments import establishment
from yosafe.refs import ref
from yosafe.reporting.periods import period
from yosafe.reporting.places import place_of
from yosafe.settings import Terminology

from . import access
from .access import PREFIX
from .columns import COLUMNS, EACH_ROW, TITLES, USUAL
from .schemas import ColumnChoiceOut, ExtractOut, PackChoicesOut, PackContentOut, PackOut, StepOut, WholePackOut


class Packs(Listed[Nothing, PackOut]):
    """Every pack there is, the latest first. They name nobody."""

    id = "inspection-packs"
    noun = ("pack", "packs")
    tie = "p.id"
    permission = access.READ

    def columns(self, viewer: User, terminology: Terminology) -> list[Column]:
        return _columns()

    def default(self, wanted: Nothing) -> str:
        return "-built"

    async def query(self, viewer: User, wanted: Nothing, place: Place, limit: int) -> Sql:
        return Sql(
            f"SELECT {access.COLUMNS} {{}} FROM {access.FROM} WHERE {{}} ORDER BY {{}} LIMIT {{}}",
            place.columns, every([access.visible(viewer), place.after()]), place.order(), limit,
        )  # fmt: skip

    async def items(self, viewer: User, rows: Sequence[Any], terminology: Terminology) -> list[PackOut]:
        return [pack_out(row) for row in rows]


def _columns() -> list[Column]:
    return [
        Column(
            id="extract", title="Pack", sort=ranked("p.extract", TITLES),
            cells=(("Pack", lambda one, _: TITLES[one.extract]), ("Reference", lambda one, _: one.ref)),
        ),
        Column(
            id="establishment", title="Establishment", sort=sort("p.establishment", kinds=[str]),
            cells=(("Establishment", lambda one, _: one.establishment_name), ("Establishment (code)", lambda one, _: one.establishment)),
        ),
        Column(id="period", title="Period", sort=sort("p.period", kinds=[str]), down=True, cells=(("Period", lambda one, _: one.period),)),
        Column(
            title="How alike", cells=(("Rows", lambda one, _: one.rows), ("Young people in the smallest group", lambda one, _: one.smallest)),
        ),
        Column(
            id="built", title="Built", sort=sort("p.built_at", kinds=[Instant]), down=True,
            cells=(("Built", lambda one, _: one.built_at), ("Built by", lambda one, _: one.built_by), ("Taken out", lambda one, _: one.taken_at)),
        ),
    ]  # fmt: skip


PACKS = Packs()


def pack_out(row: Any) -> PackOut:
    return PackOut(**_fields(row))


def _fields(row: Any) -> dict[str, Any]:
    return {
        "ref": ref(PREFIX, row["id"]), "extract": row["extract"], "establishment": row["establishment"],
        "establishment_name": establishment(row["establishment"]).name, "period": row["period"], "period_words": period(row["period"]).words,
        "k": row["k"], "rows": row["rows"], "smallest": row["smallest"], "built_at": row["built_at"], "built_by": row["built_by_name"],
        "taken_at": row["taken_at"], "replaced_by": ref(PREFIX, row["replaced"]) if row["replaced"] else None,
        "sha256": bytes(row["content_sha256"]).hex(),
    }  # fmt: skip


def whole_pack(row: Any) -> WholePackOut:
    """A pack with what its rows say; without its rows."""
    content = content_of(row)
    if content is None:
        return WholePackOut(**_fields(row), figures=None, columns=[], left_out=[])
    return WholePackOut(**_fields(row), figures=content.figures, columns=list(content.columns), left_out=list(content.left_out))


def content_of(row: Any) -> PackContentOut | None:
    return None if row["content"] is None else msgspec.json.decode(row["content"], type=PackContentOut)


async def choices(user: User) -> PackChoicesOut:
    """What an inspector can ask for."""
    items = [
        ExtractOut(
            id=extract, title=TITLES[extract], each_row=EACH_ROW[extract],
            columns=[
                ColumnChoiceOut(
                    id=column.id, title=column.title, meaning=column.meaning, steps=[StepOut(id=step.id, title=step.title) for step in column.steps],
                    usual=USUAL[extract].get(column.id),
                ) for column in columns
            ],
        ) for extract, columns in COLUMNS.items()
    ]  # fmt: skip
    return PackChoicesOut(
        k=settings.in_force().pack_k, establishments=list((await place_of(user.agency)).establishments), items=items, next=None
    )  # fmt: skip
