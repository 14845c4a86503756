"""What the tests of reports share: documents of every kind, and a terminal to print on."""

import io
from collections.abc import Callable
from functools import cache

import pytest
from rich.console import Console, RenderableType

from agentperf.reports.document import Document

from .kinds_of_documents import DOCUMENTS

Documents = Callable[[str], Document]
Printed = Callable[[RenderableType, int], str]


@cache
def document_of(kind: str) -> Document:
    return DOCUMENTS[kind]()


@pytest.fixture(params=DOCUMENTS)
def any_document(request: pytest.FixtureRequest) -> Document:
    """Every kind of document there is, one after the other."""
    return document_of(request.param)


@pytest.fixture
def documents() -> Documents:
    """A document by its kind."""
    return document_of


@pytest.fixture
def printed() -> Printed:
    """What a terminal without colours shows, at a width."""

    def text(renderable: RenderableType, width: int) -> str:
        console = Console(width=width, file=io.StringIO(), color_system=None)
        with console.capture() as capture:
            console.print(renderable)
        return capture.get()

    return text
