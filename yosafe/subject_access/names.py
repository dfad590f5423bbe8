"""The names of everybody else, taken out of what people typed. A name that is written small, or a child who is meant and not named, no rule finds:
somebody reads the files before they are given."""

import re
from collections.abc import Collection, Iterable
from typing import Any

from yosafe.db.engine import DB
from yosafe.people import tied
from yosafe.people.chronology import ties
from yosafe.people.hiding import Hidden

SOMEBODY = "another person"
RECORD = "another record"
# Words with a capital that name nobody where a name is asked for: "A night officer", "His mother". None that is a family name of many.
NO_NAMES = frozenset(
    {
        "a", "advocate", "an", "and", "another", "at", "aunt", "by", "chaplain", "child", "children", "counsellor", "dad", "desk", "doctor", "dr",
        "duty", "father", "for", "from", "governor", "grandmother", "he", "health", "her", "his", "in", "independent", "it", "manager", "miss",
        "mother", "mr", "mrs", "ms", "mum", "mx", "named", "night", "nurse", "of", "officer", "on", "our", "parent", "pc", "personal", "police",
        "prison", "probation", "sergeant", "services", "she", "social", "solicitor", "somebody", "someone", "staff", "teacher", "team", "the",
        "their", "they", "to", "uncle", "unit", "with", "witness", "worker", "yoi", "yot", "youth",
    }
)  # fmt: skip
_REF = re.compile(r"\b[A-Z]{2}-\d{6,12}\b", re.ASCII)

_NAMES = """
    SELECT concat_ws(' ', family_name, given_names, known_as) AS name FROM young_person WHERE id <> $1
    UNION SELECT concat_ws(' ', family_name, given_names) FROM other_name WHERE young_person <> $1
    UNION SELECT name FROM user_account
"""
_OWN = """
    SELECT concat_ws(' ', family_name, given_names, known_as) AS name FROM young_person WHERE id = $1
    UNION SELECT concat_ws(' ', family_name, given_names) FROM other_name WHERE young_person = $1
"""
# Of staff in incidents, those of restricted ones too: a name is taken out wherever it is written.
_STAFF = """
    SELECT s.name FROM incident_staff s JOIN involvement v USING (incident) WHERE v.young_person = $1
    UNION SELECT a.investigator FROM allegation a JOIN involvement v USING (incident) WHERE v.young_person = $1
"""


def texts_in(value: Any) -> Iterable[str]:
    """Every text in a value, however deep."""
    if isinstance(value, str):
        yield value
    elif isinstance(value, dict):
        for key, one in value.items():
            yield key
            yield from texts_in(one)
    elif isinstance(value, list | tuple):
        for one in value:
            yield from texts_in(one)


class Names:
    """What to take out of the texts about one young person. `refs` are the references that may stay."""

    def __init__(self, tied_ones: Hidden, others: Hidden, refs: Collection[str]) -> None:
        self._tied, self._others, self._refs = tied_ones, others, refs

    def out_of(self, value: Any) -> Any:
        """A value without names: texts, and texts in lists and objects."""
        if isinstance(value, str):
            return _REF.sub(self._ref, self._others.text(self._tied.text(value)))
        if isinstance(value, dict):
            return {self.out_of(key): self.out_of(one) for key, one in value.items()}
        if isinstance(value, list | tuple):
            return [self.out_of(one) for one in value]
        return value

    def _ref(self, found: re.Match[str]) -> str:
        return found[0] if found[0] in self._refs else RECORD


async def names_for(young_person: int, texts: Iterable[str], named: Iterable[str], refs: Collection[str]) -> Names:
    """The names that the texts may hold: of young people whom a record ties to this one, in whatever letters; of every other young person, of every
    user, of staff in incidents and of whoever else the records name (`named`), where they begin with a capital. Their own names stay."""
    written = " ".join(texts).casefold()
    own = [row["name"] for row in await DB.fetch(_OWN, young_person)]
    sure = [row["name"] for row in await DB.fetch(_NAMES, young_person)]
    staff = [row["name"] for row in await DB.fetch(_STAFF, young_person)]
    words = {word for name in sure for word in _words(name)} | {word for name in (*staff, *named) for word in name_words(name)}
    return Names(
        await tied.hidden_names(young_person, ties(young_person)),
        Hidden([word for word in words if word.casefold() in written], own, instead=SOMEBODY, capitals=True),
        refs,
    )


def name_words(typed: str | None) -> Iterable[str]:
    """The words of what was typed where a name was asked for that may be names: they have a capital, and are none of those that name nobody."""
    return (word for word in _words(typed) if not word[0].islower() and word.casefold() not in NO_NAMES)


def _words(name: str | None) -> Iterable[str]:
    """The words of a name, without the points and commas that stand between them."""
    parts = (part.strip(".'\"") for part in re.split(r"[\s\-,;/()]+", name or ""))
    return (part for part in parts if part)
