"""The report in a real browser: quiet, offline, and it does what its controls say."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

import pytest
from playwright.sync_api import Browser, Page, expect

from agentperf.reports.page.page import render

from ..reports.kinds_of_documents import DOCUMENTS
from ..reports.planted_inspections import inspecting
from ..reports.simulated_dossiers import dossier

Opened = Callable[..., Any]
CONCERNS = 9


@pytest.fixture(scope="module")
def reports(tmp_path_factory: pytest.TempPathFactory) -> dict[str, str]:
    """Addresses of files, by kind of document."""
    folder = tmp_path_factory.mktemp("reports")
    addresses = {}
    for kind in ("six_switches", "hostile", "empty"):
        path = folder / f"{kind}.html"
        path.write_text(render(dossier(DOCUMENTS[kind](), samples=200)), encoding="utf-8")
        addresses[kind] = path.as_uri()
    path = folder / "inspection.html"
    path.write_text(render(inspecting(DOCUMENTS["realistic"](), ("pooling",), ())), encoding="utf-8")
    return addresses | {"inspection": path.as_uri()}


@pytest.fixture
def opened(browser: Browser, reports: dict[str, str]) -> Iterator[Opened]:
    """Opens a report, and asserts at the end that it was quiet and asked for nothing."""

    @contextmanager
    def open_report(kind: str = "six_switches", width: int = 1400, **options: Any) -> Iterator[Page]:
        context = browser.new_context(viewport={"width": width, "height": 1000}, **options)
        page = context.new_page()
        said: list[str] = []
        asked: list[str] = []
        page.on("console", lambda message: said.append(message.text))
        page.on("pageerror", lambda error: said.append(str(error)))
        page.on("request", lambda request: asked.append(request.url))
        page.goto(reports[kind])
        yield page
        assert said == []
        assert [url for url in asked if not url.startswith(("data:", "blob:"))] == [reports[kind]]
        context.close()

    yield open_report


def column(page: Page, heading: str) -> list[float]:
    """The exact values of a column of the combinations, as they stand; what has none is left out."""
    values: list[float] = page.evaluate(
        """heading => {
          const table = document.getElementById("combination-table");
          const headings = [...table.tHead.rows[0].cells].map(cell => cell.textContent.trim());
          const place = headings.findIndex(text => text.startsWith(heading));
          const values = [...table.tBodies[0].rows].map(row => row.cells[place].dataset.value);
          return values.filter(Boolean).map(Number);
        }""",
        heading,
    )
    return values


def shapes(page: Page) -> list[list[str]]:
    """What is drawn in the first timeline."""
    drawn: list[list[str]] = page.evaluate(
        """() => {
          const names = ["class", "x", "y", "width", "height"];
          return [...document.querySelector(".lanes").querySelectorAll("*")].map(one => [
            one.tagName.toLowerCase(),
            ...names.map(name => one.getAttribute(name) ?? ""),
            one.children.length ? "" : one.textContent.trim(),
          ]);
        }"""
    )
    return drawn


@pytest.mark.parametrize("heading", ["saves", "wall (ms)", "commits"])
def test_every_column_is_sorted_as_numbers(opened: Opened, heading: str) -> None:
    with opened() as page:
        before = column(page, heading)
        button = page.locator("#combination-table th", has_text=heading).locator("button")
        button.click()
        assert column(page, heading) == sorted(before, reverse=True)
        assert page.locator("#combination-table th[aria-sort=descending]").count() == 1
        button.press("Enter")
        assert column(page, heading) == sorted(before)


def test_combinations_are_filtered_by_switch(opened: Opened) -> None:
    with opened() as page:
        rows = page.locator("#combination-table tbody tr:visible")
        assert rows.count() == 64
        form = page.locator("form[data-filters]")
        form.locator("fieldset").nth(0).locator("input[value=on]").check()
        form.locator("fieldset").nth(2).locator("input[value=off]").check()
        assert rows.count() == 16
        assert all(
            on[0] == "1" and on[2] == "0" for on in rows.evaluate_all("all => all.map(row => row.dataset.on)")
        )
        assert form.locator("output").inner_text() == "16 of 64 shown"
        form.locator("fieldset").nth(0).locator("input:checked").press("ArrowRight")
        assert {on[0] for on in rows.evaluate_all("all => all.map(row => row.dataset.on)")} == {"0"}
        form.get_by_role("button", name="Show all").click()
        expect(form.locator("output")).to_have_text("64 of 64 shown")
        assert rows.count() == 64


def test_a_timeline_is_redrawn_as_it_was_written(opened: Opened) -> None:
    with opened() as page:
        figure = page.locator("[data-timeline]").first
        written, total = shapes(page), figure.locator(".session-total").inner_text()
        select = figure.locator("select")
        select.select_option(label="pooling")
        expect(figure.locator(".session-name")).to_have_text("pooling")
        assert shapes(page) != written
        assert figure.locator(".waits tbody tr").count() > 3
        select.select_option(label="nothing on")
        expect(figure.locator(".session-name")).to_have_text("nothing on")
        assert shapes(page) == written
        assert figure.locator(".session-total").inner_text() == total


@pytest.mark.parametrize("kind", ["six_switches", "hostile", "empty", "inspection"])
@pytest.mark.parametrize("width", [390, 700, 1100, 1400])
def test_no_width_scrolls_sideways(opened: Opened, kind: str, width: int) -> None:
    with opened(kind, width) as page:
        for details in page.locator("details").all():
            details.evaluate("one => { one.open = true; }")
        assert page.evaluate("document.documentElement.scrollWidth") <= width


CONTRAST = """() => {
  const canvas = document.createElement("canvas").getContext("2d", { willReadFrequently: true });
  function light(color) {
    canvas.clearRect(0, 0, 1, 1);
    canvas.fillStyle = color;
    canvas.fillRect(0, 0, 1, 1);
    const parts = [...canvas.getImageData(0, 0, 1, 1).data].slice(0, 3).map(part => part / 255)
      .map(part => part <= 0.04045 ? part / 12.92 : ((part + 0.055) / 1.055) ** 2.4);
    return 0.2126 * parts[0] + 0.7152 * parts[1] + 0.0722 * parts[2];
  }
  function behind(element) {
    for (let one = element; one; one = one.parentElement) {
      const color = getComputedStyle(one).backgroundColor;
      if (color !== "rgba(0, 0, 0, 0)") return color;
    }
  }
  const found = [];
  for (const element of document.querySelectorAll("main *, nav *")) {
    const own = [...element.childNodes].some(node => node.nodeType === 3 && node.data.trim());
    const exempt = element.closest("svg, [hidden], .is-on, .is-off, :disabled + span");
    if (!own || exempt || !element.checkVisibility()) continue;
    const [a, b] = [light(getComputedStyle(element).color), light(behind(element))].sort((x, y) => y - x);
    const ratio = (a + 0.05) / (b + 0.05);
    const text = element.textContent.slice(0, 40);
    if (ratio < 4.5) found.push(`${element.tagName}.${element.className} ${ratio.toFixed(2)} ${text}`);
  }
  return found;
}"""


@pytest.mark.parametrize("kind", ["six_switches", "inspection"])
@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_all_text_stands_out_from_what_is_behind_it(opened: Opened, kind: str, scheme: str) -> None:
    with opened(kind, color_scheme=scheme) as page:
        page.locator("details").evaluate_all("all => all.forEach(one => { one.open = true; })")
        assert page.evaluate(CONTRAST) == []
        paper = page.evaluate("getComputedStyle(document.documentElement).backgroundColor")
        assert (paper == "rgb(255, 255, 255)") is (scheme == "light")


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_concerns_stand_out_and_bear_their_labels(opened: Opened, scheme: str) -> None:
    with opened(color_scheme=scheme) as page:
        colors = page.evaluate(
            """() => { const style = getComputedStyle(document.documentElement);
              return ["--paper", "--on-concern", ...Array.from({ length: 9 }, (_, n) => `--concern-${n}`)]
                .map(name => style.getPropertyValue(name).trim()); }"""
        )
        paper, ink, *concerns = map(luminance, colors)
        assert len(concerns) == CONCERNS == len(set(colors[2:]))
        for concern in concerns:
            assert contrast(concern, paper) >= 3
            assert contrast(concern, ink) >= 4.5


def luminance(color: str) -> float:
    """Of #rrggbb, as WCAG 2 has it."""
    parts = (int(color[place : place + 2], 16) / 255 for place in (1, 3, 5))
    red, green, blue = (
        part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in parts
    )
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def contrast(one: float, other: float) -> float:
    return (max(one, other) + 0.05) / (min(one, other) + 0.05)


def test_it_can_be_read_without_scripts(opened: Opened) -> None:
    with opened(java_script_enabled=False) as page:
        assert page.locator("#combination-table tbody tr").count() == 64
        assert page.locator(".lanes rect.on-path").count() > 10
        assert not page.locator("form.filter").is_visible()
        assert not page.locator("[data-timeline] select").first.is_visible()
        assert page.locator("button.sort").count() == 0
        assert page.locator(".flame").count() == 1
        assert not page.locator(".flame").is_visible()


def test_it_prints_on_white_paper_with_whole_tables(opened: Opened) -> None:
    with opened(color_scheme="dark") as page:
        assert page.pdf(format="A4", print_background=True).startswith(b"%PDF")
        page.emulate_media(media="print")
        assert (
            page.evaluate("getComputedStyle(document.documentElement).backgroundColor")
            == "rgb(255, 255, 255)"
        )
        assert not page.locator("form.filter").is_visible()
        assert not page.locator("nav.contents").is_visible()
        page.set_viewport_size({"width": 688, "height": 1000})  # A4 within its margins
        assert page.evaluate("document.documentElement.scrollWidth") <= 688
        assert page.locator(".scroll.tall").first.evaluate("one => one.scrollHeight <= one.clientHeight + 1")


def test_what_is_folded_away_is_on_paper(opened: Opened) -> None:
    with opened() as page:
        figures = page.locator("#time details table").first
        assert not figures.is_visible()
        page.emulate_media(media="print")
        assert figures.is_visible()
        assert page.locator("#time summary").first.is_visible()
        needs_file = "scenario.json" in page.locator("pre.command").inner_text()
        assert page.locator("#repeat details").is_visible() == needs_file


def test_names_that_look_like_markup_do_nothing(opened: Opened) -> None:
    with opened("hostile") as page:
        dialogs: list[str] = []
        page.on("dialog", lambda dialog: dialogs.append(dialog.message))
        assert page.locator("h1").inner_text().startswith("<script>alert(1)</script>")
        for select in page.locator("[data-timeline] select").all():
            select.select_option(index=3)
        assert dialogs == []


def test_all_can_be_reached_by_keyboard(opened: Opened) -> None:
    with opened() as page:
        page.keyboard.press("Tab")
        assert page.evaluate("document.activeElement.className") == "skip"
        for region in page.locator("section:not(#flame-graphs) .scroll").all():
            assert region.get_attribute("tabindex") == "0" and region.get_attribute("aria-label")


def test_an_inspection_opens_on_what_was_asked_for(opened: Opened) -> None:
    with opened("inspection") as page:
        expect(page.locator(".flame-table tbody tr").first).to_be_visible()
        chosen = "one => one.selectedOptions[0].textContent"
        assert page.locator("[data-flame=profile]").evaluate(chosen).startswith("pooling")
        assert page.locator("[data-flame=against]").evaluate(chosen).startswith("nothing on")
        assert page.locator("#functions th[scope=row]").count() > 5


def test_an_experiment_opens_on_nothing_on(opened: Opened) -> None:
    with opened() as page:
        expect(page.locator(".flame-table tbody tr").first).to_be_visible()
        chosen = "one => one.selectedOptions[0].textContent"
        assert page.locator("[data-flame=profile]").evaluate(chosen).startswith("nothing on")
        assert page.locator("[data-flame=against]").input_value() == ""


@pytest.mark.parametrize("kind", ["six_switches", "inspection"])
def test_the_functions_fit_a_narrow_screen(opened: Opened, kind: str) -> None:
    with opened(kind, 390) as page:
        expect(page.locator(".flame-table tbody tr").first).to_be_visible()
        assert page.locator(".flame-table").evaluate("one => one.scrollWidth <= one.clientWidth")
        for table in page.locator(".inspection-ledger, .inspected-functions").all():
            assert table.evaluate("one => one.scrollWidth <= one.parentElement.clientWidth")


def test_paper_says_how_many_functions_are_left_out(opened: Opened) -> None:
    with opened() as page:
        rest = page.locator(".flame-rest")
        expect(page.locator(".flame-table tbody tr")).to_have_count(50)
        assert not rest.is_visible()
        page.emulate_media(media="print")
        assert not page.locator("[data-flame=more]").is_visible()
        shown = re.fullmatch(r"(\d+) more functions: .*", rest.inner_text())
        assert shown and f"all {50 + int(shown[1])} " in (
            page.locator("[data-flame=more]").text_content() or ""
        )
        page.emulate_media(media="screen")
        page.locator("[data-flame=more]").click()
        page.emulate_media(media="print")
        assert rest.inner_text() == ""


def test_the_functions_are_there_as_soon_as_it_prints(opened: Opened) -> None:
    with opened() as page:
        expect(page.locator(".flame-table tbody tr")).to_have_count(50)
        words = page.evaluate(
            """async () => {
              const search = document.querySelector("[data-flame=search]");
              search.value = "function_12";
              search.dispatchEvent(new Event("input"));
              const found = document.querySelector("[data-flame=found]");
              while (!found.textContent.includes("matched")) await Promise.resolve();
              window.dispatchEvent(new Event("beforeprint"));
              const heads = document.querySelectorAll(".flame-table tbody th");
              const names = [...heads].map(one => one.textContent);
              window.dispatchEvent(new Event("afterprint"));
              return names;
            }"""
        )
        assert words and all("function_12" in name for name in words)


def test_without_scripts_an_inspection_still_names_functions(opened: Opened) -> None:
    with opened("inspection", java_script_enabled=False) as page:
        assert page.locator("#functions th[scope=row]").first.is_visible()
        assert "need JavaScript" in page.locator("#flame-graphs").inner_text()
