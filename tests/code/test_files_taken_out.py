"""Whatever gives a file away asks first that whoever asks has shown of late that they are who they are, or it is said here why not."""

import inspect
from typing import Any

from litestar.response import Stream
from litestar.routes import HTTPRoute

from tests.code.test_access_matrix import make_app
from yosafe.web.confirmed import STEP_UP, takes_out
from yosafe.web.listing import file_of

OPENED = "one piece of evidence, opened where the record is read; each opening is in the trail"
# Handlers that answer with bytes and do not ask, and why.
NOT_TAKEN_OUT = {
    "/surveys/import/{upload_id}/mapping": "which column is which question: nothing of what anybody answered",
    "/api": "how the API is asked, which is about nobody",
    "/api/openapi.json": "the same for a program",
    "/api/v1/incidents/{ref}/files/{file_ref}/content": OPENED,
    "/incidents/{ref}/files/{file_ref}/download": OPENED,
    "/incidents/{ref}/files/{file_ref}/picture": OPENED,
    "/metrics": "counts for whoever watches the machine, which name nobody",
    "/calendar/{token}": "a calendar asks by itself; its address is the secret, and it names nobody",
}


def givers(app: Any) -> dict[str, Any]:
    """Handlers of pages and the API that answer with bytes, by path."""
    found = {}
    for route in app.routes:
        if not isinstance(route, HTTPRoute):
            continue
        for handler in route.route_handlers:
            returns = str(handler.fn.__annotations__.get("return"))
            if "bytes" in returns or Stream.__name__ in returns:
                found[f"{route.path_format}"] = handler
    return found


def asks(handler: Any) -> bool:
    lists = file_of.__name__ in inspect.getsource(handler.fn)  # which asks by itself: tests/people/test_break_glass.py
    return bool(handler.opt.get("confirm")) or handler.opt["permission"] in STEP_UP or lists


def test_every_file_asks_who_it_is_once_more():
    handlers = givers(make_app())
    assert len(handlers) > 40
    assert {path for path, handler in handlers.items() if not asks(handler)} == NOT_TAKEN_OUT.keys()
    assert all(takes_out(handler.opt["permission"]).items() <= handler.opt.items() for handler in handlers.values() if handler.opt.get("confirm"))
