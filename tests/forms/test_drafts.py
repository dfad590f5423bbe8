"""Drafts: their owner's only, for 30 days, each change in the trail without a word of what was written."""

import asyncio
import datetime as dt
from uuid import uuid4

import pytest

from yosafe import clock
from yosafe.accounts import actions as accounts
from yosafe.accounts.access import user_of_session
from yosafe.accounts.permissions import AgencyKind, Role
from yosafe.accounts.schemas import AddAgency, AddUser
from yosafe.accounts.signing_in import sign_in
from yosafe.audit.record import Operator
from yosafe.db.engine import DB, write_transaction
from yosafe.errors import NotFound
from yosafe.forms.drafts import LASTS, discard, get_draft_for, my_drafts, purge_expired, save_step, start_draft

OPERATOR = Operator()
WORDS = "He said that it was Kieran"


@pytest.fixture
async def wetherby(db):
    await accounts.add_agency(AddAgency(code="wetherby", kind=AgencyKind.YOI, name="Wetherby", establishment="WYI"), by=OPERATOR)


async def someone(name, role):
    email, password = f"{name.lower()}@example.org", "four plain words here"
    _, token = await accounts.add_user(AddUser(email=email, name=name, role=role, agency="wetherby"), by=OPERATOR)
    await accounts.set_password(token, password)
    _, session = await sign_in(email, password, address="10.0.0.1")
    return await user_of_session(session)


@pytest.fixture
async def dan(wetherby):
    return await someone("Dan", Role.YOI_OFFICER)


@pytest.fixture
async def cleo(wetherby):
    return await someone("Cleo", Role.YOI_LEAD)


async def trail():
    rows = await DB.fetch("SELECT event, actor, detail FROM audit_entry WHERE event LIKE 'draft:%' ORDER BY id")
    return [(row["event"], row["actor"]) for row in rows], " ".join(row["detail"] for row in rows)


async def test_answers_are_kept_step_by_step(dan):
    draft = await start_draft(by=dan, kind="incident", title="Assault", answers={"kind": "assault"})
    draft = await save_step(by=dan, draft=draft, answers={"account": WORDS, "told": ["family"], "step:account": True})
    draft = await save_step(by=dan, draft=draft, answers={"told": None, "nights": 0}, title="Assault on A wing")
    found = await get_draft_for(dan, draft.id, "incident")
    assert found == draft
    assert found.answers == {"kind": "assault", "account": WORDS, "step:account": True, "nights": 0}
    assert (found.title, found.version, found.owner) == ("Assault on A wing", 3, dan.id)
    assert [one.id for one in await my_drafts(dan)] == [draft.id]


async def test_the_trail_says_who_and_which_and_nothing_that_was_written(dan):
    draft = await start_draft(by=dan, kind="incident", title="Kieran", answers={"account": WORDS})
    await save_step(by=dan, draft=draft, answers={"account": WORDS})
    await discard(by=dan, draft=draft)
    events, details = await trail()
    assert events == [("draft:started", dan.id), ("draft:saved", dan.id), ("draft:discarded", dan.id)]
    assert details.count(str(draft.id)) == 3
    assert "Kieran" not in details


async def test_others_do_not_find_it(dan, cleo):
    draft = await start_draft(by=dan, kind="incident")
    for wrong in ((cleo, draft.id, "incident"), (dan, draft.id, "referral"), (dan, uuid4(), "incident")):
        with pytest.raises(NotFound):
            await get_draft_for(*wrong)
    with pytest.raises(NotFound):
        await save_step(by=cleo, draft=draft, answers={"a": "b"})
    with pytest.raises(NotFound):
        await discard(by=cleo, draft=draft)
    assert await my_drafts(cleo) == []
    assert (await get_draft_for(dan, draft.id, "incident")).answers == {}


async def test_it_runs_out_after_thirty_days_without_a_change(dan):
    old = await start_draft(by=dan, kind="incident")
    with clock.stopped_at(clock.now() + dt.timedelta(days=20)):
        kept = await save_step(by=dan, draft=await start_draft(by=dan, kind="incident"), answers={"a": "b"})
    with clock.stopped_at(old.expires_at):
        with pytest.raises(NotFound):
            await get_draft_for(dan, old.id, "incident")
        with pytest.raises(NotFound):
            await save_step(by=dan, draft=old, answers={"a": "b"})
        assert [one.id for one in await my_drafts(dan)] == [kept.id]
        assert kept.expires_at == kept.saved_at + LASTS
        assert await purge_expired(by=Operator("system")) == 1
        assert await purge_expired(by=Operator("system")) == 0
    assert await DB.fetchval("SELECT array_agg(id) FROM draft") == [kept.id]
    events, details = await trail()
    assert events[-1] == ("draft:discarded", None)
    assert str(old.id) in details


async def test_purging_goes_on_until_none_is_left(dan, monkeypatch):
    monkeypatch.setattr("yosafe.forms.drafts.AT_ONCE", 2)
    drafts = [await start_draft(by=dan, kind="incident") for _ in range(5)]
    with clock.stopped_at(drafts[-1].expires_at):
        assert await purge_expired(by=OPERATOR) == 5


async def test_a_draft_is_sent_once_however_often_the_button_is_pressed(dan):
    draft = await start_draft(by=dan, kind="incident")

    async def send():
        async with write_transaction():
            await discard(by=dan, draft=draft)
            await DB.execute("INSERT INTO answered_request (user_account, key, request_hash, at) VALUES ($1, $2, '', now())", dan.id, str(uuid4()))

    results = await asyncio.gather(*(send() for _ in range(4)), return_exceptions=True)
    assert sorted(type(result).__name__ for result in results) == ["NoneType", "NotFound", "NotFound", "NotFound"]
    assert await DB.fetchval("SELECT count(*) FROM answered_request") == 1


async def test_two_pages_saved_at_once_are_both_kept(dan):
    draft = await start_draft(by=dan, kind="incident")
    await asyncio.gather(*(save_step(by=dan, draft=draft, answers={f"page_{n}": n}) for n in range(6)))
    found = await get_draft_for(dan, draft.id, "incident")
    assert found.answers == {f"page_{n}": n for n in range(6)}
    assert found.version == 7


async def test_a_change_that_is_undone_leaves_no_entry(dan):
    draft = await start_draft(by=dan, kind="incident")
    with pytest.raises(ZeroDivisionError):
        async with write_transaction():
            await save_step(by=dan, draft=draft, answers={"a": "b"})
            raise ZeroDivisionError
    assert (await get_draft_for(dan, draft.id, "incident")).answers == {}
    assert (await trail())[0] == [("draft:started", dan.id)]
