"""The whole story once through, by API with API keys, from the incident to the chronology; and Ben, of another area, for whom none of it exists.

Reece is a Leeds boy who lives with foster carers in Carlisle, and has been at Wetherby for five weeks. Kai and Max, from Leeds too, bully him.
"""

import datetime as dt
import re
from collections.abc import AsyncIterator
from typing import Any

import httpx
import msgspec
import pytest
from litestar import Litestar
from litestar.routes import HTTPRoute

from tests.incidents.make import ANSWERS, involve
from tests.welfare.answers import asset
from tests.world import LEEDS, WETHERBY, Browser, ClientFor, World, kai
from yosafe import clock
from yosafe.audit.record import Operator
from yosafe.people.access import young_person_ref
from yosafe.people.actions import add_young_person
from yosafe.people.schemas import StartPlacement
from yosafe.reviews.actions import refresh_flags

API = "/api/v1"
MONDAY = dt.datetime(2026, 10, 5, 10, tzinfo=dt.UTC)
TUESDAY, THURSDAY, NEXT_MONDAY = (MONDAY + dt.timedelta(days=days) for days in (1, 3, 7))
ARRIVED = MONDAY - dt.timedelta(days=35)

Call = tuple[str, str, Any, dict[str, str]]  # method, path, body, headers


class Script:
    """Someone's script, which keeps what it sent so that Ben can try the same."""

    def __init__(self, client: httpx.AsyncClient, sent: list[Call]) -> None:
        self.client, self.sent = client, sent

    async def get(self, path: str, **params: str) -> Any:
        answer = await self.client.get(API + path, params=params)
        assert answer.status_code == 200, answer.text
        return answer.json()

    async def send(self, method: str, path: str, body: Any, version: int | None = None) -> Any:
        headers = {"If-Match": f'"{version}"'} if version else {}
        answer = await self.client.request(method, API + path, json=body, headers=headers)
        assert answer.status_code in (200, 201), answer.text
        self.sent.append((method, API + path, body, headers))
        return answer.json()

    async def post(self, path: str, body: Any, version: int | None = None) -> Any:
        return await self.send("POST", path, body, version)


class Story:
    """The world with everyone's scripts, and what came of each step, by name."""

    def __init__(self, world: World, api: ClientFor) -> None:
        self.world, self.api = world, api
        self.sent: list[Call] = []
        self.scripts: dict[str, Script] = {}
        self.refs: dict[str, str] = {}

    async def of(self, name: str) -> Script:
        if name not in self.scripts:
            self.scripts[name] = Script(await self.api(self.world[name]), self.sent)
        return self.scripts[name]

    @property
    def boy(self) -> str:
        return f"/young-people/{self.refs['boy']}"


async def amina_adds_reece(story: Story) -> None:
    amina = await story.of("amina")
    details = {
        "family_name": "Ellis", "given_names": "Reece", "date_of_birth": "2010-06-02", "sex": "male", "home_outcode": "CA1", "home_area": LEEDS,
        "placement": {"establishment": WETHERBY, "unit": "A wing", "legal_status": "dto", "arrived_at": ARRIVED.isoformat()},
    }  # fmt: skip
    made = await amina.post("/young-people", details)
    story.refs["boy"] = made["ref"]
    assert made["placement"]["distance_miles"] > 50


async def dan_records_the_bullying(story: Story) -> None:
    dan, world = await story.of("dan"), story.world
    with clock.stopped_at(ARRIVED):
        here = StartPlacement(establishment=WETHERBY, unit="A wing", legal_status="dto", arrived_at=ARRIVED)
        other = await add_young_person(by=world.dan, new=kai(family_name="Stone", given_names="Max", placement=here))
    body = {
        "kind": "bullying", "happened_at": "2026-10-04T19:40:00Z", "place": "showers", "account": "Two boys took his trainers and threatened him.",
        "child_said": "They said I would get it if I told.", "told_by": "young_person", "answers": ANSWERS["bullying"],
        "outcomes": [{"outcome": "moved_apart"}],
        "involvements": [
            involve(story.refs["boy"], "harmed"), involve(world.kai, "alleged_to_have_harmed"), involve(other, "alleged_to_have_harmed"),
        ],
    }  # fmt: skip
    story.refs["other"] = young_person_ref(other.id)
    story.refs["incident"] = (await dan.post("/incidents", body))["ref"]


async def cleo_concludes_and_refers(story: Story) -> None:
    cleo, here = await story.of("cleo"), f"/incidents/{story.refs['incident']}"
    seen = await cleo.get(here)
    end = {"action": "conclude", "finding": "substantiated", "comment": "Both admit it, and it is on camera."}
    assert (await cleo.post(f"{here}/transitions", end, seen["version"]))["status"] == "concluded"
    letter = {
        "young_person": story.refs["boy"], "incidents": [story.refs["incident"]], "category": "physical", "sharing_basis": "significant_harm",
        "gaps_reason": "He is at risk tonight.",
        "concern": "He is robbed and threatened, and dare not leave his cell.", "child_view": "I want it to stop.",
    }  # fmt: skip
    sent = await cleo.post("/referrals", letter)
    story.refs["referral"] = sent["ref"]
    assert [one["name"] for one in sent["recipients"]] == ["Leeds social services"]


async def esi_decides_in_time(story: Story) -> None:
    esi, here = await story.of("esi"), f"/referrals/{story.refs['referral']}"
    seen = await esi.get(here)
    assert {one["clock"]: one["words"] for one in seen["clocks"]}["referral-decision"] == "Due today"
    done = await esi.post(f"{here}/events", {"kind": "decided", "on": "2026-10-06", "outcome": "assessment"}, seen["version"])
    assert done["status"] == "assessment"
    assert {one["clock"]: one["words"] for one in (await esi.get(here))["clocks"]}["referral-decision"] == "Met"
    met = await esi.get("/clocks", state="met", clock="referral-decision")
    assert [one["young_person"] for one in met["items"]] == [story.refs["boy"]]


async def amina_assesses_and_visits(story: Story) -> None:
    amina = await story.of("amina")
    made = await amina.post("/assessments", msgspec.to_builtins(asset(story.refs["boy"], completed_on=clock.today())))
    story.refs["assessment"] = made["ref"]
    visit = {"kind": "visit", "from_whom": "yot", "happened_on": str(clock.today()), "seen_alone": True, "note": "He is afraid of the showers."}
    await amina.post(f"{story.boy}/contacts", visit)


async def a_refresh_raises_flags(story: Story) -> None:
    await refresh_flags(by=Operator("system"))
    flags = {one["indicator"]: one for one in (await (await story.of("cleo")).get(f"{story.boy}/flags"))["flags"]}
    harmed, far = flags["harmed-by-others"], flags["far-from-home"]
    assert harmed["level"] in ("raised", "high")
    assert story.refs["incident"] in msgspec.json.encode(harmed["because"]).decode()
    assert "Wetherby" in far["sentence"] or "miles" in far["sentence"]
    story.refs["flag"] = str(harmed["id"])
    assert (await (await story.of("jay")).get(f"/flags/{harmed['id']}"))["outcomes"] == []


async def the_review_decides_and_closes(story: Story) -> None:
    cleo, amina, esi, jay = [await story.of(name) for name in ("cleo", "amina", "esi", "jay")]
    review = (await cleo.post("/reviews", {"meets_on": str(clock.today()), "chair": "Cleo"}))["review"]["ref"]
    story.refs["review"] = review
    assert story.refs["boy"] in [one["young_person"] for one in (await cleo.get(f"/reviews/{review}/candidates"))["items"]]
    case = f"/reviews/{review}/cases/{(await cleo.post(f'/reviews/{review}/cases', {'young_person': story.refs['boy']}))['case']['number']}"
    await cleo.post(f"/reviews/{review}/attendance", {"agency": "leeds-yot", "person": "Amina", "attended": "attended"})
    for script, words in ((amina, "He needs his family nearer."), (esi, "We have opened an assessment."), (cleo, "The two are apart now.")):
        await script.post(f"{case}/views", {"view": words})
    seen = await jay.get(case)
    assert [view["agency"] for view in seen["views"]] == ["Leeds YOT", "Leeds social services", "Wetherby"]
    decision = {
        "decision": "support_plan", "reason": "All agencies agree that he is being bullied.", "child_came": "asked_beforehand",
        "advocate": "not_wanted",
        "child_said": "I want to be on another wing.", "flags": [{"flag": one["id"], "outcome": "agreed"} for one in seen["flags"]],
        "actions": [{"what": "Visit him each week.", "owner_agency": "leeds-yot", "owner_name": "Amina", "due_on": "2026-10-19"}],
    }  # fmt: skip
    done = await cleo.post(f"{case}/decision", decision, seen["version"])
    assert (done["decision"], done["child_said"]) == ("support_plan", "I want to be on another wing.")
    story.refs["case"], story.refs["action"] = case.rsplit("/", 1)[1], str(done["actions"][0]["id"])
    closed = await cleo.get(f"/flags/{story.refs['flag']}")
    assert (closed["flag"]["state"], [one["review"] for one in closed["outcomes"]]) == ("closed", [review])
    action = done["actions"][0]
    await amina.post(f"/actions/{action['id']}/done", {"note": "Visits are in the diary.", "evidence": "The diary."}, action["version"])


STEPS = (
    (ARRIVED, amina_adds_reece),
    (MONDAY, dan_records_the_bullying),
    (MONDAY + dt.timedelta(hours=3), cleo_concludes_and_refers),
    (TUESDAY, esi_decides_in_time),
    (THURSDAY, amina_assesses_and_visits),
    (NEXT_MONDAY, a_refresh_raises_flags),
    (NEXT_MONDAY + dt.timedelta(hours=2), the_review_decides_and_closes),
)


@pytest.fixture
async def story(world: World, api: ClientFor) -> AsyncIterator[Story]:
    """All of it, and the clock three hours later."""
    told = Story(world, api)
    for moment, step in STEPS:
        with clock.stopped_at(moment):
            await step(told)
    with clock.stopped_at(STEPS[-1][0] + dt.timedelta(hours=3)):
        yield told


async def test_the_chronology_tells_it_in_order(story: Story) -> None:
    for name in ("amina", "cleo", "esi", "jay"):
        told = (await (await story.of(name)).get(f"{story.boy}/chronology", order="oldest"))["items"]
        moments = [one["at"] or one["day"] for one in told]
        assert moments == sorted(moments)
        sources = list(dict.fromkeys(one["source"] for one in told))
        assert sources == ["placement", "incident", "referral", "assessment", "contact", "flag", "review"], name
        refs = dict.fromkeys(one["ref"] for one in told if one["source"] in ("incident", "assessment", "review"))
        assert list(refs) == [story.refs[what] for what in ("incident", "assessment", "review")]
        assert all(one["by"] and one["agency"] for one in told)


async def test_grace_sees_who_looked(story: Story) -> None:
    found = await (await story.of("grace")).get("/audit", young_person=story.refs["boy"], limit="100")
    entries = {(one["actor"], one["event"]) for one in found["items"]}
    assert {
        ("Dan", "incident:submitted"),
        ("Cleo", "incident:read"),
        ("Cleo", "incident:moved"),
        ("Cleo", "referral:sent"),
        ("Cleo", "review-case:listed"),
        ("Cleo", "review:decided"),
    } <= {(actor, event.replace("review-case:decided", "review:decided")) for actor, event in entries}
    assert {actor for actor, _ in entries} == {"Dan", "Cleo"}, "those of her own agency, and no others"


def addresses(app: Litestar, story: Story) -> list[tuple[str, str]]:
    """Method and path of every address, page or API, of what the story made."""
    found = []
    for route in app.routes:
        if isinstance(route, HTTPRoute) and "{" in route.path_format:
            path = "/".join(value_of(route.path_format, part, story) if part.startswith("{") else part for part in route.path_format.split("/"))
            found += [(method, path) for method in sorted(route.methods & {"GET", "POST", "PATCH"}) if "{" not in path]
    return found


KINDS = {"children": "boy", "young-people": "boy", "incidents": "incident", "referrals": "referral", "assessments": "assessment", "reviews": "review"}


def value_of(path: str, part: str, story: Story) -> str:
    """What stands for a part such as `{ref}` of a path; itself where the story made no such thing."""
    if part == "{ref}":
        kind = next((KINDS[part] for part in path.split("/") if part in KINDS), None)
        return story.refs[kind] if kind else part
    return {"{flag}": story.refs["flag"], "{number}": story.refs["case"], "{action}": story.refs["action"], "{placement}": "3"}.get(part, part)


NEVER = {r"YP-\d{6}": "YP-999999", r"(IN|RF|AS|RV)-\d{6}": r"\1-999999", r"/(flags|risks|actions|placements)/\d+": r"/\1/999999"}


def never_given(text: str) -> str:
    """The same about what was never recorded."""
    for pattern, instead in NEVER.items():
        text = re.sub(pattern, instead, text)
    return text


def words_of(answer: httpx.Response) -> tuple[int, str]:
    """What is said, without what differs between two requests for the same."""
    return answer.status_code, re.sub(r'"reference":"\w+"|value="\w{32,}"|reference \w+|YP-\d{6}|(IN|RF|AS|RV)-\d{6}|999999|\b\d+\b', "", answer.text)


class Ben:
    """Ben's script and Ben's browser, which ask for what exists and for what never did, and must hear the same."""

    def __init__(self, script: httpx.AsyncClient, browser: Browser) -> None:
        self.script, self.browser = script, browser

    async def is_told_nothing(self, method: str, path: str, body: Any, headers: dict[str, str]) -> int:
        hidden = await self._ask(method, path, body, headers)
        missing = await self._ask(method, never_given(path), msgspec.json.decode(never_given(msgspec.json.encode(body).decode())), headers)
        assert words_of(hidden) == words_of(missing), (method, path)
        return hidden.status_code

    async def _ask(self, method: str, path: str, body: Any, headers: dict[str, str]) -> httpx.Response:
        if path.startswith("/api/"):
            return await self.script.request(method, path, json=body, headers=headers)
        return await self.browser.get(path) if method == "GET" else await self.browser.send_form(path)


@pytest.fixture
async def ben(story: Story, api: ClientFor, client: ClientFor) -> Ben:
    return Ben(await api(story.world.ben), await client(story.world.ben))


async def test_for_ben_none_of_it_exists(story: Story, app: Litestar, ben: Ben) -> None:
    there = addresses(app, story)
    assert {("GET", f"{API}{story.boy}/chronology"), ("GET", f"/children/{story.refs['boy']}"), ("PATCH", API + story.boy)} <= set(there)
    for method, path in there:
        status = await ben.is_told_nothing(method, path, {} if method != "GET" else None, {"If-Match": '"1"'})
        assert status in ((403, 404, 422) if path.startswith("/api/") and method != "GET" else (403, 404)), (method, path)


async def test_nor_can_ben_do_what_was_done(story: Story, ben: Ben) -> None:
    about_it = [call for call in story.sent if never_given(call[1]) != call[1] or story.refs["boy"] in msgspec.json.encode(call[2]).decode()]
    assert len(about_it) > 10
    for call in about_it:
        assert await ben.is_told_nothing(*call) in (403, 404), call


async def test_ben_finds_it_in_no_list(story: Story, ben: Ben) -> None:
    hidden = {"Ellis", "Reece", *(ref for ref in story.refs.values() if "-" in ref)}
    for listed in ("/young-people", "/incidents", "/referrals", "/flags", "/reviews", "/clocks", "/assessments/due", "/actions"):
        answer = await ben.script.get(API + listed)
        assert answer.status_code == 200
        assert hidden & set(re.findall(r"[\w-]+", answer.text)) == set()
