"""`make bench ARGS=imports`: how many incidents a second come in from a log, with how much memory; and whether ten times the rows take ten times as
long. `ARGS="imports kill"`: a million rows by `yosafe import`, killed on the way and begun again; what was there before and after."""

import asyncio
import os
import resource
import subprocess
import sys
import time
from collections.abc import Sequence
from pathlib import Path

from yosafe.accounts.access import user_by_email
from yosafe.audit.verify import verify
from yosafe.db.engine import DB
from yosafe.importing.mapping import Mapping, write_mapping
from yosafe.imports import commanding

from .ground import YOUNG_PEOPLE, Ground, ground

FEW, MANY, KILLED = 10_000, 100_000, 1_000_000
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


async def killed(rows: int) -> None:
    """A file of so many rows whose process is killed at a third, and what the same command makes of it afterwards."""
    async with ground() as on:
        await DB.execute("UPDATE placement SET arrived_at = '2001-12-01'; UPDATE young_person SET date_of_birth = '1986-01-01'")
        path, mapping = on.home / "log.csv", on.home / "log.toml"
        path.write_bytes(log(0, rows))
        mapping.write_text(write_mapping(MAPPING), "utf-8")
        agency = await DB.fetchval("SELECT a.code FROM agency a JOIN user_account u ON u.agency = a.id WHERE u.email = 'cleo@example.org'")
        command = [sys.executable, "-m", "yosafe", "import", "incidents", str(path), "--agency", agency, "--as", "cleo@example.org"]
        command += ["--mapping", str(mapping)]
        print(f"a file of {rows:,} rows, {path.stat().st_size / (1 << 20):,.0f} MiB", flush=True)
        began = time.monotonic()
        process = _begin(command, on)
        while process.poll() is None and await _position() < rows // 3:  # noqa: ASYNC110  # another process says it in the database
            await asyncio.sleep(0.2)
        process.kill()
        _, _, used = await asyncio.to_thread(os.wait4, process.pid, 0)
        print(f"killed after {time.monotonic() - began:,.0f} s; most memory {used.ru_maxrss / 1024:,.0f} MiB (aim below 1,024)", flush=True)
        await asyncio.sleep(2)  # the server hears of it
        await _told("when it was killed", rows)
        began, before = time.monotonic(), await _position()
        process = _begin(command, on)
        _, code, used = await asyncio.to_thread(os.wait4, process.pid, 0)
        took = time.monotonic() - began
        print(f"begun again it ended with code {os.waitstatus_to_exitcode(code)}; most memory {used.ru_maxrss / 1024:,.0f} MiB", flush=True)
        print(f"  {(rows - before) / took:,.0f} rows/s of those that were left", flush=True)
        await _told("after it was begun again", rows)


def _begin(command: Sequence[str], on: Ground) -> "subprocess.Popen[bytes]":
    env = {**os.environ, "YOSAFE_DATABASE_URL": on.dsn, "YOSAFE_HOME": str(on.home / "command")}
    return subprocess.Popen(command, env=env, stdout=subprocess.DEVNULL)


async def _position() -> int:
    return int(await DB.fetchval("SELECT coalesce(max(position), 0) FROM import_run"))


async def _told(when: str, rows: int) -> None:
    """How many of the rows there are in each table, and whether all belong together."""
    said = await DB.fetchrow(
        "SELECT (SELECT count(*) FROM incident) AS incidents, (SELECT count(*) FROM involvement) AS parts, "
        "(SELECT count(*) FROM import_row) AS known, (SELECT count(DISTINCT key) FROM import_row) AS keys, "
        "(SELECT max(made) FROM import_run) AS said, (SELECT max(status) FROM import_run) AS state"
    )
    assert said is not None
    print(
        f"{when}: {said['incidents']:,} incidents of {rows:,} rows, {said['parts']:,} parts in them, "
        f"{said['known']:,} rows known by {said['keys']:,} keys"
    )
    print(
        f"  the import says {said['said']:,}, {said['state']}; {'as it says' if len({*said.values()} - {said['state']}) == 1 else 'NOT AS IT SAYS'}"
    )
    began = time.monotonic()
    verdict = await verify()
    print(f"  audit: {verdict.entries:,} entries verified in {time.monotonic() - began:,.0f} s, {len(verdict.faults)} faults", flush=True)


def main(*rest: str) -> None:
    if rest[:1] == ("kill",):
        asyncio.run(killed(int(rest[1]) if rest[1:] else KILLED))
        return
    asyncio.run(measure())
