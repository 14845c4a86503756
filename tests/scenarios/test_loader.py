import io
import json
import sys
from pathlib import Path

import pytest

from agentperf.scenarios.bundled import bundled
from agentperf.scenarios.loader import load, parse
from agentperf.scenarios.problems import ScenarioError
from agentperf.scenarios.schema import Scenario

SMALL = "name: small\nsteps:\n  - agent: planner\n"


class FakeInput:
    def __init__(self, data: bytes) -> None:
        self.buffer = io.BytesIO(data)


def error_of(source: str) -> ScenarioError:
    with pytest.raises(ScenarioError) as refused:
        load(source)
    return refused.value


def test_a_file(tmp_path: Path) -> None:
    file = tmp_path / "small.yaml"
    file.write_text(SMALL)
    loaded = load(str(file))
    assert loaded.scenario.name == "small"
    assert loaded.document == {"name": "small", "steps": [{"agent": "planner"}]}
    assert loaded.origin == str(file)
    assert loaded.directory == tmp_path


def test_a_bundled_name_wins_over_a_file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "quickstart").write_text(SMALL)
    monkeypatch.chdir(tmp_path)
    assert load("quickstart").scenario.name == "quickstart"
    assert load("quickstart").directory is None
    assert load("./quickstart").scenario.name == "small"


def test_standard_input(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "stdin", FakeInput(SMALL.encode()))
    loaded = load("-")
    assert (loaded.scenario.name, loaded.origin, loaded.directory) == ("small", "<stdin>", None)


def test_an_error_on_standard_input(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "stdin", FakeInput(b"nam: x"))
    assert "(<stdin>:1:1)" in str(error_of("-"))


def test_no_standard_input(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "stdin", None)
    assert "there is no standard input" in str(error_of("-"))


def test_the_document_is_plain_and_loads_again() -> None:
    for name in bundled():
        loaded = load(name, overrides=["measure.seed=7"])
        again = json.loads(json.dumps(loaded.document, allow_nan=False))
        assert Scenario.model_validate(again) == loaded.scenario


def test_json_is_yaml() -> None:
    loaded = load("supervisor-pipeline")
    scenario, document = parse(json.dumps(loaded.document).encode(), "copy.json")
    assert scenario == loaded.scenario
    assert document == loaded.document


def test_aliases_share_values_not_objects() -> None:
    document = parse(
        b"name: x\nsteps:\n- {agent: a, llm: &m {latency: 1ms}}\n- {agent: b, llm: *m}\n", "x.yaml"
    )[1]
    first, second = document["steps"]
    assert first["llm"] == second["llm"]
    assert first["llm"] is not second["llm"]


def test_words_of_yaml_1_1_stay_text() -> None:
    words = "{a: off, b: 2024-01-31, c: 012, d: 1:30, e: 0o17, f: 1_0}"
    document = parse(f"name: yes\nruntime: {{uses: a:b, parameters: {words}}}".encode(), "x.yaml")[1]
    assert document["name"] == "yes"
    assert document["runtime"]["parameters"] == {
        "a": "off",
        "b": "2024-01-31",
        "c": 12,
        "d": "1:30",
        "e": 15,
        "f": "1_0",
    }


def test_synchronous_off_needs_no_quotes() -> None:
    scenario, _ = parse((SMALL + "persistence: {synchronous: off}\n").encode(), "x.yaml")
    assert scenario.persistence.synchronous == "off"


def test_a_byte_order_mark_is_skipped() -> None:
    assert parse(b"\xef\xbb\xbf" + SMALL.encode(), "x.yaml")[0].name == "small"


def test_a_misspelt_bundled_name() -> None:
    assert "did you mean the bundled 'quickstart'?" in str(error_of("quikstart"))
    assert "did you mean the bundled 'deep-dag'?" in str(error_of("scenarios/deep_dag.yaml"))


def test_a_missing_file_names_the_library() -> None:
    message = str(error_of("nowhere/else.yaml"))
    assert "no file and no bundled scenario is called 'nowhere/else.yaml'" in message
    assert all(name in message for name in bundled())


def test_a_directory(tmp_path: Path) -> None:
    assert "a directory is not a scenario" in str(error_of(str(tmp_path)))


@pytest.mark.parametrize("name", ["a\0b", "x" * 5000, "\x1b[31m\n.yaml", "\udc80.yaml", ""])
def test_names_that_no_file_has(name: str) -> None:
    assert str(error_of(name)).isprintable()


def test_an_endless_file_is_not_read_whole() -> None:
    if not Path("/dev/zero").exists():
        pytest.skip("needs /dev/zero")
    assert "the file is larger than 1 MB" in str(error_of("/dev/zero"))


def test_one_line_says_how_many_more() -> None:
    with pytest.raises(ScenarioError) as refused:
        parse(b"name: x\nlod: 1\nsteps:\n- {agent: a, cpu: 5}\nstat: {}\n", "team.yaml")
    error = refused.value
    assert str(error) == "unknown key 'lod' (team.yaml:2:1), did you mean 'load'? (and 2 more)"
    assert [(problem.line, problem.column) for problem in error.problems] == [(2, 1), (4, 19), (5, 1)]
    assert str(error.problems[1]).startswith("steps.0.cpu: 5 has no unit (team.yaml:4:19), write a duration")
