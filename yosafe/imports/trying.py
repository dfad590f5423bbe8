"""Adding up what would become of a file, for whoever decides whether it comes in. Pure."""

from dataclasses import dataclass, field

from yosafe.importing.mapped import Fault, grouped

from .schemas import Tried
from .taking import Taken

SHOWN = 20


@dataclass(slots=True)
class Tally:
    """What was made of the batches so far."""

    rows: int = 0
    made: int = 0
    known: int = 0
    refused: int = 0
    questions: int = 0
    faults: list[Fault] = field(default_factory=list)

    def add(self, rows: int, taken: Taken) -> None:
        self.rows += rows
        self.made += len(taken.made)
        self.known += taken.known
        self.refused += len(taken.refused)
        self.questions += sum(one.question is not None for one in taken.refused)
        self.faults += [fault for one in taken.refused for fault in one.faults]

    def tried(self, *, whole: bool) -> Tried:
        return Tried(
            rows=self.rows, whole=whole, made=self.made, known=self.known, refused=self.refused, questions=self.questions,
            faults=grouped(self.faults), first_faults=sorted(self.faults, key=lambda fault: fault.row)[:SHOWN],
        )  # fmt: skip
