"""Sharing: what has to be said, who reads the words, protocols, what waits; and public protection panels beside a young person's own protection."""

import datetime as dt

import pytest

from tests.people.test_keep_apart_pages import faults
from tests.referrals.make import considered, incident_of
from tests.world import LEEDS, TODAY, events_of
from yosafe.committees.actions import change_protocol, record_protocol
from yosafe.committees.schemas import ChangeProtocol, RecordProtocol
from yosafe.errors import Conflict, Invalid, NotFound, Refused, Stale
from yosafe.people.chronology import Wanted, chronology
from yosafe.sharing.public_risk.actions import decide_public_risk
from yosafe.sharing.public_risk.queries import public_risk_of
from yosafe.sharing.public_risk.schemas import Criterion, DecidePublicRisk
from yosafe.sharing.shares.access import get_share_for
from yosafe.sharing.shares.actions import answer_share, record_share
from yosafe.sharing.shares.queries import ShareFilter, shares, shares_of
from yosafe.sharing.shares.rules import Said, said_faults
from yosafe.sharing.shares.schemas import AnswerShare, RecordShare
from yosafe.sharing.tables import InformationShare, PublicRisk

YESTERDAY, TOMORROW = TODAY - dt.timedelta(days=1), TODAY + dt.timedelta(days=1)


def said(happened, **more):
    return Said(happened=happened, on=more.pop("on", TODAY), **more)


SHARED = {"basis": "significant_harm", "consent": "refused"}


@pytest.mark.parametrize(("one", "asked_on", "wrong"), [
    (said("shared", **SHARED), None, []),
    (said("shared", basis="consent", consent="given"), None, []),
    (said("shared", basis="consent", consent="refused"), None, ["basis"]),
    (said("shared", basis="consent", consent="not_asked", not_asked_because="urgent"), None, ["basis"]),
    (said("shared", basis="parent_consent", consent="not_asked", not_asked_because="unable"), None, []),
    (said("shared"), None, ["basis", "consent"]),
    (said("shared", basis="court_order", consent="not_asked"), None, ["not_asked_because"]),
    (said("shared", basis="court_order", consent="given", not_asked_because="urgent"), None, ["not_asked_because"]),
    (said("shared", basis="protocol", consent="given"), None, ["protocol"]),
    (said("shared", **SHARED, due_on=TOMORROW), None, ["due_on"]),
    (said("shared", **SHARED, on=TOMORROW), None, ["on"]),
    (said("shared", **SHARED, on=YESTERDAY), TODAY, ["on"]),
    (said("shared", **SHARED), TODAY, []),
    (said("withheld", withheld_because="third_party"), None, []),
    (said("withheld"), None, ["withheld_because"]),
    (said("withheld", withheld_because="third_party", basis="consent"), None, ["basis"]),
    (said("asked", due_on=TODAY), None, []),
    (said("asked", due_on=YESTERDAY), None, ["due_on"]),
    (said("asked"), None, ["due_on"]),
    (said("asked", due_on=TODAY, withheld_because="third_party"), None, ["withheld_because"]),
])  # fmt: skip
def test_what_has_to_be_said(one, asked_on, wrong):
    assert [fault.key for fault in said_faults(one, asked_on=asked_on, today=TODAY)] == wrong


def telling(happened="shared", **changes):
    facts = {"party": "health", "party_name": "Dr Quist", "categories": ["harm"], "what": "The bruises on his arm.", "on": TODAY}
    more = {"shared": SHARED, "withheld": {"withheld_because": "third_party"}, "asked": {"due_on": YESTERDAY, "on": YESTERDAY}}[happened]
    return RecordShare(**facts | {"happened": happened} | more | changes)


@pytest.mark.parametrize(("who", "new", "refused"), [
    ("cleo", telling(), None),
    ("amina", telling("withheld"), None),
    ("esi", telling("asked"), None),
    ("dan", telling(), Refused),
    ("jay", telling(), Refused),
    ("cleo", telling(party="press"), "party"),
    ("cleo", telling(categories=["gossip"]), "categories"),
    ("cleo", telling(categories=[]), "categories"),
    ("cleo", telling(basis="because"), "basis"),
    ("cleo", telling(on=dt.date(2010, 3, 13)), "on"),
    ("cleo", telling(basis="protocol", protocol=99), "protocol"),
])  # fmt: skip
async def test_who_records_and_what(world, who, new, refused):
    if refused is None:
        await record_share(by=world[who], young_person=world.kai, new=new)
        assert (await events_of(world.kai.id))[-1] == "share:recorded"
        return
    with pytest.raises(Refused if refused is Refused else Invalid) as refusal:
        await record_share(by=world[who], young_person=world.kai, new=new)
    if refused is not Refused:
        assert [fault.key for fault in refusal.value.errors] == [refused]
    assert not await InformationShare.exists()


async def test_others_read_that_it_was_shared_and_not_the_words(world, client):
    for happened in ("shared", "withheld", "asked"):
        await record_share(by=world.cleo, young_person=world.kai, new=telling(happened))
    read = {name: [(one.state, one.what is not None) for one in await shares_of(world[name], world.kai.id)] for name in ("cleo", "dan", "amina")}
    assert read["cleo"] == read["dan"] == [("withheld", True), ("shared", True), ("asked", True)]
    assert read["amina"] == [("shared", False)]
    page = (await (await client(world.amina)).get("/children/YP-000001/sharing")).text
    assert "Health service" in page
    assert "bruises" not in page
    assert "Quist" not in page
    entries = {name: (await chronology(world[name], world.kai, Wanted(source="share"))).items for name in ("cleo", "amina")}
    assert [len(entries[name]) for name in ("cleo", "amina")] == [3, 1]
    assert "bruises" not in entries["amina"][0].text
    assert {name: len((await shares(world[name], ShareFilter(state="all"))).items) for name in ("cleo", "amina")} == {"cleo": 3, "amina": 0}


async def test_what_was_asked_for_is_answered_once(world):
    share = await record_share(by=world.cleo, young_person=world.kai, new=telling("asked"))
    [waiting] = (await shares(world.cleo, ShareFilter(state="overdue"))).items
    assert waiting.overdue
    with pytest.raises(NotFound):
        await get_share_for(world.amina, world.kai.id, share.id)
    told = AnswerShare(happened="shared", on=TODAY, **SHARED)
    with pytest.raises(Invalid):
        await answer_share(by=world.cleo, share=share, answer=AnswerShare(happened="withheld", on=TODAY), version=1)
    with pytest.raises(Stale):
        await answer_share(by=world.cleo, share=share, answer=told, version=3)
    answered = await answer_share(by=world.cleo, share=share, answer=told, version=1)
    with pytest.raises(Conflict):
        await answer_share(by=world.cleo, share=answered, answer=told, version=2)
    assert (await shares(world.cleo, ShareFilter())).items == []


async def test_a_protocol_must_be_in_force_on_the_day(world):
    new = RecordProtocol(kind="information", title="Sharing in Leeds", signatories=["acpc"], starts_on=YESTERDAY, review_on=TOMORROW)
    protocol = await record_protocol(by=world.jay, area=LEEDS, new=new)
    await record_share(by=world.cleo, young_person=world.kai, new=telling(basis="protocol", protocol=protocol.id))
    assert (await shares_of(world.esi, world.kai.id))[0].protocol == "Sharing in Leeds"
    ending = ChangeProtocol(what="ended", ended_on=YESTERDAY, reason="It was replaced.")
    await change_protocol(by=world.jay, protocol=protocol, change=ending, version=1)
    with pytest.raises(Invalid):
        await record_share(by=world.cleo, young_person=world.kai, new=telling(basis="protocol", protocol=protocol.id))


CODES = ("imminence", "resources", "community", "media", "agencies")


def deciding(decision="refer", met=("imminence",), **changes):
    criteria = {code: Criterion(answer="met", evidence="Two threats with a blade.") if code in met else Criterion(answer="not_met") for code in CODES}
    facts = {"reason": "It may happen on release.", "protection": "to_do", "decided_on": TODAY, "decided_by": "Cleo Marsh, lead"}
    return DecidePublicRisk(**{"criteria": criteria, "decision": decision} | facts | changes)


BARE = {code: Criterion(answer="not_known") for code in CODES}


@pytest.mark.parametrize(("who", "new", "refused"), [
    ("cleo", deciding(), None),
    ("amina", deciding("not_refer", met=()), None),
    ("esi", deciding("not_refer"), None),              # one is met, and it was decided otherwise
    ("dan", deciding(), Refused),
    ("jay", deciding(), Refused),
    ("cleo", deciding(met=()), "decision"),
    ("cleo", deciding(criteria=BARE), "decision"),
    ("cleo", deciding(criteria={code: one for code, one in BARE.items() if code != "media"}), "criteria.media"),
    ("cleo", deciding(criteria=BARE | {"hunch": Criterion(answer="met")}), "criteria.hunch"),
    ("cleo", deciding(criteria=BARE | {"media": Criterion(answer="met")}), "criteria.media.evidence"),
    ("cleo", deciding(criteria=BARE | {"media": Criterion(answer="maybe")}), "criteria.media"),
    ("cleo", deciding("perhaps"), "decision"),
    ("cleo", deciding(protection="never"), "protection"),
    ("cleo", deciding(decided_on=TOMORROW), "decided_on"),
])  # fmt: skip
async def test_who_decides_about_a_panel_and_what_it_takes(world, who, new, refused):
    if refused is None:
        await decide_public_risk(by=world[who], young_person=world.kai, new=new)
        assert (await events_of(world.kai.id))[-1] == "public-risk:decided"
        return
    with pytest.raises(Refused if refused is Refused else Invalid) as refusal:
        await decide_public_risk(by=world[who], young_person=world.kai, new=new)
    if refused is not Refused:
        assert refused in [fault.key for fault in refusal.value.errors]
    assert not await PublicRisk.exists()


async def test_their_own_protection_stands_beside_it(world, client):
    await decide_public_risk(by=world.cleo, young_person=world.kai, new=deciding())
    amina = await client(world.amina)
    missing = (await amina.get("/children/YP-000001/sharing")).text
    assert "1 of 5 criteria met" in missing
    assert "No child protection referral of their own is recorded" in missing
    assert "Public protection panel" not in (await (await client(world.dan)).get("/children/YP-000001/sharing")).text
    await considered(world.cleo, world.kai, await incident_of(world, world.kai))
    found = await public_risk_of(world.cleo, world.kai.id)
    assert ([one.status for one in found.own_protection], found.protection_missing) == (["considered_not_referred"], False)
    assert 'href="/referrals/RF-000001"' in (await (await client(world.cleo)).get("/children/YP-000001/sharing")).text
    [entry] = (await chronology(world.amina, world.kai, Wanted(source="public-risk"))).items
    assert entry.title.startswith("Public protection panel: refer to the multi-agency public protection panel")


def day(name, date=TODAY):
    return {f"{name}-day": str(date.day), f"{name}-month": str(date.month), f"{name}-year": str(date.year)}


async def test_by_page_and_by_api(client, api, world):
    cleo, here = await client(world.cleo), "/children/YP-000001"
    protocol = RecordProtocol(kind="information", title="Sharing in Leeds", signatories=["acpc"], starts_on=YESTERDAY, review_on=TOMORROW)
    made = await record_protocol(by=world.jay, area=LEEDS, new=protocol)
    form = {"party": "police", "party_name": "PC Hart", "categories": "harm", "what": "What he said.", "happened": "shared", **day("on")}
    assert faults(await cleo.send_form(f"{here}/shares/new", form)) == ["basis", "consent"]
    form |= {"basis": "protocol", "consent": "not_asked"}
    assert faults(await cleo.send_form(f"{here}/shares/new", form | {"not_asked_because": "urgent"})) == ["protocol"]
    sent = await cleo.send_form(f"{here}/shares/new", form | {"not_asked_because": "urgent", "protocol": str(made.id)})
    assert sent.headers["location"] == f"{here}/sharing?done=shared"
    asked = form | {"happened": "asked", **day("due_on", TOMORROW)}
    assert (await cleo.send_form(f"{here}/shares/new", asked)).status_code == 303
    assert "Information that your agency was asked for" in (await cleo.get("/")).text
    script = await api(world.cleo)
    [waiting] = (await script.get("/api/v1/shares")).json()["items"]
    path = f"/shares/{waiting['id']}/answer"
    body = {"happened": "withheld", "on": TODAY.isoformat(), "withheld_because": "unsure_who_asks"}
    late = await script.post(f"/api/v1/young-people/YP-000001{path}", json=body, headers={"If-Match": '"7"'})
    assert (late.status_code, late.headers["etag"]) == (412, '"1"')
    withheld = {"happened": "withheld", "withheld_because": "unsure_who_asks", "version": "1", **day("on")}
    assert (await cleo.send_form(here + path, withheld)).headers["location"] == f"{here}/sharing?done=settled"
    assert (await cleo.send_form(here + path, withheld)).status_code == 409
    assert "It is not certain who asks" in (await cleo.get(f"{here}/sharing")).text
    assert "PC Hart" in (await cleo.get("/shares?state=all")).text
    assert (await cleo.get("/shares?state=lost")).status_code == 422
    answers = {f"criterion_{code}": "not_met" for code in CODES} | {"criterion_media": "met"}
    panel = answers | {
        "decision": "refer",
        "reason": "It may happen on release.",
        "protection": "referred",
        "decided_by": "Cleo",
        **day("decided_on"),
    }
    assert faults(await cleo.send_form(f"{here}/public-risk/new", panel)) == ["evidence_media"]
    bare = panel | {"criterion_media": "not_known"}
    assert faults(await cleo.send_form(f"{here}/public-risk/new", bare)) == ["decision"]
    assert (await cleo.send_form(f"{here}/public-risk/new", panel | {"evidence_media": "In the paper."})).status_code == 303
    found = (await script.get("/api/v1/young-people/YP-000001/public-risk")).json()
    assert (found["items"][0]["criteria"][3], found["protection_missing"]) == (
        {"criterion": "media", "answer": "met", "evidence": "In the paper."}, True,
    )  # fmt: skip
