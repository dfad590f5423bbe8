"""What clocks and duties are about. Each feature says how its records are named and to whom they show, so that a clock tells nobody of a record that
they may not know of. A kind that is not known here shows to nobody."""

from collections.abc import Callable

from msgspec import Struct

from yosafe.accounts.viewer import User
from yosafe.db.sql import Sql, either
from yosafe.refs import ref


class SubjectKind(Struct, frozen=True, kw_only=True):
    """`shows(user, column)` is the condition, beside seeing the young person, under which the record whose number is in a column shows to a user.
    `path` is where its page is: "/incidents/"; `section`, for a kind without one, the section of the young person's record where it is worked on."""

    kind: str
    shows: Callable[[User, str], Sql]
    prefix: str | None = None
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


def subject_path(kind: str, number: int, young_person: str) -> str:
    """Where the record is worked on: its own page, or a section of the record of the young person of that reference."""
    of, name = _KINDS[kind], subject_ref(kind, number)
    return f"{of.path}{name}" if of.path and name else f"/children/{young_person}/{of.section}"


# What runs from an arrival is the arrival screen, which is done among the assessments.
register_subject(SubjectKind(kind="placement", shows=lambda user, column: Sql("true"), section="assessments"))
