"""Our macros draw the same elements as MoJ Frontend 11.1.0 does, so that its styles and scripts find what they look for. The expected markup
was drawn by its own Nunjucks templates; the shapes of icons are left out on both sides."""

from html.parser import HTMLParser

import pytest


class Elements(HTMLParser):
    """The elements, attributes and words of a piece of markup, without the space between them."""

    def __init__(self, markup):
        super().__init__(convert_charrefs=True)
        self.found = []
        self.feed(markup)
        self.close()

    def handle_starttag(self, tag, attrs):
        if tag != "path":
            self.found.append((tag, frozenset((name, value or "") for name, value in attrs)))

    def handle_endtag(self, tag):
        if tag != "path":
            self.found.append(f"/{tag}")

    def handle_data(self, data):
        if data.strip():
            self.found.append(" ".join(data.split()))


def moj_alert(variant, title, content, *, heading="", attributes=""):
    classes = f"moj-alert moj-alert--{variant}" + (" moj-alert--with-heading" if heading else "")
    return (
        f'<div role="region" class="{classes}" aria-label="{variant}: {title}" data-module="moj-alert"{attributes}><div>'
        '<svg class="moj-alert__icon" role="presentation" focusable="false" xmlns="http://www.w3.org/2000/svg" viewBox="0 0 30 30" '
        f'height="30" width="30"></svg></div><div class="moj-alert__content">{heading}{content}</div>'
        '<div class="moj-alert__action"><button class="moj-alert__dismiss" hidden>Dismiss</button></div></div>'
    )


@pytest.mark.parametrize(
    ("macro", "given", "moj"),
    [
        ("record.html/badge", '"Keep apart", "purple"', '<span class="moj-badge moj-badge--purple">Keep apart</span>'),
        (
            "page.html/notification_badge",
            '7, "waiting"',
            '<span class="moj-notification-badge"><span aria-hidden="true">7</span><span class="govuk-visually-hidden">(7 waiting)</span></span>',
        ),
        (
            "page.html/notification_badge",
            '120, "waiting"',
            '<span class="moj-notification-badge"><span aria-hidden="true">99+</span> '
            '<span class="govuk-visually-hidden">(99 or more waiting)</span></span>',
        ),
        ("page.html/notification_badge", "0", ""),
        (
            "record.html/sub_nav",
            '[{"text": "Overview", "href": "/a", "active": true}, {"text": "Incidents", "href": "/b", "count": 0}]',
            '<nav class="moj-sub-navigation" aria-label="Sections of this record"><ul class="moj-sub-navigation__list">'
            '<li class="moj-sub-navigation__item"><a class="moj-sub-navigation__link" aria-current="page" href="/a">Overview</a></li>'
            '<li class="moj-sub-navigation__item"><a class="moj-sub-navigation__link" href="/b">Incidents (0)</a></li></ul></nav>',
        ),
        (
            "messages.html/alert",
            '"Saved", variant="success", dismissible=true',
            moj_alert("success", "Saved", "Saved", attributes=' data-dismissible="true"'),
        ),
        (
            "messages.html/alert",
            '"Overdue", "Look at it", "warning"',
            moj_alert("warning", "Overdue", "Look at it", heading='<h2 class="moj-alert__heading">Overdue</h2>'),
        ),
        ("messages.html/alert", '"Not saved", variant="error"', moj_alert("error", "Not saved", "Not saved")),
        ("messages.html/alert", '"Known already"', moj_alert("information", "Known already", "Known already")),
        (
            "page.html/page_head",
            '"Incidents"',
            '<div class="moj-page-header-actions"><div class="moj-page-header-actions__title">'
            '<h1 class="govuk-heading-xl">Incidents</h1></div></div>',
        ),
    ],
)
def test_draws_what_moj_frontend_draws(render, macro, given, moj):
    source, name = macro.split("/")
    assert Elements(render(f'{{% from "kit/{source}" import {name} %}}{{{{ {name}({given}) }}}}')).found == Elements(moj).found
