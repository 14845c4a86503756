"""What a comparison says, in plain words: remarks that the terminal and Markdown both print."""

from collections.abc import Iterator, Sequence

from ..analysis.comparison import Pairing
from ..analysis.verdicts import Verdict
from .change_figures import change_words, signed
from .comparability import Scope
from .comparison_document import ComparisonDocument
from .comparison_effects_table import QUESTIONS, weightiest_first, worst_first
from .comparison_record import ChangeRecord, EffectChangeRecord, OptimizationChangeRecord
from .design_words import counted_rows, row_unit
from .expectation_judgement import off_side_faster, off_side_slower
from .figures import percent
from .fragments import Fragment, Name, joined
from .remark import Remark

_CHANGED = (Verdict.SLOWER, Verdict.FASTER)


def comparison_remarks(document: ComparisonDocument) -> Sequence[Remark]:
    """First what became worse, then what became better, then how far to trust it."""
    parts = (_overall, _regressed, _improved, _elsewhere, _unchanged, _how, _speed)
    return [remark for part in parts for remark in part(document)]


def overall_words(overall: ChangeRecord) -> str:
    """10.2 % slower [8.0, 12.4]; equivalent: +0.1 % [-0.3, 0.5]."""
    if overall.verdict in _CHANGED:
        return change_words(overall)
    return f"{overall.verdict}: {change_words(overall)}"


def measured_rows(document: ComparisonDocument) -> str:
    """10 and 12 blocks; of designs with other rows 5 rotations and 10 blocks"""
    base, new = document.base, document.new
    if row_unit(base.design.kind) == row_unit(new.design.kind):
        return f"{base.blocks} and {new.blocks} {row_unit(new.design.kind)}s"
    first, second = (counted_rows(run.design.kind, run.blocks) for run in (base, new))
    return f"{first} and {second}"


def _overall(document: ComparisonDocument) -> Iterator[Remark]:
    if document.overall:
        number = len(document.combinations)
        over = "1 combination" if number == 1 else f"{number} combinations"
        shared = document.overall.verdict is Verdict.SLOWER and len(document.combinations) > 1
        why = " A cost that all share makes each switch save less in percent, too." if shared else ""
        yield Remark("Overall", (f"{overall_words(document.overall)}, the mean over {over}.{why}",))


def _regressed(document: ComparisonDocument) -> Iterator[Remark]:
    for record in worst_first(document):
        effects = _changed(document, record, Verdict.SLOWER)
        own = [effect for effect in effects if not off_side_faster(effect[1])]
        if own:
            yield Remark("Regressed", _sentence(record, own))
        elif effects:
            why = " What it is compared with became faster; with it on, no more time was shown to pass."
            yield Remark("Saves less", (*_sentence(record, effects), why))


def _improved(document: ComparisonDocument) -> Iterator[Remark]:
    for record in reversed(worst_first(document)):
        effects = _changed(document, record, Verdict.FASTER)
        own = [effect for effect in effects if not off_side_slower(effect[1])]
        if own:
            yield Remark("Improved", _sentence(record, own))
        elif effects:
            why = " What it is compared with became slower; with it on, no less time was shown to pass."
            yield Remark("Saves more", (*_sentence(record, effects), why))


_Named = tuple[str, EffectChangeRecord]


def _changed(
    document: ComparisonDocument, record: OptimizationChangeRecord, verdict: Verdict
) -> Sequence[_Named]:
    """The effects with that verdict, each with the words for it, the average first."""
    return [
        ("" if len(document.factors) == 1 else f" {question.words}", effect)
        for question in weightiest_first(document)
        if (effect := question.effect(record)) and effect.change.verdict is verdict
    ]


def _sentence(record: OptimizationChangeRecord, effects: Sequence[_Named]) -> tuple[Fragment, ...]:
    """cache: saved 30.1 % on average, now 20.4 % (13.9 % slower [10.1, 17.9]); saved ..."""
    parts = []
    for words, effect in effects:
        before, after = percent(effect.base.improvement_percent), percent(effect.new.improvement_percent)
        parts.append(f"saved {before}{words}, now {after} ({change_words(effect.change)})")
    return (Name(record.optimization), ": " + "; ".join(parts) + ".")


def _elsewhere(document: ComparisonDocument) -> Iterator[Remark]:
    """A change that no switch explains."""
    overall = document.overall
    if overall is None or overall.verdict not in _CHANGED:
        return
    switches = [record for record in document.effects if _any_change(record)]
    if not switches and document.scope is Scope.COMMON and document.factors:
        yield Remark(
            "In what all share",
            ("the overall time changed, but no switch was shown to do more or less than before.",),
        )


def _any_change(record: OptimizationChangeRecord) -> bool:
    effects = (question.effect(record) for question in QUESTIONS)
    return any(effect and effect.change.verdict in _CHANGED for effect in effects)


def _unchanged(document: ComparisonDocument) -> Iterator[Remark]:
    verdicts = [record.change.verdict for record in document.combinations]
    effects = [
        (record.optimization, effect.change)
        for record in document.effects
        if (effect := record.average or record.alone or record.last)
    ]
    if document.overall:
        verdicts.append(document.overall.verdict)
    if any(verdict in _CHANGED for verdict in verdicts) or any(map(_any_change, document.effects)):
        return
    margin = percent(document.threshold_percent)
    equivalent = [name for name, change in effects if change.verdict is Verdict.EQUIVALENT]
    if document.overall and document.overall.verdict is Verdict.EQUIVALENT:
        yield Remark("Unchanged", (f"the overall time, within {margin}.",))
    if equivalent:
        yield Remark("Unchanged", (*joined(equivalent, ", ", " and "), f": what it does, within {margin}."))
    unclear = [name for name, change in effects if change.verdict is Verdict.INCONCLUSIVE]
    if unclear or (document.overall and document.overall.verdict is Verdict.INCONCLUSIVE):
        yield Remark("Nothing shown", ("to have changed" + _hidden(document) + ".",))


def _hidden(document: ComparisonDocument) -> str:
    """How much could have changed unseen."""
    high = document.overall.change_high if document.overall else None
    if high is None or high <= 0:
        return "; more blocks would narrow the intervals"
    return f"; overall, a change of {signed(high)} could be there unseen: more blocks would tell"


def _how(document: ComparisonDocument) -> Iterator[Remark]:
    blocks = measured_rows(document)
    if document.interleaved:
        words = f"the runs took turns: {blocks}, in pairs, so that a drift of the machine cancels."
    elif document.pairing is Pairing.PAIRED:
        words = (
            f"one run after the other: {blocks}, in pairs that met the same latencies;"
            " a drift of the machine between them does not cancel."
        )
    else:
        words = f"one run after the other: {blocks}; a drift of the machine between them does not cancel."
    yield Remark("Measured", (words,))


def _speed(document: ComparisonDocument) -> Iterator[Remark]:
    change = document.speed_change_percent
    if document.overall is None or document.interleaved:
        return
    if change is None:
        yield Remark("Speed of machine", ("not known: these trials did not time it.",))
    elif document.widened_by_percent:
        by = percent(document.widened_by_percent)
        yield Remark(
            "Speed of machine",
            (
                f"a fixed computation changed by {signed(change)} between the runs:"
                f" the intervals of times are {by} wider at each end for it.",
            ),
        )
