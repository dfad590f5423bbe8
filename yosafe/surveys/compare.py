"""What a survey says beside something else: an earlier one, others, published figures, or one part of its respondents beside the rest.

Pure. Everything here is made of figures that the results of each survey show by themselves, so that nothing hidden there can be worked out from here;
a part of the respondents is compared only where every count on both sides is large enough to be shown.
"""

from collections.abc import Callable, Iterable, Sequence
from typing import NamedTuple

from yosafe.disclosure import LEAST_BASE, LEAST_COUNT, all_large

from . import results, rules, significance
from .design import Cluster, DrawnSample
from .published import Published
from .questionnaire import Question, Questionnaire
from .results import Returned
from .rules import Interval, Share, Tally
from .schemas import ComparedOut, ComparedSectionOut, SideOut
from .significance import Arm, Verdict

LEAST_PLACES = 2

NOT_HERE = "Hidden, or too few answered here."
NOT_THERE = "Hidden, or too few answered there."
NOT_ASKED = "Not asked there."
ASKED_OTHERWISE = "Asked otherwise there, so not compared."
FEW_PLACES = f"Fewer than {LEAST_PLACES} other establishments asked it and had {LEAST_BASE} answers."
HIDDEN_SOMEWHERE = "A count of one of the others is hidden, so nothing made with it is shown."
SMALL_SIDE = f"Fewer than {LEAST_BASE} on one side answered, or a count is under {LEAST_COUNT}."
FOLLOWS = "It follows from a question that is hidden here."


class Side(NamedTuple):
    """One side of a comparison of one question: the share shown, and what a test makes of it; `why` says why there is none."""

    arm: Arm | None = None
    shown: Share | None = None
    why: str = ""


class Pooled(NamedTuple):
    """Another survey that goes into a pool, as it was asked."""

    survey: int
    questionnaire: Questionnaire
    returned: Returned


def side(questionnaire: Questionnaire, question: Question, returned: Returned, codes: Sequence[str], *, why: str = "") -> Side:
    """The share of some answers in a survey, where its results show what it's made of."""
    out = results.question_out(questionnaire, question, returned) if question.id in returned.asked else None
    if out is None or out.base is None:
        return Side(why=why)
    shown = out.headline is not None if set(codes) == set(question.positive) else all(a.count is not None for a in out.answers if a.code in codes)
    return _side(question, returned, codes) if shown else Side(why=why)


def _side(question: Question, returned: Returned, codes: Sequence[str]) -> Side:
    tallies = returned.tallies.get(question.id, {})
    part, base = (rules.together(tallies.get(code, Tally()) for code in codes), rules.together(tallies.values()))
    share = results.share(question, returned, codes)
    if share is None:
        return Side(why=NOT_HERE)
    return Side(Arm(share.share, part.n, base.n, share.effective, returned.weighted), share)


def compared(
    questionnaire: Questionnaire, asked: frozenset[str], sides: Callable[[Question], tuple[Side, Side]], *, level: float, holm: bool
) -> list[ComparedSectionOut]:
    """Every question with a headline share that was asked, by section; `sides` gives the two sides of each."""
    questions = [q for q in questionnaire.questions() if q.id in asked and q.positive]
    rows = [_row(q, *sides(q)) for q in questions]
    done = {row.question: row for row in judged(rows, level=level, holm=holm)}
    sections = [
        ComparedSectionOut(id=section.id, title=section.title, questions=[done[q.id] for q in section.questions if q.id in done])
        for section in questionnaire.sections
    ]
    return [section for section in sections if section.questions]


def with_earlier(questionnaire: Questionnaire, here: Returned, other: Pooled) -> Callable[[Question], tuple[Side, Side]]:
    """A survey and an earlier one: only what was asked alike is compared."""

    def sides(question: Question) -> tuple[Side, Side]:
        one = side(questionnaire, question, here, question.positive, why=NOT_HERE)
        there = _alike(questionnaire, question, other.questionnaire)
        if there is None or question.id not in other.returned.asked:
            return one, Side(why=NOT_ASKED if question.id not in other.returned.asked else ASKED_OTHERWISE)
        return one, side(other.questionnaire, there, other.returned, there.positive, why=NOT_THERE)

    return sides


def with_others(questionnaire: Questionnaire, here: Returned, others: Sequence[Pooled]) -> Callable[[Question], tuple[Side, Side]]:
    """A survey and those of other establishments put together. Where a count of one of them is hidden, the pool is too: what it's made of would
    tell."""

    def sides(question: Question) -> tuple[Side, Side]:
        one = side(questionnaire, question, here, question.positive, why=NOT_HERE)
        asked = [other for other in others if question.id in other.returned.asked and _alike(questionnaire, question, other.questionnaire)]
        enough = [other for other in asked if rules.is_enough(_base(question, other.returned))]
        if len(enough) < LEAST_PLACES:
            return one, Side(why=FEW_PLACES)
        each = [side(other.questionnaire, other.questionnaire.question(question.id), other.returned, question.positive) for other in enough]
        return one, Side(why=HIDDEN_SOMEWHERE) if any(s.arm is None for s in each) else _side(question, _pool(question, enough), question.positive)

    return sides


def between(questionnaire: Questionnaire, whole: Returned, inside: Returned, outside: Returned) -> Callable[[Question], tuple[Side, Side]]:
    """Those who gave an answer counted in the headline of a question, and all the others, among whom are those who did not answer it.

    Both sides together are everybody, and what all of them say is shown: so a side is shown only with the other, and only where all four counts are
    large. With a third side of those who did not say, its few would be told by taking away.
    """

    def sides(question: Question) -> tuple[Side, Side]:
        gate = question.asked_if
        if gate and gate.question in whole.asked and sides(questionnaire.question(gate.question))[0].arm is None:
            return Side(why=FOLLOWS), Side(why=FOLLOWS)
        if side(questionnaire, question, whole, question.positive).arm is None:
            return Side(why=NOT_HERE), Side(why=NOT_HERE)
        if not all(rules.is_enough(_base(question, part)) for part in (inside, outside)):
            return Side(why=SMALL_SIDE), Side(why=SMALL_SIDE)
        one, other = _side(question, inside, question.positive), _side(question, outside, question.positive)
        arms = [s.arm for s in (one, other) if s.arm is not None]
        if len(arms) < 2 or not all_large(*(count for arm in arms for count in (arm.given, arm.base - arm.given))):
            return Side(why=SMALL_SIDE), Side(why=SMALL_SIDE)
        return one, other

    return sides


def may_part(questionnaire: Questionnaire, group: Question, whole: Returned) -> bool:
    """Whether respondents can be parted by a question: its headline share is shown, and enough people are on either side."""
    one = side(questionnaire, group, whole, group.positive)
    return one.arm is not None and one.arm.given >= LEAST_BASE and whole.everyone.n - one.arm.given >= LEAST_BASE


def with_published(
    questionnaire: Questionnaire, here: Returned, figures: Sequence[Published], *, level: float, holm: bool
) -> list[ComparedSectionOut]:
    """A survey and published figures, each of the answers that say the same in substance."""
    rows, of = [], []
    for figure in figures:
        if figure.question not in here.asked:
            continue
        question = questionnaire.question(figure.question)
        rows.append(_beside_published(question, side(questionnaire, question, here, figure.answers, why=NOT_HERE), figure))
        of.append(question.id)
    done = judged(rows, level=level, holm=holm)
    sections = [
        ComparedSectionOut(
            id=section.id, title=section.title, questions=[row for row, q in zip(done, of, strict=True) if q in {one.id for one in section.questions}]
        )
        for section in questionnaire.sections
    ]
    return [section for section in sections if section.questions]


def _beside_published(question: Question, one: Side, figure: Published) -> ComparedOut:
    share = figure.percent / 100
    row = _empty(question, one.why, text=f"{figure.year}: {figure.said}", note=figure.alike, source=figure.source)
    row.there = SideOut(base=figure.base, percent=figure.percent, low=None, high=None)
    if one.arm is None or one.shown is None:
        return row
    other = Arm(share, round(share * figure.base), figure.base, float(figure.base)) if figure.base else None
    verdict = significance.compare(one.arm, other) if other else significance.against(one.arm, share)
    low, high = rules.wilson(one.arm.share, one.arm.size)
    apart = significance.difference(one.arm, other) if other else Interval(low - share, high - share)
    return _filled(row, one, one.arm.share - share, apart, verdict)


def _row(question: Question, one: Side, other: Side) -> ComparedOut:
    row = _empty(question, one.why or other.why, text=question.short, note=question.note)
    row.here, row.there = _side_out(one), _side_out(other)
    if one.arm is None or other.arm is None:
        return row
    apart = significance.difference(one.arm, other.arm)
    return _filled(row, one, one.arm.share - other.arm.share, apart, significance.compare(one.arm, other.arm))


def _empty(question: Question, why: str, *, text: str, note: str, source: str = "") -> ComparedOut:
    return ComparedOut(
        question=question.id, label=question.label, short=text, here=None, there=None, points=None, low=None, high=None,
        p=None, test="", verdict="", hidden=why, note=note, source=source,
    )  # fmt: skip


def _filled(row: ComparedOut, one: Side, points: float, apart: Interval, verdict: Verdict) -> ComparedOut:
    row.here = _side_out(one)
    row.points, row.low, row.high = round(100 * points, 1), round(100 * apart.low, 1), round(100 * apart.high, 1)
    row.p, row.test = verdict.p, verdict.how
    return row


def _side_out(one: Side) -> SideOut | None:
    if one.arm is None or one.shown is None:
        return None
    return SideOut(base=one.arm.base, percent=round(100 * one.shown.share, 1), low=round(100 * one.shown.low, 1), high=round(100 * one.shown.high, 1))


def judged(rows: Sequence[ComparedOut], *, level: float, holm: bool) -> list[ComparedOut]:
    """The rows with a verdict in words: higher, lower, or no clear difference; with Holm's adjustment where it is asked for."""
    chances = significance.holm([row.p for row in rows]) if holm else [row.p for row in rows]
    for row, p in zip(rows, chances, strict=True):
        row.p = p
        row.verdict = _verdict(row, level)
    return list(rows)


def _verdict(row: ComparedOut, level: float) -> str:
    if row.points is None:
        return ""
    if row.p is None:
        return "not tested"
    if row.p >= level:
        return "no clear difference"
    return "higher" if row.points > 0 else "lower"


def _alike(questionnaire: Questionnaire, question: Question, there: Questionnaire) -> Question | None:
    """The same question in another version, where it has the same answers and the same ones are counted."""
    other = next((q for q in there.questions() if q.id == question.id), None)
    if other is None or set(other.positive) != set(question.positive):
        return None
    codes, theirs = ({a.code for a in one.answers_to(q)} for one, q in ((questionnaire, question), (there, other)))
    return other if codes == theirs else None


def _base(question: Question, returned: Returned) -> Tally:
    return rules.together(returned.tallies.get(question.id, {}).values())


def _pool(question: Question, others: Iterable[Pooled]) -> Returned:
    """The answers to one question in several surveys, as if they were one."""
    tallies: dict[str | float, Tally] = {}
    clusters: set[Cluster] = set()
    weights: dict[str | float, dict[Cluster, float]] = {}
    everyone, weighted, held, all_held = Tally(), False, 0, True
    for survey, _, returned in others:
        for answer, tally in returned.tallies.get(question.id, {}).items():
            tallies[answer] = rules.together([tallies.get(answer, Tally()), tally])
        everyone, weighted = rules.together([everyone, returned.everyone]), weighted or returned.weighted
        held, all_held = held + (returned.held or 0), all_held and returned.held is not None
        if returned.drawn:
            clusters |= {(f"{survey} {stratum}", psu) for stratum, psu in returned.drawn.clusters}
            for answer, by_cluster in returned.drawn.weights.get(question.id, {}).items():
                weights.setdefault(answer, {}).update({(f"{survey} {stratum}", psu): w for (stratum, psu), w in by_cluster.items()})
    drawn = DrawnSample(frozenset(clusters), {question.id: weights}) if clusters else None
    return Returned({question.id: tallies}, everyone, frozenset([question.id]), weighted, held if all_held else None, drawn=drawn)
