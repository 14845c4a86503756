"""What the run says, in plain words: remarks that the terminal and Markdown both print."""

import math
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass

from ..analysis.verdicts import Verdict
from ..experiments.run import StopReason
from .document import Document
from .effect_record import EffectRecord, OptimizationRecord
from .figures import effect_saving, percent, saving
from .fragments import Fragment, Name, Quote, joined


@dataclass(frozen=True, slots=True)
class Remark:
    """One thing worth saying, under a short topic."""

    topic: str
    fragments: tuple[Fragment, ...]


def closing_remarks(document: Document) -> Sequence[Remark]:
    """First what to do, then what does not help, then how far to trust it."""
    if not document.design.blocks:
        return [*_nothing_measured(document), *_failures(document)]
    parts = (_first, _everything, _adds_nothing, _harms, _put_off, _open, _noise, _scale, _stopped, _failures)
    return [remark for part in parts for remark in part(document)]


def _nothing_measured(document: Document) -> Iterator[Remark]:
    trials = "1 trial" if len(document.trials) == 1 else f"{len(document.trials)} trials"
    yield Remark("No result yet", (f"{trials} ended, but no block is complete.",))


def _first(document: Document) -> Iterator[Remark]:
    topic = "Turn on first"
    if not document.plan:
        yield Remark(topic, _first_without_plan(document))
        return
    first, *_ = document.plan
    saved = saving(first.cumulative_improvement_percent, first.low, first.high)
    if first.low <= 0:
        yield Remark(
            topic, ("no switch stands out; the best candidate is ", Name(first.add), f", which {saved}.")
        )
        return
    ending = ": enough, within 5 % of the best." if first.enough else "."
    yield Remark(topic, (Name(first.add), f": as the first step it {saved}{ending}"))
    for number, step in enumerate(document.plan[1:], start=2):
        if step.enough:
            names = [taken.add for taken in document.plan[:number]]
            together = saving(step.cumulative_improvement_percent, step.low, step.high)
            yield Remark("Enough", (*_listed(names), f": together this {together}, within 5 % of the best."))


def _first_without_plan(document: Document) -> tuple[Fragment, ...]:
    if not any(record.alone or record.average or record.last for record in document.effects):
        return ("too few blocks to say.",)
    gains = [
        (effect.improvement_percent, record.optimization, effect)
        for record in document.effects
        if (effect := record.alone or record.average) and effect.verdict is Verdict.FASTER
    ]
    if not gains:
        return ("no switch was shown to make it faster.",)
    _, name, effect = max(gains, key=lambda gain: gain[0])
    return (Name(name), f", which {effect_saving(effect)}.")


def _everything(document: Document) -> Iterator[Remark]:
    factors = set(document.design.factors)
    for combination in document.combinations:
        value, low, high = (
            combination.improvement_percent,
            combination.improvement_low,
            combination.improvement_high,
        )
        if len(factors) > 1 and factors <= set(combination.on) and value is not None:
            assert low is not None and high is not None
            yield Remark("Everything on", (f"{saving(value, low, high)}.",))


def _adds_nothing(document: Document) -> Iterator[Remark]:
    equivalent = _with_verdict(document, _last, Verdict.EQUIVALENT)
    if equivalent:
        margin = percent(document.threshold_percent)
        words = f": within {margin} of no change once all the others are on."
        yield Remark("Adds nothing more", (*_listed(equivalent), words))
    unclear = _with_verdict(document, _last, Verdict.INCONCLUSIVE)
    if unclear:
        words = ": not shown to help once all the others are on."
        yield Remark("May add nothing more", (*_listed(unclear), words))


def _harms(document: Document) -> Iterator[Remark]:
    questions = (("on average", _average), ("alone", _alone), ("on top of all the others", _last))
    for record in document.effects:
        harms = [
            f"{effect_saving(effect)} {words}"
            for words, question in questions
            if (effect := question(record)) and effect.verdict is Verdict.SLOWER
        ]
        if harms:
            yield Remark("Makes it slower", (Name(record.optimization), ": " + ", ".join(harms) + "."))


def _put_off(document: Document) -> Iterator[Remark]:
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


def _open(document: Document) -> Iterator[Remark]:
    unclear = _with_verdict(document, _average, Verdict.INCONCLUSIVE)
    if unclear:
        yield Remark(
            "Inconclusive", (*_listed(unclear), " on average: more blocks would narrow the interval.")
        )


def _noise(document: Document) -> Iterator[Remark]:
    noise = document.noise
    sentences = []
    if noise.trial_sd_percent is not None:
        sentences.append(f"one trial scatters by {percent(noise.trial_sd_percent)} (standard deviation)")
    if noise.clipped_share:
        sentences.append(f"{percent(100 * noise.clipped_share)} of the trials were outliers, and clipped")
    drift = noise.lag1_autocorrelation
    if drift is not None and drift > 2 / math.sqrt(document.design.blocks):
        sentences.append(f"successive blocks are alike (correlation {drift:.2f}): the machine drifted")
    if sentences:
        yield Remark("Noise", ("; ".join(sentences) + ".",))
    for record in document.effects:
        effect = record.average
        unclipped = effect.unclipped_improvement_percent if effect else None
        if (
            effect
            and unclipped is not None
            and not effect.improvement_low <= unclipped <= effect.improvement_high
        ):
            yield Remark(
                "Outliers matter",
                (
                    Name(record.optimization),
                    f" {effect_saving(effect)} on average; with the outliers left as they were"
                    f" the estimate would be {percent(unclipped)}.",
                ),
            )


def _scale(document: Document) -> Iterator[Remark]:
    scale = document.time_scale
    if scale == 1:
        yield Remark("Time scale", ("1: latencies as the scenario has them.",))
    else:
        overhead = f"{1 / scale:g} times more" if scale < 1 else f"{scale:g} times less"
        yield Remark(
            "Time scale",
            (
                f"{scale:g}: overhead weighs {overhead} here than in life,"
                " so the percentages are not those of full scale.",
            ),
        )


def _stopped(document: Document) -> Iterator[Remark]:
    topics = {StopReason.INTERRUPTED: "Interrupted", StopReason.FAILED: "Workload failed"}
    topic = topics.get(document.design.stop_reason) if document.design.stop_reason else None
    if topic:
        number = document.design.blocks
        blocks = "1 complete block" if number == 1 else f"{number} complete blocks"
        yield Remark(topic, (f"this rests on {blocks}; --resume {document.run_id} goes on.",))


def _failures(document: Document) -> Iterator[Remark]:
    failed = [trial for trial in document.trials if trial.error is not None]
    if failed:
        error = failed[0].error or "no message"
        yield Remark(
            "Failed trials", (f"{len(failed)} of {len(document.trials)}. The first said: ", Quote(error))
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


def _listed(names: Sequence[str]) -> tuple[Fragment, ...]:
    return joined(names, ", ", before_last=" and ")
