"""Where the time goes, in a line."""

from collections.abc import Iterator

from .combination_names import words_among
from .document import Document
from .figures import percent
from .fragments import plain_sentence
from .remark import Remark

_AT_MOST = 4
_WORTH_TELLING = 0.05


def where_time_goes(document: Document) -> Iterator[Remark]:
    """The largest concerns, with nothing on and with everything on."""
    ledgers = document.ledgers_by_combination
    for on in dict.fromkeys((frozenset[str](), frozenset(document.design.factors))):
        record = ledgers.get(on)
        if record is None or not record.sessions_s:
            continue
        words = plain_sentence(words_among(document.design.factors, on))
        name = {"none": "nothing", "all": "everything"}.get(words, words)
        largest = sorted(record.shares.items(), key=lambda item: -item[1])[:_AT_MOST]
        (first, share), *others = largest
        told = [
            f"{first} {percent(100 * share)} of a session",
            *(f"{concern} {percent(100 * part)}" for concern, part in others if part >= _WORTH_TELLING),
        ]
        yield Remark("Where time goes", (f"with {name} on: {', '.join(told)}.",))
