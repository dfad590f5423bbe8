"""What an entry of a chronology is called, and when one may be marked. Pure."""

from msgspec import Struct

from yosafe.errors import Conflict

MARKED = "This entry is marked already: someone was faster, or the page is an old one. Look at it again."
TAKEN_OFF = "This mark was taken off already. Look at the entry again."
LONGEST = 2**63 - 1  # of a bigint


class EntryKey(Struct, frozen=True):
    """An entry: of which source, which part of its record, and the number of the row. It stays the same as long as the row does, whoever looks."""

    source: str
    part: str
    id: int

    def __str__(self) -> str:
        return f"{self.source}.{self.part}.{self.id}"


def entry_key(text: str) -> EntryKey | None:
    """ "incident.happened.12" as a key; None for what is none."""
    parts = text.split(".")
    if len(parts) != 3 or not all(parts) or not (parts[2].isascii() and parts[2].isdigit()) or len(parts[2]) > 19:
        return None
    number = int(parts[2])
    return EntryKey(parts[0], parts[1], number) if 0 < number <= LONGEST and str(number) == parts[2] else None


def check_unmarked(marked: bool) -> None:
    """Raise Conflict for an entry that is marked."""
    if marked:
        raise Conflict(MARKED)


def check_stands(taken_off: bool) -> None:
    """Raise Conflict for a mark that was taken off."""
    if taken_off:
        raise Conflict(TAKEN_OFF)
