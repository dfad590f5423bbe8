"""What the days of each role share: two boys of their own for each test, and the strokes by which a form is filled in."""

import datetime as dt
import re
from collections.abc import Sequence
from typing import Any

from playwright.sync_api import Locator, Page, expect

from tests.browser.faults import faults_of
from tests.browser.site import HERE
from tests.incidents.make import ANSWERS
from tests.world import LEEDS
from yosafe import clock

# Put together to a hundred family names, so that the search for one finds one boy, however many tests ran before.
BEGINNINGS = ("Abar", "Brand", "Cissok", "Dunm", "Eklun", "Farrow", "Gulat", "Hoxh", "Ivars", "Jankaus")
ENDINGS = ("ski", "more", "aby", "iden", "otti", "ulescu", "wick", "ente", "arro", "heim")
GIVEN_NAMES = ("Kofi", "Luis", "Pavel", "Ruben", "Sunny", "Tariq", "Umar", "Viktor", "Wes", "Yusuf")
LONG_AGO = 40  # days since the boys arrived


def sent(page: Page, path: str, **body: Any) -> dict[str, Any]:
    """What the API answers to something that whoever is signed in sends."""
    answer = page.request.post(f"/api/v1{path}", data=body)
    assert answer.ok, f"{path}: {answer.text()}"
    found: dict[str, Any] = answer.json()
    return found


def arrival(unit: str) -> dict[str, Any]:
    """At Feltham, long ago."""
    arrived = clock.now() - dt.timedelta(days=LONG_AGO)
    return {"establishment": HERE, "unit": unit, "legal_status": "dto", "arrived_at": arrived.isoformat()}


class Boy:
    """A boy from Leeds at Feltham, as whoever adds him sends him."""

    made = 0

    def __init__(self, **changes: Any) -> None:
        number = Boy.made
        Boy.made += 1
        born = clock.today().replace(year=clock.today().year - 15, day=1) - dt.timedelta(days=17 * number)
        self.sent: dict[str, Any] = {
            "family_name": BEGINNINGS[number % 10] + ENDINGS[number // 10 % 10],
            "given_names": GIVEN_NAMES[(number + number // 10) % 10], "date_of_birth": born.isoformat(),
            "sex": "male", "home_outcode": "LS9", "home_area": LEEDS, **changes,
        }  # fmt: skip
        self.name = f"{self.sent['family_name']}, {self.sent['given_names']}"
        self.ref = ""

    @property
    def page(self) -> str:
        return f"/children/{self.ref}"

    def add(self, by: Page) -> "Boy":
        self.ref = sent(by, "/young-people", **self.sent)["ref"]
        return self

    def place(self, by: Page, unit: str = "Kestrel") -> "Boy":
        sent(by, f"/young-people/{self.ref}/placements", **arrival(unit))
        return self


def two_boys(amina: Page) -> tuple[Boy, Boy]:
    """Added by the team at home, which says where they went. On units of their own."""
    return Boy().add(amina).place(amina), Boy().add(amina).place(amina, "Heron")


def recorded(by: Page, boy: Boy, kind: str, role: str, **changes: Any) -> str:
    """The reference of an incident of an hour ago that somebody records by API."""
    body: dict[str, Any] = {
        "kind": kind, "happened_at": (clock.now() - dt.timedelta(hours=1)).isoformat(), "place": "association", "told_by": "staff",
        "account": "He was told to hand over his phone credit.", "child_said": "They said they would get me.", "answers": ANSWERS[kind],
        "involvements": [{"young_person": boy.ref, "roles": [role], **changes.pop("hurt", {})}], **changes,
    }  # fmt: skip
    ref: str = sent(by, "/incidents", **body)["ref"]
    return ref


def referred(by: Page, boy: Boy) -> tuple[str, str]:
    """The references of an incident, and of a referral that rests on it."""
    incident = recorded(by, boy, "bullying", "harmed")
    grounds = {
        "category": "physical",
        "concern": "He is hit and robbed, and afraid to leave his cell.",
        "sharing_basis": "significant_harm",
        "gaps_reason": "He is at risk tonight.",
    }
    ref: str = sent(by, "/referrals", young_person=boy.ref, incidents=[incident], child_view="I want it to stop.", **grounds)["ref"]
    return incident, ref


def main(page: Page) -> Locator:
    return page.get_by_role("main")


def shows(page: Page, *words: str) -> None:
    for text in words:
        expect(main(page)).to_contain_text(text)


def press(page: Page, name: str) -> None:
    main(page).get_by_role("button", name=name, exact=True).click()
    page.wait_for_load_state()


def follow(page: Page, name: str | re.Pattern[str]) -> None:
    """A link or a button that is one."""
    main(page).get_by_role("link", name=name).or_(main(page).get_by_role("button", name=name)).first.click()
    page.wait_for_load_state()


def choose(page: Page, **answers: str) -> None:
    """By the names of the questions and the values of their options."""
    for name, value in answers.items():
        page.locator(f"input[name='{name}'][value='{value}']").check()


def fill(page: Page, **answers: str) -> None:
    for name, value in answers.items():
        page.locator(f"#{name}").fill(value)


def on(page: Page, box: str, days: int = 0) -> None:
    """A date, so many days from now."""
    day = clock.today() + dt.timedelta(days=days)
    for part in ("day", "month", "year"):
        page.locator(f"#{box}-{part}").fill(str(getattr(day, part)))


def look_up(page: Page, words: str) -> None:
    """By the box in the header, with the Enter key."""
    page.get_by_label("Look up a child or a record").fill(words)
    page.keyboard.press("Enter")
    page.wait_for_load_state()


def refused(page: Page, paths: Sequence[str], status: int, *, never: Sequence[str] = ()) -> None:
    """Each address answers so, and says none of these words."""
    for path in paths:
        answer = page.goto(path)
        assert answer is not None
        assert answer.status == status, path
        content = page.content()
        assert not [word for word in never if word in content], path


def by_axe(page: Page, *paths: str) -> None:
    """What was passed on the way, wide and narrow: without a fault."""
    faults = []
    for path in paths:
        answer = page.goto(path)
        assert answer is not None
        assert answer.status == 200, path
        for width in (1280, 375):
            page.set_viewport_size({"width": width, "height": 900})
            faults += [f"{width} px: {fault}" for fault in faults_of(page)]
    page.set_viewport_size({"width": 1280, "height": 900})
    assert not faults, "\n".join(faults)


def here(page: Page) -> str:
    """The address without what was said in it."""
    return page.url.partition("?")[0].partition("#")[0]
