"""Files of surveys by API where a worker stores them: sent, asked after, stopped."""

from litestar import Controller, Response, get, post
from litestar.di import NamedDependency
from litestar.params import FromPath, MultipartBody

from yosafe.accounts.viewer import User
from yosafe.surveys.api import SurveyFile, all_parts, asked_by
from yosafe.surveys.limits import BESIDE_FILE, BY_JOB

from . import actions
from .access import get_upload_for
from .schemas import UploadOut

FORM_LIMIT = BY_JOB.size + BESIDE_FILE


class SurveyUploadsApi(Controller):
    path = "/survey-uploads"
    tags = ("surveys",)

    @post(
        "/",
        opt={"permission": "survey:import", "content": "multipart/form-data"},
        request_max_body_size=FORM_LIMIT,
        before_request=all_parts,
        status_code=202,
        description="Sends a file of answers for a worker to store: larger ones than `/surveys` takes. 202 when it is on its way in; ask for "
        "it again to see how far it is. 422 names rows that can't be stored, as far as the file was looked at.",
    )
    async def send(self, data: MultipartBody[SurveyFile], user: NamedDependency[User]) -> Response[UploadOut]:
        new = asked_by(data)
        number = await actions.keep_upload(by=user, new=new, file=data.file, name=data.file.filename)
        await actions.confirm_upload(by=user, upload=await get_upload_for(user, number), leave_out=new.leave_out, add_new=new.add_new)
        return Response(actions.described(await get_upload_for(user, number)), status_code=202)

    @get("/{upload_id:int}", opt={"permission": "survey:import"})
    async def show(self, upload_id: FromPath[int], user: NamedDependency[User]) -> UploadOut:
        """A file that you sent, and how far it is. It is kept a day."""
        return actions.described(await get_upload_for(user, upload_id))

    @post("/{upload_id:int}/cancel", opt={"permission": "survey:import"}, status_code=200)
    async def stop(self, upload_id: FromPath[int], user: NamedDependency[User]) -> UploadOut:
        """Stops a file on its way in: nothing of it is stored. 409 where it has ended."""
        await actions.stop_upload(by=user, upload=await get_upload_for(user, upload_id))
        return actions.described(await get_upload_for(user, upload_id))
