from hypothesis import given
from hypothesis import strategies as st

from agentperf.scenarios.wording import counted, listed, nearest, printable, quoted, suggestion


@given(st.text())
def test_printable_text_is_one_harmless_line(text: str) -> None:
    shown = printable(text)
    assert shown.isprintable()
    assert printable(shown) == shown


def test_escapes_show_what_was_there() -> None:
    assert printable("a\x1b[31m\n\N{RIGHT-TO-LEFT OVERRIDE}b") == "a\\x1b[31m\\n\\u202eb"
    assert printable("plain, käse, 猫") == "plain, käse, 猫"


@given(st.one_of(st.text(), st.integers(), st.floats(), st.none(), st.booleans(), st.lists(st.text())))
def test_quotes_are_short(value: object) -> None:
    assert quoted(value).isprintable()
    assert len(quoted(value)) < 800


def test_lists() -> None:
    assert listed(["a"]) == "a"
    assert listed(["a", "b", "c"]) == "a, b or c"


def test_nearest() -> None:
    assert nearest("lantecy", ["latency", "lateral"]) == "latency"
    assert nearest("Time-Scale", ["time_scale"]) == "time_scale"
    assert nearest("zebra", ["latency"]) is None


def test_suggestions() -> None:
    assert suggestion("poling", ["pooling"]) == "did you mean 'pooling'?"
    assert suggestion("zebra", ["pooling", "caching"]) == "known: pooling, caching"
    assert suggestion("zebra", []) == "remove it"
    assert suggestion("zebra", [f"name{index}" for index in range(20)]).endswith("and 8 more")


def test_counted() -> None:
    assert [counted(number, "block") for number in (0, 1, 2)] == ["0 blocks", "1 block", "2 blocks"]
    assert [counted(number, "switch", "switches") for number in (1, 3)] == ["1 switch", "3 switches"]
