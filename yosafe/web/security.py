"""The headers that every answer carries, errors and files included."""

from litestar.types import Message, Scope

# The one inline script is the snippet of the GOV.UK page template, by its hash; no inline style anywhere
CSP = "; ".join(
    (
        "default-src 'none'",
        "script-src 'self' 'sha256-GUQ5ad8JK5KmEWmROf3LZd9ge94daqNvd8xy9YS1iDw='",
        "style-src 'self'",
        "img-src 'self'",
        "font-src 'self'",
        "connect-src 'self'",
        "manifest-src 'self'",
        "form-action 'self'",
        "base-uri 'none'",
        "frame-ancestors 'none'",
    )
)

# Of an answer that is someone's file: whatever is in it, a browser runs nothing of it
FILE_CSP = "default-src 'none'; sandbox; frame-ancestors 'none'"

HEADERS = {
    "content-security-policy": CSP,
    "cross-origin-opener-policy": "same-origin",
    "cross-origin-resource-policy": "same-origin",
    "permissions-policy": "accelerometer=(), camera=(), display-capture=(), geolocation=(), microphone=(), payment=(), usb=()",
    "referrer-policy": "same-origin",
    "x-content-type-options": "nosniff",
    "x-frame-options": "DENY",
}

_CSP, _CACHE, _REQUEST = b"content-security-policy", b"cache-control", b"x-request-id"
_ENCODED = {name.encode(): value.encode() for name, value in HEADERS.items()}  # as every answer takes them
A_YEAR = "public, max-age=31536000, immutable"


async def security_headers(message: Message, scope: Scope) -> None:
    """Litestar's `before_send` hook. Nothing about a child stays in a browser's cache; built files under their hashed address stay for a year."""
    if message["type"] != "http.response.start":
        return
    there = [(name.lower(), value) for name, value in message["headers"]]
    ours = dict(_ENCODED)
    if (_CSP, FILE_CSP.encode()) in there:
        ours[_CSP] = FILE_CSP.encode()
    if not scope["path"].startswith("/static/"):
        ours[_CACHE] = b"no-store"
    elif message["status"] == 200 and b"v=" in scope["query_string"]:
        ours[_CACHE] = A_YEAR.encode()
    if (request_id := scope["state"].get("request_id")) is not None:
        ours[_REQUEST] = request_id.encode()  # by which the log knows it
    message["headers"] = [pair for pair in there if pair[0] not in ours] + [*ours.items()]
