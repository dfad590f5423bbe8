"""How the use of a version ends."""

from yosafe import clock
from yosafe.audit.record import Actor, EventName, record
from yosafe.db.engine import DB
from yosafe.reviews.kinds import RISK_MODEL
from yosafe.reviews.rules import Change

_WITHDRAW = """
    WITH gone AS (
        UPDATE flag SET cleared_on = greatest(raised_on, (SELECT max(as_of) FROM flag_refresh), $2::date),
            last_seen_on = greatest(last_seen_on, (SELECT max(as_of) FROM flag_refresh)), version = version + 1
        WHERE indicator = $1 AND cleared_on IS NULL RETURNING id, level
    )
    INSERT INTO flag_change (flag, change, level, sentence, as_of, at) SELECT id, $3, level, $4, $2, $5 FROM gone RETURNING flag
"""


async def stop(version: int, *, by: Actor, reason: str) -> int:
    """The same inside the caller's transaction, for whatever the reason: a signature that did not hold, a version that took its place."""
    now = clock.now()
    await DB.execute(
        "UPDATE model_use SET ended_at = $2, ended_by = $3, end_reason = $4 WHERE model_version = $1 AND ended_at IS NULL",
        *(version, now, by.id, reason),
    )
    await DB.execute("UPDATE model_signature SET ended_at = $2 WHERE model_version = $1 AND ended_at IS NULL", version, now)
    typed = reason.replace("{", "(").replace("}", ")")  # in a sentence these stand around terms
    sentence = f"Version {version} of the risk model is not used any more: {typed}"
    gone = await DB.fetch(_WITHDRAW, RISK_MODEL, clock.today(), Change.WITHDRAWN.value, sentence, now)
    await record(EventName.MODEL_ENDED, by=by, subject=("model", version), detail={"flags": len(gone)})
    return len(gone)
