"""Which files are kept, by what is in them: what may be, what is two things at once, what runs something, what is broken."""

import hashlib
import io

import pytest
from hypothesis import given
from hypothesis import strategies as st
from PIL import Image

from tests.incidents.made_files import STATEMENT, archive, docx, hollow_png, odt, packed, pdf, picture
from yosafe.errors import Invalid
from yosafe.incidents.files import rules
from yosafe.incidents.files.rules import DOCX, JPEG, ODT, PDF, PNG, TEXT, look

JPG, PNG_FILE = picture(), picture("PNG")
WITH_LINK = '<Relationships><Relationship Type="http://x/relationships/hyperlink" Target="http://y" TargetMode="External"/></Relationships>'
TEMPLATE = "<Relationships><Relationship Type='http://x/attachedTemplate' Target='http://y/z.dotm' TargetMode='External'/></Relationships>"


KEPT: list[tuple[bytes, str]] = [
    (JPG, JPEG),
    (PNG_FILE, PNG),
    (picture("PNG", mode="RGBA"), PNG),
    (picture("PNG", mode="P"), PNG),
    (picture("JPEG", mode="CMYK"), JPEG),
    (picture("JPEG", mode="L"), JPEG),
    (JPG + b"\0" * 40 + b"SEFT", JPEG),  # telephones write behind the end
    (pdf(), PDF),
    (pdf(b"<< /OpenAction [1 0 R /Fit] >>"), PDF),  # how large it is shown at first
    (pdf(b"<< >>\nstream\n/JavaScript in a picture\nendstream"), PDF),
    (pdf(packed(b"<< /Type /Page >>")), PDF),
    (docx(), DOCX),
    (docx(**{"word/_rels/document.xml.rels": WITH_LINK}), DOCX),
    (odt(), ODT),
    (STATEMENT, TEXT),
    ("\ufeffLe garçon a dit « non ».\r\n".encode(), TEXT),
    (b"BM said that MZ was there; 3 < 4", TEXT),  # begins as pictures of one kind do
]


@pytest.mark.parametrize(("content", "media_type"), KEPT, ids=range(len(KEPT)))
def test_kept(content: bytes, media_type: str) -> None:
    found = look(content)
    assert (found.media_type, found.content, found.sha256) == (media_type, content, hashlib.sha256(content).hexdigest())
    assert (found.picture is not None) is (media_type in (JPEG, PNG))


NOT_KEPT: list[tuple[bytes, str]] = [
    (b"", rules.EMPTY),
    (b"a" * (rules.MOST_BYTES + 1), rules.TOO_LARGE),
    (b"\0\0\0\x18ftypheic\0\0\0\0mif1heic" + b"\0" * 40, "HEIC"),
    (picture("GIF"), "save it as JPEG or PNG"),
    (picture("TIFF"), "save it as JPEG or PNG"),
    (b"\0\0\0\x18ftypmp42\0\0\0\0mp42isom" + b"\0" * 40, "system that keeps it"),
    (bytes.fromhex("d0cf11e0a1b11ae1") + b"\0" * 600, ".docx"),
    (b"MZ" + b"\0" * 200, "not kept"),
    (b"\x7fELF" + b"\0" * 60, "not kept"),
    (b"caf\xe9 closed at 9", "saved as UTF-8"),
    (b"half a line\0and more", "not kept"),
    (b"<!DOCTYPE html><html><script>alert(1)</script>", "print it to PDF"),
    (b"He said\n< script src=x>", rules.ACTIVE),
    (b"<svg xmlns='http://www.w3.org/2000/svg'/>", "PNG or PDF"),
    (b"{\\rtf1 hello}", ".docx or PDF"),
    (b"#!/bin/sh\nrm -rf /\n", rules.ACTIVE),
    (JPG + archive({"a": "b"}), rules.TWO_THINGS),
    (JPG + pdf(), rules.TWO_THINGS),
    (JPG + b"<html><body>", rules.TWO_THINGS),
    (PNG_FILE + b"more", rules.TWO_THINGS),
    (PNG_FILE + archive({"a": "b"}), rules.TWO_THINGS),
    (b"\xff\xd8\xff" + b"<?php system('x') ?>", rules.TWO_THINGS),
    (b"\xff\xd8\xff" + b"\0" * 50, rules.NOT_WHOLE),
    (JPG[: len(JPG) // 2], rules.NOT_WHOLE),
    (PNG_FILE[:-20], rules.NOT_WHOLE),
    (PNG_FILE[:60] + b"\xff" + PNG_FILE[61:], rules.NOT_WHOLE),
    (hollow_png(8000, 8000), rules.HUGE_PICTURE),
    (hollow_png(40_000, 40_000), rules.NOT_WHOLE),
    (hollow_png(100, 100), rules.NOT_WHOLE),
    (pdf()[:-8], rules.NOT_WHOLE),
    (pdf() + b"PK", rules.TWO_THINGS),
    (pdf(b"<< /S /JavaScript /JS (app.alert(1)) >>"), rules.ACTIVE),
    (pdf(b"<< /S /Java#53cript >>"), rules.ACTIVE),
    (pdf(b"<< /S /Launch /F (cmd.exe) >>"), rules.ACTIVE),
    (pdf(b"<< /Names << /EmbeddedFiles 2 0 R >> >>"), rules.ACTIVE),
    (pdf(packed(b"<< /S /JavaScript >>")), rules.ACTIVE),
    (pdf(trailer=b"/Encrypt 5 0 R "), rules.LOCKED),
    (docx(**{"word/vbaProject.bin": b"x"}), rules.ACTIVE),
    (docx(**{"word/embeddings/one.xlsx": b"x"}), rules.ACTIVE),
    (docx(**{"word/_rels/settings.xml.rels": TEMPLATE}), rules.ACTIVE),
    (archive({"[Content_Types].xml": "macroEnabled", "word/document.xml": ""}), rules.ACTIVE),
    (archive({"[Content_Types].xml": "<Types/>", "xl/workbook.xml": ""}), rules.NOT_KEPT),
    (archive({"readme.txt": "hello"}), rules.NOT_KEPT),
    (odt(**{"Basic/Standard/Module1.xml": "x"}), rules.ACTIVE),
    (docx() + b"MZ", rules.TWO_THINGS),
    (docx()[:-30], rules.NOT_WHOLE),
    (b"PK\x03\x04" + b"\0" * 60, rules.NOT_WHOLE),
]  # fmt: skip


@pytest.mark.parametrize(("content", "why"), NOT_KEPT, ids=range(len(NOT_KEPT)))
def test_not_kept(content: bytes, why: str) -> None:
    with pytest.raises(Invalid) as refusal:
        look(content)
    assert why in str(refusal.value)


def test_a_document_that_would_swell_is_not_unpacked(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(rules, "_MOST_INSIDE", 1_000)
    with pytest.raises(Invalid, match="can't be read to its end"):
        look(docx(**{"word/more.xml": b"\0" * 2_000}))


def test_what_the_camera_wrote_stays_in_the_file_and_not_in_the_picture() -> None:
    found = look(picture(size=(4000, 3000), gps=True))
    assert found.has_location
    assert not look(JPG).has_location
    assert found.picture is not None
    with Image.open(io.BytesIO(found.picture)) as copy:
        assert (copy.format, copy.size, len(copy.getexif())) == ("JPEG", (1600, 1200), 0)
    assert b"Telephone" in found.content
    assert b"Telephone" not in found.picture


@given(content=st.binary(max_size=300), head=st.sampled_from([b"", JPG[:40], PNG_FILE[:40], b"%PDF-1.7\n", docx()[:60], b"<", JPG, pdf()]))
def test_anything_is_kept_as_it_is_or_refused_in_words(content: bytes, head: bytes) -> None:
    """Whatever is sent, nothing breaks; what is kept is what was sent."""
    sent = head + content
    try:
        found = look(sent)
    except Invalid:
        return
    assert found.content == sent


@given(content=st.binary(min_size=1, max_size=3))
def test_parts_make_the_whole(content: bytes) -> None:
    whole = content * rules.PART
    found = list(rules.parts(whole))
    assert [number for number, _ in found] == list(range(1, len(content) + 1))
    assert b"".join(part for _, part in found) == whole
