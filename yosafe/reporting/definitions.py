"""Definitions of reports: a folder each, with `report.toml` (for whom, of which periods, which figures) and `report.md` (their order and the words
around them). Those that come with yosafe lie in `reports/`; `YOSAFE_REPORTS_DIR` names a folder with an installation's own, which need no Python.

Whatever is wrong with one is said with its file, line and remedy.
"""

import hashlib
import re
import tomllib
from collections.abc import Iterator, Mapping, Sequence
from difflib import get_close_matches
from functools import cache
from pathlib import Path
from typing import Any, Literal

import msgspec
from msgspec import Struct

import yosafe
from yosafe.accounts.permissions import PERMISSIONS, ROLES_OF, AgencyKind, Role
from yosafe.errors import FieldError, Invalid
from yosafe.reference.terms import TERM, catalogue

from .frames import Dataset, datasets
from .periods import Span
from .schemas import BlockOut, ChartKind, PlaceOut

OURS = Path(yosafe.__file__).parents[1] / "reports"
NAME = re.compile(r"[a-z][a-z0-9-]{1,38}[a-z0-9]", re.ASCII)
MOST_SECTIONS, MOST_WORDS = 40, 20_000
_PLACE = re.compile(r"\{([a-z0-9-]+)\}\s*", re.ASCII)


class Section(Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """A figure of a report: a view of a dataset; or the latest survey beside published figures (`survey`) or beside what is recorded (`against`);
    or the audit of flags or of risk models (`audit`). `share` names categories whose share is shown, called `share_title`; `rate`: for 100 held a
    year; `trend`: by period up to this one; `beside`: published figures to set it beside. `by_place`: a row for each establishment, of the categories
    in `only` or the `line` of the view."""

    id: str
    title: str
    dataset: str = ""
    view: str = ""
    chart: ChartKind = "bars"
    share: tuple[str, ...] = ()
    share_title: str = ""
    rate: bool = False
    trend: bool = False
    beside: tuple[str, ...] = ()
    survey: str = ""
    against: str = ""
    audit: Literal["", "flags", "groups", "models"] = ""
    by_place: bool = False
    only: tuple[str, ...] = ()
    line: str = ""


class _File(Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    title: str
    about: str
    for_: tuple[AgencyKind, ...] = msgspec.field(name="for")
    roles: tuple[Role, ...]
    periods: tuple[Span, ...]
    section: tuple[Section, ...]
    words: tuple[PlaceOut, ...] = ()


class Definition(Struct, frozen=True, kw_only=True):
    """A report that can be built. `places`: for words that people type and sign. `digest` is of its two files."""

    name: str
    title: str
    about: str
    kinds: tuple[AgencyKind, ...]
    roles: tuple[Role, ...]
    spans: tuple[Span, ...]
    sections: tuple[Section, ...]
    places: tuple[PlaceOut, ...]
    blocks: tuple[BlockOut, ...]
    digest: str


class Faulty(Invalid):
    """A definition that can't be used."""


class _Text:
    """A file with the line on which a thing stands, for refusals."""

    def __init__(self, path: Path) -> None:
        self.path = path
        try:
            self.text = path.read_text("utf-8")
        except FileNotFoundError:
            raise Faulty(f"{path.parent.name}/{path.name}: is missing. A report is a folder with report.toml and report.md.") from None
        except (OSError, UnicodeDecodeError) as fault:
            raise Faulty(f"{path.parent.name}/{path.name}: can't be read ({type(fault).__name__}). Check that it is text in UTF-8.") from None
        self.lines = self.text.splitlines()

    def fault(self, line: int, message: str) -> Faulty:
        return Faulty([FieldError(f"{self.path.parent.name}/{self.path.name}, line {line}", message)])

    def line_of(self, key: str, section: int | None = None, kind: str = "section") -> int:
        """Where a key is given: at the top, or in the section, or the place of words, of that number from 0."""
        heads = [(n, line.strip()) for n, line in enumerate(self.lines, 1) if line.strip().startswith("[[")]
        if section is None:
            start, end = 1, heads[0][0] if heads else len(self.lines) + 1
        else:
            own = [at for at, (_, line) in enumerate(heads) if line.startswith(f"[[{kind}]]")]
            at = own[section] if section < len(own) else None
            start = 1 if at is None else heads[at][0]
            end = len(self.lines) + 1 if at is None or at + 1 == len(heads) else heads[at + 1][0]
        found = (n for n in range(start, end) if re.match(rf"\s*\"?{re.escape(key)}\"?\s*=", self.lines[n - 1]))
        return next(found, start)


def read_definition(folder: Path) -> Definition:
    """The report of a folder. Raises Faulty."""
    toml, words = _Text(folder / "report.toml"), _Text(folder / "report.md")
    if not NAME.fullmatch(folder.name):
        raise Faulty(f"{folder.name}: name the folder in small letters, digits and hyphens, 3 to 40 of them, for example wing-paper.")
    given = _decoded(toml)
    ids = [section.id for section in given.section]
    for number, section in enumerate(given.section):
        if ids.index(section.id) != number:
            raise toml.fault(toml.line_of("id", number), f"There are two sections “{section.id}”. Give each an id of its own.")
        _check_section(toml, number, section, given)
    places = [place.id for place in given.words]
    for number, place in enumerate(given.words):
        _check_words(toml, place, [*ids, *places[:number]])
    return Definition(
        name=folder.name, title=given.title, about=given.about, kinds=given.for_, roles=given.roles, spans=given.periods, sections=given.section,
        places=given.words, blocks=tuple(_blocks(words, ids, places)), digest=hashlib.sha256(f"{toml.text}\0{words.text}".encode()).hexdigest(),
    )  # fmt: skip


def _decoded(file: _Text) -> _File:
    try:
        raw = tomllib.loads(file.text)
    except tomllib.TOMLDecodeError as fault:
        line = re.search(r"line (\d+)", str(fault))
        raise file.fault(int(line[1]) if line else len(file.lines), f"Not readable as TOML ({fault}). Mend it.") from None
    try:
        found = msgspec.convert(raw, _File)
    except msgspec.ValidationError as fault:
        line_no, message = _where(file, str(fault))
        raise file.fault(line_no, message) from None
    for key, given, most in (("title", found.title, 120), ("about", found.about, 500)):
        if not 0 < len(given.strip()) <= most:
            raise file.fault(file.line_of(key), f"Write {key} in up to {most} characters")
    for key, many in (("for", found.for_), ("roles", found.roles), ("periods", found.periods)):
        if not many:
            raise file.fault(file.line_of(key), f"Name at least one in “{key}”")
    _check_roles(file, found)
    _check_terms(file)
    if not 0 < len(found.section) <= MOST_SECTIONS:
        raise file.fault(1, f"A report has 1 to {MOST_SECTIONS} sections, each under [[section]]")
    return found


def _check_roles(file: _Text, given: _File) -> None:
    """Raise Faulty for a role that no agency has that it is for, or an agency of which nobody may see it."""
    for role in given.roles:
        if not any(role in _readers(kind) for kind in given.for_):
            there = sorted({one.value for kind in given.for_ for one in _readers(kind)})
            raise file.fault(
                file.line_of("roles"), f"In {', '.join(given.for_)} nobody who is {role.value} reads reports. Choose from {', '.join(there)}"
            )
    for kind in given.for_:
        if not _readers(kind) & {*given.roles}:
            there = sorted(one.value for one in _readers(kind))
            raise file.fault(file.line_of("roles"), f"It is for {kind.value}, and for none of its roles. Add one of {', '.join(there)}")


def _readers(kind: AgencyKind) -> set[Role]:
    """The roles in which someone of such an agency reads reports."""
    return {role for role in ROLES_OF[kind] if "report:read" in PERMISSIONS[role]}


def _check_terms(file: _Text) -> None:
    """Raise Faulty for a term in braces that there is not; it would be found when the report is shown, by whoever looks at the list."""
    for number, line in enumerate(file.lines, 1):
        if _PLACE.fullmatch(line.strip()) and file.path.suffix == ".md":
            continue
        for name in (found[1].lower() for found in TERM.finditer(line)):
            if name not in catalogue("2002"):
                near = get_close_matches(name, catalogue("2002"), n=1)
                meant = f"Write {{{near[0]}}}" if near else "docs/reference/terms.md lists those there are. Write one of them"
                raise file.fault(number, f"There is no term “{name}”. {meant}, or take the braces away")


def _where(file: _Text, said: str) -> tuple[int, str]:
    """The line and words of what msgspec found: "Invalid enum value 'x' - at `$.section[1].chart`"."""
    path = re.search(r"`\$\.?([^`]*)`", said)
    number = re.search(r"(section|words)\[(\d+)\]", path[1]) if path else None
    unknown = re.search(r"field `(\w+)`", said)
    names = re.findall(r"[a-z_]+", path[1]) if path else []
    key = unknown[1] if unknown else (names[-1] if names else "")
    words = said.split(" - at ")[0]
    remedy = "Take it away or mend its name" if "unknown field" in said else "Put in what is missing" if "missing required" in said else "Mend it"
    kind = re.match(r"(section|words)\[", path[1]) if path else None
    at = _one_with(file, key, kind[1]) if kind and number is None else (int(number[2]) if number else None)
    return file.line_of(key, at, kind[1] if kind else "section"), f"{words}. {remedy}; docs/reference/reports.md lists what can stand there"


def _one_with(file: _Text, key: str, kind: str) -> int | None:
    """The first section, or place of words, that has a key, by number."""
    at, inside = -1, False
    for line in file.lines:
        if line.strip().startswith("[["):
            inside = line.strip().startswith(f"[[{kind}]]")
            at += inside
        if inside and re.match(rf"\s*{re.escape(key)}\s*=", line):
            return at
    return 0 if at >= 0 else None


def _check_section(file: _Text, number: int, section: Section, given: _File) -> None:
    def fault(key: str, message: str) -> Faulty:
        return file.fault(file.line_of(key, number), message)

    if not re.fullmatch(r"[a-z][a-z0-9-]{0,38}", section.id):
        raise fault("id", "Write the id in small letters, digits and hyphens")
    if not section.title.strip():
        raise fault("title", "Give the section a title")
    if section.survey or section.against or section.audit:
        _check_survey(fault, section, given)
        return
    known = datasets()
    if section.dataset not in known:
        raise fault("dataset", f"There is no dataset “{section.dataset}”. Choose one of {', '.join(sorted(known))}")
    dataset = known[section.dataset]
    unread = [kind.value for kind in given.for_ if kind not in dataset.kinds]
    if unread:
        raise fault("dataset", f"“{dataset.id}” can't be read for {', '.join(unread)}. It can for {', '.join(sorted(dataset.kinds))}")
    if dataset.grain == Span.QUARTER and Span.MONTH in given.periods:
        raise fault("dataset", f"“{dataset.id}” is of a quarter or longer, and this report can be of a month. Take one away")
    views = {view.id: view for view in dataset.views}
    if section.view not in views:
        raise fault("view", f"“{dataset.id}” has no view “{section.view}”. Choose one of {', '.join(views)}")
    if AgencyKind.INSPECTORATE in given.for_ and not section.by_place:
        raise fault("view", "An inspectorate sees many establishments, and no sum of them. Add by_place = true")
    _check_measures(fault, section, dataset)
    _check_by_place(fault, section, dataset)


def _check_words(file: _Text, place: PlaceOut, taken: Sequence[str]) -> None:
    """Raise Faulty for a place of words without a title, or with an id that another has."""
    line = next((n for n, text in enumerate(file.lines, 1) if re.match(rf"\s*id\s*=\s*[\"']{re.escape(place.id)}[\"']", text)), 1)
    if not re.fullmatch(r"[a-z][a-z0-9-]{0,38}", place.id):
        raise file.fault(line, "Write the id in small letters, digits and hyphens")
    if place.id in taken:
        raise file.fault(line, f"There are two parts “{place.id}”. Give each an id of its own.")
    if not 0 < len(place.title.strip()) <= 120:
        raise file.fault(line, "Say in title, in up to 120 characters, what is to be written there")


def _check_survey(fault: Any, section: Section, given: _File) -> None:
    if section.dataset or section.view or sum(map(bool, (section.survey, section.against, section.audit))) > 1:
        raise fault("dataset", "A section shows a survey, an audit or a dataset, not several. Take the others away")
    if not section.survey:
        return
    if set(given.for_) != {AgencyKind.YOI}:
        raise fault("survey", "A survey is of one establishment: only a report for yoi alone can show one")


def _check_measures(fault: Any, section: Section, dataset: Dataset) -> None:
    view = dataset.view(section.view)
    axis = view.stacked[0] if view.stacked else view.columns or view.rows
    codes: Mapping[str, str] = dataset.axis(axis).labels("2002")
    if wrong := [code for code in section.share if code not in codes]:
        raise fault("share", f"“{wrong[0]}” is no category of this view. Choose from {', '.join(codes)}")
    if section.share and not section.share_title.strip():
        raise fault("share", "Say in share_title what the share is of, for example “In time”")
    if section.rate and not dataset.rated:
        raise fault("rate", f"There is no rate of “{dataset.id}”. Take it away")
    if section.trend and (view.columns or view.stacked):
        raise fault("trend", "A view with columns of its own can't be shown by period. Take trend away")
    if section.chart == "lines" and not section.trend:
        raise fault("chart", "Lines show a trend. Add trend = true, or choose bars")
    if section.chart == "dots" and not section.share:
        raise fault("chart", "Dots show shares. Name them with share, or choose bars")
    from .comparators import comparators

    if unknown := [name for name in section.beside if name not in comparators()]:
        raise fault("beside", f"There is no published figure “{unknown[0]}”. Choose from {', '.join(comparators())}")


def _check_by_place(fault: Any, section: Section, dataset: Dataset) -> None:
    for wrong, key, message in _wrong_by_place(section, dataset) if section.by_place else _wrong_alone(section):
        if wrong:
            raise fault(key, message)


def _wrong_alone(section: Section) -> Iterator[tuple[bool, str, str]]:
    for key in ("only", "line"):
        yield bool(getattr(section, key)), key, f"“{key}” goes with by_place = true. Add it, or take {key} away"
    yield section.chart == "funnel", "chart", "A funnel compares establishments. Add by_place = true, or choose bars"


def _wrong_by_place(section: Section, dataset: Dataset) -> Iterator[tuple[bool, str, str]]:
    view = dataset.view(section.view)
    kinds = dataset.axis(view.rows).labels("2002") if view.rows else {}
    lines = [*(view.stacked or (kinds if view.columns else ()))]
    yield dataset.covers == "area", "dataset", f"“{dataset.id}” is of an area, not of an establishment. Take by_place away"
    yield section.rate == bool(section.share), "by_place", "Say what is compared: rate = true, or a share with its share_title"
    yield section.chart not in ("funnel", "none"), "chart", "Establishments are shown as funnel or none: bars would be a league table"
    yield section.trend, "trend", "Establishments are compared in one period. Take trend away"
    yield section.rate and bool(view.columns or view.stacked), "view", "A rate by place is of a view without columns of its own"
    yield bool(section.only) and not section.rate, "only", "“only” says what a rate counts. For a share, name its categories in share"
    unknown = [code for code in section.only if code not in kinds]
    yield bool(unknown), "only", f"“{', '.join(unknown)}” is no category of this view. Choose from {', '.join(kinds)}"
    wrong = bool(section.line) and section.line not in lines
    yield wrong, "line", f"“{section.line}” is no line of this view. Choose from {', '.join(lines) or 'none: take line away'}"


def _blocks(file: _Text, sections: Sequence[str], places: Sequence[str]) -> list[BlockOut]:
    """The layout, line by line: `## Heading`, `- point`, `{section}` or `{words}` by its id, and text; a blank line ends a paragraph."""
    _check_terms(file)
    if len(file.text) > MOST_WORDS:
        raise file.fault(1, f"Write no more than {MOST_WORDS:,} characters")
    blocks: list[BlockOut] = []
    placed: dict[str, int] = {}
    ids = [*sections, *places]
    fresh = True
    for number, line in enumerate(file.lines, 1):
        text = line.strip()
        if not text:
            fresh = True
            continue
        if found := _PLACE.fullmatch(text):
            _check_place(file, number, found[1], ids, placed)
            blocks.append(BlockOut(kind="words" if found[1] in places else "section", text=found[1]))
        elif text.startswith("#"):
            if not re.match(r"## \S", text):
                raise file.fault(number, "Begin a heading with ## and a space")
            blocks.append(BlockOut(kind="heading", text=text[3:].strip()))
        elif text.startswith("- "):
            blocks.append(BlockOut(kind="point", text=text[2:].strip()))
        elif not fresh and blocks and blocks[-1].kind in ("text", "point"):
            blocks[-1] = BlockOut(kind=blocks[-1].kind, text=f"{blocks[-1].text} {text}")
        else:
            blocks.append(BlockOut(kind="text", text=text))
        fresh = False
    if missing := [name for name in ids if name not in placed]:
        raise file.fault(max(1, len(file.lines)), f"Section “{missing[0]}” has no place. Put {{{missing[0]}}} on a line of its own")
    return blocks


def _check_place(file: _Text, number: int, name: str, ids: Sequence[str], placed: dict[str, int]) -> None:
    if name not in ids:
        raise file.fault(number, f"There is no section “{name}” in report.toml. Its sections are {', '.join(ids)}")
    if name in placed:
        raise file.fault(number, f"Section “{name}” stands on line {placed[name]} already. Take one of them away")
    placed[name] = number


class Found(Struct, frozen=True):
    """Every report there is by name, and what is wrong with others."""

    reports: dict[str, Definition]
    faults: tuple[Faulty, ...]


def find(own: Path | None) -> Found:
    """Those that come with yosafe and those of the installation's own folder. One of these may not take the name of one of those."""
    ours, faults = _in_folder(OURS)
    if faults:
        raise faults[0]
    if own is None:
        return Found(ours, ())
    theirs, faults = _in_folder(own)
    for name in [*theirs]:
        if name in ours:
            del theirs[name]
            faults.append(Faulty(f"{name}: yosafe has a report of this name. Give the folder another."))
    return Found({**ours, **theirs}, tuple(faults))


def _in_folder(folder: Path) -> tuple[dict[str, Definition], list[Faulty]]:
    found: dict[str, Definition] = {}
    faults: list[Faulty] = []
    for inner in sorted(path for path in folder.iterdir() if path.is_dir() and not path.name.startswith((".", "_"))):
        try:
            found[inner.name] = _kept(inner, _stamp(inner))
        except Faulty as fault:
            faults.append(fault)
    return found, faults


def _stamp(folder: Path) -> tuple[int, ...]:
    return tuple(path.stat().st_mtime_ns if (path := folder / name).exists() else 0 for name in ("report.toml", "report.md"))


@cache
def _kept(folder: Path, stamp: tuple[int, ...]) -> Definition:
    """Read anew when a file has changed."""
    return read_definition(folder)
