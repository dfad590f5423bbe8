"""Charts that a strict page may hold, with their words for those who can't see them."""

import re
from xml.etree import ElementTree

import pytest

from yosafe.drawing import Dot, Row, dot_plot

EVIL = '<script>alert("x")</script> & $x^2$'
ROWS = (
    Row("Have felt unsafe here", Dot(43, 35, 51), Dot(28, 20, 37), "Higher, p = 0.003"),
    Row(EVIL, Dot(97, 94, 99), Dot(50), "No clear difference"),
    Row("Would tell staff", None, Dot(50, 40, 60), "Not tested"),
)


def drawn(*, narrow=False, rows=ROWS):
    return dot_plot(rows, here="Wetherby, September 2026", there=EVIL, title=f"Title {EVIL}", description="All the numbers", narrow=narrow)


@pytest.mark.parametrize("narrow", [True, False])
def test_nothing_in_it_that_a_strict_page_refuses(narrow):
    svg = drawn(narrow=narrow)
    assert not re.search(r"<style|\sstyle=|<script|<image|<foreignObject|\son\w+=|<metadata|<\?xml|<!DOCTYPE", svg)
    links = re.findall(r'(?:href|clip-path)="([^"]*)"', svg)
    assert links
    assert all(link.startswith(("#dots-", "url(#dots-")) for link in links)
    ElementTree.fromstring(svg)


def test_names_in_two_drawings_differ_and_every_reference_is_to_its_own():
    wide, narrow = drawn(), drawn(narrow=True)
    ids = [set(re.findall(r'\bid="([^"]+)"', svg)) for svg in (wide, narrow)]
    assert not ids[0] & ids[1]
    for svg, own in zip((wide, narrow), ids, strict=True):
        assert set(re.findall(r'(?:href="|url\()#([^")]+)', svg)) <= own


def test_it_says_in_words_what_it_shows():
    root = ElementTree.fromstring(drawn())
    space = "{http://www.w3.org/2000/svg}"
    assert root.get("role") == "img"
    assert root.find(f"{space}title").text == f"Title {EVIL}"
    assert root.find(f"{space}desc").text == "All the numbers"
    assert root.get("aria-labelledby").split() == [root.find(f"{space}title").get("id"), root.find(f"{space}desc").get("id")]
    texts = [text.text for text in root.iter(f"{space}text")]
    assert {"43%", "28%", "97%", "50%", "Higher, p = 0.003", "Have felt unsafe here", EVIL} <= set(texts)


def test_the_same_is_drawn_the_same_and_nothing_is_no_chart():
    assert drawn() == drawn()
    dot_plot.cache_clear()
    assert drawn() == drawn()
    with pytest.raises(ValueError, match="needs a row"):
        drawn(rows=())
