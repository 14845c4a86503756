"""What the page says first: two sentences on what to do, then the rest of what the run says."""

from __future__ import annotations

from dataclasses import dataclass

from ..closing import closing_remarks
from ..document import Document
from ..remark import Remark

# Remarks are the terminal's; these topics answer "what should I do?", in this order.
_LEAD = ("Turn on first", "Enough", "Everything on")
_SENTENCES = 2
_TRUST = (
    *("Precision", "Noise", "Outliers matter", "Time scale", "Interrupted", "Workload failed"),
    "Failed trials",
)


@dataclass(frozen=True, slots=True)
class Advice:
    """All of `closing_remarks`, each once."""

    lead: tuple[Remark, ...]
    more: tuple[Remark, ...]
    trust: tuple[Remark, ...]
    """How far to believe the figures."""


def advice(document: Document) -> Advice:
    remarks = closing_remarks(document)
    by_topic = [remark for topic in _LEAD for remark in remarks if remark.topic == topic]
    lead = by_topic[:_SENTENCES] or list(remarks[:1])
    trust = [remark for remark in remarks if remark.topic in _TRUST and remark not in lead]
    more = [remark for remark in remarks if remark not in lead and remark not in trust]
    return Advice(tuple(lead), tuple(more), tuple(trust))
