"""A file of a survey that has been read, before anything of it is stored."""

import datetime as dt
from typing import NamedTuple

from yosafe.importing.reading import Table
from yosafe.reference.establishments import Establishment

from .questionnaire import Questionnaire
from .schemas import ImportSurvey
from .taking import Coded
from .telling_apart import Digest, digests_for


class Prepared(NamedTuple):
    """A file that has been read under a questionnaire, and nothing written yet."""

    new: ImportSurvey
    questionnaire: Questionnaire
    establishment: Establishment
    fielded_on: dt.date
    table: Table
    coded: Coded

    @property
    def refused_rows(self) -> int:
        return self.coded.refused_rows

    @property
    def digest(self) -> Digest:
        """What tells its respondents apart."""
        return digests_of(self.questionnaire.id, self.establishment.code, self.fielded_on)


def digests_of(questionnaire: str, establishment: str, fielded_on: dt.date) -> Digest:
    """What tells the respondents of one survey apart."""
    return digests_for(questionnaire, establishment, f"{fielded_on:%Y-%m}")
