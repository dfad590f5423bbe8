"""Parts of pages that are drawn a hundred times on one, in Python: a macro of Jinja takes ten times as long to be called. And what a filter asks,
which is the same on every page of a list, kept as it was drawn."""

from collections.abc import Mapping
from functools import cached_property, lru_cache
from typing import Any

import msgspec
from jinja2 import Environment
from markupsafe import Markup, escape

from yosafe.refs import is_ref

KEPT = 2_000  # questions as they were drawn, each of some kilobytes at most
_CHOSEN_FROM = frozenset({"checkboxes", "radios", "select"})


def link(text: Any, href: Any, hidden: Any = None) -> Markup:
    """A link; `hidden` are words only for those who hear the page, where the same text repeats. A reference stays on one line."""
    whole = " ys-nowrap" if isinstance(text, str) and is_ref(text) else ""
    more = f'<span class="govuk-visually-hidden"> {escape(hidden)}</span>' if hidden else ""
    return Markup(f'<a class="govuk-link govuk-link--no-visited-state{whole}" href="{escape(href)}">{escape(text)}{more}</a>')  # noqa: S704  # each part is escaped


def tag(text: Any, colour: str = "blue") -> Markup:
    """A state in a word, on a colour that says nothing by itself."""
    return Markup(f'<strong class="govuk-tag govuk-tag--{escape(colour)}">{escape(text)}</strong>')  # noqa: S704  # each part is escaped


class FilterQuestions:
    """`filter_question(field, values, errors)` of templates: a question of a filter panel. One that is answered by choosing is drawn once for each
    answer, as long as nothing is wrong; what somebody wrote is never kept."""

    def __init__(self, env: Environment) -> None:
        self._env = env
        self._kept = lru_cache(KEPT)(self._drawn)

    def __call__(self, field: Mapping[str, Any], values: Mapping[str, Any], errors: Any) -> Markup:
        if errors or field["kind"] not in _CHOSEN_FROM:
            return self._draw(field, values, errors)
        return self._kept(msgspec.json.encode(field), msgspec.json.encode(values.get(field["name"])))

    def _drawn(self, field: bytes, given: bytes) -> Markup:
        question = msgspec.json.decode(field)
        return self._draw(question, {question["name"]: msgspec.json.decode(given)}, ())

    def _draw(self, field: Mapping[str, Any], values: Mapping[str, Any], errors: Any) -> Markup:
        drawn: Markup = self._macro(field, values, errors, size="s", small=True)
        return drawn

    @cached_property
    def _macro(self) -> Any:
        return self._env.get_template("kit/question.html").module.question  # type: ignore[attr-defined]  # what the template defines
