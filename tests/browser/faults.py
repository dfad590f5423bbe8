"""What is wrong with a page that is shown: by axe, and whether it scrolls sideways.

Of the colours of texts axe is asked once: what it says of one holds for every text of the same look (looks.js), on whatever page and at whatever
width. It is two thirds of what axe takes. Everything else is asked anew each time.
"""

from pathlib import Path

from axe_playwright_python.base import AXE_SCRIPT
from playwright.sync_api import Page

WIDTHS = (1280, 768, 375)
RULES = {
    "rules": {"color-contrast": {"enabled": False}},  # asked by contrastOf of looks.js
    "resultTypes": ["violations"],
    "preload": False,
    "runOnly": {"type": "tag", "values": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]},
}
# The two exceptions that GOV.UK Frontend's own tests make: conditional reveals, and links before the main landmark.
ALLOWED = {"aria-allowed-attr": ("govuk-radios__input", "govuk-checkboxes__input"), "region": ("govuk-back-link", "govuk-breadcrumbs")}
SCRIPTS = AXE_SCRIPT + ";" + Path(__file__).with_name("looks.js").read_text()
RUN = """async ([rules, known]) => {
    const { violations } = await axe.run(rules);
    const contrast = await contrastOf(known);
    const sideways = document.documentElement.scrollWidth > document.documentElement.clientWidth;
    return [[...violations.map((one) => [one.id, one.nodes.map((node) => node.html)]), ...contrast.faults], contrast.known, sideways];
}"""

_known: set[str] = set()  # looks of which axe has said, in this process, that they are right


def faults_of(page: Page) -> list[str]:
    """What axe finds on a page with everything opened, but for the known exceptions, and whether it scrolls sideways."""
    page.wait_for_load_state()
    if not page.evaluate("document.querySelectorAll('details').forEach(d => d.open = true); 'axe' in window"):
        page.evaluate(SCRIPTS)
    faults, known, sideways = page.evaluate(RUN, [RULES, list(_known)])
    _known.update(known)
    found = [f"{page.url} {fault}: {html[:200]}" for fault, nodes in faults for html in nodes if not any(c in html for c in ALLOWED.get(fault, ()))]
    return [*found, f"{page.url} scrolls sideways"] if sideways else found
