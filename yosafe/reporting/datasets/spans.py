"""What all reads of counts share: periods as rows of a query, and fixed labels."""

from collections.abc import Mapping, Sequence

from yosafe import clock
from yosafe.db.sql import Sql
from yosafe.reference.codes import code_list
from yosafe.reference.terms import in_terms
from yosafe.reporting.frames import Labels
from yosafe.reporting.periods import Period
from yosafe.settings import Terminology

RECORDED_AFTER = {"late": "Later than the next day", "soon": "On the same day or the next"}
# Whether something was recorded soon after its day, by days of London. Two categories: of more, most would be small, and hide each other.
SOON = "CASE WHEN ({at} AT TIME ZONE 'Europe/London')::date - {day} > 1 THEN 'late' ELSE 'soon' END"


def spans(periods: Sequence[Period]) -> Sql:
    """Rows of `key`, `since` and `until` as instants (the end not in it), `first` and `last` as days, named `s`."""
    return Sql(
        "unnest({}::text[], {}::timestamptz[], {}::timestamptz[], {}::date[], {}::date[]) AS s (key, since, until, first, last)",
        [one.key for one in periods], [clock.midnight(one.since) for one in periods],
        [clock.midnight(one.before_next) for one in periods], [one.since for one in periods], [one.until for one in periods],
    )  # fmt: skip


def fixed(labels: Mapping[str, str]) -> Labels:
    """Labels that stand in the code; {yot} and the like are said in the terminology."""
    return lambda terminology: {code: in_terms(text, terminology) for code, text in labels.items()}


def of_list(name: str, *, leave_out: Sequence[str] = ()) -> Labels:
    """The labels of a code list, of every code there ever was."""

    def labels(terminology: Terminology) -> Mapping[str, str]:
        return {code: label for code, label in code_list(name).labels(terminology=terminology).items() if code not in leave_out}

    return labels
