"""Whom a text that may hold a disclosure tells, and how the notice shows: as long as nothing was done about it."""

from yosafe.accounts.viewer import User
from yosafe.db.sql import Sql
from yosafe.notices.about import About, by_number

from . import access

SUBJECT = "survey_comment"


def _shows(user: User, column: str) -> Sql:
    return Sql(
        f"EXISTS (SELECT FROM survey_comment c JOIN survey s ON s.id = c.survey WHERE c.id = {column} AND c.answered_at IS NULL AND {{}})",
        access.shows(user),
    )


ABOUT = About(kind=SUBJECT, shows=_shows, places=by_number(access.comment_ref, "/surveys/comments"))
