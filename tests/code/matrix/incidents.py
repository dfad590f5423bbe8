from io import BytesIO
from typing import Any

from tests.code.matrix.rows import Call, Row
from tests.incidents.made_files import picture
from tests.incidents.make import incident, involve
from tests.world import World
from yosafe.accounts.permissions import Role
from yosafe.db.engine import DB
from yosafe.forms.drafts import start_draft
from yosafe.incidents.access import get_incident_for
from yosafe.incidents.body_map.access import get_person_for
from yosafe.incidents.body_map.actions import add_mark
from yosafe.incidents.body_map.schemas import AddMark
from yosafe.incidents.files.actions import add_file
from yosafe.incidents.files.schemas import AddFile
from yosafe.people.access import young_person_ref
from yosafe.people.duties import DutyKind, open_duty

API = "/api/v1/incidents"
VERSION = {"If-Match": '"1"'}
NEW = {
    "kind": "bullying", "happened_at": "2026-10-04T19:40:00Z", "place": "cell", "account": "Words.", "child_said": "Words.", "told_by": "staff",
    "involvements": [{"young_person": "YP-000001", "roles": ["harmed"]}],
    "answers": {"forms": ["verbal"], "happened_before": "no", "still_afraid": "no"},
}  # fmt: skip
BEGUN = {"kind": "bullying", "happened_on": "2026-10-04", "precision": "day", "place": "cell", "step:what": True}
CORRECTION = {"reason": "It was written down wrongly", "place": "cell"}


async def prepare(world: World) -> None:
    """An incident of Kai at Wetherby and one of Nia at Oakhill; the committee has a duty towards Kai, so that its member sees his.
    Dan, Cleo and Ivy have each begun one, and another that is there to be thrown away."""
    for name in ("dan", "cleo", "ivy"):
        for which in ("draft", "spare"):
            world.made[f"{name}'s {which}"] = str((await start_draft(by=world[name], kind="incident", answers=BEGUN)).id)
    world.made["kai's incident"] = f"IN-{(await incident(world.dan, involve(world.kai, 'harmed'))).id:06}"
    world.made["nia's incident"] = f"IN-{(await incident(world.ivy, involve(world.nia, 'harmed'))).id:06}"
    for who, child, by in (("kai's", world.kai, world.dan), ("nia's", world.nia, world.ivy)):
        found = await get_incident_for(by, world.made[f"{who} incident"])
        about = AddFile(kind="photograph", caption="Words.", shows=[young_person_ref(child.id)])
        world.made[f"{who} file"] = f"EV-{(await add_file(about, by=by, incident=found, file=BytesIO(picture()))).id:06}"
        new = AddMark(young_person=young_person_ref(child.id), region="nose", kind="bruise")
        person = await get_person_for(by, found, young_person_ref(child.id))
        world.made[f"{who} mark"] = str((await add_mark(new, by=by, incident=found, person=person)).id)
    world.made["kai's allegation"] = f"IN-{(await incident(world.dan, involve(world.kai, 'concerned'), kind='staff_allegation')).id:06}"
    async with DB.transaction():
        await open_duty(DutyKind.COMMITTEE, young_person=world.kai.id, area="E08000035", subject=("incident-matrix", 1))


def of(path: str = "", base: str = API, **more: Any) -> Row:
    def ask(whose: str) -> Any:
        return lambda world: Call(f"{base}/{world.made[whose]}{path}", **more)

    return Row(ask("kai's incident"), other=ask("nia's incident"))


def allegation(path: str, base: str = API, **more: Any) -> Row:
    """Of an allegation about someone else, which the lead sees."""

    def ask(whose: str) -> Any:
        return lambda world: Call(f"{base}/{world.made[whose]}{path}", **more)

    return Row(ask("kai's allegation"), other=ask("nia's incident"))


def draft(path: str, which: str = "draft", **more: Any) -> Row:
    """A draft is its owner's only: Dan has one, Cleo has one, and neither has Ivy's."""

    def ask(whose: str) -> Any:
        return lambda world: Call(f"{NEW_PAGES}/{world.made[f'{whose} {which}']}{path}", **more)

    return Row(ask("dan's"), other=ask("ivy's"), own_for={Role.YOI_LEAD: ask("cleo's")})


def kept(path: str, base: str = API, **more: Any) -> Row:
    """Of the file of an incident."""

    def ask(whose: str) -> Any:
        return lambda world: Call(f"{base}/{world.made[f'{whose} incident']}/files/{world.made[f'{whose} file']}{path}", **more)

    return Row(ask("kai's"), other=ask("nia's"))


def body(path: str = "", **more: Any) -> Row:
    """Of the young person in an incident."""

    def ask(whose: str, number: int) -> Any:
        return lambda world: Call(f"{PAGES}/{world.made[f'{whose} incident']}/body-map/YP-00000{number}{path}", **more)

    return Row(ask("kai's", 1), other=ask("nia's", 2))


def mark(path: str, **more: Any) -> Row:
    def ask(whose: str) -> Any:
        return lambda world: Call(f"{API}/{world.made[f'{whose} incident']}/body-marks/{world.made[f'{whose} mark']}{path}", **more)

    return Row(ask("kai's"), other=ask("nia's"))


FILE = {"file": ("a.txt", b"I saw him fall.", "text/plain"), "kind": (None, "statement"), "caption": (None, "What he saw")}
MARK = {"young_person": "YP-000001", "region": "nose", "kind": "bruise"}
WHY = {"reason": "It was the wrong one"}
PAGES, NEW_PAGES = "/incidents", "/incidents/new"

ROWS = {
    "GET /api/v1/incidents": Row(API),
    "POST /api/v1/incidents": Row(Call(API, json=NEW)),
    "GET /api/v1/incidents/{ref}": of(),
    "PATCH /api/v1/incidents/{ref}": of(json=CORRECTION, headers=VERSION),
    "POST /api/v1/incidents/{ref}/transitions": of("/transitions", json={"action": "investigate"}, headers=VERSION),
    "POST /api/v1/incidents/{ref}/addenda": of("/addenda", json={"text": "More."}),
    "POST /api/v1/incidents/{ref}/involvements": of("/involvements", json={"young_person": "YP-000001", "roles": ["told_us"]}),
    "POST /api/v1/incidents/{ref}/staff": of("/staff", json={"role": "staff_present", "name": "An officer"}),
    "POST /api/v1/incidents/{ref}/allegation": allegation("/allegation", json={"investigator": "Someone"}, headers=VERSION),
    "POST /api/v1/incidents/{ref}/outcomes": of("/outcomes", json={"outcome": "family_told"}),
    "POST /api/v1/incidents/{ref}/not-told": of("/not-told", json={"outcome": "family_told", "reason": "not_reached"}),
    "GET /api/v1/incidents/{ref}/files": of("/files"),
    "POST /api/v1/incidents/{ref}/files": of("/files", files=FILE),
    "GET /api/v1/incidents/{ref}/files/{file_ref}": kept(""),
    "GET /api/v1/incidents/{ref}/files/{file_ref}/content": kept("/content"),
    "POST /api/v1/incidents/{ref}/files/{file_ref}/withdraw": kept("/withdraw", json=WHY),
    "GET /api/v1/incidents/{ref}/body-marks": of("/body-marks"),
    "POST /api/v1/incidents/{ref}/body-marks": of("/body-marks", json=MARK),
    "POST /api/v1/incidents/{ref}/body-marks/{mark}/strike": mark("/strike", json=WHY),
    "GET /incidents": Row(PAGES),
    "POST /incidents/find": Row(Call(f"{PAGES}/find", form={"q": "mort"})),
    "GET /incidents/export": Row(f"{PAGES}/export"),
    "GET /incidents/{ref}": of(base=PAGES),
    "GET /incidents/{ref}/recorded": of("/recorded", PAGES),
    "GET /incidents/{ref}/correct": of("/correct", PAGES),
    "POST /incidents/{ref}/correct": of("/correct", PAGES, form={}),
    "POST /incidents/{ref}/transitions": of("/transitions", PAGES, form={}),
    "POST /incidents/{ref}/addenda": of("/addenda", PAGES, form={}),
    "POST /incidents/{ref}/outcomes": of("/outcomes", PAGES, form={}),
    "POST /incidents/{ref}/told": of("/told", PAGES, form={}),
    "POST /incidents/{ref}/staff": of("/staff", PAGES, form={}),
    "POST /incidents/{ref}/allegation": allegation("/allegation", PAGES, form={"version": "1"}),
    "GET /incidents/{ref}/files/new": of("/files/new", PAGES),
    "POST /incidents/{ref}/files": of("/files", PAGES, form={}),
    "GET /incidents/{ref}/files/{file_ref}": kept("", PAGES),
    "GET /incidents/{ref}/files/{file_ref}/download": kept("/download", PAGES),
    "GET /incidents/{ref}/files/{file_ref}/picture": kept("/picture", PAGES),
    "POST /incidents/{ref}/files/{file_ref}/withdraw": kept("/withdraw", PAGES, form={}),
    "GET /incidents/{ref}/body-map/{child}": body(),
    "POST /incidents/{ref}/body-map/{child}": body(form={}),
    "POST /incidents/{ref}/body-map/{child}/strike": body("/strike", form={}),
    "GET /incidents/{ref}/involvements": of("/involvements", PAGES),
    "POST /incidents/{ref}/involvements": of("/involvements", PAGES, form={}),
    "GET /children/{ref}/incidents": Row("/children/YP-000001/incidents", other="/children/YP-000002/incidents"),
    "GET /incidents/new": Row(NEW_PAGES),
    "POST /incidents/new": Row(Call(NEW_PAGES, form={})),
    "GET /incidents/new/{draft_id}": draft(""),
    "GET /incidents/new/{draft_id}/{name}": draft("/people"),
    "POST /incidents/new/{draft_id}/{name}": draft("/people", form={}),
    "GET /incidents/new/{draft_id}/check": draft("/check"),
    "POST /incidents/new/{draft_id}/check": draft("/check", form={}),
    "POST /incidents/new/{draft_id}/discard": draft("/discard", "spare", form={}),
}
