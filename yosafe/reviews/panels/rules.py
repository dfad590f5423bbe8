"""What a panel is, and when it may decide. Pure: numbers and codes in, answers out."""

from collections.abc import Collection, Sequence

from msgspec import Struct

from yosafe.errors import FieldError

MOST_WEEKS = 26
CAME = ("attended", "by_phone")  # codes of review_attendance: a written view is none that can decide


class Seat(Struct, frozen=True, kw_only=True):
    """An agency that should come. `must`: without it the panel is not quorate."""

    agency: str
    name: str
    must: bool


class Quorum(Struct, frozen=True, kw_only=True):
    """Whether enough agencies are there. `missing`: those that must come and did not; `came` of at least `least` agencies."""

    came: int
    least: int
    missing: tuple[str, ...] = ()

    @property
    def quorate(self) -> bool:
        return self.came >= self.least and not self.missing

    @property
    def words(self) -> str:
        counted = f"{self.came} {'agency' if self.came == 1 else 'agencies'} came of at least {self.least}"
        if self.quorate:
            return f"Quorate: {counted}."
        return f"Not quorate: {counted}{'; missing, and must come: ' + ', '.join(self.missing) if self.missing else ''}."


def quorum(seats: Sequence[Seat], came: Collection[str], *, least: int) -> Quorum:
    """From the agencies of a panel and the codes of those that came, of the panel or not."""
    missing = tuple(seat.name for seat in seats if seat.must and seat.agency not in came)
    return Quorum(came=len(set(came)), least=least, missing=missing)


def capacity(every_weeks: int, a_week: Sequence[int | None]) -> int | None:
    """How many cases a panel can see at a meeting, by how many a week were said of the establishments that it serves; None where nobody has said."""
    said = [number for number in a_week if number is not None]
    return every_weeks * sum(said) if said else None


def panel_faults(agencies: Sequence[str], must_come: Sequence[str], least: int) -> list[FieldError]:
    """Everything that can't be right about who should come, before it is known whether the agencies exist."""
    faults = []
    if set(must_come) - set(agencies):
        faults.append(FieldError("must_come", "An agency that must come is one that should come: select it in both, or in neither"))
    if len(set(agencies)) < 2:
        faults.append(FieldError("agencies", "Select two agencies or more: a joint review is of several"))
    elif least > len(set(agencies)):
        faults.append(FieldError("least_agencies", f"At most {len(set(agencies))}: that many agencies should come"))
    return faults
