"""Stories of referrals, told in lines such as "2 Jul 2002: host decided assessment"."""

import datetime as dt
import re

from yosafe.accounts.permissions import PERMISSIONS, Role
from yosafe.referrals.events import Case, Event, Kind

HOME, HOST, ELSEWHERE = "E08000035", "E09000018", "E10000016"  # Leeds; Hounslow, where Feltham stands; Kent
AREAS = {"home": HOME, "host": HOST}
_LINE = re.compile(r"(\d+ \w+ \d{4}): (?:(home|host) )?(\w+)(?: (\w+))?")


def day(text: str) -> dt.date:
    return dt.datetime.strptime(text, "%d %b %Y").date()  # noqa: DTZ007  # a day, not an instant


def event(line: str, number: int = 1) -> Event:
    match = _LINE.fullmatch(line)
    assert match is not None, line
    when, who, kind, outcome = match.groups()
    return Event(kind=Kind(kind), on=day(when), number=number, area=AREAS[who] if who else None, outcome=outcome)


def story(*lines: str, host: str | None = HOST) -> Case:
    """A referral from Feltham about a young person from Leeds, as the lines tell it, recorded in their order."""
    return Case(home_area=HOME, host_area=host, events=tuple(event(line, number) for number, line in enumerate(lines, 1)))


class Someone:
    """A worker with a role, in an area (social workers) or an establishment."""

    def __init__(self, role: Role, area: str | None = None) -> None:
        self.role, self.area = role, area

    def may(self, permission: str) -> bool:
        return permission in PERMISSIONS[self.role]


LEAD = Someone(Role.YOI_LEAD)
YOT = Someone(Role.YOT_WORKER, HOME)
HOME_WORKER = Someone(Role.SOCIAL_WORKER, HOME)
HOST_WORKER = Someone(Role.SOCIAL_WORKER, HOST)
