"""The two files: a tagged PDF to read, and the same as JSON."""

import datetime as dt
from collections import Counter
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any

import msgspec
from msgspec import Struct

from yosafe import clock, words
from yosafe.accounts.access import check_may
from yosafe.accounts.viewer import User
from yosafe.audit.record import EventName, record
from yosafe.db.engine import write_transaction
from yosafe.documents.pdf import pdf
from yosafe.people.access import young_person_ref
from yosafe.people.rules import full_name
from yosafe.people.tables import YoungPerson
from yosafe.reference.areas import areas
from yosafe.reference.codes import code_lists
from yosafe.reference.establishments import establishments
from yosafe.settings import Settings, Terminology

from .access import EXPORT, get_young_person_to_answer
from .gathering import Answer, Decided, Section, gather
from .held import REASONS, TYPED, Reason, class_of

TEMPLATE = Path(__file__).parent / "templates/subject_access/export.typ"
FORMAT = "yosafe-subject-access/1"
SYNTHETIC = "Synthetic data: nobody here is real"
NOTES = (
    "Everything about you that yosafe may give is here. Where it was about somebody else, or named them, it was held back or the name was taken out; "
    "the last part lists each such place and why.",
    "Who looked at your record is written down apart from it. You can ask for that too.",
)
_PLACES = frozenset({"establishment"})
_AREAS = frozenset({"home_area", "host_area", "area", "responsible_area", "owner_area"})


class Item(Struct, frozen=True, kw_only=True):
    """Something that was held back: a whole record where it has no `field`; `names_only`: the rest of that field is given."""

    kind: str
    number: int
    field: str | None
    reason: Reason
    names_only: bool = False


class Files(Struct, frozen=True, kw_only=True):
    name: str
    pdf: bytes
    json: bytes
    records: int
    withheld: int


async def export(viewer: User, reference: str, *, settings: Settings, decided: Iterable[Decided] = (), request: int | None = None) -> Files:
    """What is kept about a young person for whom the viewer's agency answers, in the installation's words; with what was `decided` of it for a
    `request`. Read and put in the trail at once.

    Raises Refused for anyone but a data protection officer, NotFound for a young person for whom the agency does not answer, Conflict where the
    database holds what nobody has said is given."""
    check_may(viewer, EXPORT)
    async with write_transaction():
        young_person = await get_young_person_to_answer(viewer, reference)
        sections = await gather(young_person.id, decided)
        items = list(withheld(sections))
        records = sum(1 for section in sections for one in section.records if one.withheld is None)
        reasons = Counter(item.reason.value for item in items)
        detail: dict[str, Any] = {"records": records, "withheld": dict(reasons), **({"request": request} if request else {})}
        await record(EventName.SUBJECT_GIVEN, by=viewer, young_person=young_person.id, detail=detail)
    cover = _cover(viewer, young_person, records, items, demo=settings.demo)
    return Files(
        name=f"subject-access-{young_person_ref(young_person.id)}",
        pdf=await pdf(TEMPLATE, {"cover": cover, "sections": _for_reading(sections, settings.terminology), "withheld": _listed(items, sections)}),
        json=msgspec.json.format(msgspec.json.encode(_for_programs(viewer, young_person, sections, items)), indent=2),
        records=records, withheld=len(items),
    )  # fmt: skip


def withheld(sections: list[Section]) -> Iterator[Item]:
    """Each item, in the order of the document."""
    for section in sections:
        for one in section.records:
            if one.withheld is not None:
                yield Item(kind=section.table, number=one.number, field=None, reason=one.withheld)
            for answer in one.answers:
                if answer.withheld is not None:
                    yield Item(kind=section.table, number=one.number, field=answer.column, reason=answer.withheld)
                elif answer.names_out:
                    yield Item(kind=section.table, number=one.number, field=answer.column, reason=Reason.THIRD_PARTY, names_only=True)


def _cover(viewer: User, young_person: YoungPerson, records: int, items: list[Item], *, demo: bool) -> dict[str, Any]:
    ref = young_person_ref(young_person.id)
    marking = f"OFFICIAL-SENSITIVE. {ref}, for the young person"
    return {
        "title": f"What is kept about {full_name(young_person.family_name, young_person.given_names)}",
        "about": [
            ("Reference", ref),
            ("Born", words.day(young_person.date_of_birth)),
            ("Records", f"{records:,}"),
            ("Held back", words.plural(len(items), "place")),
        ],
        "notes": list(NOTES),
        "marking": f"{SYNTHETIC}. {marking}" if demo else marking,
        "made": f"Made for {viewer.agency_name}, which answers for it, on {words.instant(clock.now())}. It shows what was recorded by then.",
    }


def _for_programs(viewer: User, young_person: YoungPerson, sections: list[Section], items: list[Item]) -> dict[str, Any]:
    return {
        "format": FORMAT,
        "young_person": young_person_ref(young_person.id),
        "made_at": clock.now(),
        "made_for": viewer.agency_name,
        "notes": NOTES,
        "kept": [
            {
                "kind": section.table, "title": section.title,
                "records": [
                    {"number": one.number, "answers": {answer.column: answer.value for answer in one.answers if answer.withheld is None}}
                    for one in section.records if one.withheld is None
                ],
            }
            for section in sections
        ],
        "withheld": [{**msgspec.to_builtins(item), "why": REASONS[item.reason]} for item in items],
        "reasons": REASONS,
    }  # fmt: skip


def _for_reading(sections: list[Section], terminology: Terminology) -> list[dict[str, Any]]:
    return [
        {
            "title": section.title,
            "records": [
                {"number": one.number, "answers": [(_title(answer.column), _said(section.table, answer, terminology)) for answer in one.answers]}
                for one in section.records if one.withheld is None and one.answers
            ],
        }
        for section in sections if any(one.withheld is None and one.answers for one in section.records)
    ]  # fmt: skip


def _listed(items: list[Item], sections: list[Section]) -> list[tuple[str, str, str]]:
    """What, in which records, and why; one line for all records of which the same was held back."""
    titles = {section.table: section.title for section in sections}
    lines: dict[tuple[str, str], list[str]] = {}
    for item in items:
        what = "the whole record" if item.field is None else f"{'names in ' if item.names_only else ''}{_title(item.field).lower()}"
        lines.setdefault((f"{titles[item.kind]}: {what}", REASONS[item.reason]), []).append(str(item.number))
    return [(what, ", ".join(numbers), why) for (what, why), numbers in lines.items()]


def _title(column: str) -> str:
    return column.replace("_", " ").capitalize()


def _said(table: str, answer: Answer, terminology: Terminology) -> str:
    if answer.withheld is not None:
        return f"Held back. {REASONS[answer.withheld]}."
    if class_of(table, answer.column) in TYPED:
        return str(answer.value)
    return _in_words(table, answer.column, answer.value, terminology)


def _in_words(table: str, column: str, value: Any, terminology: Terminology) -> str:
    if isinstance(value, bool):
        return "Yes" if value else "No"
    if isinstance(value, list):
        return "; ".join(_in_words(table, column, one, terminology) for one in value)
    if isinstance(value, dict):
        return "\n".join(f"{_title(key)}: {_in_words(table, key, one, terminology)}" for key, one in value.items())
    if not isinstance(value, str):
        return str(value)
    if moment := _moment(value):
        return moment
    if column in _PLACES or column in _AREAS:
        named = {one.code: one.name for one in (establishments() if column in _PLACES else areas())}
        return named.get(value, value)
    for name in (f"{table}_{column}", column):
        if name in code_lists() and value in code_lists()[name].values():
            return code_lists()[name].label(value, terminology)
    return value.replace("_", " ") if " " not in value else value


def _moment(value: str) -> str | None:
    """A day or an hour in words; None for anything else."""
    if not value[:4].isdigit():
        return None
    try:
        return words.day(dt.date.fromisoformat(value)) if len(value) == 10 else words.instant(dt.datetime.fromisoformat(value))
    except ValueError:
        return None
