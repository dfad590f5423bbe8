"""When two records may be of one child: pairs worked by hand, and slips of the hand that must be found whatever they hit."""

import datetime as dt

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from yosafe.people.duplicates.rules import Birth, Described, Name, Strength, births, in_a_sentence, likeness, near_dates
from yosafe.synthetic.names import backgrounds

VERY, MAYBE, NO = Strength.VERY_LIKELY, Strength.POSSIBLE, None


def described(text, numbers=()):
    """ "Morton, Kai 14/3/2010", with other names after it: "Morton, Kai 14/3/2010 = Frost, Kai"."""
    own, *others = (part.strip() for part in text.split("="))
    name, _, born = own.rpartition(" ")
    day, month, year = map(int, born.split("/"))
    names = [[half.strip() for half in one.split(",")] for one in (name, *others)]
    return Described(
        names=[Name(family=family, given=given, other=n > 0) for n, (family, given) in enumerate(names)],
        born=dt.date(year, month, day),
        numbers=frozenset(numbers),
    )


PAIRS = [
    # The same child
    ("Morton, Kai 14/3/2010", "Morton, Kai 14/3/2010", VERY, "same date of birth; same family name; same given name"),
    ("MORTON, KAI 14/3/2010", "morton, kai 14/3/2010", VERY, "same date of birth"),
    ("Moreton, Kai 14/3/2010", "Morton, Kai 14/3/2010", VERY, "family name spelt nearly the same"),
    ("Mroton, Kai 14/3/2010", "Morton, Kai 14/3/2010", VERY, "family name spelt nearly the same"),
    ("Morton, Kay 14/3/2010", "Morton, Kai 14/3/2010", VERY, "given name spelt nearly the same"),
    ("Smyth, Jordan 2/2/2009", "Smith, Jordan 2/2/2009", VERY, "family name spelt nearly the same"),
    ("O'Neill, Séamus 9/9/2009", "ONeil, Seamus 9/9/2009", VERY, "family name spelt nearly the same; same given name"),
    ("Leigh, Shaun 1/6/2010", "Leigh, Sean 1/6/2010", VERY, "given name sounds alike"),
    ("Stephens, Ali 1/6/2010", "Stevens, Ali 1/6/2010", VERY, "family name"),
    ("Khan, Mohammed 1/6/2010", "Khan, Muhammad 1/6/2010", VERY, "given name spelt nearly the same"),
    ("Hussain, Catherine 1/6/2010", "Hussain, Kathryn 1/6/2010", VERY, "given name sounds alike"),
    ("Kalinek, Jakub 3/5/2009", "Kalinek, Jakub 5/3/2009", VERY, "date of birth with day and month swapped"),
    ("Kalinek, Jakub 13/5/2009", "Kalinek, Jakub 31/5/2009", VERY, "date of birth with two digits swapped"),
    ("Kalinek, Jakub 13/5/2009", "Kalinek, Jakub 13/5/2008", VERY, "date of birth with one digit different"),
    ("Kalinek, Jakub 3/5/2009", "Kalinec, Jakub 5/3/2009", VERY, "day and month swapped; family name spelt nearly the same"),
    ("Kai, Morton 14/3/2010", "Morton, Kai 14/3/2010", VERY, "family name and given name swapped"),
    ("Nguyen, Minh 14/3/2010", "Minh, Nguyenn 14/3/2010", VERY, "swapped, and nearly the same"),
    ("Morton-Hill, Ashley 4/4/2010", "Hill, Ashley 4/4/2010", VERY, "part of the family name is the same"),
    ("Van der Berg, Luuk 4/4/2010", "Vanderberg, Luuk 4/4/2010", VERY, "same family name"),
    ("Smith, William 4/4/2010", "Smith, Billy 4/4/2010", VERY, "one given name is a short form of the other"),
    ("Smith, Matthew 4/4/2010", "Smith, Matt 4/4/2010", VERY, "one given name is a short form of the other"),
    ("Smith, Kai James 4/4/2010", "Smith, Kai 4/4/2010", VERY, "same given name"),
    ("Smith, Kai James 4/4/2010", "Smith, James 4/4/2010", VERY, "one of the given names is the same"),
    ("Smith, James Kai 4/4/2010", "Smith, Kai James 4/4/2010", VERY, "same given name"),
    ("Smith, Kai 4/4/2010 = Frost, Kai", "Frost, Kai 4/4/2010", VERY, "by another name of theirs"),
    ("Łukasik, Zoë 4/4/2010", "Lukasik, Zoe 4/4/2010", VERY, "same family name; same given name"),
    ("Жуков, Иван 4/4/2010", "Жуков, Иван 4/4/2010", VERY, "same given name"),
    # Perhaps
    ("Morton, Kai 14/3/2010", "Frost, Kai 14/3/2010", MAYBE, "different family name; same given name"),
    ("Morton, Kai 14/3/2010", "Morton, Jordan 14/3/2010", MAYBE, "different given name"),  # twins too
    ("Morton, Kai 14/3/2010", "Morton, Kai 1/1/2010", MAYBE, "date of birth partly the same"),
    ("Morton, Kai 14/3/2010", "Morton, Kai 2/7/2008", MAYBE, "different date of birth"),
    ("Smyth, Jordan 2/2/2009", "Smith, Jordon 2/3/2009", MAYBE, "one digit different"),
    # Other children
    ("Morton, Kai 14/3/2010", "Frost, Lee 14/3/2010", NO, ""),
    ("Morton, Kai 14/3/2010", "Morton, Jordan 2/7/2008", NO, ""),
    ("Morton, Kai 14/3/2010", "Morton, Jordan 14/3/2011", NO, ""),  # brothers a year apart
    ("Morton, Kai 14/3/2010", "Frost, Kai 14/3/2011", NO, ""),
    ("Khan, Ali 14/3/2010", "Khan, Omar 13/4/2010", NO, ""),
    ("Van der Berg, Luuk 4/4/2010", "Van der Meer, Piet 4/4/2010", NO, ""),
    ("Lee, Bo 4/4/2010", "Ali, Jo 4/4/2010", NO, ""),
    ("Smith, Carl 4/4/2010", "Jones, Kyle 4/4/2010", NO, ""),
    ("Brackenby, Jordan 4/4/2010", "Brockwood, Josh 4/4/2010", NO, ""),
    ("Dean, Mark 4/4/2010", "Mark, Lewis 6/7/2009", NO, ""),
    ("Жуков, Иван 4/4/2010", "Петров, Олег 4/4/2010", NO, ""),
]  # fmt: skip


@pytest.mark.parametrize(("one", "other", "strength", "because"), PAIRS)
def test_pairs_worked_by_hand(one, other, strength, because):
    found = likeness(described(one), described(other))
    back = likeness(described(other), described(one))
    assert (found and found.strength) == strength == (back and back.strength), found
    assert because.lower() in (found.words.lower() if found else "")


def test_a_number_is_near_certain_by_itself_and_its_kind_and_owner_count():
    one = described("Morton, Kai 14/3/2010", [("prison", "A1234BC", ""), ("yot", "17", "4")])
    renamed = likeness(one, described("Frost, Lee 2/7/2008", [("prison", "A1234BC", "")]))
    assert (renamed.strength, renamed.reasons[0]) == (VERY, "the same prison number")
    for number in (("pnc", "A1234BC", ""), ("yot", "17", "5")):
        assert likeness(one, described("Frost, Lee 2/7/2008", [number])) is None
    ours = described("Frost, Lee 2/7/2008", [("yot", "17", "4")])
    for terms, words in (("2002", "youth offending team"), ("today", "youth justice service")):
        assert likeness(one, ours, terms).reasons[0] == f"the same {words} number"


@pytest.mark.parametrize(
    ("label", "words"),
    [
        ("Prison number", "prison number"), ("NHS number", "NHS number"), ("Police National Computer number", "Police National Computer number"),
        ("Another number", "another number"),
    ],
)  # fmt: skip
def test_labels_within_a_sentence(label, words):
    assert in_a_sentence(label) == words


@pytest.mark.parametrize(
    ("one", "other", "birth"),
    [
        ((2010, 3, 14), (2010, 3, 14), Birth.SAME),
        ((2010, 3, 12), (2010, 12, 3), Birth.SWAPPED),
        ((2010, 3, 3), (2010, 3, 3), Birth.SAME),
        ((2010, 1, 21), (2010, 1, 12), Birth.TURNED),
        ((2010, 3, 14), (2001, 3, 14), Birth.TURNED),
        ((2010, 3, 14), (2010, 3, 19), Birth.DIGIT),
        ((2010, 3, 14), (2010, 4, 15), Birth.NEAR),
        ((2010, 3, 14), (2008, 3, 14), Birth.NEAR),
        ((2010, 3, 14), (2008, 7, 2), Birth.NONE),
    ],
)
def test_dates_of_birth(one, other, birth):
    one, other = dt.date(*one), dt.date(*other)
    assert births(one, other) is birth
    assert (other in near_dates(one)) is (birth not in (Birth.NEAR, Birth.NONE))


people = st.builds(
    lambda of, n, m, born: (of.families[n % len(of.families)], of.boys[m % len(of.boys)], born),
    st.sampled_from(backgrounds()),
    st.integers(0, 99),
    st.integers(0, 99),
    st.dates(dt.date(2004, 1, 1), dt.date(2014, 12, 31)),
)
LETTERS = st.sampled_from("abcdefghijklmnopqrstuvwxyz")


@st.composite
def slips(draw):
    """A child, and the same as someone else wrote them down with one slip: in a name, in the date, or both names swapped."""
    family, given_names, born = draw(people)
    what = draw(st.sampled_from(("family", "given", "swap", "date")))
    if what == "swap":
        return (family, given_names, born), (given_names, family, born)
    if what == "date":
        return (family, given_names, born), (family, given_names, draw(st.sampled_from(sorted(near_dates(born) - {born}))))
    name = family if what == "family" else given_names
    at, letter = draw(st.integers(0, len(name) - 1)), draw(LETTERS)
    before, after = name[:at], name[at + 1 :]
    turned = before + name[at : at + 2][::-1] + name[at + 2 :]
    slip = draw(st.sampled_from((before + after, before + letter + name[at:], before + letter + after, turned))).strip(" -")
    assume(slip)
    return (family, given_names, born), (slip, given_names, born) if what == "family" else (family, slip, born)


def person(who):
    return Described(names=[Name(family=who[0], given=who[1])], born=who[2])


@given(slips())
def test_any_one_slip_is_still_found(pair):
    found = likeness(person(pair[0]), person(pair[1]))
    assert found is not None
    assert found.words
