"""What there is to know about a file that was read: all that was left out or guessed, with counts and places."""

from collections.abc import Iterable, Sequence

from .dialect import COMMON, NAMES
from .foreign import Opened
from .structs import Found

_SHOWN = 5


def remarks(tables: Sequence[Found], chosen: int, opened: Opened, *, plain: bool, chosen_by_caller: bool, sheet_named: bool) -> tuple[str, ...]:
    """One sentence for each, in the order in which a reader of the file would meet them."""
    found = tables[chosen]
    return (
        *(_of_sheets(opened) if not sheet_named else ()),
        *_of_tables(tables, chosen, chosen_by_caller),
        *_of_start(found),
        *_of_rows(found),
        *_of_file(opened),
        *_of_width(found, plain),
    )


def _of_sheets(opened: Opened) -> Iterable[str]:
    others = [sheet for sheet in opened.sheets if sheet.name != opened.sheet and sheet.rows]
    if others:
        names = _listed([f"“{sheet.name}”{' (hidden)' if sheet.hidden else ''}" for sheet in others])
        yield f"Only the sheet “{opened.sheet}” was read, the largest. Not read: {names}. Choose another sheet if that is wrong."


def _of_tables(tables: Sequence[Found], chosen: int, by_caller: bool) -> Iterable[str]:
    if len(tables) > 1:
        found = tables[chosen]
        where = ", ".join(
            f"{n} from row {t.start.header[0] if t.start.header else t.start.first:,} ({t.rows:,} rows)" for n, t in enumerate(tables[:20], 1)
        )
        kept = f"Only number {chosen + 1} was read{'' if by_caller else ', the one with the most rows'}: {found.rows:,} rows."
        yield f"It holds {len(tables):,} tables: {where}. {kept}" + ("" if by_caller else " Choose another table if that is wrong.")


def _of_start(found: Found) -> Iterable[str]:
    start = found.start
    if start.preamble:
        yield f"{_counted(len(start.preamble), 'row')} above the table left out: {_rows(start.preamble)}."
    if not start.header:
        yield "No row names the columns, so they are called “column 1” and so on here. Say which row does if that is wrong."
    elif len(start.header) > 1:
        further = "the first names the columns, the others say more of them" if start.labels else "each column's name was put together from them"
        yield f"{len(start.header)} header rows ({_rows(start.header)}): {further}."
    for at in start.nameless[:_SHOWN]:
        yield f"Column {at} has no name; it is called “{start.columns[at - 1]}” here."
    if len(start.nameless) > _SHOWN:
        yield f"{len(start.nameless) - _SHOWN:,} more columns have no name; they are called by their place."
    if start.hidden:
        places = _listed([str(at) for at in start.hidden])
        yield f"Characters that can't be shown were left out of the name of column{'' if len(start.hidden) == 1 else 's'} {places}."
    if start.renamed:
        names = _listed([f"“{name}”" for name in start.renamed])
        yield f"Columns have the same name: {names}. The first keeps it; the others have a number after it here."


def _of_rows(found: Found) -> Iterable[str]:
    width = len(found.start.columns)
    if found.blank:
        yield f"{_counted(found.blank, 'empty row')} left out."
    if found.footer:
        yield f"{_counted(len(found.footer), 'row')} of notes below the table left out: {_rows(found.footer)}."
    if found.faults:
        more = f" and {found.faults - len(found.wrong):,} more" if found.faults > len(found.wrong) else ""
        do = "does" if found.faults == 1 else "do"
        what = f"{do} not have {_counted(width, 'cell')} as the header has, or {do} not close quotation marks"
        yield f"{_counted(found.faults, 'row')} {what}: {_rows(found.wrong)}{more}."


def _of_file(opened: Opened) -> Iterable[str]:
    if opened.formulas:
        yield f"{_counted(opened.formulas, 'formula')}: the values last worked out were read, nothing was worked out again."
    if opened.macros:
        yield "It holds macros. None was run."
    for name, count in list(opened.missing.items())[:_SHOWN]:
        yield f"Column “{name}”: {_counted(count, 'cell')} with a code that the file declares as missing, read as empty."
    if len(opened.missing) > _SHOWN:
        rest = list(opened.missing.values())[_SHOWN:]
        yield f"{len(rest):,} more columns have {_counted(sum(rest), 'cell')} declared as missing, read as empty."


def _of_width(found: Found, plain: bool) -> Iterable[str]:
    if plain and len(found.start.columns) == 1 and found.rows:
        yield "Only one column was found. The delimiters tried were " + ", ".join(NAMES[delimiter] for delimiter in COMMON) + " and some rarer ones."


def _counted(count: int, noun: str) -> str:
    return f"{count:,} {noun}{'' if count == 1 else 's'}"


def _rows(numbers: Sequence[int]) -> str:
    """Rows by their numbers, those that follow one another as a span."""
    spans: list[list[int]] = []
    for number in numbers:
        if spans and number == spans[-1][1] + 1:
            spans[-1][1] = number
        else:
            spans.append([number, number])
    shown = [f"{a:,}" if a == b else f"{a:,} to {b:,}" for a, b in spans[:_SHOWN]]
    return f"row{'' if len(numbers) == 1 else 's'} " + ", ".join(shown) + (" and more" if len(spans) > _SHOWN else "")


def _listed(names: Sequence[str]) -> str:
    return ", ".join(names[:10]) + (f" and {len(names) - 10:,} more" if len(names) > 10 else "")
