"""Adding a young person: first it is looked for whether they are recorded already, then what is known of them is asked."""

import datetime as dt
from collections.abc import Mapping, Sequence
from typing import Any

from litestar import Controller, get, post
from litestar.di import NamedDependency
from litestar.response import Redirect, Template
from msgspec.structs import replace

from yosafe import clock
from yosafe.accounts.viewer import User
from yosafe.errors import Conflict, FieldError, Invalid
from yosafe.forms.questions import Question
from yosafe.forms.read import Reading, asked, read, to_struct
from yosafe.reference.establishments import establishment
from yosafe.settings import Terminology
from yosafe.web.kit import AnyRequest, page, posted, see_other, terminology

from . import actions
from .access import young_person_number, young_person_ref
from .duplicates import checking
from .duplicates.rules import STRENGTHS
from .duplicates.schemas import CandidateOut, LikelyOut, LookForDuplicates
from .keep_apart import shown as keep_apart_shown
from .keep_apart.placing import CONFIRMED, Apart, apart_at
from .keep_apart.questions import CONFIRM
from .questions import ASKED_AS, BECAUSE, DETAILS, IDENTITY, LOOKED_FOR, PRISON_NUMBER, placement_for, placement_from
from .rules import number_faults
from .schemas import AddYoungPerson, Identity, Receive, RecordNumber

Form = Mapping[str, list[str]]
NOBODY = LikelyOut(candidates=[], elsewhere=[])
LONGEST_LIST = 40


class AddingPages(Controller):
    path = "/children"
    include_in_schema = False

    @get("/new", opt={"permission": "young-person:add"})
    async def ask_who(self, request: AnyRequest) -> Template:
        return _who(request, {}, ())

    @post("/new", opt={"permission": "young-person:add"}, status_code=200)
    async def search_first(self, request: AnyRequest, user: NamedDependency[User]) -> Template:
        """Whoever may be recorded already is shown before anyone is added; of them it is said that they are another child, and why."""
        form = await posted(request)
        reading = _looked_for(form)
        if reading.errors:
            return _who(request, reading.typed, reading.errors)
        if not form.get("none_of_these"):
            found = await checking.likely(user, _wanted(reading), terminology(request))
            return _matches(request, user, reading, found, {}) if found != NOBODY else _details(request, user, reading, form, {}, ())
        why = read((BECAUSE,), form)
        if why.errors:
            return _matches(request, user, reading, await checking.likely(user, _wanted(reading), terminology(request)), why.typed, why.errors)
        return _details(request, user, reading, form, {}, ())

    @post("/receive", opt={"permission": "placement:record"})
    async def receive(self, request: AnyRequest, user: NamedDependency[User]) -> Template | Redirect:
        form, terms = await posted(request), terminology(request)
        identity = _looked_for(form)
        if identity.errors:
            return _who(request, identity.typed, identity.errors)
        ref = next(iter(form.get("young_person", [])), "")
        reading = read((*placement_for(user), CONFIRM), form, terminology=terms)
        here = LikelyOut(candidates=[], elsewhere=[ref])
        try:
            placement = placement_from(user, reading.checked())
            receive = Receive(identity=to_struct(Identity, _only(identity, IDENTITY)), placement=placement, young_person=ref)
            young_person, _ = await actions.receive_young_person(by=user, receive=receive)
        except Invalid as refusal:
            apart = await _apart_from(user, ref, refusal)
            return _matches(request, user, identity, here, reading.typed, _on_questions(refusal), apart=apart)
        except Conflict as refusal:
            return _matches(request, user, identity, here, reading.typed, [FieldError("", str(refusal))], status=409)
        return see_other(f"/children/{young_person_ref(young_person.id)}?done=received")


async def add(request: AnyRequest, user: User) -> Template | Redirect:
    """Add a young person as a form describes them: the last step, whose address is that of the list."""
    form, terms = await posted(request), terminology(request)
    identity, placed = _looked_for(form), placement_for(user) if user.establishment else ()
    if identity.errors:
        return _who(request, identity.typed, identity.errors)
    why = (BECAUSE,) if _named(form) else ()
    reading = read((*DETAILS, *placed, *why), form, terminology=terms)
    try:
        answers = {**identity.answers, **reading.checked()}
        young_person = await actions.add_young_person(by=user, new=_new(user, answers, form))
    except Invalid as refusal:
        return _details(request, user, identity, form, reading.typed, _on_questions(refusal))
    except Conflict as refusal:
        return _details(request, user, identity, form, reading.typed, [FieldError("", str(refusal))], refusal=refusal)
    return see_other(f"/children/{young_person_ref(young_person.id)}?done=added")


def _looked_for(form: Form) -> Reading:
    """Who is meant, with a number that is one where there is any."""
    reading = read(LOOKED_FOR, form)
    number = reading.answers.get(PRISON_NUMBER.name)
    faults = number_faults("prison", number, agency=None) if number else []
    return replace(reading, errors=(*reading.errors, *(FieldError(PRISON_NUMBER.name, fault.message) for fault in faults)))


def _only(reading: Reading, questions: Sequence[Question]) -> dict[str, Any]:
    names = {question.name for question in questions}
    return {name: value for name, value in reading.answers.items() if name in names}


def _numbers(answers: Mapping[str, Any]) -> list[RecordNumber]:
    number = answers.get(PRISON_NUMBER.name)
    return [RecordNumber(kind="prison", value=number)] if number else []


def _wanted(reading: Reading) -> LookForDuplicates:
    return replace(to_struct(LookForDuplicates, _only(reading, IDENTITY), IDENTITY), numbers=_numbers(reading.answers))


def _named(form: Form) -> list[str]:
    """References of those of whom it was said that they are another child."""
    return [ref[:20] for ref in form.get("not_duplicate_of", []) if ref.strip()][:LONGEST_LIST]


def _on_questions(refusal: Invalid) -> list[FieldError]:
    return [FieldError(ASKED_AS.get(fault.key, fault.key), fault.message) for fault in refusal.errors]


def _new(user: User, answers: dict[str, Any], form: Form) -> AddYoungPerson:
    placement = placement_from(user, answers) if user.establishment else None
    fields = {field: value for field, value in answers.items() if field in AddYoungPerson.__struct_fields__}
    new = to_struct(AddYoungPerson, fields, (*IDENTITY, *DETAILS, BECAUSE))
    return replace(new, placement=placement, numbers=_numbers(answers), not_duplicate_of=_named(form))


def _who(request: AnyRequest, values: Any, errors: Sequence[FieldError]) -> Template:
    return page("people/who.html", request, status=422 if errors else 200, asked=LOOKED_FOR, values=values, errors=errors)


def _identity(reading: Reading) -> dict[str, Any]:
    born = dt.date.fromisoformat(reading.answers["date_of_birth"])
    return {"identity": reading.answers, "born": born, "hidden_identity": _as_posted(reading)}


def _as_posted(reading: Reading) -> dict[str, str]:
    """The identity again, as hidden fields."""
    day = reading.typed["date_of_birth"]
    parts = {f"date_of_birth-{part}": text for part, text in day.items()} if isinstance(day, dict) else {"date_of_birth": str(day)}
    number = reading.answers.get(PRISON_NUMBER.name)
    known = {"family_name": reading.answers["family_name"], "given_names": reading.answers["given_names"]}
    return {**known, **parts, **({PRISON_NUMBER.name: number} if number else {})}


def _matches(
    request: AnyRequest, user: User, reading: Reading, found: LikelyOut, values: Any, errors: Sequence[FieldError] = (), *,
    status: int = 0, apart: Sequence[Apart] = (),
) -> Template:  # fmt: skip
    """Who may be meant. A record made elsewhere shows its reference, and what was typed: nothing more. `apart`: people held here from whom whoever is
    received must be kept."""
    questions = (*placement_for(user), CONFIRM) if apart else placement_for(user)
    return page(
        "people/matches.html", request, status=status or (422 if errors else 200), **_identity(reading),
        likely=found.candidates, elsewhere=found.elsewhere, named=[*(one.ref for one in found.candidates), *found.elsewhere], place=establishment,
        strengths=STRENGTHS, asked=_put(questions, terminology(request)), because=(BECAUSE,), values=values, errors=errors,
        apart=apart, apart_shown=keep_apart_shown,
    )  # fmt: skip


async def _apart_from(user: User, ref: str, refusal: Invalid) -> Sequence[Apart]:
    """Whom the young person who was found must be kept apart from here, where that is what was refused."""
    if not (user.establishment and ref and any(fault.key == CONFIRMED for fault in refusal.errors)):
        return ()
    return await apart_at(user, young_person_number(ref), user.establishment)


def _details(
    request: AnyRequest, user: User, reading: Reading, form: Form, values: Any, errors: Sequence[FieldError], *, refusal: Conflict | None = None
) -> Template:
    """What is known of them. After a `refusal` those who are very likely meant are shown, and it is asked why it is none of them."""
    terms = terminology(request)
    placed = _put(placement_for(user), terms) if user.establishment else ()
    suggested = {"home_area": user.area} if user.area else {}
    meant = [one for one in refusal.candidates if isinstance(one, CandidateOut)] if refusal else []
    told = [str(one["ref"]) for one in refusal.candidates if isinstance(one, dict)] if refusal else []
    named = list(dict.fromkeys([*_named(form), *(one.ref for one in meant), *told]))
    why = (BECAUSE,) if named and (refusal or any(fault.key == BECAUSE.name for fault in errors)) else ()
    return page(
        "people/details.html", request, status=409 if refusal else 422 if errors else 200, **_identity(reading), likely=meant, strengths=STRENGTHS,
        place=establishment, named=named, because=why, said=next(iter(form.get(BECAUSE.name, [])), ""),
        asked=_put(DETAILS, terms), placed=placed, values=values or suggested, errors=errors,
        where=establishment(user.establishment).name if user.establishment else None,
    )  # fmt: skip


def _put(questions: Sequence[Question], terms: Terminology) -> tuple[Question, ...]:
    return asked(questions, {}, on=clock.today(), terminology=terms)
