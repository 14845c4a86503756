"""Seeded random numbers of one block: the same for all its combinations, stratified over blocks."""

from __future__ import annotations

import random

# A step meets each tenth of its latency distribution once in ten blocks, the default number of blocks,
# in random order: a Latin hypercube (McKay, Beckman and Conover 1979). Blocks differ, their mean stays.
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
        # two generators, or the place within a stratum would follow from the stratum
        strata = random.Random(f"strata/{self._stream}/{self._cycle}/{place}").sample(range(STRATA), STRATA)
        within = random.Random(f"within/{self.seed}/{place}").getrandbits(32)
        # the middle of one of 2^32 steps, so that the ends are kept out, where quantiles are infinite
        return (strata[self._turn] + (within + 0.5) / 2**32) / STRATA
