"""Cells carry the words of their headings, for a narrow screen, and their roles."""

import pytest
from markupsafe import Markup

from yosafe.web.stacking import labelled

HEADS = ["Name & age", {"text": "Cases", "number": True}, {"text": "Change", "hidden": True}]


@pytest.mark.parametrize(
    ("row", "marked"),
    [
        (
            '<tr><th scope="row">Ben</th><td class="ys-number">3</td><td><a href="/x">Change</a></td></tr>',
            '<tr role="row"><th scope="row" role="rowheader" data-label="Name &amp; age">Ben</th>'
            '<td class="ys-number" role="cell" data-label="Cases">3</td><td role="cell"><a href="/x">Change</a></td></tr>',
        ),
        ("<tr><td> </td><td></td></tr>", '<tr role="row"><td role="cell" data-empty> </td><td role="cell" data-empty></td></tr>'),
        (
            '<tr><td colspan="2">None</td><td>x</td></tr>',
            '<tr role="row"><td colspan="2" role="cell" data-label="Name &amp; age">None</td><td role="cell">x</td></tr>',
        ),
        ("<tr><td>1</td></tr>" * 2, '<tr role="row"><td role="cell" data-label="Name &amp; age">1</td></tr>' * 2),
    ],
)
def test_a_cell_says_what_it_is(row, marked):
    assert labelled(Markup(row), HEADS) == marked


def test_what_people_typed_is_no_cell():
    typed = Markup("<tr><td>{}</td></tr>").format("<td>")
    assert labelled(typed, HEADS).count("role=") == 2


def test_a_cell_without_a_heading_is_a_fault():
    with pytest.raises(ValueError, match="more cells than its 3 headings"):
        labelled(Markup("<tr>" + "<td>x</td>" * 4 + "</tr>"), HEADS)


def test_a_wide_table_of_figures_keeps_its_columns(render):
    call = '{% from "kit/list.html" import table %}{% call table("Figures", ["Of those"], wide=wide) %}<tr><td>7</td></tr>{% endcall %}'
    assert "data-label" in render(call, wide=False)
    assert "data-label" not in render(call, wide=True)


@pytest.mark.parametrize(("sortable", "heads"), [(True, 2), (False, 0)])
def test_the_script_sorts_by_every_heading_that_is_seen(render, sortable, heads):
    page = render(
        '{% from "kit/list.html" import table %}{% call table("People", heads, sortable=sortable) %}{% endcall %}', heads=HEADS, sortable=sortable
    )
    assert page.count('aria-sort="none"') == heads
    assert ('data-module="moj-sortable-table"' in page) is sortable
