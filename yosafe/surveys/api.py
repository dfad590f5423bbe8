"""Surveys by API: a file in, figures out."""

from typing import Annotated

import msgspec
from litestar import Controller, Response, get, post
from litestar.datastructures import UploadFile
from litestar.di import NamedDependency
from litestar.openapi import ResponseSpec
from litestar.params import FromPath, FromQuery, MultipartBody, QueryParameter
from msgspec import Struct
from msgspec.structs import fields

from yosafe.accounts.viewer import User
from yosafe.db.paging import Page
from yosafe.errors import FieldError, Invalid
from yosafe.forms.read import to_struct
from yosafe.importing.mapping import read_mapping
from yosafe.lists.listed import Nothing
from yosafe.web.kit import AnyRequest
from yosafe.web.listing import answered, sort_parameter

from . import actions, compare_queries, queries
from .limits import AT_ONCE, BESIDE_FILE
from .mapping import target_of
from .questionnaire import load
from .schemas import ComparisonOut, ImportOut, ImportSurvey, ResultsOut, SurveyOut

# The file, and room for the other fields of the form.
FORM_LIMIT = AT_ONCE.size + BESIDE_FILE


AGAINST = "`previous`, `similar`, `published`, or a question that parts respondents, such as `in-care-ever`"


class SurveyFile(Struct, kw_only=True, forbid_unknown_fields=True):
    """A survey file with what it is: see ImportSurvey. All but the file come as text; `mapping` as TOML, which the pages give out."""

    file: UploadFile
    questionnaire: str
    establishment: str
    fielded: str
    held: str | None = None
    offered: str | None = None
    leave_out: str | None = None
    add_new: str | None = None
    dry_run: str | None = None
    mapping: str | None = None


async def all_parts(request: AnyRequest) -> None:
    """Raise Invalid, naming each part of the form that is missing: all of them where no form was sent."""
    form = await request.form()
    missing = [part.name for part in fields(SurveyFile) if part.required and not form.get(part.name)]
    if not isinstance(form.get("file"), UploadFile) and "file" not in missing:
        missing.append("file")
    if missing:
        raise Invalid([FieldError(name, f"Send “{name}” as a part of a multipart/form-data form") for name in missing])


def asked_by(form: SurveyFile) -> ImportSurvey:
    """What a form asks for. Raises Invalid, NotFound for a questionnaire."""
    given = {name: value for name, value in msgspec.structs.asdict(form).items() if name != "file" and value not in (None, "")}
    mapping = given.pop("mapping", None)
    new = to_struct(ImportSurvey, given)
    return new if mapping is None else msgspec.structs.replace(new, mapping=read_mapping(mapping, target_of(load(new.questionnaire))))


SORT = sort_parameter("recorded", "place", "month", "questionnaire", "held", "offered", "returned", default="-recorded")


class SurveysApi(Controller):
    tags = ("surveys",)

    @post(
        "/surveys",
        opt={"permission": "survey:import", "content": "multipart/form-data"},
        request_max_body_size=FORM_LIMIT,
        before_request=all_parts,
        responses={
            200: ResponseSpec(ImportOut, description="It was there already, was added to a survey, or this was a dry run", generate_examples=False)
        },
        description="Brings in a file of answers. 201 when stored; 200 when it was there already, was added to a survey, or for a dry run; 422 names "
        "refused rows; 409 where there is a survey of that month and `add_new` was not said.",
    )
    async def bring_in(self, data: MultipartBody[SurveyFile], user: NamedDependency[User]) -> Response[ImportOut]:
        done = await actions.import_survey(by=user, new=asked_by(data), source=await data.file.read(), name=data.file.filename)
        return Response(done, status_code=201 if done.outcome == "imported" else 200)

    @post("/surveys/{survey_id:int}/undo", opt={"permission": "survey:import"}, status_code=204)
    async def undo(self, survey_id: FromPath[int], user: NamedDependency[User]) -> None:
        """Takes a survey back as one step, within 7 days of its import; 409 after that."""
        await actions.undo_import(by=user, survey_id=survey_id)

    @get("/surveys", opt={"permission": "survey:read"})
    async def list_all(
        self,
        request: AnyRequest,
        user: NamedDependency[User],
        sort: Annotated[str | None, SORT] = None,
        after: FromQuery[str | None] = None,
        limit: Annotated[int, QueryParameter(ge=1, le=100)] = 50,
    ) -> Page[SurveyOut]:
        """Surveys that you may see, the latest brought in first."""
        return await answered(request, user, queries.SURVEYS, Nothing(), sort=sort, after=after, limit=limit)

    @get("/surveys/{survey_id:int}/results", opt={"permission": "survey:read"})
    async def results(self, survey_id: FromPath[int], user: NamedDependency[User]) -> ResultsOut:
        """The figures of a survey, small numbers hidden. Reading them is recorded."""
        return await queries.results(user, survey_id)

    @get("/surveys/{survey_id:int}/comparison", opt={"permission": "survey:read"})
    async def compare(
        self,
        request: AnyRequest,
        survey_id: FromPath[int],
        user: NamedDependency[User],
        against: Annotated[str, QueryParameter(max_length=40, description=AGAINST)] = "previous",
        level: Annotated[float | None, QueryParameter(description="0.05, 0.01 or 0.001; the installation's own where not given")] = None,
        holm: Annotated[bool, QueryParameter(description="Adjust probabilities for the number of questions")] = False,
    ) -> ComparisonOut:
        """A survey beside something else, small numbers hidden; 409 where there is nothing of the kind. Reading it is recorded."""
        survey = await compare_queries.opened(user, survey_id)
        chosen = request.app.state.settings.survey_level if level is None else level
        return await compare_queries.comparison(user, survey, against=against, level=chosen, holm=holm)
