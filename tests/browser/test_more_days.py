"""A day of everyone who does not work in the establishment, or sees no young people at all: with and without JavaScript."""

import csv
import re
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from tests.browser.conftest import As
from tests.browser.days import (
    LONG_AGO,
    Boy,
    by_axe,
    choose,
    fill,
    follow,
    look_up,
    main,
    on,
    press,
    recorded,
    referred,
    refused,
    shows,
    two_boys,
)
from tests.browser.faults import faults_of
from tests.incidents.made_files import picture
from tests.world import LEEDS

BOTH = pytest.mark.parametrize("javascript", [True, False])


@BOTH
def test_amina_sees_to_one_who_is_far_from_home(signed_in: As, javascript: bool) -> None:
    page = signed_in("amina", java_script_enabled=javascript)
    boy, _ = two_boys(page)
    page.goto(boy.page)
    follow(page, "See and record who works with them")
    follow(page, "Record who works with them")
    choose(page, role="yot_worker", is_named="yes")
    fill(page, name="Amina Yusuf", telephone="0113 496 0000")
    on(page, "since", -LONG_AGO)
    main(page).locator("form .govuk-button").first.click()
    shows(page, "Amina Yusuf", "0113 496 0000")
    follow(page, "Planned contacts, and those that are missed")
    shows(page, "No contact is planned, so nobody is told when one is missed.")
    follow(page, "Plan contacts")
    choose(page, from_whom="yot", way="visit")
    page.locator("#every_days").select_option("14")
    fill(page, agreed_by="Amina Yusuf and the young person")
    on(page, "since", -LONG_AGO)
    main(page).locator("form .govuk-button").first.click()
    shows(page, "Visits", "Amina Yusuf and the young person")
    follow(page, "Did not take place")
    press(page, "Record the contact")
    expect(page).to_have_title(re.compile("^Error: "))
    page.locator("#missed_reason").select_option("distance")
    on(page, "happened_on", -3)
    fill(page, note="The last train back leaves before the visit ends.")
    press(page, "Record the contact")
    shows(page, "The journey was too far or cost too much", "The last train back leaves before the visit ends.")
    page.goto("/contacts-due")
    expect(page.get_by_role("row").filter(has_text=boy.name)).to_contain_text(re.compile("overdue", re.IGNORECASE))
    chronology_saved(page, boy)
    if javascript:
        by_axe(page, "/contacts-due", boy.page, f"{boy.page}/workers", f"{boy.page}/contacts", f"{boy.page}/chronology/document")


def chronology_saved(page: Page, boy: Boy) -> None:
    page.goto(f"{boy.page}/chronology")
    shows(page, "did not take place")
    follow(page, "As a document")
    press(page, "Make the PDF")
    expect(page).to_have_title(re.compile("^Error: "))
    choose(page, level="full")
    with page.expect_download() as saved:
        press(page, "Make the PDF")
    assert saved.value.suggested_filename.endswith(".pdf")
    assert Path(saved.value.path()).read_bytes().startswith(b"%PDF")


@BOTH
def test_amina_is_asked_about_one_who_may_be_recorded_already(signed_in: As, javascript: bool) -> None:
    page = signed_in("amina", java_script_enabled=javascript)
    boy, _ = two_boys(page)
    page.goto("/children")
    follow(page, "Add a young person")
    fill(page, family_name=f"{boy.sent['family_name']}e", given_names=boy.sent["given_names"])
    for part, text in zip(("year", "month", "day"), boy.sent["date_of_birth"].split("-"), strict=True):
        page.locator(f"#date_of_birth-{part}").fill(text)
    press(page, "Search")
    shows(page, "Is this the young person?", "Very likely", "Family name spelt nearly the same")
    if javascript:
        assert not faults_of(page)
    press(page, "None of these: add a new record")
    expect(page).to_have_title(re.compile("^Error: "))
    follow(page, boy.name)
    expect(page).to_have_url(re.compile(boy.page))


@BOTH
def test_esi_hears_of_a_referral(signed_in: As, office: As, javascript: bool) -> None:
    boy, _ = two_boys(office("amina"))
    page = signed_in("esi", java_script_enabled=javascript)
    page.goto(f"{boy.page}/care")
    follow(page, "Record care status")
    choose(page, status="looked_after")
    page.locator("#legal_basis").select_option("care_order")
    page.locator("#responsible_area").select_option(LEEDS)
    on(page, "started_on", -400)
    press(page, "Record the care status")
    shows(page, "Looked after", "Care order (section 31)", "Leeds")
    page.goto(f"{boy.page}/workers")
    follow(page, "Record who works with them")
    choose(page, role="social_worker", is_named="yes")
    fill(page, name="Esi Adjei", telephone="0113 496 0001")
    on(page, "since", -400)
    main(page).locator("form .govuk-button").first.click()
    shows(page, "Esi Adjei")
    _, ref = referred(office("cleo"), boy)
    page.goto("/")
    page.get_by_role("banner").get_by_role("link", name=re.compile(r"Notices \(\d+ new\)")).click()
    row = page.get_by_role("row").filter(has_text=ref)
    expect(row).to_contain_text("A referral was sent to your authority")
    row.get_by_role("link", name=ref).click()
    shows(page, "He is hit and robbed, and afraid to leave his cell.", "I want it to stop.")
    page.goto("/notices")
    page.get_by_role("row").filter(has_text=ref).get_by_role("button", name="Done").click()
    expect(page.get_by_role("row").filter(has_text=ref)).to_have_count(0)
    follow(page, "How you hear by email")
    choose(page, mail="none")
    press(page, "Save")
    shows(page, "Your choice holds from now on.")
    page.goto("/notices/mail")
    expect(page.get_by_label("Not by email")).to_be_checked()
    if javascript:
        by_axe(page, "/notices?state=all", f"/referrals/{ref}", f"{boy.page}/care", "/referrals")
        wraps_on_a_phone(page)


def wraps_on_a_phone(page: Page) -> None:
    """The longest stage of a referral, in the list."""
    page.set_viewport_size({"width": 375, "height": 900})
    page.locator("td .govuk-tag").first.evaluate("tag => { tag.textContent = 'On the child protection register' }")
    assert page.evaluate("document.documentElement.scrollWidth <= document.documentElement.clientWidth")


@BOTH
def test_jay_reads_for_the_committee_and_records_nothing(signed_in: As, office: As, javascript: bool) -> None:
    boy, _ = two_boys(office("amina"))
    page = signed_in("jay", java_script_enabled=javascript)
    refused(page, [boy.page], 404, never=[boy.sent["family_name"]])
    incident, referral = referred(office("cleo"), boy)
    look_up(page, boy.ref)
    expect(page).to_have_url(re.compile(f"{boy.page}$"))
    page.goto("/referrals")
    follow(page, referral)
    shows(page, "He is hit and robbed, and afraid to leave his cell.")
    page.goto("/incidents?kind=bullying")
    follow(page, incident)
    shows(page, boy.name)
    for nothing in ("What do you want to do?", "Record something that was done", "Add to this incident", "Add a photograph or a document"):
        expect(main(page).get_by_text(nothing)).to_have_count(0)
    page.goto("/incidents")
    expect(page.get_by_role("link", name="Download this list (CSV)")).to_have_count(0)
    refused(page, ["/incidents/new", "/incidents/export", "/children/export", "/admin/audit", "/admin/users", f"{boy.page}/contacts/new"], 403)
    if javascript:
        by_axe(page, f"/incidents/{incident}", f"{boy.page}/chronology")


@BOTH
def test_femi_inspects_and_nobody_is_identified(signed_in: As, office: As, javascript: bool) -> None:
    boy, _ = two_boys(office("amina"))
    incident = recorded(office("dan"), boy, "bullying", "harmed")
    page = signed_in("femi", java_script_enabled=javascript)
    expect(page.get_by_label("Look up a child or a record")).to_have_count(0)
    for path in ("/", "/notices", "/surveys"):
        page.goto(path)
        expect(page.locator("body")).not_to_contain_text(boy.sent["family_name"])
        expect(page.locator("body")).not_to_contain_text("YP-")
    lists = [
        "/children",
        "/incidents",
        "/complaints",
        "/investigations",
        "/referrals",
        "/risks",
        "/reviews",
        "/time-out",
        "/contacts-due",
        "/keep-apart",
    ]
    records = [
        boy.page,
        f"{boy.page}/chronology",
        f"{boy.page}/chronology/document",
        f"/incidents/{incident}",
        f"/incidents/{incident}/investigation",
    ]
    refused(page, [*lists, *records, "/search", "/children/duplicates", "/incidents/export"], 403, never=[boy.sent["family_name"]])
    if javascript:
        by_axe(page, "/surveys")


@BOTH
def test_grace_finds_who_opened_took_out_and_searched(signed_in: As, office: As, javascript: bool) -> None:
    boy, _ = two_boys(office("amina"))
    dan, cleo = office("dan"), office("cleo")
    incident = recorded(dan, boy, "assault", "harmed", hurt={"injuries": ["bruise"], "treatment": "nurse"})
    sent_file = {"name": "knee.png", "mimeType": "image/png", "buffer": picture("PNG")}
    dan.goto(f"/incidents/{incident}/files/new")
    dan.locator("#file").set_input_files(sent_file)
    choose(dan, kind="photograph", shows=boy.ref)
    fill(dan, caption="His right knee")
    press(dan, "Keep the file")
    file = re.search(r"EV-\d{6}", dan.url)
    assert file
    assert cleo.request.get(f"/incidents/{incident}/files/{file[0]}/download").ok
    assert cleo.request.get("/incidents/export?kind=assault").ok
    look_up(cleo, boy.sent["family_name"])
    page = signed_in("grace", java_script_enabled=javascript)
    page.goto(f"/admin/audit?child={boy.ref}")
    for who, what in (
        ("Dan", "Added a file to an incident"), ("Cleo", "Opened a file of an incident"), ("Cleo", "Exported a list of incidents"),
        ("Cleo", "Searched for young people: by name"),
    ):  # fmt: skip
        expect(page.get_by_role("row").filter(has_text=what).filter(has_text=who).first).to_be_visible()
    expect(main(page)).not_to_contain_text(boy.sent["family_name"])
    refused(page, ["/children", boy.page, f"/incidents/{incident}", f"/incidents/{incident}/files/{file[0]}/download"], 403)
    if javascript:
        by_axe(page, f"/admin/audit?child={boy.ref}")


@BOTH
def test_hal_looks_after_accounts_and_sees_no_casework(signed_in: As, office: As, javascript: bool) -> None:
    boy, _ = two_boys(office("amina"))
    page = signed_in("hal", java_script_enabled=javascript)
    page.goto("/admin/users?limit=4")
    head = page.get_by_role("columnheader", name="Email address")
    head.get_by_role("link").click()
    expect(head).to_have_attribute("aria-sort", "ascending")
    seen = emails(page)
    while (more := page.get_by_role("link", name="Next page")).count():
        more.click()
        seen += emails(page)
    assert seen == sorted(seen)
    assert len(seen) == len(set(seen)) >= 10
    page.get_by_role("link", name="Previous page").click()
    assert emails(page) == seen[4:8]
    refused(
        page, ["/children", boy.page, "/incidents", "/referrals", "/search", "/admin/audit", "/children/export"], 403, never=[boy.sent["family_name"]]
    )
    if javascript:
        by_axe(page, "/admin/users?limit=4")


def emails(page: Page) -> list[str]:
    page.wait_for_load_state()
    return page.locator("tbody tr td:nth-child(2)").all_inner_texts()


@BOTH
def test_for_ben_nothing_of_it_exists(signed_in: As, office: As, javascript: bool) -> None:
    boy, other = two_boys(office("amina"))
    incident = recorded(office("dan"), boy, "bullying", "harmed")
    page = signed_in("ben", java_script_enabled=javascript)
    words = [boy.sent["family_name"], incident]
    sections = (
        "", "/chronology", "/chronology/document", "/workers", "/contacts", "/contacts/new", "/contact-plans/new", "/care", "/placements", "/names",
        "/edit", "/incidents", "/referrals", "/flags", "/assessments", "/keep-apart", "/merge", f"/merge/{other.ref}", f"/not-the-same/{other.ref}",
    )  # fmt: skip
    records = [f"/incidents/{incident}{part}" for part in ("", "/investigation", "/files/EV-000001", f"/body-map/{boy.ref}")]
    refused(page, [*(f"{boy.page}{section}" for section in sections), *records], 404, never=words[:1])
    for typed in (boy.sent["family_name"], boy.ref, incident):
        look_up(page, typed)
        shows(page, "Nothing that you can see matches this.")
    everything = ("complaints?state=all", "keep-apart?state=all", "contacts-due?whose=all", "time-out?state=all", "notices?state=all")
    for path in ("", "children", "incidents", "investigations", *everything):
        page.goto(f"/{path}")
        for word in (*words, boy.ref):
            expect(main(page)).not_to_contain_text(word)
    for path in ("/children/export", "/incidents/export"):
        answer = page.request.get(path)
        assert answer.ok
        rows = list(csv.reader(answer.body().decode("utf-8-sig").splitlines()))
        assert rows[0]
        assert not [row for row in rows if boy.ref in row or incident in row]
    if javascript:
        by_axe(page, "/children")
