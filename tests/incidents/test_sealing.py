"""Files of incidents sealed with keys of the installation: the database never has what is in them, keys change, and what can't be opened is said."""

from collections.abc import Callable, Iterator

import pytest
from msgspec.structs import replace

from tests.incidents.made_files import picture
from tests.incidents.make import incident, involve
from tests.incidents.test_files import API, kept
from yosafe import settings
from yosafe.audit.record import Operator
from yosafe.cli import main
from yosafe.cli.serve import start
from yosafe.db.engine import DB
from yosafe.db.sealing import seal, unsealed
from yosafe.errors import Conflict, SettingsWrong
from yosafe.incidents.files.keys import Standing, rotate, standing
from yosafe.settings import FileKey, in_force, put_in_force

OLD, NEW = FileKey("2025", b"o" * 32), FileKey("2026", b"n" * 32)
PHOTO = picture(size=(60, 40), gps=True)
Keys = Callable[..., None]


@pytest.fixture
def keys(app) -> Iterator[Keys]:
    """Sets the keys of the installation from now on, the newest first."""
    before = in_force()
    yield lambda *given: put_in_force(replace(before, file_keys=given))
    put_in_force(before)


async def pieces() -> list[tuple[str | None, bytes]]:
    return [(row["sealed_with"], row["content"]) for row in await DB.fetch("SELECT sealed_with, content FROM evidence_part ORDER BY id")]


async def test_sealed_and_opened_whatever_key_it_was(world, client, keys):
    await incident(world.dan, involve(world.kai, "harmed"))
    dan = await client(world.dan)
    paths = []
    for given, which in (((), 1), ((OLD,), 2), ((NEW, OLD), 3)):
        keys(*given)
        photo = picture(size=(60, 40 + which))
        paths.append((f"{API}/files/{(await kept(dan, photo))['ref']}/content", photo))
    found = await pieces()
    assert {key for key, _ in found} == {None, "2025", "2026"}
    assert [(key is None) == (photo == content) for (key, content), (_, photo) in zip(found[::2], paths, strict=True)] == [True] * 3
    for path, photo in paths:
        assert (await dan.get(path)).content == photo

    assert await standing() == [
        Standing(key="2026", pieces=2, known=True, newest=True),
        Standing(key="2025", pieces=2, known=True, newest=False),
        Standing(key=None, pieces=2, known=True, newest=False),
    ]
    assert (await rotate(by=Operator()), await rotate(by=Operator())) == (4, 0)
    assert {key for key, _ in await pieces()} == {"2026"}
    assert await DB.fetch("SELECT detail::jsonb -> 'pieces' AS n FROM audit_entry WHERE event = 'files:sealed-anew'") == [(4,)]
    keys(NEW)
    for path, photo in paths:
        assert (await dan.get(path)).content == photo


async def test_what_can_not_be_opened_is_said_and_left(world, client, keys):
    await incident(world.dan, involve(world.kai, "harmed"))
    dan = await client(world.dan)
    keys(OLD)
    path = f"{API}/files/{(await kept(dan, PHOTO))['ref']}/content"
    before = await pieces()
    reads = "SELECT count(*) FROM audit_entry WHERE event = 'incident-file:read'"
    noted = await DB.fetchval(reads)
    for given in ((NEW,), ()):
        keys(*given)
        answer = await dan.get(path)
        assert (answer.status_code, "YOSAFE_FILE_KEYS" in answer.json()["detail"]) == (409, True)
        assert await DB.fetchval(reads) == noted
    with pytest.raises(Conflict, match="No keys are set"):
        await rotate(by=Operator())
    keys(NEW)
    with pytest.raises(Conflict, match="keys status"):
        await rotate(by=Operator())
    assert (await standing())[-1] == Standing(key="2025", pieces=2, known=False, newest=False)
    assert await pieces() == before

    keys(NEW, OLD)
    await DB.execute("UPDATE evidence_part SET content = set_byte(content, 40, (get_byte(content, 40) + 1) % 256) WHERE which = 'original'")
    with pytest.raises(Conflict, match="changed outside yosafe"):
        await rotate(by=Operator())


def test_a_piece_opens_in_its_place_and_unchanged_only(keys):
    keys(NEW)
    one, again = seal(b"what he said", place="a:1"), seal(b"what he said", place="a:1")
    assert one.content != again.content  # nobody sees that two are the same
    assert b"said" not in one.content
    assert unsealed(one.key, one.content, place="a:1") == b"what he said"
    for content, place in ((one.content, "a:2"), (one.content[:-1], "a:1"), (b"", "a:1"), (bytes([one.content[0] ^ 1]) + one.content[1:], "a:1")):
        with pytest.raises(Conflict, match="not as it was written"):
            unsealed(one.key, content, place=place)


def test_keys_are_given_by_name(tmp_path, capsys, monkeypatch):
    main(["keys", "new", "2026-11"], standalone_mode=False)
    made = capsys.readouterr().out.strip()
    file = tmp_path / "keys"
    file.write_text(f"{made}\n2025:{'ab' * 32}\n")
    read = settings.read({"YOSAFE_HOME": str(tmp_path), "YOSAFE_FILE_KEYS_FILE": str(file)}, file=tmp_path / "none")
    assert [(one.name, len(one.secret)) for one in read.file_keys] == [("2026-11", 32), ("2025", 32)]
    for wrong in ("2026", "2026:abc", f"A b:{'ab' * 32}", f"a:{'ab' * 32},a:{'cd' * 32}"):
        with pytest.raises(SettingsWrong, match="YOSAFE_FILE_KEYS") as refused:
            settings.read({"YOSAFE_HOME": str(tmp_path), "YOSAFE_FILE_KEYS": wrong}, file=tmp_path / "none")
        assert "ab" * 32 not in str(refused.value)
    with pytest.raises(SystemExit) as ended:
        main(["keys", "new", "Not a name"])
    assert ended.value.code == 3

    monkeypatch.setenv("YOSAFE_HOME", str(tmp_path))
    monkeypatch.setenv("YOSAFE_DATABASE_URL", "postgresql://nobody@nowhere.invalid/none")
    with pytest.raises(SettingsWrong, match="yosafe keys new NAME"):
        start(host="127.0.0.1", port=0, workers=1)
