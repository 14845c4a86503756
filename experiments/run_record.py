"""A run as plain data, as the store keeps it."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import asdict
from typing import Any

from ..scenarios.choices import DesignKind, Inference, Isolation, Metric
from ..scenarios.database_url import hide_password
from .design import Design, Part
from .run import Run, StopReason


def run_to_json(run: Run) -> dict[str, Any]:
    """Plain data; switch names are sorted within a combination, and a database's password is left out."""
    design = asdict(run.design) | {
        "parts": [[sorted(on) for on in part] for part in run.design.parts],
        "subject": [sorted(on) for on in run.design.subject],
    }
    return asdict(run) | {"design": design, "document": hide_password(run.document)}


def run_from_json(plain: dict[str, Any]) -> Run:
    """The reverse of `run_to_json`. Also reads what version 0.1 wrote: a full design, as `combinations`."""
    design = plain["design"]
    return Run(
        **plain
        | {
            "design": Design(
                kind=DesignKind(design["kind"]),
                factors=tuple(design["factors"]),
                held=tuple(design["held"]),
                parts=tuple(map(_part, design.get("parts") or [design["combinations"]])),
                resolution=design.get("resolution"),
                aliases=tuple(design.get("aliases", ())),
                subject=_part(design.get("subject", ())),
            ),
            "isolation": Isolation(plain["isolation"]),
            "metric": Metric(plain["metric"]),
            "inference": Inference(plain.get("inference", Inference.FIXED)),
            "stop_reason": StopReason(plain["stop_reason"]) if plain["stop_reason"] else None,
        }
    )


def _part(combinations: Iterable[Iterable[str]]) -> Part:
    return tuple(map(frozenset, combinations))
