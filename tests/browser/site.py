"""A whole yosafe for the browser tests, in a process of its own: `python -m tests.browser.site HOME PORT`.

Feltham, 169 miles from Leeds. Dan (officer), Cleo and Kim (leads) and Grace (data protection officer) work there; Amina (YOT), Esi (social worker) in
Leeds; Jay on the committee; Ben at a YOT elsewhere; Femi inspects; Hal administers. Reece and two others from Leeds are at Feltham since some weeks.
"""

import asyncio
import datetime as dt
import os
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import uvicorn

from tests import world
from yosafe import clock, settings
from yosafe.accounts import actions
from yosafe.accounts.access import user_by_email
from yosafe.accounts.permissions import AgencyKind, Role
from yosafe.accounts.schemas import AddAgency, AddUser
from yosafe.accounts.secrets import hash_password
from yosafe.audit.record import Operator
from yosafe.db import embedded
from yosafe.db.engine import DB
from yosafe.db.upgrade import upgrade
from yosafe.people.access import young_person_ref
from yosafe.people.actions import add_young_person, start_placement
from yosafe.people.schemas import AddYoungPerson, StartPlacement
from yosafe.referrals.actions import send_referral
from yosafe.referrals.schemas import SendReferral
from yosafe.reviews.actions import refresh_flags
from yosafe.web.app import create_app

PASSWORD = "four plain words here"
HERE = "FYI"
AGENCIES = (
    AddAgency(code="feltham", kind=AgencyKind.YOI, name="Feltham", establishment=HERE),
    AddAgency(code="leeds-yot", kind=AgencyKind.YOT, name="Leeds YOT", area=world.LEEDS),
    AddAgency(code="kent-yot", kind=AgencyKind.YOT, name="Kent YOT", area=world.KENT),
    AddAgency(code="leeds-social", kind=AgencyKind.SOCIAL_SERVICES, name="Leeds social services", area=world.LEEDS),
    AddAgency(code="hounslow-acpc", kind=AgencyKind.ACPC, name="Hounslow ACPC", area="E09000018"),
    AddAgency(code="inspectorate", kind=AgencyKind.INSPECTORATE, name="Inspectorate"),
    AddAgency(code="operator", kind=AgencyKind.OPERATOR, name="Operator"),
)
PEOPLE = {
    "amina": (Role.YOT_WORKER, "leeds-yot"),
    "ben": (Role.YOT_WORKER, "kent-yot"),
    "cleo": (Role.YOI_LEAD, "feltham"),
    "dan": (Role.YOI_OFFICER, "feltham"),
    "esi": (Role.SOCIAL_WORKER, "leeds-social"),
    "femi": (Role.INSPECTOR, "inspectorate"),
    "grace": (Role.DPO, "feltham"),
    "hal": (Role.ADMIN, "operator"),
    "jay": (Role.ACPC_MEMBER, "hounslow-acpc"),
    "kim": (Role.YOI_LEAD, "feltham"),
}
CHILDREN = (("Ellis", "Reece"), ("Stone", "Marlon"), ("Varga", "Tomas"))
WAITS = ("Quill", "Sami")


async def furnish() -> None:
    """Agencies, people who can sign in, and boys with the flags that follow; of the last there is a referral that nobody has answered."""
    for agency in AGENCIES:
        await actions.add_agency(agency, by=Operator())
    password_hash = await hash_password(PASSWORD)
    for name, (role, agency_code) in PEOPLE.items():
        await actions.add_user(AddUser(email=f"{name}@example.org", name=name.title(), role=role, agency=agency_code), by=Operator())
    await DB.execute("UPDATE user_account SET password_hash = $1", password_hash)
    amina, dan = await user_by_email("amina@example.org"), await user_by_email("dan@example.org")
    arrived = clock.now() - dt.timedelta(days=45)
    with clock.stopped_at(arrived + dt.timedelta(hours=1)):
        for place, (family_name, given_names) in enumerate((*CHILDREN, WAITS)):
            born = clock.today().replace(year=clock.today().year - 16, day=1) - dt.timedelta(days=30 * place)
            new = AddYoungPerson(
                family_name=family_name, given_names=given_names, date_of_birth=born, sex="male", home_outcode="LS9", home_area=world.LEEDS
            )
            young_person = await add_young_person(by=amina, new=new)
            stay = StartPlacement(establishment=HERE, unit="Kestrel", legal_status="dto", arrived_at=arrived)
            await start_placement(by=dan, young_person=young_person, new=stay)
    await refresh_flags(by=Operator("system"))
    with clock.stopped_at(clock.now() - dt.timedelta(days=14)):
        letter = SendReferral(
            young_person=young_person_ref(young_person.id), told_by="visitor", told_on=clock.today(), told_how="He has bruises.",
            category="physical", concern="His mother saw bruises on the last visit.", child_view="I fell.", sharing_basis="significant_harm",
            gaps_reason="It can't wait for the rest.",
        )  # fmt: skip
        await send_referral(letter, by=await user_by_email("cleo@example.org"))


@contextmanager
def here(home: Path) -> Iterator[str]:
    """The settings of a yosafe whose home this is, and the address of its database, which stops afterwards."""
    dsn = embedded.start(home / "db", durable=False)
    os.environ |= {
        "YOSAFE_HOME": str(home),
        "YOSAFE_DATABASE_URL": dsn,
        "YOSAFE_LOG": "json",
        "YOSAFE_CODES_FOR": "none",
        "YOSAFE_CONFIRM_MINUTES": "60",
    }
    try:
        yield dsn
    finally:
        embedded.stop(home / "db")


def serve(port: int) -> None:
    uvicorn.run(create_app(settings.read()), host="127.0.0.1", port=port, log_level="warning", access_log=False)


async def make(dsn: str) -> None:
    await DB.open(dsn)
    await upgrade()
    await furnish()
    await DB.close()


def main(home: Path, port: int) -> None:
    with here(home) as dsn:
        asyncio.run(make(dsn))
        serve(port)


if __name__ == "__main__":
    main(Path(sys.argv[1]), int(sys.argv[2]))
