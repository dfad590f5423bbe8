"""Who reads what was written: inspectors, and safeguarding leads of the establishment. There is no other loader."""

from yosafe.accounts.access import check_may
from yosafe.accounts.permissions import Role
from yosafe.accounts.viewer import User
from yosafe.db.engine import DB
from yosafe.db.rows import of_row
from yosafe.db.sql import Sql, every
from yosafe.errors import NotFound, Refused
from yosafe.refs import number, ref
from yosafe.surveys import access as surveys

from .tables import SurveyComment

PREFIX = "CM"
NOT_THERE = "There is no comment with this reference that you can see. Check the reference, or look in the list."


def comment_ref(comment: int) -> str:
    return ref(PREFIX, comment)


def comment_number(reference: str) -> int:
    """Raises NotFound for what is no reference of a comment."""
    return number(PREFIX, reference)


def shows(user: User) -> Sql:
    """The condition under which a comment of a survey `s` exists for a user."""
    return every([surveys.visible(user, "s.establishment"), Sql("{}", user.may("survey-comment:read"))])


async def get_comment_for(user: User, reference: str) -> SurveyComment:
    """The comment, or NotFound: to an outsider it does not exist."""
    found = await DB.fetchrow(
        *Sql(
            "SELECT c.* FROM survey_comment c JOIN survey s ON s.id = c.survey WHERE c.id = {} AND {}", comment_number(reference), shows(user)
        ).parts()
    )
    if found is None:
        raise NotFound(NOT_THERE)
    return of_row(SurveyComment, found)


def can_mark(user: User) -> bool:
    return user.may("survey-comment:mark")


def check_can_mark(user: User) -> None:
    check_may(user, "survey-comment:mark")


def can_answer(user: User) -> bool:
    """Whoever leads where it was written: of no other do they see any."""
    return user.role is Role.YOI_LEAD and user.may("survey-comment:answer")


def check_can_answer(user: User) -> None:
    if not can_answer(user):
        raise Refused("The safeguarding lead of the establishment says what was done. They have been told of it.")
