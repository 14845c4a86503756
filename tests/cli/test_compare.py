"""`agentperf compare` on real runs: the same code twice, and code in which one switch became slower."""

from __future__ import annotations

import json
import math
import shutil
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from subprocess import CompletedProcess
from typing import Any

import jsonschema
import pytest

ROOT = Path(__file__).parents[2]
PACED = Path(__file__).parent / "paced_runtime"
SCHEMA = json.loads((ROOT / "docs" / "comparison.schema.json").read_text())

Program = Callable[..., CompletedProcess[str]]


def measured(program: Any, folder: Path, cache: str = "0.60") -> None:
    """Run the paced runtime, its code changed so that the cache has this factor."""
    code = (PACED / "paced.py").read_text()
    assert '"cache": 0.60' in code
    (folder / "paced.py").write_text(code.replace('"cache": 0.60', f'"cache": {cache}'))
    ended = program(
        "run", "paced.yaml", "--no-progress", "--seed", "7", "--export-json", f"cache-{cache}.json"
    )
    assert ended.returncode == 0, ended.stderr


@pytest.fixture(scope="session")
def folder(tmp_path_factory: pytest.TempPathFactory, program_in: Callable[[Path], Program]) -> Path:
    """A store with three runs: the baseline `main`, the same code again, and one with a cache 10 % slower."""
    folder = tmp_path_factory.mktemp("paced")
    shutil.copy(PACED / "paced.yaml", folder)
    program = program_in(folder)
    measured(program, folder)
    assert program("baseline", "set", "main").returncode == 0
    measured(program, folder)
    assert program("baseline", "set", "same").returncode == 0
    measured(program, folder, cache="0.66")
    return folder


@pytest.fixture
def paced(folder: Path, program_in: Callable[[Path], Program]) -> Program:
    """The command in the folder of those runs."""
    return program_in(folder)


@pytest.fixture(scope="session")
def base(folder: Path) -> dict[str, Any]:
    """The document of a run of the code as it was."""
    document: dict[str, Any] = json.loads((folder / "cache-0.60.json").read_text())
    return document


@pytest.fixture
def changed(tmp_path: Path, base: dict[str, Any]) -> Callable[..., Path]:
    """Another run of the same trials, written to a file, something in it changed."""

    def changed(**changes: Any) -> Path:
        file = tmp_path / "changed.json"
        file.write_text(json.dumps(base | {"run_id": "another"} | changes))
        return file

    return changed


@dataclass(frozen=True)
class Compared:
    """A comparison, shown and written to files."""

    ended: CompletedProcess[str]
    document: dict[str, Any]
    markdown: str


def compared(program: Program, folder: Path, *arguments: str) -> Compared:
    exports = ("--export-json", "comparison.json", "--export-markdown", "comparison.md")
    ended = program("compare", *arguments, *exports)
    document = json.loads((folder / "comparison.json").read_text())
    return Compared(ended, document, (folder / "comparison.md").read_text())


@pytest.fixture(scope="session")
def slower(folder: Path, program_in: Callable[[Path], Program]) -> Compared:
    """With the run in which the cache became slower."""
    limits = ("--fail-on", "regression:5%", "--fail-on", "regression:1000%", "--strict")
    return compared(program_in(folder), folder, "main", *limits)


@pytest.fixture(scope="session")
def same(folder: Path, program_in: Callable[[Path], Program]) -> Compared:
    """With a run of the same code. A verdict takes more than 5 %: less is found by chance once in a while."""
    limits = ("--threshold", "5%", "--fail-on", "regression:5%", "--fail-on", "regression:1000%")
    return compared(program_in(folder), folder, "main", "same", *limits)


@pytest.fixture(scope="session")
def undecided(slower: Compared) -> str:
    """A limit that the largest change lies at, so that the data neither show it exceeded nor kept."""
    document = slower.document
    effects = [record[name] for record in document["effects"] for name in ("alone", "average", "last")]
    changes = [record["change"] for record in (*effects, *document["combinations"])]
    largest = max(change["change_percent"] for change in (*changes, document["overall"]))
    return f"regression:{math.ceil(1000 * largest) / 1000:.3f}%"


def test_a_slower_switch_fails_and_is_named(slower: Compared) -> None:
    assert slower.ended.returncode == 3
    met, failed = slower.ended.stderr.splitlines()[-1], slower.ended.stderr.splitlines()[-2]
    assert failed.startswith("error: regression:5% failed: cache on average ")
    assert "stream on average" not in failed
    assert met.startswith("regression:1000% met: ")
    regressed = slower.ended.stdout.partition("Regressed")[2].partition("Measured")[0]
    assert "cache: saved " in regressed and "stream" not in regressed


def test_the_document_is_valid_and_says_how_much(slower: Compared) -> None:
    jsonschema.validate(slower.document, SCHEMA)
    assert (slower.document["base"]["name"], slower.document["pairing"]) == ("main", "paired")
    assert [one["outcome"] for one in slower.document["expectations"]] == ["failed", "met"]
    cache, stream = (record["average"]["change"] for record in slower.document["effects"])
    assert (cache["verdict"], cache["change_percent"]) == ("slower", pytest.approx(10, abs=2.5))
    assert stream["verdict"] != "slower"
    assert slower.document["overall"]["change_percent"] == pytest.approx(5, abs=2.5)


def test_markdown_puts_the_expectations_first(slower: Compared) -> None:
    heading, measured, expectations, *_ = slower.markdown.split("\n\n")
    assert heading.startswith("### `paced`: `main` (`")
    assert measured == "CPU time, 4 combinations, 8 and 8 blocks"
    assert expectations.startswith("- `regression:5%` **failed**: `cache` on average ")
    assert "**Regressed:** `cache`: saved " in slower.markdown


def test_the_same_code_twice_is_no_regression(same: Compared) -> None:
    assert same.ended.returncode == 0
    changes = [record["average"]["change"] for record in same.document["effects"]]
    for change in (*changes, same.document["overall"]):
        assert change["verdict"] in ("equivalent", "inconclusive")
    assert "failed" not in same.ended.stderr
    assert same.ended.stderr.splitlines()[-1] == (
        "regression:1000% met: nothing became slower by more than 1000.0 %"
    )


def test_what_the_data_can_not_say_is_a_warning_and_with_strict_a_code(
    paced: Program, undecided: str
) -> None:
    wishes = ("compare", "main", "--fail-on", undecided, "--fail-on", "regression:1000%")
    ended = paced(*wishes)
    assert ended.returncode == 0
    unclear, met = ended.stderr.splitlines()[-2:]
    assert unclear.startswith(f"warning: {undecided} inconclusive: ") and met.startswith(
        "regression:1000% met"
    )
    strict = paced(*wishes, "--strict", "-q")
    assert strict.returncode == 4
    assert f"warning: {undecided} inconclusive: " in strict.stderr and " met: " not in strict.stderr


def test_a_file_and_a_stored_run_are_the_same(paced: Program, folder: Path) -> None:
    run_id = json.loads((folder / "cache-0.66.json").read_text())["run_id"]
    stored = json.loads(paced("compare", "same", run_id[:-2], "--json").stdout)
    ended = paced("compare", "same", "cache-0.66.json", "--json")
    assert ended.returncode == 0, ended.stderr
    from_file = json.loads(ended.stdout)
    assert (stored["new"].pop("name"), from_file["new"].pop("name")) == (run_id, "cache-0.66.json")
    assert from_file == stored


def test_files_need_no_store(program: Any, folder: Path) -> None:
    files = (folder / "cache-0.60.json", folder / "cache-0.66.json")
    ended = program("compare", *files, "--export-markdown", "-")
    assert ended.returncode == 0, ended.stderr
    assert ended.stdout.startswith("### `paced`: ")
    assert "| `cache` | " in ended.stdout
    assert not list(program.folder.iterdir())


def test_verbose_shows_every_combination(paced: Program) -> None:
    table = paced("compare", "main", "-v").stdout.partition("Every combination")[2]
    for name in ("none", "cache", "stream", "all"):
        assert f"\n{name} " in table


@pytest.mark.parametrize("name", ["latest", "main", "cache-0.66.json"])
def test_a_run_is_not_compared_with_itself(paced: Program, name: str) -> None:
    ended = paced("compare", name, "main" if name == "main" else "latest")
    assert (ended.returncode, ended.stdout) == (2, "")
    assert "can't be compared with itself" in ended.stderr and ended.stderr.count("\n") == 1


def test_another_workload_is_refused_unless_lenient(paced: Program, base: Any, changed: Any) -> None:
    other = changed(scenario=base["scenario"] | {"workload_digest": "0" * 64})
    ended = paced("compare", "main", other)
    assert (ended.returncode, ended.stdout) == (2, "")
    assert ended.stderr.startswith("error: the workloads differ in ")
    assert ended.stderr.endswith("or compare nevertheless by --lenient\n") and ended.stderr.count("\n") == 1
    lenient = paced("compare", "main", other, "--lenient")
    assert lenient.returncode == 0
    assert lenient.stderr.startswith("warning: the workloads differ in ")


def test_of_another_machine_only_effects_are_shown(paced: Program, base: Any, changed: Any) -> None:
    other = changed(environment=base["environment"] | {"hostname": "elsewhere"})
    ended = paced("compare", "main", other)
    assert ended.returncode == 0
    assert "effects only" in ended.stdout and "'elsewhere'" in ended.stdout
    assert "What each switch saves" in ended.stdout and "\nThe combinations" not in ended.stdout
    lenient = paced("compare", "main", other, "--lenient")
    assert "\nThe combinations" in lenient.stdout and "'elsewhere'" in lenient.stderr


@pytest.mark.parametrize(
    ("arguments", "error"),
    [
        (("compare", "nobody"), "no run 'nobody', see 'agentperf runs list'"),
        (("compare", "main", "--fail-on", "effect:cache:5%"), "is for 'agentperf run', here write"),
        (("compare", "main", "--fail-on", "regression:5"), "write regression:MAX%, such as regression:5%"),
        (("compare", "main", "--threshold", "5"), "--threshold: '5' has no unit"),
        (("compare", "main", "missing.json"), "missing.json: No such file or directory"),
        (("compare", "main", "./paced.yaml"), "paced.yaml is not JSON; write one by 'agentperf runs export"),
    ],
)
def test_mistakes_are_one_line(paced: Program, arguments: tuple[str, ...], error: str) -> None:
    ended = paced(*arguments)
    assert (ended.returncode, ended.stdout) == (2, "")
    assert ended.stderr.startswith("error: ") and error in ended.stderr
    assert ended.stderr.count("\n") == 1


@pytest.mark.parametrize(
    ("text", "error"),
    [
        ("[]", "is not the JSON document of a run"),
        ('{"schema_version": 1, "kind": "comparison"}', "is not the JSON document of a run"),
        ('{"schema_version": 2, "trials": []}', "has schema_version 2; update agentperf to read it"),
        ('{"schema_version": 1, "trials": []}', "is not a valid document: run_id: Field required"),
        ("[" * 100_000, "is not JSON"),
    ],
)
def test_files_of_another_kind_are_told(paced: Program, tmp_path: Path, text: str, error: str) -> None:
    file = tmp_path / "other.json"
    file.write_text(text)
    ended = paced("compare", "main", file)
    assert ended.returncode == 2
    assert error in ended.stderr and ended.stderr.count("\n") == 1


def test_nothing_is_written_when_it_is_refused(paced: Program, tmp_path: Path) -> None:
    paced("compare", "latest", "--export-json", tmp_path / "comparison.json")
    assert not list(tmp_path.iterdir())


def test_a_threshold_says_what_is_equivalent(paced: Program) -> None:
    document = json.loads(paced("compare", "main", "same", "--threshold", "40%", "--json").stdout)
    assert document["threshold_percent"] == 40
    assert {record["average"]["change"]["verdict"] for record in document["effects"]} == {"equivalent"}


def test_every_option_is_on_its_page(paced: Program) -> None:
    page = (ROOT / "docs" / "compare.md").read_text()
    for line in paced("compare", "--help").stdout.splitlines():
        if line.strip().startswith("--"):
            assert f"`{line.split()[0]}" in page, line
