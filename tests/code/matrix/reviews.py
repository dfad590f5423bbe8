from tests.code.matrix.rows import Call, Row
from tests.world import TODAY, World
from yosafe import clock
from yosafe.accounts.permissions import Role
from yosafe.audit.record import Operator
from yosafe.db.engine import DB
from yosafe.people.access import young_person_ref
from yosafe.people.duties import DutyKind, open_duty
from yosafe.reference.establishments import establishment
from yosafe.refs import ref
from yosafe.reviews.actions import refresh_flags
from yosafe.reviews.agenda.actions import ask_for_review
from yosafe.reviews.agenda.schemas import AskForReview
from yosafe.reviews.panels.actions import keep_panel
from yosafe.reviews.panels.schemas import KeepPanel
from yosafe.reviews.tables import Action, Review, ReviewCase

WHY = {"reason": "Two agencies hear different things."}
PANEL = {"chair": "Cleo", "every_weeks": 2, "agencies": ["wetherby", "leeds-yot"], "least_agencies": 2}
ANSWER = {"outcome": "agreed", "reason": "His mother can't afford the fare."}


async def prepare(world: World) -> None:
    """A flag of each young person, and a review with an action about each; the committee of Leeds has a duty towards Kai, so its member sees him."""
    await refresh_flags(by=Operator("system"), as_of=TODAY)
    for name, child in (("kai", world.kai), ("nia", world.nia)):
        world.made[f"{name}'s flag"] = await DB.fetchval("SELECT min(id) FROM flag WHERE young_person = $1", child.id)
        world.made[f"{name}'s ref"] = young_person_ref(child.id)
    for name, child, place in (("kai", world.kai, "WYI"), ("nia", world.nia, "STC3")):
        world.made[f"{name}'s review"] = await _review_of(world, child.id, place)
    for name, who, child in (("kai", world.amina, world.kai), ("nia", world.ben, world.nia)):
        world.made[f"{name}'s request"] = (await ask_for_review(by=who, young_person=child, new=AskForReview(**WHY))).id
    world.made["panel"] = (await keep_panel(by=world.cleo, new=KeepPanel(**PANEL))).id


async def _review_of(world: World, young_person: int, place: str) -> dict[str, object]:
    """A review with one case and one action, put straight into the tables: nobody in the tests leads at Oakhill."""
    now, lead = clock.now(), world.cleo
    review = Review(
        establishment=place, area=establishment(place).area, meets_on=TODAY, chair="Cleo", held_at=None, locked_at=None, quorate=None, quorum=None,
        agency=lead.agency,
        recorded_at=now, recorded_by=lead.id, version=1,
    )  # fmt: skip
    await review.save()
    case = ReviewCase(
        review=review.id, number=1, young_person=young_person, listed_because="Asked for.", child_came=None, child_said=None, decision=None,
        decision_reason=None, decided_at=None, decided_by=None, next_review_on=None, advocate=None, advocate_why=None, plan=None,
        put_off_at=None, put_off_by=None, put_off_reason=None, place=1, version=1,
    )  # fmt: skip
    await case.save()
    yot = await DB.fetchval("SELECT id FROM agency WHERE code = 'leeds-yot'")
    action = Action(
        review_case=case.id, young_person=young_person, what="Ring home.", owner_agency=yot, owner_name="Amina", due_on=TODAY, done_on=None,
        done_note=None, evidence=None, cancel_asked_at=None, cancel_asked_by=None, cancel_reason=None, cancelled_at=None, cancelled_by=None,
        recorded_at=now, recorded_by=lead.id, version=1,
    )  # fmt: skip
    await action.save()
    async with DB.transaction():
        await open_duty(DutyKind.COMMITTEE, young_person=young_person, area=review.area, subject=("review_case", case.id))
    return {"review": ref("RV", review.id), "action": action.id}


def flag(name: str, path: str, **more: object):
    return lambda world: Call(path.format(world.made[f"{name}'s flag"]), **more)


def child(name: str, path: str):
    return lambda world: path.format(world.made[f"{name}'s ref"])


ROWS = {
    "POST /risks/refresh": Row(Call("/risks/refresh", form={})),
    "POST /api/v1/flags/refresh": Row(Call("/api/v1/flags/refresh", headers={"Content-Type": "application/json"})),
    "GET /api/v1/flags": Row("/api/v1/flags"),
    "GET /api/v1/flags/{flag}": Row(flag("kai", "/api/v1/flags/{}"), other=flag("nia", "/api/v1/flags/{}")),
    "POST /api/v1/flags/{flag}/outcomes": Row(
        flag("kai", "/api/v1/flags/{}/outcomes", json=ANSWER), other=flag("nia", "/api/v1/flags/{}/outcomes", json=ANSWER)
    ),
    "GET /api/v1/young-people/{ref}/flags": Row(child("kai", "/api/v1/young-people/{}/flags"), other=child("nia", "/api/v1/young-people/{}/flags")),
}


REVIEWS = "/api/v1/reviews"
ARRANGE = {"meets_on": "2026-10-12", "chair": "Cleo", "establishment": "WYI"}
ATTENDANCE = {"agency": "leeds-yot", "person": "Amina", "attended": "attended"}
ACTION = {"what": "Ring his mother.", "owner_agency": "leeds-yot", "owner_name": "Amina", "due_on": "2026-10-12"}
DECISION = {"decision": "continue", "reason": "All is being done.", "child_came": "not_asked", "advocate": "not_wanted"}
VERSION = {"If-Match": '"1"'}


def of(name: str, path: str, **more: object):
    """A request about Kai's review at Wetherby, or Nia's at Oakhill."""
    return lambda world: Call(path.format(**world.made[name]), **more)


def both(path: str, **more: object) -> Row:
    return Row(of("kai's review", path, **more), other=of("nia's review", path, **more))


ROWS |= {
    "GET /api/v1/reviews": Row(REVIEWS),
    "POST /api/v1/reviews": Row(Call(REVIEWS, json=ARRANGE)),
    "GET /api/v1/reviews/{ref}": both(REVIEWS + "/{review}"),
    "GET /api/v1/reviews/{ref}/candidates": both(REVIEWS + "/{review}/candidates"),
    "POST /api/v1/reviews/{ref}/attendance": both(REVIEWS + "/{review}/attendance", json=ATTENDANCE),
    "POST /api/v1/reviews/{ref}/cases": Row(
        of("kai's review", REVIEWS + "/{review}/cases", json={"young_person": "YP-000001"}),
        other=of("nia's review", REVIEWS + "/{review}/cases", json={"young_person": "YP-000002"}),
    ),
    "GET /api/v1/reviews/{ref}/cases/{number}": both(REVIEWS + "/{review}/cases/1"),
    "POST /api/v1/reviews/{ref}/cases/{number}/views": both(REVIEWS + "/{review}/cases/1/views", json={"view": "Quiet."}),
    "POST /api/v1/reviews/{ref}/cases/{number}/actions": both(REVIEWS + "/{review}/cases/1/actions", json=ACTION),
    "POST /api/v1/reviews/{ref}/cases/{number}/decision": both(REVIEWS + "/{review}/cases/1/decision", json=DECISION, headers=VERSION),
    "GET /api/v1/reviews/{ref}/left": both(REVIEWS + "/{review}/left"),
    "POST /api/v1/reviews/{ref}/left": Row(
        of("kai's review", REVIEWS + "/{review}/left", json={"young_person": "YP-000001", **WHY}),
        other=of("nia's review", REVIEWS + "/{review}/left", json={"young_person": "YP-000002", **WHY}),
    ),
    "POST /api/v1/reviews/{ref}/order": both(REVIEWS + "/{review}/order", json={"cases": [1]}, headers=VERSION),
    "GET /api/v1/reviews/{ref}/pack": both(REVIEWS + "/{review}/pack"),
    "GET /api/v1/reviews/{ref}/pack/document": both(REVIEWS + "/{review}/pack/document"),
    "GET /api/v1/reviews/{ref}/minutes": both(REVIEWS + "/{review}/minutes"),
    "GET /api/v1/reviews/{ref}/minutes/document": both(REVIEWS + "/{review}/minutes/document"),
    "POST /api/v1/reviews/{ref}/lock": both(REVIEWS + "/{review}/lock", json={"agreed_by": "Cleo"}, headers=VERSION),
    "POST /api/v1/reviews/{ref}/addenda": both(REVIEWS + "/{review}/addenda", json={"case": 1, "text": "He has moved since."}),
    "POST /api/v1/reviews/{ref}/cases/{number}/put-off": both(
        REVIEWS + "/{review}/cases/1/put-off", json={"reason": "His worker could not come."}, headers=VERSION
    ),
    "GET /api/v1/actions": Row("/api/v1/actions"),
    "POST /api/v1/actions/{action}/done": Row(
        of("kai's review", "/api/v1/actions/{action}/done", json={"note": "Done.", "evidence": "The book."}, headers=VERSION),
        other=of("nia's review", "/api/v1/actions/{action}/done", json={"note": "Done.", "evidence": "The book."}, headers=VERSION),
        alone={Role.SOCIAL_WORKER: "the action is owned by the YOT"},
    ),
}


FORM = {"outcome": "agreed", "reason": "His mother can't afford the fare."}

ROWS |= {
    "GET /risks": Row("/risks"),
    "GET /risks/export": Row("/risks/export"),
    "GET /risks/rules": Row("/risks/rules"),
    "GET /risks/{flag}": Row(flag("kai", "/risks/{}"), other=flag("nia", "/risks/{}")),
    "POST /risks/{flag}/outcomes": Row(flag("kai", "/risks/{}/outcomes", form=FORM), other=flag("nia", "/risks/{}/outcomes", form=FORM)),
    "GET /children/{ref}/flags": Row(child("kai", "/children/{}/flags"), other=child("nia", "/children/{}/flags")),
}

ROWS |= {
    "GET /reviews": Row("/reviews"),
    "GET /reviews/export": Row("/reviews/export"),
    "GET /reviews/new": Row("/reviews/new"),
    "POST /reviews/new": Row(Call("/reviews/new", form={})),
    "GET /reviews/actions": Row("/reviews/actions"),
    "GET /reviews/actions/export": Row("/reviews/actions/export"),
    "GET /reviews/actions/{action}": Row(
        of("kai's review", "/reviews/actions/{action}"),
        other=of("nia's review", "/reviews/actions/{action}"),
        alone={Role.SOCIAL_WORKER: "the action is owned by the YOT"},
    ),
    "POST /reviews/actions/{action}": Row(
        of("kai's review", "/reviews/actions/{action}", form={"version": "1"}),
        other=of("nia's review", "/reviews/actions/{action}", form={"version": "1"}),
        alone={Role.SOCIAL_WORKER: "the action is owned by the YOT"},
    ),
    "GET /reviews/{ref}": both("/reviews/{review}"),
    "POST /reviews/{ref}/find": both("/reviews/{review}/find", form={"q": "mort"}),
    "POST /reviews/{ref}/cases": both("/reviews/{review}/cases", form={"young_person": "YP-000001"}),
    "POST /reviews/{ref}/attendance": both("/reviews/{review}/attendance", form={}),
    "GET /reviews/{ref}/cases/{number}": both("/reviews/{review}/cases/1"),
    "POST /reviews/{ref}/cases/{number}/views": both("/reviews/{review}/cases/1/views", form={"view": "Quiet."}),
    "POST /reviews/{ref}/cases/{number}/actions": both("/reviews/{review}/cases/1/actions", form={}),
    "GET /reviews/{ref}/leave": Row(
        of("kai's review", "/reviews/{review}/leave?child=YP-000001"), other=of("nia's review", "/reviews/{review}/leave?child=YP-000002")
    ),
    "POST /reviews/{ref}/leave": Row(
        of("kai's review", "/reviews/{review}/leave", form={"child": "YP-000001"}),
        other=of("nia's review", "/reviews/{review}/leave", form={"child": "YP-000002"}),
    ),
    "POST /reviews/{ref}/order": both("/reviews/{review}/order", form={"order": "1"}),
    "GET /reviews/{ref}/pack": both("/reviews/{review}/pack"),
    "GET /reviews/{ref}/pack/file": both("/reviews/{review}/pack/file"),
    "GET /reviews/{ref}/minutes": both("/reviews/{review}/minutes"),
    "GET /reviews/{ref}/minutes/file": both("/reviews/{review}/minutes/file"),
    "POST /reviews/{ref}/lock": both("/reviews/{review}/lock", form={}),
    "POST /reviews/{ref}/addenda": both("/reviews/{review}/addenda", form={}),
    "GET /reviews/{ref}/cases/{number}/put-off": both("/reviews/{review}/cases/1/put-off"),
    "POST /reviews/{ref}/cases/{number}/put-off": both("/reviews/{review}/cases/1/put-off", form={}),
    "GET /reviews/{ref}/cases/{number}/decision": both("/reviews/{review}/cases/1/decision"),
    "POST /reviews/{ref}/cases/{number}/decision": both("/reviews/{review}/cases/1/decision", form={}),
}


def panel(path: str, **more: object):
    return lambda world: Call(path.format(world.made["panel"]), **more)


# Panels name no young person: every reader sees all, and writers are refused those of other places.
ROWS |= {
    "GET /api/v1/review-figures": Row("/api/v1/review-figures?year=2025"),
    "GET /reviews/figures": Row("/reviews/figures?year=2025"),
    "GET /api/v1/review-panels": Row("/api/v1/review-panels"),
    "POST /api/v1/review-panels": Row(Call("/api/v1/review-panels", json=PANEL)),
    "GET /api/v1/review-panels/{panel}": Row(panel("/api/v1/review-panels/{}")),
    "POST /api/v1/review-panels/{panel}/change": Row(panel("/api/v1/review-panels/{}/change", json=PANEL, headers=VERSION)),
    "GET /reviews/panels": Row("/reviews/panels"),
    "GET /reviews/panels/new": Row("/reviews/panels/new"),
    "POST /reviews/panels/new": Row(Call("/reviews/panels/new", form={})),
    "GET /reviews/panels/{panel}": Row(panel("/reviews/panels/{}")),
    "POST /reviews/panels/{panel}": Row(panel("/reviews/panels/{}", form={})),
}


def about(name: str, path: str, **more: object):
    return lambda world: Call(path.format(world.made[f"{name}'s ref"]), **more)


def asked(name: str, path: str, **more: object):
    return lambda world: Call(path.format(world.made[f"{name}'s request"]), **more)


OWN_REQUEST = dict.fromkeys((Role.SOCIAL_WORKER, Role.YOI_OFFICER, Role.YOI_LEAD, Role.ACPC_MEMBER), "another agency asked")
ROWS |= {
    "GET /api/v1/young-people/{ref}/review-requests": Row(
        child("kai", "/api/v1/young-people/{}/review-requests"), other=child("nia", "/api/v1/young-people/{}/review-requests")
    ),
    "POST /api/v1/young-people/{ref}/review-requests": Row(
        about("kai", "/api/v1/young-people/{}/review-requests", json=WHY),
        other=about("nia", "/api/v1/young-people/{}/review-requests", json=WHY),
    ),
    "POST /api/v1/review-requests/{request_id}/withdraw": Row(
        asked("kai", "/api/v1/review-requests/{}/withdraw", json=WHY, headers=VERSION),
        other=asked("nia", "/api/v1/review-requests/{}/withdraw", json=WHY, headers=VERSION),
        alone=OWN_REQUEST,
    ),
    "GET /children/{ref}/review-requests": Row(child("kai", "/children/{}/review-requests"), other=child("nia", "/children/{}/review-requests")),
    "POST /children/{ref}/review-requests": Row(
        about("kai", "/children/{}/review-requests", form={}),
        other=about("nia", "/children/{}/review-requests", form={}),
    ),
    "GET /review-requests/{request_id}/withdraw": Row(
        asked("kai", "/review-requests/{}/withdraw"), other=asked("nia", "/review-requests/{}/withdraw"), alone=OWN_REQUEST
    ),
    "POST /review-requests/{request_id}/withdraw": Row(
        asked("kai", "/review-requests/{}/withdraw", form={}), other=asked("nia", "/review-requests/{}/withdraw", form={}), alone=OWN_REQUEST
    ),
}


NOT_THEIRS = {Role.SOCIAL_WORKER: "the action is owned by the YOT"}
OVER = {"owner_agency": "leeds-yot", "owner_name": "Amina Khan", "reason": "Amina is on leave from Monday."}


def action(path: str, **more: object) -> Row:
    return Row(of("kai's review", path, **more), other=of("nia's review", path, **more), alone=NOT_THEIRS)


ROWS |= {
    "GET /api/v1/actions/{action}": both("/api/v1/actions/{action}"),
    "GET /api/v1/actions/{action}/owners": both("/api/v1/actions/{action}/owners"),
    "POST /api/v1/actions/{action}/hand-over": action("/api/v1/actions/{action}/hand-over", json=OVER, headers=VERSION),
    "POST /api/v1/actions/{action}/cancel": action("/api/v1/actions/{action}/cancel", json=WHY, headers=VERSION),
    "POST /api/v1/actions/{action}/cancel/answer": both("/api/v1/actions/{action}/cancel/answer", json={"agree": True}, headers=VERSION),
    "GET /reviews/actions/{action}/hand-over": action("/reviews/actions/{action}/hand-over"),
    "POST /reviews/actions/{action}/hand-over": action("/reviews/actions/{action}/hand-over", form={}),
    "GET /reviews/actions/{action}/cancel": action("/reviews/actions/{action}/cancel"),
    "POST /reviews/actions/{action}/cancel": action("/reviews/actions/{action}/cancel", form={}),
    "POST /reviews/actions/{action}/settle": both("/reviews/actions/{action}/settle", form={}),
}
