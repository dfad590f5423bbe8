"""The chronology as a document to take to a meeting: the entries that a viewer sees, oldest first, with as much left in as the level lets."""

from collections.abc import Iterator
from itertools import groupby
from pathlib import Path
from typing import Any, Literal

from msgspec import Struct
from msgspec.structs import replace

from yosafe import clock, words
from yosafe.accounts.viewer import User
from yosafe.audit.record import EventName, record_read
from yosafe.db.paging import MOST
from yosafe.documents.pdf import pdf
from yosafe.errors import Invalid
from yosafe.settings import Settings, Terminology

from . import tied
from .access import young_person_ref
from .chronology import ChronologyEntry, Wanted, entries_known, sources, ties
from .hiding import Hidden
from .known.rules import LATE
from .known.shown import delay, said, shared
from .marks.schemas import MarkOut
from .rules import full_name
from .tables import YoungPerson

TEMPLATE = Path(__file__).parent / "templates/people/chronology.typ"
EXPORT = "chronology:export"
SYNTHETIC = "Synthetic data: nobody here is real"
MOST_ENTRIES = 5_000

LevelId = Literal["full", "conference", "young-person"]


class Level(Struct, frozen=True, kw_only=True):
    """How much is left in. `others`: young people but the one it is about keep their names; `writers`: so do those who wrote it down; `all_sources`:
    nothing is left out because it is about somebody else."""

    id: LevelId
    title: str
    about: str
    others: bool = False
    writers: bool = False
    all_sources: bool = False


LEVELS: dict[str, Level] = {
    level.id: level
    for level in (
        Level(
            id="full", title="Full", others=True, writers=True, all_sources=True,
            about="Everything that you see on the page. For your own agency's file.",
        ),
        Level(
            id="conference", title="For a conference", writers=True, all_sources=True,
            about="The names of other young people are taken out. For a conference or review with other agencies.",
        ),
        Level(
            id="young-person", title="For the young person",
            about="The names of other young people and of those who wrote are taken out; entries that are mostly about someone else are left out. "
            "Read it before you give it to them.",
        ),
    )
}  # fmt: skip


class Document(Struct, frozen=True):
    name: str
    pdf: bytes


async def chronology_document(viewer: User, young_person: YoungPerson, wanted: Wanted, level: Level, *, settings: Settings) -> Document:
    """All entries of the period as a tagged PDF, in the installation's words; noted as an export. The young person was loaded for this viewer.

    Raises Invalid as the chronology does, and where there are more entries than a document should hold."""
    found = await _all(viewer, young_person, replace(wanted, order="oldest"), settings.terminology)
    kept, left_out = _split(found, level)
    told = await _without_others(young_person, kept) if not level.others else kept
    ref = young_person_ref(young_person.id)
    detail = {"level": level.id, "source": wanted.source, "entries": len(kept), "left_out": len(left_out)}
    await record_read(EventName.CHRONOLOGY_EXPORTED, by=viewer, young_person=young_person.id, detail=detail)
    cover = _cover(viewer, young_person, wanted, level, kept, left_out)
    if settings.demo:
        cover["marking"] = f"{SYNTHETIC}. {cover['marking']}"
    numbered = list(enumerate(told, start=1))
    made = await pdf(TEMPLATE, {"cover": cover, "months": _months(numbered, level), "significant": _significant(numbered), "known": _known(numbered)})
    return Document(f"chronology-{ref}.pdf", made)


async def _all(viewer: User, young_person: YoungPerson, wanted: Wanted, terminology: Terminology) -> list[ChronologyEntry]:
    found: list[ChronologyEntry] = []
    after: str | None = None
    while True:
        page = await entries_known(viewer, young_person.id, wanted, after=after, limit=MOST, terminology=terminology)
        found += page.items
        if len(found) > MOST_ENTRIES:
            raise Invalid(f"There are more than {MOST_ENTRIES:,} entries. Choose a period, or one kind of entry.")
        if (after := page.next) is None:
            return found


def _split(found: list[ChronologyEntry], level: Level) -> tuple[list[ChronologyEntry], list[ChronologyEntry]]:
    about_others = set() if level.all_sources else {source.id for source in sources() if source.mostly_others}
    return [one for one in found if one.source not in about_others], [one for one in found if one.source in about_others]


async def _without_others(young_person: YoungPerson, kept: list[ChronologyEntry]) -> list[ChronologyEntry]:
    """The entries without the names of any young person whom a source ties to this one."""
    hidden = await hidden_names(young_person.id)
    return [
        replace(
            one, title=hidden.text(one.title), text=hidden.maybe(one.text),
            mark=replace(one.mark, why=hidden.text(one.mark.why)) if one.mark else None,
        )
        for one in kept
    ]  # fmt: skip


async def hidden_names(young_person: int) -> Hidden:
    """The names of every young person whom a source ties to this one, to be taken out of what was written about them."""
    return await tied.hidden_names(young_person, ties(young_person))


def _cover(
    viewer: User, young_person: YoungPerson, wanted: Wanted, level: Level, kept: list[ChronologyEntry], left_out: list[ChronologyEntry]
) -> dict[str, Any]:
    name = full_name(young_person.family_name, young_person.given_names)
    only = next((source.title for source in sources() if source.id == wanted.source), None)
    notes = [level.about]
    if left_out:
        titles = {source.id: source.title.lower() for source in sources()}
        about = " and ".join(sorted({titles[one.source] for one in left_out}))
        notes.append(f"{words.plural(len(left_out), 'entry', 'entries').capitalize()} left out here: {about}.")
    if not kept:
        notes.append("There is no entry in this period.")
    return {
        "title": f"Chronology of {name}",
        "about": [
            ("Reference", young_person_ref(young_person.id)),
            ("Born", words.day(young_person.date_of_birth)),
            ("Level", level.title),
            ("Period", _period(wanted)),
            ("About", (only or "All kinds of entry that the maker may see") + (", significant events only" if wanted.significant else "")),
            ("Entries", f"{len(kept):,}, of them {sum(1 for one in kept if one.mark):,} marked as significant"),
        ],
        "notes": notes,
        "marking": f"OFFICIAL-SENSITIVE. {young_person_ref(young_person.id)}, {level.title.lower()}",
        "made": f"Made by {viewer.name}, {viewer.agency_name}, on {words.instant(clock.now())}. It shows what was recorded by then.",
    }  # fmt: skip


def _period(wanted: Wanted) -> str:
    if wanted.since is None and wanted.until is None:
        return "From the first entry to the last"
    since, until = (words.day(day) if day else None for day in (wanted.since, wanted.until))
    return f"{since or 'The first entry'} to {until or 'the last entry'}"


Numbered = list[tuple[int, ChronologyEntry]]


def _months(numbered: Numbered, level: Level) -> list[dict[str, Any]]:
    by_month = groupby(numbered, key=lambda one: f"{one[1].day:%B %Y}")
    return [{"title": title, "entries": list(_entries(month, level))} for title, month in by_month]


def _entries(month: Iterator[tuple[int, ChronologyEntry]], level: Level) -> Iterator[dict[str, Any]]:
    for number, one in month:
        hour = f", {words.time_of_day(one.at)}" if one.at else ""
        mark = one.mark
        yield {
            "number": number, "when": f"{one.day:%-d %B}{hour}", "title": one.title, "text": one.text, "source": _source(one, level),
            "shared": f". {shared(one.known)}" if one.known else None, "significant": mark.why if mark else None,
            "marked": _marked(mark, level) if mark else None,
        }  # fmt: skip


def _marked(mark: MarkOut, level: Level) -> str:
    who = f"{mark.by}, {mark.agency}" if level.writers else mark.agency
    return f"Marked as significant by {who}, on {words.day(mark.at)}"


def _significant(numbered: Numbered) -> list[dict[str, Any]]:
    """For the contents."""
    return [{"number": number, "title": one.title, "on": words.day(one.day)} for number, one in numbered if one.mark]


def _known(numbered: Numbered) -> list[dict[str, Any]]:
    """For each entry which agency recorded it when, and who else came to know of it."""
    return [
        {
            "number": number, "title": one.title, "on": words.day(one.day),
            "recorded": f"{one.agency}, {words.day(one.recorded_at)}, {delay(one.day, one.recorded_at)}",
            "known": [{"who": known.who, "when": f"{words.day(known.on)}. {said(known)}."} for known in one.known],
        }
        for number, one in numbered
    ]  # fmt: skip


def _source(one: ChronologyEntry, level: Level) -> str:
    """Who wrote it down and, where that was later, when: what was known when depends on it."""
    who = f"{one.by}, {one.agency}" if level.writers else one.agency
    written = clock.day_of(one.recorded_at)
    days = (written - one.day).days
    late = f", {words.plural(days, 'day')} later" if days > LATE else ""
    note = f". Written down on {words.day(written)}{late}" if written != one.day else ""
    ref = f" ({one.ref})" if one.ref else ""
    return f"{who}{ref}{note}"
