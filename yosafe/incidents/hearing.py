"""Who may read the child's own words about an incident that several children are in. Pure."""

from collections.abc import Iterable

# Whose own words the words of an incident can be.
SPEAKS = frozenset({"harmed", "hurt_self", "told_us", "complainant", "concerned"})


def may_hear(parts: Iterable[tuple[Iterable[str], bool]]) -> bool:
    """Whether a reader may read the child's own words: `parts` are the roles of everyone involved, and whether the reader may know of them. The words
    are those of the ones who were hurt or told; a reader who knows of none of these does not read them."""
    speakers = [seen for roles, seen in parts if SPEAKS & set(roles)]
    return any(speakers) or not speakers
