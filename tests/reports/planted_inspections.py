"""Dossiers of runs that look into one combination, or into what another changes."""

from __future__ import annotations

from dataclasses import replace

from agentperf.reports.document import Document
from agentperf.reports.dossier import Dossier
from agentperf.scenarios.choices import DesignKind

from .kinds_of_documents import changed
from .simulated_dossiers import dossier, profiles_of

Combination = tuple[str, ...]


def inspecting(document: Document, on: Combination, against: Combination | None = None) -> Dossier:
    """What is left of a run of every combination where just these were run, as `profile` does."""
    subject = (on,) if against is None else (on, against)
    kept = {frozenset(one) for one in subject}
    as_measured = {"kind": DesignKind.EXPLICIT, "combinations": len(subject), "blocks": 3}
    left = changed(
        document,
        subject=subject,
        design=document.design.model_dump() | as_measured,
        effects=(),
        settled_effects=(),
        interactions=(),
        plan=(),
        sufficient_sets=(),
        shares=(),
        claims=(),
        claimed_order=None,
        price=(),
        combinations=[one.model_dump() for one in document.combinations if frozenset(one.on) in kept],
        ledgers=[one.model_dump() for one in document.ledgers if frozenset(one.on) in kept],
        what_if=[one.model_dump() for one in document.what_if if frozenset(one.on) in kept],
    )
    profiles = [profile for one in kept for profile in profiles_of(one)]
    in_store_order = sorted(profiles, key=lambda one: (len(one.on), sorted(one.on), one.mode))
    return replace(dossier(left, profiled=0), profiles=tuple(in_store_order))
