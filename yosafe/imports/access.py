"""Who may bring in what, and see which imports: whoever may record such things one by one, for their own agency. There is no other loader."""

from yosafe.accounts.access import check_may
from yosafe.accounts.viewer import User
from yosafe.db.engine import DB
from yosafe.db.rows import of_row
from yosafe.db.sql import Sql
from yosafe.errors import FieldError, Invalid, NotFound

from .tables import ImportRun
from .targets import RECORDS, TITLES

IMPORT = "import:run"
NOT_THERE = "There is no import with this number that you can see. Look at the list of imports."


def can_import(user: User, target: str) -> bool:
    return user.may(IMPORT) and any(user.may(permission) for permission in RECORDS[target])


def importable(user: User) -> list[str]:
    """The targets that a user may bring in."""
    return [target for target in TITLES if can_import(user, target)]


def check_can_import(user: User, target: str) -> None:
    """Raise Invalid for what is no target, Refused where the user's role does not record such things."""
    if target not in TITLES:
        raise Invalid([FieldError("target", f"Select what the rows are: one of {', '.join(TITLES)}")])
    check_may(user, IMPORT)
    if not can_import(user, target):
        check_may(user, RECORDS[target][0])


def visible(user: User) -> Sql:
    """The condition under which an import exists for a user."""
    return Sql("agency = {} AND target = ANY({})", user.agency, importable(user))


_COLUMNS = ", ".join(f"r.{column._meta.name}" for column in ImportRun._meta.columns if column._meta.name != "file")


async def get_run_for(user: User, run: int) -> ImportRun:
    """The import without its file, or NotFound: another agency's does not exist."""
    query = Sql(f"SELECT {_COLUMNS}, NULL::bytea AS file FROM import_run r WHERE r.id = {{}} AND {{}}", run, visible(user))
    row = await DB.fetchrow(*query.parts()) if 0 < run < 2**63 else None
    if row is None:
        raise NotFound(NOT_THERE)
    return of_row(ImportRun, row)
