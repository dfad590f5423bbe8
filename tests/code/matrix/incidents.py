from typing import Any

from tests.code.matrix.rows import Call, Row
from tests.incidents.make import incident, involve
from tests.world import World
from yosafe.accounts.permissions import Role
from yosafe.db.engine import DB
from yosafe.forms.drafts import start_draft
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
    "POST /incidents/{ref}/staff": of("/staff", PAGES, form={}),
    "POST /incidents/{ref}/allegation": allegation("/allegation", PAGES, form={"version": "1"}),
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
