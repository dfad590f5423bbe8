"""Reports by page, API and command: built, read, taken out, issued, corrected, stopped; for whom; and with whose numbers."""

import asyncio
import io
import re
import subprocess
import sys
from pathlib import Path

import pikepdf
import pytest

from tests.reporting.conftest import NAME, built
from tests.world import by_key
from yosafe.accounts.actions import add_agency
from yosafe.accounts.permissions import AgencyKind
from yosafe.accounts.schemas import AddAgency
from yosafe.audit.record import Operator
from yosafe.db.engine import DB
from yosafe.jobs import queue
from yosafe.jobs.registry import GiveUp
from yosafe.reporting import running
from yosafe.reporting.access import build_numbered
from yosafe.reporting.api import asked_for
from yosafe.reporting.running import JOB
from yosafe.reporting.schemas import AskBuild

pytestmark = pytest.mark.usefixtures("own")


async def events() -> list[str]:
    return [row["event"] for row in await DB.fetch("SELECT event FROM audit_entry WHERE event LIKE 'report:%' ORDER BY id")]


async def test_a_strangers_report_is_made_by_editing_two_files(client, world, happened):
    """Three sections and one chart, from what the how-to says, asked for and read on pages."""
    cleo = await client(world.cleo)
    assert "Wing paper" in (await cleo.get("/reports")).text
    sent = await cleo.send_form("/reports/build", {"report": NAME, "period": "2026-09"})
    assert sent.status_code == 303, sent.text
    where = sent.headers["location"]
    assert "0 of 3" in (await cleo.get(where)).text
    await JOB.run({"build": int(where[-6:])})
    page = (await cleo.get(where)).text
    for words in (
        "What was recorded", "Of what may be shown, the largest number is 12, for “Assaults and bullying”.",
        "21 incidents in September 2026, 8 in August 2026: ", "Built, not issued", "Issue this report", "for 100 held for a year", "Fingerprint",
    ):  # fmt: skip
        assert words in page
    assert page.count('role="img"') == 2  # one drawing, for two widths
    assert len(re.findall(r"<section>\s*<h3 [^>]*id=", page)) == 3
    assert "Kai" not in page
    assert await events() == ["report:asked", "report:read", "report:built", "report:read"]


def numbers_of(content):
    return {
        (section["id"], row["code"], column["code"]): cell
        for section in content["sections"]
        for row in section["table"]["rows"]
        for column, cell in zip(section["table"]["columns"], row["cells"], strict=True)
    }


async def test_what_is_small_is_hidden_and_each_download_is_in_the_trail(api, world, happened):
    cleo = await api(world.cleo)
    ref = await built(cleo)
    cells = numbers_of((await cleo.get(f"/api/v1/report-builds/{ref}")).json()["content"])
    assert (cells["kinds", "harm", "count"]["value"], cells["kinds", "", "count"]["value"]) == (12, 21)
    assert [cells["kinds", code, "count"]["state"] for code in ("injury", "self_harm")] == ["hidden", "hidden"]  # 2, and 7 that would tell of it
    for form in ("pdf", "xlsx", "csv", "parquet", "dictionary"):
        taken = await cleo.get(f"/api/v1/report-builds/{ref}/file?form={form}")
        assert (taken.status_code, "attachment" in taken.headers["content-disposition"]) == (200, True)
    assert (await events()).count("report:taken-out") == 5


async def test_the_pdf_is_tagged_and_is_the_same_again(api, world, happened):
    cleo = await api(world.cleo)
    ref = await built(cleo)
    first, again = [(await cleo.get(f"/api/v1/report-builds/{ref}/file?form=pdf")).content for _ in range(2)]
    assert first == again
    with pikepdf.open(io.BytesIO(first)) as opened:
        assert (bool(opened.Root.MarkInfo.Marked), str(opened.Root.Lang)) == (True, "en-GB")
        assert b"pdfuaid:part" in opened.Root.Metadata.read_bytes()


async def test_what_is_issued_stays_and_is_corrected_by_another(api, client, world, happened):
    cleo, browser = await api(world.cleo), await client(world.cleo)
    ref = await built(cleo)
    before = (await cleo.get(f"/api/v1/report-builds/{ref}")).json()
    version = before["version"]
    assert (await cleo.post(f"/api/v1/report-builds/{ref}/issue", json={}, headers={"If-Match": '"9"'})).status_code == 412
    issued = await cleo.post(f"/api/v1/report-builds/{ref}/issue", json={}, headers={"If-Match": f'"{version}"'})
    assert (issued.status_code, issued.json()["status"]) == (200, "issued")
    with pytest.raises(Exception, match="P0001"):
        await DB.execute("UPDATE report_build SET fault = NULL WHERE id = $1", int(ref[3:]))
    again = await built(cleo)
    refused = await cleo.post(f"/api/v1/report-builds/{again}/issue", json={}, headers={"If-Match": '"2"'})
    assert (refused.status_code, "Build a correction" in refused.text) == (409, True)
    for form, status in (({"reason": "short"}, 422), ({"reason": "Two incidents were recorded late."}, 303)):
        sent = await browser.send_form(f"/reports/{ref}/correct", form)
        assert sent.status_code == status
    correction = sent.headers["location"].rsplit("/", 1)[1]
    await JOB.run({"build": int(correction[3:])})
    await browser.send_form(f"/reports/{correction}/issue", {"version": "2"})
    now = (await cleo.get(f"/api/v1/report-builds/{ref}")).json()
    assert (now["corrected_by"], now["sha256"], now["content"]) == (correction, before["sha256"], before["content"])
    assert "Corrects" in (await browser.get(f"/reports/{correction}")).text
    assert (await events()).count("report:issued") == 2


async def test_who_asked_hears_that_it_is_built_or_could_not_be(api, world, happened):
    """It shows until it is issued; one built at the command line tells nobody, who sees it there."""
    cleo = await api(world.cleo)

    async def told():
        items = (await cleo.get("/api/v1/notices")).json()["items"]
        return [(one["event"], one["subject"]) for one in items if one["event"].startswith("report-")]

    ref = await built(cleo)
    assert await told() == [("report-ready", ref)]
    await cleo.post(f"/api/v1/report-builds/{ref}/issue", json={}, headers={"If-Match": '"2"'})
    assert await told() == []
    asked = (await cleo.post(f"/api/v1/reports/{NAME}/builds", json={"period": "2026-Q3"})).json()["ref"]
    await DB.execute("UPDATE report_build SET report = 'gone' WHERE id = $1", int(asked[3:]))
    with pytest.raises(GiveUp):
        await JOB.run({"build": int(asked[3:])})
    assert await told() == [("report-not-built", asked)]


async def test_one_that_is_stopped_is_not_built(api, world, happened):
    cleo = await api(world.cleo)
    asked = (await cleo.post(f"/api/v1/reports/{NAME}/builds", json={"period": "2026-Q3"})).json()
    assert (await cleo.post(f"/api/v1/reports/{NAME}/builds", json={"period": "2026-Q3"})).status_code == 409  # it is being built
    assert (await queue.standing()).waiting == 1
    path = f"/api/v1/report-builds/{asked['ref']}"
    assert (await cleo.post(f"{path}/cancel", json={}, headers={"If-Match": '"1"'})).json()["status"] == "cancelled"
    await JOB.run({"build": int(asked["ref"][3:])})
    found = (await cleo.get(path)).json()
    assert (found["status"], found["content"]) == ("cancelled", None)
    assert (await cleo.get(f"{path}/file?form=pdf")).status_code == 409
    assert (await cleo.post(f"{path}/cancel", json={}, headers={"If-Match": '"2"'})).status_code == 409


@pytest.mark.parametrize(("change", "said"), [
    ("", ""),
    ("UPDATE user_account SET disabled_at = now()", "no account any more"),
    ("UPDATE user_account SET role = 'yoi_officer'", "Your role does not include this"),
    ("UPDATE api_key SET revoked_at = now()", "API key by which this was asked for was revoked"),
])  # fmt: skip
async def test_one_that_a_key_asked_for_is_built_by_what_the_key_might_then(world, happened, monkeypatch, change, said):
    acted, run = [], running.run

    async def seen(row, definition, **asked):
        acted.append(asked["by"].permissions)
        return await run(row, definition, **asked)

    monkeypatch.setattr(running, "run", seen)
    by = await by_key(world, "cleo", "report:build")
    build = await asked_for(by, NAME, AskBuild(period="2026-09"))
    if change:
        await DB.execute(f"{change} WHERE id = $1", by.key if "api_key" in change else by.id)
        with pytest.raises(GiveUp):
            await JOB.run({"build": build})
    else:
        await JOB.run({"build": build})
    row = await build_numbered(build)
    assert (row["status"], said in (row["fault"] or ""), acted) == (("failed", True, []) if change else ("built", True, [{"report:build"}]))


@pytest.mark.parametrize(
    ("asked", "said"),
    [
        ({"period": "2026-10"}, "not over yet"), ({"period": "2026"}, "a month or a quarter"), ({"period": "soon"}, "2026-Q3"),
        ({"period": "2026-09", "corrects": "RP-000099", "reason": "It was wrong in part."}, "no report with this reference"),
    ],
)  # fmt: skip
async def test_what_can_not_be_asked_for_is_refused_with_the_remedy(api, client, world, asked, said):
    answer = await (await api(world.cleo)).post(f"/api/v1/reports/{NAME}/builds", json=asked)
    assert (answer.status_code, said in answer.text) == (404 if "corrects" in asked else 422, True)
    page = await (await client(world.cleo)).send_form("/reports/build", {"report": NAME, "period": asked["period"]})
    if "corrects" not in asked:
        assert (page.status_code, f'value="{asked["period"]}"' in page.text, "Error: " in page.text) == (422, True, True)
    assert await events() == (["report:asked"] if "corrects" in asked else [])


async def test_reports_are_for_whom_they_say(api, world, happened):
    ref = await built(await api(world.cleo))
    for name in ("dan", "amina", "jay", "femi", "esi", "grace"):
        who = await api(world[name])
        answer = await who.get(f"/api/v1/report-builds/{ref}")
        assert answer.status_code in (403, 404), name
        assert (await who.post(f"/api/v1/reports/{NAME}/builds", json={"period": "2026-09"})).status_code in (403, 404), name


async def test_establishments_stand_by_name_each_as_its_own_paper_shows_it(api, world, happened):
    """Wetherby's number is that of its own paper, hidden where that hides it; there is no sum of all."""
    own = numbers_of((await content_of(api, world.cleo, "yoi-safeguarding"))["content"])
    found = (await content_of(api, world.femi, "inspectorate-comparison"))["content"]
    compared = numbers_of(found)
    for section, kind in (("harm", "harm"), ("self-harm", "self_harm"), ("force", "use_of_force")):
        assert compared[section, "WYI", "count"] == own["kinds", kind, "count"]
    harm = next(one for one in found["sections"] if one["id"] == "harm")
    assert [row["title"] for row in harm["table"]["rows"]] == ["Oakhill", "Wetherby"]
    assert not any(row["total"] for row in harm["table"]["rows"])
    assert "over 87.5 a month (700 ÷ 8)" in str(harm["notes"])


async def content_of(api, who, name):
    caller = await api(who)
    return (await caller.get(f"/api/v1/report-builds/{await built(caller, name, period='2026-Q3')}")).json()


async def test_a_definition_that_is_at_fault_is_said_and_stands_in_nobodys_way(client, world, own):
    own.joinpath("report.toml").write_text(own.joinpath("report.toml").read_text().replace('view = "kept"', 'view = "kind"'))
    page = (await (await client(world.cleo)).get("/reports")).text
    assert "wing-paper/report.toml, line 19: “time-limits” has no view “kind”. Choose one of kept" in page.replace("&#34;", '"')
    assert "Safeguarding committee paper" in page


async def test_a_committee_of_an_area_reads_of_referrals_and_of_one_establishment(api, world, happened):
    """Twelve referrals in a quarter, six of them registered, six declined, two not referred. A second establishment of the area would
    tell by the sum what the first one's paper hides: nothing is shown of either then."""
    await referred(world, {"registered": 6, "declined": 6}, considered=2)
    jay = await api(world.jay)
    asked = {"period": "2026-Q3"}
    ref = await built(jay, "area-committee", **asked)
    content = (await jay.get(f"/api/v1/report-builds/{ref}")).json()["content"]
    assert content["title"] == "Young people in custody: report to the area child protection committee"
    cells = numbers_of(content)
    assert (cells["referrals", "registered", "count"]["value"], cells["referrals", "", "count"]["value"]) == (6, 12)
    assert cells["referrals", "declined", "count"]["state"] == "hidden"  # with it, that nothing else happened would be told
    assert cells["not-referred", "below_threshold", "count"]["state"] == "hidden"
    assert ("harmed", "once", "count") in cells
    other = AddAgency(code="adel-beck", kind=AgencyKind.YOI, name="Adel Beck", establishment="XAD")
    await add_agency(other, by=Operator())
    ref = await built(jay, "area-committee", **asked)
    sections = {one["id"]: one for one in (await jay.get(f"/api/v1/report-builds/{ref}")).json()["content"]["sections"]}
    assert sections["harmed"]["headline"].startswith("Not shown: the area has several establishments")
    assert (sections["harmed"]["table"]["rows"], len(sections["referrals"]["table"]["rows"])) == ([], 9)


async def referred(world, outcomes, *, considered):
    """Referrals of Kai to Leeds in August by how far they went, and decisions not to refer him."""
    facts = "young_person, category, concern, source_code, sharing_basis, child_view, home_area, agency, recorded_at, recorded_by, version"
    values = "$1, 'physical', 'A concern', '7', 'consent', 'Afraid', 'E08000035', $2, '2026-08-12 09:00+00', $3, 1"
    who = (world.kai.id, world.amina.agency, world.amina.id)
    for outcome, many in outcomes.items():
        made = f"INSERT INTO referral (considered_only, status, {facts}) SELECT false, 'sent', {values} FROM generate_series(1, $4::int) RETURNING id"
        for row in await DB.fetch(made, *who, many):
            kind, of = ("initial_conference", outcome) if outcome == "registered" else (outcome, None)
            await DB.execute(
                "INSERT INTO referral_event (referral, kind, happened_on, outcome, agency, recorded_at, recorded_by) "
                "VALUES ($1, $2, '2026-08-20', $3, $4, '2026-08-20 09:00+00', $5)",
                row["id"], kind, of, *who[1:],
            )  # fmt: skip
    decided = "true, 'considered_not_referred', 'below_threshold', 'None seen', 'Dr Quist', date '2026-12-01'"
    columns = "considered_only, status, not_referred_reason, threshold, second_person, review_on"
    made = f"INSERT INTO referral ({columns}, {facts}) SELECT {decided}, {values}"
    await DB.execute(f"{made} FROM generate_series(1, $4::int)", *who, considered)


STOPPED = """
import asyncio, os, signal, sys
from yosafe.cli import main, report

signal.signal(signal.SIGINT, signal.default_int_handler)  # what is started in the background by a shell is deaf to it

async def stopped(*_, **__):
    os.kill(os.getpid(), signal.SIGINT)
    await asyncio.sleep(9)

async def broken(*_, **__):
    raise TimeoutError

report.build_it = {"stopped": stopped, "broken": broken}[sys.argv.pop(1)]
main()
"""


@pytest.mark.parametrize(("how", "status", "fault"), [("stopped", "cancelled", None), ("broken", "failed", "TimeoutError")])
async def test_what_ends_at_the_command_line_stands_in_nobodys_way(world, api, happened, database_url, tmp_path, how, status, fault):
    """Ctrl-C, and a fault: it is not built, says so, and the same can be asked for again."""
    command = ["report", "build", "yoi-safeguarding", "--for", "wetherby", "--period", "2026-09", "--out", str(tmp_path), "--as", "cleo@example.org"]
    env = {"YOSAFE_DATABASE_URL": database_url, "YOSAFE_HOME": str(tmp_path / "home"), "YOSAFE_SECRET_KEY": "m" * 32}
    done = await asyncio.to_thread(
        subprocess.run,
        [sys.executable, "-c", STOPPED, how, *command],
        env=env,
        capture_output=True,
        text=True,
        check=False,
        cwd=Path(__file__).parents[2],
    )
    assert done.returncode not in (0, None), done.stderr
    row = await DB.fetchrow("SELECT status, fault FROM report_build")
    assert (row["status"], row["fault"]) == (status, fault), done.stderr
    assert (await (await api(world.cleo)).post("/api/v1/reports/yoi-safeguarding/builds", json={"period": "2026-09"})).status_code == 202
