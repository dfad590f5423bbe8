"""The figures of a survey: from tallies to shares with bases and intervals, small numbers hidden. Pure; pages, API and commands show this."""

from collections.abc import Iterable, Sequence
from typing import NamedTuple

from yosafe.disclosure import LEAST_BASE, LEAST_COUNT, Hidden, hide

from . import rules
from .design import DrawnSample, mean_spread
from .questionnaire import Question, Questionnaire
from .responses import Among, Responses, Tallies
from .rules import Mean, Share, Tally
from .schemas import AnswerOut, FigureOut, FiguresOut, MeanOut, QuestionOut, ResponseOut, SectionOut

UNDER_BASE = f"Fewer than {LEAST_BASE} answered, so nothing is shown."
SMALL = f"Counts under {LEAST_COUNT} are hidden, with others from which they could be worked out."
UNEVEN = f"The weights differ so much that the answers are worth fewer than {LEAST_BASE}, so nothing is shown."
ONE_CLUSTER = "Respondents were drawn in one cluster a stratum, so nothing says how sure a figure is."
ROUTED = "Hidden: how many were asked would tell a hidden count of an earlier question."


class Returned(NamedTuple):
    """A survey as it was returned: `everyone` is the tally of all respondents, `asked` the questions that it has, `left_out` the rows refused."""

    tallies: Tallies
    everyone: Tally
    asked: frozenset[str]
    weighted: bool
    held: int | None = None
    offered: int | None = None
    left_out: int = 0
    drawn: DrawnSample | None = None


def returned_from(
    responses: Responses, asked: Iterable[str], *, held: int | None, offered: int | None, left_out: int, among: Among | None = None
) -> Returned:
    """A survey as its respondents, or some of them, answered it."""
    return Returned(
        responses.tallies(among), responses.everyone(among), frozenset(asked), responses.weights is not None, held, offered, left_out,
        drawn=responses.drawn(among),
    )  # fmt: skip


def figures(questionnaire: Questionnaire, returned: Returned) -> FiguresOut:
    """Every question that was in the file, by section; sections with none are left out."""
    by_id = {q.id: question_out(questionnaire, q, returned) for q in questionnaire.questions() if q.id in returned.asked}
    sections = [
        SectionOut(id=section.id, title=section.title, questions=found)
        for section in questionnaire.sections
        if (found := [by_id[q.id] for q in section.questions if q.id in by_id])
    ]
    return FiguresOut(
        questionnaire=questionnaire.id,
        questionnaire_version=questionnaire.version,
        title=questionnaire.title,
        source=questionnaire.source,
        response=response(returned),
        weighted=returned.weighted,
        sum_of_weights=round(returned.everyone.weight, 2),
        headline=[by_id[question] for question in questionnaire.headline if question in by_id],
        sections=sections,
        method=method(questionnaire, returned),
    )


def response(returned: Returned) -> ResponseOut:
    asked = returned.offered if returned.offered is not None else returned.held
    came_back = returned.everyone.n + returned.left_out
    rate = round(100 * came_back / asked, 1) if asked else None
    return ResponseOut(held=returned.held, offered=returned.offered, returned=came_back, left_out=returned.left_out, rate=rate)


def question_out(questionnaire: Questionnaire, question: Question, returned: Returned) -> QuestionOut:
    tallies = returned.tallies.get(question.id, {})
    base = rules.together(tallies.values())
    if not rules.is_enough(base):
        return _withheld(questionnaire, question, UNDER_BASE if base.n < LEAST_BASE else UNEVEN)
    if returned.drawn and not returned.drawn.freedom:
        return _withheld(questionnaire, question, ONE_CLUSTER)
    asked = _number_asked(questionnaire, question, returned)
    if asked is None:
        return _withheld(questionnaire, question, ROUTED)
    if question.kind == "number":
        return _number(questionnaire, question, returned, base, asked)
    counts = {a.code: tallies.get(a.code, Tally()).n for a in questionnaire.answers_to(question)}
    hidden = hide(counts, question.positive)
    headline = None if hidden.headline else share(question, returned, question.positive)
    return _shown(question, returned, base, asked, headline=headline, answers=_answers(questionnaire, question, returned, hidden))


def share(question: Question, returned: Returned, codes: Sequence[str]) -> Share | None:
    """The share of those who answered a question that gave one of some answers, hidden or not; None where the base is too small."""
    tallies = returned.tallies.get(question.id, {})
    part = rules.together(tallies.get(code, Tally()) for code in codes)
    how = returned.drawn and returned.drawn.of(question.id, codes)
    return rules.share_of(part, rules.together(tallies.values()), held=returned.held, drawn=how)


def _number(questionnaire: Questionnaire, question: Question, returned: Returned, base: Tally, asked: int) -> QuestionOut:
    values = {float(value): tally for value, tally in returned.tallies.get(question.id, {}).items()}
    sample = returned.drawn
    spread = sample and mean_spread({float(v): by for v, by in sample.weights.get(question.id, {}).items()}, sample.clusters)
    mean = rules.mean_of(values, held=returned.held, spread=spread)
    return _shown(question, returned, base, asked, mean=mean) if mean else _withheld(questionnaire, question, UNEVEN)


def _number_asked(questionnaire: Questionnaire, question: Question, returned: Returned) -> int | None:
    """How many were asked; None where the number would tell a count that is hidden."""
    gate = question.asked_if
    if gate is None or gate.question not in returned.asked:
        return returned.everyone.n
    earlier = questionnaire.question(gate.question)
    tallies = returned.tallies.get(earlier.id, {})
    counts = {a.code: tallies.get(a.code, Tally()).n for a in questionnaire.answers_to(earlier)}
    hidden = hide(counts, earlier.positive)
    is_the_headline = set(gate.answers) == set(earlier.positive) and not hidden.headline
    if hidden.all or (hidden.answers and not is_the_headline):
        return None
    return sum(counts[code] for code in gate.answers)


def _answers(questionnaire: Questionnaire, question: Question, returned: Returned, hidden: Hidden) -> list[AnswerOut]:
    out = []
    for answer in questionnaire.answers_to(question):
        tally = returned.tallies.get(question.id, {}).get(answer.code, Tally())
        shown = answer.code not in hidden.answers
        figure = _figure(share(question, returned, [answer.code])) if shown else None
        out.append(
            AnswerOut(code=answer.code, label=answer.label, positive=answer.code in question.positive, count=tally.n if shown else None, share=figure)
        )
    return out


def _shown(
    question: Question,
    returned: Returned,
    base: Tally,
    asked: int,
    *,
    headline: Share | None = None,
    mean: Mean | None = None,
    answers: list[AnswerOut] | None = None,
) -> QuestionOut:
    answers = answers or []
    return QuestionOut(
        id=question.id, label=question.label, short=question.short, kind=question.kind, unit=question.unit,
        base=base.n, missing=asked - base.n, not_asked=returned.everyone.n - asked,
        sum_of_weights=round(base.weight, 2), effective_base=round(headline.effective if headline else rules.effective_size(base), 1),
        headline=_figure(headline), mean=_mean(mean), answers=answers,
        hidden=SMALL if any(a.count is None for a in answers) else "", note=question.note,
    )  # fmt: skip


def _withheld(questionnaire: Questionnaire, question: Question, why: str) -> QuestionOut:
    answers = [
        AnswerOut(code=a.code, label=a.label, positive=a.code in question.positive, count=None, share=None)
        for a in (questionnaire.answers_to(question) if question.kind == "single" else ())
    ]
    return QuestionOut(
        id=question.id, label=question.label, short=question.short, kind=question.kind, unit=question.unit,
        base=None, missing=None, not_asked=None, sum_of_weights=None, effective_base=None,
        headline=None, mean=None, answers=answers, hidden=why, note=question.note,
    )  # fmt: skip


def _figure(share: Share | None) -> FigureOut | None:
    return share and FigureOut(percent=round(100 * share.share, 1), low=round(100 * share.low, 1), high=round(100 * share.high, 1))


def _mean(mean: Mean | None) -> MeanOut | None:
    return mean and MeanOut(mean=round(mean.mean, 3), low=round(mean.low, 3), high=round(mean.high, 3))


def method(questionnaire: Questionnaire, returned: Returned) -> list[str]:
    """How the figures were made and what they do not say, a sentence each."""
    note = [
        "A percentage is of those who answered the question (its base). Those who left it out, or were not asked, are counted beside it.",
        "Percentages of different questions are never added: one young person may be in several.",
    ]
    if returned.weighted:
        whose = "worked out from how respondents were drawn" if returned.drawn else "Kish"
        note.append(
            "Percentages and means are weighted; bases are people. "
            f"The effective base ({whose}) is the size of an unweighted sample that would be as precise."
        )
    if returned.drawn:
        strata = len({stratum for stratum, _ in returned.drawn.clusters})
        note.append(f"Respondents were drawn in {len(returned.drawn.clusters):,} clusters of {strata:,} strata; intervals allow for it (Taylor).")
    note.append(_interval_note(returned))
    note.append("An interval speaks of chance only. It says nothing about those who did not answer, who may differ.")
    note.append(f"{SMALL} A question answered by fewer than {LEAST_BASE} shows nothing. How many left a question out is not hidden.")
    if returned.left_out:
        note.append(f"{returned.left_out:,} returned rows could not be read and are in no figure.")
    if questionnaire.caution:
        note.append(questionnaire.caution)
    return note


def _interval_note(returned: Returned) -> str:
    size = "the effective base" if returned.weighted else "the base"
    text = f"Intervals are 95 %: Wilson's for a percentage and Student's for a mean, on {size}"
    if returned.held is None:
        return f"{text}. How many were held was not given, so they are as if many more could have been asked."
    return f"{text}, corrected for {returned.held:,} held: the more of them answered, the narrower."
