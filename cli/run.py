"""`agentperf run`: the main job."""

from __future__ import annotations

from collections.abc import Mapping
from json import dumps
from typing import Annotated

import typer

from ..experiments.job import OnError
from ..scenarios.choices import DesignKind, Isolation, Metric
from .options import ColorOption, QuietOption, SetOption, StoreOption, VerboseOption, bundled_names
from .terminal import Color

SETTLED = ("flags", "hold", "design", "isolate", "metric", "threshold", "seed")


def run(
    context: typer.Context,
    scenario: Annotated[
        str | None,
        typer.Argument(
            metavar="SCENARIO",
            help="A file, '-' for standard input, or the name of a bundled scenario.",
            autocompletion=bundled_names,
        ),
    ] = None,
    flags: Annotated[
        str | None,
        typer.Option(
            envvar="AGENTPERF_FLAGS", metavar="A,B", help="Sweep only these switches; the rest stay off."
        ),
    ] = None,
    hold: Annotated[
        str | None, typer.Option(envvar="AGENTPERF_HOLD", metavar="A,B", help="Switch these on throughout.")
    ] = None,
    design: Annotated[
        DesignKind | None, typer.Option(envvar="AGENTPERF_DESIGN", help="Which combinations to run.")
    ] = None,
    blocks: Annotated[
        int | None,
        typer.Option(envvar="AGENTPERF_BLOCKS", min=1, help="Run exactly so many blocks.  [default: 10]"),
    ] = None,
    isolate: Annotated[
        Isolation | None,
        typer.Option(envvar="AGENTPERF_ISOLATE", help="What gets a fresh process.  [default: block]"),
    ] = None,
    metric: Annotated[
        Metric | None, typer.Option(envvar="AGENTPERF_METRIC", help="What is compared.  [default: wall]")
    ] = None,
    threshold: Annotated[
        str | None,
        typer.Option(
            envvar="AGENTPERF_THRESHOLD",
            metavar="PERCENT",
            help="Less than this is equivalent.  [default: 1%]",
        ),
    ] = None,
    seed: Annotated[
        int | None,
        typer.Option(envvar="AGENTPERF_SEED", min=0, help="Repeat the orders and latencies of another run."),
    ] = None,
    database: Annotated[
        str | None,
        typer.Option(
            envvar="AGENTPERF_DATABASE", metavar="URL", help="SQLite or PostgreSQL, as in the scenario."
        ),
    ] = None,
    overrides: SetOption = None,
    on_error: Annotated[
        OnError, typer.Option(envvar="AGENTPERF_ON_ERROR", help="What to do when a trial fails.")
    ] = OnError.STOP,
    resume: Annotated[
        str | None,
        typer.Option(metavar="RUN", help="Go on with an interrupted run; with --blocks, to so many."),
    ] = None,
    store: StoreOption = None,
    export_json: Annotated[
        str | None, typer.Option(metavar="FILE|-", help="Write the JSON document.")
    ] = None,
    export_csv: Annotated[str | None, typer.Option(metavar="FILE|-", help="Write the trials as CSV.")] = None,
    export_markdown: Annotated[
        str | None, typer.Option(metavar="FILE|-", help="Write the tables as Markdown.")
    ] = None,
    json: Annotated[bool, typer.Option("--json", help="The same as --export-json -.")] = False,
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Say what would be run, and stop.")] = False,
    no_progress: Annotated[bool, typer.Option("--no-progress", help="Show no progress.")] = False,
    quiet: QuietOption = False,
    verbose: VerboseOption = False,
    color: ColorOption = Color.AUTO,
) -> None:
    """Run every combination of a scenario's switches in randomized blocks; say what each switch brings."""
    from ..experiments.preparation import Request
    from ..reports.export_format import ExportFormat
    from .conducting import Wishes, conduct, preview
    from .project import store_path

    settings = {
        "persistence.database": database,
        "measure.blocks": blocks,
        "measure.design": design,
        "measure.isolate": isolate,
        "measure.metric": metric,
        "measure.seed": seed,
        "measure.threshold": threshold,
    }
    destinations = (
        (ExportFormat.JSON, "-" if json else None),
        (ExportFormat.JSON, export_json),
        (ExportFormat.CSV, export_csv),
        (ExportFormat.MARKDOWN, export_markdown),
    )
    if resume is not None:
        _refuse_settled(context)
    wishes = Wishes(
        source=scenario,
        overrides=(*(overrides or ()), *_as_overrides(settings)),
        request=Request(_names(flags), _names(hold) or ()),
        resume=resume,
        blocks=blocks,
        store=store_path(store),
        on_error=on_error,
        destinations=[(kind, target) for kind, target in destinations if target],
        show_progress=not no_progress,
    )
    if dry_run:
        preview(wishes)
    else:
        raise typer.Exit(conduct(wishes))


def _refuse_settled(context: typer.Context) -> None:
    """Raises RequestError for options that a run keeps from its beginning."""
    from ..experiments.preparation import RequestError
    from ..scenarios.wording import listed

    def given(name: str) -> bool:
        source = context.get_parameter_source(name)
        return source is not None and source.name == "COMMANDLINE"

    if again := [f"--{name}" for name in SETTLED if given(name)]:
        raise RequestError(f"{listed(again, 'and')}: settled when the run began, leave out to resume it")


def _as_overrides(settings: Mapping[str, object]) -> list[str]:
    """Options that say what the scenario could have said too, quoted as YAML reads them."""
    return [
        f"{path}={dumps(value) if isinstance(value, str) else value}"
        for path, value in settings.items()
        if value is not None
    ]


def _names(text: str | None) -> tuple[str, ...] | None:
    """A comma-separated list; `none` is the empty one."""
    if text is None:
        return None
    names = tuple(part.strip() for part in text.split(",") if part.strip())
    return () if names == ("none",) else names
