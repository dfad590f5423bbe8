"""Files of one survey that overlap: each respondent is in it once, whatever the files and their order."""

import json
from collections import Counter

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.surveys.conftest import rows_of
from yosafe.audit.record import Operator
from yosafe.audit.verify import verify
from yosafe.db.engine import DB
from yosafe.errors import Conflict, Invalid
from yosafe.importing.mapping import Mapping
from yosafe.importing.reading import read_table
from yosafe.surveys import actions, queries
from yosafe.surveys.actions import RowsRefused
from yosafe.surveys.questionnaire import load
from yosafe.surveys.responses import Responses
from yosafe.surveys.schemas import ImportSurvey
from yosafe.surveys.taking import code
from yosafe.surveys.telling_apart import SIZE, Marks, digests_for, overlap

CHILDREN = load("children-custody")
HEADS = "sheet,unsafe_ever,age,comments"
NUMBERED = Mapping(
    target="survey.children-custody", source="Kiosk", columns={"sheet": "respondent", "unsafe_ever": "unsafe-ever", "age": "age"}
)  # fmt: skip
FEWER = Mapping(target="survey.children-custody", source="Kiosk", columns={"sheet": "respondent", "unsafe_ever": "unsafe-ever"})
PLAIN = Mapping(target="survey.children-custody", source="Kiosk", columns={"unsafe_ever": "unsafe-ever", "age": "age"})
ROWS = [f"{n},{'maybe' if n == 7 else 'yes' if n % 3 else 'no'},{15 + n % 3},{'Words ' + str(n) if n % 2 else ''}" for n in range(1, 13)]


def file(*rows, heads=HEADS):
    return "\n".join([heads, *rows, ""]).encode()


def coded(rows, mapping):
    return code(read_table(file(*rows)), CHILDREN, mapping, digest=digests_for("a survey"))


def held(responses, marks):
    """What a store says, whatever its order."""
    rows = Counter(tuple(sorted(row.items())) for row in rows_of(type("Coded", (), {"responses": responses})))
    return rows, Counter(marks.keys[at : at + SIZE] for at in range(0, len(marks.keys), SIZE)), marks.left


def stored(files, mapping):
    """What is there after some files, one after another."""
    first, *others = [coded(rows, mapping) for rows in files]
    responses, marks = first.responses, first.marks
    for more in others:
        found = overlap(marks, more.marks)
        assert found.changed == []
        responses, marks = responses.with_more(more.responses.only(found.new)), found.marks
    assert responses.count * SIZE == len(marks.keys)
    return held(responses, marks)


FILES = st.lists(st.lists(st.sampled_from(ROWS), min_size=1, max_size=15), min_size=1, max_size=5)


@given(FILES, st.randoms())
def test_with_numbers_any_files_in_any_order_give_what_one_file_of_all_gives(files, pick):
    everyone = sorted({row for rows in files for row in rows})
    again = [*files, *files[:2]]
    pick.shuffle(again)
    assert stored(files, NUMBERED) == stored(again, NUMBERED) == stored([everyone], NUMBERED)


@given(FILES, st.randoms())
def test_without_numbers_a_row_is_there_as_often_as_in_the_file_that_has_it_most(files, pick):
    most = Counter()
    for rows in files:
        most |= Counter(rows)
    again = [*files, *files[:2]]
    pick.shuffle(again)
    assert stored(files, PLAIN) == stored(again, PLAIN) == stored([sorted(most.elements())], PLAIN)


def test_of_a_number_that_says_two_things_the_first_counts_and_the_other_is_refused():
    found = coded([*ROWS[:2], ROWS[0], "1,no,17,", ",yes,16,", "x,maybe,16,", "x,yes,16,"], NUMBERED)
    assert (found.responses.count, found.again, found.refused_rows, found.marks.left_out) == (3, 1, 3, 1)
    assert [(row.row, row.column) for row in found.refused] == [(5, "sheet"), (6, "sheet"), (7, "unsafe_ever")]
    there = coded(ROWS[:3], NUMBERED).marks
    beside = overlap(there, coded([ROWS[0], "2,no,15,"], NUMBERED).marks)
    assert (beside.many, beside.known, beside.changed) == (0, 1, [1])


@given(st.lists(st.booleans(), max_size=30), st.lists(st.booleans(), max_size=30))
def test_those_behind_others_keep_their_answers(some, more):
    def made(yes):
        return coded([f"{n},{'yes' if one else 'no'},16," for n, one in enumerate(yes)] or ["0,yes,16,"], PLAIN).responses

    first, second = made(some), made(more)
    both = first.with_more(second)
    assert rows_of(type("C", (), {"responses": both})) == [r for of in (first, second) for r in rows_of(type("C", (), {"responses": of}))]
    assert both.only(first.gave("age", []).repeat(0).astype(bool) if not both.count else ~both.gave("age", [])).count == both.count
    assert overlap(Marks(False), Marks(False)).many == 0
    assert Responses(0).count == 0


def asked(mapping=NUMBERED, **more):
    return ImportSurvey(questionnaire="children-custody", establishment="WYI", fielded="2026-09", mapping=mapping, **more)


async def brought(by, *rows, heads=HEADS, **more):
    return await actions.import_survey(by=by, new=asked(**more), source=file(*rows, heads=heads), name="wave.csv")


async def test_only_those_who_are_new_come_in_with_what_they_wrote(people):
    first = await brought(people["cleo"], *ROWS[:6], held=60)
    assert (first.outcome, first.accepted) == ("imported", 6)
    with pytest.raises(Conflict, match=r"Of the respondents in this one 3 are in it already and 5 are new. To add those who are new"):
        await brought(people["cleo"], *ROWS[3:12], leave_out=True)
    more = await brought(people["cleo"], *ROWS[3:12], leave_out=True, add_new=True)
    assert (more.outcome, more.survey, more.known, more.new, more.refused_rows) == ("added", first.survey, 3, 5, 1)
    for rows in (ROWS[:6], ROWS[3:12], ROWS[2:5]):
        again = await brought(people["cleo"], *rows, add_new=True, leave_out=True)
        assert (again.outcome, again.new) == ("already_imported", 0)
    mended = await brought(people["cleo"], ROWS[6].replace("maybe", "yes"), add_new=True)
    assert mended.new == 1
    row = await DB.fetchrow("SELECT returned, refused_rows, held, (SELECT count(*) FROM survey_file) AS files FROM survey")
    assert tuple(row) == (12, 0, 60, 3)
    assert sorted(r["words"] for r in await DB.fetch("SELECT words FROM survey_comment")) == sorted(f"Words {n}" for n in range(1, 13, 2))
    found = await queries.results(people["cleo"], first.survey)
    assert found.figures == mended.figures
    details = [
        json.loads(r["detail"])
        for r in await DB.fetch("SELECT detail FROM audit_entry WHERE event LIKE 'survey:%imported' OR event = 'survey:added-to' ORDER BY id")
    ]
    assert [(d["added"], d["comments"]) for d in details] == [(6, 3), (5, 3), (1, 0)]
    assert (await verify()).faults == ()
    await actions.undo_import(by=people["cleo"], survey_id=first.survey)
    assert await DB.fetchval("SELECT (SELECT count(*) FROM survey_file) + (SELECT count(*) FROM survey_column)") == 0


async def test_someone_who_is_there_with_other_answers_is_refused_and_nothing_is_changed(people):
    await brought(people["cleo"], *ROWS[:6])
    with pytest.raises(RowsRefused) as refusal:
        await brought(people["cleo"], "1,no,17,", ROWS[7], add_new=True)
    assert [e.key for e in refusal.value.errors] == ["row 2, sheet", ""]
    assert "is in the survey already, with other answers" in refusal.value.errors[0].message
    done = await brought(people["cleo"], "1,no,17,", ROWS[7], add_new=True, leave_out=True)
    assert (done.outcome, done.new, done.refused_rows) == ("added", 1, 1)
    assert await DB.fetchval("SELECT (returned, refused_rows) FROM survey") == (7, 0)


@pytest.mark.parametrize(
    ("heads", "more", "raises", "says"),
    [
        (HEADS, {"mapping": PLAIN}, Conflict, "told apart by their numbers"),
        (HEADS.replace("age", "older"), {"mapping": FEWER}, Conflict, "has other questions"),
        (HEADS, {"held": 61}, Invalid, "Survey 1 has 60 held"),
    ],
)  # fmt: skip
async def test_what_can_not_be_one_survey_is_refused(people, heads, more, raises, says):
    await brought(people["cleo"], *ROWS[:6], held=60)
    with pytest.raises(raises) as refusal:
        await brought(people["cleo"], *ROWS[3:6], ROWS[8], heads=heads, add_new=True, **more)
    assert says in str(refusal.value) or any(says in e.message for e in getattr(refusal.value, "errors", ()))
    assert await DB.fetchval("SELECT returned FROM survey") == 6


async def test_rows_without_numbers_need_the_same_columns_and_what_came_in_before_can_not_grow(people):
    await brought(people["cleo"], *ROWS[:6], mapping=PLAIN)
    other = [",".join(reversed(row.split(","))) for row in ROWS[3:6]]
    with pytest.raises(Conflict, match="This file has other columns"):
        await brought(people["cleo"], *other, heads="comments,age,unsafe_ever,sheet", mapping=PLAIN, add_new=True)
    await DB.execute("UPDATE survey SET told_apart_by = NULL")
    with pytest.raises(Conflict, match="before yosafe kept what tells respondents apart"):
        await brought(Operator(), *ROWS[3:6], ROWS[9], mapping=PLAIN, add_new=True)


@settings(max_examples=8, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(files=FILES)
async def test_in_the_database_too_each_is_there_once(people, db, files):
    await DB.execute("TRUNCATE survey CASCADE")
    for rows in files:
        try:
            await brought(Operator(), *rows, add_new=True, leave_out=True)
        except RowsRefused:
            assert {row.split(",")[1] for row in rows} == {"maybe"}
            assert await DB.fetchval("SELECT count(*) FROM survey") == 0
    everyone = {row for rows in files for row in rows}
    good = sum("maybe" not in row for row in everyone)
    if good:
        row = await DB.fetchrow("SELECT returned - refused_rows AS accepted, returned FROM survey")
        assert (row["accepted"], good <= row["returned"] <= len(everyone)) == (good, True)
        assert await DB.fetchval("SELECT max(length(codes)) FROM survey_column WHERE question = 'unsafe-ever'") == good
