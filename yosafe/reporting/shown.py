"""How the numbers of a report read, the same on a page, in a PDF and in the column `shown` of data files. Pure."""

from .schemas import CellOut, ContentOut

WHY = {"hidden": "Hidden", "too_few": "Too few", "none": ""}


def number(cell: CellOut) -> str:
    """A cell in words: "1,204", "38%", "12.5", or why there is none."""
    if cell.value is None:
        return WHY[cell.state]
    match cell.measure:
        case "count":
            return f"{cell.value:,.0f}"
        case "share":
            return percent(cell)
        case "points":
            return points(cell.value)
        case "auc":
            return f"{cell.value:.2f}"
    return f"{cell.value:,.1f}"


def points(value: float) -> str:
    """Percentage points with their sign."""
    return f"{round(value):+d}" if round(value) else "0"


def percent(cell: CellOut, value: float | None = None) -> str:
    """A share as whole per cent."""
    of = cell.value if value is None else value
    return WHY[cell.state] if of is None else f"{100 * of:.0f}%"


def interval(cell: CellOut) -> str:
    """ "31% to 45%", or nothing where a cell has none."""
    if cell.value is None or cell.low is None or cell.high is None:
        return ""
    if cell.measure == "share":
        return f"{percent(cell, cell.low)} to {percent(cell, cell.high)}"
    if cell.measure == "auc":
        return f"{cell.low:.2f} to {cell.high:.2f}"
    if cell.measure == "points":
        return f"{points(cell.low)} to {points(cell.high)}"
    return f"{cell.low:,.1f} to {cell.high:,.1f}"


def about(content: ContentOut) -> list[tuple[str, str]]:
    """What has to be known of the whole: for whom, of when, as at, by what and whom."""
    from yosafe import words

    return [
        ("For", content.agency_name), ("Period", content.period_words), ("Records as at", words.instant(content.as_at)),
        ("Built by", content.built_by), ("Made with", f"yosafe {content.version}, definition {content.definition[:12]}"),
    ]  # fmt: skip
