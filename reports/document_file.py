"""A document that was exported to a file, read again."""

from __future__ import annotations

import json
from pathlib import Path

from pydantic import ValidationError

from ..experiments.preparation import RequestError
from ..scenarios.wording import printable, quoted
from .document import Document

SUFFIX = ".json"  # as PATH, what no baseline may be called
PATH = ("/", "./", "../")


def names_file(name: str) -> bool:
    """Whether the user means a file rather than a run of the store."""
    return name.lower().endswith(SUFFIX) or name.startswith(PATH)


def read_document(path: Path) -> Document:
    """The document in that file. Raises RequestError where it holds another thing, and OSError."""
    where = printable(str(path))
    text = path.read_bytes()
    try:
        plain = json.loads(text)
    except (ValueError, RecursionError) as error:
        raise RequestError(
            f"{where} is not JSON; write one by 'agentperf runs export --output FILE'"
        ) from error
    if not isinstance(plain, dict) or "schema_version" not in plain or "trials" not in plain:
        raise RequestError(
            f"{where} is not the JSON document of a run; write one by 'agentperf runs export --output FILE'"
        )
    if plain["schema_version"] != 1:
        version = quoted(plain["schema_version"])
        raise RequestError(f"{where} has schema_version {version}; update agentperf to read it")
    try:
        return Document.model_validate(plain)
    except ValidationError as error:
        first = error.errors(include_url=False)[0]
        place = printable(".".join(map(str, first["loc"]))) or "the document"
        raise RequestError(f"{where} is not a valid document: {place}: {printable(first['msg'])}") from error
