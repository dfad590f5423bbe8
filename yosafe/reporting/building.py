"""Building a report: each dataset is read once for all periods that are shown, then section by section."""

import asyncio
from collections import defaultdict
from collections.abc import Awaitable, Callable

from msgspec import Struct
from msgspec.structs import replace

import yosafe
from yosafe import clock, words
from yosafe.audit.record import Actor
from yosafe.disclosure import LEAST_COUNT
from yosafe.reference.establishments import establishment
from yosafe.reference.terms import in_terms
from yosafe.settings import Terminology

from .audited import audit_section
from .beside_records import beside_records
from .by_place import Places, section_by_place
from .datasets.held import days_held
from .definitions import Definition, Section
from .figures import Asked, periods_of, section_out
from .frames import Frame, datasets, frame_of
from .periods import Period
from .places import Place
from .schemas import BlockOut, ContentOut, SectionOut
from .surveyed import empty_section, survey_section

Step = Callable[[int], Awaitable[None]]  # how many sections are built; may raise to stop
SECTIONS_METHOD = (
    "It shows what was recorded by the moment named above. Records say what was noticed and written down: a place where nobody looks has none.",
    f"Counts under {LEAST_COUNT} are hidden, none too, with others from which they could be worked out: in one table, between tables of one dataset, "
    "and between a period and the shorter ones that it is made of. Whoever has all that is shown can't narrow a hidden number to fewer than five "
    "values.",
    "Two numbers are called different only where chance alone would rarely make them so (95% intervals); otherwise there is no clear difference.",
)


SEVERAL = "Not shown: the area has several establishments, or none, in yosafe. Each has a paper of its own, and their sum would tell what those hide"


class Wanted(Struct, frozen=True, kw_only=True):
    """What is to be built, for whom, by whom."""

    definition: Definition
    place: Place
    period: Period
    by: Actor
    by_name: str
    terminology: Terminology
    demo: bool


async def no_step(done: int) -> None:
    """Where nobody asks how far it is."""


async def build(wanted: Wanted, step: Step = no_step) -> ContentOut:
    """The whole report. `step` is told after each section."""
    as_at = clock.now()
    frames, days = await _read(wanted)
    sections: list[SectionOut] = []
    kept: dict[tuple[str, str], Frame] = {}
    for section in wanted.definition.sections:
        if section.dataset and not _is_shown(section, wanted.place):
            found = empty_section(section, SEVERAL)
        elif section.survey:
            found = await survey_section(section, wanted.place, wanted.period, by=wanted.by)
        elif section.against:
            found = await beside_records(section, wanted.place, wanted.period, by=wanted.by, terminology=wanted.terminology)
        elif section.audit:
            found = await audit_section(section, wanted.period, by=wanted.by, terminology=wanted.terminology)
        elif section.by_place:
            found = await _compared(section, wanted, kept)
        else:
            asked = Asked(section=section, frame=frames[section.dataset], period=wanted.period, days=days, terminology=wanted.terminology)
            found = await asyncio.to_thread(section_out, asked)
        sections.append(_worded(found, wanted.terminology))
        await step(len(sections))
    definition, place, period = wanted.definition, wanted.place, wanted.period
    made = f"Records as at {words.instant(as_at)}, by {wanted.by_name}, with yosafe {yosafe.__version__}, definition {definition.digest[:12]}"
    return ContentOut(
        report=definition.name, title=in_terms(definition.title, wanted.terminology), agency=place.code, agency_name=place.name, period=period.key,
        period_words=period.words, since=period.since, until=period.until, as_at=as_at, built_by=wanted.by_name, version=yosafe.__version__,
        definition=definition.digest, demo=wanted.demo, method=SECTIONS_METHOD,
        sections=tuple(replace(one, notes=(*one.notes, ("Made", made))) for one in sections),  # so that a figure taken out by itself says it too
        blocks=tuple(BlockOut(kind=block.kind, text=_in_words(block, wanted)) for block in definition.blocks),
        places=tuple(replace(one, title=in_terms(one.title, wanted.terminology)) for one in definition.places),
    )  # fmt: skip


def _is_shown(section: Section, place: Place) -> bool:
    return section.by_place or datasets()[section.dataset].covers == "area" or len(place.establishments) == 1


async def _compared(section: Section, wanted: Wanted, kept: dict[tuple[str, str], Frame]) -> SectionOut:
    """Each establishment by itself, in order of name. `kept`: what was read before, by dataset and establishment."""
    dataset, period, terminology = datasets()[section.dataset], wanted.period, wanted.terminology
    names = {code: establishment(code).name for code in wanted.place.establishments}
    names = dict(sorted(names.items(), key=lambda one: one[1]))
    if not names:
        return empty_section(section, "No establishment takes part in yosafe")
    days: dict[str, float] = {}
    for code in names:
        alone = replace(wanted.place, establishments=(code,))
        if (dataset.id, code) not in kept:
            kept[dataset.id, code] = await frame_of(dataset, alone, [period], terminology)
        if section.rate:
            days |= {code: (await days_held(alone, [period]))[period.key]}
    frames = {code: kept[dataset.id, code] for code in names}
    of = Places(section=section, frames=frames, days=days, names=names, period=period, terminology=terminology)
    return await asyncio.to_thread(section_by_place, of)


def _in_words(block: BlockOut, wanted: Wanted) -> str:
    return block.text if block.kind in ("section", "words") else in_terms(block.text, wanted.terminology)


def _worded(section: SectionOut, terminology: Terminology) -> SectionOut:
    """Its title and headline with terms in words."""
    return replace(section, title=in_terms(section.title, terminology), headline=in_terms(section.headline, terminology))


async def _read(wanted: Wanted) -> tuple[dict[str, Frame], dict[str, float]]:
    """Each dataset once, and for how many days young people were held."""
    periods: dict[str, dict[str, Period]] = defaultdict(dict)
    for section in _counted(wanted.definition, wanted.place):
        periods[section.dataset] |= {one.key: one for one in periods_of(section, wanted.period)}
    known = datasets()
    frames = {name: await frame_of(known[name], wanted.place, list(of.values()), wanted.terminology) for name, of in periods.items()}
    rated = {one.key: one for name, of in periods.items() if known[name].rated for one in of.values()}
    return frames, await days_held(wanted.place, list(rated.values())) if rated else {}


def _counted(definition: Definition, place: Place) -> list[Section]:
    return [section for section in definition.sections if section.dataset and not section.by_place and _is_shown(section, place)]


def file_name(content: ContentOut, form: str, extension: str) -> str:
    """What a file of it is called: no more in it than its report, agency and period."""
    of = "-dictionary" if form == "dictionary" else ""
    return f"{content.report}-{content.agency}-{content.period}{of}.{extension}".lower()
