"""What came of expectations, in Markdown."""

from collections.abc import Sequence

from .document import Document
from .expectation import Judgement
from .markdown import export_markdown
from .markdown_text import code, sentence


def expectations_markdown(judgements: Sequence[Judgement]) -> Sequence[str]:
    """One line each, in a paragraph of their own; no paragraph where nothing was expected."""
    lines = [f"- {code(one.expectation)} **{one.outcome}**: {sentence(one.fragments)}" for one in judgements]
    return ["\n".join(lines)] if lines else []


def judged_markdown(document: Document, judgements: Sequence[Judgement]) -> str:
    """A run, and what came of the expectations of it."""
    paragraphs = "".join(f"\n{paragraph}\n" for paragraph in expectations_markdown(judgements))
    return export_markdown(document) + paragraphs
