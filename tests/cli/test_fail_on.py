"""`agentperf run --fail-on`: expectations of what a switch saves."""

from __future__ import annotations

import shutil
from collections.abc import Callable
from pathlib import Path
from subprocess import CompletedProcess

import pytest

PACED = Path(__file__).parent / "paced_runtime"

Program = Callable[..., CompletedProcess[str]]


@pytest.fixture(scope="session")
def judged(
    tmp_path_factory: pytest.TempPathFactory, program_in: Callable[[Path], Program]
) -> tuple[CompletedProcess[str], str]:
    """A run of a cache that saves 40 % and of streaming that saves 20 %, and its Markdown."""
    folder = tmp_path_factory.mktemp("judged")
    shutil.copytree(PACED, folder, dirs_exist_ok=True)
    limits = [word for limit in ("cache:20%", "stream:60%") for word in ("--fail-on", f"effect:{limit}")]
    ended = program_in(folder)("run", "paced.yaml", *limits, "--strict", "--export-markdown", "run.md")
    return ended, (folder / "run.md").read_text()


def test_each_is_judged_by_a_line(judged: tuple[CompletedProcess[str], str]) -> None:
    ended, _ = judged
    assert ended.returncode == 3
    met, failed = (line for line in ended.stderr.splitlines() if "effect:" in line)
    assert met.startswith("effect:cache:20% met: cache saves ")
    assert failed.startswith("error: effect:stream:60% failed: stream saves ")
    assert failed.endswith("] on average")


def test_markdown_says_it_too(judged: tuple[CompletedProcess[str], str]) -> None:
    _, markdown = judged
    assert "- `effect:cache:20%` **met**: `cache` saves " in markdown
    assert "- `effect:stream:60%` **failed**: `stream` saves " in markdown


def test_what_can_not_be_said_is_a_warning_and_with_strict_a_code(program: Program, bench: Path) -> None:
    """One block has no interval."""
    ended = program("run", bench, "--fail-on", "effect:a:5%")
    assert ended.returncode == 0
    assert "warning: effect:a:5% inconclusive: what a saves on average could not be estimated" in ended.stderr
    ended = program("run", bench, "--fail-on", "effect:a:5%", "--strict", "-q")
    assert ended.returncode == 4
    assert ended.stderr.splitlines()[-1] == "error: --strict: effect:a:5%: the data can't say"


def test_a_workload_that_fails_counts_for_more(program: Program, bench: Path) -> None:
    fails = ("--set", "runtime.parameters.does=fail", "--on-error", "continue")
    assert program("run", bench, *fails, "--fail-on", "effect:a:99%", "--strict").returncode == 5


@pytest.mark.parametrize(
    ("expression", "error"),
    [
        ("effect:c:5%", "'c' is not swept, known: a, b"),
        ("effect:a:5", "write effect:NAME:MIN%, such as effect:pooling:10%"),
        ("regression:5%", "is for 'agentperf compare', here write effect:NAME:MIN%"),
    ],
)
def test_mistakes_are_found_before_anything_is_measured(
    program: Program, bench: Path, tmp_path: Path, expression: str, error: str
) -> None:
    for more in ((), ("--dry-run",)):
        ended = program("run", bench, "--fail-on", expression, *more)
        assert (ended.returncode, ended.stdout) == (2, "")
        assert ended.stderr.startswith("error: --fail-on ") and error in ended.stderr
        assert ended.stderr.count("\n") == 1
    assert not list(tmp_path.iterdir())


def test_a_switch_that_is_held_is_not_swept(program: Program, bench: Path) -> None:
    ended = program("run", bench, "--hold", "a", "--fail-on", "effect:a:5%")
    assert ended.returncode == 2 and "'a' is not swept" in ended.stderr
