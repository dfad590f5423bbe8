"""Choosing a young person on a page: a search among those the user can see, without JavaScript."""

from collections.abc import Mapping, Sequence

from msgspec import Struct
from msgspec.structs import replace

from yosafe.accounts.viewer import User
from yosafe.db.engine import DB
from yosafe.db.sql import Sql
from yosafe.errors import FieldError, NotFound
from yosafe.forms.questions import Question
from yosafe.forms.read import Reading, read
from yosafe.people.access import get_young_person_for, visible, young_person_ref
from yosafe.people.queries import ChildFilter, children
from yosafe.people.rules import full_name
from yosafe.reference.establishments import establishment
from yosafe.refs import number

MOST = 20
CHOSEN = "young_person"


class Choice(Struct, frozen=True, kw_only=True):
    """One who was found: `hint` tells namesakes apart."""

    ref: str
    name: str
    hint: str


async def choices(user: User, q: str, *, leaving_out: Sequence[str]) -> list[Choice]:
    """The first that match a name, date of birth or reference. Raises Invalid for what can't be searched for; the search is noted."""
    if not q.strip():
        return []
    found = await children(user, ChildFilter(q=q), limit=MOST)
    return [
        Choice(
            ref=one.ref,
            name=one.name,
            hint=", ".join(part for part in (one.ref, f"{one.age} years old", _where(one.establishment, one.unit)) if part),
        )
        for one in found.items
        if one.ref not in leaving_out
    ]


def _where(code: str | None, unit: str | None) -> str:
    return f"{establishment(code).name}{f', {unit}' if unit else ''}" if code else "not held"


async def names_of(user: User, refs: Sequence[str]) -> dict[str, str]:
    """Names by reference, of those whom the user can see now."""
    query = Sql(
        "SELECT yp.id, yp.family_name, yp.given_names FROM young_person yp WHERE yp.id = ANY({}) AND {}",
        [number("YP", ref) for ref in refs],
        visible(user),
    )
    return {young_person_ref(row["id"]): full_name(row["family_name"], row["given_names"]) for row in await DB.fetch(*query.parts())}


async def read_person(
    user: User, form: Mapping[str, list[str]], questions: Sequence[Question], *, leaving_out: Sequence[str]
) -> tuple[str | None, Reading]:
    """The reference of the young person who was chosen, and what was answered about them; faults of both in the reading."""
    reading = read(questions, form)
    typed = next(iter(form.get(CHOSEN, ())), "")
    try:
        ref = young_person_ref((await get_young_person_for(user, typed)).id)
    except NotFound as refusal:
        message = str(refusal) if typed else "Search for a young person, and select who it was"
        return None, replace(reading, errors=(FieldError(CHOSEN if typed else "q", message), *reading.errors))
    if ref in leaving_out:
        return ref, replace(reading, errors=(FieldError(CHOSEN, "This young person has been added already"), *reading.errors))
    return ref, reading
