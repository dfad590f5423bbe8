"""The tables of bench/peers/schema.sql."""

import datetime as dt
from typing import Any

from sqlalchemy import ForeignKey
from sqlalchemy.dialects.postgresql import JSONB, TIMESTAMP
from sqlalchemy.orm import DeclarativeBase, Mapped, mapped_column, relationship


class Base(DeclarativeBase):
    type_annotation_map = {dt.datetime: TIMESTAMP(timezone=True), dict[str, Any]: JSONB}  # noqa: RUF012  # as SQLAlchemy has it


class Account(Base):
    __tablename__ = "account"

    id: Mapped[int] = mapped_column(primary_key=True)
    role: Mapped[str]
    establishment: Mapped[str]


class ApiKey(Base):
    __tablename__ = "api_key"

    id: Mapped[int] = mapped_column(primary_key=True)
    key_hash: Mapped[bytes]
    account_id: Mapped[int] = mapped_column("account", ForeignKey("account.id"))
    expires_at: Mapped[dt.datetime]


class YoungPerson(Base):
    __tablename__ = "young_person"

    id: Mapped[int] = mapped_column(primary_key=True)
    family_name: Mapped[str]
    given_names: Mapped[str]
    date_of_birth: Mapped[dt.date]


class Placement(Base):
    __tablename__ = "placement"

    id: Mapped[int] = mapped_column(primary_key=True)
    young_person_id: Mapped[int] = mapped_column("young_person", ForeignKey("young_person.id"))
    establishment: Mapped[str]
    unit: Mapped[str | None]
    legal_status: Mapped[str | None]
    distance_miles: Mapped[int | None]
    arrived_at: Mapped[dt.datetime]
    left_at: Mapped[dt.datetime | None]


class CarePeriod(Base):
    __tablename__ = "care_period"

    id: Mapped[int] = mapped_column(primary_key=True)
    young_person_id: Mapped[int] = mapped_column("young_person", ForeignKey("young_person.id"))
    status: Mapped[str]
    started_on: Mapped[dt.date]
    ended_on: Mapped[dt.date | None]


class Incident(Base):
    __tablename__ = "incident"

    id: Mapped[int] = mapped_column(primary_key=True)
    kind: Mapped[str]
    status: Mapped[str] = mapped_column(default="submitted")
    severity: Mapped[str] = mapped_column(default="low")
    establishment: Mapped[str]
    place: Mapped[str]
    happened_at: Mapped[dt.datetime]
    account: Mapped[str]
    child_said: Mapped[str | None]
    told_by: Mapped[str]
    answers: Mapped[dict[str, Any]]
    recorded_at: Mapped[dt.datetime]
    recorded_by: Mapped[int] = mapped_column(ForeignKey("account.id"))
    version: Mapped[int] = mapped_column(default=1)
    involvements: Mapped[list["Involvement"]] = relationship(back_populates="incident", order_by="Involvement.id")


class Involvement(Base):
    __tablename__ = "involvement"

    id: Mapped[int] = mapped_column(primary_key=True)
    incident_id: Mapped[int] = mapped_column("incident", ForeignKey("incident.id"))
    young_person_id: Mapped[int] = mapped_column("young_person", ForeignKey("young_person.id"))
    role: Mapped[str]
    age: Mapped[int]
    establishment: Mapped[str | None]
    unit: Mapped[str | None]
    legal_status: Mapped[str | None]
    care_status: Mapped[str]
    distance_miles: Mapped[int | None]
    days_since_arrival: Mapped[int | None]
    incident: Mapped[Incident] = relationship(back_populates="involvements")
    young_person: Mapped[YoungPerson] = relationship()


class AuditEntry(Base):
    __tablename__ = "audit_entry"

    id: Mapped[int] = mapped_column(primary_key=True)
    at: Mapped[dt.datetime]
    event: Mapped[str]
    actor: Mapped[int]
    subject: Mapped[int | None]
    detail: Mapped[dict[str, Any]]
