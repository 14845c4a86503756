"""The logic of the report's scripts, by Node's own test runner."""

from __future__ import annotations

import subprocess
from pathlib import Path

FOLDER = Path(__file__).with_name("javascript")


def test_report_logic(node: Path) -> None:
    tests = sorted(FOLDER.glob("report_*.test.js"))
    assert tests
    done = subprocess.run([node, "--test", *tests], capture_output=True, text=True, timeout=120)
    assert done.returncode == 0, done.stdout + done.stderr
