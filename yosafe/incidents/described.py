"""The reference pages about incidents, drawn from the tables that the code runs. The documentation writes and compares them."""

from collections.abc import Callable, Iterator

from yosafe.forms.questions import CHOICES, Question, QuestionSet
from yosafe.reference.codes import code_list

from .kinds import OUTCOMES_OF, RULES, KindRules, question_sets
from .severity import CRITERIA
from .status import ACT_LABELS, STATUS_LABELS, Status, finding_list
from .transitions import AUTHOR, TABLE

MADE = "<!-- Made from the code by `make docs`. Change the code, not this page. -->"


def statuses() -> str:
    """Every status and step, as a drawing and as a table."""
    rows = [
        [
            STATUS_LABELS[step.status], f"{ACT_LABELS[step.act]} (`{step.act.value}`)", STATUS_LABELS[step.next],
            "whoever wrote it" if step.who == AUTHOR else f"`{step.who}`", _sentences(step.only_if), _sentences(step.needs),
        ]
        for step in TABLE
    ]  # fmt: skip
    heads = ["when it is", "one may", "then it is", "who", "only if", "what is needed"]
    parts = [
        "# Statuses of an incident",
        MADE,
        "One table that the code runs, the tests enumerate and this page draws. Whatever it does not hold is refused with a sentence. "
        "Every step stays in the history with who took it, when, and the comment; an earlier finding stays when an incident is reopened.",
        _drawing(),
        _table(heads, rows),
        "By API: `POST /api/v1/incidents/{ref}/transitions` with `action` and what is needed: `comment`, `finding`, `reason`, `original`, `owner` "
        "(a colleague's email address), `answer` (of a complaint, in words for the young person), `appeal_to`. "
        "Without an owner, whoever starts an investigation looks after it. "
        f"Findings come from the code list `finding`, {_own_findings()}; reasons from `not_reportable_reason`, "
        "those to whom a young person appeals from `complaint_appeal_to`.",
    ]
    return "\n\n".join(parts) + "\n"


def _own_findings() -> str:
    return ", ".join(f"of `{kind}` from `{finding_list(kind)}`" for kind in RULES if finding_list(kind) != "finding")


def _drawing() -> str:
    lines = ["```mermaid", "stateDiagram-v2", f"    [*] --> {Status.DRAFT.value}"]
    lines += [f"    {step.status.value} --> {step.next.value}: {step.act.value}" for step in TABLE if step.status != step.next]
    return "\n".join([*lines, "```"])


def _sentences(checks: tuple[Callable[..., object], ...]) -> str:
    return "; ".join((check.__doc__ or "").strip() for check in checks)


def _table(heads: list[str], rows: list[list[str]]) -> str:
    lines = [heads, ["---"] * len(heads), *rows]
    return "\n".join(f"| {' | '.join(cell.replace('|', chr(92) + '|') for cell in line)} |" for line in lines)


def questions() -> str:
    """What is asked about each kind, which roles it allows, and what makes it how severe."""
    parts = [
        "# What is recorded about an incident",
        MADE,
        "Each kind has its own questions, in dated versions; an incident keeps its answers with the version that asked them (`question_set`). "
        "By API they are sent as `answers`. Other fields are the same for every kind: see the API description.",
    ]
    for kind, rules in RULES.items():
        parts.append(f"## {code_list('incident_kind').label(kind)} (`{kind}`)")
        parts.append(_roles(rules.roles, rules.one_of, rules.only_one))
        if own := [outcome for outcome, of in OUTCOMES_OF.items() if of == kind]:
            parts.append(f"Besides the outcomes of every kind: {', '.join(f'`{one}`' for one in own)}.")
        parts.append(_staff(rules))
        if rules.clocks:
            parts.append(f"Starts the clocks {', '.join(f'`{clock}`' for clock in rules.clocks)}.")
        parts += [_asked(one) for one in question_sets().sets if one.id == kind]
    parts += ["## Severity", SEVERITY, _table(["severity", "because"], [[c.severity, c.because] for c in CRITERIA])]
    return "\n\n".join(parts) + "\n"


SEVERITY = (
    "Worked out from the answers, the injuries and the treatment. Whoever records may say that it is more, never that it is less; when what is added "
    "later makes it more, it rises, and the history says why."
)


def _roles(roles: tuple[str, ...], one_of: tuple[str, ...], only_one: str | None) -> str:
    words = f"Roles: {', '.join(f'`{role}`' for role in roles)}. Somebody must have {' or '.join(f'`{role}`' for role in one_of)}"
    return f"{words}; only one can have `{only_one}`." if only_one else f"{words}."


def _staff(rules: KindRules) -> str:
    words = f"Staff, sent as `staff`, may be {', '.join(f'`{role}`' for role in rules.staff)}"
    needed = "; somebody must be `staff_alleged`. It is restricted: see who it exists for in the how-to about allegations"
    return f"{words}{needed if rules.alleged else ''}."


def _asked(one: QuestionSet) -> str:
    heads = ["question", "asked", "answer", "needed"]
    rows = [row for question in one.questions for row in _rows(question, "")]
    until = f" to {one.valid_to:%-d %B %Y}" if one.valid_to else ""
    return f"### Version {one.version}, from {one.valid_from:%-d %B %Y}{until}\n\nSource: {one.source}\n\n{_table(heads, rows)}"


def _rows(question: Question, only: str) -> Iterator[list[str]]:
    yield [f"`{question.name}`", f"{question.label}{only}", _answer(question), "yes" if question.required else ""]
    for value, inner in question.reveals.items():
        for one in inner:
            yield from _rows(one, f" (if `{question.name}` is `{value}`)")


def _answer(question: Question) -> str:
    if question.kind not in CHOICES:
        return question.kind.value
    many = "any of" if question.kind.value == "checkboxes" else "one of"
    if question.code_list:
        return f"{many} the code list `{question.code_list}`"
    return f"{many} {', '.join(f'`{option.value}`' for option in question.options)}"


PAGES: dict[str, Callable[[], str]] = {"incident-statuses.md": statuses, "incident-questions.md": questions}
