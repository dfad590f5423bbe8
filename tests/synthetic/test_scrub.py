"""A copy for training holds nothing that names anyone or that anyone typed, and is whole."""

import asyncio
import datetime as dt
import subprocess
import sys
import time
from pathlib import Path
from urllib.parse import unquote

import asyncpg
import pytest
from click.testing import CliRunner
from hypothesis import given
from hypothesis import strategies as st

from tests.conftest import TEMPLATE, at, run_at
from tests.synthetic.conftest import NAME, NOW
from yosafe import clock, composition  # noqa: F401  # what chronologies are made of
from yosafe.accounts.access import user_by_email
from yosafe.audit.record import Operator
from yosafe.cli import main
from yosafe.db.engine import DB, Engine
from yosafe.db.programs import account_for, programs_for
from yosafe.db.sql import Sql
from yosafe.errors import Conflict
from yosafe.people.access import visible
from yosafe.people.chronology import Wanted, entries
from yosafe.reviews.minutes.queries import minutes
from yosafe.reviews.tables import Review
from yosafe.scrubbing import copying
from yosafe.scrubbing.classes import PERSONAL, Class, classes, unclassed
from yosafe.scrubbing.made_up import SENTENCES, MadeUp, earlier
from yosafe.scrubbing.moving import FEWEST, MOST, Weeks

MARK = "zqx"  # in every original value that must not survive, and in nothing else
PLANT = """
    DO $$ BEGIN
        SET LOCAL session_replication_role = replica;
        UPDATE "{table}" SET "{column}" = left('{mark}' || md5("{column}"), {longest}) WHERE "{column}" IS NOT NULL;
    END $$
"""
PLANT_ANSWER = """UPDATE "{table}" SET "{column}" = "{column}" || {planted} WHERE "{column}" IS NOT NULL"""
PLANTED = {
    "object": f"""'{{"planted": "{MARK} told this", "more": [{{"day": "2001-02-03", "who": "{MARK}"}}]}}'""",
    "array": f"""'["{MARK} told this"]'""",
}
WIDTHS = """
    SELECT table_name || '.' || column_name AS name, character_maximum_length AS longest, data_type FROM information_schema.columns
    WHERE table_schema = 'public'
"""


@pytest.fixture(scope="module")
async def both(loaded_at, template):
    """Addresses of an estate in whose every private text a mark was planted, and of its copy; what was copied."""
    source, copy = at(template, "scrub_from"), at(template, "scrub_to")
    await run_at(template, f"CREATE DATABASE scrub_from TEMPLATE {NAME}")
    await run_at(template, f"CREATE DATABASE scrub_to TEMPLATE {TEMPLATE}")
    await DB.open(source)
    await plant()
    to = Engine()
    await to.open(copy, 2)
    began = time.process_time()
    copied = await copying.scrub(to, by=Operator())
    sys.stdout.write(f"Copied {sum(copied.rows.values())} rows in {time.process_time() - began:.1f} s of this process\n")
    await to.close()
    await DB.close()
    yield source, copy, copied
    await DB.close()
    for name in ("scrub_from", "scrub_to"):
        await run_at(template, f"DROP DATABASE {name} WITH (FORCE)")


async def plant():
    widths = {row["name"]: row for row in await DB.fetch(WIDTHS)}
    for table, column in classes().of(PERSONAL):
        width = widths[f"{table}.{column}"]
        if width["data_type"] == "jsonb":
            kind = await DB.fetchval(f'SELECT jsonb_typeof("{column}") FROM "{table}" LIMIT 1') or "object"
            await DB.execute(PLANT_ANSWER.format(table=table, column=column, planted=PLANTED[kind]))
        elif (table, column) != ("review_minutes", "content"):
            await DB.execute(PLANT.format(table=table, column=column, mark=MARK, longest=width["longest"] or 4000))
    await DB.execute("ALTER TABLE review_minutes DISABLE TRIGGER USER")
    await DB.execute(f"""UPDATE review_minutes SET content = replace(content, '"person":"', '"person":"{MARK} ')""")


def dump(address: str) -> str:
    """Every row, as pg_dump tells it."""
    data = Path(unquote(address.partition("host=")[2]))
    program = programs_for(data, account_for(data)).folder / "pg_dump"
    said = subprocess.run([program, "--data-only", address], capture_output=True, text=True, check=True)  # a fixed program
    return said.stdout


async def test_no_original_of_a_private_column_is_anywhere_in_the_copy(both):
    source, copy, copied = both
    assert dump(source).count(MARK) > 10_000
    assert [line[:200] for line in dump(copy).casefold().split("\n") if MARK in line] == []
    assert copied.rows["young_person"] == copied.young_people > copied.groups > 1


@pytest.fixture
async def rows_of(both):
    """Rows of a table in the database and in its copy, by their number."""
    source, copy, _ = both
    connections = [await asyncpg.connect(address) for address in (source, copy)]

    async def rows(table, columns):
        asked = f'SELECT id, {", ".join(columns)} FROM "{table}" ORDER BY id'
        return [{row["id"]: row for row in await connection.fetch(asked)} for connection in connections]

    yield rows
    for connection in connections:
        await connection.close()


async def test_numbers_stay_and_every_day_moves_by_whole_weeks(rows_of):
    moved = 0
    for table, columns in classes().columns.items():
        days = [column for column, one in columns.items() if one is Class.DAY]
        if not days or "id" not in columns:
            continue
        before, after = await rows_of(table, days)
        assert before.keys() == after.keys(), table
        for number, row in before.items():
            for day in days:
                if row[day] is not None:
                    weeks = round((row[day] - after[number][day]) / dt.timedelta(weeks=1))
                    assert FEWEST <= weeks <= MOST, (table, day)
                    assert after[number][day] == earlier(row[day], weeks), (table, day)
                    moved += 1
    assert moved > 10_000


async def test_left_out_tables_are_empty_but_for_the_copys_own_trail(both):
    _, copy, _ = both
    connection = await asyncpg.connect(copy)
    for table in classes().left_out:
        wanted = {"audit_entry": 1, "audit_head": 16}.get(table, 0)
        assert await connection.fetchval(f'SELECT count(*) FROM "{table}"') == wanted, table
    assert await connection.fetchval("SELECT event FROM audit_entry") == "database:copied-for-training"
    await connection.close()


async def test_the_copy_reads_as_a_record_does(both):
    """Chronologies of everyone in words, minutes with a seal that fits, and other names with the date of birth of their record."""
    _, copy, _ = both
    await DB.open(copy)
    told, sealed = set(), 0
    with clock.stopped_at(NOW):
        for row in await DB.fetch("SELECT id, email FROM user_account WHERE role IN ('yot_worker', 'yoi_lead') AND disabled_at IS NULL ORDER BY id"):
            viewer = await user_by_email(row["email"])
            for child in await DB.fetch(*Sql("SELECT yp.id FROM young_person yp WHERE {} ORDER BY yp.id LIMIT 3", visible(viewer)).parts()):
                told |= {one.source for one in (await entries(viewer, child["id"], Wanted(), limit=100)).items}
            for review in await Review.objects().where(Review.locked_at.is_not_null()):
                sealed += (await minutes(viewer, review, terminology="2002")).intact
    births = await DB.fetch("SELECT n.born = y.date_of_birth AS same FROM other_name n JOIN young_person y ON y.id = n.young_person")
    await DB.close()
    assert {row["same"] for row in births} == {True}
    assert {"placement", "care", "incident", "assessment", "referral", "review"} <= told
    assert sealed


async def test_every_column_of_the_database_has_a_class(both):
    source, _, _ = both
    connection = await asyncpg.connect(source)
    there_are = [(row["table_name"], row["column_name"]) for row in await connection.fetch(copying._COLUMNS)]
    await connection.close()
    assert unclassed(there_are) == [], "say what becomes of it in a copy for training: yosafe/scrubbing/classes.toml"
    assert unclassed([*there_are, ("incident", "more")]) == ["incident.more"]
    assert classes().left_out.keys() <= {table for table, _ in there_are}


async def test_it_is_refused_in_place_into_what_is_filled_and_where_a_column_is_strange(both, template, monkeypatch):
    source, copy, _ = both
    await DB.open(source)
    entries_before = await DB.fetchval("SELECT count(*) FROM audit_entry")
    to = Engine()
    for address, words in ((source, "That is the database itself"), (copy, "There is something in that database already")):
        await to.open(address, 2)
        with pytest.raises(Conflict, match=words):
            await copying.scrub(to, by=Operator())
    monkeypatch.setattr(copying, "check_empty", lambda to: asyncio.sleep(0))
    await DB.execute("ALTER TABLE contact ADD COLUMN strange text")
    with pytest.raises(Conflict, match=r"contact\.strange"):
        await copying.scrub(to, by=Operator())
    await DB.execute("ALTER TABLE contact DROP COLUMN strange")
    assert await DB.fetchval("SELECT count(*) FROM audit_entry") == entries_before
    assert await DB.fetchval("SELECT detail::jsonb ? 'rows' FROM audit_entry WHERE event = 'database:copied-for-training'")
    await to.close()
    await DB.close()


async def test_the_command_makes_an_installation_of_its_own(database_url, db, tmp_path, monkeypatch):
    await db.execute("INSERT INTO agency (code, kind, name, created_at, version) VALUES ('op', 'operator', 'Operator', now(), 1)")
    await DB.close()
    monkeypatch.setenv("YOSAFE_DATABASE_URL", database_url)
    monkeypatch.setenv("YOSAFE_HOME", str(tmp_path / "home"))

    async def go(place):
        return await asyncio.to_thread(CliRunner().invoke, main, ("db", "scrub", "--to", str(place)))

    (tmp_path / "full").mkdir()
    (tmp_path / "full/file").touch()
    for place, words in ((database_url, "That is the database itself"), (tmp_path / "full", "nor a new folder"), ("mysql://x", "nor a new folder")):
        refused = await go(place)
        assert refused.exit_code in (3, 6), refused.output
        assert words in refused.output
    with monkeypatch.context() as patched:
        patched.setattr("yosafe.cli.db.scrub", lambda to, by: 1 / 0)
        failed = await go(tmp_path / "copy")
    assert isinstance(failed.exception, ZeroDivisionError)
    assert not (tmp_path / "copy/db").exists()
    made = await go(tmp_path / "copy")
    assert (made.exit_code, "Copied 1 rows" in made.output) == (0, True), made.output
    assert (tmp_path / "copy/db").is_dir()
    await DB.open(database_url)


ANSWERED = {
    "a": "yes",
    "b": "Jo Smith did",
    "c": ["IN-000012", "2002-03-04", "07:30"],
    "d": {"at": "2002-03-04T10:00:00Z"},
    "e": 3,
    "f": None,
    "g": "2002-99-99",
    "h": "PN-123456",
}
UNANSWERED = {
    "a": "yes",
    "c": ["IN-000012", "2002-02-25", "07:30"],
    "d": {"at": "2002-02-25T10:00:00+00:00"},
    "e": 3,
    "f": None,
    "g": SENTENCES[0],
    "h": SENTENCES[0],
}


def test_answers_keep_codes_numbers_references_and_moved_days():
    made = MadeUp(b"k", taken=(), vocabulary={"yes"}).answers(ANSWERED, 1)
    assert made.pop("b") == SENTENCES[0]
    assert made == UNANSWERED


@given(st.text(min_size=1, max_size=60), st.binary(min_size=1, max_size=8))
def test_what_is_made_up_fits_is_the_same_again_and_is_nobodys(value, key):
    made_up = MadeUp(key, taken=(), vocabulary=())
    name = made_up.family(value)
    assert name == made_up.family(value) != MadeUp(key, taken={name.casefold()}, vocabulary=()).family(value)
    assert max(len(made_up.person(value)), len(made_up.email(value)), len(made_up.number(value))) <= 40
    assert len(made_up.words(value)) <= max(len(value), len(SENTENCES[0]))


@given(st.datetimes(min_value=dt.datetime(1900, 1, 1), timezones=st.just(dt.UTC)), st.integers(FEWEST, MOST))  # noqa: DTZ001  # Hypothesis wants it bare
def test_a_moved_instant_keeps_its_hour_and_day_of_the_week_in_london(instant, weeks):
    moved, was = earlier(instant, weeks).astimezone(clock.LONDON), instant.astimezone(clock.LONDON)
    nominal = was.replace(tzinfo=None) - dt.timedelta(weeks=weeks)
    assert abs(moved.replace(tzinfo=None) - nominal) in (dt.timedelta(0), dt.timedelta(hours=1))
    assert moved.date() == nominal.date() or nominal.hour in (0, 23)


def test_those_who_are_tied_move_together():
    weeks = Weeks(b"key", range(1, 41), [(1, 2), (2, 3), (5, 4)])
    assert weeks.of(1) == weeks.of(2) == weeks.of(3)
    assert weeks.of(4) == weeks.of(5)
    assert weeks.groups == 37
    assert len({weeks.of(one) for one in range(1, 41)}) > 5
    assert all(FEWEST <= weeks.of(one) <= MOST for one in range(1, 41))
