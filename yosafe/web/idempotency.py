"""A write that comes twice with the same Idempotency-Key is done once and answered the same.

The key is kept in the transaction of the write itself (the engine runs `AT_FIRST_WRITE` when the first write transaction of the request
begins), so there is no moment at which one is kept without the other. The answer is kept just after. Should the process die in between, the key
is there without an answer: a retry is told so with 409 and the write is not done again.
"""

import hashlib
from typing import Any

from litestar.enums import ScopeType
from litestar.middleware import ASGIMiddleware
from litestar.types import ASGIApp, HTTPResponseStartEvent, Message, Receive, Scope, Send

from yosafe import clock
from yosafe.accounts.viewer import User
from yosafe.db.engine import AT_FIRST_WRITE, DB
from yosafe.errors import Conflict, FieldError, Invalid

_LIMIT = 1_000_000
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
        kept = await DB.fetchrow("SELECT request_hash, status, body FROM answered_request WHERE user_account = $1 AND key = $2", user.id, text)
        if kept is not None:
            await _repeat(kept, request_hash, send)
            return
        await _answer_and_keep(scope, receive, send, next_app, user=user, key=text, request_hash=request_hash)


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


async def _repeat(kept: Any, request_hash: bytes, send: Send) -> None:
    if kept["request_hash"] != request_hash:
        raise Conflict("This Idempotency-Key was used for another request. Use a new key for new content.")
    if kept["status"] is None:
        raise Conflict(_DONE_BEFORE)
    headers = [(b"content-type", b"application/json"), (b"idempotent-replay", b"true"), (b"content-length", str(len(kept["body"])).encode())]
    await send({"type": "http.response.start", "status": kept["status"], "headers": headers})
    await send({"type": "http.response.body", "body": kept["body"], "more_body": False})


async def _answer_and_keep(scope: Scope, receive: Receive, send: Send, next_app: ASGIApp, *, user: User, key: str, request_hash: bytes) -> None:
    async def keep_key() -> None:
        if await DB.fetchval("SELECT 1 FROM answered_request WHERE user_account = $1 AND key = $2", user.id, key):
            raise Conflict("The same request is being worked on. Send it again in a moment to get its answer.")
        await DB.execute(
            "INSERT INTO answered_request (user_account, key, request_hash, at) VALUES ($1, $2, $3, $4)", user.id, key, request_hash, clock.now()
        )

    start: HTTPResponseStartEvent | None = None
    parts: list[bytes] = []

    async def listen(message: Message) -> None:
        nonlocal start
        if message["type"] == "http.response.start":
            start = message
        elif message["type"] == "http.response.body":
            parts.append(message["body"])
            if start and start["status"] < 300 and not message.get("more_body"):
                await DB.execute(
                    "UPDATE answered_request SET status = $3, body = $4 WHERE user_account = $1 AND key = $2",
                    user.id,
                    key,
                    start["status"],
                    b"".join(parts),
                )
        await send(message)

    token = AT_FIRST_WRITE.set(keep_key)
    try:
        await next_app(scope, receive, listen)
    finally:
        AT_FIRST_WRITE.reset(token)
