"""The recorded facts that a question of a survey may be set beside, as data. A questionnaire's file names them (`recorded` of a question)."""

from enum import StrEnum

from msgspec import Struct

from yosafe.errors import NotFound
from yosafe.reference.codes import code_list
from yosafe.words import plural

FAMILY = "family"
SHOWN_FROM = 5


class Period(StrEnum):
    """Over what time a question asks: since they came here, in the month of the survey, or how it stands."""

    HERE = "here"
    MONTH = "month"
    STANDS = "stands"


class Happened(Struct, frozen=True, kw_only=True):
    """An incident of one of the kinds there, in which the young person has one of the roles. `when` narrows by an answer: its name and the values.
    `without`: incidents of which nobody with such a role is to be expected, by an answer in the same way."""

    kinds: tuple[str, ...]
    roles: tuple[str, ...]
    when: tuple[str, tuple[str, ...]] | None = None
    without: tuple[str, tuple[str, ...]] | None = None


class InTouch(Struct, frozen=True, kw_only=True):
    """A contact that took place with one of these, in one of the ways."""

    whom: tuple[str, ...]
    kinds: tuple[str, ...]


class Stands(Struct, frozen=True, kw_only=True):
    """Something that the record says of the young person: conditions on `yp`. `known` is false where the record does not say."""

    so: str
    known: str


class Fact(Struct, frozen=True, kw_only=True):
    """`recorded` is read after "Young people who"; `counted` says how it is found. A fact `within` another is of some of the same young people."""

    id: str
    recorded: str
    counted: str
    period: Period
    found: Happened | InTouch | Stands
    within: str = ""


_TOOK_PLACE = tuple(code.code for code in code_list("contact_kind").codes if code.group != "missed")
_SEEN = tuple(code.code for code in code_list("contact_kind").codes if code.group == "face_to_face")
_FAMILY = tuple(code.code for code in code_list("contact_with").codes if code.group == FAMILY)
_CARE = "SELECT FROM care_period c WHERE c.young_person = yp.id AND c.status"

FACTS: dict[str, Fact] = {
    fact.id: fact
    for fact in (
        Fact(
            id="harmed-by-children", recorded="were assaulted or bullied", period=Period.HERE,
            counted="Someone who was harmed in an assault or in bullying recorded here. Taking part in a fight is not counted.",
            found=Happened(kinds=("assault", "bullying"), roles=("harmed",), without=("assault_kind", ("on_staff",))),
        ),
        Fact(
            id="assaulted-by-children", recorded="were assaulted", period=Period.HERE, within="harmed-by-children",
            counted="Someone who was harmed in an assault recorded here. Taking part in a fight is not counted.",
            found=Happened(kinds=("assault",), roles=("harmed",), without=("assault_kind", ("on_staff",))),
        ),
        Fact(
            id="sexually-assaulted", recorded="were sexually assaulted", period=Period.HERE, within="assaulted-by-children",
            counted="Someone who was harmed in an assault recorded here as sexual.",
            found=Happened(kinds=("assault",), roles=("harmed",), when=("assault_kind", ("sexual",))),
        ),
        Fact(
            id="hurt-by-staff", recorded="were the subject of an allegation against staff", period=Period.HERE,
            counted="Someone who was harmed, or whom it is about, in an allegation against staff recorded here, whatever was found.",
            found=Happened(kinds=("staff_allegation",), roles=("harmed", "concerned")),
        ),
        Fact(
            id="assaulted-by-staff", recorded="were said to be hit or hurt by staff", period=Period.HERE, within="hurt-by-staff",
            counted="Someone harmed, or whom it is about, in an allegation recorded here that staff hit or hurt them, or used too much force.",
            found=Happened(kinds=("staff_allegation",), roles=("harmed", "concerned"), when=("alleged", ("hit", "force"))),
        ),
        Fact(
            id="held-by-force", recorded="were held by force", period=Period.HERE,
            counted="Someone whom a use of force recorded here is about.",
            found=Happened(kinds=("use_of_force",), roles=("concerned",)),
        ),
        Fact(
            id="complained", recorded="complained", period=Period.HERE,
            counted="Someone who made a complaint recorded here.",
            found=Happened(kinds=("complaint",), roles=("complainant",)),
        ),
        Fact(
            id="hurt-self", recorded="hurt themselves", period=Period.HERE,
            counted="Someone who hurt themselves in an incident recorded here.",
            found=Happened(kinds=("self_harm",), roles=("hurt_self",)),
        ),
        Fact(
            id="visited", recorded="were visited by family or a friend that month", period=Period.MONTH,
            counted="Someone of whom a visit from family, a partner or a friend is recorded in that month.",
            found=InTouch(whom=_FAMILY, kinds=_SEEN),
        ),
        Fact(
            id="yot-in-touch", recorded="heard from their {yot} that month", period=Period.MONTH,
            counted="Someone of whom a contact with the {yot} that took place is recorded in that month.",
            found=InTouch(whom=("yot",), kinds=_TOOK_PLACE),
        ),
        Fact(
            id="in-care-ever", recorded="are or were in care", period=Period.STANDS,
            counted="Someone whose record has a time as looked after, as a care leaver or formerly in care.",
            found=Stands(
                so=f"EXISTS ({_CARE} IN ('looked_after', 'care_leaver', 'formerly_in_care'))",
                known=f"EXISTS ({_CARE} <> 'not_known')",
            ),
        ),
        Fact(
            id="first-time", recorded="are in custody for the first time", period=Period.STANDS,
            counted="Someone whose record says that it is their first time in custody.",
            found=Stands(so="yp.first_time_in_custody IS TRUE", known="yp.first_time_in_custody IS NOT NULL"),
        ),
    )
}  # fmt: skip


def fact(fact_id: str) -> Fact:
    """Raises NotFound for one that there is not."""
    if fact_id not in FACTS:
        raise NotFound(f"There is no recorded fact {fact_id}. There are: {', '.join(FACTS)}.")
    return FACTS[fact_id]


def lacking_words(of: Fact, *, lacking: int, among: int) -> str:
    """How many records are missing what is needed to say it; small numbers are not told."""
    match of.found:
        case Happened():
            if among < SHOWN_FROM:
                return f"Fewer than {SHOWN_FROM} such records, so how many of them lack something is not told."
            return f"{_many(lacking).capitalize()} of {plural(among, 'such record')} {_does(lacking, 'names', 'name')} no young person in that part."
        case InTouch():
            return f"Of {_many(lacking)} of {among:,} held, nothing of anybody's contact is recorded that month."
    return f"Of {_many(lacking)} of {among:,} held, the record does not say."


def _many(number: int) -> str:
    return f"{number:,}" if number >= SHOWN_FROM else f"fewer than {SHOWN_FROM}"


def _does(number: int, one: str, many: str) -> str:
    return one if number == 1 else many
