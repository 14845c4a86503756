"""The difference of two profiles in Chromium: widths, colours, words, and what vanished."""

from __future__ import annotations

from typing import Any, Literal

import pytest

from agentperf.agents.spans import step_kind

RESEARCHER = ("run_session", "invoke_agent researcher")
DIFFERENCE = "#flame-graphs?profile=cpu-1&against=cpu-0"


def hue(pixel: list[int]) -> str:
    """Which of the three it has most of, where it has a colour at all."""
    red, green, blue, _ = pixel
    if max(red, green, blue) - min(red, green, blue) < 20:
        return "grey"
    return {red: "red", green: "green", blue: "blue"}[max(red, green, blue)]


def test_chosen_on_the_page_and_put_into_words(two_runs: Any, open_viewer: Any) -> None:
    viewer = open_viewer(two_runs.data())
    viewer.part("profile").select_option("cpu-1")
    viewer.part("against").select_option("cpu-0")
    viewer.settle()
    assert viewer.page.evaluate("location.hash") == f"{DIFFERENCE}&scale=measured"
    facts = viewer.text("facts")
    assert "Width: the share with pooling. Colour: the change of the self share against nothing on." in facts
    assert "All shares are of the CPU time measured with nothing on, without a profiler" in facts
    assert "the changes add up to 30.0 points less" in facts
    assert viewer.part("colour").is_hidden()
    assert "new: met nowhere before" in viewer.text("legend")
    viewer.page.mouse.move(*viewer.middle(*RESEARCHER, "save", "pre_ping"))
    assert "New: met nowhere with nothing on" in viewer.part("tooltip").inner_text()
    viewer.page.mouse.move(*viewer.middle("run_session", "_run_once"))
    assert "points less than with nothing on" in viewer.part("tooltip").inner_text()


def test_shares_or_the_measured_time(two_runs: Any, open_viewer: Any) -> None:
    viewer = open_viewer(two_runs.data(), fragment=DIFFERENCE)
    sums = {}
    for scale, words in (("measured", "measured time"), ("shares", "shares")):
        viewer.choose("scale", words)
        sums[scale] = viewer.page.evaluate(
            """(() => { const { tree, before, weights } = viewer.scene;
            return tree.total[0] * weights.now - before.total[0] * weights.before; })()"""
        )
    assert sums == {"measured": pytest.approx(-0.3), "shares": pytest.approx(0)}
    assert "scale=shares" in viewer.page.evaluate("location.hash")


def test_without_a_measured_time_there_are_shares_only(two_runs: Any, open_viewer: Any) -> None:
    two_runs.profiles[0]["measuredSeconds"] = None
    viewer = open_viewer(two_runs.data(), fragment=f"{DIFFERENCE}&scale=measured")
    assert viewer.page.evaluate("viewer.scene.scale") == "shares"
    assert viewer.part("scale").get_by_role("radio", name="measured time").is_disabled()


def test_blue_is_less_red_is_more_purple_is_new(profile_data: Any, open_viewer: Any) -> None:
    def call(name: str) -> tuple[str, str, int, int]:
        return (name, "a.py", 1, 0)

    old = [([call("less")], 800), ([call("same")], 700), ([call("more")], 500)]
    new = [([call("more")], 800), ([call("same")], 700), ([call("less")], 400), ([call("fresh")], 100)]
    profile_data.add("nothing on", old).add("pooling", new)
    viewer = open_viewer(profile_data.data(), fragment=DIFFERENCE, color_scheme="light")
    canvas = viewer.part("canvas").bounding_box()
    hues = {}
    for name in ("less", "same", "more", "fresh"):
        x, y = viewer.middle(name)
        canvas = viewer.part("canvas").bounding_box()
        hues[name] = viewer.pixel(x - canvas["x"], y - canvas["y"] + 7)
    assert {name: hue(pixel) for name, pixel in hues.items()} == {
        "less": "blue", "same": "grey", "more": "red", "fresh": "blue",
    }  # fmt: skip
    assert hues["fresh"][0] > hues["less"][0] and hues["fresh"][1] < hues["less"][1], "purple"


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_three_strengths_tell_apart_and_bear_text(
    two_runs: Any, open_viewer: Any, scheme: Literal["light", "dark"]
) -> None:
    viewer = open_viewer(two_runs.data(), fragment=DIFFERENCE, color_scheme=scheme)
    between, text = viewer.page.evaluate(
        """() => {
          const { fills, texts } = viewer.scheme;
          const contrast = (one, other) => agentperf.flameColours.contrast(
            ...[one, other].map((colour) => colour.match(/[0-9]+/g).map(Number)));
          const strongest = [4, 7, 10];
          return [
            strongest.flatMap((one) =>
              [one - 1, one].map((place) => contrast(fills[place - 1], fills[place]))),
            fills.map((fill, place) => contrast(fill, texts[place])),
          ];
        }"""
    )
    assert min(between) > 1.25
    assert min(text) >= 4.5


def test_a_search_leaves_what_chance_may_do_as_it_was_judged(two_runs: Any, open_viewer: Any) -> None:
    viewer = open_viewer(two_runs.data(), fragment=DIFFERENCE)
    same = """async (changed) => {
      const before = viewer.scene.doubts;
      await viewer.change(changed);
      return viewer.scene.doubts === before;
    }"""
    assert viewer.page.evaluate(same, {"search": "researcher"})
    assert not viewer.page.evaluate(same, {"scale": "shares"})
    assert viewer.page.evaluate(same, {"search": ""})


def work(*names: str) -> list[tuple[str, str, int, int]]:
    return [(name, "a.py", 1, 0) for name in names]


def test_an_agent_is_compared_wherever_it_is_called_from(profile_data: Any, open_viewer: Any) -> None:
    agent = (step_kind("a").name, "think")
    profile_data.add("nothing on", [(work("one_by_one", *agent), 900), (work("one_by_one", "close"), 100)])
    profile_data.add("parallelism", [(work("at_once", *agent), 800), (work("at_once", "close"), 200)])
    viewer = open_viewer(profile_data.data(), fragment=DIFFERENCE, color_scheme="light")
    assert "Agents are compared wherever they were called from." in viewer.text("facts")
    told = {}
    for path in (("at_once",), ("at_once", *agent[:1]), ("at_once", *agent), ("at_once", "close")):
        viewer.page.mouse.move(*viewer.middle(*path))
        told[path[-1]] = viewer.part("tooltip").inner_text().splitlines()[4:]
    assert told["at_once"] == [
        "New: met nowhere with nothing on",
        "In total: 10.0 points more than with nothing on",
    ]
    assert told["invoke_agent a"] == [
        "Itself: as much as with nothing on",
        "In total: 10.0 points less than with nothing on",
        "Called from elsewhere with nothing on, and compared with it there",
    ]
    assert told["think"][0] == "Itself: 10.0 points less than with nothing on"
    assert "Not new, but called from elsewhere with nothing on" in told["close"][-1]
    viewer.choose("show", "what vanished")
    assert viewer.node("one_by_one", "invoke_agent a") == -1
    assert viewer.text("facts").endswith(
        "10.0 % of all samples ended in them, 10.0 % in functions that it calls from elsewhere."
    )
    viewer.page.mouse.move(*viewer.middle("one_by_one", "close"))
    assert "Called from elsewhere with parallelism" in viewer.part("tooltip").inner_text()


def test_many_small_changes_of_one_function_are_coloured(profile_data: Any, open_viewer: Any) -> None:
    agents = [f"invoke_agent {name}" for name in "abcd"]
    for name, samples in (("nothing on", 20), ("pooling", 40)):
        runs = [(work(agent, "write"), samples) for agent in agents]
        profile_data.add(name, [*runs, (work("rest"), 1000 - len(agents) * samples)])
    viewer = open_viewer(profile_data.data(), fragment=DIFFERENCE, color_scheme="light")
    x, y = viewer.middle("invoke_agent a", "write")
    canvas = viewer.part("canvas").bounding_box()
    assert hue(viewer.pixel(x - canvas["x"], y - canvas["y"] + 7)) == "red"
    viewer.page.mouse.move(x, y)
    words = (
        "Itself: 2.0 points more than with nothing on, within chance here, "
        "but 8.0 points more over all its calls"
    )
    assert words in viewer.part("tooltip").inner_text()


def test_the_table_holds_the_changes_largest_first(two_runs: Any, open_viewer: Any) -> None:
    viewer = open_viewer(two_runs.data(), fragment=DIFFERENCE)
    rows = [row.locator("th, td").all_inner_texts() for row in viewer.part("table").locator("tbody tr").all()]
    assert rows[0][0].startswith("connect "), "which is gone"
    assert rows[0][2:5] == ["0.0 %", "0.0 %", "0"]
    changes = [abs(float(row[5].replace("\N{MINUS SIGN}", "-"))) for row in rows]
    assert changes == sorted(changes, reverse=True)
    assert any(row[5].startswith("+") for row in rows)
    assert "shares, not times, of the measured time with nothing on" in viewer.text("table")


def test_what_vanished_has_a_view_of_its_own(two_runs: Any, open_viewer: Any) -> None:
    viewer = open_viewer(two_runs.data(), fragment=DIFFERENCE)
    assert viewer.node(*RESEARCHER, "save", "connect") == -1
    viewer.choose("show", "what vanished")
    assert viewer.node(*RESEARCHER, "save", "connect") > 0
    assert viewer.node(*RESEARCHER, "think") == -1
    assert "Paths met with nothing on and no more with pooling" in viewer.text("facts")
    assert viewer.part("order").is_hidden() and viewer.part("scale").is_hidden()
    viewer.page.mouse.click(*viewer.middle(*RESEARCHER, "save", "connect"))
    viewer.settle()
    fragment = viewer.page.evaluate("location.hash")
    again = open_viewer(two_runs.data(), fragment=fragment)
    assert again.zoomed() == "connect"
    assert again.text("facts") == viewer.text("facts")


def test_nothing_vanished_is_said(two_runs: Any, open_viewer: Any) -> None:
    two_runs.profiles[1]["tree"] = two_runs.profiles[0]["tree"]
    viewer = open_viewer(two_runs.data(), fragment=f"{DIFFERENCE}&show=vanished")
    assert viewer.text("message") == "Nothing vanished."
    viewer.choose("show", "what is there")
    assert viewer.part("stage").is_visible()


def test_by_time_in_a_difference(two_runs: Any, open_viewer: Any) -> None:
    viewer = open_viewer(two_runs.data(), fragment=f"{DIFFERENCE}&order=time")
    viewer.page.mouse.move(*viewer.middle("run_session", "_run_once"))
    assert "than with nothing on" in viewer.part("tooltip").inner_text()
    viewer.page.mouse.click(*viewer.middle("run_session"))
    viewer.settle()
    assert viewer.zoomed() == "run_session"


def test_another_mode_keeps_the_combinations(two_runs: Any, open_viewer: Any) -> None:
    viewer = open_viewer(two_runs.data(), fragment=DIFFERENCE)
    viewer.choose("mode", "Waiting")
    assert viewer.page.evaluate("[viewer.state.profile, viewer.state.against]") == ["await-3", "await-2"]
    viewer.part("profile").select_option("await-2")
    viewer.settle()
    assert viewer.page.evaluate("viewer.state.against") is None, "nothing is compared with itself"
