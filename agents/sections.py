"""The shape of the agents' shared state: many optional nested sections, each a small transcript."""

from __future__ import annotations

from functools import cache
from typing import Any, Literal

from pydantic import BaseModel, JsonValue, create_model

MESSAGE_SIZE_BYTES = 256  # a few sentences: what one turn of a transcript holds


class Message(BaseModel):
    """One turn of a section's transcript."""

    role: Literal["system", "user", "assistant", "tool"]
    content: str


class Section(BaseModel):
    """One section of the state: who wrote it last, the transcript, and the agent's own result."""

    author: str
    revision: int
    messages: list[Message]
    result: dict[str, JsonValue]


@cache
def section_name(index: int) -> str:
    """The field of the state that holds section `index`."""
    return f"section_{index:02}"


@cache
def state_model(sections: int) -> type[BaseModel]:
    """The whole state as one model of `sections` optional nested sections."""
    optional_section: Any = (Section | None, None)
    return create_model("AgentState", **{section_name(index): optional_section for index in range(sections)})


def transcript(size_bytes: int) -> list[dict[str, str]]:
    """Messages with `size_bytes` of text in all."""
    roles = ("user", "assistant", "tool")
    sizes = [MESSAGE_SIZE_BYTES] * (size_bytes // MESSAGE_SIZE_BYTES)
    if rest := size_bytes % MESSAGE_SIZE_BYTES:
        sizes.append(rest)
    words = "the quick brown fox jumps over the lazy dog and reports what it has found "
    prose = words * (MESSAGE_SIZE_BYTES // len(words) + 1)
    return [{"role": roles[turn % len(roles)], "content": prose[:size]} for turn, size in enumerate(sizes)]


def section(
    author: str, revision: int, messages: list[dict[str, str]], result: dict[str, Any]
) -> dict[str, Any]:
    """A section as plain data, not yet validated."""
    return {"author": author, "revision": revision, "messages": messages, "result": result}
