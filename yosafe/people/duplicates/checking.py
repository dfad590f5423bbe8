"""Whether someone may be added: not while they are very likely recorded already, unless it is said that those records are of other children."""

from yosafe.accounts.viewer import User
from yosafe.db.engine import plans_kept
from yosafe.errors import Conflict, FieldError, Invalid, NotFound
from yosafe.people.access import note_exact, same_identity, young_person_number, young_person_ref
from yosafe.people.schemas import AddYoungPerson, Identity
from yosafe.people.tables import YoungPerson
from yosafe.settings import Terminology

from . import queries
from .queries import Candidate
from .rules import REASON_NEEDED, Strength
from .schemas import LikelyOut, LookForDuplicates

ELSEWHERE = "exactly these names and this date of birth, in a record made elsewhere"


async def likely(by: User, wanted: LookForDuplicates, terminology: Terminology = "2002") -> LikelyOut:
    """Who may be recorded already, of those whom the user sees; and records made elsewhere by an exact match, for who may know of them (ADR 0003).
    Noted as seen."""
    async with plans_kept():
        found = await _candidates(by, wanted, terminology)
        elsewhere = _elsewhere(await same_identity(by, wanted), found)
        shown = await queries.shown(by, found) if found else []
        await note_exact(by, elsewhere)
    return LikelyOut(candidates=shown, elsewhere=[young_person_ref(one.id) for one in elsewhere])


async def not_duplicates(by: User, new: AddYoungPerson, identity: Identity) -> list[int]:
    """The records that may be of the same child and were said not to be, by number. Raises Invalid where nobody says why, Conflict with those who are
    very likely meant and were not named."""
    said = _said(new)
    found, exact = await _candidates(by, new), await same_identity(by, identity)
    meant = [one for one in found if one.likeness.strength is Strength.VERY_LIKELY and one.young_person not in said]
    elsewhere = [one for one in _elsewhere(exact, found) if one.id not in said]
    if meant or elsewhere:
        await _refuse(by, meant, elsewhere)
    return sorted(said & {*(one.young_person for one in found), *(one.id for one in exact)})


def _said(new: AddYoungPerson) -> set[int]:
    try:
        said = {young_person_number(one) for one in new.not_duplicate_of}
    except NotFound as refusal:
        raise Invalid([FieldError("not_duplicate_of", str(refusal))]) from None
    if said and not new.not_duplicate_because:
        raise Invalid([FieldError("not_duplicate_because", REASON_NEEDED)])
    return said


async def _candidates(by: User, wanted: AddYoungPerson | LookForDuplicates, terminology: Terminology = "2002") -> list[Candidate]:
    return await queries.candidates(by, queries.described(wanted, await queries.agencies_of(wanted)), terminology=terminology)


def _elsewhere(exact: list[YoungPerson], found: list[Candidate]) -> list[YoungPerson]:
    """Of the records that an exact match finds, those that the user does not see: they are not among the candidates."""
    seen = {one.young_person for one in found}
    return [one for one in exact if one.id not in seen]


async def _refuse(by: User, meant: list[Candidate], elsewhere: list[YoungPerson]) -> None:
    shown = await queries.shown(by, meant) if meant else []
    await note_exact(by, elsewhere)
    refs = [*(one.ref for one in shown), *(young_person_ref(one.id) for one in elsewhere)]
    told = [{"ref": young_person_ref(one.id), "strength": Strength.VERY_LIKELY.value, "reasons": [ELSEWHERE]} for one in elsewhere]
    raise Conflict(
        f"This young person is very likely recorded already: {' and '.join(refs)}. Use that record, or receive them if they have come to you. "
        "If this is another child, say that it is none of these, and why, and send it again.",
        candidates=[*shown, *told],
    )
