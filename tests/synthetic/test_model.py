"""The risk model on a made-up estate, the whole way: trained, its card read, signed by two agencies, scores, a review, a hit rate that moves.
And what is refused on that way."""

import datetime as dt
from collections.abc import AsyncIterator

import pytest

from tests.conftest import at, run_at
from tests.reviews.models import sign, version
from tests.synthetic.conftest import NAME, NOW
from yosafe import clock
from yosafe.accounts.access import user_by_email
from yosafe.accounts.viewer import User
from yosafe.audit.record import Operator
from yosafe.db.engine import DB
from yosafe.errors import Conflict
from yosafe.models.card import as_lines
from yosafe.reviews import meeting_actions as meetings
from yosafe.reviews.access import get_case_for, get_review_for
from yosafe.reviews.actions import refresh_flags
from yosafe.reviews.kinds import RISK_MODEL
from yosafe.reviews.meeting_schemas import AgreeAction, DecideCase, FlagDecision, ListCase
from yosafe.reviews.model_versions import train_model
from yosafe.reviews.queries import hit_rates
from yosafe.reviews.risk_model.queries import model, standing
from yosafe.reviews.risk_model.schemas import State
from yosafe.reviews.rules import Outcome
from yosafe.synthetic.load import Loaded

SYSTEM, MODELLED = Operator("system"), "modelled"
BELOW = "Its AUC of 0.612 may be as low as 0.571 (95 %), which doesn't beat 0.598 for any incident in 28 days. Use the simpler way."


@pytest.fixture
async def estate(loaded_at: tuple[str, Loaded], monkeypatch: pytest.MonkeyPatch) -> AsyncIterator[None]:
    """The engine, open on a copy of the small estate that may be written in. Of 150 young people in a year it can not be shown for every seed that a
    model does better than counting; for this one it can."""
    monkeypatch.setenv("YOSAFE_SECRET_KEY", "k" * 32)
    monkeypatch.setattr("yosafe.settings._chosen", [])
    address, _ = loaded_at
    await DB.close()
    await run_at(at(address, "postgres"), f"CREATE DATABASE {MODELLED} TEMPLATE {NAME}")
    await DB.open(address.replace(f"/{NAME}?", f"/{MODELLED}?"))
    with clock.stopped_at(NOW):
        yield
    await DB.close()
    await run_at(at(address, "postgres"), f"DROP DATABASE {MODELLED} WITH (FORCE)")


async def flagged() -> list[int]:
    """Whom the model flags in Wetherby, of whom no review decides yet."""
    rows = await DB.fetch(
        "SELECT f.young_person FROM flag f JOIN placement p ON p.young_person = f.young_person AND p.left_at IS NULL "
        "WHERE f.indicator = $1 AND f.cleared_on IS NULL AND f.closed_at IS NULL AND p.establishment = 'WYI' "
        "AND NOT EXISTS (SELECT FROM review_case c WHERE c.young_person = f.young_person AND c.decided_at IS NULL) ORDER BY f.id",
        RISK_MODEL,
    )
    return [row["young_person"] for row in rows]


async def reviewed(cleo: User, jay: User, number: int) -> None:
    """A joint review lists the young person with every flag that stands, and decides that they are borne out."""
    review = await DB.fetchval("SELECT id FROM review WHERE establishment = 'WYI' AND held_at IS NULL AND meets_on > $1", NOW.date())
    ref = f"RV-{review:06d}"
    case = await meetings.list_case(by=cleo, review=await get_review_for(cleo, ref), new=ListCase(young_person=f"YP-{number:06d}"))
    found, listed = await get_case_for(jay, ref, case.number)
    flags = [row["flag"] for row in await DB.fetch("SELECT flag FROM review_case_flag WHERE review_case = $1", listed.id)]
    action = AgreeAction(what="Ask him each week.", owner_agency="wetherby", owner_name="Cleo Brightmoor", due_on=NOW.date() + dt.timedelta(14))
    decision = DecideCase(
        decision="support_plan", reason="Those who know him say that he is being bullied.", child_came="asked_beforehand", advocate="not_wanted",
        child_said="I want another wing.", flags=tuple(FlagDecision(flag=flag, outcome=Outcome.AGREED) for flag in flags), actions=(action,),
        before_meeting=True,
    )  # fmt: skip
    await meetings.decide_case(by=jay, review=found, case=listed, version=1, new=decision)


async def test_from_training_to_a_hit_rate_that_moves(estate: None):
    cleo, jay = [await user_by_email(f"{login}@example.org") for login in ("cleo", "jay")]
    made = await train_model(by=Operator(), seed=2002, capacity=0.1)
    assert made.card is not None
    assert made.why_not() == []
    assert 0.8 <= made.card.evaluation.slope.value <= 1.25
    assert "never a verdict" in "\n".join(as_lines(made.card))

    below = await version(BELOW)
    with pytest.raises(Conflict, match=r"0\.612 may be as low as 0\.571"):
        await sign(cleo, below)
    await sign(cleo, made.version)
    assert (await standing(cleo)).version is None, "one signature is not enough"
    await sign(jay, made.version)
    assert (await model(Operator(), made.version)).state is State.IN_USE

    await refresh_flags(by=SYSTEM, as_of=NOW.date())
    before = (await hit_rates([RISK_MODEL]))[RISK_MODEL]
    await reviewed(cleo, jay, (await flagged())[0])
    after = (await hit_rates([RISK_MODEL]))[RISK_MODEL]
    assert (after.borne_out, after.base) == (before.borne_out + 1, before.base + 1)

    await DB.execute("UPDATE model_version SET model = replace(model, '\"intercept\":', '\"intercept\":1') WHERE id = $1", made.version)
    await refresh_flags(by=SYSTEM, as_of=NOW.date())
    found = await model(Operator(), made.version)
    assert (found.state, await flagged()) == (State.REFUSED, [])
    assert "its hash is another" in found.uses[0].reason
