"""Anchors kept elsewhere: they tell of a trail that was rewritten as a whole, which the chains alone can't."""

import json

import pytest

from tests.audit.test_trail import enter, tamper
from yosafe.audit import anchor
from yosafe.audit.verify import verify
from yosafe.db.engine import DB
from yosafe.errors import Invalid

# As someone would who owns the database and knows how entries are chained: every hash and every head worked out anew.
CHAIN_ANEW = """
    DO $$
    DECLARE
        e audit_entry;
        kept bytea;
    BEGIN
        SET LOCAL session_replication_role = replica;
        FOR e IN SELECT * FROM audit_entry ORDER BY strand, seq LOOP
            IF e.seq = 1 THEN kept := ''; END IF;
            kept := sha256(kept || convert_to(audit_entry_text(e), 'UTF8'));
            UPDATE audit_entry SET hash = kept WHERE id = e.id;
            UPDATE audit_head SET hash = kept, seq = e.seq WHERE strand = e.strand;
        END LOOP;
    END
    $$
"""


async def test_a_trail_that_goes_on_fits_its_anchors(db):
    first = await anchor.take()
    assert first.ends == ()
    await enter(6)
    taken = [await anchor.take()]
    await enter(6)
    taken.append(await anchor.take())
    verdict = await verify(anchor.read("\n".join(anchor.line(one) for one in taken)))
    assert (verdict.faults, verdict.entries) == ((), 12)
    assert verdict.anchored == len({(end.strand, end.seq) for one in taken for end in one.ends})


@pytest.mark.parametrize(("sql", "kind"), [
    ("UPDATE audit_entry SET detail = '{}' WHERE id = 3", "changed"),
    ("DELETE FROM audit_entry WHERE (strand, seq) = (SELECT strand, max(seq) FROM audit_entry GROUP BY strand LIMIT 1)", "removed"),
])  # fmt: skip
async def test_a_trail_that_was_rewritten_whole_fits_itself_and_no_anchor(db, sql, kind):
    await enter(12)
    taken = await anchor.take()
    await tamper(sql)
    await DB.execute(CHAIN_ANEW)
    if kind == "removed":  # the head of a chain that lost its only entry too
        await tamper("UPDATE audit_head h SET seq = 0, hash = '' WHERE seq > 0 AND NOT EXISTS (SELECT FROM audit_entry e WHERE e.strand = h.strand)")
    assert (await verify()).faults == ()
    faults = (await verify([taken])).faults
    assert kind in {fault.kind for fault in faults}
    assert "UTC" in faults[0].message


@pytest.mark.parametrize(("change", "words"), [(lambda one: one["ends"].pop(), "as it was written"), (lambda one: one.pop("sha256"), "none of ours")])
async def test_an_anchor_that_is_not_as_it_was_written_is_refused(db, change, words):
    await enter(3)
    made = json.loads(anchor.line(await anchor.take()))
    change(made)
    with pytest.raises(Invalid, match=words):
        anchor.read(json.dumps(made))
    with pytest.raises(Invalid, match="no anchor"):
        anchor.read("\n")
