"""Kai and Nia are each out, have a worker, a plan of contacts and a care period; Kai's are seen by whoever sees Kai."""

import datetime as dt
from typing import Any

from tests.code.matrix.rows import Call, Row
from tests.world import TODAY, World
from yosafe import clock
from yosafe.people.actions import record_care_period
from yosafe.people.contact_plans.actions import plan_contacts
from yosafe.people.contact_plans.schemas import PlanContacts
from yosafe.people.schemas import RecordCarePeriod
from yosafe.people.time_out.actions import start_time_out
from yosafe.people.time_out.schemas import StartTimeOut
from yosafe.people.workers.actions import name_worker
from yosafe.people.workers.schemas import NameWorker

API, PAGES = "/api/v1/young-people", "/children"
KAI, NIA = "YP-000001", "YP-000002"
VERSION = {"If-Match": '"1"'}
LONG_AGO = "2026-08-01T10:00:00Z"  # before either arrived: refused, so that everyone stays where they are
OUT = {"reason": "court", "place": "Leeds Crown Court", "escort": "Contractor", "left_at": LONG_AGO}
TRANSFER = {"establishment": "FYI", "legal_status": "dto", "moved_at": LONG_AGO, "reason": "space", "escort": "Contractor"}
CARE = {"status": "looked_after", "legal_basis": "care_order", "responsible_area": "E08000035", "started_on": "2020-01-01"}


async def prepare(world: World) -> None:
    for name, child, by, planner in (("kai", world.kai, world.dan, world.amina), ("nia", world.nia, world.ivy, world.ben)):
        out = StartTimeOut(reason="court", place="Crown Court", escort="Contractor", left_at=clock.now() - dt.timedelta(hours=2))
        plan = PlanContacts(from_whom="yot", way="visit", every_days=28, agreed_by="All", since=TODAY)
        world.made[f"{name}'s time-out"] = (await start_time_out(by=by, young_person=child, new=out)).id
        worker = NameWorker(role="advocate", name="Ada Moss", since=TODAY)
        world.made[f"{name}'s workers"] = (await name_worker(by=by, young_person=child, new=worker)).id
        world.made[f"{name}'s contact-plans"] = (await plan_contacts(by=planner, young_person=child, new=plan)).id
        care = RecordCarePeriod(status="never", started_on=TODAY)
        period = (await record_care_period(by=world.cleo, young_person=child, new=care)).id
        world.made[f"{name}'s care"] = world.made[f"{name}'s care-periods"] = period


def child(path: str, prefix: str = API, **more: Any) -> Row:
    """About Kai, and the same about Nia."""
    return Row(Call(f"{prefix}/{KAI}{path}", **more), other=Call(f"{prefix}/{NIA}{path}", **more))


def one(kind: str, step: str, prefix: str = API, **more: Any) -> Row:
    """About a record of Kai's, and the same of Nia's."""

    def ask(ref: str, whose: str) -> Any:
        return lambda world: Call(f"{prefix}/{ref}/{kind}/{world.made[f'{whose} {kind}']}/{step}", **more)

    return Row(ask(KAI, "kai's"), other=ask(NIA, "nia's"))


def placement(prefix: str = API, **more: Any) -> Row:
    return Row(Call(f"{prefix}/{KAI}/placements/1/transfer", **more), other=Call(f"{prefix}/{NIA}/placements/2/transfer", **more))


ROWS = {
    "POST /api/v1/young-people/{ref}/placements/{placement}/transfer": placement(json=TRANSFER, headers=VERSION),
    "GET /children/{ref}/placements/{placement}/transfer": placement(PAGES),
    "POST /children/{ref}/placements/{placement}/transfer": placement(PAGES, form={}),
    "POST /api/v1/young-people/{ref}/care-periods/{period}/correct": one(
        "care-periods", "correct", json=CARE | {"reason": "The papers say so."}, headers=VERSION
    ),
    "GET /children/{ref}/care/{period}/correct": one("care", "correct", PAGES),
    "POST /children/{ref}/care/{period}/correct": one("care", "correct", PAGES, form={}),
    "GET /api/v1/time-out": Row("/api/v1/time-out"),
    "GET /api/v1/young-people/{ref}/time-out": child("/time-out"),
    "POST /api/v1/young-people/{ref}/time-out": child("/time-out", json=OUT),
    "POST /api/v1/young-people/{ref}/time-out/{time_out}/change": one(
        "time-out", "change", json={"place": "Crown Court", "escort": "Contractor"}, headers=VERSION
    ),
    "POST /api/v1/young-people/{ref}/time-out/{time_out}/return": one(
        "time-out", "return", json={"returned_at": "2026-10-05T09:59:00Z", "concern": False}, headers=VERSION
    ),
    "GET /time-out": Row("/time-out"),
    "GET /time-out/export": Row("/time-out/export"),
    "GET /children/{ref}/time-out/new": child("/time-out/new", PAGES),
    "POST /children/{ref}/time-out/new": child("/time-out/new", PAGES, form={}),
    "GET /children/{ref}/time-out/{time_out}/change": one("time-out", "change", PAGES),
    "POST /children/{ref}/time-out/{time_out}/change": one("time-out", "change", PAGES, form={}),
    "GET /children/{ref}/time-out/{time_out}/return": one("time-out", "return", PAGES),
    "POST /children/{ref}/time-out/{time_out}/return": one("time-out", "return", PAGES, form={}),
    "GET /api/v1/young-people/{ref}/workers": child("/workers"),
    "POST /api/v1/young-people/{ref}/workers": child("/workers", json={"role": "health", "name": "Bo Lind", "since": "2026-10-01"}),
    "POST /api/v1/young-people/{ref}/workers/{worker}/reach": one("workers", "reach", json={"telephone": "01632 960001"}, headers=VERSION),
    "POST /api/v1/young-people/{ref}/workers/{worker}/end": one("workers", "end", json={"until": "2026-10-05"}, headers=VERSION),
    "GET /children/{ref}/workers": child("/workers", PAGES),
    "GET /children/{ref}/workers/new": child("/workers/new", PAGES),
    "POST /children/{ref}/workers/new": child("/workers/new", PAGES, form={}),
    "GET /children/{ref}/workers/{worker}/reach": one("workers", "reach", PAGES),
    "POST /children/{ref}/workers/{worker}/reach": one("workers", "reach", PAGES, form={"email": "nothing"}),
    "GET /children/{ref}/workers/{worker}/end": one("workers", "end", PAGES),
    "POST /children/{ref}/workers/{worker}/end": one("workers", "end", PAGES, form={}),
    "GET /api/v1/contacts-due": Row("/api/v1/contacts-due"),
    "GET /contacts-due": Row("/contacts-due"),
    "GET /contacts-due/export": Row("/contacts-due/export"),
    "GET /api/v1/young-people/{ref}/contact-plans": child("/contact-plans"),
    "POST /api/v1/young-people/{ref}/contact-plans": child(
        "/contact-plans", json={"from_whom": "family", "way": "call", "every_days": 7, "agreed_by": "All", "since": "2026-10-01"}
    ),
    "POST /api/v1/young-people/{ref}/contact-plans/{plan}/end": one(
        "contact-plans", "end", json={"until": "2026-10-05", "reason": "It was agreed anew."}, headers=VERSION
    ),
    "GET /children/{ref}/contact-plans/new": child("/contact-plans/new", PAGES),
    "POST /children/{ref}/contact-plans/new": child("/contact-plans/new", PAGES, form={}),
    "GET /children/{ref}/contact-plans/{plan}/end": one("contact-plans", "end", PAGES),
    "POST /children/{ref}/contact-plans/{plan}/end": one("contact-plans", "end", PAGES, form={}),
}
