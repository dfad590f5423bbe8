"""What the risk model is told of a young person at the end of a day, each with why and from where: what had happened, and was written down, by then.

Sex, ethnicity, religion, nationality and disability are not here and never will be: they are audited by. Neither are restricted allegations against
staff: a reason in words must not tell of one.
"""

import math
from collections.abc import Callable

from msgspec import Struct

YEAR = 365  # days; what is longer ago is not counted
HORIZON = 30  # days in which harm is looked for


class Feature(Struct, frozen=True, kw_only=True):
    """One number. `words` says a value; `not_known` what is said where it's missing."""

    name: str
    title: str
    why: str
    source: str
    words: Callable[[float], str]
    not_known: str

    def said(self, value: float) -> str:
        return self.not_known if math.isnan(value) else self.words(value)


def _counted(one: str, many: str, days: int) -> Callable[[float], str]:
    return lambda value: f"{'no' if value == 0 else f'{value:.0f}'} {one if value == 1 else many} in the {days} days before"


def _ago(what: str) -> Callable[[float], str]:
    return lambda value: f"{what} on the day" if value == 0 else f"{what} {value:.0f} day{'' if value == 1 else 's'} before"


def _answer(yes: str, no: str) -> Callable[[float], str]:
    return lambda value: yes if value >= 0.5 else no


def _history(name: str, title: str, why: str, one: str, many: str, days: int) -> Feature:
    return Feature(name=name, title=title, why=why, source=_HARM, words=_counted(one, many, days), not_known=f"{title}: not known")


_HARM = "2002 report, 8.4 and 8.6; history counts beat welfare scores in public data"
_AGAIN = "Harm repeats: what happened lately is the best known sign of what comes next"
_BOTH = "Many who are harmed are also said to have harmed others; both need someone's eye"

FEATURES: tuple[Feature, ...] = (
    _history("harmed_7", "Harmed by others, 7 days", _AGAIN, "incident in which they were harmed", "incidents in which they were harmed", 7),
    _history("harmed_28", "Harmed by others, 28 days", _AGAIN, "incident in which they were harmed", "incidents in which they were harmed", 28),
    _history("harmed_90", "Harmed by others, 90 days", _AGAIN, "incident in which they were harmed", "incidents in which they were harmed", 90),
    _history("bullied_90", "Bullied, 90 days", "Bullying goes on where it isn't stopped", "time bullied", "times bullied", 90),
    _history("hurt_self_7", "Hurt themselves, 7 days", _AGAIN, "time that they hurt themselves", "times that they hurt themselves", 7),
    _history("hurt_self_28", "Hurt themselves, 28 days", _AGAIN, "time that they hurt themselves", "times that they hurt themselves", 28),
    _history("hurt_self_90", "Hurt themselves, 90 days", _AGAIN, "time that they hurt themselves", "times that they hurt themselves", 90),
    _history("serious_90", "Serious harm, 90 days", "What was serious once may be again", "incident of serious harm", "of serious harm", 90),
    _history("alleged_90", "Said to have harmed or fought, 90 days", _BOTH, "time said to have harmed", "times said to have harmed", 90),
    _history("complaints_90", "Complaints, 90 days", "A complaint may be the first that is said (8.9)", "complaint", "complaints", 90),
    _history("incidents_28", "In any incident, 28 days", "Low-level concerns add up", "incident of any kind", "incidents of any kind", 28),
    _history("incidents_90", "In any incident, 90 days", "Low-level concerns add up", "incident of any kind", "incidents of any kind", 90),
    Feature(
        name="harm_days", title="Days since they last came to harm", why=_AGAIN, source=_HARM, words=_ago("last came to harm"),
        not_known="no harm recorded in the year before",
    ),
    Feature(
        name="arrived_days", title="Days in this establishment", why="The first days and weeks are the hardest", source="2002 report, 8.18",
        words=_ago("arrived"), not_known="day of arrival not known",
    ),
    Feature(
        name="stays_before", title="Stays before this one", why="Who is in custody for the first time doesn't know what to expect",
        source="domain, first time in custody", words=lambda value: f"{value:.0f} earlier stay{'' if value == 1 else 's'} recorded",
        not_known="earlier stays not known",
    ),
    Feature(
        name="moves_365", title="Arrivals in a year", why="Each move breaks what held them", source="2002 report, 7.43",
        words=lambda value: f"{value:.0f} arrival{'' if value == 1 else 's'} in the year before", not_known="arrivals not known",
    ),
    Feature(
        name="age", title="Age", why="The youngest are bullied most", source="2002 report, 8.6", words=lambda value: f"{value:.1f} years old",
        not_known="age not known",
    ),
    Feature(
        name="distance", title="Miles from home", why="Far from home, families and workers come less often (8.17)", source="2002 report, 8.17",
        words=lambda value: f"{value:.0f} miles from home", not_known="distance from home not known",
    ),
    Feature(
        name="visit_days", title="Days since a visit from outside", why="Someone to tell", source="2002 report, 8.17", words=_ago("last visited"),
        not_known="no visit recorded in the year before",
    ),
    Feature(
        name="contacts_28", title="Contacts, 28 days", why="Someone to tell", source="2002 report, 8.17",
        words=lambda value: f"{value:.0f} contact{'' if value == 1 else 's'} in the 28 days before", not_known="contacts not known",
    ),
    Feature(
        name="in_care", title="Looked after or care leaver", why="Often with nobody who comes to see them", source="2002 report, 8.5",
        words=_answer("looked after, or a care leaver", "not in care"), not_known="care status not known",
    ),
    Feature(
        name="self_harm_now", title="Arrival screen: thoughts of self-harm", why="They said so on the first day", source="2002 report, 8.18",
        words=_answer("thought of hurting themselves on arrival", "no thoughts of hurting themselves on arrival"), not_known="not screened",
    ),
    Feature(
        name="self_harm_past", title="Arrival screen: self-harm before", why="Harm repeats", source="2002 report, 8.18",
        words=_answer("had hurt themselves before", "had not hurt themselves before"), not_known="not asked about self-harm before",
    ),
    Feature(
        name="harmed_before", title="Arrival screen: hurt or abused before", why="Harm repeats", source="2002 report, 8.8",
        words=_answer("was hurt, bullied or abused before", "not hurt, bullied or abused before"), not_known="not asked whether hurt before",
    ),
    Feature(
        name="fears", title="Arrival screen: afraid here", why="They said so on the first day", source="2002 report, 8.6",
        words=_answer("afraid of someone or something here on arrival", "not afraid on arrival"), not_known="not asked whether afraid",
    ),
    Feature(
        name="emotional_health", title="Assessment: emotional and mental health", why="Rated by the YOT", source="Asset 2000",
        words=lambda value: f"emotional and mental health rated {value:.0f} of 4", not_known="emotional and mental health not rated",
    ),
    Feature(
        name="relationships", title="Assessment: family and relationships", why="Rated by the YOT", source="Asset 2000",
        words=lambda value: f"family and relationships rated {value:.0f} of 4", not_known="family and relationships not rated",
    ),
)  # fmt: skip

NAMES = tuple(one.name for one in FEATURES)
RECENT, COUNT = "incidents_28", "incidents_90"  # the two simpler ways: any incident in 28 days, and how many in 90
AUDITED_BY = ("sex", "ethnicity", "disability", "nationality", "age_band", "care", "establishment")
