"""A call tree as a page reads it: columns of numbers, which become typed arrays without being parsed."""

from __future__ import annotations

import sys
from array import array
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from .packed_data import packed_bytes


@dataclass(frozen=True, slots=True)
class TreeColumns:
    """Nodes in preorder, the root first: frame, depth, samples that end there; runs of samples in time."""

    frame: Sequence[int]
    depth: Sequence[int]
    own: Sequence[float]
    runs: Sequence[tuple[int, float]]  # node, samples

    def packed(self) -> dict[str, Any]:
        """`columns`: what 8 bytes wide numbers need first, so that all lie where a typed array may begin."""
        parts = [
            _bytes("d", self.own),
            _bytes("d", (samples for _, samples in self.runs)),
            _bytes("i", self.frame),
            _bytes("i", self.depth),
            _bytes("i", (node for node, _ in self.runs)),
        ]
        return {"nodes": len(self.frame), "runs": len(self.runs), "columns": packed_bytes(b"".join(parts))}


def _bytes(kind: str, numbers: Iterable[float]) -> bytes:
    """Little-endian, as browsers run."""
    column = array(kind, numbers)
    if sys.byteorder == "big":
        column.byteswap()
    return column.tobytes()
