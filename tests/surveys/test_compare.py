"""What is compared, what is not and why; and that nobody who has every table can work a hidden number out."""

from itertools import product

import numpy as np
import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st
from scipy.optimize import linprog

from yosafe.surveys import compare
from yosafe.surveys.compare import Pooled
from yosafe.surveys.published import published, published_for
from yosafe.surveys.questionnaire import available, load, parse
from yosafe.surveys.responses import Column, Responses
from yosafe.surveys.results import figures, returned_from

CHILDREN = load("children-custody")
SMALL = parse(b"""
id = "small"
version = 1
title = "Small"
about = "about"
source = "source"
groups = ["g", "h"]
[answer_sets]
yes-no = [{ code = "yes", label = "Yes" }, { code = "no", label = "No" }]
abc = [{ code = "a", label = "A" }, { code = "b", label = "B" }, { code = "c", label = "C" }]
[[sections]]
id = "s"
title = "Section"
questions = [
    { id = "g", label = "G?", short = "Are g", answers = "yes-no", positive = ["yes"] },
    { id = "h", label = "H?", short = "Are h", answers = "yes-no", positive = ["yes"] },
    { id = "q", label = "Q?", short = "Say q", answers = "abc", positive = ["a"] },
    { id = "r", label = "R?", short = "Say r", answers = "yes-no", positive = ["yes"], asked_if = { question = "q", answers = ["a"] } },
]
""")
ASKED = frozenset("ghqr")
RULE = {"level": 0.01, "holm": False}


def returned(groups, *, asked=ASKED, held=None):
    """A survey in which each set of answers was given so many times."""
    people = [dict(answers) for answers, times in groups for _ in range(times)]
    columns = {question: Column() for question in sorted({question for answers in people for question in answers})}
    for question, column in columns.items():
        column.add(np.array([column.place(answers[question]) if question in answers else 0 for answers in people]))
    responses = Responses(len(people), {question: column.done() for question, column in columns.items()})
    return returned_from(responses, asked, held=held, offered=None, left_out=0)


def of_q(a, b, c, **more):
    return returned([({"q": "a"}, a), ({"q": "b"}, b), ({"q": "c"}, c)], **more)


def row_of(sections, question="q"):
    return next(row for section in sections for row in section.questions if row.question == question)


def compared(sides, asked=frozenset("q"), **rule):
    return row_of(compare.compared(SMALL, asked, sides, **(RULE | rule)))


@pytest.mark.parametrize(
    ("there", "verdict", "points", "hidden"),
    [
        (of_q(10, 60, 30), "higher", 40.0, ""),
        (of_q(50, 25, 25), "no clear difference", 0.0, ""),
        (of_q(80, 10, 10), "lower", -30.0, ""),
        (of_q(4, 60, 30), "", None, compare.NOT_THERE),
        (of_q(3, 3, 3), "", None, compare.NOT_THERE),
        (returned([({"g": "yes"}, 40)], asked="g"), "", None, compare.NOT_ASKED),
    ],
)
def test_with_the_survey_before(there, verdict, points, hidden):
    row = compared(compare.with_earlier(SMALL, of_q(50, 30, 20), Pooled(1, SMALL, there)))
    assert (row.verdict, row.points, row.hidden) == (verdict, points, hidden)
    assert row.here.percent == 50.0
    assert (row.there is None) is bool(hidden)


def test_what_was_asked_otherwise_is_not_compared():
    text = b'id = "small"\nversion = 2\ntitle = "S"\nabout = "a"\nsource = "s"\n[[sections]]\nid = "s"\ntitle = "S"\nquestions = [\n'
    answers = b'answers = [{ code = "a", label = "A" }, { code = "b", label = "B" }], positive = ["a"]'
    other = parse(text + b'{ id = "q", label = "Q?", short = "Q", ' + answers + b" }]")
    there = returned([({"q": "a"}, 30), ({"q": "b"}, 30)], asked="q")
    row = compared(compare.with_earlier(SMALL, of_q(50, 30, 20), Pooled(1, other, there)))
    assert (row.hidden, row.there, row.p) == (compare.ASKED_OTHERWISE, None, None)


@pytest.mark.parametrize(
    ("others", "base", "hidden"),
    [
        ([of_q(10, 20, 10), of_q(30, 20, 10)], 100, ""),
        ([of_q(10, 20, 10), of_q(30, 20, 10), of_q(2, 3, 4)], 100, ""),  # 9 answered there: it is in no pool
        ([of_q(10, 20, 10)], None, compare.FEW_PLACES),
        ([of_q(10, 20, 10), of_q(2, 3, 4)], None, compare.FEW_PLACES),
        ([of_q(10, 20, 10), of_q(30, 20, 10), of_q(4, 20, 20)], None, compare.HIDDEN_SOMEWHERE),  # else its 4 would be the pool less the others
    ],
)
def test_with_similar_establishments(others, base, hidden):
    row = compared(compare.with_others(SMALL, of_q(50, 30, 20), [Pooled(n, SMALL, one) for n, one in enumerate(others)]))
    assert (row.hidden, row.there and row.there.base) == (hidden, base)


def parted(groups):
    """The sides of a survey parted by g."""
    yes, rest = ([(answers, n) for answers, n in groups if (answers.get("g") == "yes") is which] for which in (True, False))
    return compare.between(SMALL, returned(groups), returned(yes), returned(rest))


def by_g(*counts):
    """So many say yes to q, and so many no, among g, among not g, and among those who did not say."""
    answers = [{"g": g, "q": q} if g else {"q": q} for g, q in product(("yes", "no", ""), ("a", "b"))]
    return list(zip(answers, counts, strict=True))


@pytest.mark.parametrize(
    ("counts", "sides", "hidden"),
    [
        ((20, 20, 10, 50, 0, 0), (50.0, 16.7), ""),
        ((20, 20, 10, 50, 3, 1), (50.0, 20.3), ""),  # those who did not say are among everyone else
        ((4, 20, 10, 50, 0, 0), None, compare.SMALL_SIDE),
        ((20, 4, 10, 50, 0, 0), None, compare.SMALL_SIDE),
        ((5, 4, 10, 50, 0, 0), None, compare.SMALL_SIDE),
        ((2, 40, 2, 50, 0, 0), None, compare.NOT_HERE),
    ],
)
def test_between_groups(counts, sides, hidden):
    row = compared(parted(by_g(*counts)))
    assert row.hidden == hidden
    assert (row.here and (row.here.percent, row.there.percent)) == sides


def test_a_question_that_follows_from_a_hidden_one_is_hidden_too():
    base = [({"g": "yes", "q": "a", "r": "yes"}, 10), ({"g": "yes", "q": "a", "r": "no"}, 10), ({"g": "yes", "q": "b"}, 2)]
    rest = [({"g": "no", "q": "a", "r": "yes"}, 10), ({"g": "no", "q": "a", "r": "no"}, 10), ({"g": "no", "q": "b"}, 20)]
    row = row_of(compare.compared(SMALL, ASKED, parted(base + rest), **RULE), "r")
    assert row.hidden == compare.FOLLOWS


@pytest.mark.parametrize(("g", "may"), [((20, 20), True), ((9, 40), False), ((40, 9), False), ((12, 3), False)])
def test_who_may_be_parted(g, may):
    whole = returned([({"g": "yes"}, g[0]), ({"g": "no"}, g[1])])
    assert compare.may_part(SMALL, SMALL.question("g"), whole) is may


def test_published_figures_stand_beside_the_answers_that_say_the_same():
    groups = [({"children-assault": "yes", "unsafe-how-often": "often"}, 20), ({"children-assault": "no", "unsafe-how-often": "sometimes"}, 20)]
    here = returned([*groups, ({"children-assault": "no", "unsafe-how-often": "never"}, 60)], asked=["children-assault", "unsafe-how-often"])
    rows = [r for s in compare.with_published(CHILDREN, here, published_for(CHILDREN, "yoi"), **RULE) for r in s.questions]
    assert [(r.short, r.here.percent, r.there.percent, r.verdict) for r in rows] == [
        ("2002: felt unsafe some of the time", 20.0, 14, "no clear difference"),
        ("2002: felt unsafe often", 20.0, 6, "higher"),
        ("2002: reported incidents of assault by other young people", 20.0, 24, "no clear difference"),
    ]
    assert all(r.source and r.note for r in rows)


def test_a_published_share_of_a_hidden_answer_is_not_compared():
    here = returned(
        [({"unsafe-how-often": "often"}, 4), ({"unsafe-how-often": "sometimes"}, 20), ({"unsafe-how-often": "never"}, 60)], asked=["unsafe-how-often"]
    )
    rows = [r for s in compare.with_published(CHILDREN, here, published_for(CHILDREN, "yoi"), **RULE) for r in s.questions]
    assert [(r.here, r.hidden) for r in rows] == [(None, compare.NOT_HERE)] * 2


@pytest.mark.parametrize("figure", published(), ids=lambda f: f"{f.question} {f.year}")
def test_every_published_figure_is_of_a_question_and_answers_that_there_are(figure):
    questionnaire = load(figure.questionnaire)
    assert set(figure.answers) <= {a.code for a in questionnaire.answers_to(questionnaire.question(figure.question))}
    assert 0 < figure.percent < 100
    assert figure.source
    assert figure.alike


def test_the_reports_own_figures_are_there():
    """8.6: 24 % assaulted by other young people, 14 % felt unsafe some of the time, 6 % often."""
    said = {(f.question, f.answers): f.percent for f in published() if f.year == "2002"}
    assert said == {("children-assault", ("yes",)): 24, ("unsafe-how-often", ("sometimes",)): 14, ("unsafe-how-often", ("often",)): 6}


def test_holm_is_over_every_question_compared():
    here = returned([({"q": "a", "g": "yes"}, 30), ({"q": "b", "g": "no"}, 30)])
    there = returned([({"q": "a", "g": "yes"}, 12), ({"q": "b", "g": "no"}, 48)])
    sides = compare.with_earlier(SMALL, here, Pooled(1, SMALL, there))
    plain, adjusted = (row_of(compare.compared(SMALL, frozenset("gq"), sides, level=0.01, holm=holm)).p for holm in (False, True))
    assert adjusted == pytest.approx(2 * plain)


# An attacker: the unknowns are how many gave each set of answers; everything printed is an equation.
Q_AND_R = [{"q": "a", "r": "yes"}, {"q": "a", "r": "no"}, {"q": "a"}, {"q": "b"}, {"q": "c"}, {}]
TYPES = [{k: v for k, v in {"g": g, "h": h}.items() if v} | qr for g, h, qr in product(("yes", "no", ""), ("yes", "no", ""), Q_AND_R)]
OFTEN = st.one_of(st.integers(0, 1), st.integers(0, 6), st.integers(0, 25))


def matching(**wanted):
    """Which unknowns are of those who gave one of some answers to each question; None is no answer."""
    return np.array([all((of.get(q) or "-") in codes for q, codes in wanted.items()) for of in TYPES], dtype=float)


YES, ANY = {"yes"}, {"g": {"yes", "no"}, "h": {"yes", "no"}, "q": {"a", "b", "c"}, "r": {"yes", "no"}}


def printed(survey, counts):
    """Every sum that the results and both partings print, and each number that they hide."""
    known, secret = [(np.ones(len(TYPES)), survey.everyone.n)], []

    def note(line, count):
        (secret if count is None else known).append((line, count))

    for question in figures(SMALL, survey).sections[0].questions:
        codes = ANY[question.id]
        if question.base is not None:
            known.append((matching(**{question.id: codes}), question.base))
        for answer in question.answers:
            note(matching(**{question.id: {answer.code}}), answer.count)
        positive = set(SMALL.question(question.id).positive)
        shown = question.headline and round(question.headline.percent * question.base / 100)
        note(matching(**{question.id: positive}), shown)
    for group in "gh":
        if not compare.may_part(SMALL, SMALL.question(group), survey):
            continue
        inside, outside = (
            returned([(t, n) for t, n in zip(TYPES, counts, strict=True) if (t.get(group) == "yes") is which]) for which in (True, False)
        )
        for row in compare.compared(SMALL, frozenset("qr"), compare.between(SMALL, survey, inside, outside), **RULE)[0].questions:
            positive = set(SMALL.question(row.question).positive)
            for one, codes in ((row.here, YES), (row.there, {"no", "-"})):
                note(matching(**{group: codes, row.question: positive}), one and round(one.percent * one.base / 100))
                if one:
                    given = round(one.percent * one.base / 100)
                    assert min(given, one.base - given) >= 5
                    known.append((matching(**{group: codes, row.question: ANY[row.question]}), one.base))
    return known, secret


@settings(max_examples=25, deadline=None)
@given(st.lists(OFTEN, min_size=len(TYPES), max_size=len(TYPES)))
def test_an_attacker_with_every_table_pins_no_hidden_number(counts):
    """Whoever has the results, and the results parted by each group, still finds three values or more for every number that is hidden."""
    assume(sum(counts) >= 2)  # of a survey that nobody returned, everybody knows that nobody said anything
    survey = returned(list(zip(TYPES, counts, strict=True)))
    known, secret = printed(survey, counts)
    lines, sums = np.array([line for line, _ in known]), [count for _, count in known]
    assert np.allclose(lines @ np.array(counts), sums)  # the equations are true ones
    for line, _ in secret:
        ends = [sign * linprog(sign * line, A_eq=lines, b_eq=sums, bounds=(0, None), method="highs").fun for sign in (1, -1)]
        assert ends[1] - ends[0] >= 2 - 1e-6, (line @ np.array(counts), ends)


@pytest.mark.parametrize("which", available(), ids=str)
def test_groups_of_every_questionnaire_can_part(which):
    questionnaire = load(*which)
    assert all(questionnaire.question(group).positive for group in questionnaire.groups)
