"""The chronology as a document: what each level leaves in, and that it can be read aloud."""

import asyncio
import datetime as dt
import io
import json
import re
import subprocess
import sys
from pathlib import Path

import pikepdf
import pymupdf
import pytest
from click.testing import CliRunner

from tests.incidents.make import another, involve, submit
from tests.world import World
from yosafe import clock
from yosafe.cli import main
from yosafe.db.engine import DB
from yosafe.errors import Invalid
from yosafe.people import actions, chronology_document
from yosafe.people.access import young_person_ref
from yosafe.people.chronology import Wanted
from yosafe.people.chronology_document import LEVELS
from yosafe.people.keep_apart.actions import start_keep_apart
from yosafe.people.keep_apart.schemas import StartKeepApart
from yosafe.people.marks.actions import mark_entry
from yosafe.people.marks.rules import EntryKey
from yosafe.people.marks.schemas import MarkEntry
from yosafe.people.schemas import RecordContact
from yosafe.settings import read

ACCOUNT = 'Leo Leaf took his trainers and said #panic("now") *or else*.'
NOTE = "He said that Leaf is all right now."


@pytest.fixture
async def told(world: World) -> World:
    """Kai with Leo in an incident, kept apart from him, and a contact that was written down a week late."""
    leo = await another(world, "Leaf", "Leo")
    await submit(world.dan, involve(world.kai, "harmed"), involve(leo, "alleged_to_have_harmed"), account=ACCOUNT)
    people = [young_person_ref(one.id) for one in (world.kai, leo)]
    why = "They fought in the showers and each says that it is not over."
    new = StartKeepApart(young_people=people, reason_code="fight", reason=why, restriction="unit", review_on=clock.today() + dt.timedelta(days=28))
    await start_keep_apart(by=world.cleo, new=new)
    contact = RecordContact(kind="visit", from_whom="yot", happened_on=dt.date(2026, 9, 25), note=NOTE)
    made = await actions.record_contact(by=world.amina, young_person=world.kai, new=contact)
    key = EntryKey("contact", "contact", made.id)
    await mark_entry(by=world.amina, young_person=world.kai, key=key, new=MarkEntry(why="The first time that he named Leaf."))
    return world


def settings(home: Path, **more: str):
    return read({"YOSAFE_HOME": str(home), **more})


async def document(world: World, level: str, home: Path, **wanted):
    return await chronology_document.chronology_document(world.cleo, world.kai, Wanted(**wanted), LEVELS[level], settings=settings(home))


def text_of(pdf: bytes) -> str:
    with pymupdf.open(stream=pdf, filetype="pdf") as opened:
        return " ".join(" ".join(page.get_text() for page in opened).split())


# What a level leaves in: the other boy's name, who wrote it down, entries that are about the other boy.
@pytest.mark.parametrize(
    ("level", "others", "writers", "apart"), [("full", True, True, True), ("conference", False, True, True), ("young-person", False, False, False)]
)
async def test_what_is_left_in(told, tmp_path, level, others, writers, apart):
    made = await document(told, level, tmp_path)
    text = text_of(made.pdf)
    assert made.name == "chronology-YP-000001.pdf"
    assert "Chronology of Morton, Kai" in text
    assert [("Leaf" in text), ("Leo" in text)] == [others, others]
    assert ("Another young person took his trainers" in text) is not others
    assert ("Dan, Wetherby" in text, "Amina, Leeds YOT" in text) == (writers, writers)
    assert ("kept apart" in text) is apart
    assert ("1 entry left out here: keep apart." in text) is not apart
    assert '#panic("now") *or else*' in text
    assert f"Significant: The first time that he named {'Leaf' if others else 'another young person'}." in text
    assert (f"Marked as significant by {'Amina, ' if writers else ''}Leeds YOT, on 5 October 2026") in text
    assert f"Entries {4 if apart else 3}, of them 1 marked" in text
    assert "Written down on 5 October 2026, 10 days later" in text
    assert "OFFICIAL-SENSITIVE" in text
    assert "Synthetic" not in text


async def test_entries_are_numbered_and_referred_to_with_their_page(told, tmp_path):
    """By the contents and by who knew when: each page that is given is the one on which the entry stands."""
    with pymupdf.open(stream=(await document(told, "full", tmp_path)).pdf, filetype="pdf") as opened:
        pages = [" ".join(page.get_text().split()) for page in opened]
    heading = r"\b{}\. \d+ \w+(, [\d:apm]+)?: "
    stands = {number: page for page, text in enumerate(pages, 1) for number in range(1, 5) if re.search(heading.format(number), text)}
    assert set(stands) == {1, 2, 3, 4}
    [contents] = [text for text in pages if "Significant events" in text]
    assert f"2 Visit: youth offending team, 25 September 2026 {stands[2]}" in contents
    [known] = [text for text in pages if "Known to others" in text]
    assert {int(number): int(page) for number, page in re.findall(r"(\d), page (\d+)", known)} == stands
    assert "Amina" not in known  # agencies, and nobody by name


async def test_only_what_is_significant(told, tmp_path):
    text = text_of((await document(told, "full", tmp_path, significant=True)).pdf)
    assert ("Visit: youth" in text, "Arrived" in text, "significant events only" in text) == (True, False, True)


async def test_it_follows_the_order_and_the_period_and_says_so(told, tmp_path):
    text = text_of((await document(told, "full", tmp_path)).pdf)
    assert text.index("Arrived at Wetherby") < text.index(": Visit: youth offending team") < text.index("took his trainers") < text.index("fought")
    one = text_of((await document(told, "full", tmp_path, since=dt.date(2026, 9, 20), until=dt.date(2026, 9, 30), source="contact")).pdf)
    assert "20 September 2026 to 30 September 2026" in one
    assert "Visit" in one
    assert "Arrived" not in one
    none = text_of((await document(told, "full", tmp_path, until=dt.date(2020, 1, 1))).pdf)
    assert "There is no entry in this period." in none
    assert "Contents" not in none


async def test_a_made_up_estate_says_that_it_is(told, tmp_path):
    made = await chronology_document.chronology_document(
        told.cleo, told.kai, Wanted(), LEVELS["full"], settings=settings(tmp_path, YOSAFE_DEMO="yes")
    )
    assert chronology_document.SYNTHETIC in text_of(made.pdf)


async def test_it_can_be_read_aloud(told, tmp_path):
    made = await document(told, "conference", tmp_path)
    with pikepdf.open(io.BytesIO(made.pdf)) as opened:
        root = opened.Root
        assert root.MarkInfo.Marked
        assert str(root.Lang) == "en-GB"
        assert root.ViewerPreferences.DisplayDocTitle
        assert "pdfuaid:part" in root.Metadata.read_bytes().decode()
        assert root.Outlines.Count != 0
    (tmp_path / "c.pdf").write_bytes(made.pdf)
    report = tmp_path / "report.json"
    checked = subprocess.run(
        [Path(sys.executable).parent / "outloud", "--json", report, tmp_path / "c.pdf"], capture_output=True, text=True, check=False
    )
    assert checked.returncode == 0, checked.stdout
    assert "0 error(s), 0 warning(s)" in checked.stdout


async def test_the_same_record_gives_the_same_file(told, tmp_path):
    assert (await document(told, "full", tmp_path)).pdf == (await document(told, "full", tmp_path)).pdf


async def test_taking_it_out_is_noted(told, tmp_path):
    await document(told, "young-person", tmp_path, source="keep-apart")
    entry = await DB.fetchrow("SELECT event, actor, young_person, detail FROM audit_entry ORDER BY id DESC LIMIT 1")
    assert tuple(entry)[:3] == ("young-person:chronology-exported", told.cleo.id, told.kai.id)
    assert json.loads(entry["detail"]) == {"level": "young-person", "source": "keep-apart", "entries": 0, "left_out": 1}


async def test_more_than_a_document_holds_is_refused_and_not_noted(told, tmp_path, monkeypatch):
    before = await DB.fetchval("SELECT count(*) FROM audit_entry")
    monkeypatch.setattr(chronology_document, "MOST_ENTRIES", 3)
    with pytest.raises(Invalid, match="more than 3 entries"):
        await document(told, "full", tmp_path)
    assert await DB.fetchval("SELECT count(*) FROM audit_entry") == before


@pytest.mark.parametrize(
    ("query", "status", "says"),
    [
        ("?level=conference", 200, "%PDF"),
        ("", 422, "Choose who it is for"),
        ("?level=everything", 422, "There is no such level"),
        ("?level=full&source=rumours", 422, "There is no such source"),
        ("?level=full&from=1/10/2026&to=1/9/2026", 422, "The period must end on or after"),
        ("?level=full&from=someday", 422, "Enter a real date"),
    ],
)
async def test_the_page_gives_a_file_or_says_what_to_do(told, client, query, status, says):
    cleo = await client(told.cleo)
    answer = await cleo.get(f"/children/YP-000001/chronology/document/file{query}")
    assert answer.status_code == status
    assert says in answer.text if status != 200 else answer.content.startswith(b"%PDF")
    if status == 200:
        assert answer.headers["content-disposition"] == 'attachment; filename="chronology-YP-000001.pdf"'
        assert answer.headers["cache-control"] == "no-store"


async def test_by_command(told, tmp_path, database_url, monkeypatch):
    monkeypatch.setenv("YOSAFE_DATABASE_URL", database_url)
    monkeypatch.setenv("YOSAFE_HOME", str(tmp_path))
    out = tmp_path / "kai.pdf"
    await DB.close()
    for who, code in (("ben", 4), ("femi", 5), ("cleo", 0), ("cleo", 3)):
        asked = ("person", "chronology", "YP-000001", "--out", str(out), "--level", "conference", "--as", f"{who}@example.org")
        done = await asyncio.to_thread(CliRunner().invoke, main, asked)
        assert (done.exit_code, out.exists()) == (code, who == "cleo"), done.output
    await DB.open(database_url)
    assert "is there already" in done.output
    assert "Chronology of Morton, Kai" in text_of(out.read_bytes())
