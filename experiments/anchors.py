"""Anchor combinations: those that claims rest on, which are run several times in a block and averaged.

What a switch brings alone rests on two combinations of a block, an average effect on all of them. Four trials
of each in place of one make its interval up to half as wide. The block stays the unit of replication.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from itertools import chain, repeat
from types import MappingProxyType

from ..scenarios.choices import DesignKind
from ..scenarios.claims import claimed_switches
from ..scenarios.schema import Scenario
from .combination import NOTHING, Combination
from .design import Design, landmarks

ANCHOR_REPEATS = 4


@dataclass(frozen=True, slots=True)
class ClaimedSets:
    """`tested` are the claims about combinations that a design runs, with these; `untested` the others."""

    tested: Mapping[str, Combination]
    untested: tuple[str, ...]

    @classmethod
    def of(cls, scenario: Scenario, design: Design) -> ClaimedSets:
        """The claim `all` is about all switches of the scenario, whatever of them the design sweeps. Beside
        what is held on, nothing is measured against nothing."""
        sets = {claim: claimed_switches(claim, scenario.factors) for claim in scenario.claims.gains}
        run = frozenset() if design.held else frozenset(design.combinations)
        tested = {claim: on for claim, on in sets.items() if on and {NOTHING, on} <= run}
        return cls(MappingProxyType(tested), tuple(claim for claim in sets if claim not in tested))


def anchored(design: Design, claimed: ClaimedSets) -> Design:
    """A full design with its anchors repeated: what alone and last are made from, and each claimed set.

    Any other design, and one without a claim to test, comes back as it is.
    """
    if design.kind is not DesignKind.FULL or not claimed.tested:
        return design
    anchors = landmarks(design.factors) | frozenset(claimed.tested.values())
    parts = (
        tuple(chain(*(repeat(on, ANCHOR_REPEATS if on in anchors else 1) for on in part)))
        for part in design.parts
    )
    return replace(design, parts=tuple(parts))
