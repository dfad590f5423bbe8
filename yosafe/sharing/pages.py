"""The page about what was asked and told about a young person."""

from litestar import Controller, get
from litestar.di import NamedDependency
from litestar.params import FromPath
from litestar.response import Template

from yosafe.accounts.viewer import User
from yosafe.committees.case_reviews import shown as reviews_shown
from yosafe.committees.case_reviews.queries import case_reviews_of
from yosafe.people.frame import Section, frame
from yosafe.people.queries import open_record
from yosafe.web.kit import AnyRequest, page, terminology

from .checks import shown as checks_shown
from .checks.access import READ
from .checks.queries import checks_of
from .public_risk import actions as public_risk
from .public_risk import shown as risk_shown
from .public_risk.queries import public_risk_of
from .shares import shown as shares_shown
from .shares.queries import shares_of

SECTION = Section(id="sharing", text="Checks and sharing", path="sharing", permission=READ)
DONE = {
    "asked": "The check was recorded",
    "answered": "The answer was recorded",
    "shared": "It was recorded",
    "settled": "What became of it was recorded",
    "decided": "The decision was recorded",
}


class SharingPages(Controller):
    include_in_schema = False

    @get("/children/{ref:str}/sharing", opt={"permission": READ})
    async def of_child(self, request: AnyRequest, ref: FromPath[str], user: NamedDependency[User]) -> Template:
        child = await open_record(user, ref, "sharing")
        return page(
            "sharing/child.html", request, **await frame(user, child, "sharing", terminology=terminology(request)),
            found=await checks_of(user, child.id), checks_shown=checks_shown, shares=await shares_of(user, child.id), shares_shown=shares_shown,
            risk=await public_risk_of(user, child.id) if user.may(public_risk.READ) else None, risk_shown=risk_shown,
            reviews=await case_reviews_of(user, child.id), reviews_shown=reviews_shown,
            done=DONE.get(request.query_params.get("done", "")),
        )  # fmt: skip
