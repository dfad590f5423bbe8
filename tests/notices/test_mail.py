"""Mail says that there is something and no more, is sent once, is tried again when the server is away, and is given up when the server refuses."""

import datetime as dt
import logging
import os
import socket
from collections.abc import Callable, Iterator
from email import message_from_bytes
from email.errors import MessageError

import pytest
from aiosmtpd.controller import Controller
from hypothesis import given
from hypothesis import strategies as st

from tests.incidents.make import involve, submit
from tests.incidents.test_staff import about, join
from tests.world import NOW
from yosafe import clock
from yosafe.accounts.permissions import Role
from yosafe.db.engine import DB
from yosafe.jobs.queue import failed, try_again
from yosafe.jobs.registry import GiveUp
from yosafe.notices import mail
from yosafe.notices.actions import choose_mail, mark_read
from yosafe.notices.mail import message
from yosafe.notices.schemas import Mail
from yosafe.settings import MailSettings

SENDER = "yosafe@example.org"


class Postbox:
    """A mail server: keeps what it takes, and answers what it is told to."""

    def __init__(self) -> None:
        self.taken: list[tuple[list[str], bytes]] = []
        self.answers: list[str] = []

    async def handle_DATA(self, server, session, envelope):  # aiosmtpd's name
        answer = self.answers.pop(0) if self.answers else "250 OK"
        if answer.startswith("2"):
            self.taken.append((envelope.rcpt_tos, envelope.content))
        return answer


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


def use(monkeypatch: pytest.MonkeyPatch, port: int, **more: str) -> None:
    for name, value in {"HOST": "127.0.0.1", "PORT": str(port), "FROM": SENDER, "STARTTLS": "no", **more}.items():
        monkeypatch.setenv(f"YOSAFE_SMTP_{name}", value)


@pytest.fixture
def postbox(monkeypatch: pytest.MonkeyPatch, tmp_path) -> Iterator[Postbox]:
    logging.getLogger("mail.log").setLevel(logging.ERROR)
    box = Postbox()
    server = Controller(box, hostname="127.0.0.1", port=free_port())
    server.start()
    monkeypatch.setenv("YOSAFE_HOME", str(tmp_path))
    monkeypatch.setenv("YOSAFE_PUBLIC_URL", "https://yosafe.example.org")
    use(monkeypatch, server.port)
    yield box
    server.stop()


@pytest.fixture
async def news(world):
    """Cleo, who wants to hear at once, is told of an incident that Dan recorded."""
    await choose_mail(by=world.cleo, mail=Mail.AT_ONCE)
    return await submit(world.dan, involve(world.kai, "harmed"), severity="serious")


async def state() -> list[tuple[str | None, bool, bool, int]]:
    """Of each mail: the fault, whether it was sent, whether it failed for good, how often it was tried."""
    rows = await DB.fetch("SELECT fault, sent_at, failed_at, tries FROM notice_mail ORDER BY id")
    return [(row["fault"], row["sent_at"] is not None, row["failed_at"] is not None, row["tries"]) for row in rows]


async def due_now() -> None:
    """What is to be tried again later is due."""
    await DB.execute("UPDATE job_queue.pgqueuer SET execute_after = now() WHERE status = 'queued'")


async def test_a_mail_says_that_there_is_something_and_no_more(postbox, news, do_all: Callable):
    assert await mail.collect(Mail.AT_ONCE) == 1
    await do_all()
    ((to, content),) = postbox.taken
    sent = message_from_bytes(content)
    assert (to, sent["Subject"], sent["From"]) == (["cleo@example.org"], "An item in yosafe needs you", f"yosafe <{SENDER}>")
    assert sent["Message-ID"] == "<notice-1@example.org>"
    text = sent.get_payload()
    assert "https://yosafe.example.org/notices" in text
    for word in ("Morton", "Kai", "serious", "incident", "IN-0", "YP-0", "Wetherby", "Dan"):
        assert word not in content.decode()
    assert await state() == [(None, True, False, 1)]


async def test_news_is_mailed_once_and_only_while_it_is_news(postbox, world, news, do_all: Callable):
    for _ in range(2):
        await mail.collect(Mail.AT_ONCE)
        await do_all()
    assert len(postbox.taken) == 1
    await submit(world.dan, involve(world.kai, "harmed"))
    await mark_read(by=world.cleo, notices=[row["id"] for row in await DB.fetch("SELECT id FROM notice")])
    assert await mail.collect(Mail.AT_ONCE) == 0


@pytest.mark.parametrize(("chosen", "at_once", "daily"), [(Mail.AT_ONCE, 1, 0), (Mail.DAILY, 0, 1), (Mail.NONE, 0, 0), (None, 0, 1)])
async def test_each_hears_as_they_chose(postbox, world, chosen, at_once, daily):
    if chosen is not None:
        await choose_mail(by=world.cleo, mail=chosen)
    for _ in range(2):
        await submit(world.dan, involve(world.kai, "harmed"))
    assert (await mail.collect(Mail.AT_ONCE), await mail.collect(Mail.DAILY)) == (at_once, daily)


async def test_whom_an_allegation_is_about_gets_no_mail(postbox, world):
    olive = await join("olive", Role.YOI_LEAD)
    for user in (olive, world.cleo):
        await choose_mail(by=user, mail=Mail.AT_ONCE)
    await submit(world.dan, involve(world.kai, "concerned"), kind="staff_allegation", staff=about("Olive"))
    assert await mail.collect(Mail.AT_ONCE) == 1
    assert await DB.fetchval("SELECT user_account FROM notice_mail") == world.cleo.id


async def test_without_a_server_no_mail_is_made(world, monkeypatch, tmp_path, news):
    monkeypatch.setenv("YOSAFE_HOME", str(tmp_path))
    assert await mail.collect(Mail.AT_ONCE) == 0
    assert await state() == []


async def test_a_server_that_is_away_is_tried_again_and_gets_it_once(postbox, news, monkeypatch, do_all: Callable):
    there = int(os.environ["YOSAFE_SMTP_PORT"])
    use(monkeypatch, free_port())
    await mail.collect(Mail.AT_ONCE)
    await do_all()
    assert await state() == [("ConnectionRefusedError", False, False, 1)]
    use(monkeypatch, there)
    await due_now()
    await do_all()
    await due_now()
    await do_all()
    assert len(postbox.taken) == 1
    assert await state() == [(None, True, False, 2)]


@pytest.mark.parametrize(("answer", "for_good"), [("451 Try later", False), ("554 No", True)])
async def test_what_the_server_says_decides(postbox, news, answer, for_good, do_all: Callable):
    postbox.answers = [answer]
    await mail.collect(Mail.AT_ONCE)
    await do_all()
    assert await state() == [("SMTPDataError", False, for_good, 1)]
    assert [one.job for one in await failed()] == (["notice-mail-send"] if for_good else [])
    await due_now()
    await try_again()
    await do_all()
    assert len(postbox.taken) == (0 if for_good else 1)


async def test_nothing_is_sent_in_the_clear_where_tls_is_wanted(postbox, news, monkeypatch, do_all: Callable):
    monkeypatch.setenv("YOSAFE_SMTP_STARTTLS", "yes")
    await mail.collect(Mail.AT_ONCE)
    await do_all()
    assert postbox.taken == []
    assert await state() == [("SMTPNotSupportedError", False, False, 1)]


async def test_a_mail_that_another_worker_has_in_hand_is_left_to_it(postbox, news):
    await mail.collect(Mail.AT_ONCE)
    await DB.execute("UPDATE notice_mail SET tried_at = $1", NOW)
    with pytest.raises(mail.NotNow):
        await mail.send({"mail": 1})
    with clock.stopped_at(NOW + dt.timedelta(minutes=11)):  # of that one nothing was heard any more
        await mail.send({"mail": 1})
    await mail.send({"mail": 1})
    assert len(postbox.taken) == 1


async def test_whoever_works_no_more_gets_none(postbox, world, news):
    await mail.collect(Mail.AT_ONCE)
    await DB.execute("UPDATE user_account SET disabled_at = $1 WHERE id = $2", NOW, world.cleo.id)
    await mail.send({"mail": 1})
    assert postbox.taken == []
    assert await state() == [("no-account", False, True, 1)]


async def test_an_address_that_is_none_is_given_up(postbox, world, news):
    await mail.collect(Mail.AT_ONCE)
    await DB.execute("UPDATE user_account SET email = 'a,b@example.org' WHERE id = $1", world.cleo.id)
    with pytest.raises(GiveUp):
        await mail.send({"mail": 1})
    assert (postbox.taken, await state()) == ([], [("ValueError", False, True, 1)])


SERVER = MailSettings(host="127.0.0.1", port=25, user=None, password=None, sender=SENDER, starttls=False)


@given(address=st.one_of(st.text(max_size=60), st.builds("{}\r\nBcc: {}".format, st.just("a@example.org"), st.just("b@example.org"))))
def test_no_address_adds_a_header(address):
    try:
        made = message(1, address, SERVER, "https://yosafe.example.org")
    except (ValueError, MessageError):  # given up: test_an_address_that_is_none_is_given_up
        return
    assert sorted(made.keys()) == sorted(
        ["Subject", "From", "To", "Date", "Message-ID", "Auto-Submitted", "Content-Type", "Content-Transfer-Encoding", "MIME-Version"]
    )
    assert len(made["To"].addresses) == 1
