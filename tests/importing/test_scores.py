"""How many real and damaged tables come out as they are. The files stay outside; the figures are those of `make bench ARGS=messy`."""

import pytest

from bench.messy import odd, score, spectrum
from tests.surveys.test_import import EXTERNAL
from yosafe.importing.reading import read_table

pytestmark = pytest.mark.external


@pytest.mark.parametrize(("folder", "aim"), [("survey_sample", 0.95), ("polluted_files", 0.9)])
def test_files_with_the_true_number_of_columns_and_rows(folder, aim):
    found = score(folder)
    assert found.of > 20
    assert found.share >= aim, found.wrong
    assert found.slowest < 10


def test_csv_spectrum_cell_by_cell():
    found = spectrum()
    assert (found.right, found.of) == (12, 12), found.wrong


def test_odd_files_are_read_or_refused_with_a_reason():
    read, refused, failed, slowest = odd("frictionless")
    assert failed == []
    assert len(read) > 100
    assert all(any(word in reason for word in ("zipped file", "gzipped", "is empty")) for reason in refused)
    assert slowest < 10


def test_a_genuine_workbook_with_titles_two_header_rows_and_footnotes():
    table = read_table(EXTERNAL / "surveys/safety-in-custody-summary-q1-2016.xls")
    assert table.sheet == "5 Quarterly deaths"
    assert table.columns[2:5] == (
        "All deaths in prison custody 2,3 Total",
        "All deaths in prison custody 2,3 Males",
        "All deaths in prison custody 2,3 Females",
    )
    assert next(iter(table.rows())).cells[:4] == ["2000 Q1", "", "38", "37"]
    assert len(table.sheets) == 8


def test_real_exports_of_survey_tools():
    qualtrics = read_table(EXTERNAL / "surveys/qualtrics/sample.csv")
    assert (qualtrics.columns[0], qualtrics.row_count) == ("StartDate", 1)
    spss = read_table(EXTERNAL / "surveys/pyreadstat/basic/sample.sav")
    assert next(iter(spss.rows())).cells == ["a", "1.1", "2018-05-06", "2018-05-06 10:10:10", "1", "1", "10:10:10"]
    assert spss.value_labels["mylabl"] == {"1": "Male", "2": "Female"}
