"""Lists of combinations that users write themselves."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as some

from agentperf.experiments.combination import every_combination, ordered
from agentperf.experiments.combination_list import CombinationList, listed_combinations, read_list
from agentperf.scenarios.problems import ScenarioError

FACTORS = ("cache", "stream", "pool", "but")
EVERY = every_combination(FACTORS)


def combinations(text: str) -> list[tuple[str, ...]]:
    return [ordered(on, FACTORS) for on in listed_combinations(CombinationList(text, "list.txt"), FACTORS)]


def test_names_are_joined_as_one_likes_and_come_in_the_order_of_the_list() -> None:
    text = """\
# for screening
none

cache + stream   # comes with a comment
cache,pool
 pool stream
all but cache, pool
all
"""
    assert combinations(text) == [
        (),
        ("cache", "stream"),
        ("cache", "pool"),
        ("stream", "pool"),
        ("stream", "but"),
        FACTORS,
    ]


def test_a_switch_may_be_called_but() -> None:
    assert combinations("but\nall but but\ncache but") == [
        ("but",),
        ("cache", "stream", "pool"),
        ("cache", "but"),
    ]


@pytest.mark.parametrize(
    ("text", "line"),
    [
        ("none\ncahe", "'cahe' is not a swept switch (list.txt:2:1), did you mean 'cache'?"),
        ("none\n  cache + strem", "'strem' is not a swept switch (list.txt:2:11), did you mean 'stream'?"),
        ("none\ncache, cache", "'cache' is named twice (list.txt:2:8), name it once"),
        (
            "none\ncache stream\nall\nstream+cache",
            "the same combination as in line 2 (list.txt:4:1), list it once",
        ),
        ("none\nall, cache", "'all' stands beside other words (list.txt:2:1), give it a line of its own"),
        (
            "cache none\nall",
            "'none' stands beside other words (list.txt:1:7), give it a line of its own",
        ),
        (
            "none\nall but",
            "'all but' leaves out no switch (list.txt:2:5), name those that stay off",
        ),
        ("none\n +,", "'+,' is not a swept switch (list.txt:2:2), known: cache"),
        ("# nothing\n\n", "there is no combination in it (list.txt), list two or more to compare"),
        ("cache", "the list holds one combination (list.txt), list two or more to compare"),
        ("none\nall but cache,\x1b[31m", r"'\x1b[31m' is not a swept switch (list.txt:2:15), known: cache"),
    ],
)
def test_a_mistake_is_told_at_its_place(text: str, line: str) -> None:
    with pytest.raises(ScenarioError) as raised:
        combinations(text)
    assert str(raised.value).startswith(line)


def test_all_mistakes_are_found_at_once() -> None:
    with pytest.raises(ScenarioError) as raised:
        combinations("none\ncahe\nall\nnone\nstrem")
    assert [problem.line for problem in raised.value.problems] == [2, 4, 5]
    assert str(raised.value).endswith(" (and 2 more)")


@given(some.lists(some.sampled_from(EVERY), min_size=2, unique=True), some.sampled_from([" + ", ",", " "]))
def test_what_is_written_is_read(chosen: list[frozenset[str]], joint: str) -> None:
    text = "\n".join(joint.join(ordered(on, FACTORS)) or "none" for on in chosen)
    assert listed_combinations(CombinationList(text, "list.txt"), FACTORS) == tuple(chosen)


def test_a_list_is_read_from_a_file(tmp_path: Path) -> None:
    file = tmp_path / "list.txt"
    file.write_bytes("\N{BOM}none\r\nall\r\n".encode())
    listed = read_list(str(file))
    assert listed.origin == str(file)
    assert listed_combinations(listed, ("a",)) == (frozenset(), frozenset("a"))


def test_a_list_that_can_not_be_read_says_why(tmp_path: Path) -> None:
    with pytest.raises(ScenarioError, match="the combinations can't be read: No such file or directory"):
        read_list(str(tmp_path / "missing.txt"))
    (tmp_path / "latin.txt").write_bytes(b"none\ncach\xe9\n")
    with pytest.raises(ScenarioError, match=r"byte 0xe9 is not UTF-8 \(.*latin.txt:2:5\), save it as UTF-8"):
        read_list(str(tmp_path / "latin.txt"))
    (tmp_path / "large.txt").write_bytes(b"#" * 1_000_001)
    with pytest.raises(ScenarioError, match="the list is larger than 1 MB"):
        read_list(str(tmp_path / "large.txt"))


def test_a_list_is_no_longer_than_can_be_run() -> None:
    factors = tuple(f"switch{number}" for number in range(11))
    text = "\n".join("+".join(on) or "none" for on in every_combination(factors)[:1025])
    with pytest.raises(ScenarioError, match=r"the list holds 1025 combinations \(list.txt\), keep 1024"):
        listed_combinations(CombinationList(text, "list.txt"), factors)
