from typing import Any

from tests.code.matrix.rows import Call, Row
from tests.surveys.conftest import wave
from tests.world import World
from yosafe.accounts import actions as accounts
from yosafe.accounts.access import user_by_email
from yosafe.accounts.permissions import Role
from yosafe.accounts.schemas import AddUser
from yosafe.audit.record import Operator
from yosafe.db.engine import DB
from yosafe.surveys import actions
from yosafe.surveys.comments.access import comment_ref
from yosafe.surveys.schemas import ImportSurvey
from yosafe.surveys.uploads.actions import keep_upload

INSPECTOR_SEES_ALL = {Role.INSPECTOR: "an inspector reads the surveys of every establishment"}
FILE = {
    "questionnaire": (None, "children-custody"), "establishment": (None, "WYI"), "fielded": (None, "2026-08"),
    "file": ("wave.csv", wave(), "text/csv"),
}  # fmt: skip


def asked(establishment: str = "WYI") -> ImportSurvey:
    return ImportSurvey(questionnaire="children-custody", establishment=establishment, fielded="2026-07")


async def prepare(world: World) -> None:
    """A survey at Wetherby and one at Oakhill; a kept file with a bad row for Cleo, Femi and Olga, who leads at Oakhill."""
    for place in ("WYI", "STC3"):
        done = await actions.import_survey(by=Operator(), new=asked(place), source=wave(21), name="wave.csv")
        world.made[f"survey {place}"] = str(done.survey)
        written = f"unsafe_ever,comments\nyes,Written at {place}\n".encode()
        month = ImportSurvey(questionnaire="children-custody", establishment=place, fielded="2026-05")
        await actions.import_survey(by=Operator(), new=month, source=written, name="written.csv")
        number = await DB.fetchval("SELECT id FROM survey_comment WHERE words = $1", f"Written at {place}")
        world.made[f"comment {place}"] = comment_ref(number)
    for number in range(1, 5):
        new = ImportSurvey(questionnaire="children-custody", establishment="WYI", fielded=f"2025-0{number}")
        world.made[f"undo {number}"] = str((await actions.import_survey(by=Operator(), new=new, source=wave(number), name="wave.csv")).survey)
    await accounts.add_user(AddUser(email="olga@example.org", name="Olga", role=Role.YOI_LEAD, agency="oakhill"), by=Operator())
    owners = {"cleo": (world.cleo, ""), "femi": (world.femi, "WNI"), "olga": (await user_by_email("olga@example.org"), "")}
    for name, (owner, place) in owners.items():
        new = ImportSurvey(questionnaire="children-custody", establishment=owner.establishment or place, fielded="2026-06")
        world.made[f"upload {name}"] = str(await keep_upload(by=owner, new=new, file=wave(20, 30, "maybe,16,A"), name="wave.csv"))


def results(prefix: str, end: str = "") -> Row:
    return Row(
        lambda world: f"{prefix}/{world.made['survey WYI']}{end}",
        lambda world: f"{prefix}/{world.made['survey STC3']}{end}",
        sees_all=INSPECTOR_SEES_ALL,
    )


def undone(prefix: str, which: int) -> Row:
    """Each who may undoes another survey, as it can be done once."""
    body: dict[str, Any] = {"form": {}} if prefix == "/surveys" else {"json": {}}

    def of(number: int):
        return lambda world: Call(f"{prefix}/{world.made[f'undo {which + number}']}/undo", **body)

    other = f"{prefix}/{{}}/undo"
    return Row(
        of(0), lambda world: Call(other.format(world.made["survey STC3"]), **body),
        own_for={Role.INSPECTOR: of(1)}, sees_all=INSPECTOR_SEES_ALL,
    )  # fmt: skip


def comment(prefix: str, end: str = "", sees_all: bool = True, **more: Any) -> Row:
    """What was written at Wetherby, and at Oakhill. An inspector reads and marks both, and answers neither."""

    def of(place: str):
        return lambda world: Call(f"{prefix}/{world.made[f'comment {place}']}{end}", **more)

    return Row(of("WYI"), of("STC3"), sees_all=INSPECTOR_SEES_ALL if sees_all else {})


def upload(end: str = "", prefix: str = "/surveys/import", **more: Any) -> Row:
    def of(name: str):
        return lambda world: Call(f"{prefix}/{world.made[f'upload {name}']}{end}", **more)

    return Row(of("cleo"), of("olga"), own_for={Role.INSPECTOR: of("femi")})


COMMENTS, VERSION = "/api/v1/survey-comments", {"If-Match": '"1"'}
ANSWER = {"done": "All on the wing were seen alone.", "done_on": "2026-10-05", "done_by": "Cleo"}
ROWS = {
    "GET /surveys/comments": Row("/surveys/comments"),
    "GET /surveys/comments/export": Row("/surveys/comments/export"),
    "POST /surveys/comments/read": Row(Call("/surveys/comments/read", form={})),
    "GET /surveys/comments/{ref}": comment("/surveys/comments"),
    "POST /surveys/comments/{ref}/mark": comment("/surveys/comments", "/mark", form={}),
    "POST /surveys/comments/{ref}/answer": comment("/surveys/comments", "/answer", sees_all=False, form={}),
    "GET /api/v1/survey-comments": Row(COMMENTS),
    "POST /api/v1/survey-comments/read": Row(
        lambda world: Call(f"{COMMENTS}/read", json={"comments": [world.made["comment WYI"]]}),
        lambda world: Call(f"{COMMENTS}/read", json={"comments": [world.made["comment STC3"]]}),
        sees_all=INSPECTOR_SEES_ALL,
    ),
    "GET /api/v1/survey-comments/{ref}": comment(COMMENTS),
    "POST /api/v1/survey-comments/{ref}/mark": comment(COMMENTS, "/mark", json={"reason": "It tells of harm at night."}, headers=VERSION),
    "POST /api/v1/survey-comments/{ref}/answer": comment(COMMENTS, "/answer", sees_all=False, json=ANSWER, headers=VERSION),
    "GET /surveys": Row("/surveys"),
    "GET /surveys/export": Row("/surveys/export"),
    "GET /surveys/import": Row("/surveys/import"),
    "POST /surveys/import": Row(Call("/surveys/import", form={})),
    "GET /surveys/import/{upload_id}": upload(),
    "POST /surveys/import/{upload_id}": upload(form={}),
    "POST /surveys/import/{upload_id}/cancel": upload("/cancel", form={}),
    "POST /surveys/import/{upload_id}/discard": upload("/discard", form={}),
    "GET /surveys/import/{upload_id}/columns": upload("/columns"),
    "POST /surveys/import/{upload_id}/columns": upload("/columns", form={"column-0": "unsafe-ever"}),
    "GET /surveys/import/{upload_id}/answers": upload("/answers"),
    "POST /surveys/import/{upload_id}/answers": upload("/answers", form={"word-0": "yes"}),
    "GET /surveys/import/{upload_id}/refused": upload("/refused"),
    "GET /surveys/import/{upload_id}/mapping": upload("/mapping"),
    "GET /surveys/{survey_id}/undo": results("/surveys", "/undo"),
    "POST /surveys/{survey_id}/undo": undone("/surveys", 1),
    "POST /api/v1/surveys/{survey_id}/undo": undone("/api/v1/surveys", 3),
    "GET /surveys/{survey_id}": results("/surveys"),
    "GET /surveys/{survey_id}/comparison": results("/surveys", "/comparison?against=published"),
    "GET /surveys/{survey_id}/comparison/download": results("/surveys", "/comparison/download?against=published"),
    "GET /surveys/{survey_id}/records": results("/surveys", "/records"),
    "GET /surveys/{survey_id}/records/download": results("/surveys", "/records/download"),
    "GET /surveys/{survey_id}/download": results("/surveys", "/download"),
    "GET /api/v1/surveys/{survey_id}/comparison": results("/api/v1/surveys", "/comparison?against=published"),
    "GET /api/v1/surveys/{survey_id}/records": results("/api/v1/surveys", "/records"),
    "GET /api/v1/surveys": Row("/api/v1/surveys"),
    "POST /api/v1/surveys": Row(Call("/api/v1/surveys", files=FILE)),
    "POST /api/v1/survey-uploads": Row(Call("/api/v1/survey-uploads", files=FILE | {"fielded": (None, "soon")})),  # it would let go of the others
    "GET /api/v1/survey-uploads/{upload_id}": upload(prefix="/api/v1/survey-uploads"),
    "POST /api/v1/survey-uploads/{upload_id}/cancel": upload("/cancel", prefix="/api/v1/survey-uploads", json={}),
    "GET /api/v1/surveys/{survey_id}/results": results("/api/v1/surveys", "/results"),
}
