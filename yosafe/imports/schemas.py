"""What goes in and out about imports."""

import datetime as dt
from typing import Annotated, Any, Literal

from msgspec import Meta, Struct

from yosafe.importing.fields import Target
from yosafe.importing.mapped import Fault, FaultGroup, Unknown
from yosafe.importing.mapping import Mapping
from yosafe.importing.suggesting import Suggestion
from yosafe.people.duplicates.schemas import CandidateOut
from yosafe.people.schemas import Reference
from yosafe.text import In, Reason

Mode = Literal["good", "all"]
Status = Literal["open", "running", "finished", "refused", "cancelled", "undone"]
Source = Annotated[str, Meta(min_length=1, max_length=80, description="What the file comes from, such as the name of the old system")]
STATUS_WORDS: dict[Status, str] = {
    "open": "Not yet brought in", "running": "Being brought in", "finished": "Brought in", "refused": "Refused", "cancelled": "Cancelled",
    "undone": "Undone",
}  # fmt: skip
MODE_WORDS: dict[Mode, str] = {"good": "Rows that are right, without the others", "all": "All rows or none"}


class ConfirmImport(In, kw_only=True):
    """`good`: rows that are right come in, the others can be mended and sent again. `all`: one row that can't be taken refuses the file."""

    mode: Mode


class Tried(Struct, kw_only=True):
    """What would become of rows: `rows` of them were compared with what is recorded, and nothing was written. `whole`: that is all of them."""

    rows: int
    whole: bool
    made: int
    known: int
    refused: int
    questions: int
    faults: list[FaultGroup]
    first_faults: list[Fault]


class PreviewOut(Struct, kw_only=True):
    """What a file says through its mapping. `missing`: what stands in the way of bringing it in at all; then nothing was tried."""

    columns: list[Suggestion]
    unknown: list[Unknown]
    missing: list[str]
    warnings: list[str]
    first_rows: list[dict[str, Any]]
    tried: Tried | None


class AnswerQuestion(In, kw_only=True):
    """Whether a row is of someone who is recorded already: `same` is the reference of their record. Without it, it is another child, and `because`
    says why."""

    same: Reference | None = None
    because: Reason | None = None


class QuestionOut(Struct, kw_only=True):
    """A row that waits until someone says whether it is of a young person who is recorded already. `elsewhere` are references of records made by
    others with exactly these names and this date of birth."""

    row: int
    family_name: str
    given_names: str
    date_of_birth: dt.date
    candidates: list[CandidateOut]
    elsewhere: list[str]


class QuestionsOut(Struct, kw_only=True):
    """The first rows that wait, of `waiting`; `version` is that of the import, for the answer."""

    waiting: int
    rows: list[QuestionOut]
    version: int


class RecordsImportOut(Struct, kw_only=True):
    """An import. `position` is the last row of the file that was dealt with; `known` rows had come before and changed nothing.
    `fault`: why a worker stopped it before its end."""

    id: int
    target: str
    source: str
    file: str
    sha256: str
    status: Status
    mode: Mode | None
    rows: int
    position: int
    made: int
    known: int
    refused: int
    uploaded_at: dt.datetime
    uploaded_by: str
    ended_at: dt.datetime | None
    fault: str | None
    undone_at: dt.datetime | None
    mapping: Mapping
    version: int

    @property
    def title(self) -> str:
        return f"{self.file}, {self.source}"

    @property
    def done(self) -> int:
        return self.made + self.known + self.refused


class RunOut(Struct, kw_only=True):
    """What the command line says of an import, or of a dry run (`outcome` would_import)."""

    outcome: str
    run: int | None
    target: str
    file: str
    rows: int
    made: int
    known: int
    refused: int
    questions: int
    faults: list[FaultGroup]
    unknown: list[Unknown]
    warnings: list[str]


__all__ = [
    "MODE_WORDS",
    "STATUS_WORDS",
    "AnswerQuestion",
    "ConfirmImport",
    "Mode",
    "PreviewOut",
    "QuestionOut",
    "QuestionsOut",
    "RecordsImportOut",
    "RunOut",
    "Source",
    "Status",
    "Target",
    "Tried",
]  # fmt: skip
