"""Data in a page: JSON that no HTML parser takes for anything else."""

from __future__ import annotations

import json

from markupsafe import Markup

_ESCAPED = {
    ord(character): f"\\u{ord(character):04x}" for character in "<>&\N{LINE SEPARATOR}\N{PARAGRAPH SEPARATOR}"
}


def embedded_json(value: object) -> Markup:
    """For a `<script type="application/json">`: what ends a script, or begins a comment, is escaped."""
    text = json.dumps(value, ensure_ascii=False, allow_nan=False, separators=(",", ":"))
    # A lone surrogate is no text that a file can hold.
    whole = text.encode("utf-8", errors="surrogatepass").decode("utf-8", errors="replace")
    return Markup(whole.translate(_ESCAPED))
