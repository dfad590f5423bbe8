"""Committees of areas: what is missing, who came, who may write, and the protocol of criterion 2.5."""

import datetime as dt

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.people.test_keep_apart_pages import faults
from tests.world import KENT, LEEDS, TODAY
from yosafe.committees.access import get_row
from yosafe.committees.actions import change_protocol, end_member, name_member, record_meeting, record_protocol, withdraw_meeting
from yosafe.committees.queries import committee, committees
from yosafe.committees.rules import Signed, Sits, meeting_faults, protocol_gaps, protocol_state, shares, vacancies
from yosafe.committees.schemas import ChangeProtocol, EndMember, NameMember, RecordMeeting, RecordProtocol, ShareOut, WithdrawMeeting
from yosafe.committees.shown import gaps, share
from yosafe.committees.tables import CommitteeMeeting, CommitteeMember, SharingProtocol
from yosafe.errors import Conflict, Invalid, NotFound, Refused, Stale
from yosafe.reference.codes import code_list


def ago(days):
    return TODAY - dt.timedelta(days=days)


def ahead(days):
    return TODAY + dt.timedelta(days=days)


EXPECTED = {"social_services", "education", "health_managers", "health_professionals", "police", "probation", "yot", "cps", "gp", "cafcass"}


@pytest.mark.parametrize(("members", "missing"), [
    ([], EXPECTED),
    ([Sits(seat=seat, since=ago(10)) for seat in EXPECTED], set()),
    ([Sits(seat=seat, since=ago(10)) for seat in EXPECTED - {"yot"}], {"yot"}),
    ([Sits(seat=seat, since=ago(10), until=TODAY if seat == "cps" else None) for seat in EXPECTED], set()),   # the last day is still one
    ([Sits(seat=seat, since=ago(10), until=ago(1) if seat == "cps" else None) for seat in EXPECTED], {"cps"}),
    ([Sits(seat=seat, since=ahead(1) if seat == "gp" else ago(10)) for seat in EXPECTED], {"gp"}),
    ([*(Sits(seat=seat, since=ago(10)) for seat in EXPECTED), Sits(seat="coroner", since=ago(9), until=ago(2))], set()),  # nobody asks for one
])  # fmt: skip
def test_which_seats_are_vacant(members, missing):
    found = vacancies(members, today=TODAY)
    assert {one.seat for one in found} == missing
    for one in found:
        assert one.since == (ago(1) if one.seat == "cps" and members else None)


SHEET = st.dictionaries(st.sampled_from(["police", "yot", "gp"]), st.sampled_from(["attended", "deputy", "apologies", "absent"]))


@given(st.lists(st.tuples(st.integers(-30, 800).map(ago), SHEET), max_size=12))
def test_a_share_never_exceeds_its_base(meetings):
    found = shares(meetings, today=TODAY)
    counted = [sheet for on, sheet in meetings if ago(365) < on <= TODAY]
    assert all(0 <= one.came <= one.meetings == sum(one.seat in sheet for sheet in counted) for one in found)
    assert {one.seat for one in found} == {seat for sheet in counted for seat in sheet}


def test_a_share_has_its_base_and_no_percentage_of_few():
    assert share(ShareOut(seat="yot", came=1, meetings=3)) == "1 of 3 meetings"
    assert share(ShareOut(seat="yot", came=3, meetings=4)) == "3 of 4 meetings (75%)"


def signed(start, review, end=None, kind="acpc_yot", by=("acpc", "yot")):
    return Signed(kind=kind, signatories=by, starts_on=start, review_on=review, ended_on=end)


@pytest.mark.parametrize(("protocols", "missing"), [
    ([], ["none"]),
    ([signed(ago(9), ahead(9))], []),
    ([signed(TODAY, TODAY + dt.timedelta(days=1))], []),
    ([signed(ago(9), TODAY)], []),                                              # the day of the review is still in time
    ([signed(ago(9), ago(1))], ["overdue"]),
    ([signed(ahead(1), ahead(9))], ["none"]),
    ([signed(ago(9), ahead(9), end=TODAY)], ["none"]),
    ([signed(ago(9), ahead(9), end=ahead(1))], []),
    ([signed(ago(9), ahead(9), kind="information")], ["none"]),
    ([signed(ago(9), ahead(9), by=("acpc", "police"))], ["unsigned:yot"]),
    ([signed(ago(9), ago(1), by=())], ["overdue", "unsigned:acpc", "unsigned:yot"]),
    ([signed(ago(9), ago(1)), signed(ago(9), ahead(9))], []),                   # the best of them counts
])  # fmt: skip
def test_what_is_missing_of_the_protocol_of_criterion_2_5(protocols, missing):
    assert protocol_gaps(protocols, today=TODAY) == missing
    assert len(gaps(missing, "today")) == len(missing)


@pytest.mark.parametrize(("one", "state"), [
    (signed(ahead(1), ahead(2)), "not_yet"),
    (signed(ago(1), ahead(2)), "in_force"),
    (signed(ago(3), ago(2)), "review_overdue"),
    (signed(ago(3), ago(2), end=ago(1)), "ended"),
])  # fmt: skip
def test_how_a_protocol_stands(one, state):
    assert protocol_state(one, today=TODAY) == state


POLICE = Sits(seat="police", since=ago(20), until=ago(5))


@pytest.mark.parametrize(("met_on", "attendance", "wrong"), [
    (ago(6), {"police": "attended"}, []),
    (ago(6), {}, ["attendance.police"]),
    (ago(4), {"yot": "attended"}, []),                       # nobody sat for the police any more; a guest may come
    (ago(4), {}, ["met_on"]),
    (ahead(1), {"police": "attended"}, ["met_on"]),
])  # fmt: skip
def test_who_has_to_be_spoken_for(met_on, attendance, wrong):
    assert [fault.key for fault in meeting_faults(met_on, attendance, [POLICE], today=TODAY)] == wrong


def member(**changes):
    return NameMember(**{"seat": "yot", "name": "Amina Yusuf", "post": "Manager of the team", "since": ago(30)} | changes)


def protocol(**changes):
    facts = {"kind": "acpc_yot", "title": "Children who offend", "signatories": ["acpc", "yot"], "starts_on": ago(9), "review_on": ahead(300)}
    return RecordProtocol(**facts | changes)


@pytest.mark.parametrize(
    ("who", "area", "refused"), [("jay", LEEDS, None), ("jay", KENT, Refused), ("esi", LEEDS, Refused), ("femi", LEEDS, Refused)]
)
async def test_its_own_members_write(world, who, area, refused):
    if refused:
        for act in (
            name_member(by=world[who], area=area, new=member()), record_protocol(by=world[who], area=area, new=protocol()),
            record_meeting(by=world[who], area=area, new=RecordMeeting(met_on=TODAY, chair="Jay", attendance={"yot": "attended"})),
        ):  # fmt: skip
            with pytest.raises(refused):
                await act
        assert not await CommitteeMember.exists()
        return
    await name_member(by=world[who], area=area, new=member())
    assert (await committee(world.jay, LEEDS)).may_record
    assert not (await committee(world.esi, LEEDS)).may_record
    assert [one.name for one in (await committee(world.femi, LEEDS)).members] == ["Amina Yusuf"]


@pytest.mark.parametrize(("new", "wrong"), [
    (member(seat="press"), "seat"),
    (member(since=ahead(1)), "since"),
    (protocol(kind="pact"), "kind"),
    (protocol(signatories=[]), "signatories"),
    (protocol(signatories=["press"]), "signatories"),
    (protocol(review_on=ago(9)), "review_on"),
    (RecordMeeting(met_on=TODAY, chair="Jay", attendance={"press": "attended"}), "attendance.press"),
    (RecordMeeting(met_on=TODAY, chair="Jay", attendance={"yot": "asleep"}), "attendance.yot"),
])  # fmt: skip
async def test_what_can_not_be_is_named(world, new, wrong):
    act = {NameMember: name_member, RecordProtocol: record_protocol, RecordMeeting: record_meeting}[type(new)]
    with pytest.raises(Invalid) as refusal:
        await act(by=world.jay, area=LEEDS, new=new)
    assert [fault.key for fault in refusal.value.errors] == [wrong]


async def test_a_committee_over_time(world):
    jay = world.jay
    yot = await name_member(by=jay, area=LEEDS, new=member())
    await name_member(by=jay, area=LEEDS, new=member(seat="police", name="Jo Hart", post="Superintendent"))
    met = [RecordMeeting(met_on=ago(n), chair="Jay", attendance={"yot": "attended", "police": "apologies"}) for n in (20, 10)]
    first, second = [await record_meeting(by=jay, area=LEEDS, new=one) for one in met]
    with pytest.raises(Conflict):
        await record_meeting(by=jay, area=LEEDS, new=met[0])
    await withdraw_meeting(by=jay, meeting=second, withdrawal=WithdrawMeeting(reason="It was a sub-group."))
    with pytest.raises(Conflict):
        await withdraw_meeting(by=jay, meeting=second, withdrawal=WithdrawMeeting(reason="It was a sub-group."))
    found = await committee(jay, LEEDS)
    assert {one.seat: (one.came, one.meetings) for one in found.shares} == {"yot": (1, 1), "police": (0, 1)}
    assert [one.withdrawn for one in found.meetings] == ["It was a sub-group.", None]
    with pytest.raises(Stale):
        await end_member(by=jay, member=yot, ending=EndMember(until=TODAY), version=2)
    with pytest.raises(Invalid):
        await end_member(by=jay, member=yot, ending=EndMember(until=ago(31)), version=1)
    ended = await end_member(by=jay, member=yot, ending=EndMember(until=ago(1)), version=1)
    with pytest.raises(Conflict):
        await end_member(by=jay, member=ended, ending=EndMember(until=TODAY), version=2)
    found = await committee(jay, LEEDS)
    assert ("yot", ago(1)) in [(one.seat, one.since) for one in found.vacancies]
    assert [one.seat for one in found.former] == ["yot"]
    [listed] = [one for one in await committees() if one.area == LEEDS]
    assert (listed.members, listed.meetings, listed.last_met_on, listed.protocol_gaps) == (1, 1, ago(20), ["none"])
    assert listed.expected == len(EXPECTED)
    for table, number in ((CommitteeMember, yot.id), (CommitteeMeeting, first.id), (SharingProtocol, 1)):
        with pytest.raises(NotFound):
            await get_row(table, KENT, number)


async def test_a_protocol_is_reviewed_and_ends(world):
    jay = world.jay
    made = await record_protocol(by=jay, area=LEEDS, new=protocol(starts_on=ago(400), review_on=ago(30)))
    assert (await committee(jay, LEEDS)).protocol_gaps == ["overdue"]
    for change, wrong in (
        (ChangeProtocol(what="reviewed"), ["review_on"]), (ChangeProtocol(what="reviewed", review_on=TODAY), ["review_on"]),
        (ChangeProtocol(what="ended"), ["ended_on", "reason"]),
        (ChangeProtocol(what="ended", ended_on=ahead(1), reason="It was replaced."), ["ended_on"]),
    ):  # fmt: skip
        with pytest.raises(Invalid) as refusal:
            await change_protocol(by=jay, protocol=made, change=change, version=1)
        assert [fault.key for fault in refusal.value.errors] == wrong
    made = await change_protocol(by=jay, protocol=made, change=ChangeProtocol(what="reviewed", review_on=ahead(365)), version=1)
    assert (await committee(jay, LEEDS)).protocol_gaps == []
    ending = ChangeProtocol(what="ended", ended_on=TODAY, reason="It was replaced.")
    with pytest.raises(Stale):
        await change_protocol(by=jay, protocol=made, change=ending, version=1)
    made = await change_protocol(by=jay, protocol=made, change=ending, version=2)
    with pytest.raises(Conflict):
        await change_protocol(by=jay, protocol=made, change=ending, version=3)
    assert (await committee(jay, LEEDS)).protocol_gaps == ["none"]


async def test_by_page_and_by_api(client, api, world):
    jay, here = await client(world.jay), f"/committees/{LEEDS}"
    start = {"since-day": "1", "since-month": "9", "since-year": "2026"}
    form = {"seat": "yot", "name": "Amina Yusuf", "post": "Manager", **start}
    assert '<option value="yot" selected>' in (await jay.get(f"{here}/members/new?seat=yot")).text
    assert faults(await jay.send_form(f"{here}/members/new", form | {"post": ""})) == ["post"]
    assert (await jay.send_form(f"{here}/members/new", form)).headers["location"] == f"{here}?done=named"
    day = {"met_on-day": "5", "met_on-month": "10", "met_on-year": "2026", "chair": "Jay"}
    assert faults(await jay.send_form(f"{here}/meetings/new", day)) == ["seat_yot"]
    assert (await jay.send_form(f"{here}/meetings/new", day | {"seat_yot": "deputy"})).status_code == 303
    assert (await jay.send_form(f"{here}/meetings/new", day | {"seat_yot": "deputy"})).status_code == 409
    script = await api(world.jay)
    body = {"kind": "acpc_yot", "title": "Children who offend", "signatories": ["acpc"], "starts_on": "2026-01-01", "review_on": "2027-01-01"}
    made = (await script.post(f"/api/v1/committees/{LEEDS}/protocols", json=body)).json()
    assert made["protocol_gaps"] == ["unsigned:yot"]
    path = f"/api/v1/committees/{LEEDS}/protocols/{made['protocols'][0]['id']}/change"
    change = {"what": "reviewed", "review_on": "2028-01-01"}
    assert (await script.post(path, json=change, headers={"If-Match": '"7"'})).headers["etag"] == '"1"'
    assert (await script.post(path, json=change, headers={"If-Match": '"1"'})).headers["etag"] == '"2"'
    assert (await script.post(f"/api/v1/committees/{KENT}/protocols", json=body)).status_code == 403
    assert (await script.get("/api/v1/committees/E99999999")).status_code == 404
    text = (await jay.get(here)).text
    for said in ("Amina Yusuf", "1 of 1 meeting", "Not signed by: Youth offending team", "2.7: full members of all committees"):
        assert said in text, said
    everywhere = (await (await client(world.femi)).get("/committees")).text
    assert "In 2 something of the protocol is missing" in everywhere  # Leeds and Kent
    assert "Record a member" not in (await (await client(world.femi)).get(here)).text


def test_the_seats_that_are_asked_for_say_who_asks():
    assert all(code.hint for code in code_list("committee_seat").codes)
