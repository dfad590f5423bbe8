"""A chronology as a document: the time to read, lay out and tag it."""

import time

from msgspec.structs import replace

from yosafe import composition, settings  # noqa: F401  # the registries of what features give to the chronology
from yosafe.accounts.access import user_by_email
from yosafe.db.engine import DB
from yosafe.people.access import get_young_person_for
from yosafe.people.chronology import Wanted
from yosafe.people.chronology_document import LEVELS, chronology_document

from .ground import Ground

ENTRIES = (30, 300, 3_000)


async def documents(on: Ground) -> None:
    """One young person with so many contacts, each with a note."""
    cleo = await user_by_email("cleo@example.org")
    chosen = replace(settings.read({"YOSAFE_HOME": str(on.home)}), terminology="2002")
    have = 0
    for entries in ENTRIES:
        await DB.execute(f"""
            INSERT INTO contact (young_person, agency, kind, from_whom, happened_on, note, recorded_at, recorded_by)
            SELECT 1, 1, 'visit', 'yot', current_date - (n % 180), 'The wing is quieter and he rings home on Sundays. ' || n, now(), 1
            FROM generate_series({have + 1}, {entries}) n
        """)
        have = entries
        kai = await get_young_person_for(cleo, 1)
        for level in LEVELS.values():
            began = time.perf_counter()
            made = await chronology_document(cleo, kai, Wanted(), level, settings=chosen)
            print(
                f"chronology of {entries:,} entries as PDF, {level.id:<12} {time.perf_counter() - began:6.2f} s  {len(made.pdf) / 1024:6,.0f} KB",
                flush=True,
            )
