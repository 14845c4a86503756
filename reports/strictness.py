"""Whether a run, or a comparison, could say what it was asked: the rule of --strict."""

from collections.abc import Sequence

from ..analysis.verdicts import Verdict
from .comparison_document import ComparisonDocument
from .document import Document
from .expectation import Judgement, Outcome
from .figures import points
from .fragments import Fragment, listed

FINE_POINTS = 0.1  # less would be shown as 0.0


def left_open(document: Document, judgements: Sequence[Judgement]) -> tuple[Fragment, ...]:
    """What the run left open, in words; nothing where it answered.

    It was asked for a precision, for expectations, or for both. Where it was asked for neither, every average
    effect is a question (alone, where a design tells no average).
    """
    asked, reached = document.design.precision_percent, document.design.precision_reached_percent
    if asked is not None and (reached is None or reached > asked):
        known = "not known" if reached is None else points(reached)
        wanted = points(asked) if asked >= FINE_POINTS else f"{asked:g} points"
        return (f"the asked precision of {wanted} was not reached: {known}",)
    if asked is not None or judgements:
        return _undecided(judgements)
    if not document.design.blocks:
        return ("nothing was measured: no block is complete",)
    inconclusive = [
        record.optimization
        for record in document.effects
        if (effect := record.average or record.alone) is None or effect.verdict is Verdict.INCONCLUSIVE
    ]
    return (*listed(inconclusive), ": inconclusive") if inconclusive else ()


def left_open_between(document: ComparisonDocument, judgements: Sequence[Judgement]) -> tuple[Fragment, ...]:
    """Of a comparison; without expectations, the overall time and every average effect is a question."""
    if judgements:
        return _undecided(judgements)
    inconclusive = [
        record.optimization
        for record in document.effects
        if (effect := record.average or record.alone) is None or effect.change.verdict is Verdict.INCONCLUSIVE
    ]
    overall = document.overall is not None and document.overall.verdict is Verdict.INCONCLUSIVE
    names: tuple[Fragment, ...] = listed(inconclusive)
    if overall:
        names = ("overall time", ", ", *names) if names else ("overall time",)
    return (*names, ": inconclusive") if names else ()


def _undecided(judgements: Sequence[Judgement]) -> tuple[Fragment, ...]:
    unclear = [one.expectation for one in judgements if one.outcome is Outcome.INCONCLUSIVE]
    return (*listed(unclear), ": the data can't say") if unclear else ()
