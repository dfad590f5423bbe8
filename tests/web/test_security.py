"""Headers on every kind of answer."""

import base64
import hashlib
import re

import httpx
import pytest
from litestar import Litestar, get
from litestar.response import Template
from litestar.static_files import create_static_files_router

from yosafe.settings import read
from yosafe.web.assets import STATIC, asset
from yosafe.web.security import A_YEAR, CSP, HEADERS, security_headers
from yosafe.web.templating import template_config


@get("/page")
async def page() -> Template:
    return Template("layout.html")


@pytest.fixture
async def browser(tmp_path):
    app = Litestar(
        [page, create_static_files_router("/static", directories=[STATIC])],
        template_config=template_config(read({"YOSAFE_HOME": str(tmp_path)})),
        before_send=[security_headers],
        openapi_config=None,
        logging_config=None,  # of its own it would log for every test after this one
    )
    async with httpx.AsyncClient(transport=httpx.ASGITransport(app), base_url="https://yosafe.test") as client:
        yield client


@pytest.mark.parametrize(
    ("path", "status", "kept"),
    [
        ("/page", 200, "no-store"),
        ("/nowhere", 404, "no-store"),
        (asset("css/yosafe.css"), 200, A_YEAR),
        ("/static/css/yosafe.css", 200, None),
        ("/static/css/nowhere.css?v=1", 404, None),
    ],
)
async def test_every_answer_carries_the_headers(browser, path, status, kept):
    answer = await browser.get(path)
    assert answer.status_code == status
    assert {name: answer.headers[name] for name in HEADERS} == HEADERS
    assert answer.headers.get("cache-control") == kept


async def test_the_policy_allows_the_one_inline_script_and_there_is_no_inline_style(browser):
    html = (await browser.get("/page")).text
    inline = re.findall(r"<script>(.*?)</script>", html, re.DOTALL)
    hashes = ["'sha256-" + base64.b64encode(hashlib.sha256(script.encode()).digest()).decode() + "'" for script in inline]
    assert len(hashes) == 1
    assert hashes[0] in CSP
    assert "style=" not in html
    assert "<style" not in html
