"""A national service, filled by statements: ten years of young people in every establishment that there was, those who are held now among them,
with two incidents for each stay; and people who sign in to some of the establishments. `yosafe demo --size national` makes up better stories, and
takes many times as long."""

import datetime as dt
import http.client
import json
from collections.abc import Sequence
from email.message import Message
from http.cookies import SimpleCookie
from secrets import token_urlsafe
from typing import NamedTuple
from urllib.parse import urlencode

from yosafe import clock
from yosafe.accounts import actions
from yosafe.accounts.permissions import AgencyKind, Role
from yosafe.accounts.schemas import AddAgency, AddUser, MakeKey
from yosafe.accounts.secrets import hash_password
from yosafe.audit.record import Operator
from yosafe.db.engine import DB
from yosafe.reference.areas import areas
from yosafe.reference.establishments import establishments
from yosafe.web.kit import COOKIE, CSRF_COOKIE

from .beside import ACCOUNT
from .load import Kind, by_browser, request

PEOPLE, HELD, STAYS = 110_000, 2_940, 10_000  # of ten years; held now; young people in a statement
DESKS = 8  # establishments at which a lead and an officer work
AT = "WYI"  # where the ground has an agency already
ROUNDS = 20  # of a morning: whom and what a worker looks at
PASSWORD = token_urlsafe()

# Young people of one place are as many numbers apart as there are places. The last HELD of them are there now; the others were there for 90 days,
# some time in ten years.
_PEOPLE = """
    INSERT INTO young_person (id, family_name, given_names, date_of_birth, sex, home_area, created_at, recorded_by, version)
    SELECT n, 'Family' || n, 'Given' || n % 997, '2009-01-01'::date + n % 1000, 'male', ($1::text[])[1 + n % cardinality($1::text[])],
        now() - interval '1 day', 1, 1
    FROM generate_series($2::int, $3::int) n;
"""
_PLACEMENTS = """
    INSERT INTO placement (young_person, establishment, unit, legal_status, arrived_at, left_at, leaving_reason, distance_miles, recorded_at,
        recorded_by, version)
    SELECT n, ($1::text[])[1 + n % cardinality($1::text[])], chr(65 + n % 6), 'dto', at, CASE WHEN n <= $4 THEN at + interval '90 days' END,
        CASE WHEN n <= $4 THEN 'released' END, 20, at, 1, 1
    FROM (
        SELECT n, CASE WHEN n <= $4 THEN now() - interval '100 days' - (n * 3500.0 / $4) * interval '1 day' ELSE now() - interval '60 days' END AS at
        FROM generate_series($2::int, $3::int) n
    ) stay
"""
_INCIDENTS = """
    INSERT INTO incident (id, kind, status, severity, restricted, establishment, unit, place, happened_at, happened_precision, account, told_by,
        question_set, answers, agency, recorded_at, recorded_by, version)
    SELECT 2 * p.young_person - k, kind,
        CASE WHEN p.left_at IS NULL THEN (ARRAY['submitted', 'concluded', 'closed', 'closed'])[1 + p.young_person / 64 % 4] ELSE 'closed' END,
        'low', false, p.establishment, p.unit, 'cell', at, 'exact', 'Synthetic account of what happened. ' || p.young_person, 'staff', kind || '/1',
        '{}', 1, at, 1, 1
    FROM placement p CROSS JOIN generate_series(0, 1) k
    CROSS JOIN LATERAL (
        SELECT (ARRAY['bullying', 'assault', 'self_harm', 'injury'])[1 + (p.young_person + k) % 4] AS kind,
            p.arrived_at + (1 + k * 25 + p.young_person % 20) * interval '1 day' AS at
    ) what
    WHERE p.young_person BETWEEN $1::int AND $2::int
"""
_INVOLVEMENTS = """
    INSERT INTO involvement (incident, young_person, role, injuries, age, establishment, care_status, happened_at, recorded_at)
    SELECT i.id, CASE WHEN k = 0 THEN (i.id + 1) / 2 WHEN (i.id + 1) / 2 > $3 THEN (i.id + 1) / 2 - $3 ELSE (i.id + 1) / 2 + $3 END,
        (ARRAY['harmed', 'alleged_to_have_harmed'])[1 + k], '{}', 16, i.establishment, 'not_known', i.happened_at, i.recorded_at
    FROM incident i CROSS JOIN generate_series(0, 1) k WHERE i.id BETWEEN 2 * $1::int - 1 AND 2 * $2::int
"""


async def fill() -> list[str]:
    """A nation on the empty ground; the codes of its establishments, as young people are spread over them."""
    places = [one.code for one in establishments(dt.date(2002, 6, 1))]
    homes = [one.code for one in areas()]
    await DB.execute("TRUNCATE young_person, incident CASCADE")
    for first in range(1, PEOPLE + 1, STAYS):
        last = min(PEOPLE, first + STAYS - 1)
        await DB.execute(_PEOPLE, homes, first, last)
        await DB.execute(_PLACEMENTS, places, first, last, PEOPLE - HELD)
        await DB.execute(_INCIDENTS, first, last)
    for first in range(1, PEOPLE + 1, STAYS):
        await DB.execute(_INVOLVEMENTS, first, min(PEOPLE, first + STAYS - 1), len(places))
    for table in ("young_person", "incident"):
        await DB.execute(f"SELECT setval('{table}_id_seq', (SELECT max(id) FROM {table}))")
    for table in ("young_person", "placement", "incident", "involvement"):
        await DB.execute(f"VACUUM ANALYZE {table}")
    await DB.execute("CHECKPOINT")
    return places


class Desk(NamedTuple):
    """Someone at work: where, who signs in, and whom and what they have before them, by number."""

    establishment: str
    email: str
    role: Role
    key: str
    children: list[int]
    incidents: list[int]


async def furnish(places: Sequence[str]) -> list[Desk]:
    """A lead and an officer in DESKS of the establishments."""
    operator, hashed, desks = Operator(), await hash_password(PASSWORD), list[Desk]()
    for n, place in enumerate(places[:DESKS]):
        if place != AT:
            await actions.add_agency(AddAgency(code=f"yoi-{n}", kind=AgencyKind.YOI, name=f"Establishment {n}", establishment=place), by=operator)
        agency = await DB.fetchval("SELECT code FROM agency WHERE establishment = $1", place)
        children = [row["young_person"] for row in await DB.fetch(_CHILDREN, place)]
        incidents = [row["id"] for row in await DB.fetch(_HERE, place, children)]
        for role in (Role.YOI_LEAD, Role.YOI_OFFICER):
            email = f"{role.value}-{n}@example.org".replace("_", "-")
            await actions.add_user(AddUser(email=email, name=f"Worker {n}", role=role, agency=agency), by=operator)
            key = (await actions.make_key(MakeKey(name="bench", email=email), by=operator)).key
            desks.append(Desk(place, email, role, key, children, incidents))
    await DB.execute("UPDATE user_account SET password_hash = $1", hashed)
    return desks


_CHILDREN = "SELECT young_person FROM placement WHERE establishment = $1 AND left_at IS NULL ORDER BY young_person"
_HERE = """
    SELECT DISTINCT i.id FROM incident i JOIN involvement v ON v.incident = i.id WHERE i.establishment = $1 AND v.young_person = ANY($2) ORDER BY i.id
"""


def sign_in(port: int, email: str) -> str:
    """The cookies of a browser that signed in by the form. Raises RuntimeError where it was not let in."""
    csrf = _cookies(_send(port, "GET", "/sign-in", "")[1])
    form = urlencode({"_csrf_token": csrf[CSRF_COOKIE], "email": email, "password": PASSWORD})
    status, headers = _send(port, "POST", "/sign-in", _header(csrf), form)
    there = {**csrf, **_cookies(headers)}
    if status != 303 or COOKIE not in there:
        raise RuntimeError(f"{email} was not let in: {status}")
    return _header(there)


def begin_draft(port: int, cookies: str, form: str) -> str:
    """The address of a new draft of an incident."""
    status, headers = _send(port, "POST", "/incidents/new", cookies, form)
    where = headers["location"] or ""
    if status != 303 or not where.startswith("/incidents/new/"):
        raise RuntimeError(f"no draft was begun: {status} {where}")
    return where.rpartition("/")[0]


def journey(desk: Desk, port: int) -> list[tuple[Kind, bytes]]:
    """A morning of one worker, who signs in once: what is sent over and over."""
    cookies = sign_in(port, desk.email)
    form = _first_page(cookies)
    draft = begin_draft(port, cookies, form)
    sent = []
    for n in range(ROUNDS):
        child, incident = (numbers[n * 7 % len(numbers)] for numbers in (desk.children, desk.incidents))
        sent += [
            ("worklist", by_browser("GET", "/", cookies)),
            ("list of incidents", by_browser("GET", "/incidents", cookies)),
            ("open an incident", by_browser("GET", f"/incidents/IN-{incident:06d}", cookies)),
            ("young person", by_browser("GET", f"/children/YP-{child:06d}", cookies)),
            ("chronology", by_browser("GET", f"/children/YP-{child:06d}/chronology", cookies)),
            ("list of incidents", by_browser("GET", "/incidents?kind=bullying", cookies)),
            ("save a draft", by_browser("POST", f"{draft}/what", cookies, f"{form}&later=yes".encode())),
            ("young person", by_browser("GET", f"/children/YP-{desk.children[(n * 7 + 3) % len(desk.children)]:06d}", cookies)),
            ("open an incident", by_browser("GET", f"/incidents/IN-{desk.incidents[(n * 7 + 3) % len(desk.incidents)]:06d}", cookies)),
            ("record an incident", request("POST", "/api/v1/incidents", desk.key, _incident(desk, n))),
        ]
    return sent


def _incident(desk: Desk, n: int) -> bytes:
    yesterday = clock.midnight(clock.today()) - dt.timedelta(hours=4)
    people = [desk.children[(3 * n + k) % len(desk.children)] for k in range(3)]
    roles = ("harmed", "alleged_to_have_harmed", "alleged_to_have_harmed")
    body = {
        "kind": "bullying", "happened_at": yesterday.isoformat(), "place": "showers", "account": ACCOUNT, "child_said": "They said not to tell.",
        "told_by": "staff", "involvements": [{"young_person": f"YP-{who:06d}", "roles": [role]} for who, role in zip(people, roles, strict=True)],
        "answers": {"forms": ["possessions"], "happened_before": "no", "still_afraid": "yes"},
    }  # fmt: skip
    return json.dumps(body).encode()


def _first_page(cookies: str) -> str:
    """What is typed on the first page of recording an incident."""
    day, token = clock.today() - dt.timedelta(days=1), cookies.partition(f"{CSRF_COOKIE}=")[2].partition(";")[0]
    typed = {"kind": "bullying", "precision": "exact", "time_exact": "8:40pm", "place": "showers", "_csrf_token": token}
    return urlencode({**typed, "happened_on-day": day.day, "happened_on-month": day.month, "happened_on-year": day.year})


def _send(port: int, method: str, path: str, cookies: str, form: str = "") -> tuple[int, Message]:
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=30)
    try:
        headers = {"Cookie": cookies, "Content-Type": "application/x-www-form-urlencoded"} if cookies else {}
        connection.request(method, path, form or None, headers)
        answer = connection.getresponse()
        answer.read()
        return answer.status, answer.headers
    finally:
        connection.close()


def _cookies(headers: Message) -> dict[str, str]:
    return {name: morsel.value for one in headers.get_all("set-cookie", []) for name, morsel in SimpleCookie(one).items()}


def _header(cookies: dict[str, str]) -> str:
    return "; ".join(f"{name}={value}" for name, value in cookies.items())
