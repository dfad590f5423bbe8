"""One batch of rows: which of them are known already, which can't be taken, and what the others become. In the open transaction."""

import datetime as dt
import hashlib
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any, NamedTuple, Protocol

import msgspec

from yosafe.accounts.viewer import User
from yosafe.db.engine import DB
from yosafe.errors import FieldError
from yosafe.importing.mapped import Fault, MappedRow, MappedTable

KEY_BYTES = 16
DIFFERS = "came before and says something else now"
MEND_RECORD = "Change the record that it became. A row that is of something else needs a reference of its own."


class Keyed(NamedTuple):
    """A row that can be read. `key` tells it from all others, `content` is the digest of what it says."""

    row: MappedRow
    key: bytes
    content: bytes


class Refused(NamedTuple):
    row: MappedRow
    faults: Sequence[Fault]
    question: Keyed | None = None  # the row, where someone has to say whether it is of a record that is there


class Made(NamedTuple):
    keyed: Keyed
    subject: int
    young_people: tuple[int, ...]


@dataclass(slots=True)
class Taken:
    """What became of a batch."""

    made: list[Made] = field(default_factory=list)
    known: int = 0
    refused: list[Refused] = field(default_factory=list)


class Context(NamedTuple):
    """For whom and from which file."""

    by: User
    table: MappedTable

    @property
    def source(self) -> str:
        return self.table.mapping.source


class Writer(Protocol):
    """Makes records of rows, in their order; those that it can't take it refuses."""

    async def __call__(self, context: Context, rows: Sequence[Keyed]) -> tuple[list[Made], list[Refused]]: ...


def keyed(row: MappedRow, source: str) -> Keyed:
    """A row with what it is known by: the reference of its source, else all that it says."""
    said = msgspec.json.encode({name: _plain(value) for name, value in row.values.items()}, order="sorted")
    content = hashlib.blake2b(said, digest_size=KEY_BYTES).digest()
    reference = row.values.get("reference")
    if reference is None:
        return Keyed(row, content, content)
    named = f"{source.casefold()}\0{reference.casefold()}".encode()
    return Keyed(row, hashlib.blake2b(named, digest_size=KEY_BYTES, person=b"reference").digest(), content)


def _plain(value: object) -> object:
    return value.isoformat() if isinstance(value, dt.date | dt.time) else value


_KNOWN = "SELECT key, content FROM import_row WHERE agency = $1 AND target = $2 AND key = ANY($3)"


async def take(context: Context, rows: Sequence[MappedRow], write: Writer) -> Taken:
    """Take a batch."""
    taken = Taken(refused=[Refused(row, row.faults) for row in rows if row.faults])
    good = [keyed(row, context.source) for row in rows if not row.faults]
    seen = await _known(context, [one.key for one in good])
    new: list[Keyed] = []
    waiting: dict[bytes, list[Keyed]] = {}
    for one in good:
        if one.key in waiting:
            waiting[one.key].append(one)
        elif one.key in seen:
            _again(taken, context, one, seen[one.key])
        else:
            waiting[one.key] = []
            new.append(one)
    while new:
        made, refused = await write(context, new)
        taken.made += made
        taken.refused += refused
        content = {one.keyed.key: one.keyed.content for one in made}
        new = []
        for key, more in waiting.items():
            if key in content:
                for one in more:
                    _again(taken, context, one, content[key])
                waiting[key] = []
            elif more:  # the first with this key was refused: the next may be right
                new.append(more.pop(0))
    return taken


async def _known(context: Context, keys: Sequence[bytes]) -> dict[bytes, bytes]:
    if not keys:
        return {}
    rows = await DB.fetch(_KNOWN, context.by.agency, context.table.target.name, list(keys))
    return {row["key"]: row["content"] for row in rows}


def _again(taken: Taken, context: Context, one: Keyed, content: bytes) -> None:
    """A row that came before: known where it says the same, else refused, since what was recorded is never written over."""
    if one.content == content:
        taken.known += 1
    else:
        column = context.table.column_of("reference")
        whole = Fault(row=one.row.number, column=column, field="reference", value="text", reason=DIFFERS, remedy=MEND_RECORD)
        taken.refused.append(Refused(one.row, [whole]))


def refusal(context: Context, one: Keyed, faults: Sequence[FieldError], names: dict[str, str] | None = None, *, question: bool = False) -> Refused:
    """A row refused by the rules of what it would become. `names`: our fields by the keys of their faults."""
    said = []
    for key, message in faults:
        name = (names or {}).get(key, key)
        column = context.table.column_of(name)
        reason = f"{message[:1].lower()}{message[1:]}".rstrip(".")
        said.append(
            Fault(row=one.row.number, column=column, field=name, value="", reason=reason, remedy="Mend it in the file, and send the row again.")
        )
    return Refused(one.row, said, one if question else None)


def kept_question(one: Keyed) -> dict[str, Any]:
    """What a row says, as it is kept until someone answers whether it is of a record that is there."""
    return {"values": {name: _plain(value) for name, value in one.row.values.items()}, "key": one.key.hex(), "content": one.content.hex()}
