"""What people who work in one establishment learn of another: nothing that was recorded there.

Sam was at Feltham (Cleo leads, Dan works there) and was moved to Wetherby (Ivy leads). Amina is his YOT worker."""

import datetime as dt

import pytest
from msgspec.structs import replace

from tests.reviews.estate import WETHERBY, assessed, care, child, incident, noon
from yosafe import clock
from yosafe.audit.record import Operator
from yosafe.db.engine import DB
from yosafe.db.sql import Sql
from yosafe.errors import Conflict, Invalid, NotFound, Refused
from yosafe.people.frame import banner
from yosafe.people.tables import YoungPerson
from yosafe.reviews import access, contributions, listing_queries, meeting_actions, meeting_queries, queries
from yosafe.reviews.actions import answer_flag, refresh_flags
from yosafe.reviews.meeting_schemas import AgreeAction, ArrangeReview, DecideCase, FinishAction, FlagDecision, ListCase
from yosafe.reviews.rules import Outcome
from yosafe.reviews.tracker import queries as tracker
from yosafe.reviews.tracker.actions import finish_action

ARRIVED, MONDAY = dt.date(2003, 2, 3), dt.date(2003, 3, 10)
HARMED = "harmed-by-others"


@pytest.fixture(autouse=True)
def monday():
    with clock.stopped_at(noon(MONDAY)):
        yield


@pytest.fixture
async def sam(staff) -> int:
    """At Wetherby since Wednesday."""
    who = await child("Sam", arrived=ARRIVED)
    await care(who, "never", ARRIVED)
    await assessed(who, ARRIVED)
    await DB.execute(
        "UPDATE placement SET left_at = $1, left_recorded_at = $1, leaving_reason = 'transferred' WHERE young_person = $2",
        *(noon(MONDAY - dt.timedelta(days=5)), who),
    )
    await DB.execute(
        "INSERT INTO placement (young_person, establishment, legal_status, arrived_at, distance_miles, recorded_at, recorded_by, version) "
        "VALUES ($1, $2, 'dto', $3, 20, $3, 1, 1)",
        *(who, WETHERBY, noon(MONDAY - dt.timedelta(days=5))),
    )
    return who


async def harmed(who: int, at: str, days_ago: int) -> int:
    number = await incident("assault", MONDAY - dt.timedelta(days=days_ago), (who, "harmed"))
    await DB.execute("UPDATE incident SET establishment = $1 WHERE id = $2", at, number)
    return number


async def flag_of(who: int) -> int:
    await refresh_flags(by=Operator("system"))
    return await DB.fetchval("SELECT id FROM flag WHERE young_person = $1 AND indicator = $2", who, HARMED)


async def everywhere(user, who: int, flag: int) -> set[str]:
    """The places where a flag shows to someone."""
    found = set()
    register = (await queries.flags(user, queries.FlagFilter(state="any"), terminology="2002", limit=100)).items
    answered = f"SELECT count(*) FROM ({{}}) s WHERE s.facts ->> 'flag' = '{flag}'"
    seen = {
        "register": flag in {one.id for one in register},
        "flags of the child": flag in {one.id for one in await queries.flags_of(user, who, terminology="2002")},
        "flags of a case": bool(await queries.flags_numbered(user, [flag], terminology="2002")),
        "badge": any("flag" in words for words, _ in await contributions.badges(user, who)),
        "column": bool(await contributions.COLUMN.load(user, [who], "2002")),
        "chronology": bool(await DB.fetchval(*Sql(answered, contributions.SOURCES[0].rows(user, who)).parts())),
    }
    found |= {place for place, shows in seen.items() if shows}
    try:
        await access.get_flag_for(user, flag)
        found.add("page")
    except NotFound:
        pass
    return found


EVERYWHERE = {"register", "flags of the child", "flags of a case", "badge", "column", "chronology", "page"}


@pytest.mark.parametrize(
    ("name", "at", "shows"),
    [
        ("Cleo", "FYI", True),
        ("Ivy", "WYI", True),
        ("Amina", "FYI", True),
        ("Esi", "WYI", True),
        ("Cleo", "WYI", False),  # he left; it happened where he is now
        ("Ivy", "FYI", True),  # it happened before he came, and he is in her care now: she sees that there is something, and asks
    ],
)
async def test_a_flag_shows_where_what_it_cites_was_recorded_and_at_home(staff, sam, name, at, shows):
    await harmed(sam, at, 1)
    flag = await flag_of(sam)
    await DB.execute("UPDATE flag SET cleared_on = $2 WHERE indicator <> $1", HARMED, MONDAY)
    amina = staff["Amina"]
    await answer_flag(by=amina, flag=await access.get_flag_for(amina, flag), outcome=Outcome.AGREED, reason="He told me about it.")
    assert await everywhere(staff[name], sam, flag) == (EVERYWHERE if shows else set())


async def test_who_holds_him_now_sees_that_there_is_something_elsewhere_and_no_more(staff, sam):
    await harmed(sam, "FYI", 8)
    found = await queries.flag_detail(staff["Ivy"], await access.get_flag_for(staff["Ivy"], await flag_of(sam)), terminology="2002")
    assert (found.flag.withheld, found.flag.sentence, found.flag.because) == (True, queries.ELSEWHERE, ())


async def test_a_flag_about_anything_else_follows_the_young_person(staff, sam):
    await refresh_flags(by=Operator("system"))
    number = await DB.fetchval("SELECT id FROM flag WHERE indicator = 'no-yot-contact'")
    for name in ("Cleo", "Ivy", "Amina"):
        assert (await access.get_flag_for(staff[name], number)).young_person == sam


async def test_a_flag_that_rests_on_both_keeps_the_other_ones_facts_back_and_says_so(staff, sam):
    there, here = await harmed(sam, "FYI", 8), await harmed(sam, "WYI", 1)
    flag = await access.get_flag_for(staff["Ivy"], await flag_of(sam))
    at_wetherby = await queries.flag_detail(staff["Ivy"], flag, terminology="2002")
    at_home = await queries.flag_detail(staff["Amina"], flag, terminology="2002")
    assert [fact.reference for fact in at_wetherby.flag.because] == [f"IN-{here:06d}"]
    assert (at_wetherby.flag.withheld, at_wetherby.flag.sentence) == (True, queries.ELSEWHERE)
    assert [step.sentence for step in at_wetherby.steps] == [None]
    assert {fact.reference for fact in at_home.flag.because} == {f"IN-{there:06d}", f"IN-{here:06d}"}
    assert (at_home.flag.withheld, "2 incidents" in at_home.flag.sentence) == (False, True)
    assert "2 incidents" in at_home.steps[0].sentence


async def test_what_a_flag_said_before_it_cited_only_what_is_theirs_is_kept_back_too(staff, sam):
    there = await harmed(sam, "FYI", 8)
    number = await flag_of(sam)
    here = await harmed(sam, "WYI", 0)
    await DB.execute("UPDATE flag SET because = replace(because::text, $2, $3)::jsonb WHERE id = $1", number, f"IN-{there:06d}", f"IN-{here:06d}")
    detail = await queries.flag_detail(staff["Ivy"], await access.get_flag_for(staff["Ivy"], number), terminology="2002")
    assert (detail.flag.withheld, [step.sentence for step in detail.steps]) == (False, [None])
    at_home = await queries.flag_detail(staff["Amina"], await access.get_flag_for(staff["Amina"], number), terminology="2002")
    assert "1 incident" in at_home.steps[0].sentence


async def listed(ivy, sam) -> tuple:
    """A review of today at Wetherby with Sam on it, because of the one flag that is more than a note."""
    flag = await flag_of(sam)
    await DB.execute("UPDATE flag SET level = 'note' WHERE id <> $1", flag)
    await DB.execute("UPDATE clock SET stopped_at = now(), stopped_reason = 'x' WHERE young_person = $1", sam)
    review = await meeting_actions.arrange_review(by=ivy, new=ArrangeReview(meets_on=MONDAY, chair="Ivy"))
    [candidate] = await listing_queries.candidates(ivy, review, terminology="2002")
    assert candidate.titles == ("Harmed by others",)
    return review, await meeting_actions.list_case(by=ivy, review=review, new=ListCase(young_person="YP-000001")), flag


CONTINUE = DecideCase(decision="continue", reason="All is being done.", child_came="not_asked", advocate="not_wanted")


async def test_the_review_of_where_he_is_now_takes_it_up_without_its_facts(staff, sam):
    await harmed(sam, "FYI", 1)
    ivy = staff["Ivy"]
    review, case, flag = await listed(ivy, sam)
    seen = {name: (await meeting_queries.case_detail(staff[name], review, case, terminology="2002")).flags for name in ("Ivy", "Amina")}
    assert {name: [(one.id, one.withheld, len(one.because)) for one in flags if one.id == flag] for name, flags in seen.items()} == {
        "Ivy": [(flag, True, 0)],
        "Amina": [(flag, False, 1)],
    }
    answers = tuple(FlagDecision(flag=one.id, outcome=Outcome.AGREED) for one in seen["Ivy"])
    await meeting_actions.decide_case(by=ivy, review=review, case=case, version=1, new=replace(CONTINUE, flags=answers))
    assert await DB.fetchval("SELECT closed_at FROM flag WHERE id = $1", flag) is not None


async def test_once_he_has_left_the_review_neither_sees_nor_closes_it(staff, sam):
    await harmed(sam, "FYI", 1)
    ivy = staff["Ivy"]
    review, case, flag = await listed(ivy, sam)
    await DB.execute("UPDATE placement SET left_at = $1, left_recorded_at = $1, leaving_reason = 'released' WHERE left_at IS NULL", clock.now())
    shown = (await meeting_queries.case_detail(ivy, review, case, terminology="2002")).flags
    assert flag not in {one.id for one in shown}
    with pytest.raises(Invalid):
        new = replace(CONTINUE, flags=(FlagDecision(flag=flag, outcome=Outcome.AGREED),))
        await meeting_actions.check_decision(by=ivy, review=review, case=case, version=1, new=new)
    answers = tuple(FlagDecision(flag=one.id, outcome=Outcome.AGREED) for one in shown)
    await meeting_actions.decide_case(by=ivy, review=review, case=case, version=1, new=replace(CONTINUE, flags=answers))
    assert await DB.fetchval("SELECT closed_at FROM flag WHERE id = $1", flag) is None


@pytest.fixture
async def action(staff, sam) -> int:
    """Agreed at Wetherby, for the YOT of Leeds to do."""
    ivy = staff["Ivy"]
    await refresh_flags(by=Operator("system"))
    review = await meeting_actions.arrange_review(by=ivy, new=ArrangeReview(meets_on=MONDAY, chair="Ivy"))
    case = await meeting_actions.list_case(by=ivy, review=review, new=ListCase(young_person="YP-000001", because="New here."))
    new = AgreeAction(what="Ring his mother.", owner_agency="yot-E08000035", owner_name="Amina", due_on=MONDAY)
    await meeting_actions.agree_action(by=ivy, review=review, case=case, new=new)
    return await DB.fetchval("SELECT id FROM action")


@pytest.mark.parametrize(
    ("name", "owner", "sees", "can_finish"),
    [
        ("Amina", "yot-E08000035", True, True),
        ("Ivy", "yot-E08000035", True, True),
        ("Esi", "yot-E08000035", True, False),
        ("Cleo", "yot-E08000035", False, False),  # sees Sam still, but the review is Wetherby's
        ("Cleo", "yoi-FYI", True, True),  # took it on
        ("Ben", "yot-E08000035", False, False),
    ],
)
async def test_who_sees_an_action_and_may_finish_it(staff, action, name, owner, sees, can_finish):
    await DB.execute("UPDATE action SET owner_agency = (SELECT id FROM agency WHERE code = $1)", owner)
    user = staff[name]
    listed = (await tracker.actions(user, tracker.ActionFilter())).items
    assert [(one.id, one.can_finish) for one in listed] == ([(action, can_finish)] if sees else [])
    if not sees:
        with pytest.raises(NotFound):
            await access.get_action_for(user, action)
        return
    assert listed[0].sees_review is (name != "Cleo")
    found, done = await access.get_action_for(user, action), FinishAction(note="She came on Sunday.", evidence="The visits book.")
    if not can_finish:
        with pytest.raises(Refused):
            await finish_action(by=user, action=found, version=1, new=done)
        return
    await finish_action(by=user, action=found, version=1, new=done)
    with pytest.raises(Conflict):
        await finish_action(by=user, action=await access.get_action_for(user, action), version=2, new=done)


async def test_a_refresh_counts_what_the_one_who_asks_may_know_and_the_operator_all(staff, sam):
    other = await child("Kit", arrived=ARRIVED)
    await harmed(sam, "WYI", 1)
    there = await refresh_flags(by=staff["Ivy"])
    sees = "SELECT count(*) FROM flag WHERE young_person = $1"
    assert (there.young_people, there.opened) == (1, await DB.fetchval(sees, sam))
    again = await refresh_flags(by=staff["Cleo"])  # she sees both, but not what happened to Sam at Wetherby
    assert (again.young_people, again.opened, again.kept) == (2, 0, await DB.fetchval(sees, other) + there.opened - 1)
    everything = await refresh_flags(by=Operator("system"))
    assert (everything.young_people, everything.kept) == (2, await DB.fetchval("SELECT count(*) FROM flag"))


async def test_the_banner_of_a_leaver_has_no_badge_for_what_came_after(staff, sam):
    await harmed(sam, "WYI", 1)
    await flag_of(sam)
    await DB.execute("UPDATE flag SET cleared_on = $2 WHERE indicator <> $1", HARMED, MONDAY)
    boy = await YoungPerson.objects().get(YoungPerson.id == sam)
    badges = {name: [words for words, _ in (await banner(staff[name], boy)).badges if "flag" in words] for name in ("Cleo", "Ivy")}
    assert badges == {"Cleo": [], "Ivy": ["1 flag"]}
