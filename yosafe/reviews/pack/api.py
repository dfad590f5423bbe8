"""The pack of a joint review by API."""

from litestar import Controller, Response, get
from litestar.di import NamedDependency
from litestar.params import FromPath

from yosafe.accounts.viewer import User
from yosafe.people.document_pages import as_file
from yosafe.reviews.access import get_review_for
from yosafe.web.kit import AnyRequest, terminology

from .document import EXPORT, pack_document
from .queries import pack
from .schemas import PackOut


class PackApi(Controller):
    path = "/reviews/{ref:str}/pack"
    tags = ("reviews",)

    @get("/", opt={"permission": "review:read"})
    async def read(self, request: AnyRequest, ref: FromPath[str], user: NamedDependency[User]) -> PackOut:
        """What to take to the meeting, of each case that you see: why it is listed, what happened since the last review, actions, views so far."""
        return await pack(user, await get_review_for(user, ref), terminology=terminology(request))

    @get("/document", opt={"permission": EXPORT}, media_type="application/pdf")
    async def document(self, request: AnyRequest, ref: FromPath[str], user: NamedDependency[User]) -> Response[bytes]:
        """The same as a tagged PDF, without the names of other young people. Each download is recorded."""
        return as_file(await pack_document(user, await get_review_for(user, ref), settings=request.app.state.settings))
