"""The HTML report of a run, and of a profile without a run."""

from __future__ import annotations

import json
from collections.abc import Sequence

from ... import __version__
from ...profilers.profile import Profile
from ...scenarios.concerns import Concern
from ..claim_remarks import claim_name, claimed, claims_note, order_verdict, verdict_words
from ..design_words import aliases, interval_note, screening_note
from ..document import Document
from ..dossier import Dossier
from ..figures import bracket, percent
from ..interaction_words import interaction_sentences
from .advice import advice
from .combination_rows import combination_table
from .content_security import content_security_policy
from .effects_chart import effects_chart
from .environment import environment
from .heat_map import heat_map
from .inspection import inspection
from .ledger_chart import ledger_chart
from .plan_chart import plan_chart
from .profile_data import profile_data
from .repeat import repeat
from .scripts import scripts, styles
from .session_timelines import session_timelines
from .templating import templates
from .what_if_rows import what_if_tables

CONCERNS = tuple(enumerate(Concern))


def render(dossier: Dossier) -> str:
    """One file that holds all there is to show, and asks nothing of a network."""
    document = dossier.document
    return _page(
        "report.html.j2",
        document=document,
        inspection=inspection(document, dossier.profiles),
        advice=advice(document),
        plan=plan_chart(document),
        effects=effects_chart(document),
        interval_note=interval_note(document.design),
        screening_note=screening_note(document.design),
        aliases=aliases(document.design, len(document.design.aliases))[0],
        heat=heat_map(document),
        interactions=interaction_sentences(document),
        table=combination_table(document),
        claims=_claims(document),
        claims_note=claims_note(document),
        order=order_verdict(document.claimed_order) if document.claimed_order else (),
        ledger=ledger_chart(document),
        what_if=what_if_tables(document),
        timelines=session_timelines(document, dossier.traces),
        profiles=profile_data(dossier.profiles, document) if dossier.profiles else None,
        environment=list(environment(document)),
        repeat=repeat(document),
        scenario=json.dumps(document.scenario.document, indent=2),
    )


def render_profiles(profiles: Sequence[Profile], title: str) -> str:
    """Profiles that belong to no run: of a process that was attached to. `title` says which."""
    return _page("profiles.html.j2", title=title, profiles=profile_data(profiles))


def _page(template: str, **parts: object) -> str:
    inline_scripts, inline_styles = scripts(), styles()
    return (
        templates()
        .get_template(template)
        .render(
            policy=content_security_policy(inline_scripts, inline_styles),
            scripts=inline_scripts,
            styles=inline_styles,
            concerns=CONCERNS,
            version=__version__,
            **parts,
        )
    )


def _claims(document: Document) -> Sequence[object]:
    """Each claim with its name, the claim, what was measured and the verdict, in words."""
    rows = []
    for record in document.claims:
        value, low, high = record.measured_percent, record.low, record.high
        known = value is not None and low is not None and high is not None
        measured = f"{percent(value or 0.0)} {bracket(low or 0.0, high or 0.0)}" if known else "n/a"
        rows.append(
            (claim_name(record), claimed(record), measured, record.verdict.value, verdict_words(record))
        )
    return rows
