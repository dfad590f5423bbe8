"""The committee of Leeds holds a review about Kai that Cleo asked for, with Wetherby, Leeds YOT and Leeds social services on the panel. Nobody in the
tests but the committee of Kent, which nobody works for, and Ben's team see that about Nia."""

from typing import Any

from tests.code.matrix.rows import Call, Row
from tests.world import KENT, LEEDS, TODAY, World
from yosafe.accounts.permissions import Role
from yosafe.committees.case_reviews.access import case_review_ref
from yosafe.committees.case_reviews.actions import add_party, ask_review, decide_review, recommend
from yosafe.committees.case_reviews.schemas import AddParty, AskReview, DecideReview, Recommend
from yosafe.db.engine import DB
from yosafe.people.duties import DutyKind, open_duty

API, PAGES = "/api/v1/case-reviews", "/case-reviews"
KAI, NIA = "YP-000001", "YP-000002"
VERSION = {"If-Match": '"1"'}
HELD = {"If-Match": '"2"'}
DAY = TODAY.isoformat()
ASKED = {"area": LEEDS, "happened": "serious_harm", "happened_on": DAY, "concern": "Nobody put it together."}
AGENCIES = {"cleo": "wetherby", "amina": "leeds-yot", "esi": "leeds-social-services"}
BY_AGENCY = {Role.YOT_WORKER: "amina", Role.SOCIAL_WORKER: "esi"}


async def prepare(world: World) -> None:
    for whose, child, by, area in (("kai's", world.kai, world.cleo, LEEDS), ("nia's", world.nia, world.ben, KENT)):
        for which in ("asked", "held", "ending"):
            review = await ask_review(by=by, young_person=child, new=AskReview(**{**ASKED, "area": area, "happened_on": TODAY}))
            world.made[f"{whose} {which} review"] = case_review_ref(review.id)
            for name, code in AGENCIES.items() if whose == "kai's" else ():
                if which == "asked":
                    await _see(review.id, code)
                    continue
                if review.decision is None:
                    hold = DecideReview(decision="hold", reason="It must be learnt from.", decided_on=TODAY, chair="Ada Quist")
                    review = await decide_review(by=world.jay, review=review, decision=hold, version=1)
                await _on_panel(world, review, name, code, which)
    async with DB.transaction():
        await open_duty(DutyKind.COMMITTEE, young_person=world.kai.id, area=LEEDS, subject=("review_case", 9))


async def _on_panel(world: World, review: Any, name: str, code: str, which: str) -> None:
    if which == "ending":
        return await _see(review.id, code)
    for place in ("api", "page"):
        panel = AddParty(seat="custody", member=name, agency=code, asked_on=TODAY, due_on=TODAY)
        party = await add_party(by=world.jay, review=review, new=panel)
        todo = Recommend(text="Ask each other.", party=party.id, owner=name, due_on=TODAY)
        world.made[f"{name}'s {place} party"] = party.id
        world.made[f"{name}'s {place} recommendation"] = (await recommend(by=world.jay, review=review, new=todo)).id
    return None


async def _see(review: int, code: str) -> None:
    """An agency whose management review came already."""
    await DB.execute(
        "INSERT INTO case_review_party (case_review, seat, agency, member, asked_on, due_on, received_on, recorded_at, recorded_by, "
        "received_recorded_at, received_recorded_by, version) SELECT $1, 'custody', id, 'Someone', $3, $3, $3, now(), 1, now(), 1, 1 "
        "FROM agency WHERE code = $2",
        *(review, code, TODAY),
    )


def of(path: str = "", base: str = API, which: str = "held", **more: Any) -> Row:
    def ask(whose: str) -> Any:
        return lambda world: Call(f"{base}/{world.made[f'{whose} {which} review']}{path}", **more)

    return Row(ask("kai's"), other=ask("nia's"))


def ending(kind: str, path: str, base: str = API, **more: Any) -> Row:
    """Of what the reader's own agency has to do."""
    place = "api" if base == API else "page"

    def ask(name: str, whose: str = "kai's") -> Any:
        return lambda world: Call(f"{base}/{world.made[f'{whose} held review']}{path.format(world.made[f'{name} {place} {kind}'])}", **more)

    return Row(ask("cleo's"), other=ask("cleo's", "nia's"), own_for={role: ask(f"{name}'s") for role, name in BY_AGENCY.items()})


def recommending(whose: str) -> Any:
    def ask(world: World) -> Call:
        body = {"text": "Ask each other.", "party": world.made["cleo's api party"], "owner": "Jo", "due_on": DAY}
        return Call(f"{API}/{world.made[f'{whose} held review']}/recommendations", json=body)

    return ask


def child(path: str, prefix: str, **more: Any) -> Row:
    return Row(Call(f"{prefix}/{KAI}{path}", **more), other=Call(f"{prefix}/{NIA}{path}", **more))


ROWS = {
    "GET /api/v1/case-reviews": Row(API),
    "POST /api/v1/young-people/{ref}/case-reviews": child("/case-reviews", "/api/v1/young-people", json=ASKED),
    "GET /api/v1/case-reviews/{ref}": of(),
    "GET /api/v1/case-reviews/{ref}/notice": of("/notice"),
    "GET /case-reviews/{ref}/notice": of("/notice", PAGES),
    "POST /api/v1/case-reviews/{ref}/decision": of(
        "/decision", which="asked", json={"decision": "not_hold", "reason": "Nothing is to be learnt.", "decided_on": DAY}, headers=VERSION
    ),
    "POST /api/v1/case-reviews/{ref}/parties": of(
        "/parties", json={"seat": "police", "member": "Jo Hart", "asked_on": DAY, "due_on": DAY}
    ),
    "POST /api/v1/case-reviews/{ref}/parties/{party}/received": ending("party", "/parties/{}/received", json={"received_on": DAY}, headers=VERSION),
    "POST /api/v1/case-reviews/{ref}/recommendations": Row(recommending("kai's"), other=recommending("nia's")),
    "POST /api/v1/case-reviews/{ref}/recommendations/{recommendation}/done": ending(
        "recommendation", "/recommendations/{}/done", json={"done_on": DAY, "evidence": "An audit of ten files."}, headers=VERSION
    ),
    "POST /api/v1/case-reviews/{ref}/changes": of("/changes", json={"what": "They ring each other.", "changed_on": DAY}),
    "POST /api/v1/case-reviews/{ref}/completion": of(
        "/completion", which="ending", json={"completed_on": DAY, "summary": "What was learnt."}, headers=HELD
    ),
    "GET /case-reviews": Row(PAGES),
    "GET /case-reviews/export": Row(f"{PAGES}/export"),
    "GET /children/{ref}/case-reviews/new": child("/case-reviews/new", "/children"),
    "POST /children/{ref}/case-reviews/new": child("/case-reviews/new", "/children", form={}),
    "GET /case-reviews/{ref}": of(base=PAGES),
    "GET /case-reviews/{ref}/{step}": of("/party", PAGES),
    "POST /case-reviews/{ref}/{step}": of("/party", PAGES, form={}),
    "GET /case-reviews/{ref}/{part}/{entry}": ending("party", "/parties/{}", PAGES),
    "POST /case-reviews/{ref}/{part}/{entry}": ending("party", "/parties/{}", PAGES, form={}),
}  # fmt: skip
