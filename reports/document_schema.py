"""JSON Schema of the JSON document, for programs that read it."""

import json

from pydantic import JsonValue

from .document import Document


def document_schema() -> dict[str, JsonValue]:
    """JSON Schema (draft 2020-12) of `schema_version` 1."""
    schema = Document.model_json_schema(mode="serialization")
    return {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        **schema,
        "title": "agentperf document",
    }


def document_schema_text() -> str:
    """The schema as it stands in docs/document.schema.json."""
    return json.dumps(document_schema(), indent=2) + "\n"
