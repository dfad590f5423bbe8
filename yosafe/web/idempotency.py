"""A write that comes twice with the same Idempotency-Key is done once and answered the same.

The key is kept in the transaction of the write itself (the engine runs `AT_FIRST_WRITE` when the first write transaction of the request
begins), so there is no moment at which one is kept without the other. The answer is kept just after, and whoever sends the same meanwhile
waits for it. Should the process or the database die in between, the key is there without an answer: a retry is told so with 409 and the write is not
done again.
"""

import asyncio
import datetime as dt
import hashlib
from time import monotonic
from typing import Any

import structlog
from litestar.enums import ScopeType
from litestar.middleware import ASGIMiddleware
from litestar.types import ASGIApp, HTTPResponseStartEvent, Message, Receive, Scope, Send

from yosafe import clock
from yosafe.accounts.viewer import User
from yosafe.db.engine import AT_FIRST_WRITE, DB
from yosafe.errors import Conflict, DatabaseAway, FieldError, Invalid

log = structlog.get_logger(__name__)

_LIMIT = 1_000_000
_HEADERS = ("etag", "location")  # columns of the same names
_KEPT = f"SELECT request_hash, at, status, body, {', '.join(_HEADERS)} FROM answered_request WHERE user_account = $1 AND key = $2"
_PATIENCE, _PAUSE = 5.0, 0.02  # seconds
_AT_WORK_FOR = dt.timedelta(seconds=20)  # an answer that is not there by then will never be
_AT_WORK = "The same request is being worked on. Send it again in a moment to get its answer."
_DONE_BEFORE = "This was already sent and done, and its answer is not kept. Read the record before you send anything again."


class OnceOnly(ASGIMiddleware):
    """For the API. Without the header nothing changes."""

    scopes = (ScopeType.HTTP,)

    async def handle(self, scope: Scope, receive: Receive, send: Send, next_app: ASGIApp) -> None:
        key = dict(scope["headers"]).get(b"idempotency-key")
        user: User | None = scope.get("user")
        method = str(scope.get("method"))
        if key is None or user is None or method in ("GET", "HEAD") or not scope["path"].startswith("/api/"):
            await next_app(scope, receive, send)
            return
        body, receive = await _read_all(receive)
        request_hash = hashlib.sha256(b"\0".join([method.encode(), scope["raw_path"], body])).digest()
        text = _key_text(key)
        if await DB.fetchrow(_KEPT, user.id, text) is None and await _answer_and_keep(
            scope, receive, send, next_app, user=user, key=text, request_hash=request_hash
        ):
            return
        await _repeat(await _awaited(user, text, request_hash), request_hash, send)


def _key_text(key: bytes) -> str:
    if not 1 <= len(key) <= 200 or not key.isascii():
        raise Invalid([FieldError("Idempotency-Key", "Must be 1 to 200 plain characters: a UUID is good")])
    return key.decode("ascii")


async def _read_all(receive: Receive) -> tuple[bytes, Receive]:
    parts: list[bytes] = []
    more = True
    while more:
        message = await receive()
        parts.append(message.get("body", b""))  # type: ignore[arg-type]  # a disconnect has none
        more = bool(message.get("more_body", False))
    body = b"".join(parts)
    if len(body) > _LIMIT:
        raise Invalid("Too large to be sent with an Idempotency-Key: leave the header out.")
    sent = False

    async def again() -> Any:
        nonlocal sent
        if sent:
            return await receive()
        sent = True
        return {"type": "http.request", "body": body, "more_body": False}

    return body, again


async def _awaited(user: User, key: str, request_hash: bytes) -> Any:
    """What is kept under a key; with the answer, where that comes within a few seconds."""
    ends = monotonic() + _PATIENCE
    while True:
        kept = await DB.fetchrow(_KEPT, user.id, key)
        if kept is None or kept["status"] is not None or kept["request_hash"] != request_hash or not _is_at_work(kept) or monotonic() > ends:
            return kept
        await asyncio.sleep(_PAUSE)


def _is_at_work(kept: Any) -> bool:
    return bool(kept["at"] > clock.now() - _AT_WORK_FOR)


async def _repeat(kept: Any, request_hash: bytes, send: Send) -> None:
    if kept["request_hash"] != request_hash:
        raise Conflict("This Idempotency-Key was used for another request. Use a new key for new content.")
    if kept["status"] is None:
        raise Conflict(_AT_WORK if _is_at_work(kept) else _DONE_BEFORE)
    headers = [(b"content-type", b"application/json"), (b"idempotent-replay", b"true"), (b"content-length", str(len(kept["body"])).encode())]
    headers += [(name.encode(), kept[name].encode()) for name in _HEADERS if kept[name] is not None]
    await send({"type": "http.response.start", "status": kept["status"], "headers": headers})
    await send({"type": "http.response.body", "body": kept["body"], "more_body": False})


async def _answer_and_keep(scope: Scope, receive: Receive, send: Send, next_app: ASGIApp, *, user: User, key: str, request_hash: bytes) -> bool:
    """Do the request and keep its answer. False, and nothing is sent, where the same was done meanwhile: this one was refused because of it."""
    ours = False

    async def keep_key() -> None:
        nonlocal ours
        # Where the same request is at work, this waits until that one has been committed or undone.
        if await DB.fetchval(_KEEP_KEY, user.id, key, request_hash, clock.now()) is None:
            raise Conflict(_AT_WORK)
        ours = True

    start: HTTPResponseStartEvent | None = None
    parts: list[bytes] = []
    refusal: list[Message] = []

    async def listen(message: Message) -> None:
        nonlocal start
        if message["type"] == "http.response.start":
            start = message
        elif message["type"] == "http.response.body":
            parts.append(message["body"])
            if start and start["status"] < 300 and not message.get("more_body"):
                await _keep_answer(start, b"".join(parts), user=user, key=key)
        if start and 400 <= start["status"] < 500 and not ours:
            refusal.append(message)
        else:
            await send(message)

    token = AT_FIRST_WRITE.set(keep_key)
    try:
        await next_app(scope, receive, listen)
    finally:
        AT_FIRST_WRITE.reset(token)
    if refusal and await DB.fetchrow(_KEPT, user.id, key) is not None:
        return False
    for message in refusal:
        await send(message)
    return True


async def _keep_answer(start: HTTPResponseStartEvent, body: bytes, *, user: User, key: str) -> None:
    headers = dict(start["headers"])
    kept = [headers[name.encode()].decode() if name.encode() in headers else None for name in _HEADERS]
    try:
        await DB.execute(_KEEP_ANSWER, user.id, key, start["status"], body, *kept)
    except DatabaseAway:
        log.warning("answer-not-kept")  # the write is done and its answer is true, so it is given; only a retry will hear less


_KEEP_KEY = """
    INSERT INTO answered_request (user_account, key, request_hash, at) VALUES ($1, $2, $3, $4)
    ON CONFLICT (user_account, key) DO NOTHING RETURNING true
"""
_KEEP_ANSWER = "UPDATE answered_request SET status = $3, body = $4, etag = $5, location = $6 WHERE user_account = $1 AND key = $2"
