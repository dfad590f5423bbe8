"""Reads of reports: which can be built, which were, and one of them."""

from collections.abc import Sequence
from typing import Any

import msgspec

from yosafe import clock
from yosafe.accounts.viewer import User
from yosafe.audit.record import Actor, EventName, record_read
from yosafe.db.paging import Instant
from yosafe.db.sql import Sql, every
from yosafe.lists.listed import Column, Listed, Nothing
from yosafe.lists.ordering import Place, ranked, sort
from yosafe.reference.terms import in_terms
from yosafe.refs import ref
from yosafe.settings import Terminology

from . import access
from .access import PREFIX, SUBJECT
from .definitions import Definition
from .periods import last_over, period
from .schemas import STATUS_WORDS, BuildOut, BuildWithContentOut, ContentOut, ReportOut, ReportsOut, StatementOut
from .statements import content_of, statement_of

_COLUMNS = (
    "b.id, b.report, b.heading, b.period, b.status, b.steps_done, b.steps, b.fault, b.asked_at, a.name AS asked_by_name, b.built_at, b.issued_at, "
    "i.name AS issued_by_name, b.content_sha256, b.corrects, b.reason, b.version, "
    "(SELECT max(c.id) FROM report_build c WHERE c.corrects = b.id AND c.issued_at IS NOT NULL) AS corrected_by"
)


def reports(user: User, terminology: Terminology) -> ReportsOut:
    """Those that a user can build, and what is wrong with definitions that can't be read."""
    items = [_report(one, terminology) for one in access.reports_for(user)]
    faults = [f"{error.key}: {error.message}" if error.key else error.message for fault in access.all_reports().faults for error in fault.errors]
    return ReportsOut(items=items, next=None, faults=faults)


def _report(one: Definition, terminology: Terminology) -> ReportOut:
    return ReportOut(
        name=one.name, title=in_terms(one.title, terminology), about=in_terms(one.about, terminology), periods=[span.value for span in one.spans],
        latest=last_over(one.spans[0], clock.today()).key,
    )  # fmt: skip


class Builds(Listed[Nothing, BuildOut]):
    """The reports of someone's agency that are for their role, the latest first. They name no young person."""

    id = "reports"
    noun = ("report", "reports")
    tie = "b.id"
    permission = access.READ

    def columns(self, viewer: User, terminology: Terminology) -> list[Column]:
        return _list_columns()

    def default(self, wanted: Nothing) -> str:
        return "-asked"

    async def query(self, viewer: User, wanted: Nothing, place: Place, limit: int) -> Sql:
        return Sql(
            f"SELECT {_COLUMNS} {{}} FROM report_build b LEFT JOIN user_account a ON a.id = b.asked_by "
            "LEFT JOIN user_account i ON i.id = b.issued_by WHERE {} ORDER BY {} LIMIT {}",
            place.columns, every([access.visible(viewer), place.after()]), place.order(), limit,
        )  # fmt: skip

    async def items(self, viewer: User, rows: Sequence[Any], terminology: Terminology) -> list[BuildOut]:
        return [build_out(row) for row in rows]


def _list_columns() -> list[Column]:
    return [
        Column(
            id="report", title="Report", sort=sort("b.heading", kinds=[str]),
            cells=(("Report", lambda one, _: one.title), ("Report (name)", lambda one, _: one.report), ("Reference", lambda one, _: one.ref)),
        ),
        Column(id="period", title="Period", sort=sort("b.period", kinds=[str]), down=True, cells=(("Period", lambda one, _: one.period),)),
        Column(
            id="status", title="State", sort=ranked("b.status", STATUS_WORDS),
            cells=(("State", lambda one, _: STATUS_WORDS[one.status]), ("State (code)", lambda one, _: one.status)),
        ),
        Column(
            id="asked", title="Asked for", down=True, sort=sort("b.asked_at", kinds=[Instant]),
            cells=(("Asked for", lambda one, _: one.asked_at), ("Asked for by", lambda one, _: one.asked_by)),
        ),
    ]  # fmt: skip


BUILDS = Builds()


def build_out(row: Any) -> BuildOut:
    return BuildOut(**_fields(row))


def _fields(row: Any) -> dict[str, Any]:
    digest = row["content_sha256"]
    return {
        "ref": ref(PREFIX, row["id"]), "report": row["report"], "title": row["heading"], "period": row["period"],
        "period_words": period(row["period"]).words, "status": row["status"], "done": row["steps_done"], "steps": row["steps"], "fault": row["fault"],
        "asked_at": row["asked_at"], "asked_by": row["asked_by_name"] or "The operator", "built_at": row["built_at"], "issued_at": row["issued_at"],
        "issued_by": row["issued_by_name"], "sha256": bytes(digest).hex() if digest is not None else None,
        "corrects": ref(PREFIX, row["corrects"]) if row["corrects"] else None, "reason": row["reason"],
        "corrected_by": ref(PREFIX, row["corrected_by"]) if row["corrected_by"] else None, "version": row["version"],
    }  # fmt: skip


async def open_build(viewer: User, reference: str) -> BuildWithContentOut:
    """A report for a page or an answer, noted as read. Raises NotFound."""
    row = await access.get_build_for(viewer, reference)
    await record_read(EventName.REPORT_READ, by=viewer, subject=(SUBJECT, row["id"]), detail={"report": row["report"]})
    content = content_of(row)
    return BuildWithContentOut(**_fields(row), content=content, statement=await statement_of(row["id"], content))


async def taken_out(row: Any, form: str, *, by: Actor) -> tuple[ContentOut, StatementOut | None]:
    """What a file is made of, and its words if they are signed; noted before it is given. Raises Conflict where nothing is built."""
    access.check_built(row)
    content = msgspec.json.decode(row["content"], type=ContentOut)
    statement = await statement_of(row["id"], content)
    await record_read(EventName.REPORT_TAKEN, by=by, subject=(SUBJECT, row["id"]), detail={"report": row["report"], "form": form})
    return content, statement if statement is not None and statement.signed_at is not None else None
