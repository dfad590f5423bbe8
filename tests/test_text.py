"""Text as it may enter."""

import sys
import unicodedata

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from yosafe.text import In, alike, clean, is_blank, visible, without_marks

OVERRIDES = "\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069"


@pytest.mark.parametrize(
    ("typed", "kept"),
    [
        ("  Jordan ", "Jordan"),
        ("one\r\ntwo\rthree", "one\ntwo\nthree"),
        ("a\tb", "a\tb"),
        ("e\u0301", "\u00e9"),
        ("\u05d0\u200f \u0627", "\u05d0\u200f \u0627"),
        ("\N{PARTY POPPER}", "\N{PARTY POPPER}"),
        ("", ""),
    ],
)
def test_clean(typed, kept):
    assert clean(typed) == visible(kept) == kept


def test_every_control_every_half_and_every_override_is_refused_and_nothing_else():
    refused = {character for character in map(chr, range(sys.maxunicode + 1)) if not _is_taken(character)}
    broken = {character for character in map(chr, range(sys.maxunicode + 1)) if unicodedata.category(character) in ("Cc", "Cs")}
    assert refused == (broken - set("\t\n\r")) | set(OVERRIDES)
    assert visible("".join(sorted(refused)) + "x\r\n") == "x\r\n"


def _is_taken(character):
    try:
        clean(character)
    except ValueError:
        return False
    return True


@pytest.mark.parametrize(
    ("one", "other", "same"),
    [
        ("Cleo Brightmoor", "cleo\u200bBRIGHTMOOR", True),
        ("Cleo Brightmoor", "Cleo\u00adBright\u2060moor.", True),
        ("Cleo Brightmoor", "\uff23leo  Brightmoor", True),
        ("Zo\u00eb", "Zoe\u0308", True),
        ("Zo\u00eb", "Zoe", False),
        ("Cleo Brightmoor", "Cleo Brightmore", False),
        ("\u0915\u093e", "\u0915\u0940", False),  # vowel signs are marks, and letters of the name
    ],
)
def test_alike(one, other, same):
    assert alike(one, other) is alike(other, one) is same


def test_without_marks_takes_out_every_format_character_and_nothing_else():
    for character in map(chr, range(sys.maxunicode + 1)):
        assert without_marks(f"a{character}b") == ("ab" if unicodedata.category(character) == "Cf" else f"a{character}b")


@given(st.text(max_size=6))
def test_blank_is_what_has_no_ink_and_what_is_printed_is_left_as_it_is(typed):
    inkless = {"Zs", "Zl", "Zp", "Cc", "Cf", "Cs"}
    assert is_blank(typed) == all(unicodedata.category(character) in inkless for character in typed)
    printed = "".join(character for character in typed if " " <= character <= "~")
    assert clean(printed) == unicodedata.normalize("NFC", printed).strip(" ")


class Sent(In):
    name: str
    codes: list[str]
    answers: dict[str, list[str]]


def test_every_text_in_what_comes_in_is_clean():
    sent = msgspec.convert({"name": " A\r\nB ", "codes": ["x ", "e\u0301"], "answers": {" q ": [" y"]}}, Sent)
    assert sent == Sent(name="A\nB", codes=["x", "\u00e9"], answers={"q": ["y"]})
    for fault in ({"name": "\u200b "}, {"codes": ["\x00"]}, {"answers": {"q": ["\u202e"]}}):
        with pytest.raises(msgspec.ValidationError, match=next(iter(fault))):
            msgspec.convert({"name": "A", "codes": [], "answers": {}} | fault, Sent)
