"""Decisions about public protection panels by API."""

from litestar import Controller, get, post
from litestar.di import NamedDependency
from litestar.params import FromPath, JSONBody

from yosafe.accounts.viewer import User
from yosafe.people.access import get_young_person_for
from yosafe.people.queries import open_record

from .actions import READ, RECORD, decide_public_risk
from .queries import public_risk_of
from .schemas import DecidePublicRisk, PublicRiskOfOut


class PublicRiskApi(Controller):
    tags = ("public protection",)

    @get("/young-people/{ref:str}/public-risk", opt={"permission": READ})
    async def of(self, ref: FromPath[str], user: NamedDependency[User]) -> PublicRiskOfOut:
        """Decisions whether to refer to a public protection panel, and the young person's own protection beside them."""
        return await public_risk_of(user, (await open_record(user, ref, "sharing")).id)

    @post("/young-people/{ref:str}/public-risk", opt={"permission": RECORD})
    async def decide(self, ref: FromPath[str], data: JSONBody[DecidePublicRisk], user: NamedDependency[User]) -> PublicRiskOfOut:
        """Record a decision, with an answer for each criterion of Appendix F."""
        child = await get_young_person_for(user, ref)
        await decide_public_risk(by=user, young_person=child, new=data)
        return await public_risk_of(user, child.id)
