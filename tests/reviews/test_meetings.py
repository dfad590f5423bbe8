"""A joint review from the agenda to the last action: what each may do beside what each is refused."""

import datetime as dt

import pytest

from tests.world import LEEDS, TODAY
from yosafe import clock
from yosafe.audit.record import Operator
from yosafe.db.engine import DB
from yosafe.errors import NotFound
from yosafe.people.access import get_young_person_for
from yosafe.reviews.actions import refresh_flags
from yosafe.reviews.meeting_actions import arrange_review, list_case
from yosafe.reviews.meeting_schemas import ArrangeReview, ListCase

REVIEWS = "/api/v1/reviews"
SOON = str(TODAY + dt.timedelta(days=7))


@pytest.fixture
async def flagged(world):
    await refresh_flags(by=Operator("system"), as_of=TODAY)
    return world


@pytest.fixture
async def review(flagged, cleo):
    return await arrange_review(by=cleo, new=ArrangeReview(meets_on=TODAY, chair="Cleo"))


@pytest.fixture
async def case(review, cleo, kai_ref):
    return await list_case(by=cleo, review=review, new=ListCase(young_person=kai_ref))


@pytest.fixture
async def listed(case):
    """Numbers of the flags that the case was listed for."""
    return [row["flag"] for row in await DB.fetch("SELECT flag FROM review_case_flag WHERE review_case = $1 ORDER BY flag", case.id)]


def decision(listed, **changes):
    details = {
        "decision": "restore_contact",
        "reason": "Nobody from home has been in touch since he came.",
        "child_came": "attended",
        "advocate": "came",
        "child_said": "I want my mum to come.",
        "flags": [{"flag": flag, "outcome": "agreed"} for flag in listed],
        "actions": [{"what": "Book a visit for his mother.", "owner_agency": "leeds-yot", "owner_name": "Amina", "due_on": SOON}],
    }
    return {**details, **changes}


async def decide(script, listed, *, version=1, case=1, **changes):
    headers = {"If-Match": f'"{version}"'} if version else {}
    return await script.post(f"{REVIEWS}/RV-000001/cases/{case}/decision", json=decision(listed, **changes), headers=headers)


@pytest.mark.parametrize(
    ("name", "body", "status"),
    [
        ("cleo", {"meets_on": SOON, "chair": "Cleo"}, 201),
        ("cleo", {"meets_on": SOON, "chair": "Cleo", "establishment": "WYI"}, 201),
        ("jay", {"meets_on": SOON, "chair": "Jay", "establishment": "WYI"}, 201),
        ("cleo", {"meets_on": SOON, "chair": "Cleo", "establishment": "STC3"}, 422),
        ("jay", {"meets_on": SOON, "chair": "Jay", "establishment": "STC3"}, 422),
        ("jay", {"meets_on": SOON, "chair": "Jay"}, 422),
        ("cleo", {"meets_on": "2026-09-01", "chair": "Cleo"}, 422),
        ("cleo", {"meets_on": "2036-09-01", "chair": "Cleo"}, 422),
        ("cleo", {"meets_on": "next week", "chair": "Cleo"}, 422),
        ("cleo", {"meets_on": SOON, "chair": ""}, 422),
        ("cleo", {"meets_on": SOON, "chair": "Cleo", "establishment": "XXX"}, 422),
        ("amina", {"meets_on": SOON, "chair": "Amina", "establishment": "WYI"}, 403),
        ("dan", {"meets_on": SOON, "chair": "Dan"}, 403),
        ("esi", {"meets_on": SOON, "chair": "Esi", "establishment": "WYI"}, 403),
    ],
)
async def test_arranging(world, api, name, body, status):
    answer = await (await api(world[name])).post(REVIEWS, json=body)
    assert answer.status_code == status, answer.text
    assert await DB.fetchval("SELECT count(*) FROM review") == (status == 201)
    if status == 201:
        assert (answer.json()["review"]["establishment"], answer.json()["review"]["area"]) == ("WYI", LEEDS)


async def test_the_agenda_is_built_from_flags_and_late_work(review, api, cleo, kai_ref):
    script = await api(cleo)
    [found] = (await script.get(f"{REVIEWS}/RV-000001/candidates")).json()["items"]
    assert (found["young_person"], found["high"]) == (kai_ref, 0)
    assert "No contact by the YOT" in found["titles"]
    assert found["overdue"] >= 1  # the arrival screen was never made
    await script.post(f"{REVIEWS}/RV-000001/cases", json={"young_person": kai_ref})
    assert (await script.get(f"{REVIEWS}/RV-000001/candidates")).json() == {"items": [], "next": None}


async def test_listing_a_child_lets_the_committee_see_them_and_nobody_else(review, world, api, cleo, jay, kai_ref):
    with pytest.raises(NotFound):
        await get_young_person_for(jay, kai_ref)
    assert (await (await api(cleo)).post(f"{REVIEWS}/RV-000001/cases", json={"young_person": kai_ref})).status_code == 201
    assert (await get_young_person_for(jay, kai_ref)).id == world.kai.id
    seen = {name: (await (await api(world[name])).get(f"{REVIEWS}/RV-000001/cases/1")).status_code for name in ("amina", "esi", "dan", "ben", "ivy")}
    assert seen == {"amina": 200, "esi": 200, "dan": 200, "ben": 404, "ivy": 404}


@pytest.mark.parametrize(
    ("child", "because", "status"),
    [
        ("kai", None, 201),
        ("nia", None, 404),
        ("YP-999999", None, 404),
        ("kai", "x", 422),
        ("kai", "Asked for by his mother.", 201),
    ],
)
async def test_listing(review, api, cleo, kai_ref, nia_ref, child, because, status):
    who = {"kai": kai_ref, "nia": nia_ref}.get(child, child)
    answer = await (await api(cleo)).post(f"{REVIEWS}/RV-000001/cases", json={"young_person": who, "because": because})
    assert answer.status_code == status, answer.text
    assert await DB.fetchval("SELECT count(*) FROM review_case") == (status == 201)


async def test_nobody_is_listed_twice_or_without_a_reason(world, cleo, api, kai_ref):
    script = await api(cleo)
    await arrange_review(by=cleo, new=ArrangeReview(meets_on=TODAY, chair="Cleo"))  # nothing is flagged yet
    body = {"young_person": kai_ref}
    assert (await script.post(f"{REVIEWS}/RV-000001/cases", json=body)).status_code == 422
    assert (await script.post(f"{REVIEWS}/RV-000001/cases", json={**body, "because": "His mother asked."})).status_code == 201
    assert (await script.post(f"{REVIEWS}/RV-000001/cases", json={**body, "because": "Once more."})).status_code == 409


async def test_deciding_closes_the_flags_and_keeps_what_the_child_said(case, listed, api, cleo, kai_ref):
    answer = await decide(await api(cleo), listed, next_review_on="2026-11-02")
    found = answer.json()
    assert answer.status_code == 201, answer.text
    assert (found["decision"], found["child_said"], found["decided_by"]) == ("restore_contact", "I want my mum to come.", "Cleo")
    assert {flag["state"] for flag in found["flags"]} == {"closed"}
    assert {outcome["reason"] for outcome in found["outcomes"]} == {"Nobody from home has been in touch since he came."}
    assert {outcome["review"] for outcome in found["outcomes"]} == {"RV-000001"}
    assert [(action["owner_agency"], action["due_on"]) for action in found["actions"]] == [("Leeds YOT", SOON)]
    assert found["review"]["held"] is True
    with clock.stopped_at(clock.now() + dt.timedelta(days=1)):
        assert (await refresh_flags(by=Operator("system"))).opened == 0  # nothing new has happened


async def test_a_flag_that_wants_more_information_stays_open(case, listed, api, cleo):
    flags = [
        {"flag": flag, "outcome": "more_information" if flag == listed[0] else "disagreed", "reason": "Ask his school first."} for flag in listed
    ]
    found = (await decide(await api(cleo), listed, flags=flags)).json()
    assert {flag["id"]: flag["state"] for flag in found["flags"]} == {flag: "answered" if flag == listed[0] else "closed" for flag in listed}


@pytest.mark.parametrize(
    ("changes", "key"),
    [
        ({"flags": []}, "flag-"),
        ({"decision": "hope"}, "decision"),
        ({"child_came": "maybe"}, "child_came"),
        ({"child_said": None}, "child_said"),
        ({"reason": "short"}, "reason"),
        ({"next_review_on": str(TODAY)}, "next_review_on"),
        ({"next_review_on": "2036-01-01"}, "next_review_on"),
        ({"actions": [{"what": "Ring his mother.", "owner_agency": "nobody", "owner_name": "A", "due_on": SOON}]}, "action-1-owner_agency"),
        ({"actions": [{"what": "Ring his mother.", "owner_agency": "leeds-yot", "owner_name": "A", "due_on": "2026-10-04"}]}, "action-1-due_on"),
    ],
)
async def test_a_decision_that_can_not_stand_names_the_field_and_writes_nothing(case, listed, api, cleo, changes, key):
    answer = await decide(await api(cleo), listed, **changes)
    assert answer.status_code == 422
    assert any(error["key"].startswith(key) or key in error["message"] for error in answer.json()["errors"]), answer.text
    assert await DB.fetchval("SELECT count(*) FROM flag_outcome") == await DB.fetchval("SELECT count(*) FROM action") == 0
    assert await DB.fetchval("SELECT decided_at FROM review_case") is None


async def test_flags_that_are_not_of_the_case_or_come_twice_are_refused(case, listed, api, cleo):
    script = await api(cleo)
    extra = [{"flag": flag, "outcome": "agreed"} for flag in [*listed, 999_999]]
    assert (await decide(script, listed, flags=extra)).status_code == 422
    assert (await decide(script, [*listed, listed[0]])).status_code == 422


@pytest.mark.parametrize(("days", "confirmed", "status"), [(0, False, 201), (3, False, 422), (3, True, 201)])
async def test_a_decision_before_the_meeting_must_be_confirmed(case, listed, api, cleo, days, confirmed, status):
    await DB.execute("UPDATE review SET meets_on = $1", TODAY + dt.timedelta(days=days))
    answer = await decide(await api(cleo), listed, **({"before_meeting": True} if confirmed else {}))
    assert answer.status_code == status
    assert [error["key"] for error in answer.json().get("errors", [])] == (["before_meeting"] if status == 422 else [])


async def test_a_child_who_was_not_asked_need_not_have_spoken(case, listed, api, cleo):
    assert (await decide(await api(cleo), listed, child_came="not_asked", child_said=None)).status_code == 201


async def test_one_decision_only_and_of_the_version_that_was_read(case, listed, api, cleo, jay):
    lead, member = await api(cleo), await api(jay)
    assert (await decide(lead, listed, version=None)).status_code == 428
    late, now = await decide(lead, listed, version=7), await lead.get(f"{REVIEWS}/RV-000001/cases/1")
    assert (late.status_code, late.headers["etag"], late.json()["current"]) == (412, now.headers["etag"], now.json())
    assert (await decide(member, listed)).status_code == 201
    assert (await decide(lead, listed)).status_code == 409
    assert await DB.fetchval("SELECT count(*) FROM action") == 1


@pytest.mark.parametrize(("name", "status"), [("amina", 403), ("dan", 403), ("esi", 403), ("ivy", 403), ("femi", 403), ("hal", 403)])
async def test_who_may_not_decide(case, listed, world, api, name, status):
    assert (await decide(await api(world[name]), listed)).status_code == status


async def test_each_agency_gives_its_view_and_may_add_after_the_decision(case, listed, api, cleo, esi, dan):
    views = f"{REVIEWS}/RV-000001/cases/1/views"
    worker = await api(esi)
    assert (await worker.post(views, json={"view": "He asked for his social worker."})).status_code == 201
    assert (await (await api(dan)).post(views, json={"view": "Quiet on the wing."})).status_code == 403
    assert (await worker.post(views, json={"view": ""})).status_code == 422
    await decide(await api(cleo), listed)
    with clock.stopped_at(clock.now() + dt.timedelta(hours=1)):
        found = (await worker.post(views, json={"view": "Visited since."})).json()
    assert [(v["agency"], v["after_decision"]) for v in found["views"]] == [("Leeds social services", False), ("Leeds social services", True)]


async def test_an_action_is_finished_by_its_owner_and_once(case, listed, api, cleo, amina, esi):
    await decide(await api(cleo), listed)
    done = "/api/v1/actions/1/done"
    body, match = {"note": "She came on Sunday.", "evidence": "The visits book."}, {"If-Match": '"1"'}
    assert (await (await api(esi)).post(done, json=body, headers=match)).status_code == 403
    owner = await api(amina)
    assert (await owner.post(done, json=body)).status_code == 428
    late = await owner.post(done, json=body, headers={"If-Match": '"4"'})
    assert (late.status_code, late.headers["etag"], late.json()["current"]["what"]) == (412, '"1"', "Book a visit for his mother.")
    answer = await owner.post(done, json=body, headers=match)
    assert (answer.status_code, answer.json()["done_on"], answer.headers["etag"]) == (201, str(TODAY), '"2"')
    assert (await owner.post(done, json=body, headers=match)).status_code == 409


async def test_actions_are_listed_by_due_day_for_those_who_see_the_child(case, listed, world, api, cleo):
    script = await api(cleo)
    await decide(script, listed)
    for days in (3, 1, 2):
        body = {"what": f"Within {days} days.", "owner_agency": "wetherby", "owner_name": "Dan", "due_on": str(TODAY + dt.timedelta(days=days))}
        assert (await script.post(f"{REVIEWS}/RV-000001/cases/1/actions", json=body)).status_code == 201
    seen, after = [], None
    while True:
        page = (await script.get("/api/v1/actions", params={"limit": 1} | ({"after": after} if after else {}))).json()
        seen += [action["what"] for action in page["items"]]
        after = page["next"]
        if after is None:
            break
    assert seen == ["Within 1 days.", "Within 2 days.", "Within 3 days.", "Book a visit for his mother."]
    mine = (await (await api(world.amina)).get("/api/v1/actions", params={"mine": True})).json()["items"]
    assert [action["what"] for action in mine] == ["Book a visit for his mother."]
    assert (await (await api(world.ben)).get("/api/v1/actions")).json()["items"] == []
    assert (await script.get("/api/v1/actions", params={"state": "lost"})).status_code == 422
    with clock.stopped_at(clock.now() + dt.timedelta(days=2)):
        overdue = (await script.get("/api/v1/actions", params={"state": "overdue"})).json()["items"]
    assert [(action["what"], action["overdue"]) for action in overdue] == [("Within 1 days.", True)]


async def test_attendance_is_kept_by_agency_and_put_right(case, api, cleo, amina):
    script, path = await api(cleo), f"{REVIEWS}/RV-000001/attendance"
    body = {"agency": "leeds-yot", "person": "Amina", "attended": "absent"}
    assert (await script.post(path, json=body)).status_code == 201
    found = (await script.post(path, json={**body, "attended": "by_phone"})).json()
    assert found["attendance"] == [{"agency": "Leeds YOT", "person": "Amina", "attended": "by_phone", "reason": None}]
    assert (await script.post(path, json={**body, "attended": "asleep"})).status_code == 422
    assert (await script.post(path, json={**body, "agency": "nobody"})).status_code == 422
    assert (await (await api(amina)).post(path, json=body)).status_code == 403


async def test_the_committee_loses_sight_when_all_is_done_and_time_has_passed(case, listed, api, cleo, amina, jay, kai_ref):
    await decide(await api(cleo), listed)
    start = clock.now()

    async def committee_sees_after(days):
        with clock.stopped_at(start + dt.timedelta(days=days)):
            await refresh_flags(by=Operator("system"))
            try:
                await get_young_person_for(jay, kai_ref)
            except NotFound:
                return False
            return True

    assert await committee_sees_after(30)  # an action is left
    await (await api(amina)).post(
        "/api/v1/actions/1/done", json={"note": "She came on Sunday.", "evidence": "The visits book."}, headers={"If-Match": '"1"'}
    )
    assert not await committee_sees_after(31)


async def test_a_review_counts_the_cases_that_the_reader_sees_and_tells_of_others_to_who_runs_it(case, world, api, cleo):
    other = await _another_child_at_wetherby(world)
    await list_case(by=cleo, review=await _review(world), new=ListCase(young_person=other, because="New, and very quiet."))
    await DB.execute("UPDATE duty SET ended_at = $1 WHERE young_person = $2", clock.now(), case.young_person)  # so Jay sees the other only
    seen = {}
    for name in ("amina", "dan", "cleo", "jay"):
        script = await api(world[name])
        found = (await script.get(f"{REVIEWS}/RV-000001")).json()
        [row] = (await script.get(REVIEWS)).json()["items"]
        seen[name] = (len(found["cases"]), found["hidden"], found["review"]["cases"], row["cases"])
    assert seen == {"amina": (1, 0, 1, 1), "dan": (2, 0, 2, 2), "cleo": (2, 0, 2, 2), "jay": (1, 1, 1, 1)}


async def _review(world):
    from yosafe.reviews.access import get_review_for

    return await get_review_for(world.cleo, "RV-000001")


async def _another_child_at_wetherby(world):
    from tests.world import arrival, nia
    from yosafe.people.access import young_person_ref
    from yosafe.people.actions import add_young_person

    new = nia(family_name="Okafor", given_names="Tom", sex="male", placement=arrival(at=clock.now()))
    return young_person_ref((await add_young_person(by=world.cleo, new=new)).id)


async def test_the_trail_tells_the_story(case, listed, api, world, cleo, amina):
    await decide(await api(cleo), listed)
    rows = await DB.fetch("SELECT event FROM audit_entry WHERE event LIKE 'review%' OR event LIKE 'action%' OR event = 'flag:answered' ORDER BY id")
    events = [row["event"] for row in rows]
    assert events[:2] == ["review:arranged", "review-case:listed"]
    assert events.count("flag:answered") == len(listed)
    assert {"review-case:decided", "action:agreed", "review-case:read"} <= set(events)
