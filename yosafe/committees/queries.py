"""Reading about committees."""

import datetime as dt
from collections import defaultdict
from typing import Any

from yosafe import clock
from yosafe.accounts.permissions import AgencyKind
from yosafe.accounts.viewer import User
from yosafe.db.engine import DB
from yosafe.reference.areas import area as area_of
from yosafe.reference.codes import code_list

from . import rules
from .access import can_record
from .schemas import AttendanceOut, CommitteeListedOut, CommitteeOut, MeetingOut, MemberOut, ProtocolOut, ShareOut, VacancyOut

_MEMBERS = """
    SELECT m.*, u.name AS recorder FROM committee_member m JOIN user_account u ON u.id = m.recorded_by WHERE m.area = ANY($1) ORDER BY m.since, m.id
"""
_MEETINGS = """
    SELECT m.*, u.name AS recorder,
        (SELECT jsonb_object_agg(a.seat, a.attended) FROM committee_attendance a WHERE a.committee_meeting = m.id) AS attendance
    FROM committee_meeting m JOIN user_account u ON u.id = m.recorded_by WHERE m.area = ANY($1) ORDER BY m.met_on DESC, m.id DESC
"""
_PROTOCOLS = """
    SELECT p.*, u.name AS recorder FROM sharing_protocol p JOIN user_account u ON u.id = p.recorded_by
    WHERE p.area = ANY($1) ORDER BY p.ended_on DESC NULLS FIRST, p.starts_on DESC, p.id DESC
"""
# Where somebody works with children here, or a committee has recorded something.
_AREAS = """
    SELECT area FROM agency WHERE area IS NOT NULL AND closed_at IS NULL AND kind = ANY($1)
    UNION SELECT area FROM committee_member UNION SELECT area FROM committee_meeting UNION SELECT area FROM sharing_protocol
"""
_OF_AREAS = [AgencyKind.ACPC.value, AgencyKind.YOT.value, AgencyKind.SOCIAL_SERVICES.value]


async def committees() -> list[CommitteeListedOut]:
    """The committee of every area that takes part, by the area's name, with its gaps."""
    codes = [row["area"] for row in await DB.fetch(_AREAS, _OF_AREAS)]
    members, meetings, protocols = [_by_area(await DB.fetch(sql, codes)) for sql in (_MEMBERS, _MEETINGS, _PROTOCOLS)]
    found = [_listed(code, members[code], meetings[code], protocols[code]) for code in codes]
    return sorted(found, key=lambda one: one.name.casefold())


def _by_area(rows: list[Any]) -> defaultdict[str, list[Any]]:
    found: defaultdict[str, list[Any]] = defaultdict(list)
    for row in rows:
        found[row["area"]].append(row)
    return found


def _listed(code: str, members: list[Any], meetings: list[Any], protocols: list[Any]) -> CommitteeListedOut:
    today = clock.today()
    held = [row for row in meetings if row["withdrawn_at"] is None]
    year = today - dt.timedelta(days=rules.COUNTED_DAYS)
    return CommitteeListedOut(
        area=code, name=area_of(code).name, members=sum(_sits(row).on(today) for row in members),
        vacant=[one.seat for one in rules.vacancies(map(_sits, members), today=today)],
        expected=sum(seat.group in rules.EXPECTED for seat in code_list("committee_seat").codes),
        last_met_on=max((row["met_on"] for row in held), default=None), meetings=sum(row["met_on"] > year for row in held),
        protocol_gaps=rules.protocol_gaps(map(_signed, protocols), today=today),
    )  # fmt: skip


async def committee(viewer: User, code: str) -> CommitteeOut:
    """Everything of the committee of an area."""
    today = clock.today()
    members, meetings, protocols = [await DB.fetch(sql, [code]) for sql in (_MEMBERS, _MEETINGS, _PROTOCOLS)]
    counted = [(row["met_on"], row["attendance"] or {}) for row in meetings if row["withdrawn_at"] is None]
    seats = code_list("committee_seat")
    order = list(seats.values())
    now = sorted((row for row in members if row["until"] is None), key=lambda row: (order.index(row["seat"]), row["since"], row["id"]))
    return CommitteeOut(
        area=code, name=area_of(code).name, members=[_member(row) for row in now],
        former=[_member(row) for row in reversed(members) if row["until"] is not None],
        vacancies=[
            VacancyOut(seat=one.seat, since=one.since, source=seats.code(one.seat).hint)
            for one in rules.vacancies(map(_sits, members), today=today)
        ],
        meetings=[_meeting(row) for row in meetings],
        shares=[ShareOut(seat=one.seat, came=one.came, meetings=one.meetings) for one in rules.shares(counted, today=today)],
        protocols=[_protocol(row) for row in protocols], protocol_gaps=rules.protocol_gaps(map(_signed, protocols), today=today),
        may_record=can_record(viewer, code),
    )  # fmt: skip


async def seats_lately(code: str) -> list[str]:
    """Seats that somebody holds, or held in the last year, in the order of the list: who may have come to a meeting."""
    year = clock.today() - dt.timedelta(days=rules.COUNTED_DAYS)
    rows = await DB.fetch("SELECT DISTINCT seat FROM committee_member WHERE area = $1 AND (until IS NULL OR until > $2)", code, year)
    held = {row["seat"] for row in rows}
    return [seat for seat in code_list("committee_seat").values() if seat in held]


def _sits(row: Any) -> rules.Sits:
    return rules.Sits(seat=row["seat"], since=row["since"], until=row["until"])


def _signed(row: Any) -> rules.Signed:
    return rules.Signed(
        kind=row["kind"], signatories=tuple(row["signatories"]), starts_on=row["starts_on"], review_on=row["review_on"], ended_on=row["ended_on"]
    )


def _member(row: Any) -> MemberOut:
    return MemberOut(
        id=row["id"], seat=row["seat"], name=row["name"], post=row["post"], since=row["since"], until=row["until"], recorded_by=row["recorder"],
        version=row["version"],
    )  # fmt: skip


def _meeting(row: Any) -> MeetingOut:
    attended = row["attendance"] or {}
    return MeetingOut(
        id=row["id"], met_on=row["met_on"], chair=row["chair"], recorded_by=row["recorder"], withdrawn=row["withdrawn_reason"],
        attendance=[
            AttendanceOut(seat=seat, attended=attended[seat]) for seat in code_list("committee_seat").values() if seat in attended
        ],
    )  # fmt: skip


def _protocol(row: Any) -> ProtocolOut:
    return ProtocolOut(
        id=row["id"], kind=row["kind"], title=row["title"], signatories=list(row["signatories"]), starts_on=row["starts_on"],
        review_on=row["review_on"], ended_on=row["ended_on"], ended_reason=row["ended_reason"],
        state=rules.protocol_state(_signed(row), today=clock.today()), recorded_by=row["recorder"], version=row["version"],
    )  # fmt: skip
