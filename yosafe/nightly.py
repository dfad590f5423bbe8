"""What yosafe does by itself: the jobs that have an hour. All are done as `system`, so that the trail says that nobody asked."""

from yosafe import settings
from yosafe.audit.record import EventName, Operator, record
from yosafe.db.engine import write_transaction
from yosafe.forms.drafts import purge_expired
from yosafe.imports.actions import let_go
from yosafe.jobs import queue
from yosafe.jobs.registry import Job, Payload
from yosafe.notices import mail
from yosafe.notices.schemas import Mail
from yosafe.people.keep_apart.notices import tell_of_reviews
from yosafe.people.notices import tell_of_clocks
from yosafe.people.time_limits.refreshing import refresh_due_days
from yosafe.reporting.schedules.running import ask_due
from yosafe.retention.destroying import destroy
from yosafe.retention.records.destruction import destroy_confirmed
from yosafe.reviews.actions import refresh_flags
from yosafe.reviews.notices import tell_of_actions_due, tell_of_overdue_actions
from yosafe.reviews.risk_model.auditing import audit_indicators
from yosafe.subject_access.requests.notices import tell_of_requests
from yosafe.welfare.plan.notices import tell_of_overdue_needs

SYSTEM = Operator("system")


async def remind() -> int:
    """Tell people of what is nearly due, due, or late; how many notices. Again on the same day it adds none."""
    async with write_transaction():
        told = {
            "clocks": await tell_of_clocks(by=SYSTEM),
            "actions": await tell_of_overdue_actions(by=SYSTEM) + await tell_of_actions_due(by=SYSTEM),
            "keep_apart": await tell_of_reviews(by=SYSTEM),
            "needs": await tell_of_overdue_needs(by=SYSTEM),
            "subject_requests": await tell_of_requests(by=SYSTEM),
        }
        await record(EventName.NOTICES_REMINDED, by=SYSTEM, detail=told)
    return sum(told.values())


def _sends_mail() -> bool:
    return settings.read().mail is not None


async def _flags(_: Payload) -> None:
    await refresh_flags(by=SYSTEM)


async def _audits(_: Payload) -> None:
    await audit_indicators(by=SYSTEM)


async def _due_days(_: Payload) -> None:
    await refresh_due_days(by=SYSTEM)


async def _drafts(_: Payload) -> None:
    await purge_expired(by=SYSTEM)


async def _imports(_: Payload) -> None:
    await let_go(by=SYSTEM)


async def _reports(_: Payload) -> None:
    await ask_due(by=SYSTEM)


async def _remind(_: Payload) -> None:
    await remind()


async def _at_once(_: Payload) -> None:
    await mail.collect(Mail.AT_ONCE)


async def _daily(_: Payload) -> None:
    await mail.collect(Mail.DAILY)


async def _traces(_: Payload) -> None:
    await destroy(by=SYSTEM)


async def _records(_: Payload) -> None:
    await destroy_confirmed(by=SYSTEM)


async def _tidy(_: Payload) -> None:
    await queue.tidy()


JOBS = (
    Job(name="flags-refresh", about="Works out every indicator for everyone in custody, as at the new day", run=_flags, cron="15 1 * * *"),
    Job(
        name="indicators-audit",
        about="Works out once a week whom each kind of flag pointed to and missed, by sub-group",
        run=_audits,
        cron="15 3 * * 0",
    ),
    Job(
        name="clocks-refresh",
        about="Works out anew when running time limits are due, where a bank holiday was proclaimed since they started",
        run=_due_days,
        cron="30 0 * * *",
    ),
    Job(name="drafts-purge", about="Takes away drafts that nobody changed for 30 days", run=_drafts, cron="45 1 * * *"),
    Job(
        name="imports-tidy",
        about="Lets go of files that nobody confirmed for a week, and of refused rows after 90 days",
        run=_imports,
        cron="48 1 * * *",
    ),
    Job(name="jobs-tidy", about="Takes out what is noted of jobs that ended 30 days ago", run=_tidy, cron="50 1 * * *"),
    Job(
        name="traces-destroy",
        about="Destroys notices, sessions and other traces of working that are over by the schedule",
        run=_traces,
        cron="55 1 * * *",
    ),
    Job(
        name="records-destroy",
        about="Destroys records of young people that one person proposed and another confirmed, each whole or not at all",
        run=_records,
        cron="5 2 * * *",
    ),
    Job(
        name="reports-scheduled",
        about="Asks for every scheduled report whose day has come",
        run=_reports,
        cron="15 2 * * *",
    ),
    Job(name="notices-remind", about="Tells people of time limits, actions and reviews that are due or late", run=_remind, cron="0 5 * * *"),
    Job(
        name="notices-mail-at-once",
        about="Makes a mail for each person with news who wants to hear at once",
        run=_at_once,
        cron="* * * * *",
        wanted=_sends_mail,
        tries=1,
    ),
    Job(
        name="notices-mail-daily",
        about="Makes a mail for each person with news who wants to hear daily",
        run=_daily,
        cron="0 6 * * *",
        wanted=_sends_mail,
    ),
    Job(name=mail.SEND, about="Sends one mail", run=mail.send, tries=12),
)
