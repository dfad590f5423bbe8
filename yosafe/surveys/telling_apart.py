"""Telling respondents of a survey apart, so that files which overlap bring in each of them once. Pure.

By the number of the respondent where a mapping says which column holds it; else by all that a row says, rows that say the same being counted. Of both
only digests are kept (docs/adr/0025): no number, and no row.
"""

import hashlib
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Sequence
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from yosafe.importing.blocks import DELIMITER, ROW_END, Block

from .coding import RefusedRow

SIZE = 16  # bytes of a digest
TWICE = "holds a number that came before, and other answers beside it: write each respondent's number once, or take one of the rows out"
CHANGED = "holds a number that is in the survey already, with other answers: what was stored is not changed by a file. Take the row out"

Digest = Callable[[bytes], bytes]
IsNew = Callable[[Sequence[str]], bool]


def digests_for(*parts: str) -> Digest:
    """What makes digests that are of use within one survey only."""
    salt = hashlib.blake2b("\0".join(parts).encode(), digest_size=SIZE).digest()
    return lambda said: hashlib.blake2b(said, digest_size=SIZE, salt=salt).digest()


def _said(cells: Sequence[str]) -> bytes:
    return DELIMITER.join(cells).encode("utf-8", "surrogatepass")


def of_rows(block: Block, digest: Digest) -> list[bytes]:
    """A digest of each row of a block: of what its cells hold, in whatever form of file."""
    rows = block.content().split(ROW_END.encode())[:-1]
    if len(rows) != len(block.numbers):  # a cell holds the mark itself
        rows = [_said(block.row(at)) for at in range(len(block.numbers))]
    return list(map(digest, rows))


def of_columns(names: Iterable[str]) -> bytes:
    """What tells the columns of one file from those of another: rows can be told apart by what they say only where these are the same."""
    return hashlib.sha256("".join(name + ROW_END for name in names).encode()).digest()


class Marks(NamedTuple):
    """What tells the respondents of a survey, or of a file, apart. `keys` of those whose answers are stored, `left` of those whose rows are left out.
    `contents`, where they have numbers, is of what each of those stored said."""

    numbered: bool
    keys: bytes = b""
    contents: bytes = b""
    left: bytes = b""

    @property
    def returned(self) -> int:
        return (len(self.keys) + len(self.left)) // SIZE

    @property
    def left_out(self) -> int:
        return len(self.left) // SIZE


def each(digests: bytes) -> Iterator[bytes]:
    """The digests that stand one after another."""
    return (digests[at : at + SIZE] for at in range(0, len(digests), SIZE))


def still_left(left: Iterable[bytes], stored: bytes, *, numbered: bool) -> bytes:
    """Of the rows that were left out, those that have not come in since."""
    if numbered:
        return b"".join(sorted(set(left) - set(each(stored))))
    return b"".join(sorted((Counter(left) - Counter(each(stored))).elements()))


class Overlap(NamedTuple):
    """What a file brings to a survey that is there: which of its respondents are `new`, how many are known, and the places of those who are there
    with other answers. `marks` are those of the survey afterwards."""

    new: NDArray[np.bool_]
    known: int
    changed: list[int]
    marks: Marks

    @property
    def many(self) -> int:
        return int(self.new.sum())


def overlap(there: Marks, file: Marks) -> Overlap:
    """A file beside a survey whose respondents are told apart in the same way."""
    new = np.zeros(len(file.keys) // SIZE, np.bool_)
    changed: list[int] = []
    if there.numbered:
        contents = dict(zip(each(there.keys), each(there.contents), strict=True))
        for at, (key, content) in enumerate(zip(each(file.keys), each(file.contents), strict=True)):
            if key not in contents:
                new[at] = True
            elif contents[key] != content:
                changed.append(at)
    else:
        left = Counter(each(there.keys))
        for at, key in enumerate(each(file.keys)):
            new[at] = left[key] == 0
            left[key] -= not new[at]
    keys = there.keys + _chosen(file.keys, new)
    contents_after = there.contents + _chosen(file.contents, new) if there.numbered else b""
    left_out: Iterable[bytes] = (
        {*each(there.left), *each(file.left)} if there.numbered else (Counter(each(there.left)) | Counter(each(file.left))).elements()
    )
    marks = Marks(there.numbered, keys, contents_after, still_left(left_out, keys, numbered=there.numbered))
    return Overlap(new, len(new) - int(new.sum()) - len(changed), changed, marks)


def _chosen(digests: bytes, which: NDArray[np.bool_]) -> bytes:
    return np.frombuffer(digests, np.uint8).reshape(-1, SIZE)[which].tobytes()


def rows_that_changed(changed: Sequence[int], numbers: NDArray[np.int64], column: str) -> list[RefusedRow]:
    """The rows of those who are there with other answers, as refused."""
    return [RefusedRow(int(numbers[at]), column, CHANGED) for at in changed]


def only_new(there: Marks, digest: Digest, number_at: int | None) -> IsNew:
    """Whether a row, asked for one after another as they stand in the file, is of someone who has not come before; left out or not."""
    if number_at is not None:
        seen = {*each(there.keys), *each(there.left)}

        def is_new(cells: Sequence[str]) -> bool:
            key = of_number(cells[number_at], digest)
            if key is None or key in seen:
                return key is None
            seen.add(key)
            return True

        return is_new
    known = Counter(each(there.keys)) + Counter(each(there.left))

    def is_another(cells: Sequence[str]) -> bool:
        key = digest(_said(cells))
        known[key] -= 1
        return known[key] < 0

    return is_another


def of_number(cell: str, digest: Digest) -> bytes | None:
    """The digest of a respondent's number; None for an empty cell."""
    number = " ".join(cell.split()).casefold()
    return digest(b"\0" + number.encode("utf-8", "surrogatepass")) if number else None
