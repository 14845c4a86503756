"""A command that takes as long as a trial of the known runtime: arguments are the milliseconds, the standard
deviation of their log, and the milliseconds that it takes to start."""

import math
import os
import sys
import time


def main(nominal_ms: float, sd: float, start_ms: float) -> None:
    one, other = (int.from_bytes(os.urandom(7), "big") / 2**56 for _ in range(2))
    normal = math.sqrt(-2 * math.log(1 - one)) * math.cos(2 * math.pi * other)  # Box and Muller, 1958
    time.sleep(max(0.0, nominal_ms * math.exp(sd * normal) - start_ms) / 1e3)


main(*map(float, sys.argv[1:]))
