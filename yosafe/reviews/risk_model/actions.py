"""Every change to which version is used, how many a panel can see, and the thresholds of indicators."""

from collections.abc import Sequence

from yosafe import clock
from yosafe.accounts.access import check_may, user_by_email
from yosafe.accounts.permissions import Role
from yosafe.accounts.viewer import User
from yosafe.audit.record import Actor, EventName, record
from yosafe.db.engine import DB, write_transaction
from yosafe.errors import Conflict, FieldError, Invalid, Refused, Stale
from yosafe.reviews.locks import REFRESH_LOCK
from yosafe.reviews.model_versions import VersionOut, get_version

from . import access, capacity_queries, ending, rules
from .rules import Signer
from .schemas import SetCapacity, SetThresholds, SignVersion, StopModel
from .thresholds import chosen_at

STEPS = """
    SELECT (SELECT count(*) FROM model_signature WHERE model_version = $1)
        + (SELECT count(*) + count(ended_at) FROM model_use WHERE model_version = $1)
"""
_SIGNED = """
    SELECT s.signed_by AS id, u.role, s.agency FROM model_signature s JOIN user_account u ON u.id = s.signed_by
    WHERE s.model_version = $1 AND s.ended_at IS NULL
"""


async def sign_version(*, by: User, version: int, new: SignVersion, steps: int) -> None:
    """Sign a version whose card was read. The second signature puts it to use. Raises Conflict where it may not be used, with the
    figures, or where this person may not sign beside who has; Stale where someone signed, began or ended it since `steps`."""
    access.check_may_sign(by)
    found = await get_version(by, version)
    if not new.read:
        raise Invalid("Say that you have read the card. Nobody signs what they have not read.")
    async with write_transaction():
        await _hold(version)
        if await DB.fetchval(STEPS, version) != steps:
            raise Stale("Someone signed this version, or took it out of use, since you opened the page. Look at it again.")
        if new.sha256 != found.sha256:
            raise Conflict("What you read is not this version: its hash is another. Read its card, then sign.")
        await _sign(found, by, through="page", recorded_by=by)


async def activate(*, by: Actor, version: int, signed_by: Sequence[str]) -> VersionOut:
    """Use a version that two people have signed on paper, by the operator. Raises as signing does; NotFound for an address that nobody has."""
    if isinstance(by, User):
        raise Refused("Each of the two signs on a page of their own, or the operator of this machine records both signatures.")
    found = await get_version(by, version)
    signers = [await user_by_email(email) for email in signed_by]
    for signer in signers:
        access.check_may_sign(signer)
    if len(signers) != rules.SIGNERS:
        raise Invalid(f"Two people sign a version: give --signed-by twice. {len(signers)} given.")
    async with write_transaction():
        await _hold(version)
        done = [await _sign(found, signer, through="command", recorded_by=by) for signer in signers]
        if not any(done):
            raise Conflict("Both have to sign the version anew. Look at its card.")
    return found


async def end_use(*, by: Actor, new: StopModel, version: int | None = None, steps: int | None = None) -> None:
    """Stop using the version that is used; its flags clear with the reason. Any one who may sign may stop it. Raises Conflict where none is used, or
    not this one; Stale."""
    access.check_may_sign(by)
    if version is not None:
        await get_version(by, version)
    async with write_transaction():
        await _one_at_a_time()
        used = await DB.fetchval("SELECT model_version FROM model_use WHERE ended_at IS NULL")
        if used is None or version not in (None, used):
            raise Conflict("This version is not used. There is nothing to stop.")
        if steps is not None and await DB.fetchval(STEPS, used) != steps:
            raise Stale("Someone changed something about this version since you opened the page. Look at it again.")
        await ending.stop(used, by=by, reason=new.reason)


async def set_capacity(*, by: User, establishment: str, new: SetCapacity, steps: int) -> None:
    """Say how many a panel can see a week; it holds from this day on, of as many as are held there now. Raises NotFound for a place that is not
    theirs; Conflict where nobody is held there; Stale where somebody said it anew since `steps`."""
    check_may(by, "capacity:set")
    place = access.get_establishment_for(by, establishment)
    held = await capacity_queries.held_at(place.code)
    async with write_transaction():
        await DB.execute("SELECT pg_advisory_xact_lock($1)", REFRESH_LOCK)
        if await DB.fetchval("SELECT count(*) FROM panel_capacity WHERE establishment = $1", place.code) != steps:
            raise Stale("Someone said anew how many this panel can see since you opened the page. Look at it again.")
        number = await DB.fetchval(
            "INSERT INTO panel_capacity (establishment, a_week, held, reason, at, recorded_by) VALUES ($1, $2, $3, $4, $5, $6) RETURNING id",
            *(place.code, new.a_week, held, new.reason, clock.now(), by.id),
        )
        detail = {"establishment": place.code, "a_week": new.a_week, "held": held}
        await record(EventName.CAPACITY_SET, by=by, subject=("capacity", number), detail=detail)


async def set_thresholds(*, by: User, indicator: str, new: SetThresholds, steps: int) -> None:
    """Change thresholds of an indicator. They hold from today on: a past day's flags stay as they were. Raises NotFound; Invalid for what there is
    not, or what changes nothing; Stale where somebody changed one since `steps`."""
    check_may(by, "indicator:set")
    one = access.get_indicator_for(by, indicator)
    if unknown := sorted(new.values.keys() - one.settings.keys()):
        raise Invalid([FieldError(name, f"There is no such threshold. There are: {', '.join(one.settings) or 'none'}.") for name in unknown])
    async with write_transaction():
        await DB.execute("SELECT pg_advisory_xact_lock($1)", REFRESH_LOCK)
        if await DB.fetchval("SELECT count(*) FROM indicator_setting WHERE indicator = $1", indicator) != steps:
            raise Stale("Someone changed a threshold of this indicator since you opened the page. Look at it again.")
        before = {**one.defaults(), **(await chosen_at(clock.today())).get(indicator, {})}
        changed = {name: value for name, value in new.values.items() if value != before[name]}
        if not changed:
            raise Invalid("Nothing is changed by this. Give at least one threshold another value.")
        for name, value in changed.items():
            await DB.execute(
                "INSERT INTO indicator_setting (indicator, setting, was, value, reason, at, recorded_by) VALUES ($1, $2, $3, $4, $5, $6, $7)",
                *(indicator, name, before[name], value, new.reason, clock.now(), by.id),
            )
        await record(EventName.INDICATOR_SET, by=by, detail={"indicator": indicator, "settings": sorted(changed)})


async def _one_at_a_time() -> None:
    """And none while flags are worked out."""
    await DB.execute("SELECT pg_advisory_xact_lock($1)", REFRESH_LOCK)


async def _hold(version: int) -> None:
    await _one_at_a_time()
    await DB.fetchval("SELECT id FROM model_version WHERE id = $1 FOR SHARE", version)


async def _sign(found: VersionOut, signer: User, *, through: str, recorded_by: Actor) -> bool:
    card = found.card
    rules.check_usable(found.failings, found.refused, watched=card is not None and bool(card.ladder and card.spread and card.capacities))
    if await DB.fetchval("SELECT EXISTS (SELECT FROM model_use WHERE model_version = $1 AND ended_at IS NULL)", found.version):
        raise Conflict("This version is used already.")
    signed = [Signer(id=row["id"], role=Role(row["role"]), agency=row["agency"]) for row in await DB.fetch(_SIGNED, found.version)]
    mine = Signer(id=signer.id, role=signer.role, agency=signer.agency)
    rules.check_may_join(mine, signed, trained_by=found.trained_by)
    await DB.execute(
        "INSERT INTO model_signature (model_version, words, through, agency, signed_by, at) VALUES ($1, $2, $3, $4, $5, $6)",
        *(found.version, rules.WORDS, through, signer.agency, signer.id, clock.now()),
    )
    await record(EventName.MODEL_SIGNED, by=recorded_by, subject=("model", found.version), detail={"signer": signer.id, "sha256": found.sha256})
    if not rules.is_signed([*signed, mine]):
        return False
    used = await DB.fetchval("SELECT model_version FROM model_use WHERE ended_at IS NULL")
    if used is not None:
        await ending.stop(used, by=recorded_by, reason=f"Version {found.version} took its place.")
    await DB.execute("INSERT INTO model_use (model_version, started_at) VALUES ($1, $2)", found.version, clock.now())
    await record(EventName.MODEL_STARTED, by=recorded_by, subject=("model", found.version), detail={"sha256": found.sha256})
    return True
