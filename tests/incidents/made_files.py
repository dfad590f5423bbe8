"""Files for tests, made here: small ones that may be kept, and ones that may not."""

import io
import struct
import zipfile
import zlib

from PIL import Image

from yosafe.incidents.files.rules import DOCX, ODT

TYPES = f'<Types><Override PartName="/word/document.xml" ContentType="{DOCX}.main+xml"/></Types>'
STATEMENT = b"I was on the landing at 7.40 pm. I saw him fall.\n"


def picture(kind: str = "JPEG", size: tuple[int, int] = (40, 30), *, mode: str = "RGB", gps: bool = False) -> bytes:
    out, image = io.BytesIO(), Image.new(mode, size)
    if gps:
        exif = Image.Exif()
        exif[0x0110] = "Telephone 5"
        exif.get_ifd(0x8825)[1] = "N"
        image.save(out, kind, exif=exif)
    else:
        image.save(out, kind)
    return out.getvalue()


def archive(parts: dict[str, str | bytes], comment: bytes = b"") -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as made:
        for name, content in parts.items():
            made.writestr(name, content)
        made.comment = comment
    return out.getvalue()


def docx(**more: str | bytes) -> bytes:
    return archive({"[Content_Types].xml": TYPES, "word/document.xml": "<w:document/>", **more})


def odt(**more: str | bytes) -> bytes:
    return archive({"mimetype": ODT, "content.xml": "<office:text/>", "META-INF/manifest.xml": "<manifest/>", **more})


def pdf(*bodies: bytes, trailer: bytes = b"") -> bytes:
    objects = b"".join(b"%d 0 obj\n%s\nendobj\n" % (n, body) for n, body in enumerate(bodies or (b"<< /Type /Catalog >>",), 1))
    return b"%PDF-1.7\n" + objects + b"trailer\n<< /Root 1 0 R " + trailer + b">>\nstartxref\n9\n%%EOF\n"


def packed(inner: bytes) -> bytes:
    """An object stream, in which what a PDF does can hide."""
    return b"<< /Type /ObjStm /Filter /FlateDecode >>\nstream\n" + zlib.compress(inner) + b"\nendstream"


def hollow_png(width: int, height: int) -> bytes:
    """A small file that says that it is a huge picture."""

    def chunk(kind: bytes, data: bytes) -> bytes:
        return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))

    head = struct.pack(">IIBBBBB", width, height, 1, 0, 0, 0, 0)
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", head) + chunk(b"IDAT", zlib.compress(b"\0" * 100)) + chunk(b"IEND", b"")
