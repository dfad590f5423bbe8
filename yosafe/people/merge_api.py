"""Merging two records of one young person by API."""

from litestar import Controller, Response, get, post
from litestar.di import NamedDependency
from litestar.params import FromPath, JSONBody

from yosafe.accounts.viewer import User
from yosafe.db.paging import Page, whole
from yosafe.web.kit import AnyRequest, shown_if_stale, terminology, versioned

from . import merge_actions, merge_queries, queries
from .access import get_merge_for, get_young_person_for
from .merge_schemas import MergeOut, MergeRecords, UndoMerge
from .schemas import YoungPersonOut


class MergeApi(Controller):
    path = "/young-people/{ref:str}"
    tags = ("young people",)

    @post("/merge", opt={"permission": merge_actions.MERGE})
    async def merge(
        self, request: AnyRequest, ref: FromPath[str], data: JSONBody[MergeRecords], user: NamedDependency[User], version: NamedDependency[int]
    ) -> Response[MergeOut]:
        """The other record goes into this one, for who sees both. Its reference then leads here: GET answers with this record and its `ref`.
        The ETag is the version of this record."""
        kept, other = await get_young_person_for(user, ref), await get_young_person_for(user, data.other)
        async with shown_if_stale(lambda: self._shown(user, ref)):
            merge = await merge_actions.merge_records(
                by=user, kept=kept, other=other, reason=data.reason, choices=data.keep, version=version, other_version=data.other_version
            )
        return versioned(
            await merge_queries.merge_of(user, merge.kept, merge.id, terminology=terminology(request)),
            max(version, data.other_version) + 1,
            status=201,
        )

    async def _shown(self, user: User, ref: str) -> Response[YoungPersonOut]:
        now = await queries.open_record(user, ref, "merge")
        return versioned(await queries.overview(now), now.version)

    @get("/merges", opt={"permission": "young-person:read"})
    async def merges(self, request: AnyRequest, ref: FromPath[str], user: NamedDependency[User]) -> Page[MergeOut]:
        """The merges that made this record, undone ones too, all at once."""
        return whole(await merge_queries.merges_of(user, await queries.open_record(user, ref, "merge"), terminology=terminology(request)))

    @post("/merges/{merge:int}/undo", opt={"permission": merge_actions.MERGE}, status_code=200)
    async def undo(
        self, request: AnyRequest, ref: FromPath[str], merge: FromPath[int], data: JSONBody[UndoMerge], user: NamedDependency[User]
    ) -> MergeOut:
        """Every row that has not been changed since goes back. The last merge is undone first."""
        found = await get_merge_for(user, ref, merge)
        await merge_actions.undo_merge(by=user, merge=found, reason=data.reason)
        return await merge_queries.merge_of(user, found.kept, found.id, terminology=terminology(request))
