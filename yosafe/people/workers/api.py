"""Named workers by API."""

from litestar import Controller, Response, get, post
from litestar.di import NamedDependency
from litestar.params import FromPath, JSONBody

from yosafe.accounts.viewer import User
from yosafe.db.paging import Page, whole
from yosafe.people.access import get_young_person_for
from yosafe.people.queries import open_record
from yosafe.people.tables import YoungPerson
from yosafe.web.kit import shown_if_stale, versioned

from . import actions, queries
from .access import get_worker_for
from .schemas import EndWorker, NameWorker, ReachWorker, WorkerOut


class WorkersApi(Controller):
    path = "/young-people/{ref:str}/workers"
    tags = ("workers",)

    @get("/", opt={"permission": "worker:read"})
    async def of(self, ref: FromPath[str], user: NamedDependency[User]) -> Page[WorkerOut]:
        """Those of now first, all at once."""
        return whole(await queries.workers_of((await open_record(user, ref, "workers")).id))

    @post("/", opt={"permission": "worker:record"})
    async def name(self, ref: FromPath[str], data: JSONBody[NameWorker], user: NamedDependency[User]) -> Response[WorkerOut]:
        """Who works with them in a role from a day on; without a name, that nobody is named. Whoever was there before ends on that day."""
        child = await get_young_person_for(user, ref)
        made = await actions.name_worker(by=user, young_person=child, new=data)
        return await _shown(child, made.id, status=201)

    @post("/{worker:int}/reach", opt={"permission": "worker:record"}, status_code=200)
    async def reach(
        self, ref: FromPath[str], worker: FromPath[int], data: JSONBody[ReachWorker], user: NamedDependency[User], version: NamedDependency[int]
    ) -> Response[WorkerOut]:
        """How they are reached from now on."""
        child, found = await get_young_person_for(user, ref), await get_worker_for(user, ref, worker)
        async with shown_if_stale(lambda: _shown(child, worker)):
            await actions.reach_worker(by=user, worker=found, reach=data, version=version)
        return await _shown(child, worker)

    @post("/{worker:int}/end", opt={"permission": "worker:record"}, status_code=200)
    async def end(
        self, ref: FromPath[str], worker: FromPath[int], data: JSONBody[EndWorker], user: NamedDependency[User], version: NamedDependency[int]
    ) -> Response[WorkerOut]:
        """They no longer work with the young person."""
        child, found = await get_young_person_for(user, ref), await get_worker_for(user, ref, worker)
        async with shown_if_stale(lambda: _shown(child, worker)):
            await actions.end_worker(by=user, worker=found, ending=data, version=version)
        return await _shown(child, worker)


async def _shown(child: YoungPerson, number: int, *, status: int = 200) -> Response[WorkerOut]:
    """One as they are now."""
    [now] = await queries.workers_of(child.id, number)
    return versioned(now, now.version, status=status)
