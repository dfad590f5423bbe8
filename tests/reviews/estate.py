"""A small estate put straight into the tables: agencies, the people who work in them, young people, and what happens to them.

Feltham stands in Hounslow (E09000018). Home is Leeds (E08000035) unless said otherwise."""

import datetime as dt

from yosafe import clock
from yosafe.accounts.access import user_by_email
from yosafe.accounts.viewer import User
from yosafe.db.engine import DB

FELTHAM, WETHERBY = "FYI", "WYI"
HOUNSLOW, LEEDS, LIVERPOOL = "E09000018", "E08000035", "E08000012"

# name, role, kind of agency, area, establishment
WORKERS = (
    ("Amina", "yot_worker", "yot", LEEDS, None),
    ("Ben", "yot_worker", "yot", LIVERPOOL, None),
    ("Cleo", "yoi_lead", "yoi", None, FELTHAM),
    ("Dan", "yoi_officer", "yoi", None, FELTHAM),
    ("Esi", "social_worker", "social_services", LEEDS, None),
    ("Ivy", "yoi_lead", "yoi", None, WETHERBY),
    ("Joan", "acpc_member", "acpc", HOUNSLOW, None),
    ("Grace", "dpo", "yoi", None, FELTHAM),
)


def noon(day: dt.date) -> dt.datetime:
    return clock.midnight(day) + dt.timedelta(hours=12)


async def employ() -> dict[str, User]:
    """Everyone in WORKERS, by name."""
    since = noon(dt.date(2000, 1, 1))
    for name, role, kind, area, establishment in WORKERS:
        code = f"{kind}-{area or establishment}"
        agency = await DB.fetchval(
            "INSERT INTO agency (code, kind, name, area, establishment, created_at, version) VALUES ($1, $2, $3, $4, $5, $6, 1) "
            "ON CONFLICT (code) DO UPDATE SET version = 1 RETURNING id",
            *(code, kind, code, area, establishment, since),
        )
        await DB.execute(
            "INSERT INTO user_account (email, name, role, agency, created_at, version) VALUES ($1, $2, $3, $4, $5, 1)",
            *(f"{name.lower()}@example.org", name, role, agency, since),
        )
    return {name: await user_by_email(f"{name.lower()}@example.org") for name, *_ in WORKERS}


async def child(given: str, *, arrived: dt.date, at: str = FELTHAM, home: str = LEEDS, miles: int | None = 20, **more: object) -> int:
    """A young person held somewhere since a day; their number."""
    columns = {
        "family_name": "Test", "given_names": given, "date_of_birth": dt.date(1986, 6, 1), "sex": "male", "ethnicity": "white_british",
        "disability": "none", "asylum_status": "none", "home_area": home, "created_at": noon(arrived), "recorded_by": 1, "version": 1, **more,
    }  # fmt: skip
    places = ", ".join(f"${n}" for n in range(1, len(columns) + 1))
    who = await DB.fetchval(f"INSERT INTO young_person ({', '.join(columns)}) VALUES ({places}) RETURNING id", *columns.values())
    await DB.execute(
        "INSERT INTO placement (young_person, establishment, legal_status, arrived_at, distance_miles, recorded_at, recorded_by, version) "
        "VALUES ($1, $2, 'dto', $3, $4, $3, 1, 1)",
        *(who, at, noon(arrived), miles),
    )
    return int(who)


async def released(young_person: int, on: dt.date) -> None:
    await DB.execute(
        "UPDATE placement SET left_at = $2, left_recorded_at = $2, leaving_reason = 'released' WHERE young_person = $1 AND left_at IS NULL",
        *(young_person, noon(on)),
    )


async def incident(
    kind: str, on: dt.date, *involved: tuple[int, str], severity: str = "low", restricted: bool = False, recorded: dt.date | None = None
) -> int:
    """Something that happened at noon at Feltham, with who had which role; its number."""
    at, known = noon(on), noon(recorded or on)
    number = await DB.fetchval(
        "INSERT INTO incident (kind, status, severity, restricted, establishment, place, happened_at, happened_precision, account, told_by, "
        "question_set, answers, agency, recorded_at, recorded_by, version) "
        "VALUES ($1, 'submitted', $2, $3, $4, 'cell', $5, 'exact', 'Words.', 'staff', 'x', '{}', 1, $6, 1, 1) RETURNING id",
        *(kind, severity, restricted, FELTHAM, at, known),
    )
    await step(number, "submitted", known)
    for young_person, role in involved:
        await DB.execute(
            "INSERT INTO involvement (incident, young_person, role, injuries, age, care_status, happened_at, recorded_at) "
            "VALUES ($1, $2, $3, '{}', 16, 'never', $4, $5)",
            *(number, young_person, role, at, known),
        )
    return int(number)


async def step(incident: int, status: str, at: dt.datetime) -> None:
    await DB.execute(
        "INSERT INTO incident_event (incident, action, to_status, at, recorded_by) VALUES ($1, 'moved', $2, $3, 1)", incident, status, at
    )


async def contact(young_person: int, on: dt.date, kind: str = "visit", from_whom: str = "yot", *, recorded: dt.date | None = None) -> None:
    await DB.execute(
        "INSERT INTO contact (young_person, kind, from_whom, agency, happened_on, recorded_at, recorded_by) VALUES ($1, $2, $3, 1, $4, $5, 1)",
        *(young_person, kind, from_whom, on, noon(recorded or on)),
    )


async def care(young_person: int, status: str, since: dt.date, area: str | None = None) -> None:
    await DB.execute(
        "INSERT INTO care_period (young_person, status, responsible_area, started_on, recorded_at, recorded_by, version) "
        "VALUES ($1, $2, $3, $4, $5, 1, 1)",
        *(young_person, status, area, since, noon(since)),
    )


async def assessed(young_person: int, on: dt.date, instrument: str = "vulnerability-screen", occasion: str = "start") -> None:
    await DB.execute(
        "INSERT INTO assessment (young_person, instrument, instrument_version, occasion, completed_on, answers, own_words, agency, recorded_at, "
        "recorded_by) VALUES ($1, $2, 1, $3, $4, '{}', '{}', 1, $5, 1)",
        *(young_person, instrument, occasion, on, noon(on)),
    )


async def settled_child(given: str, *, arrived: dt.date, until: dt.date, **more: object) -> int:
    """A young person about whom no indicator has anything to say up to a day: screened, visited, their care status known, no release expected yet."""
    who = await child(given, arrived=arrived, **more)  # type: ignore[arg-type]  # passed through
    await care(who, "never", arrived)
    await assessed(who, arrived)
    day = arrived
    while day <= until:
        await contact(who, day)
        day += dt.timedelta(days=14)
        await assessed(who, day, "asset-2000")
    return who


async def audited(event: str) -> int:
    count: int = await DB.fetchval("SELECT count(*) FROM audit_entry WHERE event = $1", event)
    return count


async def referred(young_person: int, on: dt.date, *incidents: int, considered: bool = False) -> int:
    """A referral, or the decision not to make one; its number."""
    sent = {"sharing_basis": "section_47", "child_view": "I want it to stop."}
    not_sent = {"threshold": "Words.", "not_referred_reason": "below_threshold", "second_person": "Cleo", "review_on": on}
    columns = {
        "young_person": young_person, "considered_only": considered, "category": "physical", "concern": "Words.", "source_code": "7",
        "home_area": LEEDS, "status": "sent", "agency": 1, "recorded_at": noon(on), "recorded_by": 1, "version": 1,
        **(not_sent if considered else sent),
    }  # fmt: skip
    places = ", ".join(f"${n}" for n in range(1, len(columns) + 1))
    number = await DB.fetchval(f"INSERT INTO referral ({', '.join(columns)}) VALUES ({places}) RETURNING id", *columns.values())
    for incident in incidents:
        await DB.execute("INSERT INTO referral_incident (referral, incident) VALUES ($1, $2)", number, incident)
    await referral_event(number, "considered" if considered else "sent", on)
    return int(number)


async def referral_event(referral: int, kind: str, on: dt.date, outcome: str | None = None, *, recorded: dt.date | None = None) -> None:
    await DB.execute(
        "INSERT INTO referral_event (referral, kind, happened_on, outcome, agency, recorded_at, recorded_by) VALUES ($1, $2, $3, $4, 1, $5, 1)",
        *(referral, kind, on, outcome, noon(recorded or on)),
    )


async def limited(young_person: int, clock_id: str, subject: tuple[str, int], *, started: dt.date, due: dt.date) -> int:
    """A running time limit; its number."""
    number = await DB.fetchval(
        "INSERT INTO clock (young_person, clock, rules, subject_kind, subject, owner_kind, owner_establishment, started_at, due_on, recorded_at) "
        "VALUES ($1, $2, 'wt1999', $3, $4, 'yoi', $5, $6, $7, $6) RETURNING id",
        *(young_person, clock_id, *subject, FELTHAM, noon(started), due),
    )
    return int(number)
