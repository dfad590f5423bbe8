"""Whatever is recorded of a young person is on the time line, or it is said here why not."""

from tests.code.test_holdings import NAMING, pairs
from yosafe import composition  # noqa: F401  # fills the registry
from yosafe.people.chronology import sources
from yosafe.people.known.shown import HOW

# Tables that name a young person and of which no entry is told, and why.
NOT_ENTRIES = {
    "body_mark": "the entry of the incident says how many there are",
    "chronology_mark": "a mark stands with the entry that it marks",
    "duty": "who has a duty follows from records that are entries themselves",
    "evidence_shows": "the entry of the incident says how many files show them",
    "flag_basis": "it is worked out, not recorded: until when flags need not be worked out again",
    "legal_hold": "how long a record is kept is for data protection officers, and nothing that happened to a child",
    "model_score": "a score is worked out, not recorded; what people make of it is an entry of the joint review",
    "subject_request": "who asked for what is kept is for data protection officers",
    "not_same": "it is about two records, not about something that happened to a child",
}


async def test_every_table_that_names_a_young_person_is_a_source_or_says_why_not(db):
    told = {table for source in sources() for table in source.tables}
    assert told & NOT_ENTRIES.keys() == set()
    naming = {table for table, _ in pairs(await db.fetch(NAMING))}
    assert naming == told | NOT_ENTRIES.keys(), "give it a source of the chronology, or say here why it needs none"


async def test_whose_an_entry_is_can_be_asked_of_every_source(db):
    for source in sources():
        await db.fetch(f"SELECT ({source.owner} LIMIT 1) FROM (SELECT 'x'::text AS part, 1::bigint AS entry) m")
        assert "m.entry" in source.owner, source.id


def test_every_sign_of_knowing_has_words():
    assert set(HOW) == {"referral", "told", "share", "check", "meeting", "notice", "read"}
