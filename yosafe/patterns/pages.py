"""The page of patterns, and its table of places and hours as a file."""

from litestar import Controller, Response, get
from litestar.di import NamedDependency
from litestar.response import Template

from yosafe.accounts.viewer import User
from yosafe.audit.record import EventName, record_read
from yosafe.incidents import accumulation
from yosafe.lists.files import as_csv
from yosafe.web.confirmed import takes_out
from yosafe.web.kit import AnyRequest, page, terminology

from . import access, queries
from .rules import BANDS
from .schemas import PatternsOut

MOST_CONCERNS = 20


class PatternPages(Controller):
    path = "/patterns"
    include_in_schema = False

    @get("/", opt={"permission": "pattern:read"})
    async def show(self, request: AnyRequest, user: NamedDependency[User]) -> Template:
        """Of the establishment that the address names, or the only one; of several, a choice."""
        places = access.establishments_for(user)
        code = request.query_params.get("site") or (places[0].code if len(places) == 1 else "")
        found = await queries.patterns(user, code, terminology(request)) if code else None
        concerns = await accumulation.accumulated(user, limit=MOST_CONCERNS) if found and access.sees_names(user) else []
        asked = {"name": "site", "kind": "select", "label": "Establishment", "options": [{"value": p.code, "label": p.name} for p in places]}
        return page(
            "patterns/patterns.html", request, found=found, asked=asked if len(places) > 1 else None, values={"site": code}, bands=BANDS,
            concerns=concerns,
        )  # fmt: skip

    @get("/download", opt=takes_out("pattern:read"))
    async def download(self, request: AnyRequest, user: NamedDependency[User]) -> Response[bytes]:
        """Places and hours as a file; hidden numbers are empty cells. That it was taken is recorded."""
        places = access.establishments_for(user)
        code = request.query_params.get("site") or (places[0].code if len(places) == 1 else "")
        found = await queries.patterns(user, code, terminology(request))
        await record_read(EventName.PATTERNS_EXPORTED, by=user, detail={"establishment": found.establishment})
        name = f"patterns-{found.establishment.lower()}-{found.until:%Y-%m-%d}.csv"
        return Response(as_file(found), media_type="text/csv", headers={"Content-Disposition": f'attachment; filename="{name}"'})


def as_file(found: PatternsOut) -> bytes:
    """A row for each kind of place, and one of all."""
    heads = ("establishment", "since", "until", "place", "place_code", *BANDS, "total")
    start = (found.establishment_name, found.since, found.until)
    return as_csv(heads, ((*start, row.label, row.place, *(cell.count for cell in row.cells), row.total) for row in found.places))
