"""Jay's committee, of Leeds, has a member, a meeting and a protocol. Nobody there is a young person: whoever may read reads every area. That of
another area is refused to a writer, not hidden."""

from typing import Any

from tests.code.matrix.rows import Call, Row
from tests.world import LEEDS, TODAY, World
from yosafe.committees.actions import name_member, record_meeting, record_protocol
from yosafe.committees.schemas import NameMember, RecordMeeting, RecordProtocol

API, PAGES = f"/api/v1/committees/{LEEDS}", f"/committees/{LEEDS}"
VERSION = {"If-Match": '"1"'}
MEMBER = {"seat": "police", "name": "Jo Hart", "post": "Superintendent", "since": "2026-01-01"}
PROTOCOL = {"kind": "acpc_yot", "title": "Children who offend", "signatories": ["acpc"], "starts_on": "2026-01-01", "review_on": "2027-01-01"}
WHY = {"reason": "It was another committee."}


async def prepare(world: World) -> None:
    jay, day = world.jay, TODAY.replace(month=1)
    for which in ("members", "page members"):
        new = NameMember(seat="police", name="Jo Hart", post="Superintendent", since=day)
        world.made[which] = (await name_member(by=jay, area=LEEDS, new=new)).id
    for which, on in (("meetings", 1), ("page meetings", 2)):
        met = RecordMeeting(met_on=TODAY.replace(month=2, day=on), chair="Jay", attendance={"police": "attended"})
        world.made[which] = (await record_meeting(by=jay, area=LEEDS, new=met)).id
    for which in ("protocols", "page protocols"):
        signed = RecordProtocol(kind="acpc_yot", title="Children who offend", signatories=["acpc"], starts_on=day, review_on=TODAY)
        world.made[which] = (await record_protocol(by=jay, area=LEEDS, new=signed)).id


def one(kind: str, step: str, prefix: str = API, **more: Any) -> Row:
    which = kind if prefix == API else f"page {kind}"
    return Row(lambda world: Call(f"{prefix}/{kind}/{world.made[which]}/{step}", **more))


ROWS = {
    "GET /api/v1/committees": Row("/api/v1/committees"),
    "GET /api/v1/committees/{area}": Row(API),
    "POST /api/v1/committees/{area}/members": Row(Call(f"{API}/members", json=MEMBER)),
    "POST /api/v1/committees/{area}/members/{member}/end": one("members", "end", json={"until": TODAY.isoformat()}, headers=VERSION),
    "POST /api/v1/committees/{area}/meetings": Row(
        Call(f"{API}/meetings", json={"met_on": TODAY.isoformat(), "chair": "Jay", "attendance": {"police": "deputy"}})
    ),
    "POST /api/v1/committees/{area}/meetings/{meeting}/withdraw": one("meetings", "withdraw", json=WHY),
    "POST /api/v1/committees/{area}/protocols": Row(Call(f"{API}/protocols", json=PROTOCOL)),
    "POST /api/v1/committees/{area}/protocols/{protocol}/change": one(
        "protocols", "change", json={"what": "reviewed", "review_on": "2027-06-01"}, headers=VERSION
    ),
    "GET /committees": Row("/committees"),
    "GET /committees/{area}": Row(PAGES),
    "GET /committees/{area}/members/new": Row(f"{PAGES}/members/new"),
    "POST /committees/{area}/members/new": Row(Call(f"{PAGES}/members/new", form={})),
    "GET /committees/{area}/members/{member}/end": one("members", "end", PAGES),
    "POST /committees/{area}/members/{member}/end": one("members", "end", PAGES, form={}),
    "GET /committees/{area}/meetings/new": Row(f"{PAGES}/meetings/new"),
    "POST /committees/{area}/meetings/new": Row(Call(f"{PAGES}/meetings/new", form={})),
    "GET /committees/{area}/meetings/{meeting}/withdraw": one("meetings", "withdraw", PAGES),
    "POST /committees/{area}/meetings/{meeting}/withdraw": one("meetings", "withdraw", PAGES, form={}),
    "GET /committees/{area}/protocols/new": Row(f"{PAGES}/protocols/new"),
    "POST /committees/{area}/protocols/new": Row(Call(f"{PAGES}/protocols/new", form={})),
    "GET /committees/{area}/protocols/{protocol}/change": one("protocols", "change", PAGES),
    "POST /committees/{area}/protocols/{protocol}/change": one("protocols", "change", PAGES, form={}),
}
