from tests.code.matrix.rows import Call, Row
from tests.surveys.conftest import wave
from tests.world import World
from yosafe.accounts import actions as accounts
from yosafe.accounts.access import user_by_email
from yosafe.accounts.permissions import Role
from yosafe.accounts.schemas import AddUser
from yosafe.audit.record import Operator
from yosafe.surveys import actions
from yosafe.surveys.schemas import ImportSurvey

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
    for number in range(1, 5):
        new = ImportSurvey(questionnaire="children-custody", establishment="WYI", fielded=f"2025-0{number}")
        world.made[f"undo {number}"] = str((await actions.import_survey(by=Operator(), new=new, source=wave(number), name="wave.csv")).survey)
    await accounts.add_user(AddUser(email="olga@example.org", name="Olga", role=Role.YOI_LEAD, agency="oakhill"), by=Operator())
    owners = {"cleo": (world.cleo, ""), "femi": (world.femi, "WNI"), "olga": (await user_by_email("olga@example.org"), "")}
    for name, (owner, place) in owners.items():
        new = ImportSurvey(questionnaire="children-custody", establishment=owner.establishment or place, fielded="2026-06")
        world.made[f"upload {name}"] = str(await actions.keep_upload(by=owner, new=new, file=wave(20, 30, "maybe,16,A"), name="wave.csv"))


def results(prefix: str, end: str = "") -> Row:
    return Row(
        lambda world: f"{prefix}/{world.made['survey WYI']}{end}",
        lambda world: f"{prefix}/{world.made['survey STC3']}{end}",
        sees_all=INSPECTOR_SEES_ALL,
    )


def undone(prefix: str, which: int) -> Row:
    """Each who may undoes another survey, as it can be done once."""

    def of(number: int):
        return lambda world: Call(f"{prefix}/{world.made[f'undo {which + number}']}/undo", form={} if prefix == "/surveys" else None)

    other = f"{prefix}/{{}}/undo"
    return Row(
        of(0), lambda world: Call(other.format(world.made["survey STC3"]), form={} if prefix == "/surveys" else None),
        own_for={Role.INSPECTOR: of(1)}, sees_all=INSPECTOR_SEES_ALL,
    )  # fmt: skip


def upload(end: str = "", form: dict[str, str] | None = None) -> Row:
    def of(name: str):
        return lambda world: Call(f"/surveys/import/{world.made[f'upload {name}']}{end}", form=form)

    return Row(of("cleo"), of("olga"), own_for={Role.INSPECTOR: of("femi")})


ROWS = {
    "GET /surveys": Row("/surveys"),
    "GET /surveys/export": Row("/surveys/export"),
    "GET /surveys/import": Row("/surveys/import"),
    "POST /surveys/import": Row(Call("/surveys/import", form={})),
    "GET /surveys/import/{upload_id}": upload(),
    "POST /surveys/import/{upload_id}": upload(form={}),
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
    "GET /surveys/{survey_id}/download": results("/surveys", "/download"),
    "GET /api/v1/surveys/{survey_id}/comparison": results("/api/v1/surveys", "/comparison?against=published"),
    "GET /api/v1/surveys": Row("/api/v1/surveys"),
    "POST /api/v1/surveys": Row(Call("/api/v1/surveys", files=FILE)),
    "GET /api/v1/surveys/{survey_id}/results": results("/api/v1/surveys", "/results"),
}
