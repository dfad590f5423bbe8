"""What notices are about. Each feature says how its records show, by its own access rule, so that a notice tells nobody of a record that does not
exist for them. A kind that is not known here shows to nobody."""

from collections.abc import Awaitable, Callable, Sequence

from msgspec import Struct

from yosafe.accounts.viewer import User
from yosafe.db.sql import Sql, either
from yosafe.settings import Terminology


class Place(Struct, frozen=True, kw_only=True):
    """Where a record is: its name on a page, without anyone's, and its address. `young_person`: whom the name itself points to."""

    text: str
    href: str
    young_person: int | None = None


class About(Struct, frozen=True, kw_only=True):
    """`shows(user, column)` is the whole condition under which the record whose number is in a column exists for a user; `places` are those of
    records that do, by number."""

    kind: str
    shows: Callable[[User, str], Sql]
    places: Callable[[Sequence[int], Terminology], Awaitable[dict[int, Place]]]


_KINDS: dict[str, About] = {}


def register_about(about: About) -> None:
    """Called once for each kind of record, in yosafe/composition.py."""
    _KINDS[about.kind] = about


def kinds() -> dict[str, About]:
    return dict(_KINDS)


def showing(user: User) -> Sql:
    """The condition under which what a notice `n` is about exists for a user now."""
    return either([Sql("(n.subject_kind = {} AND {})", about.kind, about.shows(user, "n.subject")) for about in _KINDS.values()])


async def places_of(subjects: Sequence[tuple[str, int]], terminology: Terminology) -> dict[tuple[str, int], Place]:
    """The places of records, by kind and number."""
    found: dict[tuple[str, int], Place] = {}
    for kind in sorted({kind for kind, _ in subjects}):
        numbers = sorted({number for of, number in subjects if of == kind})
        found |= {(kind, number): place for number, place in (await _KINDS[kind].places(numbers, terminology)).items()}
    return found


def by_number(prefix: Callable[[int], str], path: str) -> Callable[[Sequence[int], Terminology], Awaitable[dict[int, Place]]]:
    """`places` of records whose page is at their reference."""

    async def places(numbers: Sequence[int], terminology: Terminology) -> dict[int, Place]:
        return {number: Place(text=prefix(number), href=f"{path}/{prefix(number)}") for number in numbers}

    return places
