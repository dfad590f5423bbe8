"""What is said of a file that was sent."""

from typing import Literal, NamedTuple

from msgspec import Struct

from yosafe.surveys.schemas import ImportOut

Status = Literal["open", "running", "failed", "done"]


class Looked(NamedTuple):
    """What a kept file says; of a long one its beginning."""

    found: ImportOut
    whole: bool


class UploadOut(Struct, kw_only=True):
    """A file that was sent, and how far it is. `rows` is not known before a worker has it in hand; `fault` says why nothing was stored, `outcome`
    what came of it."""

    id: int
    file: str
    status: Status
    size: int
    rows_done: int
    rows: int | None
    fault: str | None
    survey: int | None
    outcome: ImportOut | None
