"""One set of answers in the shapes in which surveys come, in several kinds of files, says one thing."""

import csv
import io
import random

import pandas as pd
import pyreadstat
import pytest

from tests.importing.made import xlsx
from yosafe.importing.reading import read_table
from yosafe.surveys.questionnaire import columns_of, load
from yosafe.surveys.results import figures, returned_from
from yosafe.surveys.taking import code

CHILDREN = load("children-custody")
QUESTIONS = list(CHILDREN.questions())
ROWS = 60
SHAPES = ["codes", "qualtrics", "words"]


def children():
    """What so many answered, by question: the place of their answer among those there are, an age, or None."""
    pick = random.Random(5)
    found = []
    for _ in range(ROWS):
        row = {}
        for question in QUESTIONS:
            gate = question.asked_if
            if pick.random() < 0.1 or (gate and row[gate.question] != 0):
                row[question.id] = None
            else:
                row[question.id] = pick.randrange(14, 19) if question.kind == "number" else pick.randrange(len(CHILDREN.answers_to(question)))
        found.append(row)
    return found


def number_of(question, place):
    """The code of an answer in the numeric shape."""
    return next(int(cell) for cell in CHILDREN.answers_to(question)[place].also if cell.isdigit())


def shaped(shape):
    """Header rows, then rows, as lists of cells."""
    if shape == "codes":
        heads = [[f"Q_{columns_of(question)[1][2:]}" for question in QUESTIONS]]
    elif shape == "words":
        heads = [[question.id for question in QUESTIONS]]
    else:
        names = [f"Q{n}" for n in range(1, len(QUESTIONS) + 1)]
        heads = [names, [question.label for question in QUESTIONS], [f'{{"ImportId":"QID{n}"}}' for n in range(1, len(QUESTIONS) + 1)]]
    rows = []
    for child in children():
        cells = []
        for question in QUESTIONS:
            place = child[question.id]
            if place is None:
                cells.append(99 if shape == "codes" else "")
            elif question.kind == "number":
                cells.append(place)
            else:
                cells.append(number_of(question, place) if shape == "codes" else CHILDREN.answers_to(question)[place].label)
        rows.append(cells)
    return heads, rows


def as_text(heads, rows, delimiter, encoding):
    out = io.StringIO(newline="")
    csv.writer(out, delimiter=delimiter).writerows([*heads, *rows])
    return out.getvalue().encode(encoding)


def as_sav(heads, rows, folder):
    frame = pd.DataFrame(rows, columns=[name.replace("-", "_") for name in heads[0]])
    labels = dict(zip(frame.columns, heads[1], strict=True)) if len(heads) > 1 else None
    pyreadstat.write_sav(frame, str(folder / "a.sav"), column_labels=labels)
    return (folder / "a.sav").read_bytes()


def figures_of(data):
    coded = code(read_table(data), CHILDREN)
    assert (coded.faults, coded.responses.count, len(coded.asked)) == (0, ROWS, len(QUESTIONS))
    return figures(CHILDREN, returned_from(coded.responses, coded.asked, held=80, offered=None, left_out=0))


@pytest.mark.parametrize("shape", SHAPES)
@pytest.mark.parametrize("form", ["csv", "tsv in UTF-16", "xlsx", "sav"])
def test_every_shape_and_form_says_the_same(shape, form, tmp_path):
    heads, rows = shaped(shape)
    data = {
        "csv": lambda: as_text(heads, rows, ",", "utf-8"),
        "tsv in UTF-16": lambda: as_text(heads, rows, "\t", "utf-16"),
        "xlsx": lambda: xlsx([*heads, *rows]),
        "sav": lambda: as_sav(heads, rows, tmp_path),
    }[form]()
    plain, answers = shaped("words")
    assert figures_of(data) == figures_of(as_text(plain, answers, ",", "utf-8"))


def test_every_question_has_a_column_and_its_answers_a_number_in_the_numeric_shape():
    columns = [columns_of(question)[1] for question in QUESTIONS]
    assert len(set(columns)) == len(QUESTIONS)
    assert "q_unsafe_02" in columns
    for question in QUESTIONS:
        numbers = [number_of(question, place) for place in range(len(CHILDREN.answers_to(question)))]
        assert len(set(numbers)) == len(numbers)
        assert 99 not in numbers
