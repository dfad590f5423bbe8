"""Words beside the figures of a report: written, signed, frozen, added to; and where they stand."""

import io

import pymupdf
import pytest
import python_calamine

from tests.reporting.conftest import NAME, built
from yosafe.db.engine import DB

WORDS = """
[[words]]
id = "said"
title = "What the managers say"

[[words]]
id = "next"
title = "What comes next"
"""
SAID, BETTER, NEXT, LATER = "Met in part.", "Met in part, as an audit found.", "A plan by spring.", "The plan was agreed in May."


@pytest.fixture(autouse=True)
def places(own):
    """The stranger's report, with two places for words."""
    for name, more in (("report.toml", WORDS), ("report.md", "\n{said}\n\n{next}\n")):
        (own / name).write_text((own / name).read_text("utf-8") + more, "utf-8")


def at(version: int) -> dict[str, dict[str, str]]:
    return {"headers": {"If-Match": f'"{version}"'}}


async def events() -> list[str]:
    return [row["event"] for row in await DB.fetch("SELECT event FROM audit_entry WHERE event LIKE 'report:words%' ORDER BY id")]


async def test_words_are_kept_in_versions_signed_and_then_only_added_to(api, world):
    cleo = await api(world.cleo)
    ref = await built(cleo)
    path = f"/api/v1/report-builds/{ref}"
    write = [
        ({"place": "said", "words": SAID}, 1, 412), ({"place": "said", "words": SAID}, 0, 200), ({"place": "said", "words": BETTER}, 1, 200),
        ({"place": "said", "words": BETTER}, 2, 200), ({"place": "none", "words": SAID}, 2, 422), ({"place": "said", "words": " "}, 2, 422),
    ]  # fmt: skip
    for body, version, status in write:
        assert (await cleo.post(f"{path}/words", json=body, **at(version))).status_code == status, (body, version)
    found = (await cleo.get(f"{path}/words")).json()
    assert (found["version"], [one["words"] for one in found["said"][0]["versions"]]) == (2, [SAID, BETTER])
    steps = [
        ("signature", {"signed_as": "Chair"}, 2, 409),  # nothing is said of what comes next
        ("addenda", {"place": "said", "words": LATER}, 2, 409), ("words", {"place": "next", "words": NEXT}, 2, 200),
    ]  # fmt: skip
    for what, body, version, status in steps:
        assert (await cleo.post(f"{path}/{what}", json=body, **at(version))).status_code == status, what
    unsigned = await cleo.post(f"{path}/issue", json={}, **at(2))
    assert (unsigned.status_code, "not signed yet" in unsigned.text) == (409, True)
    assert (await cleo.get(path)).json()["status"] == "built"
    assert (await cleo.post(f"{path}/signature", json={"signed_as": "Chair"}, **at(2))).status_code == 412  # they are others than were read
    signed = (await cleo.post(f"{path}/signature", json={"signed_as": "Chair"}, **at(3))).json()
    assert (signed["signed_as"], signed["signed_by"], len(signed["sha256"])) == ("Chair", world.cleo.name, 64)
    for what, body in (("words", {"place": "said", "words": SAID}), ("signature", {"signed_as": "Chair"})):
        assert (await cleo.post(f"{path}/{what}", json=body, **at(3))).status_code == 409, what
    assert (await cleo.post(f"{path}/issue", json={}, **at(2))).status_code == 200
    added = (await cleo.post(f"{path}/addenda", json={"place": "said", "words": LATER}, **at(3))).json()
    assert (added["sha256"], [(one["place"], one["words"]) for one in added["addenda"]]) == (signed["sha256"], [("said", LATER)])
    assert added["said"] == signed["said"]
    assert await events() == ["report:words-written"] * 3 + ["report:words-signed", "report:words-added"]
    build = int(ref[3:])
    for change in (
        "UPDATE report_words SET words = 'other' WHERE build = $1", "DELETE FROM report_words WHERE build = $1",
        "UPDATE report_signature SET signed_as = 'other' WHERE build = $1", "DELETE FROM report_signature WHERE build = $1",
        "INSERT INTO report_words (build, number, place, added, words, written_at, written_by) SELECT build, 9, place, false, words, written_at, "
        "written_by FROM report_words WHERE build = $1 AND number = 1",
    ):  # fmt: skip
        with pytest.raises(Exception, match="P0001"):
            await DB.execute(change, build)


async def test_signed_words_stand_in_page_pdf_and_workbook_and_those_that_are_not_in_none(api, client, world):
    cleo, browser = await api(world.cleo), await client(world.cleo)
    ref = await built(cleo)
    here = f"/reports/{ref}"
    wrong = await browser.send_form(f"{here}/words", {"words_1": SAID, "version": "soon"})
    assert (wrong.status_code, SAID in wrong.text) == (412, True)  # what was typed is there again
    sent = {"words_1": SAID, "words_2": NEXT, "version": "0"}
    assert (await browser.send_form(f"{here}/words", sent)).status_code == 303
    emptied = await browser.send_form(f"{here}/words", {**sent, "words_1": "", "version": "2"})
    assert (emptied.status_code, "not taken away" in emptied.text) == (422, True)
    assert "Not signed yet" in (await browser.get(here)).text
    assert [SAID in text for text in await files(cleo, ref)] == [False, False]
    assert (await browser.get(f"{here}/addendum")).status_code == 409
    assert NEXT in (await browser.get(f"{here}/sign")).text
    for form, status in (({"signed_as": "", "version": "2"}, 422), ({"signed_as": "Chair of the wing", "version": "2"}, 303)):
        assert (await browser.send_form(f"{here}/sign", form)).status_code == status
    for form, status in (({"words": LATER, "version": "2"}, 422), ({"place": "next", "words": LATER, "version": "2"}, 303)):
        assert (await browser.send_form(f"{here}/addendum", form)).status_code == status
    page = (await browser.get(here)).text
    for text in (page, *await files(cleo, ref)):
        for words in (SAID, NEXT, LATER, "Chair of the wing", "by Cleo"):
            assert words in text
    assert "Not signed yet" not in page
    assert "Save these words" not in (await browser.get(f"{here}/words")).text


async def files(api, ref: str) -> list[str]:
    """The texts of its PDF and of the notes of its workbook."""
    taken = {form: (await api.get(f"/api/v1/report-builds/{ref}/file?form={form}")).content for form in ("pdf", "xlsx")}
    with pymupdf.open(stream=taken["pdf"], filetype="pdf") as opened:
        printed = " ".join(" ".join(one.get_text() for one in opened).split())
    notes = python_calamine.CalamineWorkbook.from_filelike(io.BytesIO(taken["xlsx"])).get_sheet_by_name("Notes").to_python()
    return [printed, " ".join(" ".join(map(str, line)) for line in notes)]


async def test_a_correction_begins_with_the_words_of_what_it_corrects(api, client, world):
    cleo, browser = await api(world.cleo), await client(world.cleo)
    ref = await built(cleo)
    await browser.send_form(f"/reports/{ref}/words", {"words_1": SAID, "words_2": NEXT, "version": "0"})
    await browser.send_form(f"/reports/{ref}/sign", {"signed_as": "Chair", "version": "2"})
    await browser.send_form(f"/reports/{ref}/issue", {"version": "2"})
    again = await built(cleo, NAME, corrects=ref, reason="Two incidents were recorded late.")
    assert SAID in (await browser.get(f"/reports/{again}/words")).text
    assert SAID not in (await browser.get(f"/reports/{again}")).text
    assert (await cleo.post(f"/api/v1/report-builds/{again}/issue", json={}, **at(2))).status_code == 200  # figures alone
    refused = await browser.send_form(f"/reports/{again}/words", {"words_1": SAID, "version": "0"})
    assert (refused.status_code, "issued without signed words" in refused.text) == (409, True)


@pytest.mark.parametrize(("more", "said"), [
    ('[[words]]\nid = "said"\ntitle = "Again"\n', "two parts “said”"), ('[[words]]\nid = "More"\ntitle = "More"\n', "small letters"),
    ('[[words]]\nid = "more"\ntitle = " "\n', "Say in title"), ('[[words]]\nid = "more"\ntitle = "More"\n', "has no place"),
])  # fmt: skip
async def test_a_place_that_can_not_be_used_is_said_with_the_remedy(api, world, own, more, said):
    (own / "report.toml").write_text((own / "report.toml").read_text("utf-8") + more, "utf-8")
    (fault,) = (await (await api(world.cleo)).get("/api/v1/reports")).json()["faults"]
    assert said in fault
