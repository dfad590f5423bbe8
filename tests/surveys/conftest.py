"""The people of tests/world.py, and two from elsewhere: Wes leads safeguarding at Werrington, Stan sits on Staffordshire's committee."""

import re

import httpx
import pytest

from yosafe.accounts import actions
from yosafe.accounts.access import user_by_email
from yosafe.accounts.permissions import AgencyKind, Role
from yosafe.accounts.schemas import AddAgency, AddUser
from yosafe.audit.record import Operator
from yosafe.db.engine import DB
from yosafe.surveys.uploads.running import JOB

WERRINGTON = AddAgency(code="werrington", kind=AgencyKind.YOI, name="Werrington", establishment="WNI")
STAFFORDSHIRE = AddAgency(code="staffordshire-acpc", kind=AgencyKind.ACPC, name="Staffordshire ACPC", area="E10000028")


@pytest.fixture
async def people(world):
    """Those who have to do with surveys, by name."""
    found = {name: world[name] for name in ("cleo", "dan", "femi", "jay")}
    for name, role, agency in (("wes", Role.YOI_LEAD, WERRINGTON), ("stan", Role.ACPC_MEMBER, STAFFORDSHIRE)):
        await actions.add_agency(agency, by=Operator())
        await actions.add_user(AddUser(email=f"{name}@example.org", name=name.title(), role=role, agency=agency.code), by=Operator())
        found[name] = await user_by_email(f"{name}@example.org")
    return found


@pytest.fixture
async def script_of(api, people):
    """A script with someone's API key; None for nobody's."""
    return lambda name: api(people[name] if name else None)


@pytest.fixture
async def browser_of(client, people):
    """A browser in which someone is signed in; None for nobody."""
    return lambda name: client(people[name] if name else None)


def token_in(page: httpx.Response) -> str:
    match = re.search(r'name="_csrf_token" value="(\w+)"', page.text)
    assert match
    return match[1]


def wave(yes: int = 20, no: int = 30, *more: str) -> bytes:
    """A file of answers to whether someone has felt unsafe here."""
    return "\n".join(["unsafe_ever,age,wing", *["yes,16,A"] * yes, *["no,17,B"] * no, *more, ""]).encode()


def rows_of(coded) -> list[dict[str, str | float]]:
    """What each respondent answered, by question."""
    columns = coded.responses.questions.items()
    return [{q: a.choices[a.codes[row] - 1] for q, a in columns if a.codes[row]} for row in range(coded.responses.count)]


async def done_by_a_worker(upload: int) -> None:
    """What a worker does of a file that was confirmed."""
    attempt = await DB.fetchval("SELECT attempt FROM survey_upload WHERE id = $1", upload)
    await JOB.run({"upload": upload, "attempt": attempt})


async def confirmed(client, address: str, page: httpx.Response, **form: str) -> httpx.Response:
    """What a browser is answered that confirms a file; where it was taken, a worker has stored it."""
    answer = await client.post(address, data={"_csrf_token": token_in(page), **form})
    if answer.status_code == 303:
        await done_by_a_worker(int(address.rsplit("/", 1)[1]))
        answer = await client.get(answer.headers["location"])
    return answer
