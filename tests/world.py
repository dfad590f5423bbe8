"""The people that tests are about: who works where, and two young people. Loaded by tests/conftest.py for every test that asks for them.

Leeds: Amina (YOT worker), Esi (social worker), Jay (member of the area committee). Wetherby: Cleo (safeguarding lead), Dan (officer), Grace
(data protection officer). Kent: Ben (YOT worker). Oakhill: Ivy (officer). Femi inspects, Hal administers.
Kai Morton is from Leeds and at Wetherby since 7 September 2026. Nia Bello is from Kent and at Oakhill: Kent and Oakhill see her, Leeds and Wetherby
don't. It is 11:00 in London on Monday 5 October 2026, and stays so.
"""

import datetime as dt
from collections.abc import AsyncIterator, Awaitable, Callable
from pathlib import Path
from typing import Any

import httpx
import pytest
from litestar import Litestar
from msgspec.structs import replace

from yosafe import clock
from yosafe.accounts import actions as accounts
from yosafe.accounts.access import user_by_email, user_of_key
from yosafe.accounts.permissions import AgencyKind, Role
from yosafe.accounts.schemas import AddAgency, AddUser, MakeKey
from yosafe.accounts.secrets import new_token, token_hash
from yosafe.accounts.viewer import User
from yosafe.audit.record import Operator
from yosafe.db.engine import DB, Engine
from yosafe.people.access import young_person_ref
from yosafe.people.actions import add_young_person, start_placement
from yosafe.people.duplicates.checking import likely
from yosafe.people.duplicates.schemas import LookForDuplicates
from yosafe.people.schemas import AddYoungPerson, StartPlacement
from yosafe.people.tables import YoungPerson
from yosafe.settings import read
from yosafe.web.app import create_app
from yosafe.web.kit import COOKIE

LEEDS, KENT = "E08000035", "E10000016"
WETHERBY, OAKHILL = "WYI", "STC3"
TODAY = dt.date(2026, 10, 5)
NOW = dt.datetime(2026, 10, 5, 10, tzinfo=dt.UTC)
KAI_ARRIVED = dt.datetime(2026, 9, 7, 13, 30, tzinfo=dt.UTC)
NIA_ARRIVED = dt.datetime(2026, 8, 3, 9, tzinfo=dt.UTC)
ORIGIN = "https://localhost"

AGENCIES = (
    AddAgency(code="leeds-yot", kind=AgencyKind.YOT, name="Leeds YOT", area=LEEDS),
    AddAgency(code="kent-yot", kind=AgencyKind.YOT, name="Kent YOT", area=KENT),
    AddAgency(code="wetherby", kind=AgencyKind.YOI, name="Wetherby", establishment=WETHERBY),
    AddAgency(code="oakhill", kind=AgencyKind.YOI, name="Oakhill", establishment=OAKHILL),
    AddAgency(code="leeds-social-services", kind=AgencyKind.SOCIAL_SERVICES, name="Leeds social services", area=LEEDS),
    AddAgency(code="leeds-acpc", kind=AgencyKind.ACPC, name="Leeds ACPC", area=LEEDS),
    AddAgency(code="inspectorate", kind=AgencyKind.INSPECTORATE, name="HM Inspectorate of Prisons"),
    AddAgency(code="operator", kind=AgencyKind.OPERATOR, name="Operator"),
)
WORKERS = (
    ("amina", Role.YOT_WORKER, "leeds-yot"),
    ("ben", Role.YOT_WORKER, "kent-yot"),
    ("cleo", Role.YOI_LEAD, "wetherby"),
    ("dan", Role.YOI_OFFICER, "wetherby"),
    ("esi", Role.SOCIAL_WORKER, "leeds-social-services"),
    ("femi", Role.INSPECTOR, "inspectorate"),
    ("grace", Role.DPO, "wetherby"),
    ("hal", Role.ADMIN, "operator"),
    ("ivy", Role.YOI_OFFICER, "oakhill"),
    ("jay", Role.ACPC_MEMBER, "leeds-acpc"),
)


class World:
    """Everyone by name: `world.amina` is a User, `world.kai` a YoungPerson."""

    amina: User
    ben: User
    cleo: User
    dan: User
    esi: User
    femi: User
    grace: User
    hal: User
    ivy: User
    jay: User
    kai: YoungPerson
    nia: YoungPerson

    def __init__(self) -> None:
        self.made: dict[str, Any] = {}  # what features add for the access matrix, by a name of their own

    def __getitem__(self, name: str) -> User:
        user: User = getattr(self, name)
        return user

    def of(self, role: Role) -> User:
        """The first user who has a role."""
        return self[next(name for name, of, _ in WORKERS if of is role)]


def kai(**changes: Any) -> AddYoungPerson:
    """Kai Morton as Leeds YOT first recorded him, with something changed."""
    details: dict[str, Any] = {
        "family_name": "Morton", "given_names": "Kai", "date_of_birth": dt.date(2010, 3, 14), "sex": "male", "ethnicity": "white_british",
        "first_language": "english", "interpreter": "no", "home_outcode": "LS9", "home_area": LEEDS,
    }  # fmt: skip
    return AddYoungPerson(**details | changes)


def nia(**changes: Any) -> AddYoungPerson:
    details: dict[str, Any] = {
        "family_name": "Bello", "given_names": "Nia Grace", "date_of_birth": dt.date(2011, 1, 30), "sex": "female", "home_area": KENT,
    }  # fmt: skip
    return AddYoungPerson(**details | changes)


def arrival(establishment: str = WETHERBY, at: dt.datetime = KAI_ARRIVED, **changes: Any) -> StartPlacement:
    details: dict[str, Any] = {"establishment": establishment, "unit": "A wing", "legal_status": "dto", "arrived_at": at}
    return StartPlacement(**details | changes)


async def another_child(by: User, new: AddYoungPerson) -> AddYoungPerson:
    """The same, with word that whoever is recorded already is another child."""
    known = {"family_name": new.family_name, "given_names": new.given_names, "known_as": new.known_as, "date_of_birth": new.date_of_birth}
    found = await likely(by, LookForDuplicates(**known))
    refs = [*(one.ref for one in found.candidates), *found.elsewhere]
    return replace(new, not_duplicate_of=refs, not_duplicate_because="The mother says that they are brothers.") if refs else new


async def build() -> World:
    """Everyone, made through the actions. The clock stands at NOW when this is done; each thing was recorded when it happened."""
    world = World()
    for agency in AGENCIES:
        await accounts.add_agency(agency, by=Operator())
    for name, role, agency_code in WORKERS:
        await accounts.add_user(AddUser(email=f"{name}@example.org", name=name.capitalize(), role=role, agency=agency_code), by=Operator())
        setattr(world, name, await user_by_email(f"{name}@example.org"))
    with clock.stopped_at(KAI_ARRIVED):
        world.kai = await add_young_person(by=world.amina, new=kai())
        await start_placement(by=world.dan, young_person=world.kai, new=arrival())
    with clock.stopped_at(NIA_ARRIVED):
        world.nia = await add_young_person(by=world.ben, new=nia())
        await start_placement(by=world.ivy, young_person=world.nia, new=arrival(OAKHILL, NIA_ARRIVED, unit="Juniper"))
    return world


# Building takes a hundred statements. What they wrote is kept in a schema of its own, and put back for the next test.
_KEEP = """
    DO $$
    DECLARE
        name text;
        filled boolean;
    BEGIN
        CREATE SCHEMA kept;
        CREATE TABLE kept.numbers AS SELECT sequencename, last_value FROM pg_sequences WHERE schemaname = 'public' AND last_value IS NOT NULL;
        FOR name IN SELECT tablename FROM pg_tables WHERE schemaname = 'public' AND tablename <> 'migration' LOOP
            EXECUTE format('SELECT EXISTS (SELECT FROM public.%I)', name) INTO filled;
            IF filled THEN
                EXECUTE format('CREATE TABLE kept.%I AS TABLE public.%I', name, name);
            END IF;
        END LOOP;
    END
    $$
"""
_PUT_BACK = """
    DO $$
    DECLARE
        name text;
    BEGIN
        SET LOCAL session_replication_role = replica;  -- lifts triggers and foreign keys: the rows are as they were written
        FOR name IN SELECT tablename FROM pg_tables WHERE schemaname = 'kept' AND tablename <> 'numbers' LOOP
            EXECUTE format('DELETE FROM public.%I', name);
            EXECUTE format('INSERT INTO public.%I SELECT * FROM kept.%I', name, name);
        END LOOP;
        PERFORM setval(sequencename::regclass, last_value) FROM kept.numbers;
    END
    $$
"""


async def built_before() -> World:
    """The same as `build`, from what it wrote the first time in this database."""
    if not await DB.fetchval("SELECT to_regnamespace('kept') IS NOT NULL"):
        world = await build()
        await DB.execute(_KEEP)
        return world
    await DB.execute(_PUT_BACK)
    world = World()
    for name, _, _ in WORKERS:
        setattr(world, name, await user_by_email(f"{name}@example.org"))
    for child, family_name in (("kai", "Morton"), ("nia", "Bello")):
        setattr(world, child, await YoungPerson.objects().get(YoungPerson.family_name == family_name))
    return world


@pytest.fixture
async def world(db: Engine) -> AsyncIterator[World]:
    with clock.stopped_at(NOW):
        yield await built_before()


@pytest.fixture
def kai_ref(world: World) -> str:
    return young_person_ref(world.kai.id)


@pytest.fixture
def nia_ref(world: World) -> str:
    return young_person_ref(world.nia.id)


def _one(name: str) -> Callable[[World], Any]:
    @pytest.fixture(name=name)
    def one(world: World) -> Any:
        return getattr(world, name)

    return one


amina_, ben_, cleo_, dan_, esi_, femi_, grace_, hal_, ivy_, jay_ = (_one(name) for name, _, _ in WORKERS)


@pytest.fixture(scope="session")
def app(database_url: str, tmp_path_factory: pytest.TempPathFactory) -> Litestar:
    """The whole service, on the database that `db` empties."""
    home: Path = tmp_path_factory.mktemp("home")
    return create_app(read({"YOSAFE_HOME": str(home), "YOSAFE_DATABASE_URL": database_url, "YOSAFE_SECRET_KEY": "m" * 32}, file=home / "none"))


class Browser(httpx.AsyncClient):
    """A browser that is signed in, or not. `send_form` posts a form as a person would, with the hidden token of the page that it stood on."""

    async def send_form(self, path: str, form: dict[str, str | list[str]] | None = None) -> httpx.Response:
        if "__Host-yosafe-csrf" not in self.cookies:
            await self.get("/help")
        token = self.cookies["__Host-yosafe-csrf"]
        return await self.post(path, data={"_csrf_token": token, **(form or {})})


ClientFor = Callable[..., Awaitable[Browser]]


@pytest.fixture
async def client(app: Litestar, db: Engine) -> AsyncIterator[ClientFor]:
    """`await client(amina)`: a browser in which Amina is signed in; `await client()`: one in which nobody is."""
    opened: list[Browser] = []

    async def make(user: User | None = None) -> Browser:
        browser = Browser(transport=httpx.ASGITransport(app, raise_app_exceptions=False), base_url=ORIGIN)
        opened.append(browser)
        if user is not None:
            browser.cookies.set(COOKIE, await session_of(user))
        return browser

    yield make
    for browser in opened:
        await browser.aclose()


@pytest.fixture
async def api(client: ClientFor) -> ClientFor:
    """`await api(amina)`: a script with an API key that acts for Amina. Paths are whole: "/api/v1/incidents"."""

    async def make(user: User | None = None) -> Browser:
        script = await client()
        if user is not None:
            made = await accounts.make_key(MakeKey(name="test", email=user.email), by=Operator())
            script.headers["Authorization"] = f"Bearer {made.key}"
        return script

    return make


async def by_key(world: World, name: str, *scope: str) -> User:
    """Someone of the world as they ask by an API key that may no more than a scope."""
    made = await accounts.make_key(MakeKey(email=f"{name}@example.org", name="script", scope=[*scope]), by=world.hal)
    user = await user_of_key(made.key)
    assert user is not None
    return user


async def session_of(user: User) -> str:
    """The token of a session, without the slow work of checking a password."""
    token, now = new_token(), clock.now()
    await DB.execute(
        "INSERT INTO session (token_hash, user_account, started_at, seen_at, ends_at) VALUES ($1, $2, $3, $3, $4)",
        token_hash(token), user.id, now, now + dt.timedelta(hours=8),
    )  # fmt: skip
    return token


async def events_of(young_person: int) -> list[str]:
    """The names of the audit entries about a young person, oldest first."""
    return [row["event"] for row in await DB.fetch("SELECT event FROM audit_entry WHERE young_person = $1 ORDER BY id", young_person)]
