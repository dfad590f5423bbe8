"""Reports by API: which there are, building one, how far it is, its numbers and files, issuing it."""

from typing import Annotated

from litestar import Controller, Response, get, post
from litestar.di import NamedDependency
from litestar.params import FromPath, FromQuery, JSONBody

from yosafe.accounts.viewer import User
from yosafe.db.paging import Page
from yosafe.lists.listed import Nothing
from yosafe.refs import ref as as_ref
from yosafe.web.confirmed import takes_out
from yosafe.web.kit import AnyRequest, shown_if_stale, terminology, versioned
from yosafe.web.listing import answered, sort_parameter

from . import access, actions, queries
from .access import PREFIX
from .delivery import check_form, file_of
from .periods import period
from .places import place_of
from .schemas import AskBuild, BuildOut, BuildWithContentOut, ReportsOut

SORT = sort_parameter("report", "period", "status", "asked", default="-asked")


class ReportsApi(Controller):
    tags = ("reports",)

    @get("/reports", opt={"permission": access.READ})
    async def names(self, user: NamedDependency[User], request: AnyRequest) -> ReportsOut:
        """The reports that you can build for your agency."""
        return queries.reports(user, terminology(request))

    @post("/reports/{name:str}/builds", opt={"permission": access.BUILD}, status_code=202)
    async def ask(self, name: FromPath[str], data: JSONBody[AskBuild], user: NamedDependency[User]) -> Response[BuildOut]:
        """Ask for a report of a period that is over. A worker builds it: ask for the build again to see how far it is."""
        build = await asked_for(user, name, data)
        return await _shown(user, as_ref(PREFIX, build), status=202)

    @get("/report-builds", opt={"permission": access.READ})
    async def list_all(
        self,
        request: AnyRequest,
        user: NamedDependency[User],
        sort: Annotated[str | None, SORT] = None,
        after: FromQuery[str | None] = None,
        limit: FromQuery[int] = 50,
    ) -> Page[BuildOut]:
        """The reports that were asked for in your agency, the latest first."""
        return await answered(request, user, queries.BUILDS, Nothing(), sort=sort, after=after, limit=limit)

    @get("/report-builds/{ref:str}", opt={"permission": access.READ})
    async def show(self, ref: FromPath[str], user: NamedDependency[User]) -> Response[BuildWithContentOut]:
        """A report with all its numbers, or how far it is. Reading it is recorded."""
        found = await queries.open_build(user, ref)
        return versioned(found, found.version)

    @post("/report-builds/{ref:str}/cancel", opt={"permission": access.BUILD}, status_code=200)
    async def cancel(self, ref: FromPath[str], user: NamedDependency[User], version: NamedDependency[int]) -> Response[BuildOut]:
        """Stop a report that waits or is being built."""
        row = await access.get_build_for(user, ref)
        async with shown_if_stale(lambda: _shown(user, ref)):
            await actions.cancel(by=user, row=row, version=version)
        return await _shown(user, ref)

    @post("/report-builds/{ref:str}/issue", opt={"permission": access.ISSUE}, status_code=200)
    async def issue(self, ref: FromPath[str], user: NamedDependency[User], version: NamedDependency[int]) -> Response[BuildOut]:
        """Issue a report: from now on it stays as it is. What is wrong in it is put right by a correction."""
        row = await access.get_build_for(user, ref)
        async with shown_if_stale(lambda: _shown(user, ref)):
            await actions.issue(by=user, row=row, version=version)
        return await _shown(user, ref)

    @get("/report-builds/{ref:str}/file", opt=takes_out(access.READ), media_type="application/octet-stream")
    async def file(self, ref: FromPath[str], user: NamedDependency[User], form: FromQuery[str] = "") -> Response[bytes]:
        """A report as a file. `form`: pdf, xlsx, csv, parquet, or dictionary for what the columns of the last two mean. Recorded."""
        return await taken(user, ref, form)


async def asked_for(user: User, name: str, data: AskBuild) -> int:
    """Ask for a report for the user's agency; the number of its build. Raises NotFound, Invalid, Conflict."""
    definition = access.get_report_for(user, name)
    corrects = await access.get_build_for(user, data.corrects) if data.corrects is not None else None
    return await actions.ask_build(
        by=user, definition=definition, place=await place_of(user.agency), period=period(data.period), corrects=corrects, reason=data.reason
    )


async def taken(user: User, ref: str, form: str) -> Response[bytes]:
    """A file of a report; noted before it is given."""
    row = await access.get_build_for(user, ref)
    access.check_built(row)
    check_form(form)
    name, media_type, content = await file_of(*await queries.taken_out(row, form, by=user), form)
    return Response(content, media_type=media_type, headers={"Content-Disposition": f'attachment; filename="{name}"'})


async def _shown(user: User, ref: str, *, status: int = 200) -> Response[BuildOut]:
    now = queries.build_out(await access.get_build_for(user, ref))
    return versioned(now, now.version, status=status)
