"""`yosafe survey` at the command line, in a process of its own."""

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from tests.surveys.conftest import wave
from yosafe.audit.record import Operator
from yosafe.db.engine import DB
from yosafe.surveys.actions import import_survey
from yosafe.surveys.schemas import ImportSurvey

EXTERNAL = Path(os.environ.get("YOSAFE_EXTERNAL_DATA", Path(__file__).parents[2] / "../shared/data"))
WHERE = ("--establishment", "WYI", "--fielded", "2026-01")
ASKED = ("--questionnaire", "children-custody", *WHERE)


@pytest.fixture
def yosafe(db, database_url, tmp_path):
    def run(*args):
        env = os.environ | {"YOSAFE_DATABASE_URL": database_url, "YOSAFE_HOME": str(tmp_path / "home")}
        return subprocess.run([sys.executable, "-m", "yosafe", "survey", *map(str, args)], capture_output=True, text=True, env=env, check=False)

    return run


@pytest.fixture
def csv(tmp_path):
    path = tmp_path / "wave.csv"
    path.write_bytes(wave())
    return path


async def test_import_and_results(yosafe, csv):
    done = yosafe("import", csv, *ASKED, "--held", 60)
    assert (done.returncode, done.stderr) == (0, "")
    assert "Stored 50 of 50 rows of wave.csv as survey 1." in done.stdout
    assert "60 held, 50 returned, 0 left out (83.3%)" in done.stdout
    assert "Have felt unsafe here: 40% (35% to 46%); base 50, 0 no answer" in done.stdout
    assert "Nothing has changed" in yosafe("import", csv, *ASKED).stdout
    found = yosafe("results", *WHERE)
    assert "Yes: 20, 40%" in found.stdout
    assert "corrected for 60 held" in found.stdout


async def test_beside_the_records(yosafe, tmp_path):
    """Nobody is recorded as held there, so what is recorded is not shown."""
    path = tmp_path / "wave.csv"
    path.write_text("\n".join(["children_assault", *["yes"] * 20, *["no"] * 30, ""]))
    assert yosafe("import", path, *ASKED).returncode == 0
    found = yosafe("records", *WHERE)
    assert (found.returncode, found.stderr) == (0, "")
    assert "Have been assaulted by children" in found.stdout
    assert "say so: 40%" in found.stdout
    assert "were assaulted: not shown" in found.stdout
    assert "Fewer than 10 were held that month" in found.stdout
    [row] = json.loads(yosafe("records", *WHERE, "--format", "json").stdout)["questions"]
    assert (row["said"]["percent"], row["recorded"], row["points"]) == (40.0, None, None)
    assert yosafe("records", "--establishment", "WYI", "--fielded", "2020-01").returncode != 0


async def test_json_is_one_document(yosafe, csv):
    done = json.loads(yosafe("import", csv, *ASKED, "--format", "json").stdout)
    assert (done["outcome"], done["accepted"]) == ("imported", 50)
    found = json.loads(yosafe("results", *WHERE, "--format", "json").stdout)
    assert found["figures"] == done["figures"]


async def test_a_refused_row_is_named_and_nothing_is_stored(yosafe, csv):
    csv.write_bytes(wave(20, 30, "maybe,16,A"))
    for args in [ASKED, (*ASKED, "--dry-run"), (*ASKED, "--format", "json")]:
        done = yosafe("import", csv, *args)
        assert done.returncode == 3
        assert "row 52, unsafe_ever: holds text of 5 characters" in done.stderr
    assert json.loads(done.stdout)["refused"][0] == {
        "row": 52,
        "column": "unsafe_ever",
        "reason": "holds text of 5 characters, which is no answer to this question: write “yes” or “no”, or leave it empty",
    }
    assert await DB.fetchval("SELECT count(*) FROM survey") == 0
    assert yosafe("import", csv, *ASKED, "--leave-out").returncode == 0


@pytest.mark.parametrize(
    ("args", "code", "says"),
    [
        (("import", "nowhere.csv", *ASKED), 3, "nowhere.csv: can't be opened"),
        (("results", *WHERE), 4, "There is no survey of Wetherby in January 2026"),
        (("results", "--establishment", "XXX", "--fielded", "2026-01"), 4, "No establishment has that code"),
        (("results", "--establishment", "WYI", "--fielded", "soon"), 3, "for example 2026-09"),
        (("results", *WHERE, "--as", "nobody@example.org"), 4, "No working account"),
        (("import",), 2, "Missing argument"),
    ],
)
async def test_what_the_shell_is_told(yosafe, args, code, says):
    done = yosafe(*args)
    assert done.returncode == code
    assert says in done.stderr


async def test_results_against_the_survey_before(yosafe):
    for fielded, data in (("2026-01", wave()), ("2026-03", wave(40, 12))):
        new = ImportSurvey(questionnaire="children-custody", establishment="WYI", fielded=fielded)
        await import_survey(by=Operator(), new=new, source=data, name="wave.csv")
    where = ("--establishment", "WYI", "--fielded", "2026-03")
    done = yosafe("results", *where, "--against", "previous")
    assert "1 of 1 question differs (1 higher)." in done.stdout
    assert "Have felt unsafe here: 77% here, 40% there. Higher, p < 0.001, chi-square test" in done.stdout
    found = json.loads(yosafe("results", *where, "--against", "published", "--holm", "--format", "json").stdout)
    assert (found["there"], found["holm"], found["level"]) == ("published figures", True, 0.01)
    assert yosafe("results", *where, "--against", "similar").returncode == 6


@pytest.mark.external
async def test_the_four_published_figures_of_a_real_survey(yosafe):
    done = yosafe("import", EXTERNAL / "surveys/syc1987.csv", "--questionnaire", "syc1987", "--establishment", "FYI", "--fielded", "1987-12")
    for line in ["Sum of weights 25,012", "Mean age: 16.639 years", "Ever violent: 61.3%", "Family member imprisoned: 51.8%"]:
        assert line in done.stdout
