"""What a pack may say of each row, and in which steps it is made coarser: from the finest that is ever given to leaving it out. Pure.

Nothing finer is read from the database than what the first step needs, and nothing at all that is not here: no name, no reference, no day, no words.
"""

from collections.abc import Callable, Mapping, Sequence
from typing import Literal

from msgspec import Struct

from yosafe.reference.codes import code_list
from yosafe.reporting.datasets.away import CARE
from yosafe.reporting.datasets.custody import HOURS, KINDS, PLACES
from yosafe.reporting.datasets.held import MILES

Of = Literal["incidents", "placements"]
NOT_SAID = "Left out"
NOT_KNOWN = "Not known"


class Step(Struct, frozen=True, kw_only=True):
    """`id` as it is asked for, `title` as it reads, and what becomes of a recorded code."""

    id: str
    title: str
    says: Callable[[str], str]


class Column(Struct, frozen=True, kw_only=True):
    """`steps` from fine to coarse; each says of two rows that they are alike wherever the one before does. `event`: of what happened, and not of who
    it was."""

    id: str
    title: str
    meaning: str
    steps: tuple[Step, ...]
    event: bool = False

    def step(self, name: str) -> Step:
        return next(step for step in self.steps if step.id == name)


def _grouped(name: str, title: str, groups: Mapping[str, Sequence[str]], rest: str = NOT_KNOWN) -> Step:
    """Words for groups of codes; `rest` for all others."""
    found = {code: words for words, codes in groups.items() for code in codes}
    return Step(id=name, title=title, says=lambda code: found.get(code, rest))


def _labelled(name: str, title: str, labels: Mapping[str, str]) -> Step:
    return Step(id=name, title=title, says=lambda code: labels.get(code, NOT_KNOWN))


def _group(list_name: str, titles: Mapping[str, str]) -> dict[str, list[str]]:
    """Codes of a list by the words for their group."""
    found: dict[str, list[str]] = {words: [] for words in titles.values()}
    for code in code_list(list_name).codes:
        if code.group in titles:
            found[titles[code.group]].append(code.code)
    return found


def _quarter(month: str) -> str:
    return f"{month[:4]} Q{(int(month[5:]) + 2) // 3}"


_WHITE = {"white": "White"}
_OTHERS = {"mixed": "Mixed", "asian": "Asian or Asian British", "black": "Black or Black British", "other": "Another group"}
_YEARS = [str(year) for year in range(10, 22)]
_SENTENCED = {"sentence": "Serving a sentence", "remand": "On remand or not sentenced"}

WHEN = Column(
    id="when", title="When", meaning="The month or quarter of the calendar, in London; never a day",
    steps=(Step(id="month", title="Month", says=lambda month: month), Step(id="quarter", title="Quarter", says=_quarter)),
)  # fmt: skip
WHO = (
    Column(
        id="age", title="Age", meaning="How old they were then, in bands; never a date of birth",
        steps=(
            _grouped("bands", "Up to 14, 15 to 16, 17, 18 and over", {
                "Up to 14": _YEARS[:5], "15 to 16": _YEARS[5:7], "17": _YEARS[7:8], "18 and over": _YEARS[8:],
            }),
            _grouped("halves", "Up to 16, 17 and over", {"Up to 16": _YEARS[:7], "17 and over": _YEARS[7:]}),
        ),
    ),
    Column(
        id="sex", title="Sex", meaning="As it is recorded now",
        steps=(_grouped("sex", "Female, male", {"Female": ["female"], "Male": ["male"]}),),
    ),
    Column(
        id="ethnicity", title="Ethnic group", meaning="As it is recorded now, in groups; not known where nobody asked or they declined",
        steps=(
            _grouped("groups", "Five groups", _group("ethnicity", {**_WHITE, **_OTHERS})),
            _grouped("halves", "White, any other group", _group("ethnicity", {**_WHITE, **dict.fromkeys(_OTHERS, "Any other group")})),
        ),
    ),
    Column(
        id="care", title="Care status", meaning="Whether they were in care then",
        steps=(
            _labelled("status", "Looked after, care leaver, formerly, never", CARE),
            _grouped("ever", "In care then or before, never", {
                "In care then or before": ["looked_after", "care_leaver", "formerly_in_care"], "Never in care": ["never"],
            }),
        ),
    ),
    Column(
        id="legal", title="Legal status", meaning="Why they were held then",
        steps=(
            _grouped("groups", "Sentence, remand, other", _group("legal_status", {**_SENTENCED, "other": "Another reason"})),
            _grouped("halves", "Sentence, all others", _group("legal_status", {"sentence": "Serving a sentence"}), "Anything else, or not known"),
        ),
    ),
    Column(
        id="distance", title="Distance from home", meaning="Great circle from the middle of the home outcode, as it was on arrival",
        steps=(
            _labelled("bands", "Four bands", MILES),
            _grouped("halves", "Up to 50 miles, over 50 miles", {"Up to 50 miles": ["25", "50"], "Over 50 miles": ["100", "far"]}),
        ),
    ),
)  # fmt: skip
_DAYS = {"first": "In the first 14 days", "early": "15 to 90 days", "later": "Over 90 days"}
INCIDENTS = (
    WHEN, *WHO,
    Column(
        id="since", title="Time since arrival", meaning="How long they had been in the establishment when it happened",
        steps=(
            _labelled("bands", "First 14 days, 15 to 90, over 90", _DAYS),
            _grouped("halves", "First 14 days, later", {_DAYS["first"]: ["first"], "Later": ["early", "later"]}),
        ),
    ),
    Column(
        id="kind", title="Kind", meaning="As in the committee's paper. Restricted incidents and complaints are not in it",
        event=True,
        steps=(
            _labelled("kinds", "Six kinds", KINDS),
            _grouped("halves", "Harm by others, self-harm, all else", {KINDS["harm"]: ["harm"], KINDS["self_harm"]: ["self_harm"]}, "Anything else"),
        ),
    ),
    Column(
        id="part", title="Their part in it", meaning="A young person with two parts in an incident has a row for each", event=True,
        steps=(
            _grouped("parts", "Harmed, hurt themselves, alleged to have harmed, other", {
                "Harmed": ["harmed"], "Hurt themselves": ["hurt_self"],
                "Alleged to have harmed, or took part": ["alleged_to_have_harmed", "took_part"],
            }, "Another part"),
            _grouped("halves", "Harmed or hurt themselves, other", {"Harmed or hurt themselves": ["harmed", "hurt_self"]}, "Another part"),
        ),
    ),
    Column(
        id="severity", title="Severity", meaning="By the criteria of the form", event=True,
        steps=(
            _labelled("levels", "Low, moderate, serious", code_list("severity").labels()),
            _grouped("halves", "Serious, all others", {"Serious": ["serious"]}, "Low or moderate"),
        ),
    ),
    Column(
        id="place", title="Place", meaning="The kind of place", event=True,
        steps=(
            _labelled("places", "Kinds of places", PLACES),
            _grouped("halves", "Where they live or wash, elsewhere", {"Where they live or wash": ["living", "washing"]}, "Elsewhere or not recorded"),
        ),
    ),
    Column(
        id="hour", title="Part of the day", meaning="In London", event=True,
        steps=(
            _labelled("quarters", "Four parts of the day", HOURS),
            _grouped("halves", "06:00 to 17:59, 18:00 to 05:59", {
                "06:00 to 17:59": ["morning", "afternoon"], "18:00 to 05:59": ["evening", "night"],
            }),
        ),
    ),
)  # fmt: skip
_STAY = {"short": "Under 30 days", "quarter": "30 to 91 days", "long": "Over 91 days", "on": "Still there at the end of the period"}
PLACEMENTS = (
    WHEN, *WHO,
    Column(
        id="stay", title="Length of stay", meaning="How long it had lasted by the end of the period", event=True,
        steps=(
            _labelled("bands", "Under 30, 30 to 91, over 91 days, still there", _STAY),
            _grouped("halves", "Over, still there", {_STAY["on"]: ["on"]}, "Over"),
        ),
    ),
    Column(
        id="ended", title="How it ended", meaning="By the end of the period", event=True,
        steps=(
            _grouped("reasons", "Transfer, any other way, not ended", {"Transferred": ["transferred"], "Not ended": ["on"]}, "Ended another way"),
        ),
    ),
    Column(
        id="harmed", title="Harmed", meaning="Whether an incident there in the period says that they were harmed or hurt themselves", event=True,
        steps=(_grouped("harmed", "Yes, no", {"Yes": ["yes"], "No": ["no"]}),),
    ),
)  # fmt: skip
COLUMNS: Mapping[Of, tuple[Column, ...]] = {"incidents": INCIDENTS, "placements": PLACEMENTS}
TITLES: Mapping[Of, str] = {"incidents": "Incidents", "placements": "Placements"}
EACH_ROW: Mapping[Of, str] = {
    "incidents": "Each row is the part of one young person in one incident, by when it happened.",
    "placements": "Each row is a stay that began in the period, as it stood at its end.",
}
# What is asked for where nobody says anything else: coarse enough for most establishments and quarters.
USUAL: Mapping[Of, Mapping[str, str]] = {
    "incidents": {"when": "quarter", "part": "halves"},
    "placements": {"when": "quarter", "age": "halves"},
}
