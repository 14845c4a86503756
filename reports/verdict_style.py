"""Colours of the verdicts: always beside the word, and never the pair of red and green."""

from ..analysis.verdicts import Verdict

VERDICT_STYLE = {
    Verdict.FASTER: "bold bright_blue",
    Verdict.SLOWER: "bold red",
    Verdict.EQUIVALENT: "dim",
    Verdict.INCONCLUSIVE: "yellow",
}
