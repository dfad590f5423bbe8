"""Packs of rows for inspectors: nobody stands alone in them, whatever is asked for; nothing in them says who it was; and each is built and taken out
once, in the trail."""

import csv
import datetime as dt
import io
from collections import defaultdict
from itertools import combinations

import msgspec
import pyarrow.parquet as pq
import pytest
import python_calamine
from click.testing import CliRunner
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.incidents.make import involve, submit
from tests.reporting.conftest import SEPTEMBER
from yosafe.cli import main
from yosafe.db.engine import DB
from yosafe.errors import Invalid
from yosafe.people.actions import add_young_person, start_placement
from yosafe.reporting.packs import rules
from yosafe.reporting.packs.actions import checked_columns, refusal
from yosafe.reporting.packs.columns import COLUMNS, USUAL, Column, Step
from yosafe.reporting.packs.rules import Figures, Row, coarser, enough, figures, said, taken, ways

PLAIN = tuple(
    Column(
        id=name, title=name.upper(), meaning="", event=event,
        steps=(
            Step(id="fine", title="Fine", says=lambda code: code),
            Step(id="half", title="Half", says=lambda code: "low" if code < "c" else "high"),
        ),
    )
    for name, event in (("who", False), ("where", False), ("what", True))
)  # fmt: skip
FINE = {"who": "fine", "where": "fine", "what": "fine"}
rows_of_any = st.lists(
    st.builds(
        lambda person, who, where, what: Row(person, {"who": who, "where": where, "what": what}),
        st.integers(1, 12), st.sampled_from("abcd"), st.sampled_from("ad"), st.sampled_from("abc"),
    ),
    max_size=40,
)  # fmt: skip
levels_of_any = st.fixed_dictionaries({}, optional={name: st.sampled_from(("fine", "half")) for name in FINE})


def counted_by_hand(rows: list[Row], levels: dict[str, str], k: int) -> Figures:
    """Every row against every other."""
    texts = [{column.id: column.step(levels[column.id]).says(row.codes[column.id]) for column in PLAIN if column.id in levels} for row in rows]
    whose = [name for name in levels if name != "what"]
    sizes = [len({other.person for other, said_of in zip(rows, texts, strict=True) if said_of == text}) for text in texts]
    told = [
        size >= k and bool(whose) and "what" in levels
        and len({other["what"] for other in texts if all(other[name] == text[name] for name in whose)}) == 1
        for text, size in zip(texts, sizes, strict=True)
    ]  # fmt: skip
    return Figures(
        k=k, rows=len(rows), people=len({row.person for row in rows}), groups=len({tuple(sorted(text.items())) for text in texts}),
        smallest=min(sizes, default=0), below=sum(size < k for size in sizes), told=sum(told),
    )  # fmt: skip


@settings(max_examples=150)
@given(rows_of_any, levels_of_any, st.integers(2, 6))
def test_k_is_what_counting_row_by_row_finds(rows, levels, k):
    assert figures(rows, PLAIN, levels, k) == counted_by_hand(rows, levels, k)


@settings(max_examples=60)
@given(rows_of_any, st.integers(2, 5))
def test_what_is_said_to_be_enough_is_enough_and_each_way_leaves_what_it_says(rows, k):
    for way in ways(rows, PLAIN, FINE, k):
        after = figures(rows, PLAIN, taken(FINE, way.column, way.step), k)
        assert way.leaves == after.below + after.told
    found = enough(rows, PLAIN, FINE, k)
    if found:
        assert figures(rows, PLAIN, found, k).is_safe
        for name, step in found.items():  # and no more than that
            if step == "half":
                assert not figures(rows, PLAIN, {**found, name: "fine"}, k).is_safe
    else:
        assert len({row.person for row in rows}) < k or not any(figures(rows, PLAIN, {name: "half"}, k).is_safe for name in FINE)


def test_five_incidents_of_one_young_person_hide_nobody():
    rows = [Row(1, {"who": "a", "where": "a", "what": "a"})] * 5
    found = figures(rows, PLAIN, FINE, 5)
    assert (found.rows, found.people, found.smallest, found.below, found.is_safe) == (5, 1, 1, 5, False)
    assert enough(rows, PLAIN, FINE, 5) == {}


def test_that_all_who_are_alike_had_the_same_happen_is_told_of_each():
    rows = [Row(person, {"who": "a", "where": "a", "what": "a"}) for person in range(5)]
    assert figures(rows, PLAIN, FINE, 5).told == 5
    other = [Row(person, {"who": "a", "where": "a", "what": "c"}) for person in range(5, 10)]
    assert figures([*rows, *other], PLAIN, FINE, 5).is_safe


@pytest.mark.parametrize("extract", COLUMNS)
def test_each_step_says_less_than_the_one_before(extract):
    """Codes that read the same stay so in the next step, and fewer differ."""
    codes = {str(age) for age in range(9, 23)} | every_code()
    codes_when = {f"2026-{month:02}" for month in range(1, 13)}
    for column in COLUMNS[extract]:
        of = codes_when if column.id == "when" else codes
        for fine, coarse in zip(column.steps, column.steps[1:], strict=False):
            alike = [(one, other) for one, other in combinations(sorted(of), 2) if fine.says(one) == fine.says(other)]
            assert [pair for pair in alike if coarse.says(pair[0]) != coarse.says(pair[1])] == [], (column.id, coarse.id)
            assert len({coarse.says(code) for code in of}) < len({fine.says(code) for code in of}), (column.id, coarse.id)


def every_code():
    from yosafe.reference.codes import code_list
    from yosafe.reporting.datasets.custody import HOURS, KINDS, PLACES
    from yosafe.reporting.datasets.held import MILES

    lists = ("ethnicity", "legal_status", "care_status", "severity", "sex", "involvement_role", "placement_end")
    named = {code.code for name in lists for code in code_list(name).codes}
    return named | {*HOURS, *KINDS, *PLACES, *MILES} | {"first", "early", "later", "short", "quarter", "long", "on", "yes", "no", ""}


def test_what_is_refused_says_no_number_below_k_and_what_would_be_enough():
    rows = [Row(n, {"who": "a", "where": "a", "what": "ac"[n % 2]}) for n in range(12)] + [Row(99, {"who": "d", "where": "d", "what": "a"})]
    text = refusal(figures(rows, PLAIN, FINE, 5), enough(rows, PLAIN, FINE, 5), PLAIN, FINE)
    assert text == (
        "Someone would stand alone. By who, where, what, rows like those of fewer than 5 young people: fewer than 5. This could be given: "
        "WHAT: Fine. Left out then: who, where"
    )
    assert refusal(figures(rows[:3], PLAIN, FINE, 5), {}, PLAIN, FINE) == "Fewer than 5 young people are in it. Choose a longer period"
    assert [(column.id, step) for column, step in coarser(PLAIN, {"who": "half", "what": "fine"})] == [("who", None), ("what", "half")]


@pytest.mark.parametrize(("columns", "words"), [
    ({"name": "full"}, "There is no column “name”"), ({"age": "birthday"}, "“age” is not said by “birthday”. Choose from bands, halves"),
])  # fmt: skip
def test_a_column_that_there_is_not_is_refused_with_those_there_are(columns, words):
    with pytest.raises(Invalid) as refused:
        checked_columns("incidents", columns)
    assert words in refused.value.errors[0].message
    assert checked_columns("placements", {}) == USUAL["placements"]


QUARTER = {"extract": "incidents", "establishment": "WYI", "period": "2026-Q3"}
API = "/api/v1/inspection-packs"
NAMES = ("Quillfeather", "Marrabone", "Tansywell", "Oxborrow", "Pennyroyal", "Hartlepin", "Sedgewick", "Thistlemoor")


@pytest.fixture
async def estate(world):
    """Eight young people of 15 and of 17 at Wetherby in September, each in an assault and in self-harm."""
    from tests.world import KAI_ARRIVED, another_child, arrival, kai
    from yosafe import clock

    made = []
    with clock.stopped_at(KAI_ARRIVED):
        for n, name in enumerate(NAMES):
            born = dt.date(2011 if n % 2 else 2009, 1, n + 2)
            new = await another_child(world.amina, kai(family_name=name, given_names=f"Zeb{n}", date_of_birth=born, ethnicity="indian"))
            made.append(await add_young_person(by=world.amina, new=new))
            await start_placement(by=world.dan, young_person=made[-1], new=arrival())
    for one in made:
        for kind, role in (("assault", "harmed"), ("self_harm", "hurt_self")):
            await submit(world.dan, involve(one, role), kind=kind, happened_at=SEPTEMBER)
    return made


async def events():
    return [
        (row["event"], row["detail"]) for row in await DB.fetch("SELECT event, detail::text FROM audit_entry WHERE event LIKE 'pack:%' ORDER BY id")
    ]


async def test_a_pack_is_built_taken_out_and_stays(api, world, estate):
    femi = await api(world.femi)
    fine = {"when": "month", "age": "bands", "kind": "kinds"}
    refused = await femi.post(API, json={**QUARTER, "columns": fine})
    assert refused.status_code == 422, refused.text
    assert "rows like those of fewer than 5 young people: 16" in refused.text
    assert "This could be given: When: Month; Kind: Six kinds. Left out then: age" in refused.text
    wide = {"when": "month", "ethnicity": "halves", "kind": "kinds"}
    first = (await femi.post(API, json={**QUARTER, "columns": wide})).json()
    assert (first["k"], first["smallest"], first["rows"], first["figures"]["people"]) == (5, 8, 16, 8)
    second = (await femi.post(API, json={**QUARTER, "columns": {**wide, "part": "parts"}})).json()
    assert (await femi.get(f"{API}/{first['ref']}")).json()["replaced_by"] == second["ref"]
    assert (await femi.get(f"{API}/{first['ref']}/file?form=csv")).status_code == 409
    taken_out = {form: (await femi.get(f"{API}/{second['ref']}/file?form={form}")).content for form in ("csv", "xlsx", "parquet", "dictionary")}
    assert (await femi.post(API, json={**QUARTER, "period": "2026-09"})).status_code == 409, "a month of the same days"
    with pytest.raises(Exception, match="P0001"):
        await DB.execute("UPDATE inspection_pack SET k = 1 WHERE taken_at IS NOT NULL")
    assert [event for event, _ in await events()] == ["pack:refused", "pack:built", "pack:built", *["pack:taken-out"] * 4]
    check_files(taken_out)


def check_files(files):
    """The same rows in each, described, with how alike they are; and nothing that says who they are of."""
    rows = [*csv.DictReader(io.StringIO(files["csv"].decode("utf-8-sig")))]
    assert [*rows[0]] == ["when", "ethnicity", "kind", "part"]
    assert rows == sorted(rows, key=lambda row: tuple(row.values()))
    table = pq.read_table(io.BytesIO(files["parquet"]))
    assert table.to_pylist() == rows
    assert b"every row says the same as those of 8 young people or more" in table.schema.metadata[b"How alike"]
    book = python_calamine.CalamineWorkbook.from_filelike(io.BytesIO(files["xlsx"]))
    assert book.sheet_names == ["Notes", "Rows", "Columns"]
    assert book.get_sheet_by_name("Rows").to_python()[1:] == [[*row.values()] for row in rows]
    notes = {line[0]: line[1] for line in book.get_sheet_by_name("Notes").to_python()}
    assert "k = 8" in notes["How alike"]
    assert "age, sex" in notes["Left out"]
    described = [*csv.DictReader(io.StringIO(files["dictionary"].decode("utf-8-sig")))]
    assert [(one["column"], one["values"]) for one in described][1] == ("ethnicity", "Any other group")
    whole = str(rows) + str(described) + str([book.get_sheet_by_name(name).to_python() for name in book.sheet_names])
    assert [name for name in (*NAMES, "Zeb", "YP-", "IN-", "2011", "2009", "-12", "Morton", "A wing") if name in whole] == []


async def test_whatever_is_asked_for_nobody_stands_alone_in_what_is_given(world, estate):
    """Counted from the rows that were given and the database, not by the code that decides."""
    from yosafe.reporting.packs import actions
    from yosafe.reporting.packs.schemas import AskPack

    given_rows = 0
    for columns in (
        {"kind": "kinds"},
        {"age": "bands"},
        {"sex": "sex", "part": "parts"},
        {"distance": "bands", "severity": "levels"},
        {"since": "bands"},
    ):
        try:
            made = await actions.build_pack(by=world.femi, asked=AskPack(**QUARTER, columns=columns))
        except Invalid:
            continue
        content = msgspec.json.decode(await DB.fetchval("SELECT content FROM inspection_pack WHERE id = $1", made))
        groups = defaultdict(int)
        for row in content["rows"]:
            groups[tuple(row)] += 1
        given_rows += len(content["rows"])
        # each of the eight has two rows: a group of fewer than five rows would be of fewer than five people
        assert min(groups.values()) >= content["figures"]["smallest"] >= 5
    assert given_rows


async def test_only_inspectors_and_by_page_too(client, api, world, estate):
    for name in ("amina", "cleo", "dan", "esi", "grace", "hal", "jay"):
        assert (await (await api(world[name])).get(API)).status_code == 403, name
        assert (await (await api(world[name])).post(API, json=QUARTER)).status_code == 403, name
    femi = await client(world.femi)
    form = {"extract": "incidents", "establishment": "WYI", "period": "2026-Q3"} | dict.fromkeys([one.id for one in COLUMNS["incidents"]], "out")
    assert "choose something that each row says" in (await femi.send_form("/reports/packs/new", form)).text
    refused = await femi.send_form("/reports/packs/new", {**form, "age": "bands"})
    assert (refused.status_code, "Someone would stand alone" in refused.text) == (422, True)
    sent = await femi.send_form("/reports/packs/new", {**form, "kind": "kinds"})
    assert sent.status_code == 303, sent.text
    page = (await femi.get(sent.headers["location"])).text
    for words in ("k = 8: every row", "Not taken out", "Six kinds", "asked of it: 5", "Fingerprint"):
        assert words in page
    assert (await femi.get(f"{sent.headers['location']}/file?form=csv")).status_code == 200
    assert "Taken out" in (await femi.get("/reports/packs")).text
    placements = await femi.get("/reports/packs/new?of=placements")
    assert "Length of stay" in placements.text


def test_the_command_needs_an_inspector_and_says_what_there_is():
    shown = CliRunner().invoke(main, ["pack", "choices"])
    assert (shown.exit_code, "age: bands (Up to 14, 15 to 16, 17, 18 and over); halves" in shown.output) == (0, True)
    wrong = CliRunner().invoke(main, ["pack", "build", "incidents", "--establishment", "WYI", "--period", "2026-Q3", "--column", "age"])
    assert (wrong.exit_code, "write NAME=STEP" in wrong.output) == (3, True)


async def test_the_command_builds_and_writes_files(world, estate, database_url, tmp_path):
    import asyncio
    import subprocess
    import sys

    command = [
        sys.executable,
        "-m",
        "yosafe",
        "pack",
        "build",
        "incidents",
        "--establishment",
        "WYI",
        "--period",
        "2026-Q3",
        "--column",
        "kind=kinds",
    ]
    env = {"YOSAFE_DATABASE_URL": database_url, "YOSAFE_HOME": str(tmp_path / "home"), "YOSAFE_SECRET_KEY": "m" * 32, "PATH": ""}
    for more, code, words in (((), 5, "Name one with --as"), (("--as", "femi@example.org", "--out", str(tmp_path / "out")), 0, "k = 8, asked for 5")):
        done = await asyncio.to_thread(subprocess.run, [*command, *more], env=env, capture_output=True, text=True, check=False)
        assert (done.returncode, words in done.stdout + done.stderr) == (code, True), done.stdout + done.stderr
    assert sorted(path.name for path in (tmp_path / "out").iterdir()) == [
        f"pack-incidents-wyi-2026-q3{end}" for end in ("-dictionary.csv", ".csv", ".parquet", ".xlsx")
    ]  # fmt: skip


def test_few_are_not_said():
    assert [rules.about(n, 5) for n in (0, 1, 4, 5, 1200)] == ["none", "fewer than 5", "fewer than 5", "5", "1,200"]
    assert said(Row(1, {"who": "a"}), PLAIN, {"who": "half"}) == ("low",)
