"""Short ways to say what is known of a young person. Dates are days of March 2003 unless said; what is not said was written down the same day."""

import datetime as dt
from typing import Any

from yosafe import clock
from yosafe.models.facts import (
    Assessment,
    CarePeriod,
    Clock,
    Contact,
    Enquiry,
    Facts,
    Group,
    Incident,
    KeepApart,
    Placement,
    Referral,
    Registration,
    Release,
    Worker,
)

AS_OF = dt.date(2003, 3, 31)


def march(day: int) -> dt.date:
    """`march(3)` is 3 March 2003; 0 and below count back into February."""
    return dt.date(2003, 3, 1) + dt.timedelta(days=day - 1)


def noon(day: dt.date) -> dt.datetime:
    return clock.midnight(day) + dt.timedelta(hours=12)


def _dated(day: int | dt.date, reference: str, recorded: int | dt.date | None) -> dict[str, Any]:
    happened = march(day) if isinstance(day, int) else day
    known = march(recorded) if isinstance(recorded, int) else recorded or happened
    return {"happened_on": happened, "recorded_at": noon(known), "reference": reference}


def incident(day: int, kind: str, *roles: str, severity: str = "low", recorded: int | None = None, reference: str = "", **more: Any) -> Incident:
    return Incident(**_dated(day, reference or f"IN-{day:06d}", recorded), kind=kind, roles=frozenset(roles), severity=severity, **more)


def placement(day: int | dt.date, establishment: str = "Feltham", *, left: int | dt.date | None = None, **more: Any) -> Placement:
    values = {"area": "E09000018", "distance_miles": 10, **more}
    ended = march(left) if isinstance(left, int) else left
    return Placement(**_dated(day, "YP-000001", None), establishment=establishment, ended_on=ended, end_recorded_at=ended and noon(ended), **values)


def apart(day: int, *other: Placement, restriction: str = "unit", ended: int | None = None) -> KeepApart:
    """To be kept apart from someone who was held in those places."""
    on = None if ended is None else march(ended)
    dated = _dated(day, f"KA-{abs(day):06d}", None)
    return KeepApart(**dated, restriction=restriction, other=other, ended_on=on, end_recorded_at=on and noon(on))


def enquiry(day: int, *, recorded: int | None = None) -> Enquiry:
    return Enquiry(**_dated(day, "YP-000001", recorded))


def care(day: int | dt.date, status: str, *, recorded: int | None = None, ended: dt.date | None = None, **more: Any) -> CarePeriod:
    return CarePeriod(**_dated(day, "YP-000001", recorded), status=status, ended_on=ended, **more)


def worker(day: int | dt.date, role: str = "social_worker", *, recorded: int | None = None, ended: dt.date | None = None, **more: Any) -> Worker:
    return Worker(**_dated(day, "YP-000001", recorded), role=role, ended_on=ended, **more)


def contact(day: int, kind: str, with_whom: str, *, recorded: int | None = None) -> Contact:
    return Contact(**_dated(day, "YP-000001", recorded), kind=kind, with_whom=with_whom)


def limit(clock_id: str, about: str, *, started: int, due: int, met: int | None = None, reference: str = "RF-000001") -> Clock:
    on = None if met is None else march(met)
    return Clock(**_dated(started, reference, None), clock=clock_id, about=about, due_on=march(due), ended_on=on, end_recorded_at=on and noon(on))


def screen(day: int, instrument: str = "vulnerability-screen") -> Assessment:
    return Assessment(**_dated(day, f"AS-{abs(day):06d}", None), instrument=instrument, occasion="start")


def referral(day: int, *incidents: str, sent: bool = True) -> Referral:
    return Referral(**_dated(day, "RF-000001", None), sent=sent, incidents=frozenset(incidents))


def registered(day: int, *, ended: int | None = None) -> Registration:
    return Registration(**_dated(day, "RF-000001", None), ended_on=None if ended is None else march(ended))


def release(on: int, *, address: int | None = None) -> Release:
    return Release(**_dated(-60, "YP-000001", None), release_on=march(on), address_recorded_at=None if address is None else noon(march(address)))


def group(name: str) -> Group:
    return Group(**_dated(-60, "YP-000001", None), group=name)


def facts(*, held: Placement | None = None, **more: Any) -> Facts:
    """A 16-year-old at Feltham since New Year, unless said otherwise; nothing else is known."""
    values = {"date_of_birth": dt.date(1986, 9, 1), "placements": (held or placement(dt.date(2003, 1, 1)),), **more}
    return Facts(young_person=1, reference="YP-000001", **values)
