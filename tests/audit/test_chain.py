"""Chains that were tampered with in every way, by chance: the rows that are named are those that were touched, and no others."""

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from yosafe.audit.chain import Chain, Head, digest

APART = 4  # whole entries between two places of tampering, by which each can be told from the other
Named = set[tuple[str, int | None]]


def entry(number: int, **more: Any) -> dict[str, Any]:
    row: dict[str, Any] = {"id": number, "strand": 3, "seq": number, "microseconds": 10**15 + number, "event": "user:added", "actor": None}
    row |= {"actor_kind": "operator", "agency": None, "subject_kind": "user", "subject": number, "young_person": None, "request": None}
    return {**row, "detail": "{}", "hash": b"", **more}


def whole(length: int) -> list[dict[str, Any]]:
    rows, before = [], b""
    for number in range(1, length + 1):
        row = entry(number)
        before = row["hash"] = digest(before, row, number)
        rows.append(row)
    return rows


def head_of(rows: list[dict[str, Any]]) -> Head:
    return Head(len(rows), rows[-1]["hash"] if rows else b"", len(rows))


def named(rows: list[dict[str, Any]], head: Head | None) -> Named:
    if head:
        head = Head(head.seq, head.hash, max((row["seq"] for row in rows), default=0))
    chain = Chain(3, head)
    faults = [fault for row in sorted(rows, key=lambda row: row["seq"]) for fault in chain.follow(row)] + chain.end()
    assert all(fault.strand == 3 and fault.message for fault in faults)
    assert len(faults) == len({(fault.kind, fault.entry) for fault in faults})
    return {(fault.kind, fault.entry) for fault in faults}


class Tampered:
    """A chain to tamper with; `expected` grows with what was done. Positions count in the rows as they are now, from 0."""

    def __init__(self, length: int) -> None:
        self.rows = whole(length)
        self.head: Head | None = head_of(self.rows)
        self.expected: Named = set()

    def change(self, at: int) -> None:
        self.rows[at]["detail"] = '{"else":1}'
        self.expected.add(("changed", self.rows[at]["id"]))

    def number(self, at: int) -> None:
        self.rows[at]["id"] += 10_000
        self.expected.add(("changed", self.rows[at]["id"]))

    def hash(self, at: int) -> None:
        self.rows[at]["hash"] = b"\1" * 32
        self.expected.add(("changed", self.rows[at]["id"]))

    def remove(self, at: int, renumber: bool = False) -> None:
        del self.rows[at]
        if renumber:
            self._move(at, -1)
        self.expected.add(("removed", self.rows[at]["id"] if at < len(self.rows) else None))

    def insert(self, at: int) -> None:
        """Before the row at `at`, the rows after it renumbered; a copy of a true row, its hash too."""
        seq = self.rows[at]["seq"] if at < len(self.rows) else self.rows[-1]["seq"] + 1
        self._move(at, 1)
        self.rows.insert(at, {**self.rows[len(self.rows) // 2], "id": 20_000 + at, "seq": seq})
        self.expected.add(("inserted", 20_000 + at))

    def _move(self, at: int, by: int) -> None:
        for row in self.rows[at:]:
            row["seq"] += by


@given(length=st.integers(0, 40))
def test_a_whole_chain_is_whole(length: int) -> None:
    rows = whole(length)
    assert named(rows, head_of(rows)) == set()


WAYS = ("change", "number", "hash", "remove", "remove and renumber", "insert")


@given(length=st.integers(1, 40), gaps=st.lists(st.tuples(st.integers(0, 12), st.sampled_from(WAYS)), min_size=1, max_size=5))
def test_what_was_touched_is_named_and_nothing_else(length: int, gaps: list[tuple[int, str]]) -> None:
    chain = Tampered(length)
    at = length + APART
    for gap, way in gaps:  # from the end, so that positions before stay what they are
        at -= gap + APART
        if at < 0 or (at == length and way != "insert"):
            continue
        match way:
            case "remove":
                chain.remove(at)
            case "remove and renumber":
                chain.remove(at, renumber=True)
            case _:
                getattr(chain, way)(at)
    assert named(chain.rows, chain.head) == chain.expected


@given(length=st.integers(2, 30), at=st.integers(0, 29), many=st.integers(2, 25), renumber=st.booleans())
def test_many_removed_at_once_are_one_fault(length: int, at: int, many: int, renumber: bool) -> None:
    at, rows = at % length, whole(length)
    head, after = head_of(rows), rows[at + many :]
    if renumber:
        for row in after:
            row["seq"] -= many
    assert named(rows[:at] + after, head) == {("removed", after[0]["id"] if after else None)}


@given(length=st.integers(1, 30), at=st.integers(0, 30), many=st.integers(2, 25))
def test_many_inserted_at_once_are_each_named(length: int, at: int, many: int) -> None:
    chain = Tampered(length)
    for place in range(many):
        chain.insert(at % (length + 1) + place)
    assert named(chain.rows, chain.head) == chain.expected


@pytest.mark.parametrize("seq", [0, -3])
def test_one_put_before_the_first_accuses_no_other(seq: int) -> None:
    rows = whole(5)
    assert named([entry(77, seq=seq, hash=b"x"), *rows], head_of(rows)) == {("inserted", 77)}


def test_one_put_after_the_end_is_named_even_if_it_is_chained_rightly() -> None:
    rows = whole(5)
    more = entry(77, seq=6)
    more["hash"] = digest(rows[-1]["hash"], more, 6)
    assert named([*rows, more], head_of(rows)) == {("inserted", 77)}


def test_a_replaced_entry_is_named_and_the_next_can_not_be_told() -> None:
    rows = whole(5)
    rows[2] |= {"detail": "{}x", "hash": b"\2" * 32}
    assert named(rows, head_of(rows)) == {("changed", 3), ("changed", 4)}


@pytest.mark.parametrize(
    ("head", "expected"),
    [
        (Head(5, b"", 5), {("changed", None)}),
        (Head(4, b"", 5), {("changed", None)}),
        (Head(7, b"", 5), {("removed", None)}),
        (None, {("removed", None)}),
    ],
)
def test_the_head(head: Head | None, expected: Named) -> None:
    assert named(whole(5), head) == expected


def test_renumbering_alone_is_named_where_it_begins() -> None:
    rows = whole(6)
    head = head_of(rows)
    for row in rows[3:]:
        row["seq"] += 10
    assert named(rows, head) == {("changed", 4)}


def test_reading_is_linear() -> None:
    """However much is wrong, a row costs no more than a few hashes."""
    rows = whole(400)
    for row in rows:
        row["detail"] = "{}!"
    counted = 0

    class Counting(dict[str, Any]):
        def __getitem__(self, key: str) -> Any:
            nonlocal counted
            counted += key == "detail"
            return super().__getitem__(key)

    chain = Chain(3, head_of(rows))
    for row in rows:
        chain.follow(Counting(row))
    assert counted <= 400 * 12
