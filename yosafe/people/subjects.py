"""What clocks, duties and keep-apart are about. Each feature says how its records are named and to whom they show, so that a clock tells nobody of a
record that they may not know of. A kind that is not known here shows to nobody."""

from collections.abc import Callable

from msgspec import Struct

from yosafe.accounts.viewer import User
from yosafe.db.engine import DB
from yosafe.db.sql import Sql, either
from yosafe.errors import NotFound
from yosafe.refs import number, ref


class SubjectKind(Struct, frozen=True, kw_only=True):
    """`shows(user, column)` is the condition, beside seeing the young person, under which the record whose number is in a column shows to a user.
    `path` is where its page is: "/incidents/"; `section`, for a kind without one, the section of the young person's record where it is worked on.
    For a kind that keep-apart can come of, `exists` is the condition under which such a record exists for a user at all, and `people` a query of the
    ids of those whom one is about."""

    kind: str
    shows: Callable[[User, str], Sql]
    prefix: str | None = None
    exists: Callable[[User, str], Sql] | None = None
    people: Callable[[int], Sql] | None = None
    path: str | None = None
    section: str | None = None


_KINDS: dict[str, SubjectKind] = {}


def register_subject(kind: SubjectKind) -> None:
    """Called once for each kind of record, in yosafe/composition.py."""
    _KINDS[kind.kind] = kind


def showing(user: User, kind_column: str, number_column: str) -> Sql:
    """The condition under which the record named by two columns shows to a user."""
    return either([Sql(f"({kind_column} = {{}} AND {{}})", kind.kind, kind.shows(user, number_column)) for kind in _KINDS.values()])


def subject_ref(kind: str, number: int) -> str | None:
    """ "IN-000456"; None for records without a reference of their own."""
    prefix = _KINDS[kind].prefix
    return ref(prefix, number) if prefix else None


async def subject_for(user: User, kind: str, reference: str) -> int:
    """The number of a record by its reference. Raises NotFound: to an outsider it does not exist."""
    wanted = number(_KINDS[kind].prefix or "", reference)
    if not await _exists(user, kind, wanted):
        raise NotFound(f"There is no record {reference} that you can see. Check the reference.")
    return wanted


async def subject_shown(user: User, kind: str | None, number: int | None) -> str | None:
    """The reference of the record that another names, where it exists for a user too."""
    return subject_ref(kind, number) if kind is not None and number is not None and await _exists(user, kind, number) else None


async def subject_people(kind: str, number: int) -> set[int]:
    """Whom a record is about."""
    people = _KINDS[kind].people
    return {row["id"] for row in await DB.fetch(*people(number).parts())} if people else set()


async def _exists(user: User, kind: str, number: int) -> bool:
    exists = _KINDS[kind].exists
    if exists is None:
        return False
    return bool(await DB.fetchval(*Sql("SELECT {} FROM (SELECT {}::bigint AS id) named", exists(user, "named.id"), number).parts()))


def subject_path(kind: str, number: int, young_person: str) -> str:
    """Where the record is worked on: its own page, or a section of the record of the young person of that reference."""
    of, name = _KINDS[kind], subject_ref(kind, number)
    return f"{of.path}{name}" if of.path and name else f"/children/{young_person}/{of.section}"


# What runs from an arrival is the arrival screen, which is done among the assessments.
register_subject(SubjectKind(kind="placement", shows=lambda user, column: Sql("true"), section="assessments"))
