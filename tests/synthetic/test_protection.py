"""Assessments and referrals: every answer is one of the instrument, every event one that the rules allow, every clock what the events make it."""

from collections import defaultdict
from typing import Any

import pytest

from tests.synthetic.conftest import NOW
from yosafe.accounts.access import user_by_email
from yosafe.accounts.permissions import AgencyKind
from yosafe.accounts.viewer import User
from yosafe.clock import day_of, midnight
from yosafe.db.engine import DB
from yosafe.people.access import young_person_ref
from yosafe.reference.establishments import establishment
from yosafe.referrals.access import referral_ref
from yosafe.referrals.checking import check_complete, check_considered, check_details, source_code
from yosafe.referrals.events import Case, Event, Kind
from yosafe.referrals.limits import limits_of
from yosafe.referrals.queries import of_child
from yosafe.referrals.recount import Recount, recount
from yosafe.referrals.schemas import ConsiderReferral, RecordEvent, SendReferral
from yosafe.referrals.status import derive_status
from yosafe.referrals.steps import check_can_record, check_event
from yosafe.synthetic.load import Loaded
from yosafe.welfare import rules as welfare_rules
from yosafe.welfare.instruments import instrument, instruments, occasion_faults, read_answers

Rows = list[Any]


async def test_assessments_answer_their_instrument(estate: Loaded):
    rows = await DB.fetch("SELECT a.*, p.arrived_at, p.left_at FROM assessment a JOIN placement p ON p.id = a.placement")
    assert len(rows) == estate.rows["assessment"] > 500
    for row in rows:
        questions = instruments().by_ref(f"{row['instrument']}/{row['instrument_version']}")
        assert questions.is_valid_on(row["completed_on"])
        assert occasion_faults(instrument(row["instrument"]), row["occasion"], row["completed_on"]) == []
        assert read_answers(questions, row["answers"], row["own_words"], today=day_of(row["recorded_at"])) == (row["answers"], row["own_words"])
        assert row["completed_on"] == day_of(row["recorded_at"])
        assert row["arrived_at"] <= row["recorded_at"] <= (row["left_at"] or NOW)
        assert not any("{" in str(answer) for answer in (*row["answers"].values(), *row["own_words"].values(), row["concern"]))


async def test_assessments_are_done_in_time_late_and_not_at_all(estate: Loaded):
    stays: dict[int, Rows] = defaultdict(list)
    for row in await DB.fetch("SELECT young_person, arrived_at, left_at FROM placement ORDER BY arrived_at"):
        left_on = day_of(row["left_at"]) if row["left_at"] else None
        stays[row["young_person"]].append(welfare_rules.Stay(arrived_on=day_of(row["arrived_at"]), left_on=left_on))
    done: dict[int, Rows] = defaultdict(list)
    for row in await DB.fetch("SELECT young_person, instrument, occasion, completed_on FROM assessment ORDER BY completed_on"):
        done[row["young_person"]].append(
            welfare_rules.Completed(instrument=row["instrument"], occasion=row["occasion"], completed_on=row["completed_on"])
        )
    states = {one.state for who, own in stays.items() for one in welfare_rules.due(own, done[who], None, NOW.date())}
    assert states >= {"met", "met_late", "overdue", "not_done", "due"}


async def test_assessments_are_decided_on_by_a_second_person_and_put_right(estate: Loaded):
    rows = await DB.fetch(
        "SELECT s.*, a.recorded_by AS author, a.recorded_at, (SELECT count(*) FROM assessment r WHERE r.replaces = a.id) AS replaced "
        "FROM assessment_signing s JOIN assessment a ON a.id = s.assessment"
    )
    assert {row["decision"] for row in rows} == {"countersigned", "sent_back"}
    assert all(row["author"] != row["recorded_by"] and row["at"] > row["recorded_at"] for row in rows)
    assert {row["replaced"] for row in rows if row["decision"] == "countersigned"} == {0}
    assert {row["replaced"] for row in rows if row["decision"] == "sent_back"} >= {1}


async def test_needs_and_papers_stand_as_their_steps_say(estate: Loaded):
    last = (
        "SELECT DISTINCT ON (n.id) n.closed_on IS NOT NULL AS closed, s.kind, n.target_on = s.target_on AS same, n.version, "
        "(SELECT count(*) FROM welfare_need_step WHERE welfare_need = n.id) AS steps "
        "FROM welfare_need n JOIN welfare_need_step s ON s.welfare_need = n.id ORDER BY n.id, s.at DESC, s.id DESC"
    )
    needs = await DB.fetch(last)
    assert {(row["closed"], row["kind"] == "closed", row["same"]) for row in needs} == {(True, True, True), (False, False, True)}
    assert all(row["version"] == row["steps"] for row in needs)
    papers = await DB.fetch(
        "SELECT p.state, p.version, p.came_on, count(s.id) AS steps, max(s.happened_on) FILTER (WHERE s.kind = 'came') AS came "
        "FROM arrival_paper p LEFT JOIN arrival_paper_step s ON s.arrival_paper = p.id GROUP BY p.id"
    )
    assert {row["state"] for row in papers} == {"with_them", "came_later", "awaited"}
    assert all(row["version"] == row["steps"] + 1 and (row["came"] is None or row["came"] == row["came_on"]) for row in papers)


@pytest.fixture(scope="module")
async def referrals(estate: Loaded) -> Rows:
    rows = await DB.fetch(
        "SELECT r.*, u.name AS recorder, g.kind AS agency_kind FROM referral r "
        "JOIN user_account u ON u.id = r.recorded_by JOIN agency g ON g.id = r.agency"
    )
    assert len(rows) > 10
    return rows


@pytest.fixture(scope="module")
async def events(estate: Loaded) -> dict[int, Rows]:
    found: dict[int, Rows] = defaultdict(list)
    for row in await DB.fetch("SELECT * FROM referral_event ORDER BY id"):
        found[row["referral"]].append(row)
    return found


def case_of(referral: Any, events: Rows) -> Case:
    told = [Event(kind=Kind(e["kind"]), on=e["happened_on"], number=e["id"], area=e["area"], outcome=e["outcome"]) for e in events]
    return Case(home_area=referral["home_area"], host_area=referral["host_area"], events=tuple(told))


async def test_every_stage_that_pages_show_is_what_the_events_say(referrals: Rows, events: dict[int, Rows]):
    found = await recount()
    assert found == Recount(referrals=len(referrals), events=sum(len(those) for those in events.values()), differ=())
    esi = await user_by_email("esi@example.org")
    of_leeds = {row["young_person"] for row in referrals if "E08000035" in (row["home_area"], row["host_area"])}
    shown = {one.ref: one.status for who in sorted(of_leeds)[:10] for one in await of_child(esi, who)}
    assert shown
    said = {referral_ref(row["id"]): derive_status(case_of(row, events[row["id"]])) for row in referrals}
    assert shown == {ref: said[ref] for ref in shown}


async def test_each_could_have_been_sent_as_it_stands(referrals: Rows):
    for row in referrals:
        grounds = [r["incident"] for r in await DB.fetch("SELECT incident FROM referral_incident WHERE referral = $1", row["id"])]
        common = {
            "young_person": young_person_ref(row["young_person"]), "incidents": [f"IN-{number:06d}" for number in grounds],
            "assessment": f"AS-{row['assessment']:06d}" if row["assessment"] else None, "category": row["category"], "concern": row["concern"],
            "child_view": row["child_view"],
        }  # fmt: skip
        day = day_of(row["recorded_at"])
        if row["considered_only"]:
            made = {"threshold": row["threshold"], "reason": row["not_referred_reason"], "second_person": row["second_person"]}
            check_considered(ConsiderReferral(**common, **made, review_on=row["review_on"]), recorder=row["recorder"], today=day)
        else:
            not_asked = row["child_not_asked_because"]
            check_complete(SendReferral(**common, child_not_asked_because=not_asked, sharing_basis=row["sharing_basis"]), today=day)
        assert row["source_code"] == source_code(AgencyKind(row["agency_kind"]))
        assert row["host_area"] == establishment(row["establishment"]).area
        others = await DB.fetchval(
            "SELECT count(*) FROM referral_incident ri WHERE ri.referral = $1 AND NOT EXISTS "
            "(SELECT FROM involvement v WHERE v.incident = ri.incident AND v.young_person = $2)",
            *(row["id"], row["young_person"]),
        )
        assert others == 0


async def test_every_event_is_one_that_the_rules_allow(referrals: Rows, events: dict[int, Rows]):
    users: dict[int, User] = {row["id"]: await user_by_email(row["email"]) for row in await DB.fetch("SELECT id, email FROM user_account")}
    for row in referrals:
        first, *more = events[row["id"]]
        assert Kind(first["kind"]) is (Kind.CONSIDERED if row["considered_only"] else Kind.SENT)
        for place, event in enumerate(more, start=1):
            case, day = case_of(row, events[row["id"]][:place]), day_of(event["recorded_at"])
            check_can_record(case, Kind(event["kind"]), users[event["recorded_by"]], today=day)
            check_event(case, Kind(event["kind"]), on=event["happened_on"], outcome=event["outcome"], note=event["note"], today=day)
            told = {name: event[name] for name in ("source", "present", "quorate", "child_there", "advocate", "registered_as")}
            data = RecordEvent(kind=Kind(event["kind"]), on=event["happened_on"], outcome=event["outcome"], **told)
            check_details(data.kind, data, recorder="", today=day)
        assert row["status"] == derive_status(case_of(row, events[row["id"]])).value
        assert row["version"] == len(events[row["id"]])
        assert all(event["recorded_at"] <= NOW for event in events[row["id"]])


async def test_the_clocks_are_what_the_events_make_them(referrals: Rows, events: dict[int, Rows]):
    clocks: dict[int, Rows] = defaultdict(list)
    for row in await DB.fetch("SELECT * FROM clock WHERE subject_kind = 'referral' ORDER BY id"):
        clocks[row["subject"]].append(row)
    states = set()
    for row in referrals:
        wanted = {} if row["considered_only"] else {(r.clock, r.started.on): r for r in limits_of(case_of(row, events[row["id"]]))}
        assert {(c["clock"], day_of(c["started_at"])) for c in clocks[row["id"]]} == set(wanted)
        for clock in clocks[row["id"]]:
            running = wanted[clock["clock"], day_of(clock["started_at"])]
            assert (clock["due_on"], clock["rules"]) == (running.due.due, running.due.rules)
            assert clock["met_at"] == (midnight(running.met.on) if running.met else None)
            assert (clock["stopped_at"], clock["stopped_reason"]) == (midnight(running.stopped.on) if running.stopped else None, running.reason)
            states.add("met" if running.met else "stopped" if running.stopped else "overdue" if running.is_overdue(NOW.date()) else "running")
    assert states >= {"met"}


async def test_duties_are_those_of_open_referrals(referrals: Rows, events: dict[int, Rows]):
    duties: dict[int, set[Any]] = defaultdict(set)
    for row in await DB.fetch("SELECT * FROM duty WHERE subject_kind = 'referral'"):
        duties[row["subject"]].add((row["kind"], row["area"], row["young_person"], row["ended_at"]))
    for row in referrals:
        if row["considered_only"]:
            assert row["id"] not in duties
            continue
        ended = next((event["recorded_at"] for event in events[row["id"]] if event["kind"] == "ended"), None)
        who, areas = row["young_person"], {row["host_area"], row["home_area"]}
        assert duties[row["id"]] == {("host", row["host_area"], who, ended)} | {("committee", area, who, ended) for area in areas}
