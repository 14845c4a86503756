"""Spans as plain data: a list for each, since a session has hundreds."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from ..agents.spans import Hold, Span
from ..scenarios.concerns import Concern


def spans_to_json(spans: Iterable[Span]) -> list[list[Any]]:
    """The fields of each span, in their order."""
    return [
        [
            span.name,
            span.concern,
            span.hold,
            span.parent,
            span.start_s,
            span.end_s,
            span.due_s,
            span.agent,
        ]
        for span in spans
    ]


def spans_from_json(plain: Iterable[list[Any]]) -> tuple[Span, ...]:
    """The reverse of `spans_to_json`."""
    return tuple(Span(name, Concern(concern), Hold(hold), *rest) for name, concern, hold, *rest in plain)
