"""What young people write at the end of a survey, and that a safeguarding lead has read some of it."""

import random
from functools import cache

import msgspec
from msgspec import Struct

from yosafe.accounts.access import user_by_email
from yosafe.db.engine import DB
from yosafe.surveys.comments.access import comment_ref, get_comment_for
from yosafe.surveys.comments.actions import mark_comment, say_read
from yosafe.surveys.comments.schemas import MarkComment, SayRead

from .data import toml

COLUMN = "comments"


class Words(Struct, frozen=True, forbid_unknown_fields=True):
    share: float
    telling_share: float
    plain: tuple[str, ...]
    telling: tuple[str, ...]
    because: str


@cache
def words() -> Words:
    return msgspec.convert(toml("comments.toml"), Words)


def comment(rng: random.Random) -> str:
    """What one young person writes; most write nothing."""
    if rng.random() >= words().share:
        return ""
    return rng.choice(words().telling if rng.random() < words().telling_share else words().plain)


async def read_some(establishment: str, by: str) -> None:
    """The lead has read half of what was written last, and marked the first that may hold a disclosure: it waits for an answer."""
    lead = await user_by_email(by)
    rows = await DB.fetch(
        "SELECT c.id, c.words FROM survey_comment c JOIN survey s ON s.id = c.survey "
        "WHERE s.establishment = $1 AND s.fielded_on = (SELECT max(fielded_on) FROM survey WHERE establishment = $1) ORDER BY c.words, c.id",
        establishment,
    )
    telling = [row for row in rows if row["words"] in words().telling]
    if half := [comment_ref(row["id"]) for row in rows if row not in telling][: len(rows) // 2]:
        await say_read(by=lead, said=SayRead(comments=half))
    for row in telling[:1]:
        text = await get_comment_for(lead, comment_ref(row["id"]))
        await mark_comment(by=lead, comment=text, mark=MarkComment(reason=words().because), version=text.version)
