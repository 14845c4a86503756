"""What is said before anything is measured."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest

from agentperf.cli.announcement import announce
from agentperf.experiments.combination_list import CombinationList
from agentperf.experiments.preparation import Request, prepare
from agentperf.scenarios.loader import LoadedScenario
from agentperf.scenarios.schema import Measure, Scenario

NAMES = tuple("abcdefghijk")


def announced(
    switches: int,
    measure: Mapping[str, Any] | None = None,
    *,
    done: int = 0,
    request: Request | None = None,
    **more: Any,
) -> list[str]:
    """What is said of a run of so many switches."""
    runtime = {"uses": "bench:open_runtime", "optimizations": list(NAMES[:switches])}
    document = {"name": "bench", "runtime": runtime, "measure": measure or {}, **more}
    scenario = Scenario.model_validate(document)
    run = prepare(LoadedScenario(scenario, document, "test", Path()), request or Request(), Measure())
    said: list[str] = []
    announce(run, scenario, done, said.append)
    assert not any("\n" in line for line in said)
    return said


def test_a_full_design_says_how_much_there_is_to_do_and_what_can_come_of_it() -> None:
    assert announced(6) == [
        "bench: 64 combinations in 10 blocks, 660 trials.",
        "If trials scatter by 10%, an effect will be known on average to within ±1.8%, "
        "alone or last to within ±10.1%.",
    ]
    assert announced(6, done=9)[0] == "bench: 64 combinations in 1 more block, 66 trials."
    assert announced(6, {"blocks": 1}) == ["bench: 64 combinations in 1 block, 66 trials."]
    assert announced(6, {"time_scale": "1/10"})[0].endswith(" trials. Latencies are scaled by 0.1.")


def test_a_rotation_counts_once_it_is_complete() -> None:
    first, design, _ = announced(8)
    assert first == "bench: 256 combinations in 5 rotations of 4 blocks, 1320 trials."
    assert design == (
        "Rotating design: each block runs a fraction of resolution V, and 4 blocks together run every "
        "combination once."
    )
    assert announced(7, done=3)[0] == "bench: 128 combinations in 4 more rotations of 2 blocks, 462 trials."


def test_a_fraction_says_what_it_can_not_tell_apart() -> None:
    assert announced(3, {"design": "fractional"})[1:5] == [
        "Fractional design of resolution III, for screening: 4 of 8 combinations. "
        "A main effect can't be told from an interaction of two switches:",
        "  a = -b x c",
        "  b = -a x c",
        "  c = -a x b",
    ]
    of_eleven = announced(11, {"design": "fractional"})
    assert "resolution IV, for screening: 64 of 2048 combinations. Main effects are clear of" in of_eleven[1]
    assert len([line for line in of_eleven if " x " in line]) == 6
    assert any(line.startswith("  and ") and line.endswith(" more, which -v shows") for line in of_eleven)
    assert announced(8, {"design": "fractional"})[1].endswith(
        "Main effects and interactions of two switches can be told apart, as long as no 3 switches interact."
    )


def test_screening_designs_are_labelled() -> None:
    _, label, expected = announced(6, {"design": "one-at-a-time"})
    assert label == "One-at-a-time design, for screening: each switch alone and last, and no average effect."
    assert "on average" not in expected and "alone or last to within" in expected
    listed = Request(combinations=CombinationList("a\nb + c", "list.txt"))
    assert announced(3, request=listed)[1:] == [
        "A list of combinations, for screening: it tells only what they show.",
        "Nothing on is not in the list, so no combination's saving can be told.",
    ]


def test_anchors_and_claims_that_are_not_tested_are_told() -> None:
    claims = {"a": "50%", "all": "80%"}
    told = announced(6, claims=claims)
    assert told[0] == "bench: 64 combinations in 10 blocks, 1080 trials."
    assert told[1] == "14 of 64 combinations run 4 times a block because the scenario has claims."
    assert "alone or last to within ±5.1%" in told[2]
    assert announced(6, claims=claims, request=Request(("b", "c")))[1] == (
        "Not tested: the claims about a and all, which this run doesn't measure against nothing."
    )


@pytest.mark.parametrize(
    ("measure", "rule"),
    [
        (
            {"precision": "2%"},
            "It goes on until every average effect is known to within ±2%, for 10 blocks at least; at the "
            "latest it ends after 100 blocks.",
        ),
        (
            {"precision": "2%", "max_blocks": 50, "budget": "10m"},
            "It goes on until every average effect is known to within ±2%, for 10 blocks at least; at the "
            "latest it ends after 50 blocks or after 0:10:00 in all.",
        ),
        (
            {"precision": "2%", "design": "one-at-a-time", "budget": "1h"},
            "It goes on until every effect alone and last is known to within ±2%, for 10 blocks at least; at "
            "the latest it ends after 1:00:00 in all.",
        ),
        (
            {"precision": "2%", "max_blocks": 3},
            "It goes on for 3 blocks; a precision would end it after 10 blocks at the earliest.",
        ),
        ({"budget": "10m"}, "It goes on as long as another fits into 0:10:00 in all."),
        ({"max_blocks": 20}, "It goes on for 20 blocks."),
        (
            {"max_blocks": 20, "budget": "10m"},
            "It goes on for 20 blocks and as long as another fits into 0:10:00 in all.",
        ),
    ],
)
def test_the_stopping_rule_is_told_in_words(measure: dict[str, Any], rule: str) -> None:
    first, second, *_ = announced(6, measure)
    assert first.startswith("bench: ") and " trials a block." in first
    assert second == rule


def test_what_is_there_already_is_told_where_a_rule_decides() -> None:
    assert announced(6, {"precision": "2%"}, done=3)[0] == (
        "bench: 64 combinations, 66 trials a block. So far there are 3 blocks."
    )


def test_claims_make_the_precision_cover_effects_alone() -> None:
    rule = announced(6, {"precision": "5%"}, claims={"a": "50%"})[1]
    assert rule.startswith("It goes on until every average effect and every one alone is known to within ±5%")
    others = Request(("b", "c"))
    rule = announced(6, {"precision": "5%"}, claims={"a": "50%"}, request=others)[1]
    assert rule.startswith("It goes on until every average effect is known to within ±5%")


def test_how_long_a_precision_takes_is_guessed() -> None:
    assert announced(6, {"precision": "0.9%"})[-1].startswith("If trials scatter by 10%, it takes about 3")
    rotating = announced(8, {"precision": "5%"})
    assert "for 5 rotations of 4 blocks at least" in rotating[1]
    assert rotating[-1] == "If trials scatter by 10%, it takes about 5 rotations of 4 blocks."
    too_few = announced(6, {"precision": "0.9%", "max_blocks": 20})[-1]
    assert too_few.startswith("If trials scatter by 10%, it would take about 3")
    assert too_few.endswith(" blocks, more than it may have.")
    assert "will be known after 3 blocks on average" in announced(6, {"precision": "2%", "max_blocks": 3})[-1]


def test_the_price_of_looking_is_told() -> None:
    (line,) = [line for line in announced(6, {"inference": "anytime"}) if "look" in line]
    assert line.startswith("Intervals hold at every look, ")
    assert line.endswith(" times as wide as for one look.")
    assert "Intervals hold at every look." in announced(6, {"inference": "anytime", "blocks": 1})


def test_spread_blocks_and_rules_that_do_not_act_are_told() -> None:
    told = announced(6, {"blocks": 4, "precision": "5%", "spread": "30m"})
    assert told[1:3] == [
        "The number of blocks is exact: the scenario's precision and budget don't act.",
        "The blocks are spread over 0:30:00.",
    ]


def test_a_list_comes_from_a_file_or_standard_input(program: Any, bench: Path) -> None:
    (program.folder / "list.txt").write_text("none\na\na + c\n")
    ended = program("run", bench, "--dry-run", "--combinations", "list.txt")
    assert (ended.returncode, ended.stdout) == (2, "")
    assert ended.stderr == "error: 'c' is not a swept switch (list.txt:3:5), known: a, b, none, all\n"
    ended = program("run", bench, "--dry-run", "--combinations", "-", stdin="none\na\nall\n")
    assert ended.stdout.startswith("bench: 3 combinations in ")
    ended = program("run", "-", "--dry-run", "--combinations", "-", stdin="none\na\nall\n")
    assert ended.stderr == ("error: the scenario and its combinations can't both come from standard input\n")
