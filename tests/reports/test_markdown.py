"""GitHub shows names as they are, whatever is in them."""

from collections.abc import Callable, Iterator
from itertools import pairwise

from markdown_it import MarkdownIt
from markdown_it.token import Token

from agentperf.reports.document import Document
from agentperf.reports.markdown import export_markdown
from agentperf.scenarios.wording import printable

Documents = Callable[[str], Document]
PLAIN = {"text", "code_inline", "strong_open", "strong_close"}


def parsed(document: Document) -> list[Token]:
    return MarkdownIt("gfm-like", {"linkify": False}).parse(export_markdown(document))


def cells(tokens: list[Token]) -> Iterator[Token]:
    for before, token in pairwise(tokens):
        if before.type in ("td_open", "th_open"):
            yield token


def test_names_are_code_and_nothing_else(documents: Documents) -> None:
    document = documents("hostile")
    tokens = parsed(document)
    inside = [child for token in tokens if token.type == "inline" for child in token.children or ()]
    assert {child.type for child in inside} <= PLAIN
    code = {child.content for child in inside if child.type == "code_inline"}
    assert {printable(factor) for factor in document.design.factors} <= code
    html = [token.content for token in tokens if token.type == "html_block"]
    assert html == [
        *("<details><summary>all 32 combinations</summary>\n", "</details>\n"),
        *("<details><summary>all 10 pairs</summary>\n", "</details>\n"),
        *("<details><summary>what if, from nothing on</summary>\n", "</details>\n"),
        *("<details><summary>what if, from everything on</summary>\n", "</details>\n"),
    ]


def test_every_row_has_every_cell(any_document: Document) -> None:
    rows: list[int] = []
    tables: list[list[int]] = []
    for token in parsed(any_document):
        match token.type:
            case "table_open":
                tables.append(rows := [])
            case "tr_open":
                rows.append(0)
            case "td_open" | "th_open":
                rows[-1] += 1
    assert all(len(set(table)) == 1 for table in tables)
    blocks = any_document.design.blocks
    assert bool(tables) == bool(blocks)


def test_all_combinations_are_folded_away(documents: Documents) -> None:
    document = documents("six_switches")
    first, folded, pairs, *_ = export_markdown(document).split("<details>")
    assert first.count("\n| ") < 25
    assert folded.partition("</details>")[0].count("\n| ") == len(document.combinations) + 2
    assert pairs.partition("</details>")[0].count("\n| ") == len(document.interactions) + 2


def test_what_is_not_told_apart_is_folded_away_as_code(documents: Documents) -> None:
    document = documents("fractional")
    text = export_markdown(document)
    assert "<details><summary>not told apart: 2</summary>" in text
    assert all(f"- `{line}`" in text for line in document.design.aliases)


def test_claims_and_their_verdicts(documents: Documents) -> None:
    document = documents("six_switches")
    text = export_markdown(document)
    assert f"What was claimed, at time scale {document.time_scale:g}:" in text
    for record in document.claims:
        assert f"**{record.verdict}**: " in text
    assert "The claimed order, `async_monitoring`, `pooling`" in text
    assert "- `pooling` saves 25.6 % (81.4 ms) without `batched_persistence`" in text


def test_the_pipe_of_a_name_stays_in_its_cell(documents: Documents) -> None:
    document = documents("hostile")
    found = [child.content for cell in cells(parsed(document)) for child in cell.children or ()]
    assert '=cmd("calc")|\'`quoted`' in found


def test_what_replays_predict_stands_beside_what_switches_saved(documents: Documents) -> None:
    text = export_markdown(documents("six_switches"))
    from_nothing, from_everything = text.split("<details><summary>what if, from ")[1:]
    assert "| if | saves | switch | saves alone | prediction |" in from_nothing
    (row,) = (line for line in from_nothing.splitlines() if line.startswith("| connections took no time"))
    assert "| `websocket_suppression` |" in row and row.count(" % [") == 2
    assert "| if | saves |\n" in from_everything
    for told in (from_nothing, from_everything):
        assert "A replay that changes nothing is off by" in told
    assert "what if" not in export_markdown(documents("empty"))
