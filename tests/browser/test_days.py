"""A day of Dan, who is an officer, and one of Cleo, who leads safeguarding, at Feltham: with and without JavaScript."""

import csv
import datetime as dt
import re
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from tests.browser.conftest import As
from tests.browser.days import (
    Boy,
    arrival,
    by_axe,
    choose,
    fill,
    follow,
    here,
    look_up,
    main,
    on,
    press,
    recorded,
    refused,
    sent,
    shows,
    two_boys,
)
from tests.incidents.made_files import picture
from yosafe import clock

BOTH = pytest.mark.parametrize("javascript", [True, False])


@BOTH
def test_dan(signed_in: As, office: As, javascript: bool) -> None:
    boy, other = two_boys(office("amina"))
    page = signed_in("dan", java_script_enabled=javascript)
    page.get_by_role("banner").get_by_role("link", name="Notices").click()
    expect(page.get_by_role("heading", name="Notices", level=1)).to_be_visible()
    look_up(page, boy.name[:4].lower())
    follow(page, boy.name)
    expect(page).to_have_url(re.compile(boy.page))
    look_up(page, boy.ref)
    expect(page).to_have_url(re.compile(f"{boy.page}$"))
    to_court_and_back(page, boy)
    to_another_unit(page, boy, other)
    for kind, role in (("bullying", "harmed"), ("injury", "harmed")):
        recorded(page, boy, kind, role)
    incident = assaulted(page, boy)
    body_map = marked(page, boy)
    page.goto(incident)
    file = kept(page, boy)
    page.goto(incident)
    told(page)
    page.goto(f"{boy.page}/chronology")
    shows(page, "Assault: was harmed", "court")
    if javascript:
        by_axe(page, "/notices", f"{boy.page}/placements", incident, f"{incident}/recorded", body_map, file)


def to_court_and_back(page: Page, boy: Boy) -> None:
    follow(page, "Record that they go out for a time")
    press(page, "Record that they went")
    expect(page).to_have_title(re.compile("^Error: "))
    choose(page, reason="court")
    fill(page, place="Feltham youth court", escort="Two officers", left_time="9:10am")
    on(page, "left_on", -1)
    press(page, "Record that they went")
    shows(page, "Out now", "Feltham youth court")
    page.goto("/time-out")
    row = page.get_by_role("row").filter(has_text=boy.name)
    expect(row).to_contain_text("Out now")
    row.get_by_role("link", name="Record that they came back").click()
    choose(page, concern="no")
    fill(page, note="He was remanded again, and ate nothing.")
    press(page, "Record that they came back")
    shows(page, "He was remanded again, and ate nothing.", "Ended")
    page.goto("/time-out")
    expect(main(page)).not_to_contain_text(boy.name)


def to_another_unit(page: Page, boy: Boy, other: Boy) -> None:
    """To where somebody lives whom he is to be kept apart from: with a warning, and the reason."""
    apart = {
        "reason_code": "fight",
        "reason": "They fought on the landing.",
        "restriction": "unit",
        "review_on": str(clock.today() + dt.timedelta(days=20)),
    }
    sent(page, "/keep-apart", young_people=[boy.ref, other.ref], **apart)
    page.goto(boy.page)
    follow(page, "Change unit")
    fill(page, unit="Heron")
    press(page, "Change the unit")
    expect(page).to_have_title(re.compile("^Error: "))
    shows(page, other.name)
    page.get_by_label("Why do you go on").fill("The only bed tonight; checked every hour.")
    press(page, "Change the unit")
    shows(page, "The unit was changed", "Heron")


def assaulted(page: Page, boy: Boy) -> str:
    """Recorded by questions, as the third concern about him; the address of the record."""
    page.goto("/")
    follow(page, "Record an incident")
    page.get_by_label("Assault", exact=True).check()
    choose(page, precision="day")
    page.locator("#place").select_option("association")
    press(page, "Continue")
    page.get_by_label("Find a young person").fill(boy.name.split(",")[0])
    press(page, "Search")
    expect(page.get_by_label(boy.name)).to_be_checked()
    choose(page, roles="harmed", hurt="yes", injuries="bruise")
    page.locator("#treatment").select_option("nurse")
    press(page, "Add this young person")
    press(page, "Continue")
    fill(page, account="He was hit on the knee with a tray.")
    choose(page, assault_kind="one_on_one", weapon="none", lost_consciousness="no")
    press(page, "Continue")
    choose(page, asked="yes", told_by="staff", outcomes="moved_apart")
    fill(page, child_said="He hit me for nothing.")
    choose(page, told="health_care_told")
    press(page, "Continue")
    shows(page, "Check your answers", "He hit me for nothing.")
    press(page, "Record this incident")
    shows(page, "Incident recorded", "Several concerns close together", "This is one of 3 concerns", "What happens next")
    return here(page).removesuffix("/recorded")


def marked(page: Page, boy: Boy) -> str:
    follow(page, re.compile("Mark on a body map where"))
    page.locator("#region").select_option("knee_right")
    page.locator("#mark_kind").select_option("bruise")
    press(page, "Add this mark")
    shows(page, "Right knee: bruise", boy.name)
    return here(page)


def kept(page: Page, boy: Boy) -> str:
    """A photograph that is kept and saved again as it was."""
    follow(page, "Add a photograph or a document")
    content = picture(size=(400, 300))
    page.locator("#file").set_input_files({"name": "knee.jpg", "mimeType": "image/jpeg", "buffer": content})
    choose(page, kind="photograph")
    fill(page, caption="His right knee")
    page.get_by_label(boy.name).check()
    press(page, "Keep the file")
    expect(page.get_by_role("img", name="His right knee")).to_be_visible()
    with page.expect_download() as saved:
        follow(page, "Download the file")
    assert Path(saved.value.path()).read_bytes() == content
    return here(page)


def told(page: Page) -> None:
    page.get_by_text("Record who was told, or why not yet").click()
    page.locator("#told_who").select_option("family_told")
    choose(page, told_yet="yes")
    fill(page, told_whom="His mother")
    press(page, "Save who was told")
    shows(page, "Family: His mother")


SERIOUS = {"hurt": {"injuries": ["cut"], "treatment": "hospital"}}


@BOTH
def test_cleo_investigates(signed_in: As, office: As, javascript: bool) -> None:
    boy, _ = two_boys(office("amina"))
    ref = recorded(office("dan"), boy, "assault", "harmed", **SERIOUS)
    page = signed_in("cleo", java_script_enabled=javascript)
    page.get_by_role("banner").get_by_role("link", name=re.compile(r"Notices \(\d+ new\)")).click()
    row = page.get_by_role("row").filter(has_text=ref).filter(has_text="A serious incident was recorded")
    expect(row).to_contain_text("Urgent")
    row.get_by_role("link", name=ref).click()
    moved(page, "investigate")
    shows(page, "In investigation")
    expect(page.get_by_text("Record what was done to protect the young people first")).to_be_visible()
    follow(page, "Open the investigation")
    shows(page, "This comes first: a finding can wait", "Looked after by", "Cleo")
    follow(page, "Record what was done")
    page.get_by_text("Record something that was done").click()
    page.locator("#outcome").select_option("moved_apart")
    press(page, "Save what was done")
    follow(page, "Open the investigation")
    worked_on(page, boy)
    page.goto(f"/incidents/{ref}")
    moved(page, "conclude", finding="substantiated", comment="Two officers saw it. He lives on another unit now.")
    shows(page, "Concluded", "You concluded this incident, and it is serious: someone else must read it and close it.")
    assert not page.locator("input[name='action'][value='close']").count()
    page.goto(f"/incidents/{ref}/investigation")
    for audience in ("young_person", "reporter"):
        told_what_came_of_it(page, audience, boy)
    expect(main(page)).not_to_contain_text("Not told yet:")
    second = signed_in("kim", java_script_enabled=javascript)
    second.goto(f"/incidents/{ref}")
    moved(second, "close")
    shows(second, "Closed")
    if javascript:
        by_axe(page, "/", f"/incidents/{ref}/investigation", f"/incidents/{ref}/investigation/interview/new")


def moved(page: Page, act: str, **given: str) -> None:
    """By "What do you want to do?"."""
    choose(page, action=act)
    for name, value in given.items():
        if page.locator(f"input[name='{name}_{act}']").count():
            choose(page, **{f"{name}_{act}": value})
        else:
            fill(page, **{f"{name}_{act}": value})
    press(page, "Do this")
    shows(page, "Done. It stands in the history below.")


def worked_on(page: Page, boy: Boy) -> None:
    """A step of the plan, a talk, evidence that is secured in time."""
    follow(page, "Add a step to the plan")
    fill(page, what="Speak with the officers of the landing", who="Dan")
    on(page, "due_on", 2)
    press(page, "Save the step")
    follow(page, "Say how it ended")
    choose(page, how="done")
    press(page, "Save how it ended")
    shows(page, "How it ended is kept with it.", "Done")
    follow(page, "Record a talk")
    choose(page, with_whom="young_person", declined="no", present="advocate")
    page.locator("#young_person").select_option(boy.ref)
    on(page, "held_on")
    fill(page, present_names="Ada Quist", said="He hit me with the tray.")
    press(page, "Save the talk")
    shows(page, "An advocate: Ada Quist", "He hit me with the tray.")
    follow(page, "Record evidence")
    choose(page, kind="cctv", kept="no")
    fill(page, what="Camera 4, 19:30 to 19:50")
    on(page, "keep_by", 7)
    press(page, "Save the evidence")
    shows(page, "To be secured")
    follow(page, "Say what became of it")
    choose(page, became="kept")
    on(page, "kept_on")
    fill(page, kept_by="Dan", kept_where="Safe of the security office")
    press(page, "Save what became of it")
    shows(page, "Secured", "Safe of the security office")


def told_what_came_of_it(page: Page, audience: str, boy: Boy) -> None:
    follow(page, "Record what they were told, or why not")
    choose(page, audience=audience, told="yes")
    if audience == "young_person":
        page.locator("#young_person").select_option(boy.ref)
    on(page, "told_on")
    fill(page, told_by="Cleo", words="We believe what you said. He lives elsewhere now.")
    press(page, "Save what they were told")
    shows(page, "What they were told is kept with the investigation.")


@BOTH
def test_cleo_answers_complaints(signed_in: As, office: As, javascript: bool) -> None:
    boy, _ = two_boys(office("amina"))
    dan = signed_in("dan", java_script_enabled=javascript)
    done = [{"outcome": "support_plan", "done_on": str(clock.today())}]
    ref = recorded(dan, boy, "complaint", "complainant", outcomes=done)
    page, second = (signed_in(name, java_script_enabled=javascript) for name in ("cleo", "kim"))
    page.goto("/complaints")
    follow(page, ref)
    moved(page, "acknowledge", comment="Told that I look into it and answer in writing.")
    moved(page, "conclude", finding="not_upheld", comment="The meals were as planned.", answer="We looked at your meals. They were as planned.")
    shows(page, "We looked at your meals. They were as planned.", "may appeal until")
    moved(page, "appeal", appeal_to="governor", comment="Nobody came and tasted it.")
    shows(page, "An appeal waits", "You gave the first answer: someone else must look at the appeal and answer it.")
    second.goto(f"/incidents/{ref}")
    moved(second, "answer_appeal", finding="part_upheld", comment="The food was cold on two days.", answer="You were right about two of the days.")
    shows(second, "You were right about two of the days.")
    sealed = recorded(page, boy, "complaint", "complainant", answers={"themes": ["staff"], "channel": "sealed_lead"})
    page.goto(f"/incidents/{sealed}")
    shows(page, "Sealed")
    refused(dan, [f"/incidents/{sealed}", f"/incidents/{sealed}/investigation"], 404, never=[boy.name])
    for address in ("/incidents", "/incidents?kind=complaint", "/complaints?state=all", f"{boy.page}/incidents", boy.page, f"{boy.page}/chronology"):
        dan.goto(address)
        expect(main(dan)).not_to_contain_text(sealed)
    look_up(dan, sealed)
    shows(dan, "Nothing that you can see matches this.")
    listed(page, ref, sealed)
    if javascript:
        by_axe(page, "/complaints", f"/incidents/{ref}", "/incidents?kind=complaint&sort=-severity")


def listed(page: Page, *refs: str) -> None:
    """In the order of a heading, filtered, and as a file."""
    page.goto("/incidents")
    choose(page, kind="complaint")
    press(page, "Apply filters")
    expect(page).to_have_url(re.compile("kind=complaint"))
    head = page.get_by_role("columnheader", name="When")
    head.get_by_role("link").click()
    expect(head).to_have_attribute("aria-sort", re.compile("ascending|descending"))
    with page.expect_download() as saved:
        page.get_by_role("link", name="Download this list (CSV)").click()
    rows = list(csv.DictReader(Path(saved.value.path()).read_text("utf-8-sig").splitlines()))
    assert {row["Kind (code)"] for row in rows} == {"complaint"}
    assert set(refs) <= {row["Incident"] for row in rows}


@BOTH
def test_cleo_finds_two_records_of_one_boy(signed_in: As, office: As, javascript: bool) -> None:
    """One was made at the gate by somebody who could not see the other."""
    amina, dan = office("amina"), office("dan")
    one = Boy().add(amina)
    alike = {"given_names": one.sent["given_names"], "date_of_birth": one.sent["date_of_birth"]}
    other = Boy(family_name=f"{one.sent['family_name']}e", placement=arrival("Heron"), **alike).add(dan)
    one.place(amina)
    page = signed_in("cleo", java_script_enabled=javascript)
    page.goto("/children")
    follow(page, "Likely duplicates")
    row = page.get_by_role("row").filter(has_text=one.ref).filter(has_text=other.ref)
    expect(row).to_contain_text("Family name spelt nearly the same")
    if javascript:
        by_axe(page, "/children/duplicates")
    row.get_by_role("link", name="They are two children").click()
    fill(page, reason="Cousins: their mothers were asked.")
    press(page, "Record that they are two children")
    expect(page).to_have_url(re.compile("/children/duplicates"))
    expect(main(page)).not_to_contain_text(other.ref)
