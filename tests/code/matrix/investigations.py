"""Cleo looks after an incident of Kai's that is being investigated; Dan recorded it and does not, so he reads it only. Nia's is at Oakhill. A
complaint of Kai's is answered; one of Nia's is not."""

from typing import Any

from tests.code.matrix.rows import Call, Row
from tests.incidents.make import again, incident, involve
from tests.world import TODAY, World
from yosafe.accounts.permissions import Role
from yosafe.db.engine import DB
from yosafe.incidents.actions import move
from yosafe.incidents.investigation import actions
from yosafe.incidents.investigation.schemas import PlanStep, RecordEvidence
from yosafe.incidents.schemas import MoveIncident
from yosafe.people.duties import DutyKind, open_duty

API, PAGES = "/api/v1/incidents", "/incidents"
NOT_HIS = {Role.YOI_OFFICER: "someone else looks after it"}


async def prepare(world: World) -> None:
    found = await incident(world.dan, involve(world.kai, "harmed"))
    await move(MoveIncident(action="investigate"), by=world.cleo, incident=found, version=1)
    found = await again(world.cleo, found)
    for which in ("step", "page step", "spare step"):
        world.made[which] = await actions.plan_step(PlanStep(what="Ask.", who="Dan", due_on=TODAY), by=world.cleo, incident=found)
    for which in ("evidence", "page evidence"):
        world.made[which] = await actions.record_evidence(RecordEvidence(kind="cctv", what="Camera 3"), by=world.cleo, incident=found)
    world.made["kai's investigation"] = f"IN-{found.id:06}"
    world.made["nia's investigation"] = f"IN-{(await incident(world.ivy, involve(world.nia, 'harmed'))).id:06}"
    for name, by, child in (("kai", world.dan, world.kai), ("nia", world.ivy, world.nia)):
        complaint = await incident(by, involve(child, "complainant"), kind="complaint", outcomes=[{"outcome": "support_plan"}])
        world.made[f"{name}'s complaint"] = f"IN-{complaint.id:06}"
        if name == "kai":
            answer = MoveIncident(action="conclude", finding="upheld", comment="It is as he says.", answer="You are right.")
            await move(answer, by=world.cleo, incident=complaint, version=1)
    async with DB.transaction():
        await open_duty(DutyKind.COMMITTEE, young_person=world.kai.id, area="E08000035", subject=("review_case", 4))


def of(path: str = "", base: str = API, *, number: str | None = None, what: str = "investigation", **more: Any) -> Row:
    def ask(whose: str) -> Any:
        def made(world: World) -> Call:
            inside = "/investigation" if what == "investigation" else ""
            filled = path.replace("#", str(world.made[number])) if number else path
            return Call(f"{base}/{world.made[f'{whose} {what}']}{inside}{filled}", **more)

        return made

    changes = what == "investigation" and path != ""
    return Row(ask("kai's"), other=ask("nia's"), alone=NOT_HIS if changes else {})


TALK = {"with_whom": "staff", "name": "An officer", "held_on": TODAY.isoformat(), "present": ["nobody"], "said": "I saw it."}
WRONG = {"reason": "It is of another incident."}
ROWS = {
    "GET /api/v1/investigations": Row("/api/v1/investigations"),
    "GET /api/v1/incidents/{ref}/investigation": of(),
    "POST /api/v1/incidents/{ref}/investigation/steps": of("/steps", json={"what": "Ask.", "who": "Dan", "due_on": TODAY.isoformat()}),
    "POST /api/v1/incidents/{ref}/investigation/steps/{number}/end": of("/steps/#/end", number="step", json={"how": "done"}),
    "POST /api/v1/incidents/{ref}/investigation/interviews": of("/interviews", json=TALK),
    "POST /api/v1/incidents/{ref}/investigation/evidence": of("/evidence", json={"kind": "cctv", "what": "Camera 4"}),
    "POST /api/v1/incidents/{ref}/investigation/evidence/{number}/end": of("/evidence/#/end", number="evidence", json={"lost_because": "Gone."}),
    "POST /api/v1/incidents/{ref}/investigation/feedback": of("/feedback", json={"audience": "reporter", "not_told_because": "declined"}),
    "POST /api/v1/incidents/{ref}/investigation/{part}/{number}/withdraw": of("/step/#/withdraw", number="spare step", json=WRONG),
    "GET /investigations": Row("/investigations"),
    "GET /investigations/export": Row("/investigations/export"),
    "GET /incidents/{ref}/investigation": of(base=PAGES),
    "GET /incidents/{ref}/investigation/{part}/new": of("/step/new", PAGES),
    "POST /incidents/{ref}/investigation/{part}/new": of("/step/new", PAGES, form={}),
    "GET /incidents/{ref}/investigation/{part}/{number}/{what}": of("/step/#/end", PAGES, number="page step"),
    "POST /incidents/{ref}/investigation/{part}/{number}/{what}": of("/evidence/#/end", PAGES, number="page evidence", form={}),
    "GET /api/v1/complaints": Row("/api/v1/complaints"),
    "GET /api/v1/complaints/figures": Row("/api/v1/complaints/figures"),
    "POST /api/v1/incidents/{ref}/content": of("/content", what="complaint", json={"content": "yes"}),
    "GET /complaints": Row("/complaints"),
    "GET /complaints/export": Row("/complaints/export"),
    "POST /incidents/{ref}/content": of("/content", PAGES, what="complaint", form={}),
    "POST /incidents/{ref}/concern": of("/concern", PAGES, what="complaint", form={}),
}
