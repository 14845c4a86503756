"""The JSON Schema of a scenario file, for editors."""

from typing import Any

from pydantic.json_schema import GenerateJsonSchema

from .schema import Scenario


def scenario_schema() -> dict[str, Any]:
    """A JSON Schema (draft 2020-12) that accepts all that the loader accepts, as plain data.

    What only the loader checks: relations between steps, switches and claims, and the bounds of a file.
    """
    generated = Scenario.model_json_schema(schema_generator=_WithoutFieldTitles)
    return {"$schema": GenerateJsonSchema.schema_dialect, **generated, "title": "agentperf scenario"}


class _WithoutFieldTitles(GenerateJsonSchema):
    """A title that repeats the key says nothing in an editor."""

    def field_title_should_be_set(self, schema: Any) -> bool:
        return False
