"""Files of old systems, made here: a wing log, a list of young people, of stays, of assessments."""

import csv
import io
from pathlib import Path

from yosafe.accounts.viewer import User
from yosafe.importing.mapping import Mapping, write_mapping
from yosafe.imports import commanding
from yosafe.imports.schemas import RunOut

LOG = ["Log no", "Type", "Date", "Time", "Where", "Description", "Reported by", "Prison number", "Role"]
LOG_MAPPING = Mapping(
    target="incidents",
    source="Wing log",
    columns={
        "Log no": "reference", "Type": "kind", "Date": "happened", "Time": "time", "Where": "place", "Description": "account",
        "Reported by": "told_by", "Prison number": "number", "Role": "role",
    },
    values={"kind": {"ASLT": "assault"}, "place": {"Cells": "cell"}, "told_by": {"Officer": "staff"}},
)  # fmt: skip


def table(heads, *rows) -> bytes:
    out = io.StringIO()
    writer = csv.writer(out)
    writer.writerows([heads, *rows])
    return out.getvalue().encode()


def entry(number="1", kind="ASLT", date="20/09/2026", time="19:40", place="Cells", told="He was hit.", by="Officer", who="A1234BC", role="harmed"):
    return [number, kind, date, time, place, told, by, who, role]


async def brought(by: User, mapping: Mapping, file: bytes, folder: Path, *, mode="good", dry=False) -> RunOut:
    """What the command line does."""
    path, said = folder / "file.csv", folder / "mapping.toml"
    path.write_bytes(file)
    said.write_text(write_mapping(mapping), "utf-8")
    asked = commanding.Asked(mapping.target, path, mapping.source, said, mode=mode)
    mapped = await commanding.read(asked, by=by)
    if dry:
        return (await commanding.dry_run(mapped, by=by, progress=lambda done: None))[0]
    return await commanding.whole(mapped, by=by, mode=mode, progress=lambda done: None)
