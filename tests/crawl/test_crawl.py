"""Everyone goes everywhere, in a world where every text that people type holds markup: nobody meets a name that is none of their business, no
markup is taken for markup, nothing breaks, and every page is led to."""

import json
from collections.abc import AsyncIterator, MutableMapping
from dataclasses import dataclass
from typing import Any

import pytest
from litestar import Litestar
from piccolo.columns import JSONB, Text, Varchar
from structlog.testing import capture_logs

from tests.code.found import all_tables
from tests.conftest import empty
from tests.crawl import casework, estate
from tests.crawl.estate import WALKERS
from tests.crawl.kept import keep_for_browser
from tests.crawl.text import HEART
from tests.crawl.walk import NAMED, REFERRED_TO, Walk, addresses, templates, walker
from tests.world import NOW
from yosafe import clock
from yosafe.db.engine import DB

# Pages that no link and no form of the walk leads to, and why that is right.
NOT_LED_TO = {
    "/healthz": "for those who watch the machines",
    "/readyz": "for those who watch the machines",
    "/sign-in/code": "where whoever gave the right password is sent",
    "/sign-in/set-up": "the same",
    "/metrics": "for a monitoring system",
    "/sign-in/provider": "the page of signing in, where a provider is set: tests/accounts/test_provider.py",
    "/sign-in/provider/back": "where a provider sends people",
    "/sign-in/provider/out": "the page of signing in, after signing out",
    "/confirm/provider": "the page of confirming, where a provider is set",
    "/confirm": "where whoever was signed in for a while is sent before they take records out",
    "/sign-in": "where whoever is not signed in is sent",
    "/set-password/{token}": "the link that the administrator hands over",
    "/static/{file_path}": "what pages are made with",
    "/calendar/{token}": "for calendar programs",
    "/search": "the box on every page sends what is typed there, and shows what was found",
    "/children/{ref}/chronology/document/file": "what a form with choices asks for: the walk sends those that change something",
    "/incidents/{ref}/files/{file_ref}/picture": "it stands on the page of its file",
    "/admin/retention/export": "nobody in the walk is old enough to be on the list of records that are due",
    "/admin/retention/destructions/{ref}/file": "it stands on a destruction that is done: the list shows those that wait",
    "/surveys/import/{upload_id}/columns": "where a file that was sent leads: the walk sends no files",
    "/surveys/import/{upload_id}/answers": "the same",
    "/surveys/import/{upload_id}/mapping": "the same",
    "/surveys/import/{upload_id}/refused": "the same",
}
# Addresses that nobody in the walk can be answered at.
NOT_ANSWERED = {
    "/set-password/{token}": "they have passwords",
    "/static/{file_path}": "the tests of assets do that",
    "/metrics": "there is no token",
    "/sign-in/provider": "there is no provider",
    "/sign-in/provider/back": "there is no provider",
    "/sign-in/provider/out": "there is no provider",
    "/confirm/provider": "there is no provider",
    "/api/{path}": "what is not there",
}
# Columns with texts that nobody types: codes, kinds, addresses, and what yosafe words itself.
NOT_TYPED = {
    "accommodation", "action", "actor_kind", "address", "advocate", "area", "asked", "asker", "asylum_status", "attended", "audience", "awaits",
    "basis", "extended_because", "identity_how",
    "because", "browser", "came_of",
    "card", "care_status", "category", "change", "child_came", "child_not_asked_because", "child_there", "clock", "code",
    "column_name", "consent", "content", "decision", "detail", "disability", "email", "ended_how", "establishment", "etag", "ethnicity", "event",
    "extract",
    "fault", "faults", "field", "figures", "finding", "first_language",
    "from_status", "from_whom", "happened", "happened_precision", "heading", "held",
    "home_area", "home_outcode", "host_area", "how", "indicator", "instrument", "interpreter", "key", "kind", "leaving_reason", "legal_basis",
    "legal_status",
    "level", "location", "mail", "marks", "media_type", "missed_reason", "missing", "mode", "model", "next_period",
    "not_asked_because", "not_referred_reason",
    "not_told_because", "occasion", "outcome", "owner_area", "owner_establishment", "owner_kind", "paper", "party", "password_hash", "period",
    "place", "protection", "question_set", "questionnaire", "questions", "quorate", "quorum", "reason_code", "region",
    "register", "registered_as",
    "religion", "report", "request", "responsible_area", "restriction", "role", "row_id", "rules", "sealed_with", "seat", "sentence", "setting",
    "settings", "severity", "sex",
    "sha256", "sharing_basis", "span",
    "through", "signature", "source_code", "state", "status", "stopped_reason", "subject_kind", "table_name", "target",
    "to_status", "told_apart_by", "told_by", "topic", "transfer_reason", "treatment", "way", "which", "with_whom", "withheld_because",
}  # fmt: skip
# Answers to a survey are of fixed choices, as is why someone is out or is told, and a number is letters and digits: others are refused.
FIXED_CHOICES = {
    "destruction.rule",
    "destruction.destroyed",
    "destruction.treated",
    "subject_decision.reason",
    "welfare_need.owner",
    "welfare_need_step.owner",
    "referral_event.source",
    "chronology_mark.source",
    "chronology_mark.part",
    "register_check.answer",
    "survey_column.choices",
    "survey_column.question",
    "external_number.value",
    "notice.reason",
    "time_out.reason",
    "register_check.reason",
    "survey_comment.question",
    "model_signature.words",
    "linked_identity.issuer",
    "linked_identity.subject",
}


@dataclass(frozen=True)
class Crawled:
    walks: dict[str, Walk]
    columns: dict[str, bool]  # of texts, and whether one in it holds markup
    templates: list[str]
    logs: list[MutableMapping[str, Any]]  # while they walked


@pytest.fixture(scope="module")
async def crawled(app: Litestar, database_url: str) -> AsyncIterator[Crawled]:
    with clock.stopped_at(NOW):
        if not DB.is_open:
            await DB.open(database_url)
        await empty()
        made = await estate.build()
        await casework.work(made)
        there, columns = await addresses(app, made), await text_columns()
        walks = {name: await walker(name, app, made) for name in WALKERS}
        with capture_logs() as logs:
            for walk in walks.values():
                await walk.everywhere(there)
            await keep_for_browser(database_url, app, [*walks.values()], made)
            for walk in walks.values():  # afterwards, because sending forms changes who may see whom
                await walk.fill_in_everything()
                await walk.client.aclose()
        yield Crawled(walks, columns, templates(app), logs)


async def text_columns() -> dict[str, bool]:
    found = {}
    for table in all_tables():
        for column in table._meta.columns:
            if isinstance(column, (Varchar, Text, JSONB)):
                name, where = f"{table._meta.tablename}.{column._meta.name}", f"{column._meta.db_column_name}::text LIKE '%{HEART}%'"
                found[name] = await DB.fetchval(f"SELECT EXISTS (SELECT FROM {table._meta.tablename} WHERE {where})")
    return found


@pytest.mark.parametrize("name", WALKERS)
async def test_nobody_hears_of_a_child_who_is_none_of_their_business(crawled: Crawled, name: str) -> None:
    assert crawled.walks[name].leaks == []


async def test_those_who_may_do_hear_of_them(crawled: Crawled) -> None:
    """The walk would find a leak: it has met everyone that there is to be met."""
    assert {name: walk.met for name, walk in crawled.walks.items()} == {name: estate.PLAN.scope(name) for name in WALKERS}


@pytest.mark.parametrize("name", WALKERS)
async def test_what_people_typed_is_never_markup(crawled: Crawled, name: str) -> None:
    assert crawled.walks[name].markup == []
    assert crawled.walks[name].shown_escaped > 0


async def test_every_text_that_is_typed_held_markup(crawled: Crawled) -> None:
    assert {name.split(".")[1] for name in crawled.columns} >= NOT_TYPED
    plain = [name for name, marked in crawled.columns.items() if not marked and name.split(".")[1] not in NOT_TYPED and name not in FIXED_CHOICES]
    assert plain == [], "put markup into them in tests/crawl, or say that nobody types them"


async def test_nothing_that_was_typed_or_is_a_name_reaches_a_log(crawled: Crawled) -> None:
    asked = [entry for entry in crawled.logs if entry["event"] == "request"]
    assert len(asked) > 1000
    assert all(entry["request"] for entry in asked)
    told = json.dumps(crawled.logs, default=str)
    assert [word for word in (HEART, "<b", "onerror", "@example.org") if word in told] == []
    assert [*NAMED.findall(told), *REFERRED_TO.findall(told)] == []


@pytest.mark.parametrize("name", WALKERS)
async def test_nothing_breaks(crawled: Crawled, name: str) -> None:
    assert crawled.walks[name].faults == []


async def test_the_walk_went_everywhere(crawled: Crawled) -> None:
    answered = {template for walk in crawled.walks.values() for template, statuses in walk.statuses.items() if statuses & {200, 303}}
    assert set(crawled.templates) - answered == set(NOT_ANSWERED)


async def test_every_page_is_led_to(crawled: Crawled) -> None:
    reached = set[str]().union(*(walk.reached for walk in crawled.walks.values()))
    pages = {template for template in crawled.templates if not template.startswith("/api")}
    assert pages - reached == set(NOT_LED_TO)
