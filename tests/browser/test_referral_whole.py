"""One referral through every stage, with JavaScript: late, escalated, declined, taken higher, taken over, a conference, the register, the end.

Sami's was sent two weeks ago. He is held in Hounslow, where nobody answers; Esi works for his home authority."""

import re

from playwright.sync_api import Page, expect

from tests.browser.conftest import As
from tests.browser.days import by_axe, choose, fill, follow, press, shows

REFERRAL = "/referrals/RF-000001"


def record(page: Page, kind: str, outcome: str = "", *, note: str = "", **more: str) -> None:
    """An event of today, by its form."""
    page.goto(f"{REFERRAL}#record")
    choose(page, kind=kind, **({f"outcome_{kind}": outcome} if outcome else {}))
    if note:
        fill(page, **{f"note_{kind}": note})
    choose(page, **{f"{name}_{kind}": value for name, value in more.items() if name != "agreed_with"})
    if "agreed_with" in more:
        fill(page, **{f"agreed_with_{kind}": more["agreed_with"]})
    press(page, "Record it")
    expect(page).to_have_url(re.compile(rf"{REFERRAL}\?done="))


def test_a_referral_through_all_its_stages(signed_in: As) -> None:
    cleo, esi, amina = signed_in("cleo"), signed_in("esi"), signed_in("amina")
    cleo.goto("/clocks?state=overdue&whose=all&sort=-title")
    shows(cleo, "Decision on a referral", "Quill, Sami")
    follow(cleo, re.compile("How it was worked out for Decision on a referral"))
    shows(cleo, "1 working day", "Day 0", "Paused or voided", "Never.")
    record(cleo, "escalated", "team_manager", note="Rang the duty team of Hounslow; nobody rang back.")
    shows(cleo, "Escalated: team manager")
    record(esi, "declined", "not_our_area", note="He is held in Hounslow, and Hounslow is to answer.")
    cleo.goto(f"{REFERRAL}#record")
    choose(cleo, kind="escalated")
    expect(cleo.locator("input[name=outcome_escalated][value=team_manager]")).to_have_count(0)
    record(cleo, "escalated", "service_head", note="Asked both heads of service to agree who answers.")
    record(esi, "taken_over", note="All of it, from today.", agreed_with="Ruth Agbaje, Hounslow")
    shows(esi, "The case is with Leeds")
    record(esi, "decided", "strategy_discussion")
    record(esi, "strategy_discussion", "section_47", present="police")
    record(esi, "section_47_started")
    esi.goto(f"{REFERRAL}#record")
    choose(esi, kind="initial_conference", outcome_initial_conference="registered")
    press(esi, "Record it")
    assert esi.title().startswith("Error: ")
    conference = {"present": "chair", "quorate": "yes", "child_there": "not_brought", "advocate": "not_offered"}
    record(esi, "initial_conference", "registered", **conference, registered_as="physical")
    shows(esi, "No, they were not brought from where they are held", "Category: Physical abuse")
    record(esi, "core_group", present="yot")
    record(esi, "review_conference", "deregistered", **{**conference, "child_there": "all", "advocate": "yes"})
    amina.goto(REFERRAL)
    follow(amina, "For the young person")
    shows(amina, "There is a plan to keep you safe.")
    record(amina, "child_told")
    with amina.expect_download() as saved:
        follow(amina, "As a PDF")
    assert saved.value.suggested_filename == "referral-RF-000001.pdf"
    by_axe(amina, REFERRAL, f"{REFERRAL}/for-child", "/clocks/1", "/clocks/calendar", "/clocks/figures")
    esi.goto(f"{REFERRAL}#record")
    choose(esi, kind="ended", outcome_ended="protection_ended")
    press(esi, "Record it")
    cleo.goto(REFERRAL)
    shows(cleo, "Ended: no longer needs protection", "Young person told what came of it")
