"""The words of a report by API: reading them with their versions, writing, signing, and adding to them."""

from litestar import Controller, Response, get, post
from litestar.di import NamedDependency
from litestar.params import FromPath, JSONBody

from yosafe.accounts.viewer import User
from yosafe.web.kit import shown_if_stale, versioned

from . import access, queries, signing
from .schemas import AddWords, SignWords, StatementOut, WriteWords

NOTHING = StatementOut(version=0, said=(), signed_at=None, signed_by=None, signed_as=None, sha256=None, addenda=())


class StatementsApi(Controller):
    tags = ("reports",)

    @get("/report-builds/{ref:str}/words", opt={"permission": access.READ})
    async def show(self, ref: FromPath[str], user: NamedDependency[User]) -> Response[StatementOut]:
        """What is said in each place of a report, every version of it, who signed, and what was added; no places where it has none, or is not
        built. Reading it is recorded."""
        found = (await queries.open_build(user, ref)).statement or NOTHING
        return versioned(found, found.version)

    @post("/report-builds/{ref:str}/words", opt={"permission": access.WRITE}, status_code=200)
    async def write(
        self, ref: FromPath[str], data: JSONBody[WriteWords], user: NamedDependency[User], version: NamedDependency[int]
    ) -> Response[StatementOut]:
        """Write what is said in one place. Earlier words are kept. Once signed, words stay as they are."""
        row = await access.get_build_for(user, ref)
        async with shown_if_stale(lambda: _shown(user, ref)):
            await signing.write(by=user, row=row, words={data.place: data.words}, version=version)
        return await _shown(user, ref)

    @post("/report-builds/{ref:str}/signature", opt={"permission": access.SIGN}, status_code=200)
    async def sign(
        self, ref: FromPath[str], data: JSONBody[SignWords], user: NamedDependency[User], version: NamedDependency[int]
    ) -> Response[StatementOut]:
        """Sign all the words as they stand, before the report is issued. Every place has to have some."""
        row = await access.get_build_for(user, ref)
        async with shown_if_stale(lambda: _shown(user, ref)):
            await signing.sign(by=user, row=row, signed_as=data.signed_as, version=version)
        return await _shown(user, ref)

    @post("/report-builds/{ref:str}/addenda", opt={"permission": access.SIGN}, status_code=200)
    async def add(
        self, ref: FromPath[str], data: JSONBody[AddWords], user: NamedDependency[User], version: NamedDependency[int]
    ) -> Response[StatementOut]:
        """Add to what was signed. It stands below it, with who wrote it and when."""
        row = await access.get_build_for(user, ref)
        async with shown_if_stale(lambda: _shown(user, ref)):
            await signing.add(by=user, row=row, place=data.place, words=data.words, version=version)
        return await _shown(user, ref)


async def _shown(user: User, ref: str) -> Response[StatementOut]:
    now = await signing.statement_for(await access.get_build_for(user, ref))
    return versioned(now, now.version)
