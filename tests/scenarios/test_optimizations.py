from agentperf.scenarios.optimizations import DEFAULT_SWEEP, RECORDS, DefaultSweep, Optimization


def test_every_switch_is_documented() -> None:
    assert list(RECORDS) == list(Optimization)
    assert all(record.bottleneck and record.fix for record in RECORDS.values())


def test_default_sweep_is_what_the_records_say() -> None:
    included = {name for name, record in RECORDS.items() if record.default_sweep is DefaultSweep.INCLUDED}
    assert set(DEFAULT_SWEEP) == included
    assert len(DEFAULT_SWEEP) == 6


def test_switches_are_written_by_their_names() -> None:
    assert f"{Optimization.LAZY_STATE}" == "lazy_state"
    assert Optimization("pooling") is Optimization.POOLING
