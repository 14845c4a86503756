"""The document itself."""

import json

from .record import Record


def export_json(document: Record) -> str:
    """JSON, indented. ASCII only, so that no name can move a terminal's cursor or break a pipe's encoding."""
    return json.dumps(document.model_dump(mode="json"), indent=2, allow_nan=False) + "\n"
