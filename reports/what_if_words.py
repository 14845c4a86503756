"""What is supposed, in words that the terminal, Markdown and the page share."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from ..scenarios.wording import listed
from .document import Document
from .figures import points
from .what_if_record import Supposition, WhatIfRecord

NOTE = (
    "Replays of the first session of each block, in percent of its time. A bound: a switch may leave some of"
    " the work, or make other work longer."
)
_HARDLY_ANY = 0.05  # 0.0 % says nothing, where there is nothing to compare with


def what_ifs_by_combination(document: Document) -> Mapping[tuple[str, ...], Sequence[WhatIfRecord]]:
    """From nothing on, beside what switches saved alone; then from everything on. The largest first."""
    by_on: dict[tuple[str, ...], list[WhatIfRecord]] = {}
    for record in document.what_if:
        if record.optimization or abs(record.predicted_percent) >= _HARDLY_ANY:
            by_on.setdefault(record.on, []).append(record)
    return {
        on: sorted(records, key=lambda record: -record.predicted_percent) for on, records in by_on.items()
    }


def supposed_words(record: WhatIfRecord) -> str:
    """persistence took no time"""
    what = listed([concern.value for concern in record.concerns], "and") if record.concerns else ""
    match record.supposition:
        case Supposition.NO_TIME:
            return f"{what} took no time"
        case Supposition.ONE_COMMIT:
            return f"{what} took the time of one commit"
        case Supposition.BY_NEEDS:
            return "each step started as soon as those it needs had ended"


def difference_words(record: WhatIfRecord) -> str:
    """3.2 points more: how the prediction lies beside the measurement. Empty where there is none."""
    apart = record.difference_points
    return "" if apart is None else f"{points(abs(apart))} {'more' if apart > 0 else 'less'}"
