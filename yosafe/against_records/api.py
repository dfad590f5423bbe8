"""A survey beside the records, by API."""

from litestar import Controller, get
from litestar.di import NamedDependency
from litestar.params import FromPath

from yosafe.accounts.viewer import User
from yosafe.web.kit import AnyRequest, terminology

from . import queries
from .schemas import AgainstRecordsOut


class AgainstRecordsApi(Controller):
    tags = ("surveys",)

    @get("/surveys/{survey_id:int}/records", opt={"permission": "survey:read"})
    async def beside(self, request: AnyRequest, survey_id: FromPath[int], user: NamedDependency[User]) -> AgainstRecordsOut:
        """What a survey says beside what is recorded of those held there, small numbers hidden. Reading it is recorded."""
        return await queries.against_records(user, survey_id, terminology(request))
