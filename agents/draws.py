"""Seeded random numbers of one block: the same for all its combinations, stratified over blocks."""

from __future__ import annotations

import random

# A step meets each tenth of its latency distribution once in ten blocks, the default number of blocks,
# in random order: a Latin hypercube (McKay, Beckman and Conover 1979). Blocks differ, their mean does not wander.
STRATA = 10


class Draws:
    """Uniform numbers that depend on (seed, block, session, step, attempt) and on nothing else.

    Numbers once drawn are kept, so that only the discarded trials of a block pay for drawing them.
    """

    def __init__(self, seed: int, block: int) -> None:
        self.seed = f"{seed}/{block}"
        self._stream = str(seed)
        self._cycle, self._turn = divmod(block, STRATA)
        self._drawn: dict[tuple[int, str, int], float] = {}

    def uniform(self, session: int, step: str, attempt: int) -> float:
        """A number in (0, 1)."""
        key = (session, step, attempt)
        drawn = self._drawn.get(key)
        if drawn is None:
            drawn = self._drawn[key] = self._draw(f"{session}/{step}/{attempt}")
        return drawn

    def _draw(self, place: str) -> float:
        strata = random.Random(f"{self._stream}/{self._cycle}/{place}").sample(range(STRATA), STRATA)
        within = random.Random(f"{self.seed}/{place}").random()
        # random() is in [0, 1); half the smallest step keeps the ends out, where quantiles are infinite
        return (strata[self._turn] + within + 2**-54) / STRATA
