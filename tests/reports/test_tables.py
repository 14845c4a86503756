"""The figures in the tables are those of the JSON, and stand in order."""

import io
import json
import re
from collections.abc import Callable
from typing import Any

from rich.console import Console, RenderableType

from agentperf.reports.combination_columns import ranked
from agentperf.reports.combinations_table import Detail, combinations_table
from agentperf.reports.document import Document
from agentperf.reports.effects_table import effects_table
from agentperf.reports.interim_table import interim_table
from agentperf.reports.json_export import export_json
from agentperf.reports.markdown import export_markdown
from agentperf.reports.plan_table import plan_table

Documents = Callable[[str], Document]
Printed = Callable[[RenderableType, int], str]
DIFFERING = (
    "commits",
    "connections_opened",
    "frames_sent",
    "validations",
    "fsyncs",
    "bytes_sent",
)
FIGURE = re.compile(r"(-?[\d.]+) %")
INTERVAL = re.compile(r"\[(-?[\d.]+), (-?[\d.]+)\]")


def as_json(document: Document) -> Any:
    return json.loads(export_json(document))


def tenths(*values: float) -> tuple[str, ...]:
    return tuple(f"{round(value, 1) + 0.0:.1f}" for value in values)


def test_effects_equal_the_json(documents: Documents, printed: Printed) -> None:
    document = documents("six_switches")
    records = as_json(document)["effects"]
    records.sort(key=lambda record: -record["average"]["improvement_percent"])
    effects = [record[question] for record in records for question in ("alone", "average", "last")]
    _, _, markdown = export_markdown(document).partition("saves:")
    for text in (printed(effects_table(document), 160), markdown.partition("In brackets")[0]):
        assert FIGURE.findall(text) == [tenths(effect["improvement_percent"])[0] for effect in effects]
        assert INTERVAL.findall(text) == [
            tenths(effect["improvement_low"], effect["improvement_high"]) for effect in effects
        ]


def test_two_lines_hold_the_same_figures(documents: Documents, printed: Printed) -> None:
    document = documents("six_switches")
    wide, narrow = (printed(effects_table(document), width) for width in (160, 100))
    assert len(narrow.splitlines()) == len(wide.splitlines()) + len(document.effects)
    assert FIGURE.findall(wide) == FIGURE.findall(narrow)
    assert INTERVAL.findall(wide) == INTERVAL.findall(narrow)


def test_a_narrow_terminal_keeps_the_average(documents: Documents, printed: Printed) -> None:
    document = documents("six_switches")
    heads = {
        width: printed(effects_table(document), width).splitlines()[0].split() for width in (160, 80, 60, 40)
    }
    assert heads[160] == heads[80] == ["alone", "average", "last"]
    assert heads[60] == ["average", "last"]
    assert heads[40] == ["average"]
    assert "A wider terminal shows alone and last too." in printed(effects_table(document), 45)


def test_what_cannot_be_estimated_is_said(documents: Documents, printed: Printed) -> None:
    text = printed(effects_table(documents("screening")), 100)
    assert text.splitlines()[0].split() == ["alone"]
    assert "cannot estimate: average, last" in text


def test_combinations_equal_the_json_and_are_sorted_as_numbers(
    documents: Documents, printed: Printed
) -> None:
    document = documents("six_switches")
    records = sorted(as_json(document)["combinations"], key=lambda record: -record["improvement_percent"])
    lines = printed(combinations_table(document, Detail.ALL), 250).splitlines()[2:]
    for record, line in zip(records, lines[: len(records)], strict=True):
        if record["on"]:
            assert FIGURE.findall(line) == list(tenths(record["improvement_percent"]))
            assert INTERVAL.findall(line)[0] == tenths(record["improvement_low"], record["improvement_high"])
        wall = record["metrics"]["wall_s"]
        assert f"{1000 * wall['median']:.1f} [{1000 * wall['low']:.1f}, {1000 * wall['high']:.1f}]" in line
        counts = [f"{record['counters'][name]:,}" for name in DIFFERING]
        assert line.split()[-1 - len(counts) : -1] == counts


def test_gains_are_not_sorted_as_strings(documents: Documents, printed: Printed) -> None:
    document = documents("realistic")
    gains = (0.0, 2.0, 12.0, -3.5, 100.0, 9.9, 30.0, 5.0)
    fields = ("improvement_percent", "improvement_low", "improvement_high")
    records = [
        record.model_copy(update=dict.fromkeys(fields, gain))
        for record, gain in zip(document.combinations, gains, strict=True)
    ]
    text = printed(combinations_table(document.model_copy(update={"combinations": tuple(records)})), 100)
    assert FIGURE.findall(text) == ["100.0", "30.0", "12.0", "9.9", "5.0", "2.0", "-3.5"]


def test_the_best_ten_and_both_ends(documents: Documents, printed: Printed) -> None:
    document = documents("six_switches")
    text = printed(combinations_table(document), 160)
    names = [line.split("  ")[0] for line in text.splitlines()]
    assert {"all", "none"} <= set(names)
    assert len(INTERVAL.findall(printed(combinations_table(document), 100))) == 9
    assert "-v shows the other 54." in text
    assert "-v shows" not in printed(combinations_table(document, Detail.ALL), 160)


def test_counters_that_never_differ_stand_below(documents: Documents, printed: Printed) -> None:
    text = printed(combinations_table(documents("six_switches")), 160)
    assert "records" not in text.splitlines()[0]
    assert "The same under every combination: records 16, rows 192, bytes written 1,204,992." in text


def test_a_narrow_terminal_keeps_the_gain(documents: Documents, printed: Printed) -> None:
    heads = [
        printed(combinations_table(documents("six_switches")), width).splitlines()[0].split()
        for width in (45, 60, 80, 100)
    ]
    assert [" ".join(head) for head in heads] == [
        "combination saves",
        "combination saves wall (ms)",
        "combination saves wall (ms) commits",
        "combination saves wall (ms) commits connections frames",
    ]


def test_a_metric_without_an_interval(documents: Documents, printed: Printed) -> None:
    """Under six blocks there is a median, but no interval of it."""
    document = documents("realistic")
    data = document.model_dump()
    for record in data["combinations"]:
        for interval in record["metrics"].values():
            interval |= {"low": None, "high": None}
    text = printed(combinations_table(Document.model_validate(data)), 160)
    assert "191.6 " in text and "191.6 [" not in text


def test_the_plan_equals_the_json(documents: Documents, printed: Printed) -> None:
    document = documents("six_switches")
    data = as_json(document)
    steps = data["plan"]
    shares = {record["optimization"]: f"{round(record['share_percent'])}" for record in data["shares"]}
    text = printed(plan_table(document), 80).partition("Estimated")[0]
    figures = [(tenths(step["cumulative_improvement_percent"])[0], shares[step["add"]]) for step in steps]
    assert FIGURE.findall(text) == [figure for line in figures for figure in line]
    assert INTERVAL.findall(text) == [tenths(step["low"], step["high"]) for step in steps]
    (enough,) = (step["add"] for step in steps if step["enough"])
    assert [line.split()[1] for line in text.splitlines() if line.rstrip().endswith("enough")] == [enough]
    assert text.count("little more") == len(steps) - 3
    (tied,) = (step["ties"] for step in steps if step["ties"])
    assert f"or {tied[0]}" in text


def test_the_plan_gives_up_its_bar_before_its_shares(documents: Documents, printed: Printed) -> None:
    document = documents("six_switches")
    texts = {width: printed(plan_table(document), width) for width in (140, 80, 66, 50)}
    drawn = {
        width: max(line.count("\N{FULL BLOCK}") for line in text.splitlines())
        for width, text in texts.items()
    }
    assert drawn[140] > drawn[80] > drawn[66] == 0
    assert {width for width, text in texts.items() if " share" in text.splitlines()[0]} == {140, 80, 66}
    assert all(len(INTERVAL.findall(text)) == len(document.plan) for text in texts.values())


def test_the_bars_of_the_plan_are_ascii_where_they_must_be(documents: Documents) -> None:
    output = io.TextIOWrapper(io.BytesIO(), encoding="ascii")
    console = Console(width=100, file=output)
    with console.capture() as capture:
        console.print(plan_table(documents("six_switches")))
    text = capture.get()
    assert text.isascii() and "####" in text


def test_the_interim_table_gives_averages_and_no_verdicts(documents: Documents, printed: Printed) -> None:
    document = documents("running")
    averages = [record["average"] for record in as_json(document)["effects"]]
    averages.sort(key=lambda effect: -effect["improvement_percent"])
    _, _, text = printed(interim_table(document), 80).partition("interval")
    assert FIGURE.findall(text) == [tenths(effect["improvement_percent"])[0] for effect in averages]
    assert INTERVAL.findall(text) == [
        tenths(effect["improvement_low"], effect["improvement_high"]) for effect in averages
    ]
    assert "faster" not in text


def test_the_interim_table_of_a_design_without_averages(documents: Documents, printed: Printed) -> None:
    text = printed(interim_table(documents("screening")), 80)
    assert "saves alone" in text and "average" not in text


def test_without_intervals_the_fastest_combination_is_the_first(documents: Documents) -> None:
    data = documents("realistic").model_dump()
    for record in data["combinations"]:
        record |= dict.fromkeys(("improvement_percent", "improvement_low", "improvement_high"))
    times = [
        record.metrics.wall_s.median
        for record in ranked(Document.model_validate(data))
        if record.metrics.wall_s
    ]
    assert len(times) == 8 and times == sorted(times)
