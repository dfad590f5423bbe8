"""From a file's cells to answers: what is taken, what is refused and why, and that nothing goes silently."""

import dataclasses
import os
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.surveys.conftest import rows_of
from yosafe.errors import Invalid
from yosafe.importing.reading import read_table
from yosafe.surveys.coding import RefusedRow, check_response
from yosafe.surveys.questionnaire import load
from yosafe.surveys.rules import Tally
from yosafe.surveys.taking import code as code_table

EXTERNAL = Path(os.environ.get("YOSAFE_EXTERNAL_DATA", Path(__file__).parents[2] / "../shared/data"))
CHILDREN, SYC = load("children-custody"), load("syc1987")


def coded(text, questionnaire=CHILDREN):
    return code_table(read_table(text.encode(), name="wave.csv"), questionnaire)


@pytest.mark.parametrize(
    ("cell", "answer"),
    [
        ("yes", "yes"),
        ("Yes", "yes"),
        (" YES ", "yes"),
        ("1", "yes"),
        ("1.0", "yes"),
        ("no", "no"),
        ("0", "no"),
        ("", None),
        ("99", None),
        ("-99", None),
    ],
)
def test_coded_and_worded_answers(cell, answer):
    survey = coded(f"unsafe_ever,age\n{cell},16\n")
    assert survey.refused == []
    assert rows_of(survey)[0].get("unsafe-ever") == answer


@pytest.mark.parametrize(
    ("cell", "reason"),
    [
        ("2", "holds the number 2, which is no answer to this question: write “yes” or “no”, or leave it empty"),
        ("Jay Smith", "holds text of 9 characters, which is no answer to this question: write “yes” or “no”, or leave it empty"),
        ("07700900123", "holds a number, which is no answer to this question: write “yes” or “no”, or leave it empty"),
    ],
)
def test_an_answer_that_is_none_refuses_the_row_without_repeating_it(cell, reason):
    survey = coded(f"unsafe_ever,age\nyes,16\n{cell},17\n")
    assert survey.refused == [RefusedRow(3, "unsafe_ever", reason)]
    assert survey.responses.count == 1


@pytest.mark.parametrize(("age", "stored"), [("16", 16.0), ("16.5", 16.5), (" 16 ", 16.0), ("", None), ("99", None)])
def test_numbers(age, stored):
    assert rows_of(coded(f"age,sex\n{age},boy\n"))[0].get("age") == stored


@pytest.mark.parametrize("age", ["9", "22", "1e1", "nan", "inf", "sixteen", "16,5", "٣", "0x10", "9" * 400])
def test_numbers_out_of_range_or_not_numbers_are_refused(age):
    survey = coded(f'age,sex\n"{age}",boy\n')
    assert survey.responses.count == 0
    assert survey.refused[0].column == "age"
    assert "write a number from 10 to 21" in survey.refused[0].reason


def test_every_fault_of_a_row_is_told_and_rows_of_the_wrong_width():
    survey = coded("age,unsafe_ever\n7,maybe\n16\n16,yes\n")
    assert [(r.row, r.column) for r in survey.refused] == [(2, "age"), (2, "unsafe_ever"), (3, "")]
    assert survey.responses.count == 1


@pytest.mark.parametrize(("weight", "taken"), [("8", 8.0), ("0.25", 0.25), ("0", None), ("-1", None), ("", None), ("nan", None), ("heavy", None)])
def test_weights(weight, taken):
    survey = coded(f"age,finalwt\n16,{weight}\n", SYC)
    assert survey.responses.weights.tolist() == ([taken] if taken else [])
    assert [r.column for r in survey.refused] == ([] if taken else ["finalwt"])


@pytest.mark.parametrize(
    ("text", "questionnaire", "says"),
    [
        ("name,colour\nx,red\n", CHILDREN, "none of its 2 columns is a question of “Children in custody”"),
        ("age,sex\n16,male\n", SYC, "needs one column “finalwt”"),
        ("age,unsafe_ever,AGE\n16,yes,17\n", CHILDREN, "more than one column has the name “AGE”"),
        ("age,finalwt,finalwt\n16,8,9\n", SYC, "more than one column has the name “finalwt”"),
        ("unsafe-ever,Unsafe ever\nyes,no\n", CHILDREN, "columns “unsafe-ever” and “Unsafe ever” both hold the question"),
    ],
)
def test_a_file_of_something_else_is_refused(text, questionnaire, says):
    with pytest.raises(Invalid, match=says):
        coded(text, questionnaire)


def test_nothing_goes_silently():
    survey = coded("age,comments,wing,unsafe_ever\n16,I am scared,B,yes\n,,C,\n")
    assert survey.warnings[0].startswith("Column “comments” holds what was written: it is kept apart")
    assert survey.warnings[1] == "Not in the questionnaire, so not stored: “wing”."
    assert survey.warnings[2].startswith("The file has no column for 57 of the questions: sex, ethnic-group")
    assert survey.warnings[3] == "1 rows answer no question. They count as returned."
    assert rows_of(survey)[1] == {}


def test_answers_to_questions_that_were_not_asked_are_set_aside_and_counted():
    survey = coded("complaint_made,complaint_fair\nyes,no\nno,yes\n,yes\n")
    assert rows_of(survey) == [{"complaint-made": "yes", "complaint-fair": "no"}, {"complaint-made": "no"}, {}]
    assert "2 answers to “complaint-fair” set aside: an earlier answer says that it was not asked." in survey.warnings
    assert rows_of(coded("complaint_fair\nyes\n"))[0] == {"complaint-fair": "yes"}  # nothing says that it was not asked


@pytest.mark.parametrize(
    ("labels", "code", "answer"),
    [
        ({"1": "Yes", "2": "No"}, "2", "no"),
        ({"1": "No", "0": "Yes"}, "1", "no"),  # the file's words count, not our codes
        ({"1": "Yes", "2": "No"}, "99", None),
        ({"99": "Would not say"}, "99", None),
        ({"1": "Ja", "0": "Nein"}, "1", "refused"),
        ({}, "1", "yes"),
    ],
)
def test_a_file_that_says_what_its_codes_mean_is_taken_at_its_word(labels, code, answer):
    table = dataclasses.replace(read_table(f"unsafe_ever,age\n{code},16\n".encode()), value_labels={"unsafe_ever": labels})
    survey = code_table(table, CHILDREN)
    assert (survey.refused[0].reason.split(",")[0] if survey.refused else "") == (
        "holds a code that the file gives words for" if answer == "refused" else ""
    )
    assert [row.get("unsafe-ever") for row in rows_of(survey)] == ([] if answer == "refused" else [answer])


def test_qualtrics_three_header_rows_are_no_answers():
    ids = '"{""ImportId"":""QID1""}","{""ImportId"":""QID2""}"'
    survey = coded(f"unsafe_ever,age\nHave you ever felt unsafe?,How old are you?\n{ids}\nyes,16\n")
    assert rows_of(survey) == [{"unsafe-ever": "yes", "age": 16.0}]
    assert survey.refused == []
    assert survey.warnings[0].startswith("3 header rows (rows 1 to 3)")


def test_tallied():
    survey = coded("age,sex,finalwt\n16,male,2\n16,male,3\n17,,4\n", SYC)
    assert survey.responses.tallies() == {
        "age": {16.0: Tally(2, 5.0, 13.0), 17.0: Tally(1, 4.0, 16.0)},
        "sex": {"male": Tally(2, 5.0, 13.0)},
    }


@pytest.mark.parametrize(
    ("held", "offered", "returned", "key"),
    [(None, None, 5, None), (10, None, 10, None), (10, 9, 8, None), (10, 11, 8, "offered"), (10, 7, 8, "offered"), (7, None, 8, "held")],
)
def test_response_must_add_up(held, offered, returned, key):
    if key is None:
        check_response(held=held, offered=offered, returned=returned)
        return
    with pytest.raises(Invalid) as refused:
        check_response(held=held, offered=offered, returned=returned)
    assert [error.key for error in refused.value.errors] == [key]


CELLS = st.text(st.characters(exclude_categories=("Cs", "Cc")), max_size=6) | st.sampled_from(["yes", "no", "16", "99", ""])


@given(st.lists(st.tuples(CELLS, CELLS), max_size=12))
def test_every_row_is_either_stored_or_refused(rows):
    quoted = "".join(",".join('"' + cell.replace('"', '""') + '"' for cell in row) + "\n" for row in rows)
    table = read_table(("age,unsafe-ever\n" + quoted).encode())
    survey = code_table(table, CHILDREN)
    assert survey.responses.count + len({r.row for r in survey.refused}) == table.row_count
    assert survey.faults == len(survey.refused)


@pytest.mark.external
def test_a_real_survey_is_taken_whole():
    survey = code_table(read_table(EXTERNAL / "surveys/syc1987.csv"), SYC)
    assert (survey.responses.count, survey.refused, len(survey.asked)) == (2621, [], 22)
    assert survey.responses.weights.sum() == 25012
