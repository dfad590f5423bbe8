"""Signing in, links, keys: success beside refusal."""

import datetime as dt

import pytest

from tests.world import session_of
from yosafe import clock
from yosafe.accounts import access, actions, rules, sessions
from yosafe.accounts.permissions import ALL_PERMISSIONS, PERMISSIONS, ROLES_OF, AgencyKind, Role
from yosafe.accounts.schemas import AddAgency, AddUser, MakeKey
from yosafe.accounts.signing_in import sign_in, sign_out, sign_out_everywhere
from yosafe.audit.event_words import WORDS
from yosafe.audit.events import EventName
from yosafe.audit.record import Operator
from yosafe.db.engine import DB
from yosafe.errors import Conflict, Invalid, NotFound, TooMany

OPERATOR = Operator()
PASSWORD = "four plain words here"
NOW = dt.datetime(2026, 11, 2, 12, tzinfo=dt.UTC)


@pytest.fixture
async def grace(db):
    await actions.add_agency(AddAgency(code="wetherby", kind=AgencyKind.YOI, name="Wetherby", establishment="WYI"), by=OPERATOR)
    account, token = await actions.add_user(AddUser(email="Grace@example.org", name="Grace", role=Role.DPO, agency="wetherby"), by=OPERATOR)
    await actions.set_password(token, PASSWORD)
    return account


async def test_sign_in_whatever_the_case_of_the_address(grace):
    user, token = await sign_in(" grace@EXAMPLE.org ", PASSWORD, address="10.0.0.1")
    assert (user.name, user.role, user.establishment) == ("Grace", Role.DPO, "WYI")
    found = await access.user_of_session(token)
    assert found == user


@pytest.mark.parametrize(
    ("email", "password"), [("grace@example.org", "not the password"), ("nobody@example.org", PASSWORD), ("grace@example.org", "\0")]
)
async def test_a_wrong_password_and_no_such_account_are_told_the_same(grace, email, password):
    with pytest.raises(Invalid) as refusal:
        await sign_in(email, password, address="10.0.0.1")
    assert str(refusal.value) == "Email address or password is not right"


async def test_signing_in_ends_the_session_that_the_browser_had(grace):
    _, first = await sign_in("grace@example.org", PASSWORD, address="10.0.0.1")
    _, second = await sign_in("grace@example.org", PASSWORD, address="10.0.0.1", old_token=first)
    assert first != second
    assert await access.user_of_session(first) is None
    assert await access.user_of_session(second)


async def test_six_failures_make_the_right_password_wait(grace):
    for _ in range(rules.MAX_FAILURES_ACCOUNT):
        with pytest.raises(Invalid):
            await sign_in("grace@example.org", "wrong", address="10.0.0.1")
    with pytest.raises(TooMany) as wait:
        await sign_in("grace@example.org", PASSWORD, address="10.0.0.2")
    assert 0 < wait.value.retry_after <= rules.WINDOW.total_seconds()
    with clock.stopped_at(clock.now() + rules.WINDOW + dt.timedelta(seconds=1)):
        await sign_in("grace@example.org", PASSWORD, address="10.0.0.2")


@pytest.mark.parametrize(
    ("account", "address", "since", "wait"),
    [
        (0, 0, None, 0),
        (5, 29, 10, 0),
        (6, 6, 10, 890),
        (0, 30, 899, 1),
    ],
)
def test_wait_before_next_try(account, address, since, wait):
    oldest = NOW - dt.timedelta(seconds=since) if since is not None else None
    assert rules.wait_before_next_try(account, address, oldest=oldest, now=NOW) == wait


async def test_a_session_ends_by_idling_by_age_by_signing_out_and_everywhere(grace):
    user, token = await sign_in("grace@example.org", PASSWORD, address="10.0.0.1")
    with clock.stopped_at(clock.now() + rules.IDLE + dt.timedelta(seconds=1)):
        assert await access.user_of_session(token) is None
    await sign_out(token, by=user)
    assert await access.user_of_session(token) is None
    _, token = await sign_in("grace@example.org", PASSWORD, address="10.0.0.1")
    assert await sign_out_everywhere(by=user) == 1
    assert await access.user_of_session(token) is None


async def test_use_keeps_a_session_until_it_is_too_old(grace):
    _, token = await sign_in("grace@example.org", PASSWORD, address="10.0.0.1")
    start = clock.now()
    for minutes in range(20, 480, 20):
        with clock.stopped_at(start + dt.timedelta(minutes=minutes)):
            assert await access.user_of_session(token)
    with clock.stopped_at(start + rules.ABSOLUTE + dt.timedelta(seconds=1)):
        assert await access.user_of_session(token) is None


async def test_a_link_works_once_and_for_three_days(db):
    await actions.add_agency(AddAgency(code="wetherby", kind=AgencyKind.YOI, name="Wetherby", establishment="WYI"), by=OPERATOR)
    _, token = await actions.add_user(AddUser(email="dan@example.org", name="Dan", role=Role.YOI_OFFICER, agency="wetherby"), by=OPERATOR)
    with clock.stopped_at(clock.now() + rules.LINK_LASTS), pytest.raises(NotFound):
        await actions.set_password(token, PASSWORD)
    await actions.set_password(token, PASSWORD)
    with pytest.raises(NotFound):
        await actions.set_password(token, PASSWORD)


@pytest.mark.parametrize("password", ["short", "x" * 257, "aaaaaaaaaaaaaa", "grace is my name"])
async def test_poor_passwords_are_refused_with_what_to_do(grace, password):
    token, _ = await actions.reset_user("grace@example.org", by=OPERATOR)
    with pytest.raises(Invalid):
        await actions.set_password(token, password)


async def test_disabling_ends_sessions_and_keys_at_once(grace):
    _, token = await sign_in("grace@example.org", PASSWORD, address="10.0.0.1")
    key = (await actions.make_key(MakeKey(name="reports", email="grace@example.org"), by=OPERATOR)).key
    assert await access.user_of_key(key)
    await actions.disable_user("grace@example.org", by=OPERATOR)
    assert await access.user_of_session(token) is None
    assert await access.user_of_key(key) is None
    with pytest.raises(Conflict):
        await actions.disable_user("grace@example.org", by=OPERATOR)


async def test_a_reset_ends_sessions_and_keys_at_once(grace):
    _, token = await sign_in("grace@example.org", PASSWORD, address="10.0.0.1")
    made = [await actions.make_key(MakeKey(name=name, email="grace@example.org"), by=OPERATOR) for name in ("reports", "nightly")]
    await actions.revoke_key(made[1].id, by=OPERATOR)
    _, keys = await actions.reset_user("grace@example.org", by=OPERATOR)
    assert keys == 1
    assert await access.user_of_session(token) is None
    assert await access.user_of_key(made[0].key) is None
    assert await DB.fetchval("SELECT detail FROM audit_entry WHERE event = 'user:reset'") == f'{{"keys":[{made[0].id}]}}'


@pytest.mark.parametrize("mark", ["\u200b", "\u00ad", "\u2060", "\ufeff", "\u200d"])
def test_an_address_with_marks_that_nobody_sees_is_refused(mark):
    with pytest.raises(ValueError, match="can't be seen"):
        AddUser(email=f"amina{mark}@example.org", name="Amina", role=Role.YOT_WORKER, agency="leeds-yot")
    with pytest.raises(ValueError, match="can't be seen"):
        MakeKey(email=f"{mark}amina@example.org", name="reports")


async def test_keys_expire_and_are_revoked(grace):
    made = await actions.make_key(MakeKey(name="reports", email="grace@example.org"), by=OPERATOR)
    with clock.stopped_at(made.expires_at):
        assert await access.user_of_key(made.key) is None
    await actions.revoke_key(made.id, by=OPERATOR)
    assert await access.user_of_key(made.key) is None
    with pytest.raises(NotFound):
        await actions.revoke_key(made.id, by=OPERATOR)


async def test_no_secret_is_kept_as_it_is(grace):
    _, token = await sign_in("grace@example.org", PASSWORD, address="10.0.0.1")
    key = (await actions.make_key(MakeKey(name="reports", email="grace@example.org"), by=OPERATOR)).key
    for table in await DB.fetch("SELECT tablename FROM pg_tables WHERE schemaname = 'public'"):
        everything = str([dict(row) for row in await DB.fetch(f"SELECT * FROM {table['tablename']}")])
        assert not [secret for secret in (token, key, PASSWORD) if secret in everything], table


@pytest.mark.parametrize(
    ("change", "key"),
    [
        ({"area": None}, "area"),
        ({"area": "E99999999"}, "area"),
        ({"kind": AgencyKind.YOI}, "establishment"),
        ({"kind": AgencyKind.YOI, "establishment": "XXX"}, "establishment"),
    ],
)
async def test_an_agency_needs_the_place_that_it_covers(db, change, key):
    fields = {"code": "leeds-yot", "kind": AgencyKind.YOT, "name": "Leeds YOT", "area": "E08000035", **change}
    with pytest.raises(Invalid) as refusal:
        await actions.add_agency(AddAgency(**fields), by=OPERATOR)
    assert [fault.key for fault in refusal.value.errors] == [key]
    assert await DB.fetchval("SELECT count(*) FROM agency") == 0


async def test_names_are_taken_once_and_roles_fit_the_agency(grace):
    with pytest.raises(Conflict):
        await actions.add_agency(AddAgency(code="wetherby", kind=AgencyKind.INSPECTORATE, name="Other"), by=OPERATOR)
    with pytest.raises(Conflict):
        await actions.add_user(AddUser(email="GRACE@example.org", name="G", role=Role.DPO, agency="wetherby"), by=OPERATOR)
    with pytest.raises(Invalid):
        await actions.add_user(AddUser(email="a@example.org", name="A", role=Role.SOCIAL_WORKER, agency="wetherby"), by=OPERATOR)
    with pytest.raises(Invalid):
        await actions.add_user(AddUser(email="a@example.org", name="A", role=Role.DPO, agency="nowhere"), by=OPERATOR)


def test_every_event_has_words():
    assert set(WORDS) == set(EventName)


def test_every_role_and_kind_has_its_row():
    assert set(PERMISSIONS) == set(Role)
    assert set(ROLES_OF) == set(AgencyKind)
    assert all(name.count(":") == 1 for name in ALL_PERMISSIONS)
    assert not PERMISSIONS[Role.INSPECTOR] & {"young-person:read", "incident:read", "referral:read"}
    assert not PERMISSIONS[Role.ADMIN] & {"young-person:read", "incident:read", "referral:read", "audit:read"}


async def test_a_clock_that_is_set_back_lengthens_nothing(world, amina):
    """A session that was last seen in hours that have not come is not live, and is in no list; nor is a record open that was opened then."""
    start = clock.now()
    with clock.stopped_at(start + dt.timedelta(hours=3)):
        token = await session_of(amina)
        await DB.execute(
            "INSERT INTO break_glass (user_account, young_person, agency, reason, way, at, until, due_on) "
            "VALUES ($1, $2, $3, $4, 'reference', $5, $6, $7)",
            amina.id, world.kai.id, amina.agency, "Nobody else can be reached", clock.now(), clock.now() + dt.timedelta(hours=3), clock.today(),
        )  # fmt: skip
        there = await access.session_of(token)
        assert there is not None
        assert there.opened == (world.kai.id,)
    with clock.stopped_at(start + dt.timedelta(hours=3, minutes=-4)):  # machines differ by as much
        assert await access.session_of(token) is not None
    with clock.stopped_at(start):
        assert await access.session_of(token) is None
        assert await sessions.sessions_of(amina.id) == []
        later = await access.session_of(await session_of(amina))
        assert later is not None
        assert later.opened == ()
