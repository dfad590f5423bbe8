"""What counts as a step, an interview, evidence, and having been told. Pure: what was sent and days in, faults out."""

import datetime as dt
from collections.abc import Sequence

from yosafe.errors import Conflict, FieldError, Invalid
from yosafe.reference.codes import code_list

from .schemas import FinishStep, PlanStep, RecordEvidence, RecordFeedback, RecordInterview, SettleEvidence

YOUNG_PERSON, NOBODY = "young_person", "nobody"
# Those of whoever is there who are there for the young person.
FOR_THEM = frozenset({"appropriate_adult", "advocate", "social_worker", "yot_worker", "family", "solicitor"})
FURTHEST = dt.timedelta(days=366)


def raise_if_any(faults: Sequence[FieldError]) -> None:
    if faults:
        raise Invalid(faults)


def code_faults(key: str, codes: str, value: str | None, today: dt.date) -> list[FieldError]:
    try:
        if value is not None:
            code_list(codes).check(value, today, key=key)
    except Invalid as fault:
        return list(fault.errors)
    return []


def past_faults(key: str, day: dt.date | None, *, since: dt.date, today: dt.date, what: str) -> list[FieldError]:
    """Faults of a day on which something was done about an incident."""
    if day is None or since <= day <= today:
        return []
    return [FieldError(key, f"The day {what} must be between {since:%-d %B %Y} and today")]


def step_faults(new: PlanStep, *, today: dt.date) -> list[FieldError]:
    if new.due_on < today:
        return [FieldError("due_on", "The day by which it is to be done must be today or in the future")]
    return (
        [FieldError("due_on", "The day by which it is to be done is more than a year ahead: check the year")] if new.due_on > today + FURTHEST else []
    )


def finish_faults(end: FinishStep, *, since: dt.date, today: dt.date) -> list[FieldError]:
    if end.how == "done":
        return past_faults("done_on", end.done_on, since=since, today=today, what="it was done")
    faults = [] if end.note else [FieldError("note", "Enter why it is not needed any more")]
    return [*faults, *([FieldError("done_on", "Leave the day out: it was not done")] if end.done_on else [])]


def interview_faults(new: RecordInterview, *, since: dt.date, today: dt.date) -> list[FieldError]:
    faults = code_faults("with_whom", "interview_with", new.with_whom, today)
    faults += past_faults("held_on", new.held_on, since=since, today=today, what="they were spoken to")
    faults += [fault for code in new.present for fault in code_faults("present", "interview_present", code, today)]
    if new.with_whom == YOUNG_PERSON and new.young_person is None:
        faults.append(FieldError("young_person", "Select which young person it was"))
    if new.with_whom != YOUNG_PERSON and new.name is None:
        faults.append(FieldError("name", "Enter the name of whoever was spoken to, or a staff number"))
    if (new.with_whom == YOUNG_PERSON and new.name is not None) or (new.with_whom != YOUNG_PERSON and new.young_person is not None):
        faults.append(FieldError("with_whom", "Name either a young person or someone else: record each talk by itself"))
    if NOBODY in new.present and len(new.present) > 1:
        faults.append(FieldError("present", "“Nobody else” can't stand beside somebody: take one of them away"))
    if new.declined and new.said is not None:
        faults.append(FieldError("said", "They did not want to be spoken to: leave out what was said, or say that they were"))
    return faults + ([] if new.declined else _held_faults(new))


def _held_faults(new: RecordInterview) -> list[FieldError]:
    """Of a talk that took place."""
    faults = [] if new.said else [FieldError("said", "Enter what was said, word for word as far as you can")]
    if not new.present:
        faults.append(FieldError("present", "Select who else was there, or that nobody was"))
    elif new.with_whom == YOUNG_PERSON and FOR_THEM.isdisjoint(new.present) and not new.note:
        faults.append(FieldError("note", "Nobody was there for the young person: enter why, and whether they were offered someone"))
    return faults


def evidence_faults(new: RecordEvidence, *, since: dt.date, today: dt.date) -> list[FieldError]:
    faults = code_faults("kind", "evidence_kind", new.kind, today)
    if _is_kept(new):
        return faults + kept_faults(new, since=since, today=today)
    if new.keep_by is not None and new.keep_by < today:
        faults.append(FieldError("keep_by", "This day has passed. Say where it is kept, or record it and then say that it is lost"))
    return faults


def _is_kept(what: RecordEvidence | SettleEvidence) -> bool:
    return any(value is not None for value in (what.kept_on, what.kept_by, what.kept_where))


def kept_faults(what: RecordEvidence | SettleEvidence, *, since: dt.date, today: dt.date) -> list[FieldError]:
    """Of something that is kept: all three are known."""
    faults = past_faults("kept_on", what.kept_on, since=since, today=today, what="it was secured")
    faults += [] if what.kept_on else [FieldError("kept_on", "Enter the day it was secured")]
    faults += [] if what.kept_by else [FieldError("kept_by", "Enter who secured it")]
    return faults + ([] if what.kept_where else [FieldError("kept_where", "Enter where it is kept")])


def settle_faults(what: SettleEvidence, *, since: dt.date, today: dt.date) -> list[FieldError]:
    if what.lost_because is None:
        return kept_faults(what, since=since, today=today)
    return [FieldError("lost_because", "It is either kept or lost: leave one of them out")] if _is_kept(what) else []


def feedback_faults(new: RecordFeedback, *, since: dt.date, today: dt.date) -> list[FieldError]:
    faults = code_faults("not_told_because", "not_told_reason", new.not_told_because, today)
    told = {"told_on": new.told_on, "told_by": new.told_by, "words": new.words}
    if new.audience == "reporter" and new.young_person is not None:
        faults.append(FieldError("young_person", "Leave out the young person: this is about whoever told us"))
    if new.not_told_because is not None:
        faults += [FieldError(key, "They were not told: leave this out") for key, value in told.items() if value is not None]
        faults += [FieldError("note", "Enter why, and when they will be told")] if new.not_told_because == "other" and not new.note else []
        return faults
    asked = {"told_on": "the day they were told", "told_by": "who told them", "words": "the words that were used"}
    faults += [FieldError(key, f"Enter {asked[key]}, or select why they were not told") for key, value in told.items() if value is None]
    return faults + past_faults("told_on", new.told_on, since=since, today=today, what="they were told")


def check_open(ended: object, withdrawn_at: dt.datetime | None) -> None:
    """Raise Conflict for an entry of which it was said already how it ended, or that it was recorded in error."""
    if withdrawn_at is not None:
        raise Conflict("This was recorded in error and counts no more. Record it anew if it is needed.")
    if ended is not None:
        raise Conflict("It is recorded already how this ended. If that is wrong, say that it was recorded in error, and record it anew.")
