"""How easily a text reads, by the formula of Flesch and Kincaid (1975): grade 4 is read at nine to ten years. It measures the length of sentences and
words, and not whether a child follows what is meant: the words were read by people too."""

import re

AT_NINE = 4.0


def syllables(word: str) -> int:
    """Groups of vowels, without a silent e at the end: never too few for the plain words that are used here."""
    found = len(re.findall(r"[aeiouy]+", word))
    return max(1, found - (word.endswith("e") and not word.endswith("le") and found > 1))


def sentences(text: str) -> int:
    return len(re.findall(r"[.!?]", text))


def grade(text: str) -> float:
    words = re.findall(r"[a-z’']+", text.lower())
    return 0.39 * len(words) / sentences(text) + 11.8 * sum(map(syllables, words)) / len(words) - 15.59
