"""The pack of a joint review as a page and as a file."""

from litestar import Controller, Response, get
from litestar.di import NamedDependency
from litestar.params import FromPath
from litestar.response import Template

from yosafe.accounts.viewer import User
from yosafe.people.document_pages import as_file
from yosafe.reference.codes import code_list
from yosafe.reviews import shown
from yosafe.reviews.access import get_review_for
from yosafe.web.kit import AnyRequest, page, terminology

from .document import EXPORT, pack_document
from .queries import pack


class PackPages(Controller):
    path = "/reviews/{ref:str}/pack"
    include_in_schema = False

    @get("/", opt={"permission": "review:read"})
    async def read(self, request: AnyRequest, ref: FromPath[str], user: NamedDependency[User]) -> Template:
        found = await pack(user, await get_review_for(user, ref), terminology=terminology(request))
        return page("reviews/pack.html", request, found=found, review=found.agenda.review, shown=shown, decisions=code_list("review_decision"))

    @get("/file", opt={"permission": EXPORT})
    async def file(self, request: AnyRequest, ref: FromPath[str], user: NamedDependency[User]) -> Response[bytes]:
        """The same as a tagged PDF; each download is recorded."""
        return as_file(await pack_document(user, await get_review_for(user, ref), settings=request.app.state.settings))
