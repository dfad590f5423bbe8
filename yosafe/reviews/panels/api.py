"""Standing panels by API."""

from litestar import Controller, Response, get, post
from litestar.di import NamedDependency
from litestar.params import FromPath, JSONBody

from yosafe.accounts.viewer import User
from yosafe.db.paging import Page, whole
from yosafe.web.kit import shown_if_stale, versioned

from . import actions, queries
from .access import KEEP, READ, get_panel
from .schemas import ChangePanel, KeepPanel, PanelOut


class PanelsApi(Controller):
    path = "/review-panels"
    tags = ("reviews",)

    @get("/", opt={"permission": READ})
    async def everywhere(self, user: NamedDependency[User]) -> Page[PanelOut]:
        """Every standing panel: who should come, how many cases it can see, what is quorate; all at once. No young person is named."""
        return whole(await queries.panels(user))

    @post("/", opt={"permission": KEEP})
    async def keep(self, data: JSONBody[KeepPanel], user: NamedDependency[User]) -> Response[PanelOut]:
        """A panel of your establishment; of your committee's area, or of an establishment there."""
        found = await actions.keep_panel(by=user, new=data)
        return await _panel(user, found.id, status=201)

    @get("/{panel:int}", opt={"permission": READ})
    async def one(self, panel: FromPath[int], user: NamedDependency[User]) -> Response[PanelOut]:
        """One of them, with its version."""
        return await _panel(user, (await get_panel(panel)).id)

    @post("/{panel:int}/change", opt={"permission": KEEP}, status_code=200)
    async def change(
        self, panel: FromPath[int], data: JSONBody[ChangePanel], user: NamedDependency[User], version: NamedDependency[int]
    ) -> Response[PanelOut]:
        """Everything about it anew. Refused with 403 to those of other places."""
        found = await get_panel(panel)
        async with shown_if_stale(lambda: _panel(user, found.id)):
            await actions.change_panel(by=user, panel=found, change=data, version=version)
        return await _panel(user, found.id)


async def _panel(user: User, number: int, *, status: int = 200) -> Response[PanelOut]:
    found = await queries.panel(user, number)
    return versioned(found, found.version, status=status)
