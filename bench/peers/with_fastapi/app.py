"""The twin in FastAPI and SQLAlchemy: record an incident, list 50, show 50 on a page."""

import datetime as dt
import hashlib
import os
from collections.abc import AsyncIterator, Sequence
from pathlib import Path
from typing import Annotated, Any, Literal

from fastapi import Depends, FastAPI, HTTPException, Request
from fastapi.responses import HTMLResponse
from fastapi.security import HTTPAuthorizationCredentials, HTTPBearer
from fastapi.templating import Jinja2Templates
from pydantic import AwareDatetime, BaseModel, ConfigDict, Field
from sqlalchemy import exists, func, or_, select
from sqlalchemy.ext.asyncio import AsyncSession, async_sessionmaker, create_async_engine
from sqlalchemy.orm import aliased, selectinload
from tables import Account, ApiKey, AuditEntry, CarePeriod, Incident, Involvement, Placement, YoungPerson

engine = create_async_engine(
    os.environ["PEER_DATABASE_URL"].replace("postgresql://", "postgresql+asyncpg://"),
    pool_size=int(os.environ["PEER_CONNECTIONS"]), max_overflow=0, connect_args={"server_settings": {"search_path": "peers"}},
)  # fmt: skip
sessions = async_sessionmaker(engine, expire_on_commit=False)
templates = Jinja2Templates(Path(__file__).parent)
bearer = HTTPBearer(auto_error=False)
app = FastAPI()

Kind = Literal["bullying", "assault", "self_harm", "complaint", "disclosure", "injury", "use_of_force", "missing", "death"]
Code = Annotated[str, Field(min_length=1, max_length=40)]


class InvolvementIn(BaseModel):
    model_config = ConfigDict(extra="forbid")

    young_person: Annotated[str, Field(pattern=r"^YP-\d{6,12}$")]
    roles: Annotated[list[Code], Field(min_length=1, max_length=8)]

    @property
    def number(self) -> int:
        return int(self.young_person[3:])


class IncidentIn(BaseModel):
    model_config = ConfigDict(extra="forbid")

    kind: Kind
    happened_at: AwareDatetime
    place: Code
    account: Annotated[str, Field(min_length=1, max_length=10_000)]
    child_said: Annotated[str, Field(min_length=1, max_length=10_000)] | None = None
    told_by: Code
    involvements: Annotated[list[InvolvementIn], Field(min_length=1, max_length=30)]
    answers: dict[str, Any] = {}


class SubmittedOut(BaseModel):
    ref: str
    status: str
    severity: str
    recorded_at: dt.datetime
    version: int


class NamedOut(BaseModel):
    young_person: str
    name: str
    roles: list[str]


class ListedOut(BaseModel):
    ref: str
    kind: str
    status: str
    severity: str
    establishment: str
    place: str
    happened_at: dt.datetime
    recorded_at: dt.datetime
    young_people: list[NamedOut]


class Page(BaseModel):
    items: list[ListedOut]


async def get_session() -> AsyncIterator[AsyncSession]:
    async with sessions() as session:
        yield session


Session = Annotated[AsyncSession, Depends(get_session)]


async def get_account(session: Session, given: Annotated[HTTPAuthorizationCredentials | None, Depends(bearer)]) -> Account:
    if given is not None:
        key_hash = hashlib.sha256(given.credentials.encode()).digest()
        query = select(Account).join(ApiKey, ApiKey.account_id == Account.id).where(ApiKey.key_hash == key_hash, ApiKey.expires_at > func.now())
        if (account := await session.scalar(query)) is not None:
            return account
    raise HTTPException(401, "Sign in to go on.")


Asking = Annotated[Account, Depends(get_account)]


def held_at(young_person: Any, establishment: str) -> Any:
    """That a young person is there now."""
    there = aliased(Placement)
    return exists().where(there.young_person_id == young_person, there.establishment == establishment, there.left_at.is_(None))


@app.post("/api/v1/incidents", status_code=201)
async def submit(data: IncidentIn, session: Session, account: Asking) -> SubmittedOut:
    now = dt.datetime.now(dt.UTC)
    if data.happened_at > now:
        raise HTTPException(422, "The date and time it happened must be in the past")
    incident = Incident(
        kind=data.kind, establishment=account.establishment, place=data.place, happened_at=data.happened_at, account=data.account,
        child_said=data.child_said, told_by=data.told_by, answers=data.answers, recorded_at=now, recorded_by=account.id,
        involvements=await _involvements(session, account, data),
    )  # fmt: skip
    session.add(incident)
    await session.flush()
    people = sorted({one.number for one in data.involvements})
    detail = {"kind": data.kind, "young_people": people}
    session.add(AuditEntry(at=now, event="incident:submitted", actor=account.id, subject=incident.id, detail=detail))
    await session.commit()
    return SubmittedOut(
        ref=f"IN-{incident.id:06d}", status=incident.status, severity=incident.severity, recorded_at=now, version=incident.version
    )  # fmt: skip


async def _involvements(session: AsyncSession, account: Account, data: IncidentIn) -> list[Involvement]:
    """Each part of each young person, with the facts of that moment. Refused where one is not held here."""
    at, day = data.happened_at, data.happened_at.date()
    query = (
        select(YoungPerson, Placement, CarePeriod)
        .outerjoin(
            Placement,
            (Placement.young_person_id == YoungPerson.id) & (Placement.arrived_at <= at) & or_(Placement.left_at.is_(None), Placement.left_at > at),
        )
        .outerjoin(
            CarePeriod,
            (CarePeriod.young_person_id == YoungPerson.id)
            & (CarePeriod.started_on <= day)
            & or_(CarePeriod.ended_on.is_(None), CarePeriod.ended_on > day),
        )
        .where(YoungPerson.id.in_([one.number for one in data.involvements]), held_at(YoungPerson.id, account.establishment))
    )
    known = {person.id: (person, placement, care) for person, placement, care in await session.execute(query)}
    if any(one.number not in known for one in data.involvements):
        raise HTTPException(422, "There is no such young person")
    return [_frozen(*known[one.number], role, at) for one in data.involvements for role in one.roles]


def _frozen(person: YoungPerson, placement: Placement | None, care: CarePeriod | None, role: str, at: dt.datetime) -> Involvement:
    day, born = at.date(), person.date_of_birth
    return Involvement(
        young_person_id=person.id, role=role, age=day.year - born.year - ((day.month, day.day) < (born.month, born.day)),
        establishment=placement and placement.establishment, unit=placement and placement.unit, legal_status=placement and placement.legal_status,
        distance_miles=placement and placement.distance_miles, care_status=care.status if care else "not_known",
        days_since_arrival=placement and (day - placement.arrived_at.date()).days,
    )  # fmt: skip


@app.get("/api/v1/incidents")
async def listed(session: Session, account: Asking, limit: Annotated[int, Field(ge=1, le=100)] = 50) -> Page:
    return Page(items=[_listed_out(one) for one in await _newest(session, account, limit)])


@app.get("/incidents", response_class=HTMLResponse)
async def page(request: Request, session: Session, account: Asking) -> HTMLResponse:
    return templates.TemplateResponse(request, "incidents.html", {"incidents": [_listed_out(one) for one in await _newest(session, account, 50)]})


async def _newest(session: AsyncSession, account: Account, limit: int) -> Sequence[Incident]:
    """Those of the place of whoever asks that concern someone held there, and the audit entry that they were read."""
    query = (
        select(Incident)
        .where(
            Incident.establishment == account.establishment, Incident.involvements.any(held_at(Involvement.young_person_id, account.establishment))
        )
        .order_by(Incident.happened_at.desc(), Incident.id.desc())
        .limit(limit)
        .options(selectinload(Incident.involvements).joinedload(Involvement.young_person))
    )
    found = (await session.scalars(query)).all()
    people = sorted({one.young_person_id for incident in found for one in incident.involvements})
    entry = AuditEntry(at=dt.datetime.now(dt.UTC), event="young-person:listed", actor=account.id, detail={"by": "incidents", "young_people": people})
    session.add(entry)
    await session.commit()
    return found


def _listed_out(incident: Incident) -> ListedOut:
    people: dict[int, NamedOut] = {}
    for one in incident.involvements:
        person = one.young_person
        named = people.setdefault(
            person.id, NamedOut(young_person=f"YP-{person.id:06d}", name=f"{person.given_names} {person.family_name}", roles=[])
        )
        named.roles.append(one.role)
    return ListedOut(
        ref=f"IN-{incident.id:06d}", kind=incident.kind, status=incident.status, severity=incident.severity, establishment=incident.establishment,
        place=incident.place, happened_at=incident.happened_at, recorded_at=incident.recorded_at, young_people=list(people.values()),
    )  # fmt: skip
