"""A referral as a document, as data, and in words for the young person."""

import re

import pymupdf
import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.reading_age import AT_NINE, grade
from tests.referrals.make import CONCERN, considered, incident_of, record, sent
from tests.world import World, events_of
from yosafe.referrals.access import referral_ref
from yosafe.referrals.child_words import _DONE, WHAT_YOU_CAN_DO, WHERE_IT_STANDS, for_child
from yosafe.referrals.events import Kind
from yosafe.referrals.record import open_referral
from yosafe.referrals.status import Status


def test_the_measure_knows_hard_from_easy():
    assert grade("The cat sat on the mat. It was fat.") < 1
    assert grade("A child protection referral asks social services to establish whether significant harm is likely.") > 10


@given(st.sampled_from(Status), st.lists(st.sampled_from(sorted(_DONE)), max_size=4))
def test_every_page_for_a_young_person_reads_at_about_nine(status: Status, done: list[Kind]):
    text = " ".join([*WHERE_IT_STANDS[status], *(_DONE[kind] for kind in done), *WHAT_YOU_CAN_DO])
    assert grade(text) <= AT_NINE
    assert grade(" ".join(WHERE_IT_STANDS[status])) <= AT_NINE
    assert max(len(sentence.split()) for sentence in re.split(r"[.!?]", text)) <= 14


async def test_what_came_of_it_for_the_young_person(world: World, client) -> None:
    referral = await sent(world, world.kai)
    cleo = await client(world.cleo)
    page = await cleo.get(f"/referrals/{referral_ref(referral.id)}/for-child")
    assert "They have our letter." in page.text
    assert CONCERN not in page.text
    not_made = await considered(world.cleo, world.kai, await incident_of(world, world.kai))
    parts = for_child(await open_referral(world.cleo, not_made.id))
    assert [part.title for part in parts] == ["What we did", "What you can do"]


@pytest.mark.parametrize("made", ["sent", "considered"])
async def test_as_a_document_and_as_data(world: World, client, api, made: str) -> None:
    referral = await sent(world, world.kai) if made == "sent" else await considered(world.cleo, world.kai, await incident_of(world, world.kai))
    if made == "sent":
        for kind, outcome in (("decided", "strategy_discussion"), ("strategy_discussion", "section_47")):
            await record(world.esi, referral, kind, outcome, source="minutes", note="Agreed in #text *as* typed.")
    ref, cleo = referral_ref(referral.id), await client(world.cleo)
    answer = await cleo.get(f"/referrals/{ref}/document")
    assert (answer.status_code, answer.headers["content-type"]) == (200, "application/pdf")
    with pymupdf.open(stream=answer.content) as document:
        text = " ".join(" ".join(page.get_text() for page in document).split())
    for words in (CONCERN, "Morton", ref, "Born", *(("Minutes or a report", "Social worker") if made == "sent" else ())):
        assert words in text
    script = await api(world.cleo)
    assert (await script.get(f"/api/v1/referrals/{ref}/document")).content[:5] == b"%PDF-"
    data = (await script.get(f"/api/v1/referrals/{ref}/export")).json()
    assert (data["format"], data["young_person"]["family_name"], data["referral"]["ref"]) == ("yosafe-referral/1", "Morton", ref)
    assert (await events_of(world.kai.id)).count("referral:exported") == 3
    assert (await (await client(world.dan)).get(f"/referrals/{ref}/document")).status_code == 403
    assert (await (await api(world.ben)).get(f"/api/v1/referrals/{ref}/export")).status_code == 404
