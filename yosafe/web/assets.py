"""The files that browsers fetch, each by an address that changes with its content, so that it can be kept for a year."""

from pathlib import Path

import msgspec

STATIC = Path(__file__).parent / "static"


class BuiltAssets(msgspec.Struct, frozen=True):
    """What `make assets` wrote down: the npm releases used, and the SHA-256 of everything it read and of everything it built."""

    npm: dict[str, str]
    sources: dict[str, str]
    files: dict[str, str]


BUILT = msgspec.json.decode((STATIC / "assets.lock.json").read_bytes(), type=BuiltAssets)


def asset(path: str) -> str:
    """The address of a built file, for example `/static/css/yosafe.css?v=1f2e3d4c`. Raises LookupError for one that was not built."""
    if path not in BUILT.files:
        raise LookupError(f"{path} is not among the built assets: {', '.join(BUILT.files)}")
    return f"/static/{path}?v={BUILT.files[path][:8]}"
