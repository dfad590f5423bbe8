"""What a definition of a report can name, for the reference: reports, datasets with their views and categories, published figures."""

from collections.abc import Callable

from .comparators import comparators
from .definitions import find
from .frames import Dataset, datasets

Table = Callable[[list[str], list[list[str]]], str]
COMBINED = {
    "sum": "the sum of its months", "people": "counted anew for each period: people are counted once",
    "last": "as it is on the last day of the period",
}  # fmt: skip


def describe(made: str, table: Table) -> str:
    """The whole page."""
    parts = [
        f"# Reports\n\n{made}What can stand in a report. `docs/how-to/write-your-own-report.md` says how to write one.\n",
        "## Reports that come with yosafe\n\n" + table(
            ["name", "title", "for", "roles", "periods"],
            [[f"`{one.name}`", one.title, ", ".join(one.kinds), ", ".join(one.roles), ", ".join(one.spans)] for one in find(None).reports.values()],
        ),
        *(_dataset(one, table) for one in sorted(datasets().values(), key=lambda one: one.id)),
        "## Published figures\n\n" + table(
            ["`beside`", "what was published", "source"], [[f"`{one.id}`", one.words, one.source] for one in comparators().values()]
        ),
    ]  # fmt: skip
    return "\n".join(parts)


def _dataset(one: Dataset, table: Table) -> str:
    views = [
        [f"`{view.id}`", view.title, ", ".join(f"`{name}`" for name in (view.stacked or (view.rows, view.columns)) if name)] for view in one.views
    ]
    axes = [[f"`{axis.id}`", axis.title, ", ".join(f"`{code}` {label}" for code, label in axis.labels("2002").items())] for axis in one.axes]
    rated = " A rate for 100 held a year can be shown." if one.rated else ""
    facts = f"{one.population}. For {', '.join(sorted(one.kinds))}. A longer period is {COMBINED[one.combine]}.{rated} {' '.join(one.counted)}"
    tables = f"{table(['view', 'what', 'categories of'], views)}\n{table(['categories', 'title', 'codes'], axes)}"
    return f"## Dataset `{one.id}`: {one.title}\n\n{facts}\n\n{tables}"
