"""Referrals in a real browser: by axe at three widths, refused forms, and one from the incident to the answer without JavaScript.

The boys are from Leeds, where Esi works, and are held in Hounslow, where nobody uses the service yet."""

import re

from playwright.sync_api import expect

from tests.browser.conftest import check_pages, sign_in
from tests.browser.faults import faults_of

TOMAS = "YP-000003"


def incident(page, base_url) -> str:
    """One that Dan recorded about Tomas; its reference."""
    arrived = page.request.get(f"{base_url}/api/v1/young-people/{TOMAS}").json()["placement"]["arrived_at"]
    body = {
        "kind": "bullying", "happened_at": arrived, "place": "cell", "account": "He was told to hand over his phone credit.",
        "child_said": "They said they would get me.", "told_by": "staff", "involvements": [{"young_person": TOMAS, "roles": ["harmed"]}],
        "answers": {"forms": ["threats"], "happened_before": "no", "still_afraid": "no"},
    }  # fmt: skip
    made = page.request.post(f"{base_url}/api/v1/incidents", data=body)
    assert made.status == 201, made.text()
    return str(made.json()["ref"])


def test_a_referral_from_an_incident_to_the_answer_without_javascript(browser, base_url):
    context = browser.new_context(base_url=base_url, java_script_enabled=False)
    page = context.new_page()
    ref = incident(sign_in(page, "dan"), base_url)
    page.get_by_role("button", name="Sign out").click()
    sign_in(page, "cleo")
    page.goto(f"/referrals/new?young_person={TOMAS}&incident={ref}")
    page.get_by_role("button", name="Start the referral").click()
    page.get_by_role("button", name="Continue").click()
    page.get_by_label("Emotional abuse").check()
    page.get_by_role("button", name="Continue").click()
    assert "Enter what you are worried about" in page.get_by_role("alert").inner_text()
    assert page.get_by_label("Emotional abuse").is_checked()
    page.get_by_label("What are you worried about?").fill("He has stopped coming out of his cell.")
    page.get_by_role("button", name="Continue").click()
    page.get_by_label("Yes").check()
    page.get_by_label("What do they say?").fill("I want it to stop.")
    page.get_by_role("button", name="Continue").click()
    page.get_by_label("To protect a child from significant harm").check()
    page.get_by_role("button", name="Continue").click()
    main = page.get_by_role("main").inner_text()
    assert "Nobody there uses this service yet" in main
    assert "Decision on a referral" in main
    page.get_by_label("Why do you send it all the same?").fill("He is at risk tonight.")
    page.get_by_role("button", name="Send the referral").click()
    record = page.url.removesuffix("/sent")
    page.get_by_role("button", name="Sign out").click()
    sign_in(page, "esi")
    page.goto(record)
    page.get_by_label("Decision made").check()
    page.get_by_label("Assessment", exact=True).check()
    page.get_by_role("button", name="Record it").click()
    assert page.url == f"{record}?done=event"
    main = page.get_by_role("main").inner_text()
    assert "In assessment" in main
    assert "Met" in main
    context.close()

    context = browser.new_context(base_url=base_url)
    page = sign_in(context.new_page(), "esi")
    check_pages(page, ["/referrals?clock=later", record])
    page.goto(record)
    page.get_by_role("button", name="Record it").click()
    expect(page).to_have_title(re.compile("^Error: "))
    page.get_by_role("link", name="Select what happened").click()
    assert page.evaluate("document.activeElement.id") == "kind"
    assert not faults_of(page)
    context.close()

    context = browser.new_context(base_url=base_url)
    page = sign_in(context.new_page(), "cleo")
    check_pages(page, ["/referrals/new"])
    page.goto(f"/referrals/new?young_person={TOMAS}&incident={ref}")
    page.get_by_role("button", name="Start the referral").click()
    check_pages(page, [page.url])
    page.get_by_role("button", name="Continue").click()
    page.get_by_label("Neglect").check()
    page.get_by_label("What are you worried about?").fill("He has stopped coming out of his cell.")
    page.get_by_role("button", name="Continue").click()
    check_pages(page, [page.url])
    page.get_by_label("No", exact=True).check()
    page.get_by_label("Asked, and did not want to say").check()
    page.get_by_role("button", name="Continue").click()
    check_pages(page, [page.url])
    page.get_by_label("A court ordered it").check()
    page.get_by_role("button", name="Continue").click()
    check_pages(page, [page.url, "/"])
    context.close()


def test_a_decision_not_to_refer_page_by_page(signed_in, base_url):
    ref = incident(signed_in("dan"), base_url)
    page = signed_in("cleo")
    page.goto(f"/referrals/new?young_person={TOMAS}&incident={ref}")
    page.get_by_role("button", name="Record a decision not to refer").click()
    page.get_by_role("button", name="Continue").click()
    check_pages(page, [page.url])
    page.get_by_label("Neglect").check()
    page.get_by_label("What are you worried about?").fill("He was called names at the gate, once.")
    page.get_by_role("button", name="Continue").click()
    page.get_by_role("button", name="Continue").click()
    expect(page).to_have_title(re.compile("^Error: "))
    assert not faults_of(page)
    page.get_by_label("No sign of significant harm").check()
    page.get_by_label("What did you weigh, against which threshold?").fill("One episode, no fear, no injury.")
    page.get_by_label("Who decided this with you?").fill("Dr Ada Quist")
    soon = page.evaluate("(() => { const d = new Date(Date.now() + 14 * 864e5); return [d.getDate(), d.getMonth() + 1, d.getFullYear()] })()")
    for label, value in zip(("Day", "Month", "Year"), soon, strict=True):
        page.get_by_label(label, exact=True).fill(str(value))
    page.get_by_role("button", name="Continue").click()
    check_pages(page, [page.url])
    page.get_by_role("button", name="Record the decision").click()
    assert "Considered, not referred" in page.get_by_role("main").inner_text()
    check_pages(page, [page.url])


def test_a_wrong_filter_says_so(signed_in):
    check_pages(signed_in("cleo"), ["/referrals?clock=never", "/referrals?stage=lost"], status=422)
