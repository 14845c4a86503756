"""Completion in the user's shell."""

from __future__ import annotations

from collections.abc import Callable
from subprocess import CompletedProcess

import pytest

from agentperf.scenarios.bundled import bundled

Program = Callable[..., CompletedProcess[str]]


@pytest.mark.parametrize(
    ("line", "words"),
    [
        ("agentperf ru", ["run", "runs"]),
        ("agentperf run quick", ["quickstart"]),
        ("agentperf scenario show ", list(bundled())),
        ("agentperf run quickstart --metric lat", ["latency_p50", "latency_p95", "latency_p99"]),
    ],
)
def test_words_are_completed(program: Program, line: str, words: list[str]) -> None:
    variables = {"COMP_WORDS": line, "COMP_CWORD": str(len(line.split(" ")) - 1)}
    ended = program(_AGENTPERF_COMPLETE="complete_bash", **variables)
    assert (ended.stdout.split(), ended.stderr) == (words, "")


def test_the_shell_is_given_what_it_needs(program: Program) -> None:
    ended = program(_AGENTPERF_COMPLETE="source_bash")
    assert ended.returncode == 0
    assert "complete -o default -F _agentperf_completion agentperf" in ended.stdout
