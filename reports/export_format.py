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
    SPEEDSCOPE = "speedscope"
    COLLAPSED = "collapsed"
    PYINSTRUMENT = "pyinstrument"
    CHROME_TRACE = "chrome-trace"
    OTLP_JSON = "otlp-json"


OF_PROFILES = (ExportFormat.SPEEDSCOPE, ExportFormat.COLLAPSED, ExportFormat.PYINSTRUMENT)
"""Those that hold stacks."""

OF_TIMELINES = (ExportFormat.CHROME_TRACE, ExportFormat.OTLP_JSON)
"""Those that hold spans."""
