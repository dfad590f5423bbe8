"""JSON as it comes in, read strictly into the struct that the handler asks for: a number is no text, 1 is no true, and no text is a list.

Litestar would read it leniently, as it must read the parts of an address. Forms and imports are lenient too: all they have is text."""

import re
from typing import Any

import msgspec
from litestar import Request
from litestar.datastructures import FormMultiDict, UploadFile
from litestar.exceptions import ValidationException
from litestar.types import Message, Scope

from yosafe.accounts.viewer import User

_FILES = "sent_files"  # in the state of a request


class StrictRequest(Request[User, "str | None", Any]):
    """The request of every route."""

    async def form(self) -> FormMultiDict:
        """The form; its files are closed when the answer begins, whatever it is."""
        form = await super().form()
        self.scope["state"][_FILES] = [value for key in form for value in form.getall(key) if isinstance(value, UploadFile)]
        return form

    async def json(self) -> Any:
        """The body as the struct that the handler takes. Raises ValidationException with the field at fault."""
        sent = await super().json()
        data = self.route_handler.parsed_fn_signature.parameters.get("data")
        return sent if data is None else strictly(sent, data.annotation)


async def close_sent_files(message: Message, scope: Scope) -> None:
    """Litestar's `before_send` hook: what someone sent stays on no disk of ours, also when it was refused."""
    if message["type"] == "http.response.start":
        for file in scope["state"].pop(_FILES, ()):
            await file.close()


def strictly(sent: Any, wanted: Any) -> Any:
    """What was sent, as the type that is wanted. Raises ValidationException, whose `extra` names the field."""
    try:
        return msgspec.convert(sent, wanted)
    except msgspec.ValidationError as fault:
        message, _, path = str(fault).partition(" - at `$")
        raise ValidationException(extra=[{"key": _dotted(path.removesuffix("`")), "message": message, "source": "body"}]) from None


def _dotted(path: str) -> str:
    """`.involvements[0].roles` as `involvements.0.roles`."""
    return re.sub(r"\[(\d+)\]", r".\1", path).replace("[...]", "").lstrip(".")
