"""Colours of the verdicts: always beside the word, and never the pair of red and green."""

from ..analysis.verdicts import Verdict
from .enumerations import ClaimVerdict

VERDICT_STYLE = {
    Verdict.FASTER: "bold bright_blue",
    Verdict.SLOWER: "bold red",
    Verdict.EQUIVALENT: "dim",
    Verdict.INCONCLUSIVE: "yellow",
}

CLAIM_STYLE = {
    ClaimVerdict.CONFIRMED: "bold bright_blue",
    ClaimVerdict.UNDERSTATED: "bold bright_blue",
    ClaimVerdict.OVERSTATED: "bold yellow",
    ClaimVerdict.REFUTED: "bold red",
    ClaimVerdict.INCONCLUSIVE: "yellow",
}
