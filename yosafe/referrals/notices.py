"""Whom referrals tell, and how a notice about one shows."""

from collections.abc import Iterable

from yosafe.accounts.viewer import User
from yosafe.db.sql import Sql
from yosafe.notices.about import About, by_number
from yosafe.notices.events import Event
from yosafe.notices.telling import tell_one

from . import access
from .access import SUBJECT
from .events import Kind
from .tables import Referral

ANSWERS = frozenset({Kind.DECIDED, Kind.DECLINED, Kind.ENDED})


async def tell_authorities(referral: Referral, areas: Iterable[str], *, by: User) -> None:
    """Those to whom it was sent. Part of the open transaction."""
    await tell_one(Event.REFERRAL_RECEIVED, SUBJECT, referral.id, by=by, areas=list(areas))


async def tell_sender(referral: Referral, kind: Kind, *, by: User) -> None:
    """Whoever sent it, where an event is an answer (principle 2). Part of the open transaction."""
    if kind in ANSWERS:
        await tell_one(Event.REFERRAL_ANSWERED, SUBJECT, referral.id, by=by, users=[referral.recorded_by], reason=kind.value)


def _shows(user: User, column: str) -> Sql:
    return Sql(f"EXISTS (SELECT FROM referral r JOIN young_person yp ON yp.id = r.young_person WHERE r.id = {column} AND {{}})", access.visible(user))


ABOUT = About(kind=SUBJECT, shows=_shows, places=by_number(access.referral_ref, "/referrals"))
