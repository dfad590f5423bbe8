"""`make bench ARGS=imports`: how many incidents a second come in from a log, with how much memory; and whether ten times the rows take ten times as
long."""

import asyncio
import resource
import time
from pathlib import Path

from yosafe.accounts.access import user_by_email
from yosafe.db.engine import DB
from yosafe.importing.mapping import Mapping, write_mapping
from yosafe.imports import commanding

from .ground import YOUNG_PEOPLE, ground

FEW, MANY = 10_000, 100_000
AIM = 2_000  # rows a second
HEADS = ("Log no", "Type", "Day", "Time", "Where", "Told by", "Who", "Part", "What happened")
FIELDS = ("reference", "kind", "happened", "time", "place", "told_by", "young_person", "role", "account")
MAPPING = Mapping(target="incidents", source="Bench", columns=dict(zip(HEADS, FIELDS, strict=True)))

ACCOUNT = "Two boys took his trainers and told him what would happen."


def log(first: int, rows: int) -> bytes:
    """A log of an establishment over the months that its young people have been there."""
    lines = [",".join(HEADS)]
    day = "2002-01-01"
    for n in range(first, first + rows):
        kind, part = (("assault", "harmed"), ("bullying", "harmed"), ("self_harm", "hurt_self"), ("injury", "harmed"))[n % 4]
        who = f"YP-{1 + n % YOUNG_PEOPLE:06d}"
        lines.append(f"{n},{kind},{day},{n // 60 % 24:02}:{n % 60:02},landing,staff,{who},{part},{ACCOUNT} {n}")
    return "\n".join(lines).encode()


async def measured(folder: Path, first: int, rows: int) -> float:
    """Seconds for a file of so many rows that are all new."""
    by = await user_by_email("cleo@example.org")
    path, mapping = folder / f"log-{rows}.csv", folder / "log.toml"
    path.write_bytes(log(first, rows))
    mapping.write_text(write_mapping(MAPPING), "utf-8")
    started, used = time.monotonic(), time.process_time()
    mapped = await commanding.read(commanding.Asked("incidents", path, "Bench", mapping), by=by)
    done = await commanding.whole(mapped, by=by, mode="good", progress=lambda done: None)
    if done.made != rows:
        raise SystemExit(f"{done.refused:,} of {rows:,} rows were refused: {done.faults[:1]}")
    print(f"  of which this process worked {time.process_time() - used:.1f} s")
    return time.monotonic() - started


async def measure() -> None:
    async with ground() as on:
        await DB.execute("UPDATE placement SET arrived_at = '2001-12-01'; UPDATE young_person SET date_of_birth = '1986-01-01'")
        found = {}
        for first, rows in ((0, FEW), (FEW, MANY)):
            found[rows] = await measured(on.home, first, rows)
            peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
            print(
                f"incidents from a log of {rows:>9,} rows: {rows / found[rows]:>7,.0f} rows/s (aim {AIM:,}), peak memory {peak:,.0f} MiB", flush=True
            )
        print(f"a row of {MANY:,} takes {found[MANY] / MANY / (found[FEW] / FEW):.2f} of one of {FEW:,} (linear: 1)")


def main() -> None:
    asyncio.run(measure())
