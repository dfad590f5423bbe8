"""Recording a decision about a public protection panel: in one transaction with its audit entry."""

from msgspec import to_builtins

from yosafe import clock
from yosafe.accounts.access import check_may
from yosafe.accounts.viewer import User
from yosafe.audit.record import EventName, record
from yosafe.db.engine import write_transaction
from yosafe.errors import Invalid
from yosafe.people.rules import before_birth_faults, faults_of, past_faults
from yosafe.people.tables import YoungPerson
from yosafe.reference.codes import code_list
from yosafe.sharing.tables import PublicRisk

from .rules import criteria_faults
from .schemas import DecidePublicRisk

READ, RECORD = "public-risk:read", "public-risk:record"


async def decide_public_risk(*, by: User, young_person: YoungPerson, new: DecidePublicRisk) -> PublicRisk:
    """Record whether a young person is referred, with an answer for each criterion. A later decision stands beside it. Raises Refused, Invalid."""
    check_may(by, RECORD)
    faults = [
        *faults_of(code_list("public_risk_decision").check, new.decision, key="decision"),
        *faults_of(code_list("public_risk_protection").check, new.protection, key="protection"),
        *criteria_faults(new.criteria, decision=new.decision),
        *past_faults("decided_on", new.decided_on, today=clock.today()),
        *before_birth_faults("decided_on", new.decided_on, date_of_birth=young_person.date_of_birth),
    ]
    if faults:
        raise Invalid(faults)
    async with write_transaction():
        row = PublicRisk(
            young_person=young_person.id, agency=by.agency, criteria=to_builtins(new.criteria), decision=new.decision, reason=new.reason,
            protection=new.protection, decided_on=new.decided_on, decided_by=new.decided_by, recorded_at=clock.now(), recorded_by=by.id,
        )  # fmt: skip
        await row.save()
        detail = {"decision": new.decision, "protection": new.protection}
        await record(EventName.PUBLIC_RISK_DECIDED, by=by, subject=("public_risk", row.id), young_person=young_person.id, detail=detail)
    return row
