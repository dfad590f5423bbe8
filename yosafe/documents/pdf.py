"""A tagged PDF (PDF/UA-1) from a Typst template and data. The same data give the same bytes.

A template lies beside the feature that fills it, imports `/documents/frame.typ` for what all have in common, and reads its data from
`sys.inputs.data`. What people wrote is data: it can't become markup.
"""

import asyncio
from pathlib import Path
from typing import Any, Literal

import msgspec
import typst

ROOT = Path(__file__).parents[1]  # templates import from here, and from nowhere above
FONTS = Path(__file__).parent / "fonts"
STANDARD: Literal["ua-1"] = "ua-1"  # the compiler refuses what a screen reader could not tell: a picture without words, a skipped heading


async def pdf(template: Path, data: Any) -> bytes:
    """The document. `data`: what msgspec can write as JSON. Raises RuntimeError, a fault of the template, where it can't be made or read aloud."""
    return await asyncio.to_thread(_compiled, template, msgspec.json.encode(data).decode())


def _compiled(template: Path, data: str) -> bytes:
    try:
        made: bytes = typst.compile(
            template, root=ROOT, font_paths=[FONTS], ignore_system_fonts=True, pdf_standards=[STANDARD], sys_inputs={"data": data}
        )
    except typst.TypstError as fault:  # its text shows lines of the template, never data
        raise RuntimeError(f"{template.name}: {fault}") from None
    return made
