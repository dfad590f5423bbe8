"""What a web worker starts with: not what only learning and judging models need (yosafe/models/arrays.py)."""

import os
import subprocess
import sys

LEARNING = {"sklearn", "pandas", "scipy", "fairlearn", "pyarrow", "matplotlib"}


def test_a_web_worker_starts_without_what_models_learn_with():
    code = f"import sys, yosafe.web.app; print(sorted({LEARNING} & set(sys.modules)))"
    assert subprocess.run([sys.executable, "-c", code], check=True, capture_output=True, text=True).stdout == "[]\n"


def test_a_web_worker_has_what_it_started_with_left_alone_by_the_collector(tmp_path):
    code = "import gc; from yosafe.web.asgi import create; create(); print(gc.isenabled(), gc.get_freeze_count() > 100_000, gc.get_threshold()[0])"
    environ = {**os.environ, "YOSAFE_HOME": str(tmp_path), "YOSAFE_SECRET_KEY": "s" * 32}
    assert subprocess.run([sys.executable, "-c", code], check=True, capture_output=True, text=True, env=environ).stdout == "True True 5000\n"
