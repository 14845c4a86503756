"""What the switches do, in words: which add nothing, which harm, which only put work off."""

from collections.abc import Callable, Iterator, Sequence

from ..analysis.verdicts import Verdict
from .document import Document
from .effect_record import EffectRecord, OptimizationRecord
from .figures import effect_saving, percent
from .fragments import Name, listed
from .remark import Remark


def adds_nothing(document: Document) -> Iterator[Remark]:
    """Switches that are of no use, or not shown to be, once all the others are on."""
    equivalent = _with_verdict(document, _last, Verdict.EQUIVALENT)
    if equivalent:
        margin = percent(document.threshold_percent)
        words = f": within {margin} of no change once all the others are on."
        yield Remark("Adds nothing more", (*listed(equivalent), words))
    unclear = _with_verdict(document, _last, Verdict.INCONCLUSIVE)
    if unclear:
        words = ": not shown to help once all the others are on."
        yield Remark("May add nothing more", (*listed(unclear), words))


def harms(document: Document) -> Iterator[Remark]:
    """Switches that were shown to cost time."""
    questions = (("on average", _average), ("alone", _alone), ("on top of all the others", _last))
    for record in document.effects:
        costs = [
            f"{effect_saving(effect)} {words}"
            for words, question in questions
            if (effect := question(record)) and effect.verdict is Verdict.SLOWER
        ]
        if costs:
            yield Remark("Makes it slower", (Name(record.optimization), ": " + ", ".join(costs) + "."))


def put_off(document: Document) -> Iterator[Remark]:
    """Switches of which settled time says something else than the time of the answer."""
    settled = {record.optimization: record.average for record in document.settled_effects}
    for record in document.effects:
        at_answer, at_rest = record.average, settled.get(record.optimization)
        if at_answer and at_rest and at_answer.verdict is not at_rest.verdict:
            yield Remark(
                "Until all is settled",
                (
                    Name(record.optimization),
                    f" is {at_answer.verdict} when the answer is returned, but {at_rest.verdict}"
                    f" when the last write, frame and record is done:"
                    f" there it {effect_saving(at_rest)} on average.",
                ),
            )


def undecided(document: Document) -> Iterator[Remark]:
    """Switches of which nothing can be said yet."""
    unclear = _with_verdict(document, _average, Verdict.INCONCLUSIVE)
    if unclear:
        yield Remark(
            "Inconclusive", (*listed(unclear), " on average: more blocks would narrow the interval.")
        )


_Question = Callable[[OptimizationRecord], EffectRecord | None]


def _with_verdict(document: Document, question: _Question, verdict: Verdict) -> Sequence[str]:
    return [
        record.optimization
        for record in document.effects
        if (effect := question(record)) and effect.verdict is verdict
    ]


def _alone(record: OptimizationRecord) -> EffectRecord | None:
    return record.alone


def _average(record: OptimizationRecord) -> EffectRecord | None:
    return record.average


def _last(record: OptimizationRecord) -> EffectRecord | None:
    return record.last
