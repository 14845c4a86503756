"""How far to trust the figures, in words."""

import math
from collections.abc import Iterator

from ..experiments.run import StopReason
from .design_words import counted_rows
from .document import Document
from .figures import effect_saving, percent, points
from .fragments import Name, Quote
from .remark import Remark


def precision(document: Document) -> Iterator[Remark]:
    """How narrow the intervals are, beside what was asked."""
    design = document.design
    if design.precision_reached_percent is None:
        return
    asked = design.precision_percent
    words = f" ({points(asked)} asked)" if asked is not None else ""
    reached = points(design.precision_reached_percent)
    yield Remark("Precision", (f"every {_asked_effects(document)} is known to within {reached}{words}.",))


def _asked_effects(document: Document) -> str:
    """Those whose intervals a precision is about."""
    if not any(record.average for record in document.effects):
        return "effect"
    is_alone_asked = any(record.measured_percent is not None for record in document.claims)
    return "effect on average, and alone," if is_alone_asked else "average effect"


def noise(document: Document) -> Iterator[Remark]:
    """How far trials scatter, and what else disturbs them."""
    scatter = document.noise
    sentences = []
    if scatter.trial_sd_percent is not None:
        sentences.append(f"one trial scatters by {percent(scatter.trial_sd_percent)} (standard deviation)")
    if scatter.clipped_share:
        sentences.append(f"{percent(100 * scatter.clipped_share)} of the trials were outliers, and clipped")
    drift = scatter.lag1_autocorrelation
    if drift is not None and drift > 2 / math.sqrt(document.design.blocks):
        sentences.append(f"successive blocks are alike (correlation {drift:.2f}): the effects drifted")
    if trend := _trend(document):
        sentences.append(trend)
    if sentences:
        yield Remark("Noise", ("; ".join(sentences) + ".",))


def _trend(document: Document) -> str | None:
    scatter = document.noise
    trend, low, high = scatter.trend_percent, scatter.trend_low, scatter.trend_high
    if trend is None or low is None or high is None or low <= 0 <= high:
        return None
    return f"trials get {percent(abs(trend))} {'slower' if trend > 0 else 'faster'} through a block"


def outliers(document: Document) -> Iterator[Remark]:
    """Estimates that rest on the clipping of single slow trials."""
    for record in document.effects:
        effect = record.average or record.alone
        unclipped = effect.unclipped_improvement_percent if effect else None
        if (
            effect
            and unclipped is not None
            and not effect.improvement_low <= unclipped <= effect.improvement_high
        ):
            question = "on average" if record.average else "alone"
            yield Remark(
                "Outliers matter",
                (
                    Name(record.optimization),
                    f" {effect_saving(effect)} {question}; with the outliers left as they were"
                    f" the estimate would be {percent(unclipped)}.",
                ),
            )


def scale(document: Document) -> Iterator[Remark]:
    """How much more the overhead of the runtime weighs here than in life."""
    factor = document.time_scale
    if factor == 1:
        yield Remark("Time scale", ("1: latencies as the scenario has them.",))
    else:
        overhead = f"{1 / factor:g} times more" if factor < 1 else f"{factor:g} times less"
        yield Remark(
            "Time scale",
            (
                f"{factor:g}: overhead weighs {overhead} here than in life,"
                " so the percentages are not those of full scale.",
            ),
        )


def stopped(document: Document) -> Iterator[Remark]:
    """A run that ended before its time."""
    topics = {StopReason.INTERRUPTED: "Interrupted", StopReason.FAILED: "Workload failed"}
    topic = topics.get(document.design.stop_reason) if document.design.stop_reason else None
    if topic:
        rows = counted_rows(document.design.kind, document.design.blocks, "complete ")
        yield Remark(topic, (f"this rests on {rows}; --resume {document.run_id} goes on.",))


def failures(document: Document) -> Iterator[Remark]:
    """Trials that have no figures."""
    failed = [trial for trial in document.trials if trial.error is not None]
    if failed:
        error = failed[0].error or "no message"
        yield Remark(
            "Failed trials", (f"{len(failed)} of {len(document.trials)}. The first said: ", Quote(error))
        )
