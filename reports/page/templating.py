"""The templates, and how they write what came from a scenario."""

from __future__ import annotations

import re
from collections.abc import Sequence
from functools import cache
from importlib.resources import files

from jinja2 import Environment, FunctionLoader, StrictUndefined
from markupsafe import Markup, escape

from ...scenarios.wording import printable
from ..fragments import Fragment, Name, Quote
from ..prose import glued
from ..visible_text import shortened, switch_label
from .embedded_json import embedded_json

_NAME_WIDTH = 60
_QUOTE_WIDTH = 400
_TITLE_WIDTH = 80
_PIECE = re.compile(r".+?(?:[_+./-]+|$)")  # behind which a long name may be broken


@cache
def templates() -> Environment:
    """Escapes all that a template is given."""
    environment = Environment(
        loader=FunctionLoader(_source),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    environment.filters |= {"words": words, "name": name, "text": text, "title": title, "json": embedded_json}
    return environment


def words(fragments: Sequence[Fragment]) -> Markup:
    """A sentence in which names stand apart from its own words."""
    return Markup("").join(map(_fragment, fragments))


def name(text: str) -> Markup:
    """Of a switch or an agent; whole where one points at it."""
    label = switch_label(text)
    short = shortened(label, _NAME_WIDTH)
    shown = Markup("<wbr>").join(_PIECE.findall(short))
    if short == label:
        return Markup("<code>{}</code>").format(shown)
    return Markup('<code title="{}">{}</code>').format(shortened(label, _QUOTE_WIDTH), shown)


def text(value: str) -> str:
    """Of a user, or of another program: no character in it moves those around it."""
    return shortened(printable(value), _QUOTE_WIDTH)


def title(value: str) -> str:
    """Of a page: no longer than is read at a glance."""
    return shortened(printable(value), _TITLE_WIDTH)


def _fragment(fragment: Fragment) -> Markup:
    match fragment:
        case Name(named):
            return name(named)
        case Quote(quoted):
            return Markup("<q>{}</q>").format(text(quoted))
        case str():
            return escape(glued(fragment.replace("->", "\N{RIGHTWARDS ARROW}")))


def _source(name: str) -> str:
    folder = files("agentperf.reports").joinpath("page", "templates")
    return folder.joinpath(name).read_text(encoding="utf-8")
