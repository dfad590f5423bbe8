"""Grace, of Wetherby, was asked for what is kept about Kai; Oakhill for what is kept about Nia."""

from typing import Any

from tests.code.matrix.rows import Call, Row
from tests.world import NOW, TODAY, World
from yosafe.db.engine import DB
from yosafe.refs import ref

STALE = {"If-Match": '"99"'}
_ADD = """
    INSERT INTO subject_request (young_person, agency, asker, received_on, identity_on, identity_how, recorded_at, recorded_by)
    VALUES ($1, $2, 'young_person', $3, $3, 'known', $4, $5) RETURNING id
"""
NOTE = "The governor was asked about it."
DAY = {"year": str(TODAY.year), "month": str(TODAY.month), "day": str(TODAY.day)}
PAGE = "/admin/subject-access"
API = "/api/v1/subject-requests"
DECIDE = {"kind": "contact", "number": "1", "decision": "give", "note": NOTE}


async def prepare(world: World) -> None:
    for name, child, user in (("kai's subject request", world.kai, world.grace), ("nia's subject request", world.nia, world.ivy)):
        world.made[name] = ref("SQ", await DB.fetchval(_ADD, child.id, user.agency, TODAY, NOW, user.id))


def of(path: str, **more: Any) -> Row:
    def ask(whose: str) -> Any:
        return lambda world: Call(path.format(world.made[f"{whose}'s subject request"]), **more)

    return Row(ask("kai"), other=ask("nia"))


ROWS = {
    f"GET {PAGE}": Row(PAGE),
    f"GET {PAGE}/export": Row(f"{PAGE}/export"),
    f"GET {PAGE}/new": Row(f"{PAGE}/new"),
    f"POST {PAGE}/new": Row(Call(f"{PAGE}/new", form={"asker": "young_person"})),
    f"GET {PAGE}/{{ref}}": of(PAGE + "/{}"),
    f"GET {PAGE}/{{ref}}/held-back": of(PAGE + "/{}/held-back"),
    f"GET {PAGE}/{{ref}}/pdf/file": of(PAGE + "/{}/pdf/file"),
    f"GET {PAGE}/{{ref}}/json/file": of(PAGE + "/{}/json/file"),
    f"POST {PAGE}/{{ref}}/identity": of(PAGE + "/{}/identity", form={"identity_how": "known", "version": "99"}),
    f"POST {PAGE}/{{ref}}/extension": of(PAGE + "/{}/extension", form={"extended_because": "complex", "version": "99"}),
    f"POST {PAGE}/{{ref}}/decisions": of(PAGE + "/{}/decisions", form=DECIDE),
    f"POST {PAGE}/{{ref}}/answer": of(PAGE + "/{}/answer", form={"outcome": "given", "outcome_note": NOTE, "version": "99"}),
    f"GET {API}": Row(API),
    f"POST {API}": Row(
        Call(API, json={"young_person": "YP-000001", "asker": "solicitor", "received_on": TODAY.isoformat()}),
        other=Call(API, json={"young_person": "YP-000002", "asker": "solicitor", "received_on": TODAY.isoformat()}),
    ),
    f"GET {API}/{{ref}}": of(API + "/{}"),
    f"GET {API}/{{ref}}/held-back": of(API + "/{}/held-back"),
    f"GET {API}/{{ref}}/file": of(API + "/{}/file"),
    f"POST {API}/{{ref}}/identity": of(API + "/{}/identity", json={"identity_on": TODAY.isoformat(), "identity_how": "known"}, headers=STALE),
    f"POST {API}/{{ref}}/extension": of(
        API + "/{}/extension", json={"extended_because": "complex", "extended_reason": NOTE, "told_on": TODAY.isoformat()}, headers=STALE
    ),
    f"POST {API}/{{ref}}/decisions": of(API + "/{}/decisions", json={"kind": "contact", "number": 1, "decision": "give", "note": NOTE}),
    f"POST {API}/{{ref}}/answer": of(API + "/{}/answer", json={"outcome": "given", "outcome_note": NOTE}, headers=STALE),
}
