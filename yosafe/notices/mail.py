"""Mail that says that there are notices, and no more: not what, not about whom. By the queue: what fails is tried again, and shown in the end."""

import asyncio
import datetime as dt
import re
import smtplib
import ssl
from collections.abc import Mapping
from email.errors import MessageError
from email.headerregistry import Address
from email.message import EmailMessage
from email.utils import format_datetime
from typing import Any

from yosafe import clock, settings
from yosafe.accounts.access import user_by_id
from yosafe.db.engine import DB, to_the_end, write_transaction
from yosafe.jobs.queue import enqueue
from yosafe.jobs.registry import GiveUp
from yosafe.settings import IMPLICIT_TLS, MailSettings

from .queries import unmailed
from .schemas import Mail

SEND = "notice-mail-send"
SUBJECT = "An item in yosafe needs you"
TEXT = """An item in yosafe needs you. Sign in to see what it is:

{url}/notices

This message never says more. Choose how often you hear by email: {url}/notices/mail
Please do not answer: nobody reads the answers.
"""
WAITS = 20  # seconds for the mail server
NOBODY_ELSE_FOR = dt.timedelta(minutes=10)  # after a try of which nothing was heard, as where a worker was killed
LATELY = {Mail.AT_ONCE: dt.timedelta(days=2), Mail.DAILY: dt.timedelta(days=30)}  # notices older than that need no mail any more

# Those with news that no mail has told of, by how they want to hear.
_WAITING = """
    SELECT DISTINCT n.user_account AS id FROM notice n LEFT JOIN notice_choice c ON c.user_account = n.user_account
    WHERE n.notice_mail IS NULL AND n.read_at IS NULL AND n.done_at IS NULL AND n.at > $1 AND coalesce(c.mail, 'daily') = $2 ORDER BY 1
"""
_TAKE = """
    UPDATE notice_mail SET tries = tries + 1, tried_at = $2
    WHERE id = $1 AND sent_at IS NULL AND failed_at IS NULL AND (tried_at IS NULL OR tried_at < $3) RETURNING user_account
"""

# What can stand in a header by itself. The library would take more apart, and falls over some of it.
_ADDRESS = re.compile(r"[^\s<>,;:\"()\[\]\\@.]+(\.[^\s<>,;:\"()\[\]\\@.]+)*@[A-Za-z0-9-]+(\.[A-Za-z0-9-]+)+")


class NotNow(Exception):
    """The mail could not be sent this time. Says the kind of reason only."""


async def collect(kind: Mail) -> int:
    """Make one mail for each person who wants to hear so and has news that still shows to them, and ask for it to be sent; how many. Where this
    installation sends no mail, none is made."""
    if settings.read().mail is None:
        return 0
    since = clock.now() - LATELY[kind]
    made = 0
    for row in await DB.fetch(_WAITING, since, kind.value):
        user = await user_by_id(row["id"])
        news = await unmailed(user, since=since) if user is not None else []
        if news:
            made += await _make(row["id"], kind, news)
    return made


async def _make(user_account: int, kind: Mail, news: list[int]) -> bool:
    async with write_transaction():
        mail = await DB.fetchval(
            "INSERT INTO notice_mail (user_account, kind, made_at, tries) VALUES ($1, $2, $3, 0) RETURNING id", user_account, kind.value, clock.now()
        )
        taken = await DB.fetch("UPDATE notice SET notice_mail = $2 WHERE id = ANY($1) AND notice_mail IS NULL RETURNING id", news, mail)
        if not taken:  # another worker was faster
            await DB.execute("DELETE FROM notice_mail WHERE id = $1", mail)
            return False
        await enqueue(SEND, mail=mail)
    return True


async def send(payload: Mapping[str, Any]) -> None:
    """Send one mail, once. Raises NotNow where it is to be tried again, GiveUp where the server will never take it."""
    number, chosen = int(payload["mail"]), settings.read()
    if chosen.mail is None:
        raise NotNow("no-mail-server")
    user_account = await DB.fetchval(_TAKE, number, clock.now(), clock.now() - NOBODY_ELSE_FOR)
    if user_account is None:
        if await DB.fetchval("SELECT sent_at IS NULL AND failed_at IS NULL FROM notice_mail WHERE id = $1", number):
            raise NotNow("in-other-hands")
        return
    user = await user_by_id(user_account)
    if user is None:
        await _failed(number, "no-account")
        return
    await to_the_end(_send(number, user.email, chosen.mail, chosen.public_url))


async def _send(number: int, email: str, server: MailSettings, url: str) -> None:
    """To the end, though the worker be told to stop: what was sent and not noted would be sent again."""
    try:
        await asyncio.to_thread(post, message(number, email, server, url), server)
    except (smtplib.SMTPException, OSError, MessageError, ValueError) as fault:
        kind = type(fault).__name__
        if for_ever(fault):
            await _failed(number, kind)
            raise GiveUp(kind) from None
        await DB.execute("UPDATE notice_mail SET tried_at = NULL, fault = $2 WHERE id = $1", number, kind)
        raise NotNow(kind) from None
    await DB.execute("UPDATE notice_mail SET sent_at = $2, fault = NULL WHERE id = $1", number, clock.now())


async def _failed(number: int, fault: str) -> None:
    await DB.execute("UPDATE notice_mail SET failed_at = $2, fault = $3 WHERE id = $1", number, clock.now(), fault)


def message(number: int, email: str, server: MailSettings, url: str) -> EmailMessage:
    """The mail. Raises ValueError or MessageError for an address that is none, and so for one that would add a header. Its id is that of the row: a
    mail server that gets it twice, as after a power cut, can tell."""
    if not _ADDRESS.fullmatch(email):
        raise ValueError("not an address")
    made = EmailMessage()
    made["Subject"] = SUBJECT
    made["From"] = Address("yosafe", addr_spec=server.sender)
    made["To"] = Address(addr_spec=email)
    made["Date"] = format_datetime(clock.now())
    made["Message-ID"] = f"<notice-{number}@{server.sender.rpartition('@')[2]}>"
    made["Auto-Submitted"] = "auto-generated"
    made.set_content(TEXT.format(url=url))
    return made


def post(mail: EmailMessage, server: MailSettings) -> None:
    """Hand a mail to the server. Blocks. Raises what smtplib does; nothing is sent without TLS where TLS is wanted."""
    secure = ssl.create_default_context()
    if server.port == IMPLICIT_TLS:
        with smtplib.SMTP_SSL(server.host, server.port, timeout=WAITS, context=secure) as over:
            _hand_over(over, mail, server)
        return
    with smtplib.SMTP(server.host, server.port, timeout=WAITS) as over:
        if server.starttls:
            over.starttls(context=secure)
        _hand_over(over, mail, server)


def _hand_over(over: smtplib.SMTP, mail: EmailMessage, server: MailSettings) -> None:
    if server.user is not None and server.password is not None:
        over.login(server.user, server.password)
    over.send_message(mail)


def for_ever(fault: Exception) -> bool:
    """Whether another try is of no use: the server refused the address or the message itself (5xx), or the address is none. A refused password is
    for those who run yosafe to mend: the mail waits."""
    if isinstance(fault, smtplib.SMTPRecipientsRefused):
        return all(500 <= code < 600 for code, _ in fault.recipients.values())
    if isinstance(fault, smtplib.SMTPAuthenticationError):
        return False
    if isinstance(fault, smtplib.SMTPDataError | smtplib.SMTPSenderRefused):
        return 500 <= fault.smtp_code < 600
    return isinstance(fault, MessageError | ValueError) and not isinstance(fault, OSError)
