"""Packs for inspectors by API."""

import asyncio
from typing import Annotated

from litestar import Controller, Response, get, post
from litestar.di import NamedDependency
from litestar.params import FromPath, FromQuery, JSONBody

from yosafe.accounts.viewer import User
from yosafe.db.paging import Page
from yosafe.lists.listed import Nothing
from yosafe.refs import ref as as_ref
from yosafe.web.confirmed import takes_out
from yosafe.web.kit import AnyRequest
from yosafe.web.listing import answered, sort_parameter

from . import access, actions, queries
from .access import PREFIX
from .files import check_form, file_of
from .schemas import AskPack, PackChoicesOut, PackOut, WholePackOut

SORT = sort_parameter("extract", "establishment", "period", "built", default="-built")


class PacksApi(Controller):
    path = "/inspection-packs"
    tags = ("reports",)

    @get("/", opt={"permission": access.READ})
    async def list_all(
        self,
        request: AnyRequest,
        user: NamedDependency[User],
        sort: Annotated[str | None, SORT] = None,
        after: FromQuery[str | None] = None,
        limit: FromQuery[int] = 50,
    ) -> Page[PackOut]:
        """De-identified packs that inspectors built, the latest first."""
        return await answered(request, user, queries.PACKS, Nothing(), sort=sort, after=after, limit=limit)

    @get("/choices", opt={"permission": access.READ})
    async def choices(self, user: NamedDependency[User]) -> PackChoicesOut:
        """What a pack can say of each row, in which steps it is made coarser, and how many young people there must be in each group."""
        return await queries.choices(user)

    @post("/", opt={"permission": access.BUILD}, status_code=201)
    async def ask(self, data: JSONBody[AskPack], user: NamedDependency[User]) -> Response[WholePackOut]:
        """Build a pack. Refused with 422 where someone would stand alone in it, with what could be given; with 409 where one of the same days was
        taken out. One that nobody took out is replaced."""
        made = await actions.build_pack(by=user, asked=data)
        return Response(queries.whole_pack(await access.get_pack_for(user, as_ref(PREFIX, made))), status_code=201)

    @get("/{ref:str}", opt={"permission": access.READ})
    async def show(self, ref: FromPath[str], user: NamedDependency[User]) -> WholePackOut:
        """What a pack says and how alike its rows are; the rows are in its files."""
        return queries.whole_pack(await access.get_pack_for(user, ref))

    @get("/{ref:str}/file", opt=takes_out(access.READ), media_type="application/octet-stream")
    async def file(self, ref: FromPath[str], user: NamedDependency[User], form: FromQuery[str] = "") -> Response[bytes]:
        """A pack as a file. `form`: xlsx, csv, parquet, or dictionary for what its columns mean. Recorded."""
        return await taken(user, ref, form)


async def taken(user: User, ref: str, form: str) -> Response[bytes]:
    """A file of a pack; noted before it is given."""
    row = await access.get_pack_for(user, ref)
    access.check_there(row)
    check_form(form)
    content = await actions.take_out(by=user, row=row, form=form)
    name, media_type, data = await asyncio.to_thread(file_of, content, form)
    return Response(data, media_type=media_type, headers={"Content-Disposition": f'attachment; filename="{name}"'})
