"""Reading decisions about public protection panels, with how it stands with the young person's own protection."""

from typing import Any

from yosafe.accounts.viewer import User
from yosafe.db.engine import DB
from yosafe.people.access import young_person_ref
from yosafe.reference.codes import code_list
from yosafe.referrals.queries import of_child

from .schemas import CriterionOut, OwnReferralOut, PublicRiskOfOut, PublicRiskOut

_LIST = """
    SELECT p.*, g.name AS agency_name, u.name AS recorder
    FROM public_risk p JOIN agency g ON g.id = p.agency JOIN user_account u ON u.id = p.recorded_by
    WHERE p.young_person = $1 ORDER BY p.decided_on DESC, p.id DESC LIMIT 200
"""


async def own_protection(viewer: User, young_person: int) -> list[OwnReferralOut]:
    """The child protection referrals of a young person who was loaded for the viewer, and decisions not to make one."""
    if not viewer.may("referral:read"):
        return []
    return [OwnReferralOut(ref=one.ref, status=one.status.value) for one in await of_child(viewer, young_person)]


async def public_risk_of(viewer: User, young_person: int) -> PublicRiskOfOut:
    """Of a young person who was loaded for the viewer."""
    items = [_out(row) for row in await DB.fetch(_LIST, young_person)]
    own = await own_protection(viewer, young_person)
    return PublicRiskOfOut(items=items, own_protection=own, protection_missing=bool(items) and items[0].decision == "refer" and not own)


def _out(row: Any) -> PublicRiskOut:
    given = row["criteria"]
    return PublicRiskOut(
        id=row["id"], young_person=young_person_ref(row["young_person"]), decision=row["decision"], reason=row["reason"],
        criteria=[
            CriterionOut(criterion=code, answer=given[code]["answer"], evidence=given[code].get("evidence"))
            for code in code_list("public_risk_criterion").values() if code in given
        ],
        protection=row["protection"], decided_on=row["decided_on"], decided_by=row["decided_by"], agency=row["agency_name"],
        recorded_at=row["recorded_at"], recorded_by=row["recorder"],
    )  # fmt: skip
