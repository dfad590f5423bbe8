"""What people do with their notices. They are their own: doing it twice is no conflict, so there is no version to be too late for."""

from collections.abc import Sequence

from yosafe import clock
from yosafe.accounts.viewer import User
from yosafe.audit.record import EventName, record
from yosafe.db.engine import DB, write_transaction

from .schemas import Mail
from .tables import Notice


async def mark_read(*, by: User, notices: Sequence[int]) -> None:
    """Notices of this user that they were shown; others are left as they are. Not in the trail: what they show of a young person is."""
    if notices:
        await DB.execute(
            "UPDATE notice SET read_at = $3 WHERE id = ANY($1) AND user_account = $2 AND read_at IS NULL", list(notices), by.id, clock.now()
        )


async def finish(*, by: User, notice: Notice) -> None:
    """Put a notice aside: its reader has seen to it. One that is done stays so."""
    async with write_transaction():
        if await DB.fetch(
            "UPDATE notice SET done_at = $3, read_at = coalesce(read_at, $3) WHERE id = $1 AND user_account = $2 AND done_at IS NULL RETURNING id",
            *(notice.id, by.id, clock.now()),
        ):
            await record(EventName.NOTICE_DONE, by=by, subject=("notice", notice.id), detail={"event": notice.event})


async def take_up_again(*, by: User, notice: Notice) -> None:
    """Put a notice back among those to be seen to."""
    async with write_transaction():
        if await DB.fetch(
            "UPDATE notice SET done_at = NULL WHERE id = $1 AND user_account = $2 AND done_at IS NOT NULL RETURNING id", notice.id, by.id
        ):
            await record(EventName.NOTICE_TAKEN_UP, by=by, subject=("notice", notice.id), detail={"event": notice.event})


async def choose_mail(*, by: User, mail: Mail) -> None:
    """How this user hears of notices besides, from now on."""
    async with write_transaction():
        await DB.execute(
            "INSERT INTO notice_choice (user_account, mail, changed_at) VALUES ($1, $2, $3) "
            "ON CONFLICT ON CONSTRAINT notice_choice_once DO UPDATE SET mail = $2, changed_at = $3",
            *(by.id, mail.value, clock.now()),
        )
        await record(EventName.NOTICE_MAIL_CHOSEN, by=by, subject=("user", by.id), detail={"mail": mail.value})
