"""Which texts a file holds, in an order that tells nothing, and what may be done about one. Pure."""

import datetime as dt
import random
from typing import Any, Literal, NamedTuple

from yosafe import clock
from yosafe.errors import Conflict, FieldError
from yosafe.importing.reading import Table
from yosafe.surveys.questionnaire import Questionnaire, cell_key, column_key
from yosafe.surveys.telling_apart import IsNew
from yosafe.text import is_blank, visible

State = Literal["unread", "read", "marked", "answered"]
STATES: tuple[State, ...] = ("unread", "read", "marked", "answered")


class Written(NamedTuple):
    question: str
    words: str


def comments_in(table: Table, questionnaire: Questionnaire, is_new: IsNew | None = None) -> list[Written]:
    """Every text of the columns that hold what was written, also of rows whose answers can't be stored; shuffled, so that its place in what is
    returned does not tell its row, nor which two are by one hand. `is_new` is asked of each row in turn, where only some are wanted."""
    columns = {column_key(comment.column): comment.id for comment in questionnaire.comments}
    at = [(place, columns[column_key(name)]) for place, name in enumerate(table.columns) if column_key(name) in columns]
    if not at:
        return []
    empty = {cell_key(cell) for cell in ("", *questionnaire.missing)}
    found = []
    for _, cells, fault in table.rows():
        if not fault and (is_new is None or is_new(cells)):
            found += [Written(question, visible(cells[place]).strip()) for place, question in at if cell_key(cells[place]) not in empty]
    found = [one for one in found if not is_blank(one.words)]
    random.SystemRandom().shuffle(found)
    return found


def state_of(row: Any) -> State:
    """How it stands with a text, by what has been recorded of it."""
    if row["answered_at"] is not None:
        return "answered"
    if row["marked_at"] is not None:
        return "marked"
    return "unread" if row["read_at"] is None else "read"


def check_can_be_marked(state: State) -> None:
    if state in ("marked", "answered"):
        raise Conflict("It is marked already. Read what was written about it.")


def check_can_be_answered(state: State) -> None:
    if state == "answered":
        raise Conflict("What was done is recorded already. Read it here.")
    if state != "marked":
        raise Conflict("Nobody has marked it. Mark it first, and say why.")


def answer_faults(done_on: dt.date, *, marked_at: dt.datetime, today: dt.date) -> list[FieldError]:
    """What is wrong with the day on which something was done."""
    if done_on > today:
        return [FieldError("done_on", "The day must be today or in the past")]
    marked_on = clock.day_of(marked_at)
    if done_on < marked_on:
        return [FieldError("done_on", f"The day must be {marked_on:%-d %B %Y}, when it was marked, or later")]
    return []
