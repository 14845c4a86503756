"""Documents of every kind."""

from collections.abc import Callable, Mapping, Sequence

from agentperf.experiments.run import StopReason
from agentperf.reports.claim_record import ClaimRecord
from agentperf.reports.document import Document
from agentperf.reports.enumerations import ClaimVerdict, Status
from agentperf.reports.trial_record import Counters, TrialMetrics, TrialRecord
from agentperf.scenarios.choices import DesignKind, Inference, Metric

from .simulated_documents import REALISTIC, SIX, simulated

HOSTILE_NAMES = (
    "<script>alert(1)</script>",
    "[bold red]not bold[/]",
    '=cmd("calc")|\'`quoted`',
    "two\nlines \x1b[31mred\x1b[0m \x9b2J \u202erorrim",
    "very_long_" + 30 * "and_longer_" + "end",
)
FIRST_OF_DESIGN = ("kind", "factors", "held", "combinations", "blocks", "stop_reason")


def changed(document: Document, **changes: object) -> Document:
    """A copy with other fields, validated again."""
    return Document.model_validate(document.model_dump() | changes)


def renamed(document: Document, names: Sequence[str]) -> Document:
    """The same run with other names of switches, of the scenario, and of all else a user can name."""
    new = dict(zip(document.design.factors, names, strict=True))

    def rename(value: object) -> object:
        if isinstance(value, dict):
            return {key: rename(item) for key, item in value.items()}
        if isinstance(value, list | tuple):
            return [rename(item) for item in value]
        return new.get(value, value) if isinstance(value, str) else value

    renamed_document = rename(document.model_dump())
    assert isinstance(renamed_document, dict)
    everything = " ".join(names)
    for claim in renamed_document["claims"]:
        claim["claim"] = "+".join(new.get(part, part) for part in claim["claim"].split("+"))
    renamed_document["scenario"] |= {"name": everything, "document": {"name": everything}}
    renamed_document |= {"warnings": [everything]}
    renamed_document["trials"][0] |= {"worker": names[2]}
    renamed_document["trials"][1] |= {"error": everything}
    return Document.model_validate(renamed_document)


def hostile() -> Document:
    """A user's own runtime that counts nothing, every name of which wants to be something else."""
    document = simulated(dict(zip(("a", "b", "c", "d", "e"), SIX.values(), strict=False)), time_scale=1)
    nothing_counted = [{**trial.model_dump(), "counters": {}} for trial in document.trials]
    nothing_counted_in = [{**record.model_dump(), "counters": {}} for record in document.combinations]
    return renamed(changed(document, trials=nothing_counted, combinations=nothing_counted_in), HOSTILE_NAMES)


def unfinished() -> Document:
    """Interrupted within the first block."""
    document = simulated(REALISTIC)
    design = {**document.design.model_dump(), "blocks": 0, "stop_reason": StopReason.INTERRUPTED}
    return changed(
        document,
        status=Status.INTERRUPTED,
        design=design,
        noise={},
        effects=[],
        interactions=[],
        combinations=[],
        plan=[],
        sufficient_sets=[],
        shares=[],
        claims=[],
        claimed_order=None,
        ledgers=[],
        what_if=[],
        price=[],
        trials=document.trials[:5],
    )


def empty() -> Document:
    """Interrupted before the first trial ended."""
    return changed(unfinished(), trials=[])


def failed() -> Document:
    """Trials that failed, --on-error continue."""
    document = simulated(REALISTIC)
    broken = TrialRecord(
        block=3,
        order=2,
        on=(),
        metrics=TrialMetrics(),
        counters=Counters(),
        worker="pid 1",
        error="ValueError: no",
    )
    return changed(document, status=Status.FAILED, trials=[*document.trials, broken])


def screening() -> Document:
    """One at a time: no average, no last, no plan."""
    document = simulated(REALISTIC)
    effects = [{**record.model_dump(), "average": None, "last": None} for record in document.effects]
    listed = [record for record in document.combinations if len(record.on) < 2]
    design = {**document.design.model_dump(), "kind": "one-at-a-time", "combinations": len(listed)}
    trials = [trial for trial in document.trials if len(trial.on) < 2]
    return changed(
        document,
        effects=effects,
        interactions=[],
        combinations=listed,
        design=design,
        plan=[],
        sufficient_sets=[],
        shares=[],
        claims=[unmeasured(record) if "+" in record.claim else record for record in document.claims],
        claimed_order=None,
        trials=trials,
    )


def unmeasured(record: ClaimRecord) -> ClaimRecord:
    """The set that was claimed to save something was not run."""
    nothing = {"measured_percent": None, "low": None, "high": None, "verdict": ClaimVerdict.INCONCLUSIVE}
    return record.model_copy(update=nothing)


def fractional() -> Document:
    """Half of a full factorial of three switches: what remains of a pair stands on a main effect."""
    document = simulated(REALISTIC)
    listed = [record for record in document.combinations if len(record.on) in (0, 2)]
    measured = {record.on for record in listed}
    design = {
        **document.design.model_dump(),
        "kind": DesignKind.FRACTIONAL,
        "combinations": len(listed),
        "trials_per_block": len(listed),
        "resolution": 3,
        "aliases": ["parallelism = pooling x lazy_validation", "pooling = parallelism x lazy_validation"],
    }
    return changed(
        document,
        effects=[{**record.model_dump(), "alone": None, "last": None} for record in document.effects],
        interactions=[],
        combinations=listed,
        design=design,
        plan=[],
        sufficient_sets=[],
        shares=[],
        claims=[unmeasured(record) for record in document.claims],
        claimed_order=None,
        trials=[trial for trial in document.trials if trial.on in measured],
    )


def anytime() -> Document:
    """Stopped by looking, before the precision that was asked for."""
    document = simulated(SIX)
    design = {
        **document.design.model_dump(),
        "inference": Inference.ANYTIME,
        "precision_percent": 1.0,
        "stop_reason": StopReason.BUDGET,
        "budget_s": 600.0,
    }
    return changed(document, design=design)


def of_an_older_release() -> Document:
    """Written before there was any field beyond the first ones."""
    data = simulated(REALISTIC).model_dump(mode="json")
    for name in ("sufficient_sets", "shares", "claimed_order", "settled_effects", "claims"):
        del data[name]
    data["design"] = {name: data["design"][name] for name in FIRST_OF_DESIGN}
    data["noise"] = {name: data["noise"][name] for name in ("trial_sd_percent", "clipped_share")}
    for interaction in data["interactions"]:
        del interaction["conditionals"]
    for step in data["plan"]:
        del step["ties"]
    for trial in data["trials"]:
        del trial["surroundings"]
    return Document.model_validate(data)


def running() -> Document:
    document = simulated(SIX)
    return changed(
        document, status=Status.RUNNING, design={**document.design.model_dump(), "stop_reason": None}
    )


def one_value() -> Document:
    """One block: values, but nothing to estimate an interval from."""
    document = simulated(REALISTIC)
    unknown = {"improvement_percent": None, "improvement_low": None, "improvement_high": None}
    return changed(
        document,
        design={**document.design.model_dump(), "blocks": 1},
        noise={},
        effects=[
            {"optimization": factor, "alone": None, "average": None, "last": None}
            for factor in document.design.factors
        ],
        combinations=[record.model_dump() | unknown for record in document.combinations],
        interactions=[],
        plan=[],
        sufficient_sets=[],
        shares=[],
        claims=[unmeasured(record) for record in document.claims],
        claimed_order=None,
        trials=[trial for trial in document.trials if trial.block == 0],
    )


DOCUMENTS: Mapping[str, Callable[[], Document]] = {
    "realistic": lambda: simulated(REALISTIC),
    "slower": lambda: simulated({name: gain / 8 for name, gain in REALISTIC.items()}, slowdown=2.0),
    "one_switch": lambda: simulated({"pooling": -0.3}),
    "six_switches": lambda: simulated(SIX),
    "throughput": lambda: simulated(REALISTIC, metric=Metric.THROUGHPUT),
    "hostile": hostile,
    "failed": failed,
    "screening": screening,
    "fractional": fractional,
    "anytime": anytime,
    "older": of_an_older_release,
    "running": running,
    "one_value": one_value,
    "unfinished": unfinished,
    "empty": empty,
}
