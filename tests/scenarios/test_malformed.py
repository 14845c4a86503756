"""What each mistake is told as: message, line, column and what to do."""

import pytest

from agentperf.scenarios.loader import parse
from agentperf.scenarios.problems import Problem, ScenarioError

# The lines above and below what a case is about; its own lines start at line 2.
HEAD = "name: team\n"
STEP = "steps: [{agent: a}]\n"


def problems_of(text: str | bytes) -> tuple[Problem, ...]:
    data = text.encode() if isinstance(text, str) else text
    with pytest.raises(ScenarioError) as refused:
        parse(data, "team.yaml")
    return refused.value.problems


UNKNOWN_KEYS = [
    ("lod: {}\n" + STEP, 2, 1, "unknown key 'lod'", "did you mean 'load'?"),
    ("Steps: []\n" + STEP, 2, 1, "unknown key 'Steps'", "did you mean 'steps'?"),
    ("steps:\n  - agent: a\n    lllm: {}\n", 4, 5, "steps.0: unknown key 'lllm'", "did you mean 'llm'?"),
    (
        "steps:\n  - agent: a\n    llm: {lantecy: 1ms, latency: 1ms}\n",
        4,
        11,
        "steps.0.llm: unknown key 'lantecy'",
        "did you mean 'latency'?",
    ),
    (
        "steps:\n- agent: a\n  tool: {latency: {distribution: uniform, low: 1s, hi: 2s, high: 2s}}\n",
        4,
        52,
        "steps.0.tool.latency: unknown key 'hi'",
        "did you mean 'high'?",
    ),
    (
        STEP + "measure:\n  time-scale: 1\n",
        4,
        3,
        "measure: unknown key 'time-scale'",
        "did you mean 'time_scale'?",
    ),
    (
        STEP + "websocket: {zebras: 3}\n",
        3,
        13,
        "websocket: unknown key 'zebras'",
        "known: subscribers, updates_per_step",
    ),
    (
        STEP + "runtime: {uses: 'a:b', optimisations: []}\n",
        3,
        24,
        "runtime: unknown key 'optimisations'",
        "did you mean 'optimizations'?",
    ),
]

WRONG_VALUES = [
    (
        STEP + "interactive: 'no'\n",
        3,
        14,
        "interactive: must be true or false, not 'no'",
        "write true or false",
    ),
    (STEP + "interactive: 0\n", 3, 14, "interactive: must be true or false, not 0", "write true or false"),
    (STEP + "load: {sessions: two}\n", 3, 18, "load.sessions: must be a whole number, not 'two'", "digits"),
    (STEP + "load: {sessions: true}\n", 3, 18, "load.sessions: must be a whole number, not true", "digits"),
    (STEP + "load: {sessions: 2.5}\n", 3, 18, "load.sessions: must be a whole number, not 2.5", "digits"),
    (STEP + "load: {sessions: 0}\n", 3, 18, "load.sessions: must be at least 1, not 0", "larger"),
    (STEP + "load: [1]\n", 3, 7, "load: must be a mapping, not a list", "such as sessions"),
    (STEP + "load:\n", 3, 1, "load: must not be empty", "give it a value or leave the key out"),
    (STEP + "validation: {layers: 6}\n", 3, 22, "validation.layers: must be at most 5, not 6", "smaller"),
    (
        STEP + "monitoring: {sink: fle}\n",
        3,
        20,
        "monitoring.sink: must be file, not 'fle'",
        "did you mean 'file'?",
    ),
    (
        STEP + "persistence:\n  synchronous: ful\n",
        4,
        16,
        "persistence.synchronous: must be off, normal, full or extra, not 'ful'",
        "did you mean 'full'?",
    ),
    (
        STEP + "persistence: {database: 'sqlite+aiosqlite:///:memory:'}\n",
        3,
        25,
        "persistence.database: an in-memory database is refused, since a connection without a pool",
        "a fresh file for each trial",
    ),
    (STEP + "state: {section_size: 4096}\n", 3, 23, "state.section_size: 4096 has no unit", "4KB or 4KiB"),
    (STEP + "state: {section_size: 65MB}\n", 3, 23, "state.section_size: is more than 64MB", "smaller"),
    (
        STEP + "state: {sections: 1000, section_size: 2MB}\n",
        3,
        8,
        "state: sections times section_size is more",
        "smaller",
    ),
    (
        STEP + "load: {arrival_rate: 50/s, concurrency: 2}\n",
        3,
        41,
        "load.concurrency: arrival_rate and concurrency exclude each other",
        "open",
    ),
    (
        STEP + "load: {arrivals: poisson}\n",
        3,
        18,
        "load.arrivals: arrivals means nothing without arrival_rate",
        "50/s",
    ),
    (STEP + "load: {arrival_rate: 0}\n", 3, 22, "load.arrival_rate: must be more than 0", "larger"),
    (STEP + "measure: {time_scale: 0}\n", 3, 23, "measure.time_scale: 0 is not a positive factor", "1/100"),
    (STEP + "measure: {time_scale: 1001}\n", 3, 23, "measure.time_scale: must be at most 1000", "smaller"),
    (STEP + "measure: {precision: 0%}\n", 3, 22, "measure.precision: must be more than 0", "larger"),
    (STEP + "measure: {precision: 5}\n", 3, 22, "measure.precision: 5 has no unit", "5%"),
    (STEP + "measure: {threshold: 101%}\n", 3, 22, "measure.threshold: 101% is more than 100%", "between"),
    (STEP + "measure: {budget: 0s}\n", 3, 19, "measure.budget: must be more than 0", "larger"),
    (
        STEP + "measure: {blocks: 1, max_blocks: 2}\n",
        3,
        34,
        "measure.max_blocks: blocks and max_blocks exclude",
        "exact",
    ),
    (
        STEP + "measure: {design: factorial}\n",
        3,
        19,
        "measure.design: must be full, rotating, fractional or one-at",
        "did you mean 'fractional'?",
    ),
    (STEP + 'description: "\\e[31mred"\n', 3, 14, "description: holds a control character", "printable"),
]

STEPS = [
    ("steps: {}\n", 2, 8, "steps: must be a list, not a mapping", "- item"),
    ("steps: []\n", 2, 8, "steps: must not be empty", "- agent: planner"),
    ("steps:\n  - planner\n", 3, 5, "steps.0: must be a mapping, not 'planner'", "agent"),
    ("steps:\n  - llm: {latency: 1ms}\n", 3, 5, "steps.0: 'agent' is missing", "add it"),
    ("steps:\n  - {agent: a b}\n", 3, 13, "steps.0.agent: 'a b' cannot name an agent", "start with a letter"),
    ("steps:\n  - {agent: 7}\n", 3, 13, "steps.0.agent: must be text, not 7", "quotes"),
    (
        "steps: [{agent: a}, {agent: a}]\n",
        2,
        29,
        "steps.1.agent: agent 'a' is already step 0",
        "its own name",
    ),
    ("steps: [{agent: a, needs: a}]\n", 2, 27, "steps.0.needs: must be a list, not 'a'", "[a, b]"),
    (
        "steps: [{agent: writer}, {agent: b, needs: [writr]}]\n",
        2,
        45,
        "steps.1.needs.0: unknown step 'writr'",
        "did you mean 'writer'?",
    ),
    (
        "steps: [{agent: a}, {agent: b, needs: [a, a]}]\n",
        2,
        43,
        "steps.1.needs.1: 'a' is needed twice",
        "once",
    ),
    (
        "steps: [{agent: a, needs: [a]}]\n",
        2,
        28,
        "steps.0.needs.0: steps wait for each other: a → a",
        "remove one",
    ),
    (
        "steps: [{agent: x},\n{agent: a, needs: [x, c]},\n{agent: b, needs: [a]},\n{agent: c, needs: [b]}]\n",
        3,
        23,
        "steps.1.needs.1: steps wait for each other: a → b → c → a",
        "remove one",
    ),
    (
        "steps: [{agent: a, uses: work}]\n",
        2,
        26,
        "steps.0.uses: 'work' does not say where the code is",
        "my_package.agents:write",
    ),
    ("steps: [{agent: a, timeout: 0s}]\n", 2, 29, "steps.0.timeout: must be more than 0", "larger"),
    ("steps: [{agent: a, retries: -1}]\n", 2, 29, "steps.0.retries: must be at least 0, not -1", "larger"),
    ("steps: [{agent: a, cpu: 5}]\n", 2, 25, "steps.0.cpu: 5 has no unit", "5ms"),
    ("steps: [{agent: a, llm: {}}]\n", 2, 25, "steps.0.llm: 'latency' is missing", "add it"),
    (
        "steps: [{agent: a, llm: {latency: soon}}]\n",
        2,
        35,
        "steps.0.llm.latency: 'soon' is not a duration",
        "5ms",
    ),
    (
        "steps: [{agent: a, llm: {latency: {median: 1s}}}]\n",
        2,
        35,
        "steps.0.llm.latency: 'distribution' is missing",
        "lognormal",
    ),
    (
        "steps: [{agent: a, llm: {latency: {distribution: lognrmal}}}]\n",
        2,
        50,
        "steps.0.llm.latency.distribution: unknown distribution 'lognrmal'",
        "did you mean 'lognormal'?",
    ),
    (
        "steps: [{agent: a, llm: {latency: {distribution: lognormal, median: 1s}}}]\n",
        2,
        35,
        "steps.0.llm.latency: a lognormal latency takes exactly one of sigma and p90",
        "give one",
    ),
]

SWITCHES = [
    (
        STEP + "optimizations: [pooling, poling]\n",
        3,
        26,
        "optimizations.1: unknown optimization 'poling'",
        "did you mean 'pooling'?",
    ),
    (
        STEP + "optimizations: [pooling, pooling]\n",
        3,
        26,
        "optimizations.1: 'pooling' is listed twice",
        "once",
    ),
    (STEP + "optimizations: pooling\n", 3, 16, "optimizations: must be a list, not 'pooling'", "[a, b]"),
    (
        STEP + "claims: {poling: 40%}\n",
        3,
        10,
        "claims: 'poling' is not a swept optimization",
        "did you mean 'pooling'?",
    ),
    (
        STEP + "claims: {lazy_state: 40%}\n",
        3,
        10,
        "claims: 'lazy_state' is not a swept optimization",
        "known: parallelism",
    ),
    (
        STEP + "claims: {pooling+pooling: 40%}\n",
        3,
        10,
        "claims: 'pooling+pooling' names a switch twice",
        "once",
    ),
    (STEP + "claims: {pooling: 40}\n", 3, 19, "claims.pooling: 40 has no unit", "80-90%"),
    (STEP + "claims: {pooling: 90-80%}\n", 3, 19, "claims.pooling: '90-80%' runs from high to low", "80-90%"),
    (STEP + "claims: {pooling: 120%}\n", 3, 19, "claims.pooling: 120% is more than 100%", "between"),
    (
        STEP + "claims: {order: [pooling, x]}\n",
        3,
        27,
        "claims.order.1: unknown swept optimization 'x'",
        "known",
    ),
    (
        "runtime: {uses: a:b, optimizations: [a, a]}\n",
        2,
        41,
        "runtime.optimizations.1: 'a' is listed twice",
        "once",
    ),
    ("runtime: {}\n", 2, 10, "runtime: 'uses' is missing", "add it"),
    (
        "runtime: {uses: a:b, optimizations: [all]}\n",
        2,
        38,
        "runtime.optimizations.0: 'all' has a meaning of its own",
        "another",
    ),
    (
        "runtime: {uses: a:b, optimizations: [a b]}\n",
        2,
        38,
        "runtime.optimizations.0: 'a b' cannot name a switch",
        "letter",
    ),
]


@pytest.mark.parametrize(
    ("text", "line", "column", "message", "hint"), UNKNOWN_KEYS + WRONG_VALUES + STEPS + SWITCHES
)
def test_mistakes_in_the_content(text: str, line: int, column: int, message: str, hint: str) -> None:
    first = problems_of(HEAD + text)[0]
    assert first.message.startswith(message)
    assert (first.line, first.column) == (line, column)
    assert hint in first.hint
    assert str(first) == f"{first.message} (team.yaml:{line}:{column}), {first.hint}"


@pytest.mark.parametrize(
    ("text", "line", "column", "message", "hint"),
    [
        (STEP, 1, 1, "'name' is missing", "add it"),
        ("name: x\n", 1, 1, "a scenario needs steps or runtime", "- agent: planner"),
        ("name: 5\n" + STEP, 1, 7, "name: must be text, not 5", "quotes"),
        ("name: ''\n" + STEP, 1, 7, "name: must not be blank", "name"),
        ('name: "a\\nb"\n' + STEP, 1, 7, "name: 'a\\nb' holds a control character", "printable"),
        (f"name: {'x' * 201}\n" + STEP, 1, 7, "name: is longer than 200 characters", "shorten"),
        ("", 1, 1, "there is no scenario in it", "start with 'name:'"),
        ("# only a comment\n", 1, 1, "there is no scenario in it", "start with 'name:'"),
        ("---\n...\n", 2, 1, "there is no scenario in it", "start with 'name:'"),
        ("- name: x\n", 1, 1, "a scenario is a mapping, not a list", "start with 'name:'"),
        ("just words\n", 1, 1, "a scenario is a mapping, not 'just words'", "start with 'name:'"),
        ("name: x\nname: y\n", 2, 1, "the key 'name' is already on line 1", "keep one"),
        ("name: x\n---\nname: y\n", 2, 1, "a second document starts here", "one scenario a file"),
        (
            "name: x\nsteps:\n\t- agent: a\n",
            3,
            1,
            "not valid YAML: found character '\\t'",
            "spaces, not tabs",
        ),
        ("name: 'x\n", 2, 1, "not valid YAML: found unexpected end of stream", "close what was opened"),
        ("name: [x\n", 2, 1, "not valid YAML: expected ',' or ']'", "close what was opened"),
        ("name: a: b\n", 1, 8, "not valid YAML: mapping values are not allowed", "quotes"),
        ("name: x\n  load: {}\n", 2, 7, "not valid YAML: mapping values are not allowed", "indentation"),
        ("name: @x\n", 1, 7, "not valid YAML: found character '@'", "in quotes"),
        ("steps:\n  - agent: a\n - agent: b\n", 3, 2, "not valid YAML: expected <block end>", "indentation"),
        ("name: !!python/object:os.system x\n", 1, 7, "not valid YAML: found a tag", "plain data"),
        ("name: !x y\n", 1, 7, "not valid YAML: found a tag", "plain data"),
        ("steps: !!seq []\n", 1, 8, "not valid YAML: found a tag", "plain data"),
        ("name: *x\n", 1, 7, "the alias '*x' has no anchor", "'&x'"),
        ("steps: &s [*s]\n", 1, 12, "the alias '*s' contains itself", "write the value out"),
        ("name: x\n<<: {a: 1}\n", 2, 1, "merge keys (<<) are not supported", "alias whole values"),
        ("name: x\n5: y\n", 2, 1, "the key 5 is not text", "quotes"),
        ("name: x\n? [a]\n: b\n", 2, 3, "a list or mapping cannot be a key", "text"),
        ("name: x\nmeasure: {time_scale: .nan}\n", 2, 23, "'.nan' is not a finite number", "write a number"),
        (
            "name: x\nmeasure: {time_scale: -.inf}\n",
            2,
            23,
            "'-.inf' is not a finite number",
            "write a number",
        ),
        (
            "name: x\nmeasure: {time_scale: 1e999}\n",
            2,
            23,
            "'1e999' is not a finite number",
            "write a number",
        ),
        (f"name: x\nmeasure: {{seed: {'9' * 9999}}}\n", 2, 17, "'99999", "smaller number"),
        ('name: x\n"\\ud800": 1\n', 2, 1, "an escape stands for half a character", "itself"),
        ("name: x\x1b[2J\n", 1, 8, "the text holds the control character '\\x1b'", "remove it"),
        ("name: x\n\x00", 2, 1, "the text holds the control character '\\x00'", "remove it"),
        (b"name: x\ncaf\xe9: 1\n", 2, 4, "byte 0xe9 is not UTF-8", "UTF-8"),
        ("name: x\n".encode("utf-16"), 1, 1, "byte 0xff is not UTF-8", "UTF-8"),
        ('"\\UFFFFFFFF"\n', None, None, "not valid YAML", "escapes"),
        (f"%YAML 1.{'1' * 5000}\n---\na: 1\n", None, None, "not valid YAML", "directives"),
        ("%YAML 3.0\n---\na: 1\n", 1, 1, "not valid YAML: found incompatible YAML document", "punctuation"),
    ],
)
def test_mistakes_in_the_file(
    text: str | bytes, line: int | None, column: int | None, message: str, hint: str
) -> None:
    first = problems_of(text)[0]
    assert first.message.startswith(message)
    assert (first.line, first.column) == (line, column)
    assert hint in first.hint
    assert str(first).isprintable()


def test_problems_inside_an_alias_stand_where_it_is_anchored() -> None:
    first, second = problems_of(
        "name: x\nsteps:\n- {agent: a, llm: &m {latency: 5}}\n- {agent: b, llm: *m}\n"
    )
    assert (first.line, first.column) == (second.line, second.column) == (3, 32)
    assert {first.message, second.message} == {
        "steps.0.llm.latency: 5 has no unit",
        "steps.1.llm.latency: 5 has no unit",
    }


def test_a_long_circle_is_shortened() -> None:
    steps = "".join(f"- {{agent: a{index}, needs: [a{(index + 1) % 100}]}}\n" for index in range(100))
    (problem,) = problems_of(f"name: x\nsteps:\n{steps}")
    assert problem.message.endswith("a91 → … → a1 → a0")


def test_long_values_are_shortened() -> None:
    (problem,) = problems_of(f"name: x\nsteps: [{{agent: a, cpu: {'9' * 5000}x}}]\n")
    assert len(str(problem)) < 250


def test_several_mistakes_come_in_the_order_of_the_file() -> None:
    problems = problems_of("nme: x\nsteps:\n- {agent: a, cpu: 5}\nload: 3\nzzz: 1\n")
    places = [(problem.line, problem.column) for problem in problems]
    assert places == sorted(places)
    assert [problem.message.split(":")[0] for problem in problems] == [
        "unknown key 'nme'",
        "'name' is missing",
        "steps.0.cpu",
        "load",
        "unknown key 'zzz'",
    ]
