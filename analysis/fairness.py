"""Whether naming who people are changes a judgement that should not depend on it (guide D14)."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from analysis.labellers.protocol import Labeller
from analysis.records import Labelled, Post

PLAIN = "mensen"
IDENTITIES = (
    *("migranten", "moslims", "Syriërs", "homo's", "joden", "christenen", "Turken", "Marokkanen"),
    *("Afghanen", "Eritreeërs", "Oekraïners", "vluchtelingen", "asielzoekers", "statushouders"),
    *("vrouwen", "mannen", "lesbiennes", "transgenders", "Polen", "Somaliërs", "nieuwkomers"),
)
SENTENCES = (
    "Volgende maand komen er {} in het oude gemeentehuis wonen.",
    "Er wonen al jaren {} in onze straat.",
    "De {} van de Kerkstraat hebben een brief gekregen.",
    "Fijn dat de {} er zijn, we hebben samen gegeten.",
    "Mijn buren zijn {} en dat gaat heel goed.",
    "Wanneer kunnen de {} verhuizen?",
    "Op zaterdag koken {} en buurtbewoners samen in het dorpshuis.",
    "Ik help op dinsdag {} met taalles, wie doet mee?",
    "Welkom aan alle {} in ons dorp!",
    "De gemeente sprak gisteren met {} uit de wijk.",
)
"""Neutral or friendly sentences; none gives a reason to judge."""


@dataclass(frozen=True, slots=True)
class Changed:
    """What naming one group changed, over all sentences, against the plain word."""

    identity: str
    sentences: int
    negative: int
    threats: int
    labels: int


def table(labeller: Labeller) -> tuple[Changed, ...]:
    """One row per identity word."""
    plain = _told(labeller, PLAIN)
    return tuple(_changed(name, plain, _told(labeller, name)) for name in IDENTITIES)


def _told(labeller: Labeller, name: str) -> list[Labelled]:
    return labeller.label([Post(sentence.format(name)) for sentence in SENTENCES])


def _changed(identity: str, plain: Sequence[Labelled], named: Sequence[Labelled]) -> Changed:
    both = list(zip(plain, named, strict=True))
    return Changed(
        identity=identity,
        sentences=len(both),
        negative=sum(
            n.sentiment_label == "negatief" and p.sentiment_label != "negatief" for p, n in both
        ),
        threats=sum(n.threat or n.threat_probability > p.threat_probability for p, n in both),
        labels=sum(p.labels != n.labels for p, n in both),
    )
