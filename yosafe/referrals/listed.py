"""What the list of referrals shows: its columns, and the orders that they give. Pure."""

import datetime as dt

from yosafe.db.paging import Instant
from yosafe.db.sql import Sql
from yosafe.lists.listed import Column
from yosafe.lists.ordering import Sort, ranked, sort
from yosafe.reference.areas import area
from yosafe.reference.codes import code_list
from yosafe.reference.establishments import establishment
from yosafe.settings import Terminology

from . import words
from .schemas import ListedOut
from .status import Status

SORTS: dict[str, Sort] = {"recorded": sort("r.recorded_at", kinds=[Instant])}


def columns(next_due: Sql, terminology: Terminology) -> list[Column]:
    """`next_due`: the day on which the first of a referral's time limits runs out."""
    return [
        Column(
            id="ref", title="Referral", sort=sort(kinds=[]), down=True,
            cells=(
                ("Referral", lambda one, _: one.ref), ("Category", lambda one, terms: code_list("referral_category").label(one.category, terms)),
                ("Category (code)", lambda one, _: one.category), ("Recorded", lambda one, _: one.recorded_at),
                ("Recorded for", lambda one, _: one.recorded_for),
                ("Referred from", lambda one, _: establishment(one.establishment).name if one.establishment else None),
                ("Referred from (code)", lambda one, _: one.establishment),
            ),
        ),
        Column(
            id="name", title="Young person", sort=sort("lower(yp.family_name)", "lower(yp.given_names)"),
            cells=(("Young person", lambda one, _: one.young_person), ("Name", lambda one, _: one.name)),
        ),
        Column(title="Sent to", cells=(("Sent to", lambda one, _: sent_to(one)),)),
        Column(
            id="stage", title="Stage", sort=ranked("r.status", [status.value for status in Status]),
            cells=(("Stage", lambda one, terms: words.status_label(one.status, terms)), ("Stage (code)", lambda one, _: one.status.value)),
        ),
        Column(
            id="due", title="Next time limit", sort=sort(next_due, kinds=[dt.date], null=True),
            cells=(
                ("Next time limit", lambda one, _: one.clock.title if one.clock else None),
                ("Due", lambda one, _: one.clock.due_on if one.clock else None), ("Time left", lambda one, _: one.clock.words if one.clock else None),
            ),
        ),
        Column(title="Owner", cells=(("Owner", lambda one, _: one.clock.owner if one.clock else None),)),
    ]  # fmt: skip


def sent_to(one: ListedOut) -> list[str]:
    """The authorities by name, that of the place where they are held first; none where it was not sent."""
    if one.status is Status.CONSIDERED_NOT_REFERRED:
        return []
    return [area(code).name for code in dict.fromkeys((one.host_area, one.home_area)) if code]
