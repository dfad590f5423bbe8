"""Incidents for tests: what Dan sends about Kai and others at Wetherby. It is 11:00 on Monday 5 October 2026."""

import datetime as dt
from typing import Any

from tests.world import KAI_ARRIVED, World, arrival, kai
from yosafe import clock
from yosafe.accounts.viewer import User
from yosafe.db.engine import DB
from yosafe.forms.structs import to_struct
from yosafe.incidents import access
from yosafe.incidents.schemas import SubmitIncident, SubmittedOut
from yosafe.incidents.submitting import submit_incident
from yosafe.incidents.tables import Incident
from yosafe.people.access import young_person_ref
from yosafe.people.actions import add_young_person
from yosafe.people.tables import YoungPerson

KENT = "E10000016"
YESTERDAY_EVENING = dt.datetime(2026, 10, 4, 19, 40, tzinfo=dt.UTC)

ANSWERS: dict[str, dict[str, Any]] = {
    "bullying": {"forms": ["threats", "possessions"], "happened_before": "no", "still_afraid": "no"},
    "assault": {"assault_kind": "one_on_one", "weapon": "none", "lost_consciousness": "no"},
    "self_harm": {"methods": ["cutting"], "lost_consciousness": "no", "watch_open": "no"},
    "complaint": {"themes": ["food"]},
    "staff_allegation": {"alleged": ["threats"], "contact_now": "no", "evidence_kept": "none"},
    "disclosure": {"abuse_kinds": ["physical"], "abuse_when": "earlier", "abuse_by": ["carer"], "wants_told": "no"},
    "injury": {"body_places": ["face", "forearm"], "seen_by_health_care": "not_yet", "explanation": "none"},
    "use_of_force": {"force_reasons": ["fight"], "techniques": ["standing"], "minutes": 3, "warning_signs": "no", "debrief": "not_yet"},
    "missing": {"found": "no"},
    "death": {"apparent_cause": "not_known", "investigator": "coroner_police", "family_told": "yes", "watch_open": "no"},
}
ROLE = {
    "bullying": "harmed", "assault": "harmed", "self_harm": "hurt_self", "complaint": "complainant", "disclosure": "concerned", "injury": "harmed",
    "staff_allegation": "concerned",
    "use_of_force": "concerned", "missing": "concerned", "death": "concerned",
}  # fmt: skip


async def another(world: World, family_name: str, given_names: str, *, home_area: str = KENT, birth: dt.date = dt.date(2009, 11, 2)) -> YoungPerson:
    """Another young person at Wetherby, from Kent unless said: Leeds has no duty towards them."""
    with clock.stopped_at(KAI_ARRIVED):
        new = kai(
            family_name=family_name, given_names=given_names, date_of_birth=birth, home_area=home_area, home_outcode=None,
            placement=arrival(unit="B wing"),
        )  # fmt: skip
        return await add_young_person(by=world.dan, new=new)


def involve(who: YoungPerson | str, *roles: str, **more: Any) -> dict[str, Any]:
    return {"young_person": who if isinstance(who, str) else young_person_ref(who.id), "roles": list(roles), **more}


def report(*people: dict[str, Any], kind: str = "bullying", **changes: Any) -> dict[str, Any]:
    """What is sent, as JSON holds it but for the time."""
    return {
        "kind": kind, "happened_at": YESTERDAY_EVENING, "place": "association", "account": "He was told to hand over his phone credit or be hit.",
        "child_said": "They said they would get me.", "told_by": "young_person", "involvements": list(people), "answers": ANSWERS[kind],
        **({"staff": [{"role": "staff_alleged", "name": "A night officer"}]} if kind == "staff_allegation" else {}), **changes,
    }  # fmt: skip


def submission(*people: dict[str, Any], kind: str = "bullying", **changes: Any) -> SubmitIncident:
    return to_struct(SubmitIncident, report(*people, kind=kind, **changes))


async def submit(by: User, *people: dict[str, Any], kind: str = "bullying", **changes: Any) -> SubmittedOut:
    return await submit_incident(submission(*people, kind=kind, **changes), by=by)


async def incident(by: User, *people: dict[str, Any], kind: str = "bullying", **changes: Any) -> Incident:
    """A recorded incident, as whoever recorded it loads it."""
    return await access.get_incident_for(by, (await submit(by, *people, kind=kind, **changes)).ref)


async def again(by: User, of: Incident) -> Incident:
    """The incident as it is now."""
    return await access.get_incident_for(by, of.id)


async def rows_in_all_tables() -> dict[str, int]:
    """How many rows each table has: the same before and after what must write nothing."""
    names = [row["tablename"] for row in await DB.fetch("SELECT tablename FROM pg_tables WHERE schemaname = 'public' ORDER BY 1")]
    return {name: await DB.fetchval(f"SELECT count(*) FROM {name}") for name in names if name != "session"}  # signing in is no part of it
