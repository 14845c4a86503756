"""What a combination of switches is called."""

from collections.abc import Collection, Mapping, Sequence

from .document import Document
from .fragments import Fragment, joined
from .visible_text import switch_label

Combination = frozenset[str]


def swept_part(document: Document, on: Collection[str]) -> tuple[str, ...]:
    """The swept switches among `on`, in the order of the design; those held on are left out."""
    return tuple(factor for factor in document.design.factors if factor in on)


def combination_names(document: Document) -> Mapping[Combination, str]:
    """Unique one-line names ("none", "all", "pooling+parallelism") of every combination in the document.

    Keys are the swept switches that are on. A switch that is itself called "none", or "a+b", would give one
    name to two combinations: the later one is numbered.
    """
    everything = [*(record.on for record in document.combinations), *(trial.on for trial in document.trials)]
    names: dict[Combination, str] = {}
    taken: set[str] = set()
    for on in everything:
        swept = swept_part(document, on)
        if frozenset(swept) in names:
            continue
        plain = name = _plain_name(document, swept)
        number = 1
        while name in taken:
            number += 1
            name = f"{plain} ({number})"
        taken.add(name)
        names[frozenset(swept)] = name
    return names


def _plain_name(document: Document, swept: tuple[str, ...]) -> str:
    if not swept:
        return "none"
    if swept == document.design.factors:
        return "all"
    return "+".join(map(switch_label, swept))


def combination_words(document: Document, on: Collection[str]) -> tuple[Fragment, ...]:
    """For tables: "pooling + parallelism", or where that is shorter "all but lazy_validation"."""
    return words_among(document.design.factors, on)


def combination_phrase(document: Document, on: Collection[str]) -> tuple[Fragment, ...]:
    """For titles and sentences: the same, but "nothing on" and "everything on"."""
    match words := combination_words(document, on):
        case ("none",):
            return ("nothing on",)
        case ("all",):
            return ("everything on",)
    return words


def words_among(factors: Sequence[str], on: Collection[str]) -> tuple[Fragment, ...]:
    """The same, by the swept switches alone."""
    swept = [factor for factor in factors if factor in on]
    off = [factor for factor in factors if factor not in on]
    if not swept:
        return ("none",)
    if not off:
        return ("all",)
    if len(off) < len(swept):
        return ("all but ", *joined(off, ", "))
    return joined(swept, " + ")
