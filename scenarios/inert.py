"""Switches that cannot act in a scenario, so that nobody reads their null effect as a finding."""

from collections.abc import Sequence

from .graph import is_chain
from .optimizations import Optimization
from .schema import Scenario


def inert_warnings(scenario: Scenario, swept: Sequence[str]) -> tuple[str, ...]:
    """A line for each switch that a run sweeps in vain."""
    return tuple(
        f"{name} can't act in this scenario: {reason}; leave it out by --flags"
        for name, reason in inert_switches(scenario, swept).items()
    )


def inert_switches(scenario: Scenario, swept: Sequence[str]) -> dict[str, str]:
    """Why each of the swept switches that cannot change anything cannot; by name, in the order of the sweep.

    Empty for a user's own runtime, whose switches are its own affair.
    """
    if scenario.runtime is not None:
        return {}
    reasons: dict[str, str | None] = {
        Optimization.PARALLELISM: _parallelism(scenario),
        Optimization.WEBSOCKET_SUPPRESSION: _websocket_suppression(scenario),
        Optimization.BATCHED_PERSISTENCE: _batched_persistence(scenario),
        Optimization.POOLING: _pooling(scenario),
        Optimization.LAZY_VALIDATION: _lazy_validation(scenario),
        Optimization.ASYNC_MONITORING: _async_monitoring(scenario),
        Optimization.LAZY_STATE: _lazy_state(scenario),
    }
    found = {name: reasons.get(name) for name in swept}
    return {name: reason for name, reason in found.items() if reason is not None}


def _parallelism(scenario: Scenario) -> str | None:
    if is_chain([(step.agent, step.needs) for step in scenario.steps]):
        return "every step needs the one before it"
    return None


def _websocket_suppression(scenario: Scenario) -> str | None:
    if scenario.interactive:
        return "updates of an interactive scenario are never dropped"
    if scenario.websocket.subscribers == 0:
        return "there are no subscribers"
    if scenario.websocket.updates_per_step == 0:
        return "there are no updates"
    return None


def _batched_persistence(scenario: Scenario) -> str | None:
    match len(scenario.steps) * scenario.persistence.writes_per_step:
        case 0:
            return "nothing is written"
        case 1:
            return "there is one write a session"
        case _:
            return None


def _pooling(scenario: Scenario) -> str | None:
    return "nothing is written" if scenario.persistence.writes_per_step == 0 else None


def _lazy_validation(scenario: Scenario) -> str | None:
    return "there are no layers of validation" if scenario.validation.layers == 0 else None


def _async_monitoring(scenario: Scenario) -> str | None:
    return "nothing is recorded" if scenario.monitoring.events_per_step == 0 else None


def _lazy_state(scenario: Scenario) -> str | None:
    return "the state has no sections" if scenario.state.sections == 0 else None
