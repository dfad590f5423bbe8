"""What is wrong with a report of an installation's own is said with its file, its line and what to do, before anyone looks at it. Without a
database."""

import pytest

from yosafe import composition  # noqa: F401  # the registry of datasets
from yosafe.reporting.definitions import Faulty, read_definition

TOML = """title = "Wing paper"
about = "What is recorded, for the {acpc}"
for = ["acpc"]
roles = ["acpc_member"]
periods = ["quarter"]

[[section]]
id = "missed"
title = "Contacts"
dataset = "contacts"
view = "made"
share = ["missed"]
share_title = "Missed"

[[words]]
id = "said"
title = "What we say"

[[section]]
id = "where"
title = "Distance"
dataset = "from-here"
view = "distance"
"""
WORDS = "For the {acpc}.\n\n{missed}\n\n{said}\n\n{where}\n"


def faults(tmp_path, toml=TOML, words=WORDS, folder="wing-paper"):
    where = tmp_path / folder
    where.mkdir()
    where.joinpath("report.toml").write_text(toml, "utf-8")
    where.joinpath("report.md").write_text(words, "utf-8")
    read_definition(where)


def test_it_is_whole_as_it_stands(tmp_path):
    faults(tmp_path)


@pytest.mark.parametrize(
    ("old", "new", "line", "words"),
    [
        ('title = "Wing', 'titel = "Wing', 1, "unknown field `titel`. Take it away or mend its name"),
        ('title = "Wing paper"', 'title = "{yott} paper"', 1, "There is no term “yott”. Write {yot}, or take the braces away"),
        ("for the {acpc}", "for the {quite-another}", 2, ""),
        ('for = ["acpc"]', 'for = ["acp"]', 3, "Invalid enum value 'acp'"),
        ('for = ["acpc"]', 'for = ["acpc", "yot"]', 4, "It is for yot, and for none of its roles. Add one of yot_worker"),
        ('["acpc_member"]', '["yoi_lead"]', 4, "In acpc nobody who is yoi_lead reads reports. Choose from acpc_member"),
        ('["acpc_member"]', '["dpo"]', 4, "In acpc nobody who is dpo reads reports"),
        ('["quarter"]', '["week"]', 5, "Invalid enum value 'week'"),
        ('id = "missed"', 'idd = "missed"', 8, "unknown field `idd`"),
        ('share_title = "Missed"', 'share_title = "{nowhere}"', 13, "docs/reference/terms.md lists those there are"),
        ('id = "said"', 'idd = "said"', 16, "unknown field `idd`"),
        ('title = "What we say"', 'title = ""', 16, "Say in title, in up to 120 characters"),
        ('view = "distance"', 'view = "distance"\ntrend = "yes"', 24, "Expected `bool`, got `str`"),
        ('view = "distance"', 'view = "age"', 23, "has no view “age”. Choose one of"),
    ],
)  # fmt: skip
def test_a_fault_of_the_definition_is_said_with_its_line(tmp_path, old, new, line, words):
    if not words:  # a text in braces that could be no term is a text
        faults(tmp_path, TOML.replace(old, new, 1))
        return
    with pytest.raises(Faulty) as refused:
        faults(tmp_path, TOML.replace(old, new, 1))
    (error,) = refused.value.errors
    assert (error.key, words in error.message) == (f"wing-paper/report.toml, line {line}", True), error


@pytest.mark.parametrize(
    ("words", "line", "said"),
    [
        (f"{WORDS}\n{{nobody}}\n", 9, "There is no section “nobody” in report.toml"),
        (f"{WORDS}\n{{where}}\n", 9, "stands on line 7 already"),
        (f"{WORDS}\nFor the {{registr}}.\n", 9, "There is no term “registr”. Write {register}"),
        (WORDS.replace("{where}\n", ""), 6, "Section “where” has no place"),
        (f"{WORDS}\n# Heading\n", 9, "Begin a heading with ## and a space"),
    ],
)
def test_a_fault_of_the_words_is_said_with_its_line(tmp_path, words, line, said):
    with pytest.raises(Faulty) as refused:
        faults(tmp_path, words=words)
    (error,) = refused.value.errors
    assert (error.key, said in error.message) == (f"wing-paper/report.md, line {line}", True), error
