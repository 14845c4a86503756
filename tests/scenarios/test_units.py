import math
from collections.abc import Callable

import pytest
from hypothesis import given
from hypothesis import strategies as st

from agentperf.scenarios.units import (
    DURATION_UNITS_S,
    LONGEST_DURATION_S,
    RATE_UNITS_PER_S,
    SIZE_UNITS_BYTES,
    parse_duration,
    parse_percentage,
    parse_percentage_range,
    parse_rate,
    parse_scale,
    parse_size,
)

PARSERS: list[Callable[[object], object]] = [
    parse_duration,
    parse_size,
    parse_rate,
    parse_percentage,
    parse_percentage_range,
    parse_scale,
]


@pytest.mark.parametrize(
    ("written", "seconds"),
    [
        ("5ms", 0.005),
        ("1.5s", 1.5),
        ("10m", 600.0),
        ("2min", 120.0),
        ("1h", 3600.0),
        ("30 us", 30e-6),
        ("30µs", 30e-6),
        ("30\N{GREEK SMALL LETTER MU}s", 30e-6),
        ("7ns", 7e-9),
        (".5s", 0.5),
        ("1e-3s", 0.001),
        (" 5 ms ", 0.005),
        (0, 0.0),
        (0.0, 0.0),
        ("0", 0.0),
    ],
)
def test_durations(written: object, seconds: float) -> None:
    assert parse_duration(written) == pytest.approx(seconds, rel=1e-15)


@pytest.mark.parametrize(
    ("written", "size_bytes"),
    [
        ("512B", 512),
        ("1.001KB", 1001),
        ("4KB", 4000),
        ("4kB", 4000),
        ("4KiB", 4096),
        ("1.5MB", 1_500_000),
        ("2GiB", 2**31),
        (0, 0),
    ],
)
def test_sizes_follow_iec(written: object, size_bytes: int) -> None:
    parsed = parse_size(written)
    assert parsed == size_bytes
    assert isinstance(parsed, int)


@pytest.mark.parametrize(
    ("written", "per_second"), [("50/s", 50.0), ("30/min", 0.5), ("30/m", 0.5), ("3600/h", 1.0), (0, 0.0)]
)
def test_rates(written: object, per_second: float) -> None:
    assert parse_rate(written) == pytest.approx(per_second)


def test_percentages() -> None:
    assert parse_percentage("5%") == 5.0
    assert parse_percentage("0.5 %") == 0.5
    assert parse_percentage_range("80-90%") == (80.0, 90.0)
    assert parse_percentage_range("80% - 90%") == (80.0, 90.0)
    assert parse_percentage_range("80\N{EN DASH}90%") == (80.0, 90.0)
    assert parse_percentage_range("50%") == (50.0, 50.0)


def test_scales() -> None:
    assert parse_scale("1/100") == parse_scale(0.01) == parse_scale("0.01") == 0.01
    assert parse_scale(2) == 2.0


@pytest.mark.parametrize(
    ("parse", "written", "what", "remedy"),
    [
        (parse_duration, 5, "5 has no unit", "5ms, 2s or 10m"),
        (parse_duration, "5", "'5' has no unit", "ns, us, ms, s, m, h"),
        (parse_duration, "5 fortnights", "unknown unit 'fortnights'", "5ms"),
        (parse_duration, "-5ms", "'-5ms' is not a duration", "5ms"),
        (parse_duration, "5ms5ms", "'5ms5ms' is not a duration", "5ms"),
        (parse_duration, "1e400s", "too large", "5ms"),
        (parse_duration, "8760h", "longer than a week", "5ms"),
        (parse_duration, True, "true is not a duration", "5ms"),
        (parse_duration, [1], "a list is not a duration", "5ms"),
        (parse_duration, None, "nothing is not a duration", "5ms"),
        (parse_size, 4096, "4096 has no unit", "4KB or 4KiB"),
        (parse_size, "4K", "unknown unit 'K'", "KiB"),
        (parse_size, "0.5B", "not a whole number of bytes", "512B"),
        (parse_size, "1e400GB", "too large", "512B"),
        (parse_rate, "50", "'50' has no unit", "50/s"),
        (parse_rate, "50/d", "unknown unit '/d'", "50/s"),
        (parse_percentage, 5, "5 has no unit", "5%"),
        (parse_percentage, "5", "'5' has no unit", "5%"),
        (parse_percentage_range, "90-80%", "runs from high to low", "80-90%"),
        (parse_percentage_range, "80-1e999%", "too large", "80-90%"),
        (parse_percentage_range, "80-90", "not a percentage or a range", "80-90%"),
        (parse_scale, 0, "0 is not a positive factor", "1/100"),
        (parse_scale, "1/0", "'1/0' is not a positive factor", "1/100"),
        (parse_scale, True, "true is not a positive factor", "1/100"),
        (parse_scale, 10**400, "not a positive factor", "1/100"),
        (parse_scale, math.nan, "nan is not a positive factor", "1/100"),
        (parse_scale, "1e999", "not a positive factor", "1/100"),
    ],
)
def test_refusals_say_what_is_accepted(
    parse: Callable[[object], object], written: object, what: str, remedy: str
) -> None:
    with pytest.raises(ValueError) as refused:
        parse(written)
    assert what in str(refused.value)
    assert remedy in str(refused.value)


numbers = st.floats(min_value=0, max_value=1e5, allow_nan=False)


@given(numbers)
def test_any_amount_round_trips(number: float) -> None:
    assert parse_duration(f"{number!r}s") == number
    assert parse_rate(f"{number!r}/s") == number
    assert parse_percentage(f"{number!r}%") == number


@given(st.integers(min_value=0, max_value=10**6), st.sampled_from(sorted(SIZE_UNITS_BYTES)))
def test_any_size_round_trips(number: int, unit: str) -> None:
    assert parse_size(f"{number}{unit}") == number * SIZE_UNITS_BYTES[unit]


@given(st.integers(min_value=0, max_value=10**6))
def test_the_same_duration_in_other_units_is_the_same_number(number: int) -> None:
    milliseconds = f"{number / 1000:.3f}"
    assert parse_duration(f"{number}us") == parse_duration(f"{milliseconds}ms")
    assert parse_duration(f"{number}ms") == parse_duration(f"{milliseconds}s") == number / 1000


@given(numbers, st.sampled_from(sorted(DURATION_UNITS_S)), st.sampled_from(sorted(RATE_UNITS_PER_S)))
def test_units_multiply(number: float, duration: str, rate: str) -> None:
    seconds = number * float(DURATION_UNITS_S[duration])
    if seconds < LONGEST_DURATION_S:
        assert parse_duration(f"{number!r}{duration}") == pytest.approx(seconds, rel=1e-12)
    per_second = number * float(RATE_UNITS_PER_S[rate])
    assert parse_rate(f"{number!r}/{rate}") == pytest.approx(per_second, rel=1e-12)


@given(numbers, numbers)
def test_any_range_round_trips(one: float, other: float) -> None:
    low, high = sorted((one, other))
    assert parse_percentage_range(f"{low!r}-{high!r}%") == (low, high)


anything = st.one_of(
    st.text(),
    st.integers(),
    st.floats(),
    st.booleans(),
    st.none(),
    st.lists(st.integers()),
    st.from_regex(r"\d+.*"),
)


@given(anything, st.sampled_from(PARSERS))
def test_anything_gives_a_finite_amount_or_a_value_error(
    written: object, parse: Callable[[object], object]
) -> None:
    try:
        parsed = parse(written)
    except ValueError as error:
        assert str(error).isprintable()
    else:
        amounts = parsed if isinstance(parsed, tuple) else (parsed,)
        assert all(isinstance(amount, int | float) and 0 <= amount < math.inf for amount in amounts)
