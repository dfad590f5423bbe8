"""Surveys that were kept by respondent are kept by question after the upgrade, and say the same."""

import shutil

import pytest

from tests.conftest import at, run_at
from yosafe.audit.record import Operator
from yosafe.db.engine import DB
from yosafe.db.upgrade import FOLDER, upgrade
from yosafe.surveys import queries
from yosafe.surveys.actions import import_survey
from yosafe.surveys.schemas import ImportSurvey

OLD = """
    INSERT INTO survey (questionnaire, questionnaire_version, establishment, fielded_on, returned, refused_rows, file_name, file_sha256, questions,
        weighted, recorded_at)
    VALUES ('yrbs2019', 1, 'WYI', '2026-09-01', 4, 1, 'y.csv', '\\x01', '["q1", "q2", "q7"]', true, now()),
        ('children-custody', 1, 'WYI', '2026-09-01', 301, 0, 'c.csv', sha256('file'), '["age", "unsafe-ever"]', false, now());
    INSERT INTO respondent (survey, row_number, weight, answers, stratum, psu) VALUES
        (1, 4, 2.5, '{"q2": "b"}', '1', 'b'), (1, 2, 0.5, '{"q1": "x", "q2": "b"}', '1', 'a'), (1, 3, 1, '{"q1": "y", "q2": "a"}', '', 'a');
    INSERT INTO respondent (survey, row_number, weight, answers)
    SELECT 2, n + 1, 1, jsonb_build_object('age', n, 'unsafe-ever', CASE WHEN n % 3 = 0 THEN 'yes' ELSE 'no' END) FROM generate_series(1, 300) n;
    INSERT INTO respondent (survey, row_number, weight, answers) VALUES (2, 302, 1, '{}');
"""


@pytest.fixture
async def before(server, tmp_path):
    """A database as it was before, with two surveys."""
    for path in FOLDER.glob("yosafe_*.py"):
        if path.name < "yosafe_0020":
            shutil.copy(path, tmp_path)
    await run_at(server, "CREATE DATABASE carried")
    await DB.open(at(server, "carried"))
    await upgrade(tmp_path)
    await DB.execute(OLD)
    yield
    await DB.close()
    await run_at(server, "DROP DATABASE carried WITH (FORCE)")


async def test_answers_weights_and_clusters_are_carried_over(before):
    await upgrade()
    small, large = await queries.responses_of(1, 3), await queries.responses_of(2, 301)
    answers = {question: [of.choices[code - 1] if code else None for code in of.codes.tolist()] for question, of in small.questions.items()}
    assert answers == {"q1": ["x", "y", None], "q2": ["b", "a", "b"], "q7": [None, None, None]}
    assert small.weights.tolist() == [0.5, 1.0, 2.5]
    assert [tuple(small.clusters.choices[code - 1]) for code in small.clusters.codes.tolist()] == [("1", "a"), ("", "a"), ("1", "b")]
    ages = large.questions["age"]
    assert [ages.choices[code - 1] for code in ages.codes[:300].tolist()] == [float(n) for n in range(1, 301)]
    assert ages.codes[300] == 0
    assert {answer: tally.n for answer, tally in large.tallies()["unsafe-ever"].items()} == {"yes": 100, "no": 200}


async def test_a_file_that_came_in_before_is_known_again(before):
    await upgrade()
    await DB.execute("UPDATE survey_file SET file_sha256 = sha256('unsafe_ever\\012yes\\012') WHERE survey = 2")
    new = ImportSurvey(questionnaire="children-custody", establishment="WYI", fielded="2026-09")
    done = await import_survey(by=Operator(), new=new, source=b"unsafe_ever\nyes\n", name="again.csv")
    assert (done.outcome, done.survey) == ("already_imported", 2)
