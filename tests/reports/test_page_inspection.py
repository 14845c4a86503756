"""The page of a run that `profile` made answers what was asked: what differs, or where the time goes."""

from __future__ import annotations

import json
import re
from dataclasses import replace

import pytest

from agentperf.experiments.combination_list import CombinationList
from agentperf.experiments.preparation import Request, prepare
from agentperf.experiments.profile_preparation import Subject, prepare_profiled
from agentperf.experiments.run_record import run_from_json, run_to_json
from agentperf.profilers.profile import Mode
from agentperf.reports.assembly import assemble
from agentperf.reports.document import Document
from agentperf.reports.dossier import Dossier
from agentperf.reports.fragments import plain_sentence
from agentperf.reports.heading import measured
from agentperf.reports.page.inspection import inspection
from agentperf.reports.page.ledger_chart import ledger_chart
from agentperf.reports.page.opening import opening
from agentperf.reports.page.page import render
from agentperf.reports.page.session_timelines import session_timelines
from agentperf.scenarios.loader import load
from agentperf.scenarios.measure import Measure

from .conftest import Documents
from .planted_inspections import inspecting
from .simulated_dossiers import profiles_of
from .test_page import Page

ALL = ("parallelism", "pooling", "lazy_validation")
POOLING = ("pooling",)


def sections(dossier: Dossier) -> list[str]:
    return re.findall(r'<(?:section|header) id="([a-z-]+)"', render(dossier))


@pytest.mark.parametrize(
    ("flags", "against", "subject"),
    [
        ("pooling", None, (("pooling",),)),
        ("pooling", "none", (("pooling",), ())),
        ("none", "pooling", ((), ("pooling",))),
    ],
)
def test_what_profile_asks_for_is_the_subject(
    flags: str, against: str | None, subject: tuple[tuple[str, ...], ...]
) -> None:
    run = prepare_profiled(load("quickstart"), Subject(flags, against), 3, Measure())
    assert assemble(run, []).subject == subject
    assert assemble(run_from_json(json.loads(json.dumps(run_to_json(run)))), []).subject == subject


@pytest.mark.parametrize("listed", [None, "none\npooling\n", "none\npooling\nparallelism\n"])
def test_an_experiment_has_no_subject(listed: str | None) -> None:
    request = Request() if listed is None else Request(combinations=CombinationList(listed, "<stdin>"))
    assert assemble(prepare(load("quickstart"), request, Measure()), []).subject == ()


def test_a_comparison_stands_first(documents: Documents) -> None:
    dossier = inspecting(documents("realistic"), ALL, ())
    assert sections(dossier) == [
        *("answer", "time", "functions", "flame-graphs", "timeline", "what-if", "combinations"),
        *("trust", "repeat"),
    ]
    text = Page(render(dossier)).text
    assert "Everything on, against nothing on: a trial took" in text
    assert "measured without a profiler: it saves" in text
    assert "What changes most in a session:" in text
    assert "Turn on first" not in text


def test_one_combination_says_where_its_time_goes(documents: Documents) -> None:
    dossier = inspecting(documents("realistic"), POOLING)
    told = inspection(dossier.document, dossier.profiles)
    assert told is not None and told.ledger is not None
    assert not told.is_comparison
    assert [one.title for one in told.functions] == ["What the CPU does", "What tasks wait for"]
    assert all(one.rows for one in told.functions)
    text = Page(render(dossier)).text
    assert "Where a session's time goes:" in text and "What changed" not in text


def test_the_ledger_of_two_shows_the_largest_change_first(documents: Documents) -> None:
    dossier = inspecting(documents("realistic"), ALL, POOLING)
    told = inspection(dossier.document, dossier.profiles)
    assert told is not None and told.ledger is not None
    sizes = [abs(line.change_s or 0.0) for line in told.ledger.lines]
    assert sizes == sorted(sizes, reverse=True)
    new, old = (sum(line.seconds[place] for line in told.ledger.lines) for place in (1, 0))
    assert told.ledger.total.change_s == pytest.approx(new - old)
    assert told.ledger.total.seconds == pytest.approx((old, new))
    (_, first), *_ = told.said
    assert re.search(r"measured without a profiler: [\d.]+ % (less|more)\.", "".join(map(str, first)))


def test_what_it_is_held_up_to_comes_first_in_the_ledger_and_in_time(documents: Documents) -> None:
    dossier = inspecting(documents("realistic"), (), ALL)
    told, bars = inspection(dossier.document, dossier.profiles), ledger_chart(dossier.document)
    timelines = session_timelines(dossier.document, dossier.traces)
    assert told and told.ledger and bars and timelines
    names = ["everything on", "nothing on"]
    assert [plain_sentence(title) for title in told.ledger.titles] == names
    assert [plain_sentence(row.words) for row in bars.rows] == names
    assert [one.name for one in timelines.every] == names


@pytest.mark.parametrize(
    ("subject", "words"),
    [((ALL,), ", profiled, "), ((ALL, ()), ", one profiled against the other, ")],
)
def test_its_design_is_said_for_what_it_is(
    documents: Documents, subject: tuple[tuple[str, ...], ...], words: str
) -> None:
    said = plain_sentence(measured(inspecting(documents("realistic"), *subject).document))
    assert words in said and "screening" not in said


def test_profiles_that_cannot_be_compared_say_why(documents: Documents) -> None:
    dossier = inspecting(documents("realistic"), ALL, ())
    profiles = tuple(
        replace(profile, workload_digest="other" if profile.on else "one") for profile in dossier.profiles
    )
    text = Page(render(replace(dossier, profiles=profiles))).text
    assert text.count("profiles of different workloads can't be compared") == 2


def test_an_experiment_is_no_inspection(any_document: Document) -> None:
    assert inspection(any_document, ()) is None


def test_names_in_an_inspection_are_text(documents: Documents) -> None:
    document = documents("hostile")
    html = render(inspecting(document, document.design.factors[:2], document.design.factors[3:]))
    assert not Page(html).open
    assert "<script>alert" not in html
    assert not re.search(r"[\x00-\x08\x0b-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069]", html)


def test_what_was_asked_for_is_opened(documents: Documents) -> None:
    dossier = inspecting(documents("realistic"), POOLING, ALL)
    ids = [f"{one.mode}-{number}" for number, one in enumerate(dossier.profiles)]
    opened = opening(dossier.profiles, ids, dossier.document)
    by_id = dict(zip(ids, dossier.profiles, strict=True))
    new, old = (by_id[opened[name] or ""] for name in ("profile", "against"))
    assert (new.mode, new.on, old.mode, old.on) == (
        *(Mode.CPU, frozenset(POOLING)),
        *(Mode.CPU, frozenset(ALL)),
    )
    waiting = [(name, one) for name, one in by_id.items() if one.mode is Mode.AWAIT]
    opened = opening([one for _, one in waiting], [name for name, _ in waiting], dossier.document)
    assert all((name or "").startswith("await") for name in opened.values())


def test_of_an_experiment_nothing_on_is_opened(documents: Documents) -> None:
    document = documents("realistic")
    profiles = [*profiles_of(frozenset(ALL), 5), *profiles_of(frozenset(), 5)]
    assert opening(profiles, ["a", "b", "c", "d"], document) == {"profile": "c", "against": None}
    assert opening(profiles[:2], ["a", "b"], document) == {"profile": "a", "against": None}
    assert opening(profiles[1:2], ["b"], None) == {"profile": "b", "against": None}
    assert opening([], [], None) == {"profile": None, "against": None}


def test_a_run_without_spans_says_so_in_place_of_ledger_and_timeline(documents: Documents) -> None:
    for document in (documents("hostile"), inspecting(documents("hostile"), ()).document):
        bare = document.model_copy(update={"ledgers": (), "what_if": ()})
        page = Page(render(Dossier(bare)))
        assert "nothing says what a session's time went to" in page.text
        assert "No session recorded spans, so there is none to draw." in page.text
        assert "#timeline" in page.values("href")
