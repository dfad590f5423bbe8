"""The container file: what it copies is there and let through, it does not run as root, and its command is one of ours. Nothing here
builds it."""

import json
import re

from tests.conftest import ROOT
from yosafe.cli import main

LINES = re.sub(r"\\\n\s*", "", (ROOT / "Containerfile").read_text("utf-8")).splitlines()
LET_THROUGH = {line[1:] for line in (ROOT / ".containerignore").read_text("utf-8").splitlines() if line.startswith("!")}


def said(word):
    return [line.removeprefix(f"{word} ") for line in LINES if line.startswith(f"{word} ")]


def test_what_it_copies_is_there_and_let_through():
    copied = {name for line in said("COPY") for name in line.split()[:-1]}
    assert copied == LET_THROUGH
    assert [name for name in copied if not (ROOT / name).exists()] == []


def test_it_does_not_run_as_root_and_names_no_address():
    assert said("USER") == ["yosafe"]
    assert LINES.index("USER yosafe") > max(n for n, line in enumerate(LINES) if line.startswith("RUN"))
    addresses = re.findall(r"\w+://[^/:'\s]+", "\n".join(LINES))
    assert set(addresses) == {"http://127.0.0.1"}  # the check of its own health


def test_its_command_is_one_of_ours():
    (program,), (command,) = json.loads(said("ENTRYPOINT")[0]), [json.loads(one) for one in said("CMD")]
    assert program == "yosafe"
    with main.make_context("yosafe", command[:1], resilient_parsing=True) as context:
        serve = main.get_command(context, command[0])
    assert {word for word in command[1:] if word.startswith("--")} <= {option for one in serve.params for option in one.opts}
