from typing import Any

from tests.code.matrix.rows import Call, Row
from tests.incidents.make import incident, involve
from tests.referrals.make import decision, letter, send
from tests.world import World
from yosafe.accounts.permissions import Role
from yosafe.forms.drafts import start_draft

WAYS = {"new": "referral", "considered": "referral-considered"}
API = "/api/v1/referrals"


async def prepare(world: World) -> None:
    """A referral about Kai, which lets the committee see him, and one about Nia."""
    of_kai, of_nia = await incident(world.dan, involve(world.kai, "harmed")), await incident(world.ivy, involve(world.nia, "harmed"))
    world.made["kai's referred incident"] = f"IN-{of_kai.id:06}"
    world.made["kai's referral"] = (await send(world.cleo, world.kai, f"IN-{of_kai.id:06}")).ref
    world.made["nia's referral"] = (await send(world.ben, world.nia, f"IN-{of_nia.id:06}")).ref
    for way, kind in WAYS.items():
        for name, who, child in (("cleo", world.cleo, "YP-000001"), ("amina", world.amina, "YP-000001"), ("ben", world.ben, "YP-000002")):
            for which in ("draft", "spare"):
                draft = await start_draft(by=who, kind=kind, answers={"young_person": child})
                world.made[f"{name}'s {which} ({way})"] = str(draft.id)


def of(path: str = "", **more: Any) -> Row:
    def ask(whose: str) -> Any:
        return lambda world: Call(f"{API}/{world.made[whose]}{path}", **more)

    return Row(ask("kai's referral"), other=ask("nia's referral"))


def page_of(path: str = "", **more: Any) -> Row:
    def ask(whose: str) -> Any:
        return lambda world: Call(f"/referrals/{world.made[whose]}{path}", **more)

    return Row(ask("kai's referral"), other=ask("nia's referral"))


def draft_of(way: str, step: str = "grounds", which: str = "draft", **more: Any) -> Row:
    """Everyone's own draft; one of someone else's."""

    def ask(whose: str) -> Any:
        return lambda world: Call(f"/referrals/{way}/{world.made[f'{whose} {which} ({way})']}/{step}", **more)

    return Row(ask("cleo's"), other=ask("ben's"), own_for={Role.YOT_WORKER: ask("amina's")})


def posting(path: str, body: Any) -> Row:
    """A body about Kai, resting on his incident; the same about Nia."""
    return Row(
        lambda world: Call(path, json=body(world.kai, world.made["kai's referred incident"])),
        other=lambda world: Call(path, json=body(world.nia, world.made["kai's referred incident"])),
    )


ROWS = {
    "GET /api/v1/referrals": Row(API),
    "POST /api/v1/referrals": posting(API, letter),
    "POST /api/v1/referrals/considered": posting(
        f"{API}/considered", lambda child, incident: {**decision(child, incident), "review_on": "2026-11-01"}
    ),
    "GET /api/v1/referrals/{ref}": of(),
    # Everyone with the permission may record some events; for a decision, all but the social worker hear 403, so the matrix asks for an old version.
    "POST /api/v1/referrals/{ref}/events": of("/events", json={"kind": "decided", "on": "2026-10-05"}, headers={"If-Match": '"99"'}),
    "GET /referrals": Row("/referrals"),
    "GET /referrals/export": Row("/referrals/export"),
    "GET /referrals/{ref}": page_of(),
    "POST /referrals/{ref}/events": page_of("/events", form={"version": "99", "kind": "decided"}),
    "GET /referrals/{ref}/sent": page_of("/sent"),
    "GET /referrals/{ref}/for-child": page_of("/for-child"),
    "GET /referrals/{ref}/document": page_of("/document"),
    "GET /api/v1/referrals/{ref}/document": of("/document"),
    "GET /api/v1/referrals/{ref}/export": of("/export"),
    "GET /children/{ref}/referrals": Row("/children/YP-000001/referrals", other="/children/YP-000002/referrals"),
    "GET /referrals/new": Row("/referrals/new?young_person=YP-000001", other="/referrals/new?young_person=YP-000002"),
    "POST /referrals/new": Row(
        Call("/referrals/new", form={"young_person": "YP-000001"}), other=Call("/referrals/new", form={"young_person": "YP-000002"})
    ),
    "GET /referrals/new/{draft_id}/{step}": draft_of("new"),
    "POST /referrals/new/{draft_id}/{step}": draft_of("new", form={}),
    "POST /referrals/new/{draft_id}/discard": draft_of("new", "discard", "spare", form={}),
    "POST /referrals/considered": Row(
        Call("/referrals/considered", form={"young_person": "YP-000001"}), other=Call("/referrals/considered", form={"young_person": "YP-000002"})
    ),
    "GET /referrals/considered/{draft_id}/{step}": draft_of("considered"),
    "POST /referrals/considered/{draft_id}/{step}": draft_of("considered", form={}),
    "POST /referrals/considered/{draft_id}/discard": draft_of("considered", "discard", "spare", form={}),
}
