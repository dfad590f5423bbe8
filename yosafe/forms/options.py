"""What can be chosen: options written in a question, or the codes of a reference list."""

import datetime as dt

from msgspec import Struct

from yosafe.reference.codes import code_lists


class Option(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True, omit_defaults=True):
    """One answer that can be chosen. `exclusive` ones can't be ticked together with others ("None of these"). `since` and `until` are its first
    and last day; one that has ended still gives old answers their words."""

    value: str
    label: str
    hint: str | None = None
    exclusive: bool = False
    since: dt.date | None = None
    until: dt.date | None = None

    def is_valid_on(self, day: dt.date) -> bool:
        return (self.since is None or self.since <= day) and (self.until is None or day <= self.until)


def options_of_code_list(name: str) -> tuple[Option, ...]:
    """Every code of a list, retired ones too; its code `none` is exclusive.

    Raises ValueError, naming the lists that there are, for one that is not there."""
    try:
        codes = code_lists()[name].codes
    except KeyError:
        raise ValueError(f"there is no code list “{name}”: use one of {', '.join(sorted(code_lists()))}") from None
    return tuple(Option(value=c.code, label=c.wording, hint=c.hint or None, exclusive=c.code == "none", since=c.since, until=c.until) for c in codes)
