"""Signing in through an OpenID provider that runs here, in a thread: what it says is believed only where it should be."""

import base64
import datetime as dt
import hashlib
import json
import warnings
from urllib.parse import parse_qs, urlsplit

import flask
import httpx
import pytest
from joserfc import jwt
from joserfc.jwk import KeySet, OctKey, RSAKey
from msgspec.structs import replace

from yosafe import clock, composition  # noqa: F401  # who is linked is told
from yosafe.accounts import actions, linked, policy, provider
from yosafe.accounts.permissions import Role
from yosafe.accounts.schemas import LinkIdentity
from yosafe.audit.record import Operator
from yosafe.db.engine import DB
from yosafe.errors import NotFound, Refused, SettingsWrong
from yosafe.notices.queries import count_new
from yosafe.settings import OidcSettings, read
from yosafe.web.kit import COOKIE

LEFT = "__Host-yosafe-left"
BACK = "https://localhost/sign-in/provider/back"


class Provider:
    """The provider. `says` is what it puts into its next tokens beside who it is; it holds whoever comes for a token to what they said they would
    show (PKCE), which the library that it is made of does not."""

    def __init__(self, library):
        self.app = library.app(require_nonce=True)
        self.challenges, self.sent, self.tampered = {}, [], lambda answer: answer
        self.app.before_request(self._holds_to)
        self.app.after_request(lambda answer: self.tampered(answer))
        self.issuer = ""

    def _holds_to(self):
        asked = flask.request
        if asked.path == "/oauth2/token":
            verifier = asked.form.get("code_verifier", "")
            challenge = base64.urlsafe_b64encode(hashlib.sha256(verifier.encode()).digest()).decode().rstrip("=")
            self.sent.append(dict(asked.form))
            if challenge not in self.challenges:
                return {"error": "invalid_grant"}, 400
        return None

    async def lets_in(self, address, subject, **says):
        """Someone signs in there; the address that their browser is sent to."""
        query = {key: value[0] for key, value in parse_qs(urlsplit(address).query).items()}
        assert query["code_challenge_method"] == "S256"
        self.challenges[query["code_challenge"]] = query
        async with httpx.AsyncClient() as browser:
            await browser.put(f"{self.issuer}/users/{subject}", json=says)
            answer = await browser.post(address, data={"sub": subject})
        return answer.headers["location"]


@pytest.fixture(scope="module")
def running():
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # of the library's own library
        import oidc_provider_mock as library
        from oidc_provider_mock._server import _threaded_server

    found = Provider(library)
    with _threaded_server(port=0, app=found.app) as server:
        found.issuer = f"http://localhost:{server.server_port}"
        yield found


@pytest.fixture
def there(running, monkeypatch):
    provider._kept.clear()
    running.tampered = lambda answer: answer
    chosen = OidcSettings(issuer=running.issuer, client_id="yosafe", client_secret="s3", name="Leeds", back=BACK, trust_mfa=False)
    monkeypatch.setattr(policy, "_now", policy.Policy(secret=b"of the tests", oidc=chosen))
    with warnings.catch_warnings(), clock.stopped_at(dt.datetime.now(dt.UTC)):  # the provider's clock is the real one
        warnings.simplefilter("ignore")
        yield running


def trusting(monkeypatch):
    now = policy.policy()
    monkeypatch.setattr(policy, "_now", replace(now, oidc=replace(now.oidc, trust_mfa=True)))


async def link(user, subject=None):
    return await linked.link_identity(user.id, LinkIdentity(subject=subject), by=Operator())


async def leave(browser, at="/sign-in/provider?next=/children"):
    left = await browser.get(at)
    assert left.status_code == 303, left.text
    return left.headers["location"]


async def through(browser, there, subject, at="/sign-in/provider?next=/children", **says):
    """The answer to whoever comes back from the provider."""
    back = await there.lets_in(await leave(browser, at), subject, **says)
    return await browser.get(back.removeprefix("https://localhost"))


VERIFIED = {"email": "amina@example.org", "email_verified": True}


async def test_whoever_is_linked_comes_in_and_is_known_by_subject_from_then_on(world, there, client):
    await link(world.amina)
    assert await count_new(world.amina) == 1
    browser = await client()
    page = (await browser.get("/sign-in?next=/children")).text
    assert 'href="/sign-in/provider?next=/children"' in page
    assert "Sign in with Leeds" in page
    browser.cookies.set(COOKIE, "fixed", domain="localhost.local")
    came = await through(browser, there, "a-1", **VERIFIED)
    assert (came.status_code, came.headers["location"]) == (303, "/children")
    assert came.cookies[COOKIE] != "fixed"
    assert LEFT not in browser.cookies
    assert (await browser.get("/children")).status_code == 200
    assert "signed in to through" in (await browser.get("/account")).text
    again = await through(await client(), there, "a-1", email="someone-else@example.org", email_verified=True)
    assert again.status_code == 303
    other = await through(await client(), there, "a-2", **VERIFIED)  # the same address, of somebody else there
    assert (other.status_code, "not linked with an account of yosafe that works" in other.text) == (403, True)
    events = [row["event"] for row in await DB.fetch("SELECT event FROM audit_entry WHERE event ~ '^(identity|session):' ORDER BY id")]
    assert events == ["identity:linked", "identity:known", "session:started", "session:started", "session:refused"]


STRANGERS = (
    ({"email": "amina@example.org", "email_verified": False}, "not verified"),
    ({"email": "amina@example.org"}, "nothing said of it"),
    ({"email": "amina@example.org", "email_verified": "true"}, "not true, but a text"),
    ({"email": "nobody@example.org", "email_verified": True}, "no account"),
    ({"email": "ben@example.org", "email_verified": True}, "an account that nobody linked"),
    ({"email": "dan@example.org", "email_verified": True}, "linked, and shut"),
    ({"email": "esi@example.org", "email_verified": True}, "linked with another subject"),
)


async def test_nobody_else_comes_in_all_in_the_same_words_and_no_account_is_made(world, there, client):
    await link(world.amina)
    await link(world.dan)
    await link(world.esi, "esi-there")
    await actions.disable_user("dan@example.org", by=Operator())
    before = await DB.fetchval("SELECT count(*) FROM user_account")
    for n, (says, why) in enumerate(STRANGERS, 1):
        answer = await through(await client(), there, f"b-{n}", **says)
        assert (answer.status_code, provider.WRONG in answer.text, linked.NOBODY in answer.text) == (403, False, True), why
        assert COOKIE not in answer.cookies
        assert await DB.fetchval("SELECT count(*) FROM audit_entry WHERE event = 'session:refused'") == n
    assert await DB.fetchval("SELECT count(*) FROM user_account") == before
    assert await DB.fetchval("SELECT count(*) FROM session") == 0


def forged(body):
    """Tokens of the provider with something put in the place of its own."""

    def change(answer):
        if flask.request.path == "/oauth2/token" and answer.status_code == 200:
            answer.set_data(body(answer.get_json()))
        return answer

    return change


def unsigned(tokens):
    _, claims, _ = tokens["id_token"].split(".")
    none = base64.urlsafe_b64encode(b'{"alg":"none"}').decode().rstrip("=")
    return json.dumps({**tokens, "id_token": f"{none}.{claims}."})


def by_our_secret(tokens):
    """Signed with what a client knows too, as if that were the provider's key."""
    claims = json.loads(base64.urlsafe_b64decode(tokens["id_token"].split(".")[1] + "=="))
    return json.dumps({**tokens, "id_token": jwt.encode({"alg": "HS256"}, claims, OctKey.import_key("s3" * 16))})


SPOILT = (
    (unsigned, 403),
    (by_our_secret, 403),
    (lambda tokens: '{"id_token": "x.y.z"}', 403),
    (lambda tokens: '{"access_token": "x"}', 503),
    (lambda tokens: "<html>", 503),
    (lambda tokens: "x" * (provider.LARGEST + 1), 503),
)


async def test_what_is_not_the_providers_own_word_is_not_believed(world, there, client):
    await link(world.amina)
    for spoil, status in SPOILT:
        there.tampered = forged(spoil)
        answer = await through(await client(), there, "c-1", **VERIFIED)
        assert (answer.status_code, "Sign in" in answer.text, COOKIE in answer.cookies) == (status, True, False), spoil


async def test_a_token_for_another_is_not_believed(there):
    begun, oidc, now, key = provider.begin("/"), provider.chosen(), int(clock.now().timestamp()), RSAKey.generate_key(2048)
    key.ensure_kid()
    said = {"iss": oidc.issuer, "aud": oidc.client_id, "nonce": provider._of(begun.token, "nonce"), "iat": now, "exp": now + 60, "sub": "s"}

    def judged(**claims):
        tokens = provider._Tokens(id_token=jwt.encode({"alg": "RS256", "kid": key.kid}, {**said, **claims}, key))
        return provider._identity(oidc, provider._claims(tokens, KeySet([key]), oidc, said["nonce"]))

    assert judged().subject == "s"
    for claim, value in (("iss", "https://elsewhere.example"), ("aud", "another"), ("nonce", "old"), ("exp", 1), ("sub", "x" * 300)):
        with pytest.raises((provider.JoseError, Refused)):
            judged(**{claim: value})


async def test_coming_back_is_for_the_browser_that_left_and_once(world, there, client):
    await link(world.amina, "d-1")
    browser, other = await client(), await client()
    back = (await there.lets_in(await leave(browser), "d-1")).removeprefix("https://localhost")
    assert (await other.get(back)).status_code == 403  # someone was sent an address to open
    await leave(other)
    assert (await other.get(back)).status_code == 403  # who left by themselves, too
    state = parse_qs(urlsplit(back).query)["state"][0]
    assert (await browser.get(back.replace(state, state[::-1]))).status_code == 403
    gone = await browser.get(back)
    assert gone.status_code == 403, "the try with another state has used it up"
    back = (await there.lets_in(await leave(browser), "d-1")).removeprefix("https://localhost")
    kept = browser.cookies[LEFT]
    assert (await browser.get(back)).status_code == 303
    browser.cookies.set(LEFT, kept)
    assert (await browser.get(back)).status_code == 403, "the provider gives a code once"
    late = await client()
    back = (await there.lets_in(await leave(late), "d-1")).removeprefix("https://localhost")
    with clock.stopped_at(clock.now() + provider.WITHIN + dt.timedelta(seconds=1)):
        assert (await late.get(back)).status_code == 403
    for cookie in ("", "x", "e30.x", f"{kept}x", kept.replace(".", "")):
        late.cookies.set(LEFT, cookie)
        assert (await late.get(back)).status_code == 403


async def test_a_code_of_another_browser_does_not_fit(world, there, client):
    """PKCE: whoever took the code out of someone's address has not what goes with it."""
    await link(world.amina, "e-1")
    browser, thief = await client(), await client()
    stolen = parse_qs(urlsplit(await there.lets_in(await leave(browser), "e-1")).query)["code"][0]
    state = parse_qs(urlsplit(await leave(thief)).query)["state"][0]
    answer = await thief.get(f"/sign-in/provider/back?code={stolen}&state={state}")
    assert (answer.status_code, COOKIE in answer.cookies) == (403, False)


async def test_who_did_not_sign_in_there_is_told_so(world, there, client):
    browser = await client()
    state = parse_qs(urlsplit(await leave(browser)).query)["state"][0]
    answer = await browser.get(f"/sign-in/provider/back?error=access_denied&error_description=%3Cb%3E&state={state}")
    assert (answer.status_code, "did not sign in there" in answer.text, "<b>" in answer.text) == (403, True, False)


async def test_a_provider_that_is_away_is_said_in_words_and_passwords_still_work(world, there, client, monkeypatch):
    for issuer in ("http://localhost:9", "http://elsewhere.example", f"{there.issuer}/"):
        now = policy.policy()
        monkeypatch.setattr(policy, "_now", replace(now, oidc=replace(now.oidc, issuer=issuer)))
        answer = await (await client()).get("/sign-in/provider")
        assert (answer.status_code, "does not answer" in answer.text, 'name="password"' in answer.text) == (503, True, True)


async def test_codes_of_ours_are_asked_for_unless_the_provider_is_trusted_and_says_it_asked(world, there, client, monkeypatch):
    monkeypatch.setattr(policy, "_now", replace(policy.policy(), codes_for=frozenset(Role)))
    await link(world.amina, "f-1")
    many = {"amr": ["pwd", "mfa"]}
    for trusted, says, goes_to in ((False, many, "/sign-in/set-up"), (True, {"amr": ["pwd"]}, "/sign-in/set-up"), (True, many, "/children")):
        if trusted:
            trusting(monkeypatch)
        browser = await client()
        assert (await through(browser, there, "f-1", **says)).headers["location"] == goes_to
        assert ((await browser.get("/children")).status_code == 200) is (goes_to == "/children")


async def test_confirming_asks_the_provider_again(world, there, client, monkeypatch):
    await link(world.cleo, "g-1")
    await link(world.dan, "g-2")
    browser = await client()
    await through(browser, there, "g-1")
    later = clock.now() + dt.timedelta(minutes=11)
    with clock.stopped_at(later):
        assert (await browser.get("/children/export")).headers["location"].startswith("/confirm?next=")
        assert "Confirm with Leeds" in (await browser.get("/confirm")).text
        asked = await leave(browser, "/confirm/provider?next=/children/export")
        assert {key: parse_qs(urlsplit(asked).query)[key] for key in ("prompt", "max_age")} == {"prompt": ["login"], "max_age": ["0"]}
        now = int(later.timestamp())
        for subject, shown_at, status in (("g-1", None, 403), ("g-1", now - 660, 403), ("g-2", now, 403), ("g-1", now, 303)):
            says = {} if shown_at is None else {"auth_time": shown_at}
            before = browser.cookies[COOKIE]
            answer = await through(browser, there, subject, "/confirm/provider?next=/children/export", **says)
            assert (answer.status_code, browser.cookies[COOKIE] != before) == (status, status == 303), (subject, shown_at)
            assert (await browser.get("/account")).status_code == 200  # refused, they stay signed in
        assert (await browser.get("/children/export")).status_code == 200
    stranger = await client(world.amina)
    assert (await stranger.get("/confirm/provider")).status_code == 404
    assert "Confirm with" not in (await stranger.get("/confirm")).text


async def test_signing_out_leads_to_signing_out_there_for_who_came_from_there(world, there, client):
    await link(world.amina, "h-1")
    browser = await client()
    await through(browser, there, "h-1")
    out = await browser.send_form("/sign-out")
    assert out.headers["location"] == "/sign-in?out=provider"
    assert "sign out of Leeds too" in (await browser.get("/sign-in?out=provider")).text
    assert (await browser.get("/sign-in/provider/out")).headers["location"].startswith(f"{there.issuer}/oauth2/end_session?client_id=yosafe&")
    plain = await client(world.ben)
    assert (await plain.send_form("/sign-out")).headers["location"] == "/sign-in"


async def test_the_administrator_links_and_ends_it_and_sessions_end_with_it(world, there, client, api):
    hal, browser = await client(world.hal), await client()
    page = f"/admin/users/{world.amina.id}"
    assert "How the service knows them" in (await hal.get(page)).text
    assert (await hal.send_form(f"{page}/link", {"subject": "x" * 256})).status_code == 422
    assert (await hal.send_form(f"{page}/link", {"subject": "i-1"})).headers["location"] == f"{page}?done=linked"
    assert (await hal.send_form(f"{page}/link", {"subject": "i-2"})).status_code == 409
    taken = await hal.send_form(f"/admin/users/{world.ben.id}/link", {"subject": "i-1"})
    assert (taken.status_code, "Someone else signs in with that" in taken.text, 'value="i-1"' in taken.text) == (422, True, True)
    await through(browser, there, "i-1")
    assert (await browser.get("/account")).status_code == 200
    assert (await hal.send_form(f"{page}/link/end")).headers["location"] == f"{page}?done=unlinked"
    assert (await browser.get("/account")).status_code == 303
    assert (await through(await client(), there, "i-1")).status_code == 403
    script = await api(world.hal)
    of_ben = f"/api/v1/users/{world.ben.id}/link"
    made = await script.post(of_ben, json={})
    assert (made.status_code, made.json()) == (201, {"issuer": there.issuer, "used": False})
    wrong = ((of_ben, {}, 409), ("/api/v1/users/999999/link", {}, 404), (of_ben, {"sub": 1}, 422))
    assert [(await script.post(path, json=body)).status_code for path, body, _ in wrong] == [status for _, _, status in wrong]
    assert [(await script.post(f"{of_ben}/end")).status_code for _ in range(2)] == [204, 404]
    with pytest.raises(Refused):
        await linked.link_identity(world.ben.id, LinkIdentity(), by=world.cleo)


async def test_without_a_provider_there_is_nothing_of_it(world, client):
    browser = await client(world.hal)
    for path in ("/sign-in/provider", "/sign-in/provider/back?code=x&state=y", "/sign-in/provider/out", "/confirm/provider"):
        assert (await browser.get(path)).status_code == 404, path
    assert "Sign in with" not in (await (await client()).get("/sign-in")).text
    assert "Signing in through" not in (await browser.get(f"/admin/users/{world.amina.id}")).text
    with pytest.raises(NotFound):
        await link(world.amina)


def test_settings_of_a_provider(tmp_path):
    given = {"YOSAFE_HOME": str(tmp_path), "YOSAFE_OIDC_ISSUER": "https://id.example.org", "YOSAFE_PUBLIC_URL": "https://yosafe.example.org/"}
    whole = {**given, "YOSAFE_OIDC_CLIENT_ID": "y", "YOSAFE_OIDC_CLIENT_SECRET": "s"}
    assert read(whole, file=tmp_path / "none").oidc.back == "https://yosafe.example.org/sign-in/provider/back"
    assert read({"YOSAFE_HOME": str(tmp_path)}, file=tmp_path / "none").oidc is None
    for wrong, named in (
        (given, "YOSAFE_OIDC_CLIENT_ID and"),
        ({**whole, "YOSAFE_OIDC_ISSUER": "http://id.example.org"}, "YOSAFE_OIDC_ISSUER"),
        ({**whole, "YOSAFE_OIDC_ISSUER": "http://localhost.example.org"}, "YOSAFE_OIDC_ISSUER"),
        ({**whole, "YOSAFE_OIDC_TRUST_MFA": "perhaps"}, "YOSAFE_OIDC_TRUST_MFA"),
    ):
        with pytest.raises(SettingsWrong, match=named):
            read(wrong, file=tmp_path / "none")
