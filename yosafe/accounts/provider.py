"""Asking an OpenID provider who someone is (docs/adr/0038): the address to send a browser to, and what the code that it comes back with says.

Code flow with PKCE, `state` and `nonce`. All three are made of one random token, which only the browser's cookie holds, and of the installation's
key: no worker has to remember anything. Nothing of a provider's answer is shown or logged.
"""

import base64
import datetime as dt
import hashlib
import hmac
import secrets
from collections.abc import Mapping
from typing import Any, TypeVar
from urllib.parse import quote, quote_plus, urlsplit

import httpx
import msgspec
import structlog
from authlib.oauth2.rfc6749.parameters import prepare_grant_uri
from authlib.oauth2.rfc7636 import create_s256_code_challenge
from authlib.oidc.core import CodeIDToken
from joserfc import jwt
from joserfc.errors import JoseError
from joserfc.jwk import KeySet
from msgspec import Struct

from yosafe import clock
from yosafe.errors import NotFound, ProviderAway, Refused
from yosafe.settings import OidcSettings

from .policy import policy

log = structlog.get_logger(__name__)
T = TypeVar("T")

WITHIN = dt.timedelta(minutes=10)  # from leaving for the provider to coming back
LEEWAY = 60  # seconds by which the clock of a provider may be off
TIMEOUT = 5.0
KEPT_FOR = dt.timedelta(hours=1)
LARGEST = 200_000  # bytes of an answer of a provider
SIGNED_BY = ["RS256", "RS384", "RS512", "PS256", "PS384", "PS512", "ES256", "ES384", "ES512"]  # never a shared secret, never nothing
MANY_FACTORS = "mfa"  # of RFC 8176
AWAY = "The service that says who you are does not answer. Try again in a minute, or sign in with your password."
WRONG = "What came back from the service that says who you are is not right, or it took too long. Begin again."
NOT_SET = "This installation signs nobody in through another service."


class Begun(Struct, frozen=True, kw_only=True):
    """Someone on their way to the provider and back. `session`: that of whoever shows again who they are; None for signing in."""

    token: str
    at: int
    there: str
    session: int | None = None


class Identity(Struct, frozen=True, kw_only=True):
    """Who someone is, as a provider says. `email` only where the provider has verified it; `shown_at`: when they last showed it who they are;
    `many_factors`: whether by more than one thing."""

    issuer: str
    subject: str
    email: str | None
    shown_at: int | None
    many_factors: bool


class _Metadata(Struct):
    """What of a provider's description is used (OpenID Connect Discovery 1.0, section 3)."""

    issuer: str
    authorization_endpoint: str
    token_endpoint: str
    jwks_uri: str
    userinfo_endpoint: str | None = None
    end_session_endpoint: str | None = None
    token_endpoint_auth_methods_supported: tuple[str, ...] = ("client_secret_basic",)  # the default of the standard


class _Tokens(Struct):
    id_token: str
    access_token: str = ""


_kept: dict[str, tuple[dt.datetime, _Metadata, KeySet]] = {}


def chosen() -> OidcSettings:
    """The provider of this installation. Raises NotFound where there is none."""
    if (oidc := policy().oidc) is None:
        raise NotFound(NOT_SET)
    return oidc


def begin(there: str, *, session: int | None = None) -> Begun:
    return Begun(token=secrets.token_urlsafe(32), at=int(clock.now().timestamp()), there=there, session=session)


def sealed(begun: Begun) -> str:
    """For the cookie: nobody else can make one."""
    body = base64.urlsafe_b64encode(msgspec.json.encode(begun)).decode()
    return f"{body}.{_of(begun.token, f'seal {body}')}"


def unsealed(text: str) -> Begun | None:
    """What was sealed in the last minutes; None for any other text."""
    body, _, seal = text.partition(".")
    try:
        begun = msgspec.json.decode(base64.urlsafe_b64decode(body.encode()), type=Begun)
    except ValueError:  # no base64, no JSON, or another's
        return None
    if not hmac.compare_digest(seal.encode(), _of(begun.token, f"seal {body}").encode()):
        return None
    return begun if 0 <= clock.now().timestamp() - begun.at <= WITHIN.total_seconds() else None


def state_of(begun: Begun) -> str:
    return _of(begun.token, "state")


def _of(token: str, what: str) -> str:
    digest = hmac.new(policy().secret, f"yosafe provider\0{what}\0{token}".encode(), hashlib.sha256).digest()
    return base64.urlsafe_b64encode(digest).decode().rstrip("=")


async def address(begun: Begun) -> str:
    """Where to send the browser. Raises NotFound, ProviderAway."""
    oidc = chosen()
    metadata, _ = await _described(oidc)
    again = {"prompt": "login", "max_age": "0"} if begun.session is not None else {}
    asked: str = prepare_grant_uri(
        metadata.authorization_endpoint, oidc.client_id, "code", oidc.back, "openid email", state_of(begun), nonce=_of(begun.token, "nonce"),
        code_challenge=create_s256_code_challenge(_of(begun.token, "verifier")), code_challenge_method="S256", **again,
    )  # fmt: skip
    return asked


async def sign_out_address() -> str | None:
    """Where a browser signs out of the provider too; None where it does not say."""
    oidc = chosen()
    metadata, _ = await _described(oidc)
    if metadata.end_session_endpoint is None:
        return None
    joint = "&" if "?" in metadata.end_session_endpoint else "?"
    then = quote(oidc.back.removesuffix("/provider/back"), safe="")
    return f"{metadata.end_session_endpoint}{joint}client_id={quote(oidc.client_id, safe='')}&post_logout_redirect_uri={then}"


async def identity(begun: Begun, code: str) -> Identity:
    """Whom the code stands for. Raises Refused for one that the provider does not know, or that is not ours; ProviderAway."""
    oidc = chosen()
    metadata, keys = await _described(oidc)
    tokens = await _exchanged(oidc, metadata, code, _of(begun.token, "verifier"))
    try:
        claims = _claims(tokens, keys, oidc, _of(begun.token, "nonce"))
    except (JoseError, ValueError):
        metadata, keys = await _described(oidc, afresh=True)  # it may have new keys
        try:
            claims = _claims(tokens, keys, oidc, _of(begun.token, "nonce"))
        except (JoseError, ValueError) as fault:
            log.warning("provider-not-believed", fault=type(fault).__name__)
            raise Refused(WRONG) from None
    if claims.get("email") is None and metadata.userinfo_endpoint is not None:
        claims = {**await _userinfo(metadata.userinfo_endpoint, tokens.access_token, str(claims["sub"])), **claims}
    return _identity(oidc, claims)


def _claims(tokens: _Tokens, keys: KeySet, oidc: OidcSettings, nonce: str) -> Mapping[str, Any]:
    """What the ID token says, once its signature, issuer, audience, time and nonce have been found right. Raises JoseError, ValueError."""
    token = jwt.decode(tokens.id_token, keys, algorithms=SIGNED_BY)
    claims = CodeIDToken(
        token.claims,
        token.header,
        options={"iss": {"essential": True, "value": oidc.issuer}, "aud": {"essential": True, "value": oidc.client_id}},
        params={"nonce": nonce, "client_id": oidc.client_id, "access_token": tokens.access_token},
    )
    claims.validate(now=int(clock.now().timestamp()), leeway=LEEWAY)
    return dict(claims)


def _identity(oidc: OidcSettings, claims: Mapping[str, Any]) -> Identity:
    subject, email, shown_at, ways = (claims.get(name) for name in ("sub", "email", "auth_time", "amr"))
    if not isinstance(subject, str) or not 1 <= len(subject) <= 255 or not subject.isprintable():
        raise Refused(WRONG)
    return Identity(
        issuer=oidc.issuer,
        subject=subject,
        email=email if isinstance(email, str) and claims.get("email_verified") is True else None,
        shown_at=int(shown_at) if isinstance(shown_at, int | float) else None,
        many_factors=isinstance(ways, list) and MANY_FACTORS in ways,
    )


async def _described(oidc: OidcSettings, *, afresh: bool = False) -> tuple[_Metadata, KeySet]:
    """What a provider says of itself, and the keys that it signs with; asked for again each hour, or at once."""
    kept = _kept.get(oidc.issuer)
    if kept is not None and not afresh and clock.now() - kept[0] < KEPT_FOR:
        return kept[1], kept[2]
    metadata = _read(await _asked("GET", f"{oidc.issuer.rstrip('/')}/.well-known/openid-configuration"), _Metadata)
    if metadata.issuer != oidc.issuer:
        raise _away("another-issuer")
    keys = await _asked("GET", metadata.jwks_uri)
    try:
        found = KeySet.import_key_set(msgspec.json.decode(keys))
    except (JoseError, ValueError, KeyError, TypeError):
        raise _away("keys-not-read") from None
    _kept[oidc.issuer] = (clock.now(), metadata, found)
    return metadata, found


async def _exchanged(oidc: OidcSettings, metadata: _Metadata, code: str, verifier: str) -> _Tokens:
    form = {"grant_type": "authorization_code", "code": code, "redirect_uri": oidc.back, "code_verifier": verifier}
    headers = {}
    if "client_secret_basic" in metadata.token_endpoint_auth_methods_supported:
        pair = f"{quote_plus(oidc.client_id)}:{quote_plus(oidc.client_secret)}"  # RFC 6749, section 2.3.1
        headers["Authorization"] = f"Basic {base64.b64encode(pair.encode()).decode()}"
    else:
        form |= {"client_id": oidc.client_id, "client_secret": oidc.client_secret}
    return _read(await _asked("POST", metadata.token_endpoint, data=form, headers=headers), _Tokens)


async def _userinfo(endpoint: str, access_token: str, subject: str) -> Mapping[str, Any]:
    """What the provider says beside the ID token, if it is of the same person (OpenID Connect Core, section 5.3.2)."""
    said = _read(await _asked("GET", endpoint, headers={"Authorization": f"Bearer {access_token}"}), dict[str, Any])
    return said if said.get("sub") == subject else {}


async def _asked(method: str, url: str, **more: Any) -> bytes:
    """The body of a good answer. Raises Refused where the provider refuses what was sent, ProviderAway for everything else."""
    if not is_guarded(url):
        raise _away("not-https")
    try:
        async with httpx.AsyncClient(timeout=TIMEOUT, follow_redirects=False, trust_env=False) as client:
            answer = await client.request(method, url, **more)
    except httpx.HTTPError as fault:
        raise _away(type(fault).__name__) from None
    if method == "POST" and answer.status_code in (400, 401, 403):
        log.warning("provider-refused", status=answer.status_code)
        raise Refused(WRONG)
    if answer.status_code != 200 or len(answer.content) > LARGEST:
        raise _away(f"status-{answer.status_code}")
    return answer.content


def _read(body: bytes, kind: type[T]) -> T:
    try:
        return msgspec.json.decode(body, type=kind)
    except (msgspec.MsgspecError, UnicodeDecodeError):
        raise _away("not-read") from None


def _away(why: str) -> ProviderAway:
    log.warning("provider-away", why=why)
    return ProviderAway(AWAY)


def is_guarded(url: str) -> bool:
    """Whether nobody on the way can read or change what is said: https, or this machine."""
    parts = urlsplit(url)
    return parts.scheme == "https" or (parts.scheme == "http" and parts.hostname in ("127.0.0.1", "localhost", "::1"))
