"""One entry of a chronology by API, and marking it as significant."""

from litestar import Controller, Response, get, post
from litestar.di import NamedDependency
from litestar.params import FromPath, JSONBody

from yosafe.accounts.viewer import User
from yosafe.settings import Terminology
from yosafe.web.kit import AnyRequest, shown_if_stale, terminology, versioned

from . import actions, queries
from .access import MARK, get_entry_for, get_mark_for
from .queries import EntryOut
from .schemas import MarkEntry, TakeOffMark


class MarksApi(Controller):
    path = "/young-people/{ref:str}/chronology/entries/{key:str}"
    tags = ("young people",)

    @get("/", opt={"permission": "young-person:read"})
    async def show(self, request: AnyRequest, ref: FromPath[str], key: FromPath[str], user: NamedDependency[User]) -> Response[EntryOut]:
        """One entry by its `key`, with who knew when, and the marks that were taken off. `ETag` is that of its mark."""
        return await _shown(user, ref, key, terminology(request))

    @post("/mark", opt={"permission": MARK})
    async def mark(
        self, request: AnyRequest, ref: FromPath[str], key: FromPath[str], data: JSONBody[MarkEntry], user: NamedDependency[User]
    ) -> Response[EntryOut]:
        """Say that it is significant, and why. Refused with 409 where it is marked."""
        child, named, _ = await get_entry_for(user, ref, key)
        await actions.mark_entry(by=user, young_person=child, key=named, new=data)
        return await _shown(user, ref, key, terminology(request), status=201)

    @post("/mark/take-off", opt={"permission": MARK}, status_code=200)
    async def take_off(
        self,
        request: AnyRequest,
        ref: FromPath[str],
        key: FromPath[str],
        data: JSONBody[TakeOffMark],
        user: NamedDependency[User],
        version: NamedDependency[int],
    ) -> Response[EntryOut]:
        """Say that it is not significant after all, and why. `If-Match` is the version of the mark."""
        terms = terminology(request)
        mark = await get_mark_for(user, ref, key)
        async with shown_if_stale(lambda: _shown(user, ref, key, terms)):
            await actions.take_off_mark(by=user, mark=mark, taking=data, version=version)
        return await _shown(user, ref, key, terms)


async def _shown(user: User, ref: str, key: str, terms: Terminology, *, status: int = 200) -> Response[EntryOut]:
    _, now = await queries.open_entry(user, ref, key, terminology=terms)
    return versioned(now, now.entry.mark.version if now.entry.mark else 0, status=status)
