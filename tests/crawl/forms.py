"""The forms of a page, and what could be sent with them."""

from dataclasses import dataclass, field
from html.parser import HTMLParser

from tests.crawl.text import EVIL

TYPED = ("text", "search", "email", "password", "number")
# What is meant in boxes where markup would not do.
USUAL = {
    "day": "5",
    "month": "10",
    "year": "2026",
    "time_exact": "9:30am",
    "time_about": "9:30am",
    "q": "Giv",
    "value": "A1234BC",
    "prison_number": "A9876BC",
    "a_week": "2",
}
KEPT = ("_csrf_token", "version")


@dataclass
class Form:
    """Where it is sent, how, its fields with a value that could be meant, those that are typed, and its buttons. The first is the one pressed."""

    action: str
    method: str
    fields: dict[str, str] = field(default_factory=dict)
    typed: set[str] = field(default_factory=set)
    buttons: list[tuple[str, str]] = field(default_factory=list)

    @property
    def nonsense(self) -> dict[str, str]:
        """Markup in everything."""
        return {name: value if name in KEPT else EVIL for name, value in self.fields.items()} | self.pressed

    @property
    def pressed(self) -> dict[str, str]:
        return {name: value for name, value in self.buttons[:1] if name}

    @property
    def meant(self) -> dict[str, str]:
        """Choices that are there, and markup in what is typed but for dates, times and searches."""
        filled = {name: USUAL.get(name.rsplit("-", 1)[-1], EVIL) if name in self.typed else value for name, value in self.fields.items()}
        return filled | self.pressed


class Forms(HTMLParser):
    def __init__(self, html: str) -> None:
        super().__init__()
        self.found: list[Form] = []
        self._select = ""
        self.feed(html)

    def handle_starttag(self, tag: str, attributes: list[tuple[str, str | None]]) -> None:
        given = {name: value or "" for name, value in attributes}
        if tag == "form":
            self.found.append(Form(given.get("action", ""), given.get("method", "get").lower()))
        elif self.found:
            self._field(tag, given, self.found[-1])

    def _field(self, tag: str, given: dict[str, str], form: Form) -> None:
        name, kind = given.get("name", ""), given.get("type", "text")
        if tag == "select":
            self._select = name
        elif tag == "option" and self._select and given.get("value"):
            form.fields.setdefault(self._select, given["value"])
        elif tag == "button" and given.get("type", "submit") == "submit":
            form.buttons.append((name, given.get("value", "")))
        elif tag == "textarea" or (tag == "input" and kind in TYPED):
            form.typed.add(name)
            form.fields[name] = EVIL
        elif tag == "input" and kind == "hidden":
            form.fields[name] = given.get("value", "")
        elif tag == "input" and kind in ("radio", "checkbox") and given.get("value"):
            form.fields.setdefault(name, given["value"])
