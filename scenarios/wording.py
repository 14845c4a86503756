"""Words of error messages: whatever a file holds comes out printable, short and on one line."""

from collections.abc import Iterable
from difflib import get_close_matches

MAX_QUOTED_CHARACTERS = 60


def printable(text: str) -> str:
    """`text` with escapes for all characters that could move a terminal's cursor or break the line."""
    return "".join(
        character if character.isprintable() else character.encode("unicode_escape").decode("ascii")
        for character in text
    )


def quoted(value: object) -> str:
    """How a message shows a value from a file: text in quotes, numbers as they are, the rest by its kind."""
    match value:
        case None:
            return "nothing"
        case bool():
            return "true" if value else "false"
        case str():
            return f"'{_shortened(value)}'"
        case int() | float():
            return _shortened(str(value))
        case dict():
            return "a mapping"
        case list() | tuple():
            return "a list"
        case _:
            return f"a {type(value).__name__}"


def listed(words: Iterable[str], conjunction: str = "or") -> str:
    """`a, b or c`."""
    *others, last = list(words)
    return f"{', '.join(others)} {conjunction} {last}" if others else last


def counted(number: int, thing: str, things: str = "") -> str:
    """`1 block`, `2 blocks`; `things` where the plural has no s at its end alone."""
    return f"{number} {thing if number == 1 else things or thing + 's'}"


def nearest(word: str, known: Iterable[str]) -> str | None:
    """The known word that a misspelt one most likely meant, or None."""
    words = list(known)
    for candidate in words:
        if candidate.casefold() == word.casefold().replace("-", "_").replace(" ", "_"):
            return candidate
    matches = get_close_matches(word[:MAX_QUOTED_CHARACTERS], words, n=1, cutoff=0.6)
    return matches[0] if matches else None


def suggestion(word: str, known: Iterable[str]) -> str:
    """What to do about an unknown word: the nearest known one, else all of them when they are few."""
    words = [printable(candidate) for candidate in known]
    close = nearest(word, words)
    if close is not None:
        return f"did you mean '{close}'?"
    if not words:
        return "remove it"
    if len(words) <= 12:
        return f"known: {', '.join(words)}"
    return f"known: {', '.join(words[:12])} and {len(words) - 12} more"


def _shortened(text: str) -> str:
    cut = text if len(text) <= MAX_QUOTED_CHARACTERS else text[: MAX_QUOTED_CHARACTERS - 1] + "…"
    return printable(cut)
