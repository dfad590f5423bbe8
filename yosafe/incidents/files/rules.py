"""What may be kept with an incident, by its content and never by its name. Pure but for Pillow and puremagic, which read bytes; see docs/adr/0009.

A file that is two things at once, that runs something, or that can't be read whole is refused with what to do instead."""

import hashlib
import io
import re
import struct
import zipfile
import zlib
from collections.abc import Iterator

import puremagic
from msgspec import Struct
from PIL import Image, ImageOps

from yosafe.errors import Invalid

MOST_BYTES = 10_000_000
MOST_PIXELS = 50_000_000
PICTURE_SIDE, PICTURE_QUALITY = 1600, 85
PART = 262_144  # bytes of a file in one row

JPEG, PNG, PDF, TEXT = "image/jpeg", "image/png", "application/pdf", "text/plain"
DOCX = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"
ODT = "application/vnd.oasis.opendocument.text"
# What may be kept: the ending that we give, and what it is called.
KINDS = {
    JPEG: ("jpg", "JPEG picture"), PNG: ("png", "PNG picture"), PDF: ("pdf", "PDF"), TEXT: ("txt", "Plain text"), DOCX: ("docx", "Word document"),
    ODT: ("odt", "OpenDocument text"),
}  # fmt: skip
ACCEPT = ".jpg,.jpeg,.png,.pdf,.txt,.docx,.odt"
KEPT_WORDS = "JPEG and PNG pictures, PDF, Word (.docx) and OpenDocument (.odt) documents and plain text"

EMPTY = "The file is empty. Choose it again, or take the picture again"
TOO_LARGE = "The file is larger than 10 MB. Save the picture smaller, or split the document"
NOT_WHOLE = "The file can't be read to its end: it is damaged, or was not copied whole. Save it again and choose it once more"
TWO_THINGS = "The file holds something else besides. Print the document to PDF, or save the picture again as JPEG, and choose that"
ACTIVE = "The file runs something when it is opened, such as a macro or a script. Print it to PDF and choose that"
LOCKED = "The file is locked with a password. Save it without one: yosafe keeps it from those who may not see it"
HUGE_PICTURE = "The picture has more than 50 million points. Save it smaller"
NOT_KEPT = f"This kind of file is not kept. yosafe keeps {KEPT_WORDS}"
_REMEDIES = (
    ("image/hei", "Pictures of this kind (HEIC) are not kept: on the telephone, choose “most compatible” for the camera, or save it as JPEG"),
    ("image/svg", "Drawings of this kind are not kept: save it as PNG or PDF"),
    ("image/", "Pictures of this kind are not kept: save it as JPEG or PNG"),
    ("video/", "Recordings are not kept here: leave it in the system that keeps it, and write its number as an addendum"),
    ("audio/", "Recordings are not kept here: leave it in the system that keeps it, and write its number as an addendum"),
    ("application/msword", "Old Word documents (.doc) are not kept: save it as .docx or PDF"),
    ("application/rtf", "Rich text is not kept: save it as .docx or PDF"),
    ("text/html", "Web pages are not kept: print it to PDF"),
)

_MARKUP = re.compile(rb"<\s*(?:html|script|svg|iframe|!doctype|\?php|body|object|embed)", re.IGNORECASE)
_READING = (OSError, SyntaxError, ValueError, EOFError, struct.error, zlib.error, Image.DecompressionBombError, Image.DecompressionBombWarning)


class Looked(Struct, frozen=True, kw_only=True):
    """A file that may be kept. `picture`: a smaller copy for pages, made anew, without anything that the camera wrote into the file."""

    media_type: str
    content: bytes
    sha256: str
    has_location: bool
    picture: bytes | None


def look(content: bytes) -> Looked:
    """What a file is. Raises Invalid, with the remedy, for one that is not kept."""
    if not content:
        raise Invalid(EMPTY)
    if len(content) > MOST_BYTES:
        raise Invalid(TOO_LARGE)
    media_type = _media_type(content)
    picture, has_location = _picture(content, media_type) if media_type in (JPEG, PNG) else (None, False)
    return Looked(
        media_type=media_type, content=content, sha256=hashlib.sha256(content).hexdigest(), has_location=has_location, picture=picture
    )  # fmt: skip


def _media_type(content: bytes) -> str:
    """The one kind that it is, once its structure was looked through. Raises Invalid."""
    named = _named(content)
    if content.startswith(b"\xff\xd8\xff") and JPEG in named:
        _check_one_thing(content)
        return JPEG
    if content.startswith(b"\x89PNG\r\n\x1a\n") and PNG in named:
        _check_png_ends(content)
        _check_one_thing(content)
        return PNG
    if content.startswith(b"%PDF-") and PDF in named:
        _check_pdf(content)
        return PDF
    if content.startswith(b"PK\x03\x04"):
        return _document(content)
    return _text(content, named)


def _named(content: bytes) -> list[str]:
    """The kinds that the signatures of puremagic name, the surest first."""
    try:
        return [match.mime_type for match in puremagic.magic_string(content) if match.mime_type]
    except (puremagic.PureError, ValueError):  # nothing it knows
        return []


def _check_one_thing(content: bytes) -> None:
    """Raise Invalid for a picture that is an archive, a document or a page as well."""
    if b"%PDF-" in content or _MARKUP.search(content) or _is_archive(content):
        raise Invalid(TWO_THINGS)


def _is_archive(content: bytes) -> bool:
    return zipfile.is_zipfile(io.BytesIO(content))


def _check_png_ends(content: bytes) -> None:
    """Raise Invalid for a PNG with something behind its last chunk, or without one."""
    at = 8
    while at + 12 <= len(content):
        (length,) = struct.unpack(">I", content[at : at + 4])
        kind, at = content[at + 4 : at + 8], at + 12 + length
        if kind == b"IEND":
            if at != len(content):
                raise Invalid(TWO_THINGS)
            return
    raise Invalid(NOT_WHOLE)


def _picture(content: bytes, media_type: str) -> tuple[bytes, bool]:
    """The copy for pages, and whether the camera wrote where it was taken. Raises Invalid for a picture that can't be drawn."""
    formats = ["JPEG"] if media_type == JPEG else ["PNG"]
    try:
        with Image.open(io.BytesIO(content), formats=formats) as image:
            if image.width * image.height > MOST_PIXELS:
                raise Invalid(HUGE_PICTURE)
            has_location = bool(image.getexif().get_ifd(0x8825)) or b"GPSLatitude" in content
            image.thumbnail((PICTURE_SIDE, PICTURE_SIDE))
            out = io.BytesIO()
            _on_white(ImageOps.exif_transpose(image)).save(out, "JPEG", quality=PICTURE_QUALITY)
    except _READING:
        raise Invalid(NOT_WHOLE) from None
    return out.getvalue(), has_location


def _on_white(image: Image.Image) -> Image.Image:
    """The picture without what shows through, and without all that was written into the file beside it."""
    seen = image.convert("RGBA" if image.mode in ("RGBA", "LA", "PA", "P") else "RGB")
    plain = Image.new("RGB", seen.size, "white")
    plain.paste(seen, mask=seen.getchannel("A") if seen.mode == "RGBA" else None)
    return plain


_STREAM = re.compile(rb"(.{0,400})stream\r?\n(.*?)endstream", re.DOTALL)
_RUNS = re.compile(rb"/(?:JavaScript|JS|Launch|EmbeddedFiles?|RichMedia|XFA)(?![A-Za-z0-9])")
_SPELT_IN_HEX = re.compile(rb"#([0-9A-Fa-f]{2})")
_MOST_UNPACKED = 20_000_000


def _check_pdf(content: bytes) -> None:
    """Raise Invalid for a PDF that does not end, is locked, runs something, or holds other files."""
    end = content.rfind(b"%%EOF")
    if end < 0:
        raise Invalid(NOT_WHOLE)
    if content[end + 5 :].strip(b"\r\n\t \0") or _is_archive(content):
        raise Invalid(TWO_THINGS)
    bones = b" ".join(_pdf_bones(content))
    plain = _SPELT_IN_HEX.sub(lambda match: bytes([int(match[1], 16)]), bones)
    if re.search(rb"/Encrypt(?![A-Za-z0-9])", plain):
        raise Invalid(LOCKED)
    if _RUNS.search(plain):
        raise Invalid(ACTIVE)


def _pdf_bones(content: bytes) -> Iterator[bytes]:
    """What a PDF says outside its streams, and inside those that hold such objects."""
    yield _STREAM.sub(rb"\1", content)
    left = _MOST_UNPACKED
    for match in _STREAM.finditer(content):
        if b"/ObjStm" in match[1] and left > 0:
            try:
                unpacked = zlib.decompressobj().decompress(match[2], left)
            except zlib.error:
                raise Invalid(NOT_WHOLE) from None
            left -= len(unpacked)
            yield unpacked
    if left <= 0:
        raise Invalid(NOT_WHOLE)


_MOST_MEMBERS, _MOST_INSIDE, _MOST_OF_ONE = 2_000, 100_000_000, 5_000_000
_RUNNING_MEMBERS = re.compile(r"vbaproject|vbadata|activex|(^|/)embeddings/|^basic/|^scripts/|\.(?:bin|exe|dll|js|vbs|jar|html?|svg)$", re.IGNORECASE)
_FAR = re.compile(rb"<Relationship\b[^>]*>", re.IGNORECASE)


def _document(content: bytes) -> str:
    """A Word or OpenDocument text without macros, embedded things or anything that is fetched when it is opened. Raises Invalid."""
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            _check_members(archive, content)
            if "mimetype" in archive.namelist() and _member(archive, "mimetype").strip() == ODT.encode():
                if b"script:language" in _member(archive, "content.xml") or b"encryption-data" in _member(archive, "META-INF/manifest.xml"):
                    raise Invalid(ACTIVE)
                return ODT
            types = _member(archive, "[Content_Types].xml")
            if b"macroEnabled" in types:
                raise Invalid(ACTIVE)
            if f"{DOCX}.main+xml".encode() not in types or "word/document.xml" not in archive.namelist():
                raise Invalid(NOT_KEPT)
            _check_nothing_fetched(archive)
            return DOCX
    except KeyError:
        raise Invalid(NOT_KEPT) from None
    except (zipfile.BadZipFile, NotImplementedError, RuntimeError, *_READING):
        raise Invalid(NOT_WHOLE) from None


def _check_members(archive: zipfile.ZipFile, content: bytes) -> None:
    members = archive.infolist()
    if content[-22:-18] != b"PK\x05\x06" or min((member.header_offset for member in members), default=1):
        raise Invalid(TWO_THINGS)  # something before its first part, or behind its last
    if any(member.flag_bits & 1 for member in members):
        raise Invalid(LOCKED)
    if len(members) > _MOST_MEMBERS or sum(member.file_size for member in members) > _MOST_INSIDE:
        raise Invalid(NOT_WHOLE)
    if any(_RUNNING_MEMBERS.search(member.filename) for member in members):
        raise Invalid(ACTIVE)


def _member(archive: zipfile.ZipFile, name: str) -> bytes:
    """A part of a document, which is text of bounded length. KeyError where there is none."""
    with archive.open(name) as part:
        return part.read(_MOST_OF_ONE)


def _check_nothing_fetched(archive: zipfile.ZipFile) -> None:
    """Raise Invalid where opening the document would fetch something, such as a template from elsewhere. A link that someone chooses does not."""
    for name in archive.namelist():
        if name.endswith(".rels"):
            for one in _FAR.findall(_member(archive, name)):
                if b'"External"' in one.replace(b"'", b'"') and b"/hyperlink" not in one:
                    raise Invalid(ACTIVE)


_CONTROLS = re.compile("[\x00-\x08\x0b\x0e-\x1f\x7f-\x9f]")


def _text(content: bytes, named: list[str]) -> str:
    """Plain text. Raises Invalid with the remedy that fits what it is instead."""
    try:
        written = content.decode("utf-8-sig")
    except UnicodeDecodeError:
        written = "\0"
    if _CONTROLS.search(written):
        raise Invalid(_remedy(named))
    if _MARKUP.search(content) or written.lstrip()[:5].startswith(("{\\rtf", "%!", "#!", "<?xml")):
        raise Invalid(next((words for kind, words in _REMEDIES if any(one.startswith(kind) for one in named)), ACTIVE))
    return TEXT


def _remedy(named: list[str]) -> str:
    found = (words for one in named for kind, words in _REMEDIES if one.startswith(kind))
    return next(found, f"{NOT_KEPT}. A text file is to be saved as UTF-8" if not named else NOT_KEPT)


def parts(content: bytes) -> Iterator[tuple[int, bytes]]:
    """The pieces of a file with their numbers, from 1."""
    for number, at in enumerate(range(0, len(content), PART), 1):
        yield number, content[at : at + PART]


def place_of(file: int, which: str, number: int) -> str:
    """Where a piece belongs, for sealing it: put elsewhere it does not open."""
    return f"evidence:{file}:{which}:{number}"
