"""A risk model that finds what is there, for whatever needs one. Training takes seconds, so the tests that are not about it read what was trained
before: `python -m tests.models.trained` makes the file anew where the card or the format has changed."""

from functools import cache
from pathlib import Path

import msgspec
import numpy as np
import pandas as pd

from yosafe.models.card import Card, card_of
from yosafe.models.features import AUDITED_BY, NAMES
from yosafe.models.store import Artefact, packed, signed
from yosafe.models.training import Trained, train

WEEK, PEOPLE = 22, 150
KEPT = Path(__file__).with_name("trained.json")


def weeks(seed=3, *, follows=True):
    """Rows of many young people over half a year: harm follows the days since the last harm and age, which no count of incidents tells."""
    draw = np.random.default_rng(seed)
    rows = WEEK * PEOPLE
    found = pd.DataFrame({name: draw.poisson(0.5, rows).astype(float) for name in NAMES})
    found["young_person"] = np.tile(np.arange(PEOPLE), WEEK)
    found["harm_days"] = draw.uniform(0, 200, rows)
    found["age"] = np.tile(draw.uniform(15, 18, PEOPLE), WEEK)
    found.loc[draw.random(rows) < 0.1, "fears"] = np.nan
    found["day"] = np.repeat(730_000 + 7 * np.arange(WEEK), PEOPLE)
    odds = -1.5 - 0.015 * (found["harm_days"] - 100) - (found["age"] - 16.5)
    found["harmed"] = draw.random(rows) < 1 / (1 + np.exp(-odds))
    if not follows:
        found["harmed"] = draw.permutation(found["harmed"].to_numpy())
    for name in AUDITED_BY:
        found[name] = np.where(np.arange(rows) % PEOPLE % 2 == 0, "one", "other")
    return found


@cache
def trained(*, follows: bool = True) -> Trained:
    """A model of `weeks`; it reaches the bar where harm follows from something."""
    return train(weeks(follows=follows), seed=2002, share=0.1)


def artefact(key: str, *failings: str) -> Artefact:
    """The same as it is kept and signed with a key; with why it may not be used, where that is said."""
    kept = msgspec.json.decode(KEPT.read_text("utf-8"), type=Artefact)
    if failings:
        refused = msgspec.structs.replace(msgspec.json.decode(kept.card, type=Card), failings=list(failings))
        return signed(kept.model, msgspec.json.encode(refused, order="sorted").decode(), key=key)
    return signed(kept.model, kept.card, key=key)


if __name__ == "__main__":
    KEPT.write_bytes(msgspec.json.format(msgspec.json.encode(packed(trained().model, card_of(trained()), "made for tests only"))))
