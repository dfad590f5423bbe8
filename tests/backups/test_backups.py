"""Backups: what was there is there again, and whatever is wrong with a file is said before anything has been changed."""

import contextlib
import resource
import subprocess
from pathlib import Path

import msgspec
import pyrage
import pytest
from pyrage.x25519 import Identity

from tests.conftest import at, run_at
from yosafe import clock
from yosafe.audit import anchor
from yosafe.audit.record import Operator
from yosafe.audit.verify import verify
from yosafe.backups import archive, keys
from yosafe.backups.programs import _apart, programs
from yosafe.backups.restoring import check, restore
from yosafe.backups.taking import take
from yosafe.cli import main
from yosafe.db.engine import DB
from yosafe.db.upgrade import check_upgraded, migrations, upgrade
from yosafe.errors import Conflict, Invalid, NotUpgraded, SettingsWrong
from yosafe.settings import read

MINE, OTHERS = Identity.generate(), Identity.generate()


@pytest.fixture
async def backup(world, database_url, tmp_path):
    """A backup of a world with people in it, and as what it was taken."""
    file = tmp_path / "of-the-day.age"
    return file, await take(file, database_url, [MINE.to_public()], by=Operator())


@pytest.fixture
async def empty_place(server):
    """The address of a database with nothing in it; gone afterwards, with what was kept of it."""
    await run_at(server, "CREATE DATABASE place")
    yield at(server, "place")
    await DB.close()
    for name in await _named(server, "place"):
        await run_at(server, f'DROP DATABASE "{name}" WITH (FORCE)')


async def _named(server, prefix):
    await DB.close()
    await DB.open(server)
    found = [row["datname"] for row in await DB.fetch("SELECT datname FROM pg_database WHERE starts_with(datname, $1) ORDER BY 1", prefix)]
    await DB.close()
    return found


async def everyone() -> list[str]:
    return [row["family_name"] for row in await DB.fetch("SELECT family_name FROM young_person ORDER BY id")]


async def test_what_was_there_is_there_again(backup, empty_place, server):
    file, taken = backup
    assert await DB.fetchval("SELECT count(*) FROM audit_entry WHERE event = 'backup:taken'") == 1
    people = await everyone()
    restored = await restore(file, [OTHERS, MINE], empty_place, replace=False, by=Operator())
    assert (restored.rows, restored.tables, restored.upgraded, restored.kept) == (taken.rows, taken.tables, (), None)
    await DB.open(empty_place)
    assert people
    assert await everyone() == people
    await check_upgraded()
    assert (await verify()).faults == ()
    assert await DB.fetchval("SELECT event FROM audit_entry ORDER BY id DESC LIMIT 1") == "backup:restored"

    with pytest.raises(Conflict, match="has records in it"):
        await restore(file, [MINE], empty_place, replace=False, by=Operator())
    await DB.close()
    again = await restore(file, [MINE], empty_place, replace=True, by=Operator())
    assert await _named(server, "place") == ["place", again.kept]
    assert taken.file == str(file)


async def test_a_database_in_use_is_left_alone(backup, empty_place, server):
    file, _ = backup
    await DB.close()
    await DB.open(empty_place)
    async with DB.connection():
        with pytest.raises(Conflict, match="in use"):
            await _restored_beside(file, empty_place)
    assert await _named(server, "place") == ["place"]


async def _restored_beside(file: Path, address: str) -> None:
    """As another process does: the engine of this one is in use."""
    from yosafe.backups import restoring

    pool, lending, DB.pool, DB.lending = DB.pool, DB.lending, None, None
    try:
        await restoring.restore(file, [MINE], address, replace=False, by=Operator())
    finally:
        DB.pool, DB.lending = pool, lending


CUT = [("nothing", 0), ("a piece of the first line", 30), ("the head", 300), ("a piece", 70_000), ("all but a byte", -1)]


async def test_a_file_that_is_not_as_it_was_written_changes_nothing(backup, empty_place, server, tmp_path):
    file, _ = backup
    whole = file.read_bytes()
    assert len(whole) > 200_000  # several pieces of age's
    broken = {f"cut to {what}": whole[:size] for what, size in CUT}
    for place in (len(whole) // 3, len(whole) - 5):
        broken[f"a bit at {place}"] = whole[:place] + bytes([whole[place] ^ 1]) + whole[place + 1 :]
    broken["more behind it"] = whole + b"x"
    broken["another file"] = b"SELECT 1;\n" * 1000
    broken["age, but not ours"] = pyrage.encrypt(b"a letter\nto someone\n", [MINE.to_public()])
    broken["of a head that nobody reads"] = pyrage.encrypt(archive.FIRST + b'{"from": "later"}\nPGDMP', [MINE.to_public()])
    for what, content in broken.items():
        other = tmp_path / "broken.age"
        other.write_bytes(content)
        with pytest.raises(Invalid, match=r"no whole backup|another yosafe"):
            await restore(other, [MINE], empty_place, replace=False, by=Operator())
        assert await _named(server, "place") == ["place"], what
    with pytest.raises(Invalid, match="another key"):
        await restore(file, [OTHERS], empty_place, replace=False, by=Operator())
    with pytest.raises(Invalid, match="can't be read"):
        await restore(tmp_path / "none.age", [MINE], empty_place, replace=False, by=Operator())
    assert await _named(server, "place") == ["place"]


async def test_what_it_says_it_holds_is_compared(backup, empty_place, server, tmp_path):
    """A backup that opens, and holds something else than it says: of a newer yosafe, with a row too few, with another trail."""
    file, _ = backup
    plain = pyrage.decrypt(file.read_bytes(), [MINE])
    first, head, dump = plain.split(b"\n", 2)
    said = msgspec.json.decode(head)
    rows, chains = said["rows"], said["chains"]
    wrong = [
        ({**said, "migrations": [*said["migrations"], "yosafe_9999_later"]}, NotUpgraded, "newer yosafe"),
        ({**said, "rows": {**rows, "public.young_person": rows["public.young_person"] + 1}}, Invalid, "public.young_person has another number"),
        ({**said, "chains": forged(chains["ends"])}, Invalid, "trail in this backup"),
    ]
    for contents, kind, words in wrong:
        other = tmp_path / "other.age"
        other.write_bytes(pyrage.encrypt(b"\n".join([first, msgspec.json.encode(contents), dump]), [MINE.to_public()]))
        with pytest.raises(kind, match=words):
            await restore(other, [MINE], empty_place, replace=False, by=Operator())
        assert await _named(server, "place") == ["place"]


def forged(ends):
    """An anchor of another trail, whole in itself."""
    ends = (anchor.End(**{**ends[0], "hash": "00" * 32}),)
    return msgspec.to_builtins(anchor.Anchor(clock.now(), ends, anchor._sum(ends)))


async def test_a_backup_is_a_whole_file_or_none(backup, database_url, tmp_path):
    file, _ = backup
    before = file.read_bytes()
    with pytest.raises(Conflict, match="never overwritten"):
        await take(file, database_url, [MINE.to_public()], by=Operator())
    assert file.read_bytes() == before
    with pytest.raises(Conflict, match="No backup was taken"):
        await take(tmp_path / "no-folder/a.age", database_url, [MINE.to_public()], by=Operator())
    with room_for(100_000), pytest.raises(Conflict, match="No backup was taken"):
        await take(tmp_path / "full.age", database_url, [MINE.to_public()], by=Operator())
    assert [path.name for path in tmp_path.iterdir()] == [file.name]
    assert await DB.fetchval("SELECT count(*) FROM audit_entry WHERE event = 'backup:taken'") == 1


@contextlib.contextmanager
def room_for(size):
    """No file of this process grows beyond `size`, as on a disk that is full."""
    soft, hard = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (size, hard))
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, (soft, hard))


async def test_a_backup_of_an_older_yosafe_is_brought_up_to_date(server, empty_place, tmp_path):
    """And looked through in a PostgreSQL of its own, which is gone afterwards."""
    older, number = tmp_path / "older", len(migrations()) - 3
    older.mkdir()
    for one in migrations()[:number]:
        (older / f"{one.name}.py").write_text(f'ID = "{one.id}"\nDESCRIPTION = ""\nSQL = {one.sql!r}\n')
    await DB.open(empty_place)
    await upgrade(older)
    await DB.execute(
        "INSERT INTO agency (code, kind, name, establishment, created_at, version) VALUES ('wetherby', 'yoi', 'Wetherby', 'WYI', now(), 1)"
    )
    file = tmp_path / "older.age"
    taken = await take(file, empty_place, [MINE.to_public()], by=Operator())
    await DB.close()
    home = tmp_path / "home"
    looked = await check(file, [MINE], home)
    assert (looked.rows, len(looked.upgraded), list(home.iterdir())) == (taken.rows, 3, [])


def test_keys(tmp_path, monkeypatch):
    def chosen(**values):
        named = {f"YOSAFE_{name.upper()}": str(value) for name, value in values.items()}
        return read({"YOSAFE_HOME": str(tmp_path), **named}, file=tmp_path / "none.toml")

    file = tmp_path / "key"
    public = keys.new_key(file)
    assert (file.stat().st_mode & 0o777, public.startswith("age1")) == (0o600, True)
    mine = chosen(backup_key_file=file)
    assert [str(one) for one in keys.recipients(mine)] == [public]
    assert len(keys.identities(mine)) == 1
    assert len(keys.recipients(chosen(backup_key_file=file, backup_to=str(OTHERS.to_public())))) == 2
    with pytest.raises(Conflict, match="never overwritten"):
        keys.new_key(file)
    for work, settings, words in (
        (keys.recipients, chosen(), "No key for backups"),
        (keys.identities, chosen(), "No key for backups"),
        (keys.identities, chosen(backup_to=public), "Only the private key"),
        (keys.recipients, chosen(backup_to="age1nonsense"), "YOSAFE_BACKUP_TO"),
        (keys.recipients, chosen(backup_key="nonsense"), "YOSAFE_BACKUP_KEY"),
    ):
        with pytest.raises(SettingsWrong, match=words):
            work(settings)


def test_the_command_says_what_is_missing(tmp_path, monkeypatch, capsys):
    monkeypatch.setenv("YOSAFE_HOME", str(tmp_path))
    for name in ("YOSAFE_BACKUP_KEY", "YOSAFE_BACKUP_TO"):
        monkeypatch.setenv(name, "")
    for words in (["backup"], ["check-backup"], ["restore"]):
        with pytest.raises(SystemExit) as ended:
            main(["db", *words, str(tmp_path / "a.age")])
        assert ended.value.code == 2
        assert "yosafe db backup-key FILE" in capsys.readouterr().err


@pytest.mark.parametrize(
    ("dsn", "address", "password"),
    [
        ("postgresql://yosafe@/yosafe?host=%2Ftmp%2Fx", "postgresql://yosafe@/yosafe?host=%2Ftmp%2Fx", None),
        ("postgresql://u:p%40w@db.example.org:5433/y?sslmode=require", "postgresql://u@db.example.org:5433/y?sslmode=require", "p@w"),
    ],
)
def test_no_password_among_the_words_of_a_program(dsn, address, password):
    assert _apart(dsn) == (address, password)


def test_programs_fit_the_server():
    said = [subprocess.run([programs(n) / "pg_dump", "--version"], text=True, capture_output=True).stdout for n in (15, 18)]
    assert [int(words.split()[2].split(".")[0]) >= n for words, n in zip(said, (15, 18), strict=True)] == [True, True]
    with pytest.raises(Conflict, match="Install PostgreSQL 99"):
        programs(99)
