"""Signing in with a code: set up, once for each code, throttled, taken away; and attacks on it."""

import asyncio
import datetime as dt
import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.world import NOW
from yosafe import clock, composition  # noqa: F401  # who loses a phone is told
from yosafe.accounts import actions, codes, policy, rules, second_factor
from yosafe.accounts.access import user_of_session
from yosafe.accounts.permissions import Role
from yosafe.accounts.secrets import token_hash
from yosafe.accounts.sessions import browser_words
from yosafe.accounts.signing_in import confirm, finish_with_code, finish_with_phone, set_up_phone, sign_in
from yosafe.audit.record import Operator
from yosafe.db.engine import DB
from yosafe.errors import Conflict, Invalid, NotFound, NotSignedIn, Refused, SettingsWrong, TooMany
from yosafe.notices.queries import count_new
from yosafe.settings import ROLES, read
from yosafe.web.kit import COOKIE

PASSWORD, HERE = "four plain words here", "10.0.0.1"
SECRET = b"12345678901234567890"  # of RFC 6238, appendix B
LATER = dt.timedelta(seconds=codes.STEP)


@pytest.mark.parametrize(("at", "code"), [(59, "287082"), (1111111109, "081804"), (1234567890, "005924"), (20000000000, "353130")])
def test_codes_are_those_of_the_standard(at, code):
    assert codes.code_at(SECRET, at // codes.STEP) == code


@given(st.integers(0, 10**9), st.integers(-5, 5))
def test_a_code_is_good_a_step_either_way_and_never_twice(step, off):
    now = dt.datetime.fromtimestamp((step + 10) * codes.STEP, dt.UTC)
    typed = codes.code_at(SECRET, step + 10 + off)
    found = codes.matching_step(SECRET, f" {typed[:3]} {typed[3:]}", now=now, after=None)
    assert (found is not None) == (abs(off) <= codes.EITHER_WAY or typed in {codes.code_at(SECRET, step + 10 + n) for n in (-1, 0, 1)})
    if found is not None:
        assert codes.matching_step(SECRET, typed, now=now, after=found) in (None, *range(found + 1, step + 12))


def test_roles_of_the_settings_are_the_roles(tmp_path):
    assert set(ROLES) == {role.value for role in Role}
    home = {"YOSAFE_HOME": str(tmp_path)}
    assert read(home, file=tmp_path / "none").codes_for == ROLES  # a real installation asks everyone
    assert read({**home, "YOSAFE_CODES_FOR": "dpo, admin"}, file=tmp_path / "none").codes_for == ("dpo", "admin")
    with pytest.raises(SettingsWrong, match="YOSAFE_CODES_FOR: 'chef' is no role"):
        read({**home, "YOSAFE_CODES_FOR": "chef"}, file=tmp_path / "none")
    policy.set_policy(read({**home, "YOSAFE_DEMO": "yes", "YOSAFE_SESSION_HOURS": "4"}, file=tmp_path / "none"))
    assert (policy.policy().codes_for, policy.policy().absolute) == (frozenset(), dt.timedelta(hours=4))


@pytest.mark.parametrize(("agent", "words"), [
    ("Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 Chrome/126.0 Safari/537.36 Edg/126.0", "Edge on Windows"),
    ("Mozilla/5.0 (X11; Linux x86_64; rv:128.0) Gecko/20100101 Firefox/128.0", "Firefox on Linux"),
    ("curl/8.1", None),
])  # fmt: skip
def test_what_is_kept_of_a_browser(agent, words):
    assert browser_words(agent) == words


@pytest.fixture
def all_give_codes(monkeypatch):
    monkeypatch.setattr(policy, "_now", policy.Policy(secret=b"of the tests", codes_for=frozenset(Role)))


async def password(name):
    token, _ = await actions.reset_user(f"{name}@example.org", by=Operator())
    await actions.set_password(token, PASSWORD)


async def secret_of(user, session=None):
    """The secret of a phone; with a session, of one that is begun there."""
    nonce = await DB.fetchval("SELECT nonce FROM sign_in_code WHERE user_account = $1 AND ended_at IS NULL", user.id)
    return codes.secret_of(nonce if session is None else codes.nonce_in(session, nonce), policy.policy().secret)


async def shown(user, steps=0, session=None):
    """What the phone shows now, or so many steps from now."""
    return codes.code_at(await secret_of(user, session), codes.step_at(clock.now()) + steps)


async def number_of(token):
    return await DB.fetchval("SELECT id FROM session WHERE token_hash = $1", token_hash(token))


@pytest.fixture
async def enrolled(world):
    """Amina, with a password and a phone; her recovery codes."""
    await password("amina")
    await second_factor.begin(world.amina, session=1)
    return await set_up_phone(await shown(world.amina, session=1), by=world.amina, session=1, address=HERE)


async def half():
    _, token = await sign_in("amina@example.org", PASSWORD, address=HERE)
    return token


async def test_the_password_alone_opens_nothing_and_a_code_is_good_once(enrolled, world):
    token = await half()
    assert await user_of_session(token) is None
    with pytest.raises(Invalid):
        await finish_with_code(token, await shown(world.amina), by=world.amina, address=HERE)  # with it she set the phone up
    with clock.stopped_at(NOW + LATER):
        code = await shown(world.amina)
        whole = await finish_with_code(token, code, by=world.amina, address=HERE)
        assert whole != token  # whoever had the half of it has nothing
        assert (await user_of_session(whole), await user_of_session(token)) == (world.amina, None)
        again = await half()
        with pytest.raises(Invalid):
            await finish_with_code(again, code, by=world.amina, address=HERE)


async def test_one_code_sent_many_times_at_once_opens_one_session(enrolled, world):
    tokens = [await half() for _ in range(4)]
    with clock.stopped_at(NOW + LATER):
        code = await shown(world.amina)
        tries = [finish_with_code(token, code, by=world.amina, address=HERE) for token in tokens]
        found = await asyncio.gather(*tries, return_exceptions=True)
    assert sorted(type(one).__name__ for one in found) == ["Invalid"] * 3 + ["str"]


async def test_guessing_codes_makes_the_right_one_wait_and_the_password_does_not_help(enrolled, world):
    with clock.stopped_at(NOW + LATER):  # setting up counted as a success, and nothing before it
        token = await half()
        for _ in range(rules.MAX_FAILURES_ACCOUNT - 1):
            with pytest.raises(Invalid):
                await finish_with_code(token, "000000", by=world.amina, address=HERE)
        with pytest.raises(Invalid):
            await finish_with_code(token, "000000", by=world.amina, address="10.0.0.9")
        token = await half()  # the password is right, and gives no more tries
        with pytest.raises(TooMany):
            await finish_with_code(token, await shown(world.amina), by=world.amina, address="10.0.0.10")
    failed = await DB.fetchval("SELECT count(*) FROM audit_entry WHERE event = 'session:refused'")
    assert failed == rules.MAX_FAILURES_ACCOUNT


async def test_a_recovery_code_is_good_once_and_none_is_kept(enrolled, world):
    first = enrolled[0]
    whole = await finish_with_code(await half(), first.lower().replace("-", " "), by=world.amina, address=HERE)
    assert await user_of_session(whole)
    with pytest.raises(Invalid):
        await finish_with_code(await half(), first, by=world.amina, address=HERE)
    assert (await second_factor.standing(world.amina)).recovery_left == codes.RECOVERY_CODES - 1
    assert await second_factor.new_recovery_codes(by=world.amina)
    with pytest.raises(Invalid):
        await finish_with_code(await half(), enrolled[1], by=world.amina, address=HERE)
    secret = codes.as_typed(await secret_of(world.amina)).replace(" ", "")
    for table in ("recovery_code", "sign_in_code", "audit_entry"):
        everything = str([dict(row) for row in await DB.fetch(f"SELECT * FROM {table}")])
        assert not [kept for kept in (*enrolled, secret) if kept in everything]


async def test_half_a_session_lasts_ten_minutes(enrolled, world):
    token = await half()
    with clock.stopped_at(NOW + rules.CODE_WITHIN), pytest.raises(NotSignedIn):
        await finish_with_code(token, await shown(world.amina), by=world.amina, address=HERE)


async def test_a_role_that_is_asked_sets_its_phone_up_first(all_give_codes, world):
    await password("amina")
    token = await half()
    assert await user_of_session(token) is None
    here = await number_of(token)
    first = await second_factor.begin(world.amina, session=here)
    assert await second_factor.begin(world.amina, session=here) == first  # the page may be opened twice
    with pytest.raises(Invalid):
        await finish_with_phone(token, "000000", by=world.amina, session=here, address=HERE)
    assert await DB.fetchval("SELECT count(*) FROM audit_entry WHERE event = 'session:refused'") == 1
    typed = await shown(world.amina, session=here)
    whole, recovery = await finish_with_phone(token, typed, by=world.amina, session=here, address=HERE)
    assert (await user_of_session(whole), len(recovery)) == (world.amina, codes.RECOVERY_CODES)
    with pytest.raises(Conflict):
        await second_factor.begin(world.amina, session=here)
    with pytest.raises(Refused):
        await second_factor.end_own(by=world.amina)
    with pytest.raises(NotSignedIn):  # one that awaits a code is none that awaits a phone
        await finish_with_code(await half(), recovery[0], by=world.amina, address=HERE) and await finish_with_code(
            "x", recovery[1], by=world.amina, address=HERE
        )


async def test_who_knows_the_password_and_opens_the_page_does_not_know_the_phone_of_its_owner(client, all_give_codes, world):
    await password("amina")
    seen = []
    for _ in range(2):
        browser = await client()
        await browser.send_form("/sign-in", {"email": "amina@example.org", "password": PASSWORD, "next": "/"})
        page = (await browser.get("/sign-in/set-up")).text
        seen.append(re.search(r"govuk-!-font-weight-bold\">([A-Z2-7 ]{39})<", page)[1])
        assert seen[-1] in (await browser.send_form("/sign-in/set-up", {"code": "12"})).text
    session = await number_of(browser.cookies[COOKIE])
    done = await browser.send_form("/sign-in/set-up", {"code": await shown(world.amina, session=session)})
    assert done.status_code == 200
    assert codes.as_typed(await secret_of(world.amina)) == seen[1] != seen[0]


async def test_whoever_stops_signs_in_by_password_alone(enrolled, world):
    await second_factor.end_own(by=world.amina)
    assert await user_of_session(await half()) == world.amina
    with pytest.raises(NotFound):
        await second_factor.end_own(by=world.amina)


async def test_the_administrator_takes_a_phone_away_and_she_hears_of_it(enrolled, world):
    whole = await finish_with_code(await half(), enrolled[0], by=world.amina, address=HERE)
    with pytest.raises(Refused):
        await second_factor.take_away(world.amina.id, by=world.cleo)
    await second_factor.take_away(world.amina.id, by=world.hal)
    assert await user_of_session(whole) is None
    assert await count_new(world.amina) == 1
    assert await user_of_session(await half()) == world.amina
    with pytest.raises(NotFound):
        await second_factor.take_away(world.amina.id, by=world.hal)


async def test_with_a_phone_the_code_confirms_and_the_password_does_not(enrolled, world):
    token = await finish_with_code(await half(), enrolled[0], by=world.amina, address=HERE)
    with pytest.raises(Invalid):
        await confirm(token, PASSWORD, by=world.amina, address=HERE)
    assert await confirm(token, enrolled[1], by=world.amina, address=HERE) != token


async def test_the_pages_from_the_password_to_the_worklist(client, all_give_codes, world):
    await password("amina")
    browser = await client()
    fixed = "x" * 43
    browser.cookies.set(COOKIE, fixed, domain="localhost.local")
    went = await browser.send_form("/sign-in", {"email": "amina@example.org", "password": PASSWORD, "next": "/children"})
    assert went.headers["location"] == "/sign-in/set-up"
    half_token = went.cookies[COOKIE]
    assert half_token != fixed
    assert [(await browser.get(path)).status_code for path in ("/", "/children", "/account", "/api/v1/young-people")] == [303, 303, 303, 401]
    page = await browser.get("/sign-in/set-up")
    assert "<svg" in page.text
    assert codes.as_typed(await secret_of(world.amina, await number_of(half_token))) in page.text
    assert (await browser.send_form("/sign-in/set-up", {"code": "12"})).status_code == 422
    done = await browser.send_form("/sign-in/set-up", {"code": await shown(world.amina, session=await number_of(half_token))})
    recovery = re.findall(r"[A-Z2-9]{4}(?:-[A-Z2-9]{4}){3}", done.text)
    assert (done.status_code, len(recovery), done.cookies[COOKIE] != half_token) == (200, codes.RECOVERY_CODES, True)
    assert (await browser.get("/account")).status_code == 200
    assert (await browser.get("/sign-in/set-up")).status_code == 303
    stolen = await client()
    stolen.cookies.set(COOKIE, half_token)
    assert (await stolen.get("/account")).status_code == 303
    second = await client()
    went = await second.send_form("/sign-in", {"email": "amina@example.org", "password": PASSWORD, "next": "/children"})
    assert went.headers["location"] == "/sign-in/code?next=/children"
    assert (await second.send_form("/sign-in/code", {"code": "", "next": "//bad.example"})).status_code == 422
    done = await second.send_form("/sign-in/code", {"code": recovery[0], "next": "/children"})
    assert (done.status_code, done.headers["location"]) == (303, "/children")


async def test_a_form_without_its_token_is_refused(client, enrolled, world):
    browser = await client(world.amina)
    for path in ("/sign-in/code", "/sign-in/set-up", "/account/codes/new", "/account/codes/end", "/account/sessions/1/end", "/confirm"):
        assert (await browser.post(path, data={"code": "000000"})).status_code == 403, path


async def test_a_key_makes_no_second_factor_and_ends_none(api, enrolled, world):
    script = await api(world.amina)
    token = re.search('name="_csrf_token" value="([^"]+)"', (await script.get("/account/codes")).text)[1]
    for path in ("/account/codes/new", "/account/codes/recovery", "/account/codes/end", "/confirm"):
        assert (await script.post(path, data={"_csrf_token": token, "code": "000000"})).status_code == 403, path
    assert (await script.get("/account/codes/new")).status_code == 403
    assert (await second_factor.standing(world.amina)).recovery_left == codes.RECOVERY_CODES


async def test_sessions_are_listed_and_ended(client, api, world):
    mine, other = await client(world.amina), await client(world.amina)
    listed = (await mine.get("/api/v1/sessions")).json()["items"]
    assert sorted(one["here"] for one in listed) == [False, True]
    gone = next(one["id"] for one in listed if not one["here"])
    theirs = await client(world.ben)
    assert (await theirs.send_form(f"/account/sessions/{gone}/end")).status_code == 404
    assert (await mine.send_form(f"/account/sessions/{gone}/end")).status_code == 303
    assert (await other.get("/account")).status_code == 303
    assert "This one" in (await mine.get("/account/sessions")).text
    admin = await client(world.hal)
    assert (await admin.send_form(f"/admin/users/{world.amina.id}/sessions/end")).status_code == 303
    assert (await mine.get("/account")).status_code == 303
