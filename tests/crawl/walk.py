"""Walking through the whole service as someone: every GET address of every record there is, every link on every page, then every form.

What is found wrong is kept, not raised, so that one walk serves several tests.
"""

import re
from collections import defaultdict
from collections.abc import Iterator
from functools import cache
from html import unescape
from itertools import product
from urllib.parse import parse_qsl, urlencode, urlsplit

import httpx
import pymupdf
from litestar import Litestar
from litestar.routes import HTTPRoute

from tests.crawl.estate import Estate
from tests.crawl.forms import Form, Forms
from tests.crawl.text import ESCAPED, HEART
from tests.world import ORIGIN, session_of
from yosafe.accounts.viewer import User
from yosafe.db.engine import DB
from yosafe.web.auth import PUBLIC
from yosafe.web.kit import COOKIE

LIKE_EACH_OTHER = 3  # links followed that differ only in the values of their query
STEPS = 5  # forms of a kind sent in a flow of questions, whose later pages come of the earlier ones
MOST_REDIRECTS = 5
NOT_SENT = {"/sign-out", "/account/sign-out-everywhere", "/sign-in"}
KINDS = {
    "children": "YP", "young-people": "YP", "incidents": "IN", "referrals": "RF", "assessments": "AS", "reviews": "RV", "surveys": "survey",
    "models": "model", "rules": "rule", "indicators": "rule", "capacity": "place", "capacities": "place",
    "imports": "import", "break-glass": "opened", "users": "user", "survey-uploads": "upload", "panels": "panel", "review-panels": "panel",
    "review-requests": "request",
    "risks": "flag", "flags": "flag", "actions": "action", "import": "upload", "merge": "pair", "not-the-same": "pair", "undo": "merge",
    "keep-apart": "KA", "notices": "notice", "committees": "area", "case-reviews": "SR", "comments": "CM", "survey-comments": "CM",
    "patterns": "site", "clocks": "clock", "calendar": "calendar", "plan": "WN", "papers": "AP",
    "reports": "RP", "report-builds": "RP", "schedules": "RS", "report-schedules": "RS", "packs": "IP", "inspection-packs": "IP",
    "records": "YP", "retention": "YP", "holds": "hold", "legal-holds": "hold", "destructions": "DR",
    "subject-access": "SQ", "subject-requests": "SQ",
}  # fmt: skip
# What an address needs beside its path before it answers.
ASKED = {
    "/patterns": "?site=WYI",
    "/reviews/{ref}/leave": "?child=YP-000001",
    "/patterns/download": "?site=WYI",
    "/reports/{ref}/file": "?form=csv",
    "/api/v1/report-builds/{ref}/file": "?form=pdf",
    "/reports/packs/{ref}/file": "?form=xlsx",
    "/api/v1/inspection-packs/{ref}/file": "?form=csv",
    "/children/{ref}/chronology/document/file": "?level=full",
    "/api/v1/young-people/{ref}/chronology/document": "?level=full",
}
FOR_THE_OFFICER = (
    "/admin/audit",
    "/api/v1/audit",
    "/admin/break-glass",
    "/api/v1/break-glass",
    "/admin/retention",
    "/api/v1/retention",
    "/api/v1/legal-holds",
    "/api/v1/destructions",
    "/admin/subject-access",
    "/api/v1/subject-requests",
)
# Pages of which there are so many that a few of each person's are enough: they differ in what is on them, and not in how it is drawn.
MANY = "/children/{ref}/chronology/entries/{key}"
NAMED = re.compile(r"(?:Fam|Giv)(\d\d)q", re.IGNORECASE)
REFERRED_TO = re.compile(r"YP-(\d{6})")
LINK = re.compile(r'<a [^>]*?href="(/[^"#]*)')
OF_A_REQUEST = re.compile(r"/(admin/subject-access|api/v1/subject-requests)/SQ-\d+/((pdf|json)/)?file$")


class Walk:
    """One person's way through the service. `leaks`, `markup` and `faults` say what was wrong, `links` what led where."""

    def __init__(self, name: str, client: httpx.AsyncClient, app: Litestar, estate: Estate) -> None:
        self.name, self.client, self.app, self.estate = name, client, app, estate
        self.shown: dict[str, int] = defaultdict(int)  # pages of each template
        self.scope = estate.plan.scope(name)
        self.refused = refused(app, estate[name])
        self.met: set[int] = set()
        self.leaks: list[str] = []
        self.markup: list[str] = []
        self.faults: list[str] = []
        self.links: dict[str, list[str]] = {}
        self.statuses: dict[str, set[int]] = defaultdict(set)
        self.shown_escaped = 0
        self.pages: dict[str, int] = {}  # answered with one of so many characters
        self.led_to: set[str] = set()  # by a form that was accepted
        self.sent: dict[tuple[str, frozenset[str]], int] = defaultdict(int)
        self.forms: list[Form] = []
        self.alike: dict[tuple[str, frozenset[str]], int] = defaultdict(int)
        self.read: dict[str, int] = defaultdict(int)
        self.asked: dict[str, int] = defaultdict(int)

    def template_of(self, path: str, method: str = "GET") -> str:
        return _template_of(self.app, urlsplit(path).path, method)

    def worth_asking(self, path: str) -> bool:
        """What the guard refuses, it refuses before anything of the address is read: for such, a few records are enough."""
        template = self.template_of(path)
        self.asked[template] += 1
        return template not in self.refused or self.asked[template] <= LIKE_EACH_OTHER

    async def everywhere(self, addresses: list[str], *, enough: int | None = None) -> None:
        """Every address and every link; or so many pages of each template as are enough."""
        waiting = ["/", *addresses]
        while waiting:
            path = waiting.pop()
            if path not in self.links and (self.worth_asking(path) if enough is None else self._wanting(self.template_of(path), enough)):
                waiting += [link for link in await self.look_at(path) if self._new(link)]

    def _wanting(self, template: str, enough: int) -> bool:
        """Whether more pages of this kind are to be had: none are where the role may not ask for them at all."""
        return self.shown[template] < enough and 403 not in self.statuses[template]

    def _new(self, link: str) -> bool:
        if link in self.links or link.startswith("/static/"):
            return False
        template = self.template_of(link)
        kind = (
            urlsplit(link).path if not urlsplit(link).query and not template.startswith(MANY) else template,
            frozenset(key for key, _ in parse_qsl(urlsplit(link).query)),
        )
        self.alike[kind] += 1
        return self.alike[kind] <= LIKE_EACH_OTHER

    async def look_at(self, path: str) -> list[str]:
        answer = await self.client.get(path)
        self.statuses[self.template_of(path)].add(answer.status_code)
        self._judge(path, answer)
        self._check_names(path, answer)
        if answer.status_code == 200 and _is_page(answer):
            self.pages[path] = len(answer.text)
            self.shown[self.template_of(path)] += 1
        self.links[path] = [answer.headers["location"]] if answer.status_code in (302, 303) else _links(answer)
        return self.links[path]

    def _judge(self, what: str, answer: httpx.Response) -> None:
        if answer.status_code >= 500:
            self.faults.append(f"{self.name} {what}: {answer.status_code}")
        if not _is_page(answer):
            return
        for part in answer.text.split(HEART)[:-1]:
            self.shown_escaped += 1
            if not part.endswith(ESCAPED):
                self.markup.append(f"{self.name} {what}: …{part[-80:]}{HEART}")
        if answer.status_code == 200 and self._forms_wanted(what):
            self.forms += Forms(answer.text).found

    def _forms_wanted(self, what: str) -> bool:
        """Whether the forms of a page are still to be looked at. Those of like addresses differ little; what comes of a form may have another."""
        self.read[self.template_of(what)] += 1
        return " " in what or self.read[self.template_of(what)] <= LIKE_EACH_OTHER

    def _check_names(self, path: str, answer: httpx.Response) -> None:
        text = _text_of(answer)
        named = {int(number) for number in NAMED.findall(text)}
        if self.name == "grace" and OF_A_REQUEST.match(urlsplit(path).path):
            named -= self.estate.plan.asked_for  # the file that is made to be given to them
        self.met |= named
        asked = {int(number) for number in REFERRED_TO.findall(path)} if answer.status_code >= 400 else set()
        referred = {int(number) for number in REFERRED_TO.findall(text)} - asked
        if self.name == "grace" and urlsplit(path).path.startswith(FOR_THE_OFFICER):
            referred = set()  # whose record was looked at is what the trail is for; a name is not in it
        for number in (named | referred) & self.estate.children.keys() - self.scope:
            self.leaks.append(f"{self.name} {path}: {answer.status_code} tells of {number}")

    @property
    def reached(self) -> set[str]:
        """Templates of the pages that links and forms lead to, from the first page on."""
        waiting, found = ["/"], set[str]()
        while waiting:
            path = waiting.pop()
            if path not in found:
                found.add(path)
                waiting += self.links.get(path, ())
        return {self.template_of(path) for path in found} | self.led_to

    async def fill_in_everything(self) -> None:
        """Send each form with markup in every box, and with choices that are meant; look where it leads, and go on from there."""
        thrown_away: list[Form] = []  # at the end: what is thrown away can't be gone on with
        while self.forms or thrown_away:
            form = self.forms.pop() if self.forms else thrown_away.pop()
            if form.action.endswith("/discard") and self.forms:
                thrown_away.append(form)
                continue
            template = self.template_of(form.action, form.method.upper())
            kind = (template, frozenset(form.fields))
            self.sent[kind] += 1
            if form.action in NOT_SENT or self.sent[kind] > (STEPS if "{draft_id}" in template else 1):
                continue
            if form.method == "get":
                await self._follow(f"{form.action}?{urlencode(form.meant)}", "GET")
            else:
                await self._send(form.action, form.nonsense)
                await self._send(form.action, form.meant)

    async def _send(self, action: str, fields: dict[str, str]) -> None:
        answer = await self.client.post(action, data=fields)
        self._judge(f"POST {action}", answer)
        self.statuses[f"POST {self.template_of(action, 'POST')}"].add(answer.status_code)
        if answer.status_code == 303 and (then := answer.headers["location"]).startswith("/"):
            self.led_to.add(self.template_of(then))
            await self._follow(then, f"after POST {action}")

    async def _follow(self, path: str, how: str) -> None:
        for _ in range(MOST_REDIRECTS):
            page = await self.client.get(path)
            self.statuses[self.template_of(path)].add(page.status_code)
            self._judge(f"{how} {path}", page)
            if page.status_code not in (302, 303):
                break
            path = page.headers["location"]
            self.led_to.add(self.template_of(path))
        self.links.setdefault(path, _links(page))


def _links(answer: httpx.Response) -> list[str]:
    return list(dict.fromkeys(unescape(link) for link in LINK.findall(answer.text))) if _is_page(answer) else []


def _text_of(answer: httpx.Response) -> str:
    """What can be read in an answer, of a PDF too."""
    if answer.headers.get("content-type", "") != "application/pdf":
        return answer.text
    with pymupdf.open(stream=answer.content, filetype="pdf") as opened:
        return "\n".join(page.get_text() for page in opened)


def _is_page(answer: httpx.Response) -> bool:
    return answer.headers.get("content-type", "").startswith("text/html")


def _pattern(template: str) -> re.Pattern[str]:
    return re.compile(re.sub(r"\\\{\w+\\\}", "[^/]+", re.escape(template)))


@cache
def _patterns(app: Litestar, method: str) -> list[tuple[str, re.Pattern[str]]]:
    return [(template, _pattern(template)) for template in templates(app, method)]


@cache
def _template_of(app: Litestar, plain: str, method: str) -> str:
    return next((template for template, pattern in _patterns(app, method) if pattern.fullmatch(plain)), "")


def refused(app: Litestar, user: User) -> set[str]:
    """The GET addresses that name a permission which a user does not have."""
    routes = [route for route in app.routes if isinstance(route, HTTPRoute) and "GET" in route.methods]
    asked = {route.path_format: str(route.route_handler_map["GET"][0].opt.get("permission", PUBLIC)) for route in routes}
    return {template for template, permission in asked.items() if permission != PUBLIC and not user.may(permission)}


def templates(app: Litestar, method: str = "GET") -> list[str]:
    """Every address that takes a method, those with fixed parts before those that could be mistaken for them."""
    found = [route.path_format for route in app.routes if isinstance(route, HTTPRoute) and method in route.methods]
    return sorted(found, key=lambda path: (path.count("{"), path))


_MARKED = "SELECT young_person, concat_ws('.', source, part, entry) AS key FROM chronology_mark WHERE taken_off_at IS NULL"
_FIRST = "SELECT DISTINCT ON (incident) incident, young_person FROM involvement ORDER BY incident, id"


async def addresses(app: Litestar, estate: Estate) -> list[str]:
    """Every GET address of every record, as far as their names say what stands in them."""
    of_one = {
        "{placement}": "placement", "{other_name}": "other_name", "{external_number}": "external_number", "{time_out}": "time_out",
        "{worker}": "named_worker", "{plan}": "contact_plan", "{period}": "care_period", "{check}": "register_check", "{share}": "information_share",
    }  # fmt: skip
    inner = {
        part: {f"YP-{row['young_person']:06}": str(row["id"]) for row in await DB.fetch(f"SELECT id, young_person FROM {table} ORDER BY id")}
        for part, table in of_one.items()
    } | {
        "{file_ref}": estate.files,
        "{key}": {f"YP-{row['young_person']:06}": row["key"] for row in await DB.fetch(_MARKED)},
        "{child}": {f"IN-{row['incident']:06}": f"YP-{row['young_person']:06}" for row in await DB.fetch(_FIRST)},
        **{
            part: {row["area"]: str(row["id"]) for row in await DB.fetch(f"SELECT id, area FROM {table} ORDER BY id")}
            for part, table in {"{member}": "committee_member", "{meeting}": "committee_meeting", "{protocol}": "sharing_protocol"}.items()
        },
        "{party}": {
            f"SR-{row['case_review']:06}": str(row["id"]) for row in await DB.fetch("SELECT case_review, id FROM case_review_party ORDER BY id")
        },
        "{number}": {f"RV-{row['review']:06}": str(row["number"]) for row in await DB.fetch("SELECT review, number FROM review_case ORDER BY id")},
    }
    return [path + ASKED.get(template, "") for template in templates(app) for path in _filled(template, estate, inner) if "{" not in path]


def _filled(template: str, estate: Estate, inner: dict[str, dict[str, str]]) -> Iterator[str]:
    parts = template.split("/")
    places = [n for n, part in enumerate(parts) if part.startswith("{") and part not in inner]
    choices = [estate.refs.get(KINDS.get(parts[place - 1], ""), []) for place in places]
    for chosen in product(*choices):
        filled = dict(zip(places, chosen, strict=True))
        of = next(iter(chosen), "")
        yield "/".join(filled.get(n) or inner.get(part, {}).get(of, part) for n, part in enumerate(parts))


async def walker(name: str, app: Litestar, estate: Estate) -> Walk:
    client = httpx.AsyncClient(transport=httpx.ASGITransport(app, raise_app_exceptions=False), base_url=ORIGIN)
    await client.get("/help")
    client.cookies.set(COOKIE, await session_of(estate[name]))
    return Walk(name, client, app, estate)
