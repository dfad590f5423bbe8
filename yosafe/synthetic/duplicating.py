"""A child whom their team at home recorded twice, and whose two records were merged since: undoing it gives the two, to try it on. Another whose two
records wait among the likely duplicates."""

import datetime as dt
from collections import Counter
from typing import Any

from msgspec.structs import replace

from yosafe import clock
from yosafe import composition as composition  # says what there is to move
from yosafe.accounts.access import user_by_email
from yosafe.accounts.viewer import User
from yosafe.db.engine import DB
from yosafe.people.access import get_young_person_for
from yosafe.people.actions import add_young_person, record_contact
from yosafe.people.duplicates.checking import likely
from yosafe.people.duplicates.schemas import LookForDuplicates
from yosafe.people.merge_actions import details_of, merge_records
from yosafe.people.merge_rules import Which, to_choose
from yosafe.people.schemas import AddYoungPerson, RecordContact
from yosafe.people.tables import YoungPerson

from .book import days, hour
from .estate import Worker

ADDED, MERGED = 16, 2  # days ago
COPIED = ("family_name", "date_of_birth", "sex", "ethnicity", "religion", "home_outcode", "home_area")

# Who has been there long enough to have been recorded again meanwhile.
_HELD = """
    SELECT y.id FROM young_person y JOIN placement p ON p.young_person = y.id AND p.left_at IS NULL
    WHERE y.home_area = $1 AND p.arrived_at < $2 ORDER BY y.id LIMIT 2
"""


async def record_twice(worker: Worker, now: dt.datetime) -> Counter[str]:
    """As a worker of the home area did, where there are children of it to be found: one of whom both records are one by now, and one of whom they are
    not yet. How many rows were added, by table."""
    by, today = await user_by_email(worker.email), clock.day_of(now)
    held = [row["id"] for row in await DB.fetch(_HELD, by.area, hour(today - days(ADDED + 7), 12))]
    added: Counter[str] = Counter()
    for number, child in enumerate(held):
        kept = await get_young_person_for(by, child)
        with clock.stopped_at(hour(today - days(ADDED), 10.5 + number)):
            again = await (_recorded_again if number == 0 else _from_a_list)(by, kept)
        if number == 0:
            with clock.stopped_at(hour(today - days(MERGED), 15.25)):
                await _merge(by, kept, again)
        added += Counter(young_person=1, contact=1, not_same=1 if number == 0 else 0)
    return added


async def _recorded_again(by: User, young_person: YoungPerson) -> YoungPerson:
    """With the first name as someone heard it, taken for a brother's, and a call to the family."""
    new = _copy(young_person, given_names=_misheard(young_person.given_names))
    alike = (
        await likely(by, LookForDuplicates(family_name=new.family_name, given_names=new.given_names, date_of_birth=new.date_of_birth))
    ).candidates
    new = replace(
        new, not_duplicate_of=[one.ref for one in alike], not_duplicate_because="Taken for a twin brother: the court list has both spellings."
    )
    return await _with_a_call(by, new)


async def _from_a_list(by: User, young_person: YoungPerson) -> YoungPerson:
    """As a court list has it: the family name spelt otherwise and the day of birth one off. Nobody has noticed yet that it is the same child."""
    born = young_person.date_of_birth
    other_day = born.replace(day=born.day + 1 if born.day % 10 < 8 and born.day < 28 else born.day - 1)
    names = {"family_name": _misheard(young_person.family_name), "given_names": young_person.given_names}
    return await _with_a_call(by, _copy(young_person, **names, date_of_birth=other_day))


def _copy(young_person: YoungPerson, **changes: Any) -> AddYoungPerson:
    return AddYoungPerson(**{field: getattr(young_person, field) for field in COPIED} | changes)


async def _with_a_call(by: User, new: AddYoungPerson) -> YoungPerson:
    again = await add_young_person(by=by, new=new)
    call = RecordContact(kind="telephone", from_whom="yot", happened_on=clock.today(), note="Rang to say who the new worker is.")
    await record_contact(by=by, young_person=again, new=call)
    return again


def _misheard(name: str) -> str:
    """The same letters, the last of them twice."""
    return name + name[-1]


async def _merge(by: User, kept: YoungPerson, other: YoungPerson) -> None:
    choices = dict.fromkeys(to_choose(details_of(kept), details_of(other)), Which.THIS)
    await merge_records(
        by=by, kept=kept, other=other, choices=choices, version=kept.version, other_version=other.version,
        reason="Same date of birth and address; the grandmother says this is one child, and how the name is spelt.",
    )  # fmt: skip
