"""What a file can become, with the fields of each. Data; codes and questions are those of the features."""

from collections.abc import Iterable, Mapping
from functools import cache

from yosafe import clock
from yosafe.forms.questions import Kind as Asked
from yosafe.forms.questions import Question, walk
from yosafe.importing.fields import Field, Kind, Target
from yosafe.incidents.kinds import RULES, questions_of
from yosafe.reference.codes import code_list
from yosafe.welfare.instruments import INSTRUMENTS, workers_questions
from yosafe.welfare.rules import ASSET

PEOPLE, PLACEMENTS, INCIDENTS, ASSESSMENTS = "people", "placements", "incidents", "assessments"
TITLES = {PEOPLE: "Young people", PLACEMENTS: "Placements", INCIDENTS: "Incidents", ASSESSMENTS: "Assessments and arrival screens"}
# What someone must be allowed to record to bring it in: one of these. Of which instruments assessments may be, each row says.
RECORDS = {
    PEOPLE: ("young-person:add",), PLACEMENTS: ("placement:record",), INCIDENTS: ("incident:record",),
    ASSESSMENTS: tuple(one.record for one in INSTRUMENTS.values()),
}  # fmt: skip
ANSWER = "answer."  # before the name of a question
UNKNOWN_NUMBER = "prison"


def _codes(name: str) -> dict[str, str]:
    return code_list(name).labels(clock.today())


_THEIR_NUMBER = Field(
    name="reference", label="Their reference", longest=80,
    aliases=("log number", "log no", "incident number", "incident no", "id", "record id", "case number"),
    hint="What the other system calls this row. By it a row is known when it comes again",
)  # fmt: skip
_NUMBER_ALIASES = ("prison number", "prison no", "noms number", "noms id", "nomis", "nomis number", "number")


def _person(before: str = "", words: str = "") -> tuple[Field, ...]:
    """How a row says whom it means."""
    first = not before
    return (
        Field(name=f"{before}young_person", label=f"Reference here{words}", longest=20, aliases=("yp ref", "yosafe ref") if first else ()),
        Field(name=f"{before}number", label=f"Number given by others{words}", longest=40, aliases=_NUMBER_ALIASES if first else ()),
        Field(
            name=f"{before}number_kind", label=f"Kind of that number{words}", kind=Kind.CODE, codes=_codes("external_number"), personal=False,
            hint="Prison number where nothing is said",
        ),
        Field(name=f"{before}family_name", label=f"Family name{words}", longest=100, aliases=("surname", "last name") if first else ()),
        Field(name=f"{before}given_names", label=f"Given names{words}", longest=100, aliases=("forename", "forenames", "first name")[: 3 * first]),
        Field(name=f"{before}date_of_birth", label=f"Date of birth{words}", kind=Kind.DATE, aliases=("dob", "born", "birth date") if first else ()),
    )  # fmt: skip


def _code(name: str, label: str, codes: str, *, required: bool = False, aliases: tuple[str, ...] = ()) -> Field:
    return Field(name=name, label=label, kind=Kind.CODE, codes=_codes(codes), required=required, aliases=aliases, personal=False)


def _place(label: str = "Establishment", *, required: bool = False) -> Field:
    return Field(
        name="establishment", label=label, kind=Kind.PLACE, required=required, aliases=("prison", "establishment code", "yoi"), personal=False
    )


def _stay(*, required: bool) -> tuple[Field, ...]:
    return (
        _place(required=required),
        Field(
            name="arrived", label="Arrived", kind=Kind.MOMENT, required=required, aliases=("arrival", "reception date", "date in", "arrived at"),
            hint="With the time of day where it is known, else the day's beginning",
        ),
        _code("legal_status", "Legal status", "legal_status", required=required, aliases=("status",)),
        Field(name="unit", label="Unit", longest=60, aliases=("wing", "location")),
    )  # fmt: skip


@cache
def target(name: str) -> Target:
    """KeyError for a name that is not one of TITLES."""
    fields: dict[str, tuple[Field, ...]] = {PEOPLE: _people(), PLACEMENTS: _placements(), INCIDENTS: _incidents(), ASSESSMENTS: _assessments()}
    one_of = () if name == PEOPLE else (("young_person", "number", "family_name"),)
    return Target(name=name, title=TITLES[name], fields=fields[name], one_of=one_of)


def _people() -> tuple[Field, ...]:
    named = {one.name: one for one in _person()}
    return (
        _THEIR_NUMBER, _required(named["family_name"]), _required(named["given_names"]), _required(named["date_of_birth"]),
        _code("sex", "Sex", "sex", required=True, aliases=("gender",)),
        _code("ethnicity", "Ethnic group", "ethnicity", aliases=("ethnic origin", "ethnic code")),
        _code("religion", "Religion", "religion"), _code("first_language", "First language", "language", aliases=("language",)),
        _code("interpreter", "Interpreter", "interpreter"), _code("disability", "Disability", "disability"),
        Field(name="nationality", label="Nationality", longest=40),
        Field(name="known_as", label="Known as", longest=100, aliases=("alias", "nickname")),
        _code("asylum_status", "Asylum", "asylum"),
        Field(name="first_time_in_custody", label="First time in custody", kind=Kind.YES_NO),
        Field(name="home_outcode", label="Home outcode", longest=10, aliases=("postcode", "home postcode")),
        Field(name="home_area", label="Home area", kind=Kind.AREA, aliases=("local authority", "home authority", "area", "la"), personal=False),
        Field(name="release_on", label="Expected release", kind=Kind.DATE, aliases=("release date", "ard")),
        named["number"], named["number_kind"],
        Field(name="not_duplicate_of", label="Not the same child as", longest=400, hint="References here of records that are of other children"),
        Field(name="not_duplicate_because", label="Why it is another child", kind=Kind.WORDS, longest=2_000),
        *_stay(required=False),
    )  # fmt: skip


def _required(of: Field) -> Field:
    return Field(name=of.name, label=of.label, kind=of.kind, required=True, longest=of.longest, aliases=of.aliases)


def _placements() -> tuple[Field, ...]:
    return (
        _THEIR_NUMBER, *_person(), *_stay(required=True),
        Field(name="left", label="Left", kind=Kind.MOMENT, aliases=("date out", "left at", "departure", "discharge date")),
        _code("leaving_reason", "Why they left", "placement_end", aliases=("reason for leaving", "discharge reason")),
    )  # fmt: skip


def _incidents() -> tuple[Field, ...]:
    kinds = {kind: label for kind, label in _codes("incident_kind").items() if kind in RULES}
    roles = {role: label for role, label in _codes("involvement_role").items() if any(role in rules.roles for rules in RULES.values())}
    return (
        _THEIR_NUMBER,
        Field(
            name="kind", label="Kind", kind=Kind.CODE, codes=kinds, required=True, aliases=("incident type", "type", "category", "type of incident"),
            code_aliases={"fight": "assault", "self injury": "self_harm", "restraint": "use_of_force", "c and r": "use_of_force"},
            personal=False,
        ),
        Field(
            name="happened", label="When it happened", kind=Kind.MOMENT, required=True,
            aliases=("date", "incident date", "date of incident", "occurred", "date and time", "happened at"),
        ),
        Field(name="time", label="Time of day", kind=Kind.TIME, aliases=("incident time", "time of incident")),
        _place(), _code("place", "Place", "place", required=True, aliases=("location", "where")),
        Field(name="place_detail", label="Place in detail", longest=200), Field(name="unit", label="Unit", longest=60, aliases=("wing",)),
        Field(
            name="account", label="Account", kind=Kind.WORDS, required=True, longest=10_000,
            aliases=("description", "details", "narrative", "summary", "what happened"),
        ),
        Field(name="child_said", label="In their own words", kind=Kind.WORDS, longest=10_000),
        Field(name="immediate_action", label="What was done at once", kind=Kind.WORDS, longest=10_000, aliases=("action taken", "action")),
        _code("told_by", "Who told us", "reporter_kind", required=True, aliases=("reported by", "reporter")),
        _code("severity", "How serious", "severity", aliases=("seriousness",)),
        Field(name="closed", label="Closed", kind=Kind.YES_NO, hint="Yes where nothing more is to be done", aliases=("is closed",)),
        *_person(),
        Field(
            name="role", label="Part in it", kind=Kind.CODES, codes=roles, required=True, aliases=("role", "involvement"), personal=False,
            code_aliases={"victim": "harmed", "perpetrator": "alleged_to_have_harmed", "assailant": "alleged_to_have_harmed", "witness": "present"},
        ),
        Field(name="injuries", label="Injuries", kind=Kind.CODES, codes=_codes("injury"), aliases=("injury",)),
        _code("treatment", "Treatment", "treatment"),
        *_person("other_", " of the other young person"),
        Field(
            name="other_role", label="Part in it of the other young person", kind=Kind.CODES, codes=roles, personal=False,
            code_aliases={"victim": "harmed", "perpetrator": "alleged_to_have_harmed", "witness": "present"},
        ),
        Field(name="staff", label="Member of staff", longest=120, hint="A name or a staff number", aliases=("officer", "staff name")),
        *_answers(question for kind in RULES for question in walk(questions_of(kind, clock.today()).questions)),
    )  # fmt: skip


def _assessments() -> tuple[Field, ...]:
    allowed = {occasion for of in INSTRUMENTS.values() for occasion in of.occasions}
    occasions = {code: label for code, label in _codes("assessment_occasion").items() if code in allowed}
    return (
        _THEIR_NUMBER, *_person(),
        Field(
            name="completed_on", label="Completed on", kind=Kind.DATE, required=True, aliases=("date", "assessment date", "date completed")
        ),
        Field(
            name="instrument", label="Which assessment", kind=Kind.CODE, codes={of.id: of.title for of in INSTRUMENTS.values()}, personal=False,
            aliases=("form", "assessment type"), hint=f"{INSTRUMENTS[ASSET].title} where nothing is said",
        ),
        Field(
            name="occasion", label="Why it was done", kind=Kind.CODE, codes=occasions, aliases=("stage", "reason"), personal=False,
            hint="Not needed for an arrival screen",
        ),
        *_answers(question for of in INSTRUMENTS.values() for question in walk(workers_questions(of.questions(clock.today())))),
    )  # fmt: skip


_KINDS = {
    Asked.RADIOS: Kind.CODE, Asked.SELECT: Kind.CODE, Asked.RATING: Kind.CODE, Asked.YES_NO: Kind.CODE, Asked.CHECKBOXES: Kind.CODES,
    Asked.TEXT: Kind.TEXT, Asked.TEXTAREA: Kind.WORDS, Asked.DATE: Kind.DATE, Asked.NUMBER: Kind.NUMBER,
}  # fmt: skip


def _answers(questions: Iterable[Question]) -> list[Field]:
    """A field for each question; where several kinds ask the same one, with the options of all."""
    found: dict[str, Field] = {}
    for question in questions:
        kind = _KINDS.get(question.kind)
        if kind is None:
            continue
        before = found.get(question.name)
        codes = {**(before.codes if before else {}), **{option.value: option.label for option in question.options}}
        found[question.name] = Field(
            name=f"{ANSWER}{question.name}", label=question.short or question.label, kind=kind, codes=codes, longest=question.max_length or 10_000,
            aliases=_usual_names(question),
            code_aliases={"y": "yes", "n": "no", "true": "yes", "false": "no"} if {"yes", "no"} <= set(codes) else {},
        )  # fmt: skip
    return list(found.values())


def _usual_names(question: Question) -> tuple[str, ...]:
    words = question.name.replace("_", " ")
    return (words, f"{words.removesuffix(' rating')} score") if question.kind is Asked.RATING else (words,)


def answers_in(values: Mapping[str, object]) -> dict[str, object]:
    """What a row answers, by the names of questions, as they come by JSON."""
    return {name.removeprefix(ANSWER): _as_json(value) for name, value in values.items() if name.startswith(ANSWER)}


def _as_json(value: object) -> object:
    return value.isoformat() if hasattr(value, "isoformat") else value
