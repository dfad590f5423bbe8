"""What a web worker starts with: not what only learning and judging models need (yosafe/models/arrays.py)."""

import subprocess
import sys

LEARNING = {"sklearn", "pandas", "scipy.stats", "fairlearn", "pyarrow", "matplotlib"}


def test_a_web_worker_starts_without_what_models_learn_with():
    code = f"import sys, yosafe.web.app; print(sorted({LEARNING} & set(sys.modules)))"
    assert subprocess.run([sys.executable, "-c", code], check=True, capture_output=True, text=True).stdout == "[]\n"
