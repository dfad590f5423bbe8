"""The reference page of referrals, from the tables that the code runs."""

from yosafe.reference.codes import code_list

from .events import AGREED, CONFERENCES, MEETINGS, OUTCOMES, Kind, Variant
from .limits import ENDED, LIMITS, NOT_TAKEN_ON, Limit, answers_for_all
from .status import PRECEDENCE
from .steps import AFTER_THE_END, NOTE_NEEDED, STEPS, Side, Step

SIDES = {
    Side.AUTHORITY: "a social worker of an authority it was sent to",
    Side.SENDER: "those who may refer the young person",
    Side.EITHER: "both sides",
}


def describe_all() -> str:
    return "\n\n".join([_HEAD, _statuses(), _events(), _limits()]) + "\n"


_HEAD = """# Referrals: status, events, time limits

A referral has no status of its own making: what happened to it is recorded as events, and status and time limits follow from them."""


def _statuses() -> str:
    rows = [
        f"| {n} | `{row.status}` | {code_list('referral_status').label(row.status)} | {_any(row.by)}"
        f"{'; until an authority records anything' if row.until_answered else ''} |"
        for n, row in enumerate(PRECEDENCE, 1)
    ]
    return "\n".join(
        [
            "## Status",
            "",
            "The first row that holds is the status, in whatever order things happened: the furthest step counts, whichever authority took it. "
            "Nothing recorded is `draft`.",
            "",
            "| | status | shown as | where there is |",
            "| --- | --- | --- | --- |",
            *rows,
        ]
    )


def _events() -> str:
    rows = [
        f"| `{step.kind}` | {code_list('referral_event').label(step.kind)} | {SIDES[step.side]} | {_any(step.after)} | {_but(step)} "
        f"| {_outcomes(step.kind)} |"
        for step in STEPS
    ]
    over = ", ".join(f"`{kind}`" for kind in sorted(AFTER_THE_END))
    return "\n".join(
        [
            "## Events",
            "",
            "An event has a day: today or earlier, and not before the day of what must come before it. "
            f"`sent` and `considered` are the first event of a record. After `ended` only {over} can be recorded.",
            "",
            "| event | shown as | recorded by | after | and only where | outcome |",
            "| --- | --- | --- | --- | --- | --- |",
            *rows,
        ]
    )


def _but(step: Step) -> str:
    parts = [f"there is no {_any(step.not_after)}"] if step.not_after else []
    parts += ["it has not been recorded yet"] if step.once else []
    parts += [(step.guard.__doc__ or "").strip()] if step.guard else []
    parts += ["the level is above the last that was asked; the highest can be asked again"] if step.kind is Kind.ESCALATED else []
    parts += ["who was there is said"] if step.kind in MEETINGS else []
    parts += ["also whether it was quorate, the young person was there, and had an advocate"] if step.kind in CONFERENCES else []
    parts += ["the category, where it registers"] if step.kind is Kind.INITIAL_CONFERENCE else []
    parts += ["someone else agreed, and is named"] if step.kind in AGREED else []
    parts += ["a note says more"] if step.kind in NOTE_NEEDED else []
    return "; ".join(parts)


def _outcomes(kind: Kind) -> str:
    return ", ".join(f"`{value}`" for value in code_list(OUTCOMES[kind]).values()) if kind in OUTCOMES else ""


def _limits() -> str:
    rows = [f"| `{limit.clock}` | {', '.join(limit.under)} | {_starts(limit)} | {_met(limit)} | {_stops(limit)} |" for limit in LIMITS]
    return "\n".join(
        [
            "## Time limits",
            "",
            "By the rules of the day on which each started. The first decision is the host authority's to make, or the home authority's where the "
            "young person is held nowhere; what follows belongs to the authority that decides: the host, or the home authority once the host has "
            "declined, or the one that took the case over.",
            "",
            "| time limit | referrals sent under | starts with | met by | stopped by |",
            "| --- | --- | --- | --- | --- |",
            *rows,
        ]
    )


def _starts(limit: Limit) -> str:
    return f"each {_any(limit.starts)}" if limit.each else f"the first of {_any(limit.starts)}"


def _met(limit: Limit) -> str:
    condition = f" ({_lower((limit.if_meets.__doc__ or '').strip().rstrip('.'))})" if limit.if_meets is answers_for_all else ""
    return f"{_any(limit.met)}{condition}"


def _stops(limit: Limit) -> str:
    reasons = [f"{_any((variant,))}: “{reason}”" for variant, reason in limit.stops]
    reasons += [f"nobody takes it on: “{reason}”" for reason in NOT_TAKEN_ON.values()] if limit.while_taken_on else []
    return "; ".join([*reasons, f"`ended`: “{ENDED}”"])


def _any(variants: tuple[Variant, ...]) -> str:
    return ", ".join(f"`{v}`" if isinstance(v, Kind) else f"`{v[0]}` with `{v[1]}`" for v in variants)


def _lower(sentence: str) -> str:
    return sentence[:1].lower() + sentence[1:]
