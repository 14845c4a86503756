"""The logic of the page's scripts, by Node's own test runner."""

from __future__ import annotations

import subprocess
from pathlib import Path

import pytest

TESTS = sorted(Path(__file__).with_name("javascript").glob("*.test.js"))


@pytest.mark.parametrize("file", TESTS, ids=lambda file: file.name.removesuffix(".test.js"))
def test_logic(node: Path, file: Path) -> None:
    done = subprocess.run([node, "--test", file], capture_output=True, text=True, timeout=120)
    assert done.returncode == 0, done.stdout + done.stderr


def test_there_is_logic_to_test() -> None:
    assert TESTS
