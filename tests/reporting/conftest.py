"""A report of a stranger's, made by editing two files, and a Wetherby where enough happened for it to say something."""

import datetime as dt
from pathlib import Path

import pytest

from tests.incidents.make import involve, submit
from tests.world import World
from yosafe.db.engine import DB
from yosafe.reporting.access import build_numbered
from yosafe.reporting.running import JOB

HOW_TO = Path(__file__).parents[2] / "docs/how-to/write-your-own-report.md"
AUGUST, SEPTEMBER = dt.datetime(2026, 8, 12, 9, tzinfo=dt.UTC), dt.datetime(2026, 9, 12, 9, tzinfo=dt.UTC)
NAME = "wing-paper"


def files_of_how_to() -> dict[str, str]:
    """The two files as the how-to shows them, by name."""
    found, name, lines = {}, "", []
    for line in HOW_TO.read_text("utf-8").splitlines():
        if line.startswith("```") and name:
            found[name], name, lines = "\n".join(lines) + "\n", "", []
        elif line.startswith("```") and "report." in line:
            name = line.split()[-1]
        elif name:
            lines.append(line)
    return found


@pytest.fixture
def own(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The folder of an installation's own reports, with the one from the how-to."""
    folder = tmp_path / NAME
    folder.mkdir()
    for name, text in files_of_how_to().items():
        (folder / name).write_text(text, "utf-8")
    monkeypatch.setenv("YOSAFE_REPORTS_DIR", str(tmp_path))
    return folder


@pytest.fixture
async def happened(world: World) -> None:
    """In August 8 assaults; in September 12, 7 times self-harm and twice an unexplained injury. All about Kai."""
    await submit(world.dan, involve(world.kai, "harmed"), happened_at=SEPTEMBER)
    columns = ", ".join(
        row["column_name"] for row in await DB.fetch(
            "SELECT column_name FROM information_schema.columns WHERE table_name = 'incident' AND column_name NOT IN ('id', 'kind', 'happened_at')"
        )
    )  # fmt: skip
    for kind, at, many in (("assault", AUGUST, 8), ("assault", SEPTEMBER, 11), ("self_harm", SEPTEMBER, 7), ("injury", SEPTEMBER, 2)):
        await DB.execute(
            f"INSERT INTO incident (kind, happened_at, {columns}) SELECT $1, $2::timestamptz + n * interval '1 hour', {columns} "
            "FROM incident, generate_series(1, $3::int) n WHERE id = (SELECT min(id) FROM incident)",
            kind, at, many,
        )  # fmt: skip


async def built(client, name: str = NAME, **asked) -> str:
    """Ask for a report by API and let it be built; its reference."""
    answer = await client.post(f"/api/v1/reports/{name}/builds", json={"period": "2026-09", **asked})
    assert answer.status_code == 202, answer.text
    reference: str = answer.json()["ref"]
    await JOB.run({"build": int(reference[3:])})
    row = await build_numbered(int(reference[3:]))
    assert row["status"] == "built", row["fault"]
    return reference
