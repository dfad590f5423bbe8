"""What decisions about public protection panels give to the record of a young person."""

from yosafe.accounts.viewer import User
from yosafe.db.sql import Sql
from yosafe.people.chronology import DAY_AS_INSTANT, Facts, Source, Told
from yosafe.people.merging import Holding
from yosafe.reference.codes import code_list
from yosafe.refs import ref
from yosafe.settings import Terminology

from .actions import READ

_ROWS = f"""
    SELECT p.decision AS part, p.id, {DAY_AS_INSTANT.format("p.decided_on")} AS at, true AS day_only, p.recorded_at, p.recorded_by,
        to_jsonb(p) AS facts
    FROM public_risk p WHERE p.young_person = {{}} AND {{}}
"""


def _rows(viewer: User, young_person: int) -> Sql:
    return Sql(_ROWS, young_person, _may(viewer))


def _may(viewer: User) -> Sql:
    return Sql("true" if viewer.may(READ) else "false")


def _tell(part: str, facts: Facts, terminology: Terminology) -> Told:
    decided = code_list("public_risk_decision").label(part, terminology)
    own = code_list("public_risk_protection").label(facts["protection"], terminology)
    text = f"{facts['decided_by']}. {facts['reason']} Their own protection: {own[:1].lower()}{own[1:]}."
    return Told(
        title=f"Public protection panel: {decided[:1].lower()}{decided[1:]}", text=text, link=f"/children/{ref('YP', facts['young_person'])}/sharing"
    )


SOURCE = Source(
    id="public-risk", title="Public protection panels", permission=READ, rows=_rows, tell=_tell, tables=("public_risk",),
    owner="SELECT t.young_person FROM public_risk t WHERE t.id = m.entry",
)  # fmt: skip
HOLDING = Holding(
    table="public_risk", called="decision about a public protection panel", several="decisions about a public protection panel",
    rows=lambda viewer, young_person: Sql("SELECT p.id FROM public_risk p WHERE p.young_person = {} AND {}", young_person, _may(viewer)),
)  # fmt: skip
