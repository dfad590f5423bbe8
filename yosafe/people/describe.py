"""Rows as they go out. Nothing leaves by having been added to a table."""

from collections.abc import Iterable
from typing import Any

from yosafe import clock
from yosafe.reference.establishments import establishment

from . import rules
from .access import young_person_ref
from .schemas import CareCorrectionOut, CarePeriodOut, ContactOut, FoundOut, NameOut, NumberOut, PlacementOut, YoungPersonOut
from .tables import CarePeriod, Placement, YoungPerson

DETAILS = (
    "family_name", "given_names", "known_as", "date_of_birth", "sex", "ethnicity", "religion", "first_language", "interpreter", "disability",
    "nationality", "asylum_status", "first_time_in_custody", "home_outcode", "home_area", "release_on", "release_address", "version",
)  # fmt: skip
_PLACEMENT = (
    "id", "unit", "legal_status", "arrived_at", "left_at", "leaving_reason", "home_outcode", "distance_miles", "transfer_reason", "escort",
    "recorded_at", "version",
)  # fmt: skip
_CARE = ("id", "status", "legal_basis", "responsible_area", "accommodation", "started_on", "ended_on", "recorded_at", "version")


def young_person_out(young_person: YoungPerson, placement: Placement | None, care: CarePeriod | None) -> YoungPersonOut:
    details = {field: getattr(young_person, field) for field in DETAILS}
    complete = rules.completeness({**details, rules.CARE: care.status if care else None})
    return YoungPersonOut(
        **details,
        ref=young_person_ref(young_person.id),
        age=rules.age_on(young_person.date_of_birth, clock.today()),
        placement=placement_out(placement) if placement else None,
        care=care_out(care) if care else None,
        missing=complete.blank,
        completeness=complete,
    )


def placement_out(placement: Placement) -> PlacementOut:
    place = establishment(placement.establishment)
    kept = {field: getattr(placement, field) for field in _PLACEMENT}
    return PlacementOut(**kept, establishment=place.code, establishment_name=place.name, adult_estate=place.adult_estate)


def care_out(period: CarePeriod, corrections: Iterable[Any] = ()) -> CarePeriodOut:
    """`corrections`: the rows of those of this period."""
    before = [CareCorrectionOut(**{field: row[field] for field in CareCorrectionOut.__struct_fields__}) for row in corrections]
    return CarePeriodOut(**{field: getattr(period, field) for field in _CARE}, corrections=before)


def contact_out(row: Any) -> ContactOut:
    return ContactOut(**{field: row[field] for field in ContactOut.__struct_fields__})


def name_out(row: Any) -> NameOut:
    return NameOut(**{field: row[field] for field in NameOut.__struct_fields__})


def number_out(row: Any) -> NumberOut:
    return NumberOut(**{field: row[field] for field in NumberOut.__struct_fields__})


def found_out(row: Any) -> FoundOut:
    return FoundOut(
        ref=young_person_ref(row["id"]), name=rules.full_name(row["family_name"], row["given_names"]), known_as=row["known_as"],
        other_names=row["other_names"],
        date_of_birth=row["date_of_birth"], age=rules.age_on(row["date_of_birth"], clock.today()), home_area=row["home_area"],
        establishment=row["establishment"], unit=row["unit"], arrived_at=row["arrived_at"], next_due_on=row["next_due_on"],
        overdue=row["next_due_on"] is not None and row["next_due_on"] < clock.today(),
    )  # fmt: skip
