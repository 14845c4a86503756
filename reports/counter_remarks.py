"""Why the first switches save what they save: the counts of work that change."""

from collections.abc import Iterator, Sequence

from .combination_columns import COUNTERS
from .combination_names import swept_part
from .document import Document
from .figures import count
from .fragments import Name
from .remark import Remark
from .trial_record import Counters

_AT_MOST = 3
_WORTH_TELLING = 0.01  # of a count: what changes by less explains nothing


def counts_that_change(document: Document) -> Iterator[Remark]:
    """For the switches of the plan up to the one that is enough: commits 24 -> 1, fsyncs 27 -> 4."""
    if all(record.counters == Counters() for record in document.combinations):
        return
    for name in _first_switches(document):
        pair = _nearest_pair(document, name)
        if pair is None:
            continue
        changes = [
            f"{heading} {count(before)} -> {count(after)}"
            for field, heading in COUNTERS.items()
            if (before := getattr(pair[0], field)) is not None
            and (after := getattr(pair[1], field)) is not None
            and abs(after - before) > _WORTH_TELLING * before
        ]
        words = ", ".join(changes) if changes else "the same counts of work, in less time"
        yield Remark("Why it saves", (Name(name), f": {words}."))


def _first_switches(document: Document) -> Sequence[str]:
    """None of those that are not shown to save anything."""
    names = []
    for step in document.plan[:_AT_MOST]:
        if step.low <= 0:
            break
        names.append(step.add)
        if step.enough:
            break
    return names


def _nearest_pair(document: Document, name: str) -> tuple[Counters, Counters] | None:
    """The counts without and with the switch, with as few of the others on as were measured."""
    measured = {
        frozenset(swept_part(document, record.on)): record.counters for record in document.combinations
    }
    pairs = [(on, on | {name}) for on in measured if name not in on and on | {name} in measured]
    if not pairs:
        return None
    off, on = min(pairs, key=lambda pair: len(pair[0]))
    return measured[off], measured[on]
