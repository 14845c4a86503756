"""The flame graph viewer in Chromium, driven by mouse and keyboard as a person does."""

from __future__ import annotations

import re
from typing import Any

RESEARCHER = ("run_session", "invoke_agent researcher")


def test_the_first_profile_is_shown_with_what_it_is(two_runs: Any, open_viewer: Any) -> None:
    viewer = open_viewer(two_runs.data())
    samples = two_runs.profiles[0]["samples"]
    assert "Shares, not times" in viewer.page.locator("#flame-graphs").inner_text()
    assert viewer.text("facts").startswith(
        f"nothing on: {samples:,.0f} samples of CPU time by py-spy, one every 2 ms."
    )
    assert viewer.text("caveats") == ""
    assert viewer.part("canvas").get_attribute("tabindex") == "0"
    assert viewer.part("canvas").get_attribute("aria-label") == "Flame graph of CPU time: nothing on"
    legend = viewer.part("legend").locator("li").all_text_contents()
    assert re.match(r"agent work \d+\.\d %", legend[0]), "the largest concern first, with its share"
    assert viewer.page.evaluate("location.hash") == "", "nothing was changed yet"


def test_the_table_holds_the_true_shares_and_sorts(two_runs: Any, open_viewer: Any) -> None:
    viewer = open_viewer(two_runs.data())
    rows = viewer.part("table").locator("tbody tr")
    first = rows.nth(0).locator("th, td").all_inner_texts()
    tree = viewer.page.evaluate(
        "({ self: [...viewer.scene.tree.self], frame: [...viewer.scene.tree.frame] })"
    )
    think = next(number for number, frame in enumerate(two_runs.frames) if frame[0] == "think")
    own = sum(own for own, frame in zip(tree["self"], tree["frame"], strict=True) if frame == think)
    share = f"{100 * own / sum(tree['self']):.1f} %"
    assert first == ["think agentperf/agents/work.py:30", "agent work", share, share, f"{own:,}"]
    heading = viewer.part("table").get_by_role("columnheader", name="Total")
    for direction, descending in (("descending", True), ("ascending", False)):
        heading.get_by_role("button").click()
        assert heading.get_attribute("aria-sort") == direction
        shares = [float(text.split()[-2]) for text in rows.locator("td:nth-child(3)").all_inner_texts()]
        assert shares == sorted(shares, reverse=descending)
    viewer.part("table").get_by_role("button", name="Function").click()
    names = viewer.part("table").locator("tbody th button").all_inner_texts()
    assert names == sorted(names)


def test_fifty_functions_until_all_are_asked_for(profile_data: Any, open_viewer: Any) -> None:
    runs = [([(f"function_{number}", "many.py", 1, 8)], number + 1) for number in range(60)]
    viewer = open_viewer(profile_data.add("nothing on", runs).data())
    rows = viewer.part("table").locator("tbody tr")
    assert rows.count() == 50
    assert viewer.text("more") == "Show all 60 functions"
    viewer.part("more").click()
    assert rows.count() == 60
    assert (
        viewer.page.evaluate("document.activeElement.textContent")
        == rows.nth(50).locator("button").inner_text()
    )
    assert viewer.part("more").is_hidden()


def test_a_click_zooms_and_the_path_leads_back(two_runs: Any, open_viewer: Any) -> None:
    viewer = open_viewer(two_runs.data())
    path = viewer.part("path").locator("button")
    viewer.page.mouse.click(*viewer.middle(*RESEARCHER, "save"))
    viewer.settle()
    assert viewer.zoomed() == "save"
    assert path.all_inner_texts() == ["all", "run_session", "invoke_agent researcher", "save"]
    assert "in save (" in viewer.part("table").locator("caption").inner_text()
    assert "think" not in viewer.part("table").inner_text(), "the table follows the zoom"
    path.nth(2).click()
    assert viewer.zoomed() == "invoke_agent researcher"
    viewer.part("canvas").focus()
    viewer.page.keyboard.press("Escape")
    assert viewer.zoomed() == "save", "back to the zoom before"
    viewer.page.keyboard.press("Backspace")
    assert viewer.zoomed() == "nothing on"
    viewer.page.mouse.click(*viewer.middle(*RESEARCHER, "save"))
    viewer.page.mouse.dblclick(*viewer.middle(*RESEARCHER, "save"))
    assert viewer.zoomed() == "nothing on", "a double click shows all"


def test_the_keyboard_reaches_everything(two_runs: Any, open_viewer: Any) -> None:
    viewer = open_viewer(two_runs.data())
    press = viewer.page.keyboard.press
    viewer.part("canvas").focus()
    press("ArrowDown")
    assert viewer.text("focused").startswith(
        "run_session; agentperf/agents/session.py:40 · event loop; 100.0 % in total"
    )
    press("ArrowDown")
    first = viewer.text("focused")
    press("ArrowRight")
    assert viewer.text("focused") != first
    press("ArrowLeft")
    assert viewer.text("focused") == first
    press("ArrowDown")
    assert viewer.text("focused").startswith("think; ")
    outline = viewer.part("cursor").bounding_box()
    assert outline is not None and outline["width"] > 3
    press("ArrowUp")
    press("Enter")
    assert viewer.zoomed().startswith("invoke_agent")
    press("0")
    assert viewer.zoomed() == "nothing on"
    press("?")
    assert viewer.part("keys").is_visible()
    press("/")
    assert viewer.page.evaluate("document.activeElement === viewer.parts.search")
    viewer.page.keyboard.type("commit")
    press("Enter")
    viewer.settle()
    assert viewer.text("focused").startswith("commit; ")
    viewer.part("canvas").focus()
    before = viewer.page.evaluate("viewer.cursor")
    press("n")
    assert viewer.text("focused").startswith("commit; ")
    assert viewer.page.evaluate("viewer.cursor") != before
    press("Control+f")
    assert viewer.page.evaluate("document.activeElement === viewer.parts.search")


def test_the_keyboard_keeps_its_place_in_what_is_made_anew(two_runs: Any, open_viewer: Any) -> None:
    viewer = open_viewer(two_runs.data())
    focused = "document.activeElement.textContent"
    viewer.part("table").get_by_role("button", name="validate").first.press("Enter")
    viewer.settle()
    assert viewer.part("search").input_value() == "validate"
    assert viewer.page.evaluate(focused) == "validate"
    viewer.page.mouse.click(*viewer.middle(*RESEARCHER, "save"))
    viewer.settle()
    viewer.part("path").locator("button").nth(1).press("Enter")
    viewer.settle()
    assert viewer.zoomed() == viewer.page.evaluate(focused) == "run_session"


def test_a_search_says_its_share_and_dims_the_rest(two_runs: Any, open_viewer: Any) -> None:
    viewer = open_viewer(two_runs.data())
    x, y = viewer.middle("run_session", "_run_once")
    box = viewer.part("canvas").bounding_box()
    place = (x - box["x"], y - box["y"] + 7)
    before = viewer.pixel(*place)
    viewer.part("search").fill("VALIDATE")
    viewer.settle()
    runs = viewer.page.evaluate("[[...viewer.scene.tree.self], [...viewer.scene.tree.frame]]")
    validate = next(number for number, frame in enumerate(two_runs.frames) if frame[0] == "validate")
    matched = sum(own for own, frame in zip(*runs, strict=True) if frame == validate)
    assert viewer.text("found") == f"{100 * matched / sum(runs[0]):.1f} % matched in 1 function"
    assert viewer.pixel(*place) != before
    assert viewer.part("table").locator("tbody tr").count() == 1
    viewer.page.mouse.click(*viewer.middle(*RESEARCHER))
    viewer.settle()
    assert "of the zoomed frame) in 1 function" in viewer.text("found")
    viewer.part("search").fill("")
    viewer.settle()
    assert viewer.text("found") == ""


def test_the_tooltip_tells_where_and_how_much(two_runs: Any, open_viewer: Any) -> None:
    viewer = open_viewer(two_runs.data())
    viewer.page.mouse.move(*viewer.middle(*RESEARCHER, "think"))
    tooltip = viewer.part("tooltip").inner_text().splitlines()
    assert tooltip[:2] == ["think", "agentperf/agents/work.py:30 · agent work"]
    assert re.fullmatch(r"\d+\.\d % in total, \d+\.\d % itself", tooltip[2])
    assert re.fullmatch(r"\d+ samples", tooltip[3])
    viewer.page.mouse.move(2, 2)
    assert viewer.part("tooltip").is_hidden()


def test_the_wheel_is_the_pages_unless_control_is_held(two_runs: Any, open_viewer: Any) -> None:
    viewer = open_viewer(two_runs.data())
    viewer.page.mouse.move(*viewer.middle(*RESEARCHER, "think"))
    with viewer.page.expect_event("console", lambda message: message.text == "scrolled"):
        viewer.page.evaluate("addEventListener('scroll', () => console.log('scrolled'), { once: true })")
        viewer.page.mouse.wheel(0, 120)
    assert viewer.zoomed() == "nothing on"
    viewer.page.mouse.move(*viewer.middle(*RESEARCHER, "think"))
    viewer.page.keyboard.down("Control")
    viewer.page.mouse.wheel(0, -120)
    viewer.page.wait_for_function("viewer.label(viewer.zoom) === 'run_session'")
    viewer.page.mouse.wheel(0, 120)
    viewer.page.wait_for_function("viewer.zoom === 0")
    viewer.page.keyboard.up("Control")


def test_a_finger_selects_first_and_zooms_then(two_runs: Any, open_viewer: Any) -> None:
    viewer = open_viewer(two_runs.data(), width=390, has_touch=True, is_mobile=True)
    place = viewer.middle(*RESEARCHER, "think")
    viewer.page.touchscreen.tap(*place)
    assert viewer.text("focused").startswith("think; ")
    assert viewer.part("tooltip").is_visible()
    assert viewer.zoomed() == "nothing on"
    viewer.page.touchscreen.tap(*place)
    viewer.page.wait_for_function("viewer.label(viewer.zoom) === 'think'")


def test_flame_turns_it_over_and_time_puts_it_in_order(two_runs: Any, open_viewer: Any) -> None:
    viewer = open_viewer(two_runs.data())
    top = viewer.middle("run_session")[1]
    viewer.choose("view", "at the bottom")
    assert viewer.middle("run_session")[1] > top
    left_heavy = viewer.page.evaluate("viewer.plan.labels.length")
    viewer.choose("order", "by time")
    assert viewer.page.evaluate("viewer.scene.picture.count") > viewer.page.evaluate(
        "viewer.scene.tree.count"
    )
    assert viewer.page.evaluate("viewer.plan.labels.length") != left_heavy
    assert viewer.page.evaluate("location.hash") == "#flame-graphs?profile=cpu-0&view=flame&order=time"


def test_colours_by_module(two_runs: Any, open_viewer: Any) -> None:
    viewer = open_viewer(two_runs.data())
    viewer.choose("colour", "by module")
    assert "sqlalchemy" in viewer.text("legend")


def test_cpu_time_comes_first_in_whatever_order_profiles_come(two_runs: Any, open_viewer: Any) -> None:
    two_runs.profiles.reverse()
    viewer = open_viewer(two_runs.data())
    assert viewer.page.evaluate("viewer.state.profile") == "cpu-1"
    assert viewer.part("mode").locator("label").all_inner_texts() == ["CPU time", "Waiting"]


def test_waiting_is_a_mode_of_its_own(two_runs: Any, open_viewer: Any) -> None:
    viewer = open_viewer(two_runs.data())
    viewer.part("profile").select_option("cpu-1")
    viewer.settle()
    assert "Threads are sampled from their start." in viewer.text("caveats")
    viewer.choose("mode", "Waiting")
    assert viewer.text("facts").startswith("pooling: 850 samples of waiting by the await sampler")
    assert "Thin: pooling has 850 samples, fewer than 1,000" in viewer.text("facts")
    assert viewer.part("profile").locator("option").all_inner_texts() == ["nothing on", "pooling (thin)"]


def test_a_link_brings_the_view_back(two_runs: Any, open_viewer: Any) -> None:
    viewer = open_viewer(two_runs.data())
    viewer.choose("view", "at the bottom")
    viewer.choose("order", "by time")
    viewer.part("search").fill("save")
    viewer.settle()
    viewer.part("search").press("Enter")
    viewer.part("canvas").focus()
    viewer.page.keyboard.press("Enter")
    viewer.settle()
    shown = "[viewer.zoom, viewer.state, viewer.plan, viewer.scheme.fills]"
    before = viewer.page.evaluate(shown)
    assert before[0] > 0
    fragment = viewer.page.evaluate("location.hash")
    assert viewer.part("link").get_attribute("href") == fragment
    viewer.page.reload()
    viewer.settle()
    assert viewer.page.evaluate(shown) == before
    viewer.page.evaluate("location.hash = '#flame-graphs?profile=cpu-1&zoom=999999'")
    viewer.page.wait_for_function("viewer.state.profile === 'cpu-1' && viewer.scene.profile.id === 'cpu-1'")
    assert viewer.zoomed() == "pooling"
    viewer.page.evaluate("location.hash = '#elsewhere'")
    viewer.settle()
    assert viewer.zoomed() == "pooling"


def test_the_dark_changes_the_picture_and_so_does_paper(two_runs: Any, open_viewer: Any) -> None:
    viewer = open_viewer(two_runs.data(), color_scheme="light")
    width = viewer.page.evaluate("viewer.plan.width")
    light = viewer.pixel(5, 22)
    viewer.page.emulate_media(color_scheme="dark")
    viewer.settle()
    dark = viewer.pixel(5, 22)
    assert sum(dark[:3]) < sum(light[:3])
    viewer.page.evaluate("dispatchEvent(new Event('beforeprint'))")
    assert viewer.page.evaluate("viewer.plan.width") == 680
    assert viewer.pixel(5, 22) == light, "on paper all is light"
    viewer.page.evaluate("dispatchEvent(new Event('afterprint'))")
    assert viewer.page.evaluate("viewer.plan.width") == width
    assert viewer.pixel(5, 22) == dark
    assert viewer.page.pdf().startswith(b"%PDF")


def test_a_narrow_screen_holds_it(two_runs: Any, open_viewer: Any) -> None:
    viewer = open_viewer(two_runs.data(), width=390, device_scale_factor=3)
    assert viewer.page.evaluate("document.documentElement.scrollWidth") <= 390
    assert viewer.page.evaluate("viewer.parts.canvas.width") == 3 * viewer.page.evaluate("viewer.plan.width")
    viewer.page.set_viewport_size({"width": 800, "height": 900})
    viewer.page.wait_for_function("viewer.plan.width > 390")


def test_an_empty_profile_one_frame_and_a_deep_one(profile_data: Any, open_viewer: Any) -> None:
    profile_data.add("empty", [])
    profile_data.add("one", [([("alone", "a.py", 1, 0)], 1)])
    profile_data.add("deep", [([("again", "a.py", 1, 0)] * 2000, 1500)])
    viewer = open_viewer(profile_data.data())
    assert viewer.text("message") == "This profile has no samples."
    assert viewer.part("stage").is_hidden()
    viewer.part("profile").select_option("cpu-1")
    viewer.settle()
    assert "1 sample of CPU time" in viewer.text("facts")
    viewer.part("profile").select_option("cpu-2")
    viewer.settle()
    assert viewer.text("found").startswith("Deeper frames are not drawn")
    viewer.part("canvas").focus()
    for _ in range(150):
        viewer.page.keyboard.press("ArrowDown")
    assert viewer.page.evaluate("viewer.scene.picture.depth[viewer.cursor]") == 150
    assert viewer.part("cursor").is_visible()
    assert viewer.part("table").locator("tbody tr").count() == 1


def test_nothing_profiled(profile_data: Any, open_viewer: Any) -> None:
    viewer = open_viewer(profile_data.data())
    assert viewer.part("none").is_visible()
    assert viewer.part("viewer").is_hidden()


def test_a_tree_that_cannot_be_read_is_said(two_runs: Any, open_viewer: Any) -> None:
    two_runs.profiles[1]["tree"]["columns"] = "bm8gemxpYg=="
    viewer = open_viewer(two_runs.data())
    viewer.part("profile").select_option("cpu-1")
    viewer.settle()
    assert viewer.text("message").startswith("This profile can't be read")
    viewer.part("profile").select_option("cpu-0")
    viewer.settle()
    assert viewer.part("stage").is_visible()
    assert viewer.part("message").is_hidden()


def test_hostile_names_are_text(profile_data: Any, open_viewer: Any) -> None:
    hostile = "</script><script>globalThis.hit = 1</script><img src=x onerror='hit = 1'>"
    turned = "\u202eevil\x1b[31m"
    runs = [([(hostile, turned, 1, 0), ("=cmd()", "x" * 10_000, 1, 0), ("y" * 10_000, "", 0, 8)], 2000)]
    profile_data.add(hostile, runs, caveats=[hostile]).add(turned, runs)
    viewer = open_viewer(profile_data.data())
    viewer.part("against").select_option("cpu-1")
    viewer.settle()
    viewer.page.mouse.move(*viewer.middle(hostile))
    assert viewer.page.evaluate("globalThis.hit") is None
    assert hostile in viewer.text("table")
    assert "\\u202eevil\\x1b[31m" in viewer.text("facts") and "\u202e" not in viewer.text("viewer")
    assert viewer.page.evaluate("document.documentElement.scrollWidth") <= 1200
