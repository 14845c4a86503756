"""Warnings about the ledgers: time that nothing accounts for."""

from __future__ import annotations

from collections.abc import Iterator

from ..scenarios.concerns import Concern
from .combination_names import words_among
from .evidence import Evidence
from .figures import percent
from .fragments import plain_sentence
from .ledgers import ledger_records, row_ledgers

UNATTRIBUTED_SHARE = 0.05


def unattributed_time(evidence: Evidence) -> Iterator[str]:
    """More of the time of a session than may be overlooked, said of the combination where it is most."""
    run = evidence.run
    records = ledger_records(run, row_ledgers(run, evidence.rows))
    worst = max(records, key=lambda record: record.shares[Concern.OTHER], default=None)
    if worst is None or worst.shares[Concern.OTHER] <= UNATTRIBUTED_SHARE:
        return
    share = percent(100 * worst.shares[Concern.OTHER])
    words = plain_sentence(words_among(run.design.factors, worst.on))
    words = {"none": "nothing", "all": "everything"}.get(words, words)
    own = evidence.scenario is not None and evidence.scenario.runtime is not None
    advice = "name more of them by session.span" if own else "a profile may tell what it is"
    yield (
        f"up to {share} of a session's time (with {words} on) belongs to no part that was recorded, and"
        f" counts as {Concern.OTHER} in the ledger: {advice}"
    )
