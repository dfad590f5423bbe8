import msgspec

from tests.code.matrix.rows import Call, Row
from tests.welfare.answers import screen
from tests.world import World
from yosafe import clock
from yosafe.accounts.permissions import Role
from yosafe.db.engine import DB
from yosafe.forms.drafts import start_draft
from yosafe.people.access import young_person_ref
from yosafe.people.duties import DutyKind, open_duty
from yosafe.welfare.access import assessment_ref
from yosafe.welfare.actions import complete_assessment
from yosafe.welfare.flow import DRAFT_KIND, first_answers
from yosafe.welfare.instruments import INSTRUMENTS

NO_DRAFT = "00000000-0000-4000-8000-000000000000"


async def prepare(world: World) -> None:
    """An arrival screen of each young person; the committee has a duty towards Kai, so that its member sees him."""
    for name, child, by in (("kai", world.kai, world.dan), ("nia", world.nia, world.ivy)):
        reference = young_person_ref(child.id)
        made = await complete_assessment(by=by, young_person=child, new=screen(reference))
        world.made[f"{name}'s screen"] = assessment_ref(made.id)
        world.made[f"{name}'s welfare"] = reference
    async with DB.transaction():
        await open_duty(DutyKind.COMMITTEE, young_person=world.kai.id, area="E08000035", subject=("review_case", 2))
    known = first_answers(INSTRUMENTS["vulnerability-screen"], world.kai.id, [], clock.today())
    for role in RECORDERS:
        for which in ("draft", "spare"):
            world.made[f"{role}{DRAFTS}{which}"] = (await start_draft(by=world.of(role), kind=DRAFT_KIND, answers=known)).id


def of(name: str, path: str, **more: object):
    return lambda world: Call(path.format(world.made[f"{name}'s welfare"]), **more)


def record(name: str, path: str):
    return lambda world: path.format(world.made[f"{name}'s screen"])


def new(name: str):
    return lambda world: Call("/api/v1/assessments", json=msgspec.to_builtins(screen(world.made[f"{name}'s welfare"])))


def both(path: str, **more: object) -> Row:
    return Row(of("kai", path, **more), other=of("nia", path, **more))


RECORDERS = (Role.YOT_WORKER, Role.YOI_OFFICER, Role.YOI_LEAD)
DRAFTS = "'s screen "
NEW = "/children/{}/assessments/new"


def in_hand(path: str, which: str = "draft", **more: object) -> Row:
    """A page of a draft about Kai: each role has one of its own; nobody has one about Nia."""

    def own(role: Role):
        return lambda world: Call(NEW.format(world.made["kai's welfare"]) + f"/{world.made[f'{role}{DRAFTS}{which}']}{path}", **more)

    def other(world: World) -> Call:
        return Call(NEW.format(world.made["nia's welfare"]) + f"/{NO_DRAFT}{path}", **more)

    return Row(own(Role.YOI_LEAD), other=other, own_for={role: own(role) for role in RECORDERS})


def decided(path: str, **more: object) -> Row:
    return Row(*(lambda world, name=name: Call(path.format(world.made[f"{name}'s screen"]), **more) for name in ("kai", "nia")))


ROWS = {
    "GET /assessments": Row("/assessments"),
    "GET /assessments/export": Row("/assessments/export"),
    "GET /assessments/drafts/{draft_id}": Row(
        lambda world: f"/assessments/drafts/{world.made[f'{Role.YOI_LEAD}{DRAFTS}draft']}",
        other=f"/assessments/drafts/{NO_DRAFT}",
        own_for={role: lambda world, role=role: f"/assessments/drafts/{world.made[f'{role}{DRAFTS}draft']}" for role in RECORDERS},
    ),
    "GET /assessments/{ref}": Row(record("kai", "/assessments/{}"), other=record("nia", "/assessments/{}")),
    "GET /assessments/{ref}/done": Row(record("kai", "/assessments/{}/done"), other=record("nia", "/assessments/{}/done")),
    "GET /assessments/{ref}/compare": Row(record("kai", "/assessments/{}/compare"), other=record("nia", "/assessments/{}/compare")),
    "GET /assessments/{ref}/own-words": Row(record("kai", "/assessments/{}/own-words"), other=record("nia", "/assessments/{}/own-words")),
    "GET /assessments/waiting": Row("/assessments/waiting"),
    "GET /assessments/waiting/export": Row("/assessments/waiting/export"),
    "GET /assessments/{ref}/signing": Row(record("kai", "/assessments/{}/signing"), other=record("nia", "/assessments/{}/signing")),
    "POST /assessments/{ref}/signing": decided("/assessments/{}/signing", form={"decision": "countersigned"}),
    "POST /assessments/{ref}/again": decided("/assessments/{}/again", form={}),
    "GET /api/v1/assessments/waiting": Row("/api/v1/assessments/waiting"),
    "POST /api/v1/assessments/{ref}/signing": decided("/api/v1/assessments/{}/signing", json={"decision": "countersigned"}),
    "GET /api/v1/assessments/{ref}/comparison": Row(
        record("kai", "/api/v1/assessments/{}/comparison"), other=record("nia", "/api/v1/assessments/{}/comparison")
    ),
    "GET /children/{ref}/assessments": both("/children/{}/assessments"),
    "GET /children/{ref}/assessments/new": both(NEW),
    "POST /children/{ref}/assessments/new": both(NEW, form={"instrument": "vulnerability-screen"}),
    "GET /children/{ref}/assessments/new/{draft_id}": in_hand(""),
    "GET /children/{ref}/assessments/new/{draft_id}/check": in_hand("/check"),
    "POST /children/{ref}/assessments/new/{draft_id}/check": in_hand("/check", form={}),
    "GET /children/{ref}/assessments/new/{draft_id}/{name}": in_hand("/screen"),
    "POST /children/{ref}/assessments/new/{draft_id}/{name}": in_hand("/screen", form={}),
    "POST /children/{ref}/assessments/new/{draft_id}/discard": in_hand("/discard", "spare", form={}),
    "POST /api/v1/assessments": Row(new("kai"), other=new("nia")),
    "GET /api/v1/assessments/due": Row("/api/v1/assessments/due"),
    "GET /api/v1/assessments/{ref}": Row(record("kai", "/api/v1/assessments/{}"), other=record("nia", "/api/v1/assessments/{}")),
    "GET /api/v1/young-people/{ref}/assessments": both("/api/v1/young-people/{}/assessments"),
    "GET /api/v1/young-people/{ref}/assessments/due": both("/api/v1/young-people/{}/assessments/due"),
}
