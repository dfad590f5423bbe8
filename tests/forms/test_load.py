"""Question sets as files: every fault names file, question and remedy."""

import datetime as dt

import pytest
from msgspec.structs import replace

from yosafe.errors import Invalid, NotFound
from yosafe.forms.load import fingerprint, load, load_folder
from yosafe.forms.options import Option

from .conftest import WOUND

MORE = Option(value="moon", label="The moon")
HEAD = 'id = "cut"\nversion = 1\ntitle = "Cut"\nvalid_from = 2002-10-01\nsource = "Made up"\n'
FIRST = '[[sections]]\nname = "first"\ntitle = "First"\n'
SECOND = '[[sections]]\nname = "second"\ntitle = "Second"\n'
OPTIONS = 'options = [{value = "a", label = "A"}]\n'


def question(name="depth", kind="text", more=""):
    return f'[[sections.questions]]\nname = "{name}"\nkind = "{kind}"\nlabel = "Depth"\n{more}\n'


ONE = HEAD + FIRST + question()


@pytest.fixture
def written(tmp_path):
    def write(text, name="cut-1.toml"):
        path = tmp_path / name
        path.write_text(text, "utf-8")
        return path

    return write


def test_a_set_with_one_of_everything(wound):
    assert wound.ref == "wound/1"
    assert [q.name for q in wound.questions][:4] == ["seen_on", "seen_at", "cause", "told"]
    assert wound.is_valid_on(dt.date(2010, 3, 31))
    assert not wound.is_valid_on(dt.date(2010, 4, 1))


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("id = [", "cut-1.toml: not readable as TOML"),
        ('id = "cut"', "missing required field"),
        (HEAD.replace("version = 1", "version = 0") + FIRST + question(), "cut-1.toml: version: versions count from 1"),
        (HEAD + "valid_to = 2001-01-01\n" + FIRST + question(), "valid_to: comes before `valid_from`"),
        (HEAD + "sections = []", "sections: there are none: add one"),
        (HEAD + FIRST + "questions = []", "first: has no questions"),
        (HEAD + FIRST.replace('"first"', '"First one"') + question(), "First one: names of sections are"),
        (HEAD + FIRST + question(kind="essay"), "cut-1.toml: depth, kind: Invalid enum value 'essay'"),
        (HEAD + FIRST + question(more='colour = "red"'), "cut-1.toml: depth: Object contains unknown field `colour`"),
        (HEAD + FIRST + question(name="Depth-1"), "Depth-1: names of questions are small letters"),
        (HEAD + FIRST + question(more="width = 7"), "depth: `width` must be one of 2, 3"),
        (HEAD + FIRST + question(kind="date", more="past = true\nfuture = true"), "depth: a date can't be both"),
        (HEAD + FIRST + question(kind="radios"), "depth: needs `options`, or a `code_list`"),
        (HEAD + FIRST + question(kind="radios", more='code_list = "depths"'), "depth: there is no code list “depths”: use one of"),
        (HEAD + FIRST + question(more=OPTIONS), "depth: a question of kind “text” has no options"),
        (
            HEAD + FIRST + question(kind="radios", more=OPTIONS.replace("}]", '}, {value = "a", label = "B"}]')),
            "depth: there are two options of this name",
        ),
        (HEAD + FIRST + question(kind="radios", more=OPTIONS.replace('"a"', '"a b"')), "depth: the option “a b” has a value"),
        (HEAD + FIRST + question(kind="yes_no", more=OPTIONS), "depth: yes_no has the options"),
        (HEAD + FIRST + question() + question(), "depth: there are two questions of this name: give one another"),
        (HEAD + FIRST + question() + FIRST + question("width"), "first: there are two sections of this name"),
        (HEAD + FIRST + question(more='label2 = ""'), "unknown field"),
        (HEAD + FIRST + question(more='hint = "Ask the {yott}"'), "depth: the term {yott} is not in the catalogue"),
        (HEAD + FIRST + question(more='when = {question = "kind", is = ["x"]}'), "depth: depends on “kind”, which no earlier section asks"),
        (HEAD + FIRST + question("kind") + question(more='when = {question = "kind", is = ["x"]}'), "depth: depends on “kind” of its own section"),
        (
            HEAD + FIRST + question(more='when = {question = "kind", is = ["x"]}') + SECOND + question("kind"),
            "depth: depends on “kind”, which no earlier section asks",
        ),
        (
            HEAD + FIRST + question("kind", "radios", OPTIONS) + SECOND + question(more='when = {question = "kind", is = ["x"]}'),
            "depth: waits for “x”, which is not an option of “kind”",
        ),
        (
            HEAD + FIRST + question("kind") + SECOND + 'when = {question = "colour", is = ["x"]}\n' + question(),
            "second: depends on “colour”, which no earlier section asks",
        ),
        (
            HEAD + FIRST + question(kind="text", more="reveals = {a = [{name = 'b', kind = 'text', label = 'B'}]}"),
            "depth: a question of kind “text” can't",
        ),
        (
            HEAD + FIRST + question(kind="radios", more=OPTIONS + "reveals = {b = [{name = 'b', kind = 'text', label = 'B'}]}"),
            "depth: reveals questions under “b”, which is not one of its options",
        ),
        (
            HEAD
            + FIRST
            + question(
                kind="yes_no",
                more="reveals = {yes = [{name = 'b', kind = 'yes_no', label = 'B', reveals = {yes = [{name = 'c', kind = 'text', label = 'C'}]}}]}",
            ),
            "depth: “b” is revealed and reveals others itself",
        ),
        (
            HEAD + FIRST + question(kind="date", more='not_before_answer = "arrived"'),
            "depth: `not_before_answer` names “arrived”, which is no earlier date",
        ),
        (
            HEAD + FIRST + question(kind="date", more='not_before_answer = "depth"'),
            "depth: `not_before_answer` names “depth”, which is no earlier date",
        ),
    ],
)
def test_what_is_wrong_is_told(written, text, told):
    with pytest.raises(Invalid) as fault:
        load(written(text))
    assert told in str(fault.value)
    assert all(error.key.startswith("cut-1.toml") and error.message.startswith("cut-1.toml") for error in fault.value.errors)


def test_what_is_right_passes(written):
    assert load(written(ONE)).version == 1


def test_all_faults_are_told_at_once(written):
    with pytest.raises(Invalid) as fault:
        load(written(HEAD + FIRST + question(more="width = 7") + question("kind", "radios") + question("kind")))
    assert len(fault.value.errors) == 3


@pytest.mark.parametrize(
    ("files", "told"),
    [
        ({"a.toml": ONE, "b.toml": ONE}, "cut/1: two files hold version 1: a version is never used again, make the newer one version 2"),
        ({"a.toml": ONE, "b.toml": ONE.replace("version = 1", "version = 2")}, "cut/1: valid_to: must be before 1 October 2002, when cut/2 begins"),
        ({"a.toml": ONE, "released.toml": '"cut/1" = "0123456789abcdef"'}, "cut/1: was changed though it is in use"),
        ({"a.toml": ONE, "released.toml": '"burn/1" = "0123456789abcdef"'}, "burn/1: is in use and its file is gone"),
        ({"a.toml": ONE, "b.toml": "id = ["}, "b.toml: not readable as TOML"),
    ],
)
def test_what_is_wrong_between_files(written, tmp_path, files, told):
    for name, text in files.items():
        written(text, name)
    with pytest.raises(Invalid) as fault:
        load_folder(tmp_path)
    assert told in str(fault.value)


def test_the_version_of_the_day(written, tmp_path):
    old = written(ONE.replace("valid_from", "valid_to = 2009-12-31\nvalid_from"), "cut-1.toml")
    written(ONE.replace("version = 1", "version = 2").replace("2002-10-01", "2010-01-01"), "cut-2.toml")
    written(f'"cut/1" = "{fingerprint(load(old))}"', "released.toml")
    sets = load_folder(tmp_path)
    assert sets.valid_on("cut", dt.date(2009, 12, 31)).ref == "cut/1"
    assert sets.valid_on("cut", dt.date(2010, 1, 1)).ref == "cut/2"
    assert sets.by_ref("cut/1").version == 1
    with pytest.raises(NotFound):
        sets.valid_on("cut", dt.date(2002, 9, 30))
    with pytest.raises(NotFound):
        sets.by_ref("cut/3")


def test_ending_a_version_or_a_comment_leaves_the_fingerprint_another_word_does_not(written, wound):
    text = WOUND.read_text("utf-8")
    assert fingerprint(load(written("# more\n" + text.replace("2010-03-31", "2011-03-31")))) == fingerprint(wound)
    assert fingerprint(load(written(text.replace("A fall", "A tumble")))) != fingerprint(wound)


def test_a_code_more_in_a_code_list_leaves_the_fingerprint(wound):
    def with_one_more(section):
        return replace(section, questions=tuple(replace(q, options=(*q.options, MORE)) if q.code_list else q for q in section.questions))

    more = replace(wound, sections=tuple(map(with_one_more, wound.sections)))
    assert more != wound
    assert fingerprint(more) == fingerprint(wound)
