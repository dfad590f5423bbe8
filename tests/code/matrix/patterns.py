"""Patterns of Wetherby, and of Oakhill, where nobody in the tests but inspectors may look."""

from tests.code.matrix.rows import Row
from yosafe.accounts.permissions import Role

SEES_ALL = {Role.INSPECTOR: "an inspector sees the patterns of every establishment, small numbers hidden"}


def of(path: str) -> Row:
    return Row(f"{path}?site=WYI", f"{path}?site=STC3", sees_all=SEES_ALL)


ROWS = {
    "GET /patterns": of("/patterns"),
    "GET /patterns/download": of("/patterns/download"),
    "GET /api/v1/patterns/{site}": Row("/api/v1/patterns/WYI", "/api/v1/patterns/STC3", sees_all=SEES_ALL),
}
