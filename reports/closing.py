"""What the run says, in plain words: remarks that the terminal and Markdown both print."""

from collections.abc import Callable, Iterator, Sequence

from .claim_remarks import claims_in_short
from .counter_remarks import counts_that_change
from .document import Document
from .ledger_remarks import where_time_goes
from .order_remarks import enough, everything, first
from .remark import Remark
from .switch_remarks import adds_nothing, harms, put_off, undecided
from .trust_remarks import failures, noise, outliers, precision, scale, stopped

_PARTS: Sequence[Callable[[Document], Iterator[Remark]]] = (
    *(first, counts_that_change, enough, everything),
    *(adds_nothing, harms, put_off, undecided, where_time_goes, claims_in_short),
    *(precision, noise, outliers, scale, stopped, failures),
)


def closing_remarks(document: Document) -> Sequence[Remark]:
    """First what to do, then what does not help, then how far to trust it."""
    if not document.design.blocks:
        return [*_nothing_measured(document), *failures(document)]
    return [remark for part in _PARTS for remark in part(document)]


def _nothing_measured(document: Document) -> Iterator[Remark]:
    trials = "1 trial" if len(document.trials) == 1 else f"{len(document.trials)} trials"
    yield Remark("No result yet", (f"{trials} ended, but no block is complete.",))
