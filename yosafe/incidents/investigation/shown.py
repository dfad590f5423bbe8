"""Investigations as pages show them: words and colours for codes, one list item for each entry. Pure."""

import datetime as dt
from typing import Any

from yosafe import words
from yosafe.incidents.shown import label
from yosafe.settings import Terminology

from .schemas import EntryOut, EvidenceOut, FeedbackOut, InterviewOut, InvestigationOut, Part, StepOut

TITLES: dict[Part, str] = {
    "step": "Add a step to the plan",
    "interview": "Record a talk",
    "evidence": "Record evidence",
    "feedback": "Record what they were told",
}
SUBMITS: dict[Part, str] = {
    "step": "Save the step",
    "interview": "Save the talk",
    "evidence": "Save the evidence",
    "feedback": "Save what they were told",
}
ENDINGS: dict[Part, tuple[str, str]] = {
    "step": ("How the step ended", "Save how it ended"),
    "evidence": ("What became of the evidence", "Save what became of it"),
}
WITHDRAW = ("It was recorded in error", "Save that it is wrong")
DONE = {
    "step": "The step stands in the plan.",
    "interview": "The talk is kept with the investigation.",
    "evidence": "The evidence is kept with the investigation.",
    "feedback": "What they were told is kept with the investigation.",
    "ended": "How it ended is kept with it.",
    "withdrawn": "It stays readable, and counts no more.",
}
STATE_WORDS = {"to_keep": "To be secured", "kept": "Secured", "lost": "Lost"}
STATE_COLOURS = {"to_keep": "yellow", "kept": "green", "lost": "red"}


def step_state(step: StepOut) -> tuple[str, str]:
    """Words and colour of where a step of the plan stands."""
    if step.withdrawn:
        return "Recorded in error", "grey"
    if step.how:
        return ("Done", "green") if step.how == "done" else ("Not needed", "grey")
    return ("Overdue", "red") if step.overdue else ("To do", "yellow")


def evidence_state(one: EvidenceOut) -> tuple[str, str]:
    if one.withdrawn:
        return "Recorded in error", "grey"
    return ("Past its last day", "red") if one.overdue else (STATE_WORDS[one.state], STATE_COLOURS[one.state])


def step_rows(step: StepOut) -> list[dict[str, Any]]:
    rows = [_row("Who", step.who), _row("By", words.day(step.due_on))]
    if step.how:
        on = f"{words.day(step.done_on)}, recorded by {step.ended_by}" if step.done_on else f"Recorded by {step.ended_by}"
        rows.append(_row("Done" if step.how == "done" else "Not needed", on))
    return [*rows, _row("Note", step.note), *_entry_rows(step)]


def interview_title(one: InterviewOut) -> str:
    return f"{one.name}, {words.day(one.held_on)}{f' at {words.time_of_day(dt.time.fromisoformat(one.began))}' if one.began else ''}"


def interview_rows(one: InterviewOut, terms: Terminology) -> list[dict[str, Any]]:
    rows = [_row("With", label("interview_with", one.with_whom, terms))]
    if one.declined:
        rows.append(_row("Took place", "No. They were asked, and did not want to"))
    else:
        there = ", ".join(label("interview_present", code, terms) for code in one.present)
        rows.append(_row("Also there", f"{there}: {one.present_names}" if one.present_names else there))
        rows.append(_row("What was said", "Kept for those who have a duty towards that young person." if one.said_withheld else one.said))
    return [*rows, _row("Note", one.note), *_entry_rows(one)]


def evidence_rows(one: EvidenceOut) -> list[dict[str, Any]]:
    rows = [_row("What it shows", one.what)]
    if one.state == "kept" and one.kept_on:
        rows += [_row("Secured", f"{words.day(one.kept_on)} by {one.kept_by}"), _row("Kept", one.kept_where)]
    if one.keep_by:
        rows.append(_row("Gone after", words.day(one.keep_by)))
    return [*rows, _row("Why it is lost", one.lost_because), *_entry_rows(one)]


def feedback_title(one: FeedbackOut) -> str:
    whom = "Whoever first told us" if one.audience == "reporter" else one.name or "The young people"
    return f"{whom}: {'told' if one.told_on else 'not told'}"


def feedback_rows(one: FeedbackOut, terms: Terminology) -> list[dict[str, Any]]:
    if one.told_on:
        rows = [_row("Told", f"{words.day(one.told_on)} by {one.told_by}"), _row("In these words", one.words)]
    else:
        rows = [_row("Why not", label("not_told_reason", one.not_told_because or "other", terms))]
    return [*rows, _row("Note", one.note), *_entry_rows(one)]


def _row(key: str, value: str | None) -> dict[str, Any]:
    return {"key": key, "value": value}


def filled(rows: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """The rows that say something."""
    return [row for row in rows if row["value"]]


def _entry_rows(one: EntryOut) -> list[dict[str, Any]]:
    rows = [_row("Recorded", f"{words.instant(one.recorded_at)} by {one.recorded_by}")]
    if one.withdrawn and one.withdrawn_at:
        rows.append(_row("Recorded in error", f"{one.withdrawn}\n{words.instant(one.withdrawn_at)}, {one.withdrawn_by}"))
    return rows


def in_short(found: InvestigationOut) -> list[dict[str, Any]]:
    """The investigation on the page of its incident."""
    steps, evidence = [s for s in found.steps if not s.withdrawn], [e for e in found.evidence if not e.withdrawn]
    talks = [one for one in found.interviews if not one.withdrawn]
    done = sum(step.how is not None for step in steps)
    waiting = sum(one.state == "to_keep" for one in evidence)
    return [
        _row("Plan", f"{done} of {words.plural(len(steps), 'step')} finished" if steps else "No steps yet"),
        _row("Talks", words.plural(len(talks), "talk") if talks else "Nobody yet"),
        _row("Evidence", f"{words.plural(len(evidence), 'item')}{f', {waiting} still to be secured' if waiting else ''}" if evidence else "None yet"),
        _row("Told what came of it", told_in_short(found)),
    ]


def told_in_short(found: InvestigationOut) -> str:
    """Who has been told, and who not."""
    child, reporter = ("yes" if told else "not yet" for told in (found.child_told and not found.untold, found.reporter_told))
    return f"The young person: {child}. Whoever told us: {reporter}"
