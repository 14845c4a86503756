"""The export formats: light enough to import for a command line's help."""

from enum import StrEnum


class ExportFormat(StrEnum):
    """Names as the command line knows them."""

    JSON = "json"
    CSV = "csv"
    MARKDOWN = "markdown"
    PYPERF = "pyperf"
    HYPERFINE = "hyperfine"
    PYTEST_BENCHMARK = "pytest-benchmark"
