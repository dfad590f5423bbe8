"""What comes in and goes out about public protection panels. Codes are the lists `public_risk_*`."""

import datetime as dt
from typing import Annotated

from msgspec import Meta, Struct

from yosafe.people.schemas import Code
from yosafe.text import In, Reason

Whom = Annotated[str, Meta(min_length=1, max_length=120, description="Name and work")]
Evidence = Annotated[str, Meta(min_length=1, max_length=2000, description="What shows it, and where that is written down")]


class Criterion(In, kw_only=True):
    """`answer`: met, not_met or not_known; one that is met has evidence."""

    answer: Code
    evidence: Evidence | None = None


class DecidePublicRisk(In, kw_only=True):
    """`criteria`: an answer for each of the list `public_risk_criterion`. `protection`: how it stands with a referral for the young person's own
    protection, which this one never replaces."""

    criteria: dict[str, Criterion]
    decision: Code
    reason: Reason
    protection: Code
    decided_on: dt.date
    decided_by: Whom


class CriterionOut(Struct, kw_only=True):
    criterion: str
    answer: str
    evidence: str | None


class PublicRiskOut(Struct, kw_only=True):
    id: int
    young_person: str
    criteria: list[CriterionOut]
    decision: str
    reason: str
    protection: str
    decided_on: dt.date
    decided_by: str
    agency: str
    recorded_at: dt.datetime
    recorded_by: str


class OwnReferralOut(Struct, kw_only=True):
    """A child protection referral about the young person, or the decision not to make one, that the reader may see."""

    ref: str
    status: str


class PublicRiskOfOut(Struct, kw_only=True):
    """The decisions about one young person, the latest first. `own_protection`: the referrals of their own, the latest first; `protection_missing`:
    they were referred as a risk to others, and no such referral, nor a decision not to make one, is there for the reader to see."""

    items: list[PublicRiskOut]
    own_protection: list[OwnReferralOut]
    protection_missing: bool
    next: str | None = None
