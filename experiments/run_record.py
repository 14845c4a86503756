"""A run as plain data, as the store keeps it."""

from __future__ import annotations

from dataclasses import asdict
from typing import Any

from ..scenarios.database_url import hide_password
from ..scenarios.schema import DesignKind, Isolation, Metric
from .design import Design
from .run import Run, StopReason


def run_to_json(run: Run) -> dict[str, Any]:
    """Plain data; switch names are sorted within a combination, and a database's password is left out."""
    design = asdict(run.design) | {"combinations": [sorted(on) for on in run.design.combinations]}
    return asdict(run) | {"design": design, "document": hide_password(run.document)}


def run_from_json(plain: dict[str, Any]) -> Run:
    """The reverse of `run_to_json`."""
    design = plain["design"]
    return Run(
        **plain
        | {
            "design": Design(
                kind=DesignKind(design["kind"]),
                factors=tuple(design["factors"]),
                held=tuple(design["held"]),
                combinations=tuple(map(frozenset, design["combinations"])),
            ),
            "isolation": Isolation(plain["isolation"]),
            "metric": Metric(plain["metric"]),
            "stop_reason": StopReason(plain["stop_reason"]) if plain["stop_reason"] else None,
        }
    )
