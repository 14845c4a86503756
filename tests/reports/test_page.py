"""The HTML report of every kind of run: whole, offline, and the same words as the terminal's."""

from __future__ import annotations

import re
from collections import Counter
from dataclasses import replace
from html.parser import HTMLParser
from importlib.resources import files

import pytest

from agentperf.profilers.profile import Profile
from agentperf.reports.closing import closing_remarks
from agentperf.reports.document import Document
from agentperf.reports.dossier import Dossier
from agentperf.reports.fragments import plain_sentence
from agentperf.reports.page.content_security import source_of
from agentperf.reports.page.environment import environment
from agentperf.reports.page.page import render, render_profiles

from .conftest import Documents
from .kinds_of_documents import HOSTILE_NAMES, changed
from .simulated_dossiers import dossier, profiles_of

VOID = {"meta", "link", "br", "input", "wbr", "hr"}
DRAWN_ALONE = {"line", "circle", "rect", "path"}  # <line/> in SVG
MOST_BYTES = 5_000_000


class Page(HTMLParser):
    """What a browser would see in it."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.open: list[str] = []
        self.tags: Counter[str] = Counter()
        self.attributes: list[tuple[str, str, str]] = []
        self.texts: list[str] = []
        self.inline: dict[str, list[str]] = {"script": [], "style": []}
        self._is_data = False
        self.feed(html)
        self.close()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags[tag] += 1
        self.attributes += [(tag, name, value or "") for name, value in attrs]
        self._is_data = ("type", "application/json") in attrs
        if tag not in VOID:
            self.open.append(tag)

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags[tag] += 1
        self.attributes += [(tag, name, value or "") for name, value in attrs]

    def handle_endtag(self, tag: str) -> None:
        assert self.open and self.open.pop() == tag, tag

    def handle_data(self, data: str) -> None:
        if self.open and self.open[-1] in self.inline:
            if not self._is_data:
                self.inline[self.open[-1]].append(data)
        else:
            self.texts.append(data)

    @property
    def text(self) -> str:
        """With single blanks, as it is read."""
        return " ".join("".join(self.texts).replace("\N{NO-BREAK SPACE}", " ").split())

    def values(self, name: str) -> list[str]:
        return [value for _, found, value in self.attributes if found == name]


def test_it_is_whole_and_asks_for_nothing(any_document: Document) -> None:
    page = Page(render(dossier(any_document)))
    assert not page.open
    ids = page.values("id")
    assert len(ids) == len(set(ids))
    for target in page.values("href"):
        assert target == "data:," or target.removeprefix("#") in ids
    for name in ("src", "srcset", "style", "action", "poster"):
        assert not page.values(name), name
    assert not [name for _, name, _ in page.attributes if name.startswith("on")]
    assert not re.findall(r"@import|url\(", "".join(page.inline["style"]))
    for label in page.values("aria-labelledby"):
        assert label in ids


def test_the_policy_admits_what_is_in_the_page_and_nothing_else(documents: Documents) -> None:
    page = Page(render(dossier(documents("realistic"))))
    (policy,) = (value for value in page.values("content") if "default-src" in value)
    assert policy.startswith("default-src 'none'; script-src 'sha256-")
    for kind, texts in page.inline.items():
        (directive,) = (one for one in policy.split("; ") if one.startswith(f"{kind}-src "))
        assert directive.split()[1:] == list(map(source_of, texts))
    assert "unsafe" not in policy and "http" not in policy


def test_it_says_what_the_terminal_says(any_document: Document) -> None:
    text = Page(render(Dossier(any_document))).text
    for remark in closing_remarks(any_document):
        words = " ".join(plain_sentence(remark.fragments).replace("->", "→").split())
        if "..." not in words and '"' not in words:  # a page has more room for names, and quotes by markup
            assert words in text
    for warning in any_document.warnings:
        assert any(start in text for start in (warning, "<script>"))


def test_names_are_text_wherever_they_stand(documents: Documents) -> None:
    plain = Page(render(dossier(documents("hostile"), agents=("a", "b", "c"))))
    html = render(dossier(documents("hostile"), agents=(*HOSTILE_NAMES[:4], "x" * 10_000)))
    page = Page(html)
    assert page.tags["script"] == plain.tags["script"]
    assert "<script>alert" not in html
    assert "<script>alert(1)</script>" in page.text
    assert not re.search(r"[\x00-\x08\x0b-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069]", html)
    assert r"\x1b[31m" in page.text and r"\u202e" in page.text
    assert "x" * 1_000 not in html


def test_what_there_is_no_data_for_is_left_out_or_told_how_to_get(documents: Documents) -> None:
    nothing = Page(render(Dossier(documents("empty"))))
    assert not {"plan", "effects", "interactions", "combinations", "timeline"} & set(nothing.values("id"))
    run = documents("empty").run_id
    assert f"agentperf run --resume {run} --profile" in nothing.text
    assert "No result yet" in nothing.text
    whole = Page(render(dossier(documents("six_switches"))))
    sections = {"plan", "effects", "interactions", "combinations", "claims", "timeline", "flame-graphs"}
    assert sections <= set(whole.values("id"))


def test_every_picture_has_words_and_a_table(documents: Documents) -> None:
    page = Page(render(dossier(documents("six_switches"))))
    pictures = page.values("role").count("img")
    assert pictures >= 9
    assert all(page.values("aria-label"))
    assert page.tags["table"] >= 6
    assert page.tags["h1"] == 1


def test_the_largest_report_is_under_five_megabytes(documents: Documents) -> None:
    document = documents("six_switches")
    combinations = [frozenset(record.on) for record in document.combinations]
    kinds = [tuple(profiles_of(on)) for on in combinations[:4]]
    profiles = [
        replace(profile, on=on) for number, on in enumerate(combinations) for profile in kinds[number % 4]
    ]
    traced = dossier(document, profiled=0)
    html = render(Dossier(document, tuple(profiles), traced.traces))
    assert len(profiles) == 128
    assert len(html.encode()) < MOST_BYTES


def test_profiles_of_no_run_have_a_page_too() -> None:
    profiles: list[Profile] = [replace(one, on=frozenset()) for one in profiles_of(frozenset())]
    page = Page(render_profiles(profiles, "process 4711 </title><script>alert(1)"))
    assert not page.open
    assert "process 4711 </title><script>alert(1)" in page.text
    assert "flame-graphs" in page.values("id") and "plan" not in page.values("id")


def test_the_machine_is_described_in_figures_that_are_read(documents: Documents) -> None:
    document = documents("empty")
    machine = document.environment.model_dump() | {"load_average_1min": 5.65185546875, "cpu_mhz": 2445.404}
    described = dict(environment(changed(document, environment=machine)))
    assert (described["load average 1min"], described["cpu mhz"]) == ("5.65", "2445.4")


@pytest.mark.parametrize("suffix", [".js", ".css", ".html.j2"])
def test_the_package_holds_its_parts(suffix: str) -> None:
    page = files("agentperf.reports").joinpath("page")
    folder = page.joinpath("templates") if suffix == ".html.j2" else page
    assert [one for one in folder.iterdir() if one.name.endswith(suffix)]


def test_no_part_ends_its_own_element() -> None:
    for one in files("agentperf.reports").joinpath("page").iterdir():
        if one.name.endswith((".js", ".css")):
            assert not re.search(r"</(script|style)|<!--", one.read_text(encoding="utf-8"), re.IGNORECASE)
