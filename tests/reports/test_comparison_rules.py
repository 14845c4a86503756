"""Which two runs may be compared, and what is said where they may not."""

from typing import Any

import pytest

from agentperf.experiments.run import StopReason
from agentperf.reports.comparability import Comparability, NotComparable, Refusals, Scope, comparability
from agentperf.reports.document import Document
from agentperf.reports.enumerations import Status
from agentperf.scenarios.choices import Metric

from .simulated_documents import REALISTIC, simulated

STEPS = {"name": "triage", "steps": [{"agent": "one"}]}
MINE = {"uses": "mine:open_runtime", "optimizations": ["pooling"]}


def run(
    number: int = 1, document: dict[str, Any] | None = None, digest: str = "", **changes: Any
) -> Document:
    base = simulated(REALISTIC).model_dump()
    base["scenario"] |= {"document": document or STEPS}
    if digest:
        base["scenario"] |= {"workload_digest": digest}
    return Document.model_validate(base | {"run_id": f"run-{number}"} | changes)


def environment(**changes: Any) -> dict[str, Any]:
    return run().environment.model_dump() | changes


def judged(
    new: Document, refusals: Refusals = Refusals.ENFORCED, base: Document | None = None
) -> Comparability:
    return comparability(base or run(), new, refusals)


def test_equals_are_compared_without_a_word() -> None:
    assert judged(run(2)) == Comparability(Scope.COMMON, True, (), ())


@pytest.mark.parametrize("refusals", Refusals)
def test_a_run_is_not_compared_with_itself(refusals: Refusals) -> None:
    with pytest.raises(NotComparable, match="both are run 'run-1'"):
        judged(run(), refusals)


@pytest.mark.parametrize(
    ("new", "words"),
    [
        (
            run(2, STEPS | {"load": {"sessions": 2}, "state": {"sections": 3}}, digest="other"),
            "the workloads differ in load and state; measure both with the same scenario",
        ),
        (run(2, {"name": "a later release's"}, digest="other"), "the workloads differ in steps"),
        (run(2, digest="other"), "the workloads differ in their digest"),
        (run(2, time_scale=0.02), "the time scale is 0.01 in the first run and 0.02 in the second"),
        (run(2, metric=Metric.CPU), "the first run compares wall time, the second CPU time"),
    ],
)
def test_what_is_refused_says_what_differs_and_how_to_go_on(new: Document, words: str) -> None:
    with pytest.raises(NotComparable) as refused:
        judged(new)
    assert str(refused.value).startswith(words)
    assert str(refused.value).endswith(", or compare nevertheless by --lenient")
    assert "\n" not in str(refused.value)
    found = judged(new, Refusals.WARNED)
    assert found.times and found.warnings[0].startswith(words)


@pytest.mark.parametrize("changes", [{"hostname": "bench-2"}, {"cpu_model": None}, {"cpu_count": 4}])
def test_of_two_machines_times_are_refused(changes: dict[str, Any]) -> None:
    found = judged(run(2, environment=environment(**changes)))
    assert not found.times
    assert found.notes[0].startswith(f"measured on two machines ({next(iter(changes))} ")
    found = judged(run(2, environment=environment(**changes)), Refusals.WARNED)
    assert found.times and not found.notes
    assert found.warnings[0].startswith("measured on two machines")


@pytest.mark.parametrize(
    ("base", "new", "words"),
    [
        (STEPS, STEPS | {"runtime": MINE}, "the runtimes differ (the reference one and 'mine:open_runtime')"),
        (
            STEPS | {"runtime": MINE},
            STEPS | {"runtime": MINE | {"optimizations": ["pooling", "cache"]}},
            "the runtimes know different switches ('cache' only in one)",
        ),
    ],
)
def test_of_two_runtimes_only_the_ends(base: dict[str, Any], new: dict[str, Any], words: str) -> None:
    found = judged(run(2, new), base=run(1, base))
    assert (found.scope, found.times) == (Scope.ENDS, True)
    assert found.notes[0] == f"{words}: only nothing on and everything on are compared"


def test_other_settings_of_the_same_workload_are_named() -> None:
    settings = {"persistence": {"writes_per_step": 5}, "websocket": {"subscribers": 9}}
    assert judged(run(2, STEPS | settings)).notes == ("the scenarios differ in persistence and websocket",)
    parameters = MINE | {"parameters": {"depth": 3}}
    found = judged(run(2, STEPS | {"runtime": parameters}), base=run(1, STEPS | {"runtime": MINE}))
    assert (found.scope, found.notes) == (Scope.COMMON, ("the scenarios differ in runtime.parameters",))


def test_other_software_is_named() -> None:
    base = run(1, environment=environment(packages={"numpy": "1", "same": "1", "gone": "3"}))
    packages = {"numpy": "2", "same": "1"}
    new = run(2, environment=environment(python_version="3.13.0", packages=packages), agentperf_version="9")
    software, changed, version = judged(new, base=base).notes
    assert software == "the software differs: python_version '3.12.3' and '3.13.0'"
    assert changed == "packages differ: 'gone' '3' and 'absent', 'numpy' '1' and '2'"
    assert version == "measured by two versions of agentperf: '0.1.0' and '9'"


def test_a_run_that_is_not_whole_is_named() -> None:
    design = run().design.model_dump() | {"stop_reason": StopReason.INTERRUPTED}
    new = run(2, status=Status.INTERRUPTED, design=design)
    assert judged(new).notes == ("the second run is not whole: interrupted",)


def test_nothing_that_a_file_holds_reaches_the_terminal_raw() -> None:
    hostile = "\x1b[2J" + 500 * "x"
    new = run(2, environment=environment(hostname=hostile, packages={hostile: hostile}))
    base = run(1, environment=environment(packages={}))
    for words in judged(new, base=base).notes:
        assert words.isprintable() and len(words) < 400
