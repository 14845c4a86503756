"""Every combination has a name of its own."""

from collections.abc import Callable

from agentperf.reports.combination_names import combination_names, combination_words
from agentperf.reports.document import Document
from agentperf.reports.fragments import plain_sentence

Documents = Callable[[str], Document]


def with_factors(document: Document, factors: tuple[str, ...], held: tuple[str, ...] = ()) -> Document:
    """The same design with other names, nothing measured but which combinations there are."""
    new = dict(zip(document.design.factors, factors, strict=True))
    design = document.design.model_copy(update={"factors": factors, "held": held})
    combinations = [
        record.model_copy(update={"on": (*(new[name] for name in record.on), *held)})
        for record in document.combinations
    ]
    return document.model_copy(
        update={"design": design, "combinations": tuple(combinations), "trials": (), "effects": ()}
    )


def test_names_that_look_alike_are_told_apart(documents: Documents) -> None:
    document = with_factors(documents("realistic"), ("none", "all", "none+all"))
    names = list(combination_names(document).values())
    assert names == [
        "none",
        "none (2)",
        "all",
        "none+all",
        "none+all (2)",
        "none+none+all",
        "all+none+all",
        "all (2)",
    ]


def test_what_is_held_on_is_in_no_name(documents: Documents) -> None:
    document = with_factors(documents("realistic"), ("a", "b", "c"), held=("d",))
    names = list(combination_names(document).values())
    assert names == ["none", "a", "b", "c", "a+b", "a+c", "b+c", "all"]


def test_blank_ends_are_seen(documents: Documents) -> None:
    document = with_factors(documents("realistic"), ("", " b", "c\t"))
    assert list(combination_names(document).values())[1:4] == ['""', '" b"', r"c\t"]


def test_words_take_the_shorter_way(documents: Documents) -> None:
    document = documents("six_switches")
    words = {
        frozenset(record.on): plain_sentence(combination_words(document, record.on))
        for record in document.combinations
    }
    factors = frozenset(document.design.factors)
    assert words[frozenset()] == "none"
    assert words[factors] == "all"
    assert words[factors - {"pooling", "parallelism"}] == "all but parallelism, pooling"
    assert words[frozenset({"pooling", "parallelism"})] == "parallelism + pooling"
