"""Files made to hurt are refused before they do."""

import time

import pytest

from agentperf.scenarios.loader import parse
from agentperf.scenarios.problems import ScenarioError
from agentperf.scenarios.steps import MAX_STEPS
from agentperf.scenarios.yaml_events import MAX_BYTES
from agentperf.scenarios.yaml_reader import MAX_LEVELS, read_yaml

HEAD = "name: big\nsteps:\n"


def refusal_of(text: str) -> str:
    with pytest.raises(ScenarioError) as refused:
        parse(text.encode(), "big.yaml")
    return str(refused.value)


def billion_laughs(opening: str, closing: str, entry: str) -> str:
    lines = [f"a0: &a0 {opening}{', '.join(entry.format(index, 'ha') for index in range(10))}{closing}"]
    for level in range(1, 10):
        entries = ", ".join(entry.format(index, f"*a{level - 1}") for index in range(10))
        lines.append(f"a{level}: &a{level} {opening}{entries}{closing}")
    return "\n".join(lines)


@pytest.mark.parametrize("shape", [("[", "]", "{1}"), ("{", "}", "k{0}: {1}")])
def test_a_billion_laughs_are_refused_within_a_second(shape: tuple[str, str, str]) -> None:
    text = billion_laughs(*shape)
    start_s = time.process_time()
    assert "more than 300,000 values, aliases included (big.yaml:6:5)" in refusal_of(text)
    assert time.process_time() - start_s < 1


def test_an_alias_inside_its_own_value_is_refused() -> None:
    assert "contains itself" in refusal_of("a: &a {b: [*a]}")


@pytest.mark.parametrize("opening", ["[", "{a: ", "- ", "? "])
def test_deep_nesting_is_refused(opening: str) -> None:
    assert refusal_of(opening * 100_000).startswith(
        ("more than 50 levels deep", "a list or mapping cannot be a key")
    )


def test_nesting_by_aliases_counts_too() -> None:
    chain = "".join(f"a{level}: &a{level} [*a{level - 1}]\n" for level in range(1, 1000))
    assert "more than 50 levels deep" in refusal_of(f"a0: &a0 [1]\n{chain}")


def test_nesting_up_to_the_bound_is_read() -> None:
    depth = MAX_LEVELS
    assert read_yaml(("[" * depth + "]" * depth).encode(), "deep.yaml")


def test_a_file_above_1_mb_is_refused_unread() -> None:
    start_s = time.process_time()
    assert refusal_of("#" * (MAX_BYTES + 1)) == (
        "the file is larger than 1 MB (big.yaml), describe the workload in fewer steps"
    )
    assert time.process_time() - start_s < 1


def test_a_file_of_1_mb_is_read() -> None:
    text = HEAD + "- agent: a\n#"
    scenario, _ = parse(text.ljust(MAX_BYTES, "#").encode(), "big.yaml")
    assert len(scenario.steps) == 1


def test_10_000_steps_are_read_and_10_001_refused() -> None:
    steps = "".join(
        f"- {{agent: a{index}, needs: [a{max(0, index - 1)}]}}\n" for index in range(1, MAX_STEPS)
    )
    start_s = time.process_time()
    scenario, _ = parse(f"{HEAD}- agent: a0\n{steps}".encode(), "big.yaml")
    assert time.process_time() - start_s < 10
    assert len(scenario.steps) == MAX_STEPS
    too_many = f"{HEAD}- agent: a0\n{steps}- agent: last\n"
    assert refusal_of(too_many).startswith("steps: more than 10,000 steps (big.yaml:3:1)")


def seconds_to_refuse(text: str) -> float:
    start_s = time.process_time()
    refusal_of(text)
    return time.process_time() - start_s


@pytest.mark.parametrize(
    "piece",
    [
        "a ",
        "'",
        "# \n",
        "[",
        "!",
        "!a ",
        "&a ",
        "? ",
        "- 1\n",
        "\\",
        "%YAML 1.2\n",
        "---\n",
        '"\\n',
        "\t",
        "\N{LINE SEPARATOR}",
        "\ufeff",
        "a:\n",
        "*a ",
        "| ",
        "{},",
    ],
)
def test_time_grows_no_faster_than_the_file(piece: str) -> None:
    small = min(seconds_to_refuse(piece * 2_000) for _ in range(3))
    large = seconds_to_refuse(piece * 20_000)
    assert large < 0.2 + 30 * small  # ten times as long, where a quadratic reader takes a hundred


@pytest.mark.parametrize(
    "steps",
    [
        "- {lantecy: 1}\n" * 2_000,
        "- {agent: a}\n" * 2_000,
        "- {agent: a, needs: [" + "b, " * 20_000 + "]}\n",
        "- {agent: a, needs: [" + "a, " * 20_000 + "]}\n",
        "".join(f"- {{agent: a{index}, needs: [zz{index}]}}\n" for index in range(2_000)),
        "".join(f"- {{agent: a{index}, needs: [a{(index + 1) % 2_000}]}}\n" for index in range(2_000)),
        "- agent: a\noptimizations: [" + "x, " * 20_000 + "]\n",
        "- agent: a\nclaims: {" + ", ".join(f"a{index}: 1%" for index in range(10_000)) + "}\n",
        "- agent: a\nclaims: {order: [" + "x, " * 20_000 + "]}\n",
    ],
)
def test_thousands_of_mistakes_are_told_in_seconds(steps: str) -> None:
    assert seconds_to_refuse(HEAD + steps) < 10
