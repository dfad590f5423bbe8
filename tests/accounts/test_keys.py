"""API keys: what they may, until when, and one in place of another."""

import datetime as dt

import pytest

from tests.world import NOW
from yosafe import clock
from yosafe.accounts import actions, rules
from yosafe.accounts.access import user_of_key
from yosafe.accounts.common import common_passwords, is_common
from yosafe.accounts.schemas import MakeKey
from yosafe.audit.record import Operator
from yosafe.db.engine import DB
from yosafe.errors import Conflict, Invalid, NotFound, Refused

DAY = dt.timedelta(days=1)


def new(**changes):
    return MakeKey(**{"email": "amina@example.org", "name": "reports", **changes})


@pytest.mark.parametrize(("scope", "refused"), [
    (["young-person:read", "contact:read"], None),
    ([], None),
    (["young-person:read", "audit:read"], "audit:read"),  # not of her role
    (["break-glass:open"], "break-glass:open"),  # of her role, and of no key
    (["moon:read"], "moon:read"),
])  # fmt: skip
async def test_a_key_may_a_part_of_what_the_role_may(world, scope, refused):
    if refused:
        with pytest.raises(Invalid, match=refused):
            await actions.make_key(new(scope=scope), by=world.hal)
        return
    user = await user_of_key((await actions.make_key(new(scope=scope), by=world.hal)).key)
    assert (user.permissions == frozenset(scope)) is bool(scope)
    assert (user.may("contact:record"), user.may("young-person:read")) == (not scope, True)


async def test_beyond_its_scope_a_key_is_refused_by_the_same_guard(client, world):
    made = await actions.make_key(new(scope=["young-person:read"]), by=world.hal)
    script = await client()
    script.headers["Authorization"] = f"Bearer {made.key}"
    answers = [(await script.get(f"/api/v1/{path}")).status_code for path in ("young-people", "young-people/YP-000001", "incidents", "referrals")]
    assert answers == [200, 200, 403, 403]


async def test_one_in_place_of_another_and_both_for_a_week(world):
    old = await actions.make_key(new(days=90, scope=["contact:read"]), by=world.hal)
    with pytest.raises(Refused):
        await actions.rotate_key(old.id, by=world.amina)
    fresh = await actions.rotate_key(old.id, by=world.hal)
    assert fresh.expires_at - NOW == 90 * DAY
    assert (await user_of_key(fresh.key)).permissions == {"contact:read"}
    with pytest.raises(Conflict):
        await actions.rotate_key(old.id, by=world.hal)
    with pytest.raises(NotFound):
        await actions.rotate_key(fresh.id, by=world.hal, of=world.ben.id)
    for after, works in ((rules.KEYS_BESIDE - DAY, True), (rules.KEYS_BESIDE, False)):
        with clock.stopped_at(NOW + after):
            assert (bool(await user_of_key(old.key)), bool(await user_of_key(fresh.key))) == (works, True)
    events = [row["event"] for row in await DB.fetch("SELECT event FROM audit_entry WHERE event LIKE 'api-key:%' ORDER BY id")]
    assert events == ["api-key:made", "api-key:rotated"]


async def test_the_administrator_makes_one_on_the_page_of_a_user_and_sees_it_once(client, world):
    browser, path = await client(world.hal), f"/admin/users/{world.amina.id}"
    assert (await browser.send_form(f"{path}/keys", {"name": "", "days": "400"})).status_code == 422
    made = await browser.send_form(f"{path}/keys", {"name": "reports", "days": "30", "scope": ["contact:read"]})
    assert (made.status_code, made.text.count("yosafe_")) == (200, 1)
    assert "yosafe_" not in (await browser.get(path)).text
    number = await DB.fetchval("SELECT max(id) FROM api_key")
    assert (await browser.send_form(f"{path}/keys/{number}/rotate")).text.count("yosafe_") == 1
    assert (await browser.send_form(f"{path}/keys/{number}/rotate")).status_code == 409
    assert (await browser.send_form(f"{path}/keys/{number}/end")).status_code == 303
    with clock.stopped_at(NOW + rules.CONFIRMED_FOR * 2):
        assert (await browser.send_form(f"{path}/keys", {"name": "reports", "days": "30"})).status_code == 403
    assert Operator().id is None


async def test_in_place_of_a_key_that_was_lost_comes_one_for_as_many_days(world):
    old = await actions.make_key(new(days=90), by=world.hal)
    lost = await actions.rotate_key(old.id, by=world.hal)
    await actions.revoke_key(lost.id, by=world.hal)
    assert (await actions.rotate_key(old.id, by=world.hal)).expires_at - NOW == 90 * DAY


@pytest.mark.parametrize(("password", "common"), [
    ("password1234", True), ("PasswordPassword", True), ("qwertyuiop12", True), ("123456789012", True), ("football2024!!", True),
    ("lionlionlion", True), ("qwertyasdfgh", True), ("tuesday lamp quiet oak", False), ("four plain words here", False),
])  # fmt: skip
def test_what_is_guessed_first(password, common):
    assert is_common(password) is common
    assert len(common_passwords()) > 15_000
