"""The pages about named workers."""

from collections.abc import Awaitable
from typing import Any

from litestar import Controller, get, post
from litestar.di import NamedDependency
from litestar.params import FromPath
from litestar.response import Redirect, Template

from yosafe.accounts.viewer import User
from yosafe.forms.read import to_struct
from yosafe.people.frame import frame
from yosafe.people.queries import open_record
from yosafe.people.record_pages import DONE, Form, change, put, take
from yosafe.people.tables import NamedWorker, YoungPerson
from yosafe.reference.codes import code_list
from yosafe.settings import Terminology
from yosafe.web.kit import AnyRequest, page, terminology

from . import actions, queries, questions, shown
from .access import get_worker_for
from .schemas import EndWorker, NameWorker, ReachWorker

NAME = Form(title="Record who works with them", section="workers", questions=questions.NAMED, submit="Record it")
NOW = "It is shown on the page of who works with them as it is now."


def _reach(found: NamedWorker) -> Form:
    return Form(title=f"How {found.name} is reached", section="workers", questions=questions.REACHED, submit="Save", version=found.version, now=NOW)


def _end(found: NamedWorker, terms: Terminology) -> Form:
    title = f"{found.name} no longer works with them" if found.name else f"End “none named”: {code_list('worker_role').label(found.role, terms)}"
    return Form(title=title, section="workers", questions=questions.ENDING, submit="Record that it ended", version=found.version, now=NOW)


class WorkerPages(Controller):
    path = "/children/{ref:str}/workers"
    include_in_schema = False

    @get("/", opt={"permission": "worker:read"})
    async def workers(self, request: AnyRequest, ref: FromPath[str], user: NamedDependency[User]) -> Template:
        child, terms = await open_record(user, ref, "workers"), terminology(request)
        found = [shown.worker(one, terms) for one in await queries.workers_of(child.id)]
        return page(
            "people/workers/section.html", request, **await frame(user, child, "workers", terminology=terms),
            current=[one for one in found if not one["until"]], ended=[one for one in found if one["until"]],
            done=DONE.get(request.query_params.get("done", "")),
        )  # fmt: skip

    @get("/new", opt={"permission": "worker:record"})
    async def name_form(self, request: AnyRequest, ref: FromPath[str], user: NamedDependency[User]) -> Template:
        """`role` in the address: which is chosen already."""
        return await put(request, user, ref, NAME, values={"role": request.query_params.get("role", "")})

    @post("/new", opt={"permission": "worker:record"})
    async def name(self, request: AnyRequest, ref: FromPath[str], user: NamedDependency[User]) -> Template | Redirect:
        def record(child: YoungPerson, answers: dict[str, Any]) -> Awaitable[NamedWorker]:
            facts = {name: value for name, value in answers.items() if name != "is_named"}
            return actions.name_worker(by=user, young_person=child, new=to_struct(NameWorker, facts, questions.NAMED))

        return await take(request, user, ref, NAME, record, "worker")

    @get("/{worker:int}/reach", opt={"permission": "worker:record"})
    async def reach_form(self, request: AnyRequest, ref: FromPath[str], worker: FromPath[int], user: NamedDependency[User]) -> Template:
        found = await get_worker_for(user, ref, worker)
        values = {name: getattr(found, name) or "" for name in ("agency_name", "telephone", "email")}
        return await put(request, user, ref, _reach(found), values=values)

    @post("/{worker:int}/reach", opt={"permission": "worker:record"})
    async def reach(self, request: AnyRequest, ref: FromPath[str], worker: FromPath[int], user: NamedDependency[User]) -> Template | Redirect:
        found = await get_worker_for(user, ref, worker)

        def act(answers: dict[str, Any], version: int) -> Awaitable[NamedWorker]:
            return actions.reach_worker(by=user, worker=found, reach=to_struct(ReachWorker, answers, questions.REACHED), version=version)

        return await change(request, user, ref, _reach(found), act, "reached")

    @get("/{worker:int}/end", opt={"permission": "worker:record"})
    async def end_form(self, request: AnyRequest, ref: FromPath[str], worker: FromPath[int], user: NamedDependency[User]) -> Template:
        return await put(request, user, ref, _end(await get_worker_for(user, ref, worker), terminology(request)))

    @post("/{worker:int}/end", opt={"permission": "worker:record"})
    async def end(self, request: AnyRequest, ref: FromPath[str], worker: FromPath[int], user: NamedDependency[User]) -> Template | Redirect:
        found = await get_worker_for(user, ref, worker)

        def act(answers: dict[str, Any], version: int) -> Awaitable[NamedWorker]:
            return actions.end_worker(by=user, worker=found, ending=to_struct(EndWorker, answers, questions.ENDING), version=version)

        return await change(request, user, ref, _end(found, terminology(request)), act, "worker-ended")
