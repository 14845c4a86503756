"""Who writes which export format."""

from collections.abc import Callable, Mapping

from .chrome_trace_export import export_chrome_trace
from .collapsed_export import export_collapsed
from .csv_table import export_csv
from .document import Document
from .dossier import Dossier
from .export_format import ExportFormat
from .hyperfine_export import export_hyperfine
from .json_export import export_json
from .markdown import export_markdown
from .otlp_export import export_otlp
from .pyinstrument_export import export_pyinstrument
from .pyperf_export import export_pyperf
from .pytest_benchmark_export import export_pytest_benchmark
from .speedscope_export import export_speedscope

Exporter = Callable[[Dossier], str]
"""The whole file as text. Raises NothingToExport where the format cannot say that there is nothing."""


def _of_document(export: Callable[[Document], str]) -> Exporter:
    return lambda dossier: export(dossier.document)


EXPORTERS: Mapping[ExportFormat, Exporter] = {
    ExportFormat.JSON: _of_document(export_json),
    ExportFormat.CSV: _of_document(export_csv),
    ExportFormat.MARKDOWN: _of_document(export_markdown),
    ExportFormat.PYPERF: _of_document(export_pyperf),
    ExportFormat.HYPERFINE: _of_document(export_hyperfine),
    ExportFormat.PYTEST_BENCHMARK: _of_document(export_pytest_benchmark),
    ExportFormat.SPEEDSCOPE: export_speedscope,
    ExportFormat.COLLAPSED: export_collapsed,
    ExportFormat.PYINSTRUMENT: export_pyinstrument,
    ExportFormat.CHROME_TRACE: export_chrome_trace,
    ExportFormat.OTLP_JSON: export_otlp,
}
