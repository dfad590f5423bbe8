"""Cleo leads safeguarding at Wetherby, Wes at Werrington; Dan is an officer at Wetherby; Femi inspects; Acer and Stan sit on committees."""

import re

import httpx
import pytest

from yosafe.accounts import actions
from yosafe.accounts.access import user_by_email
from yosafe.accounts.permissions import AgencyKind, Role
from yosafe.accounts.schemas import AddAgency, AddUser, MakeKey
from yosafe.audit.record import Operator
from yosafe.settings import read
from yosafe.web.app import create_app

AGENCIES = {
    "wetherby": {"kind": AgencyKind.YOI, "establishment": "WYI"},
    "werrington": {"kind": AgencyKind.YOI, "establishment": "WNI"},
    "inspectorate": {"kind": AgencyKind.INSPECTORATE},
    "leeds-acpc": {"kind": AgencyKind.ACPC, "area": "E08000035"},
    "staffordshire-acpc": {"kind": AgencyKind.ACPC, "area": "E10000028"},
}
PEOPLE = {
    "cleo": (Role.YOI_LEAD, "wetherby"),
    "dan": (Role.YOI_OFFICER, "wetherby"),
    "wes": (Role.YOI_LEAD, "werrington"),
    "femi": (Role.INSPECTOR, "inspectorate"),
    "acer": (Role.ACPC_MEMBER, "leeds-acpc"),
    "stan": (Role.ACPC_MEMBER, "staffordshire-acpc"),
}


@pytest.fixture
async def people(db):
    """Everyone above, by name."""
    for code, more in AGENCIES.items():
        await actions.add_agency(AddAgency(code=code, name=code.title(), **more), by=Operator())
    for name, (role, agency) in PEOPLE.items():
        await actions.add_user(AddUser(email=f"{name}@example.org", name=name.title(), role=role, agency=agency), by=Operator())
    return {name: await user_by_email(f"{name}@example.org") for name in PEOPLE}


@pytest.fixture
def app(db, database_url, tmp_path):
    return create_app(read({"YOSAFE_HOME": str(tmp_path), "YOSAFE_DATABASE_URL": database_url}, file=tmp_path / "none"))


@pytest.fixture
async def client_of(app, people):
    """A client that asks as someone, by their API key; None for nobody."""
    opened = []

    async def open_for(name: str | None) -> httpx.AsyncClient:
        client = httpx.AsyncClient(transport=httpx.ASGITransport(app, raise_app_exceptions=False), base_url="https://localhost")
        opened.append(client)
        if name:
            key = (await actions.make_key(MakeKey(name="test", email=f"{name}@example.org"), by=Operator())).key
            client.headers["Authorization"] = f"Bearer {key}"
        return client

    yield open_for
    for client in opened:
        await client.aclose()


def token_in(page: httpx.Response) -> str:
    match = re.search(r'name="_csrf_token" value="(\w+)"', page.text)
    assert match
    return match[1]


def wave(yes: int = 20, no: int = 30, *more: str) -> bytes:
    """A file of answers to whether someone has felt unsafe here."""
    return "\n".join(["unsafe_ever,age,wing", *["yes,16,A"] * yes, *["no,17,B"] * no, *more, ""]).encode()
