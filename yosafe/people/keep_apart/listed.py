"""What the list of pairs shows: its columns, and the orders that they give. Pure."""

import datetime as dt

from yosafe.lists.listed import Column
from yosafe.lists.ordering import ranked, sort
from yosafe.reference.codes import code_list
from yosafe.settings import Terminology

from . import shown


def columns(terminology: Terminology) -> list[Column]:
    reasons = code_list("keep_apart_reason").labels(terminology=terminology)
    return [
        Column(
            title="Pair",
            cells=(
                ("Young people", lambda one, _: [party.young_person or "" for party in one.young_people]),
                ("Names", lambda one, _: [party.name for party in one.young_people]),
                ("Held at", lambda one, _: [shown.where(party) for party in one.young_people]),
                ("State", lambda one, _: one.state), ("How near now", lambda one, _: shown.NEAR_WORDS.get(one.near) if one.near else None),
            ),
        ),
        Column(
            id="restriction", title="How far", sort=ranked("k.restriction", code_list("keep_apart_restriction").values()),
            cells=(("How far", lambda one, _: shown.restriction(one.restriction)), ("How far (code)", lambda one, _: one.restriction)),
        ),
        Column(
            id="reason", title="Why", sort=ranked("k.reason_code", reasons),
            cells=(("Why", lambda one, terms: shown.reason(one.reason_code, terms)), ("Why (code)", lambda one, _: one.reason_code)),
        ),
        Column(
            id="review", title="Review", sort=sort("k.review_on", kinds=[dt.date]),
            cells=(("Next review", lambda one, _: one.review_on), ("Since", lambda one, _: one.started_at), ("Ended", lambda one, _: one.ended_at)),
        ),
        Column(id="ref", title="Record", sort=sort(kinds=[]), down=True, cells=(("Record", lambda one, _: one.ref),)),
    ]  # fmt: skip
