"""Table of the functions that a profile found at the end of its stacks most often."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from ..profilers.self_time import FunctionShare
from ..scenarios.concerns import Concern
from .combinations_table import Detail
from .shares_table import Share, SharesTable


def functions_table(
    functions: Sequence[FunctionShare],
    detail: Detail = Detail.TOP,
    names: Mapping[Concern, str] | None = None,
) -> SharesTable:
    """The largest shares of their own first; takes the width it is printed in. `names` are the concerns'."""
    shares = [
        Share((one.self_share, one.total_share), (one.function,), one.concern, one.file)
        for one in functions
        if one.samples
    ]
    return SharesTable(shares, ("self", "total"), ("function",), "functions", detail, names or {})
