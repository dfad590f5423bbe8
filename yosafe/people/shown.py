"""Records as pages show them: codes in words, blanks said out loud."""

from typing import Any

from yosafe import clock, words
from yosafe.forms.questions import Question
from yosafe.forms.show import Row, rows_of
from yosafe.reference.areas import area
from yosafe.reference.codes import code_list
from yosafe.reference.terms import term
from yosafe.settings import Terminology

from . import rules
from .questions import DETAILS, IDENTITY
from .schemas import CareCorrectionOut, CarePeriodOut, ContactOut, NameOut, NumberOut, PlacementOut, YoungPersonOut
from .tables import YoungPerson

RECORD: tuple[Question, ...] = (*IDENTITY, *DETAILS)


def answers_of(record: YoungPerson | YoungPersonOut) -> dict[str, Any]:
    """A record as the answers of its form."""
    return {question.name: _answer(getattr(record, question.name)) for question in RECORD}


def _answer(value: Any) -> Any:
    if isinstance(value, bool):
        return "yes" if value else "no"
    return value.isoformat() if hasattr(value, "isoformat") else value


def details(record: YoungPersonOut, names: list[NameOut], numbers: list[NumberOut], terminology: Terminology) -> list[dict[str, str]]:
    """For `summary_card`: the details, then the other names and the numbers that are in use."""
    rows = [{"key": row.label, "value": row.value} for row in rows_of(RECORD, answers_of(record), terminology=terminology)]
    used = {"Other names": [name(one, terminology) for one in names], "Numbers": [number(one, terminology) for one in numbers]}
    more = [{"key": key, "value": "\n".join(f"{one['words']} ({one['kind']})" for one in found if not one["until"])} for key, found in used.items()]
    return [*rows, *more]


def differences(now: dict[str, Any], typed: dict[str, Any], terminology: Terminology) -> list[tuple[str, str, str]]:
    """Question, what the record says now, what was typed: where the two differ."""
    as_it_is = {row.name: row for row in rows_of(RECORD, now, terminology=terminology)}
    return [
        (row.label, as_it_is[row.name].value, row.value)
        for row in rows_of(RECORD, typed, terminology=terminology)
        if _differ(row, as_it_is[row.name])
    ]


def _differ(one: Row, other: Row) -> bool:
    return one.value != other.value


def placement(record: PlacementOut, terminology: Terminology) -> dict[str, Any]:
    """A row of the table of placements."""
    left = code_list("placement_end").label(record.leaving_reason, terminology) if record.leaving_reason else None
    return {
        "id": record.id,
        "code": record.establishment,
        "name": record.establishment_name,
        "adult_estate": record.adult_estate,
        "unit": record.unit,
        "legal_status": code_list("legal_status").label(record.legal_status, terminology),
        "arrived_at": record.arrived_at,
        "transfer": _transfer(record, terminology),
        "left_at": record.left_at,
        "reason": left,
        "distance": None if record.distance_miles is None else words.plural(record.distance_miles, "mile"),
        "version": record.version,
    }


def _transfer(record: PlacementOut, terminology: Terminology) -> str | None:
    """Why they were transferred here, and who brought them."""
    why = code_list("transfer_reason").label(record.transfer_reason, terminology) if record.transfer_reason else None
    escort = f"with {record.escort}" if record.escort else None
    return ", ".join(part for part in (why, escort) if part) or None


def care(record: CarePeriodOut, terminology: Terminology) -> dict[str, Any]:
    return {
        "id": record.id,
        "corrections": [_correction(one, terminology) for one in record.corrections],
        "accommodation": code_list("accommodation").label(record.accommodation, terminology) if record.accommodation else None,
        "status": code_list("care_status").label(record.status, terminology),
        "basis": code_list("care_basis").label(record.legal_basis, terminology) if record.legal_basis else None,
        "authority": area(record.responsible_area).name if record.responsible_area else None,
        "started_on": record.started_on,
        "ended_on": record.ended_on,
    }


def _correction(record: CareCorrectionOut, terminology: Terminology) -> dict[str, Any]:
    """What a care status said before it was corrected, in a sentence, and why it was."""
    told = [
        code_list("care_status").label(record.status, terminology),
        code_list("care_basis").label(record.legal_basis, terminology) if record.legal_basis else None,
        area(record.responsible_area).name if record.responsible_area else None,
        code_list("accommodation").label(record.accommodation, terminology) if record.accommodation else None,
        f"from {words.day(record.started_on)}" + (f" to {words.day(record.ended_on)}" if record.ended_on else ""),
    ]
    return {"was": ", ".join(part for part in told if part), "why": record.reason, "at": record.at, "by": record.by}


def name(record: NameOut, terminology: Terminology) -> dict[str, Any]:
    """A row of the table of other names."""
    called = ", ".join(part for part in (record.family_name, record.given_names) if part)
    return _used(record, called, code_list("name_kind").label(record.kind, terminology))


def number(record: NumberOut, terminology: Terminology) -> dict[str, Any]:
    """A row of the table of numbers."""
    kind = code_list("external_number").label(record.kind, terminology)
    return _used(record, record.value, f"{kind}, {record.agency_name}" if record.agency_name else kind)


def _used(record: NameOut | NumberOut, words: str, kind: str) -> dict[str, Any]:
    return {
        "id": record.id, "words": words, "kind": kind, "since": record.since, "until": record.until, "recorded_by": record.recorded_by,
        "recorded_at": record.recorded_at, "ended_by": record.ended_by,
    }  # fmt: skip


def contact(record: ContactOut, terminology: Terminology) -> dict[str, Any]:
    """For `timeline`."""
    who = code_list("contact_with").label(record.from_whom, terminology)
    alone = {True: "Seen alone.", False: "Not seen alone.", None: ""}[record.seen_alone]
    missed = f"{code_list('missed_reason').label(record.missed_reason, terminology)}." if record.missed_reason else ""
    return {
        "title": f"{code_list('contact_kind').label(record.kind, terminology)}: {who}" + (f" ({record.worker})" if record.worker else ""),
        "at": record.happened_on,
        "by": f"{record.recorded_by}, {record.agency}",
        "text": " ".join(part for part in (missed, alone, record.note or "") if part),
    }


def contact_standing(last: dict[str, Any], *, in_care: bool, arrived_at: Any, terminology: Terminology) -> list[dict[str, Any]]:
    """How long since the YOT, and for those in care a social worker, was in touch; `lost` after the report's limits (8.5, 8.17)."""
    agencies = {"yot": f"the {term('yot_short', terminology)}"}
    if in_care:
        agencies["social_worker"] = f"a {term('social_worker', terminology)}"
    today = clock.today()
    standing = []
    for who, called in agencies.items():
        days = rules.since_contact(last[who], since=clock.day_of(arrived_at), today=today) if arrived_at else 0
        standing.append({"words": rules.contact_words(called, last[who], today=today), "lost": rules.is_lost(who, days), "days": days})
    return standing
