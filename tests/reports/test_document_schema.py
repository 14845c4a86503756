"""The schema for other programs says what the documents are."""

import json
from pathlib import Path

import jsonschema
import pytest

from agentperf.reports.document import Document
from agentperf.reports.document_schema import document_schema
from agentperf.reports.json_export import export_json

FILE = Path(__file__).parents[2] / "docs" / "document.schema.json"
RENEW = """python -c 'from agentperf.reports import document_schema as schema
print(schema.document_schema_text(), end="")' > docs/document.schema.json"""


def test_the_file_is_what_the_models_say() -> None:
    """Compared as data: releases of pydantic differ in whether they write 0 or 0.0."""
    written = FILE.read_text(encoding="utf-8")
    assert json.loads(written) == document_schema(), f"renew it with: {RENEW}"


def test_every_document_is_valid(any_document: Document) -> None:
    schema = document_schema()
    jsonschema.Draft202012Validator.check_schema(schema)
    jsonschema.validate(json.loads(export_json(any_document)), schema, jsonschema.Draft202012Validator)


@pytest.mark.parametrize("change", [{"schema_version": 2}, {"effects": None}, {"metric": "speed"}])
def test_what_is_no_document_is_refused(any_document: Document, change: dict[str, object]) -> None:
    with pytest.raises(jsonschema.ValidationError):
        jsonschema.validate(json.loads(export_json(any_document)) | change, document_schema())
