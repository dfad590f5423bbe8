"""The one Jinja environment. Text from people is escaped wherever it stands; only markup made by our own macros passes."""

import datetime as dt
import re
from collections.abc import Iterable, Mapping, MutableMapping, Sequence
from functools import partial
from pathlib import Path
from typing import Any
from urllib.parse import urlencode

from jinja2 import ChainableUndefined, ChoiceLoader, Environment, FileSystemLoader, PackageLoader, PrefixLoader, pass_context
from jinja2.runtime import Context
from litestar.plugins.jinja import JinjaTemplateEngine
from litestar.template import TemplateConfig
from markupsafe import Markup, escape

from yosafe import clock, words
from yosafe.errors import FieldError
from yosafe.reference.rule_sets import CONVENTION
from yosafe.reference.terms import in_terms, term
from yosafe.refs import is_ref
from yosafe.settings import Settings

from .assets import asset
from .parts import FilterQuestions, link, tag
from .stacking import labelled

PACKAGE = Path(__file__).parents[1]
FEATURES = (
    "accounts",
    "notices",
    "people",
    "incidents",
    "welfare",
    "referrals",
    "sharing",
    "committees",
    "reviews",
    "surveys",
    "imports",
    "against_records",
    "patterns",
    "importing",
    "models",
    "reporting",
    "retention",
    "subject_access",
)

DATE_PARTS = ("day", "month", "year")
ISO_DAY = re.compile(r"\d{4}-\d{2}-\d{2}")

Query = Mapping[str, str | Sequence[str]]


class OneWorld(Environment):
    """An environment whose templates all have the same globals, and none of its own. Jinja's own way keeps them in two layers for each template, and
    compares them key by key at every import of a macro, of which a page has dozens: a tenth of the time of a page."""

    def make_globals(self, d: MutableMapping[str, Any] | None) -> MutableMapping[str, Any]:
        if d:
            raise TypeError("Give a template what it needs when it is rendered: globals of its own would reach every other template.")
        return self.globals


def environment(settings: Settings) -> Environment:
    """The environment of one installation: our templates, each feature's, and the GOV.UK macros."""
    env = OneWorld(
        loader=_loader(),
        autoescape=True,
        undefined=ChainableUndefined,  # the GOV.UK macros read parameters that were not given
        trim_blocks=True,
        lstrip_blocks=True,
        auto_reload=False,  # asking each file's age at every macro doubles the time of a page
        extensions=["jinja2.ext.do"],
    )
    env.filters |= {
        "safe": never_bless,
        "trusted": Markup,  # for templates/kit and templates/govuk_frontend_jinja only: tests/web/test_templating.py looks
        "day": words.day,
        "short_day": words.short_day,
        "instant": words.instant,
        "time_of_day": words.time_of_day,
        "machine": words.machine,
        "plural": words.plural,
        "possessive": words.possessive,
        "message_for": message_for,
        "in_terms": partial(in_terms, terminology=settings.terminology),
    }
    env.tests |= {
        "instant": lambda value: isinstance(value, dt.datetime),
        "markup": lambda value: isinstance(value, Markup),
        "reference": lambda value: isinstance(value, str) and is_ref(value),
    }
    env.globals |= {
        "asset": asset,
        "clock_convention": CONVENTION,
        "csrf": csrf,
        "date_parts": date_parts,
        "draw_link": link,
        "draw_tag": tag,
        "filter_question": FilterQuestions(env),
        "first_of": first_of,
        "how_many": words.how_many,
        "labelled": labelled,
        "now": clock.now,
        "query_link": query_link,
        "demo": settings.demo,
        "term": partial(term, terminology=settings.terminology),
        "terminology": settings.terminology,
    }
    return env


def template_config(settings: Settings) -> TemplateConfig[JinjaTemplateEngine]:
    """What Litestar needs to render with our environment."""
    return TemplateConfig(instance=JinjaTemplateEngine.from_environment(environment(settings)))


def _loader() -> ChoiceLoader:
    folders = [PACKAGE / "web/templates", *(PACKAGE / feature / "templates" for feature in FEATURES)]
    return ChoiceLoader([FileSystemLoader(folders), PrefixLoader({"govuk_frontend_jinja": PackageLoader("govuk_frontend_jinja")})])


def never_bless(value: Any) -> Markup:
    """What `| safe` does here: markup made by macros stays, any other text is escaped after all. GOV.UK macros use it on whatever they get."""
    return value if isinstance(value, Markup) else escape(value)


@pass_context
def csrf(context: Context) -> Markup:
    """The hidden field that every POST form needs. For page templates; a macro that makes a form takes it as a parameter."""
    return Markup(context["csrf_input"])  # noqa: S704  # Litestar makes it and escapes the token


def query_link(query: Query, **changes: str | int | None) -> str:
    """The query string with some parts changed, and those set to None taken out: `query_link(query, sort="name", after=None)`."""
    parts = {key: value for key, value in query.items() if key not in changes} | {key: str(v) for key, v in changes.items() if v is not None}
    return "?" + urlencode({key: value for key, value in parts.items() if value}, doseq=True)


def message_for(errors: Iterable[FieldError] | Mapping[str, str] | None, key: str, *, parts: bool = False) -> str | None:
    """The message about one field, if there is one; with `parts`, also one about a box of its date."""
    keys = {key, *(f"{key}-{part}" for part in DATE_PARTS)} if parts else {key}
    pairs = errors.items() if isinstance(errors, Mapping) else errors or ()
    return next((message for name, message in pairs if name in keys), None)


def first_of(values: Mapping[str, Any], name: str) -> Any:
    """What a field holds, or the first of several things posted under its name; "" for nothing."""
    value = values.get(name)
    if isinstance(value, list | tuple):
        value = value[0] if value else None
    return "" if value is None else value


def date_parts(values: Mapping[str, Any], name: str) -> dict[str, str]:
    """What stands in the three boxes of a date: as typed in them if anything was, else from the day (or its ISO text) that is kept under the name."""
    typed = {part: str(first_of(values, f"{name}-{part}")) for part in DATE_PARTS}
    if any(f"{name}-{part}" in values for part in DATE_PARTS):
        return typed
    kept = first_of(values, name)
    if isinstance(kept, str) and ISO_DAY.fullmatch(kept):
        kept = dt.date.fromisoformat(kept)
    if isinstance(kept, dt.date):
        return {part: str(getattr(kept, part)) for part in DATE_PARTS}
    if isinstance(kept, Mapping):
        return {part: str(first_of(kept, part)) for part in DATE_PARTS}
    return dict.fromkeys(DATE_PARTS, "")
