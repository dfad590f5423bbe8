"""Files as pages show them. Pure."""

from yosafe.reference.codes import code_list
from yosafe.settings import Terminology

from .rules import KINDS
from .schemas import FileOut


def kind(code: str, terminology: Terminology = "2002") -> str:
    return code_list("file_kind").label(code, terminology)


def format_of(file: FileOut) -> str:
    """ "JPEG picture, 1.2 MB"."""
    return f"{KINDS[file.media_type][1]}, {size(file.size)}" if file.media_type and file.size else ""


def size(of: int) -> str:
    """ "1.2 MB", "340 KB", "12 bytes"."""
    if of >= 1_000_000:
        return f"{of / 1_000_000:.1f} MB"
    return f"{round(of / 1_000)} KB" if of >= 1_000 else f"{of} bytes"


def names(file: FileOut) -> str:
    return "; ".join(one.name for one in file.shows) or "No young person"
