"""Body maps by API."""

from litestar import Controller, get, post
from litestar.di import NamedDependency
from litestar.params import FromPath, JSONBody

from yosafe.accounts.viewer import User
from yosafe.db.paging import Page, whole
from yosafe.errors import FieldError, Invalid, NotFound
from yosafe.incidents.access import get_incident_for
from yosafe.incidents.trail import record_read_of

from . import access, actions, queries
from .schemas import AddMark, MarkOut, StrikeMark


class BodyMapApi(Controller):
    path = "/incidents/{ref:str}/body-marks"
    tags = ("incidents",)

    @get("/", opt={"permission": "incident:read"})
    async def list(self, ref: FromPath[str], user: NamedDependency[User]) -> Page[MarkOut]:
        """Marks and injuries of the young people whom you see, all at once, struck out ones too. Looking is recorded."""
        incident = await get_incident_for(user, ref)
        await record_read_of(incident.id, by=user, page="body map")
        return whole(await queries.marks_of(user, incident))

    @post("/", opt={"permission": "incident:addendum"})
    async def add(self, ref: FromPath[str], data: JSONBody[AddMark], user: NamedDependency[User]) -> MarkOut:
        """Mark what was seen at one place of the body of someone in the incident."""
        incident = await get_incident_for(user, ref)
        try:
            person = await access.get_person_for(user, incident, data.young_person)
        except NotFound:
            raise Invalid([FieldError("young_person", "Choose one of the young people involved")]) from None
        made = await actions.add_mark(data, by=user, incident=incident, person=person)
        return next(one for one in await queries.marks_of(user, incident) if one.id == made.id)

    @post("/{mark:int}/strike", opt={"permission": "incident:addendum"}, status_code=200)
    async def strike(self, ref: FromPath[str], mark: FromPath[int], data: JSONBody[StrikeMark], user: NamedDependency[User]) -> MarkOut:
        """Strike out a mark that was recorded by mistake. It stays; a second time is a conflict."""
        incident = await get_incident_for(user, ref)
        await actions.strike_mark(data, by=user, mark=await access.get_mark_for(user, incident, mark))
        return next(one for one in await queries.marks_of(user, incident) if one.id == mark)
