"""The document of a comparison as JSON, and its schema for programs that read it."""

import json

from pydantic import JsonValue

from .comparison_document import ComparisonDocument


def comparison_json(document: ComparisonDocument) -> str:
    """JSON, indented. ASCII only, as the document of a run is."""
    return json.dumps(document.model_dump(mode="json"), indent=2, allow_nan=False) + "\n"


def comparison_schema() -> dict[str, JsonValue]:
    """JSON Schema (draft 2020-12) of `schema_version` 1."""
    schema = ComparisonDocument.model_json_schema(mode="serialization")
    return {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        **schema,
        "title": "agentperf comparison",
    }


def comparison_schema_text() -> str:
    """The schema as it stands in docs/comparison.schema.json."""
    return json.dumps(comparison_schema(), indent=2) + "\n"
