"""Who writes which export format."""

from collections.abc import Callable, Mapping

from .csv_table import export_csv
from .document import Document
from .export_format import ExportFormat
from .hyperfine_export import export_hyperfine
from .json_export import export_json
from .markdown import export_markdown
from .pyperf_export import export_pyperf
from .pytest_benchmark_export import export_pytest_benchmark

Exporter = Callable[[Document], str]
"""The whole file as text. Raises NothingToExport where the format cannot say that nothing was measured."""

EXPORTERS: Mapping[ExportFormat, Exporter] = {
    ExportFormat.JSON: export_json,
    ExportFormat.CSV: export_csv,
    ExportFormat.MARKDOWN: export_markdown,
    ExportFormat.PYPERF: export_pyperf,
    ExportFormat.HYPERFINE: export_hyperfine,
    ExportFormat.PYTEST_BENCHMARK: export_pytest_benchmark,
}
