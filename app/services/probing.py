"""The recall probe: judge a sample of what a query does not find, to know what it misses (R45).

"You find what you seek": posts outside the query are drawn in three strata (a place term but no topic
term, a topic term but no place term, neither), judged by a person, and counted back to all posts with
the sampling rate of the buffer.
"""

from __future__ import annotations

import random
import secrets
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from app.errors import InvalidInput, NotFound
from app.services.access import Scope
from app.services.corpus import Corpus, corpus_of
from app.services.house import House
from app.services.tuning import TrialLine, lines
from app.storage import Session
from app.storage import tuning as rows
from app.storage.models import STRATA, VERDICTS, ProbeItem, QueryVersion, RecallProbe
from query import CompiledQuery, ast, compile_query
from query.matcher import positive
from query.recall import Estimate, Stratum, estimate
from query.suggest import Suggestion, suggestions

PER_STRATUM, MOST = 20, 200
DECIDED = ("relevant", "irrelevant")


@dataclass(frozen=True, slots=True)
class ProbeState:
    """A probe with its posts still to judge, and what follows from what was judged."""

    probe: RecallProbe
    items: tuple[tuple[ProbeItem, TrialLine | None], ...]
    estimate: Estimate
    suggestions: tuple[Suggestion, ...]


def start(
    house: House,
    session: Session,
    scope: Scope,
    version: QueryVersion,
    *,
    per_stratum: int = PER_STRATUM,
    seed: int | None = None,
) -> RecallProbe:
    """Draw a sample outside a version. Raises `InvalidInput` when nothing lies outside it."""
    if not 1 <= per_stratum <= MOST:
        raise InvalidInput(f"Kies 1 tot {MOST} berichten per groep.", field="perStratum")
    corpus = corpus_of(house, session, scope)
    query = compile_query(version.text, version.terms)
    outside = strata(corpus, query)
    if not any(outside.values()):
        raise InvalidInput(
            "Er zijn geen berichten buiten deze zoekopdracht bewaard; de buffer is leeg of staat uit.",
            field="probe",
        )
    chosen = seed if seed is not None else secrets.randbelow(2**31)
    dice = random.Random(chosen)  # noqa: S311 (a sample that anybody can draw again)
    drawn = [
        (name, number)
        for name, numbers in outside.items()
        for number in sorted(dice.sample(numbers, min(per_stratum, len(numbers))))
    ]
    dice.shuffle(drawn)
    return rows.add_probe(
        session,
        RecallProbe(
            dossier_id=scope.dossier.id,
            query_version_id=version.id,
            author=scope.principal.name,
            seed=chosen,
            strata={
                name: {"posts": len(numbers), "rate": _rate(corpus, numbers)}
                for name, numbers in outside.items()
            },
            created_at=house.clock.now(),
        ),
        [
            ProbeItem(position=position, post_key=corpus.posts[number].post_key, stratum=name)
            for position, (name, number) in enumerate(drawn, start=1)
        ],
    )


def strata(corpus: Corpus, query: CompiledQuery) -> dict[str, list[int]]:
    """Numbers of the posts outside a query: with a place term only, a topic term only, or neither."""
    places, topics = _parts(query)
    found = set(corpus.archive.numbers(query))
    placed = _holding(corpus, places)
    about = _holding(corpus, topics)
    split: dict[str, list[int]] = {name: [] for name in STRATA}
    for number in range(len(corpus.posts)):
        if number in found or (number in placed and number in about):
            continue
        name = "places" if number in placed else "topics" if number in about else "neither"
        split[name].append(number)
    return split


def _parts(query: CompiledQuery) -> tuple[list[ast.Node], list[ast.Node]]:
    """(place groups, topic groups): a group is about places when most of it came from placeholders."""
    tree = query.tree
    parts = tree.parts if isinstance(tree, ast.And) else (tree,)
    places: list[ast.Node] = []
    topics: list[ast.Node] = []
    for part in parts:
        leaves = list(positive(part))
        given = sum(
            query.text[leaf.span[0] : leaf.span[1]].startswith(("<", "&lt;")) for leaf in leaves
        )
        (places if given * 2 > len(leaves) else topics).append(part)
    return places, topics


def _holding(corpus: Corpus, parts: Sequence[ast.Node]) -> set[int]:
    if not parts:
        return set()
    return set(
        corpus.archive.numbers(CompiledQuery(ast.Or(tuple(parts)) if len(parts) > 1 else parts[0]))
    )


def _rate(corpus: Corpus, numbers: Sequence[int]) -> float:
    """The share of what came in that this stratum holds: the sampling rate of its sources."""
    stands = 0.0
    for number in numbers:
        trial = corpus.posts[number]
        kept, offered = corpus.rates.get(trial.source, (1, 1)) if trial.buffered else (1, 1)
        stands += offered / kept if kept else 1.0
    return round(len(numbers) / stands, 6) if stands else 1.0


def judge(
    house: House, session: Session, scope: Scope, probe_id: int, post_key: str, verdict: str | None
) -> ProbeItem:
    """A person's word on one post; None takes it back. Raises `NotFound`, `InvalidInput`."""
    if verdict is not None and verdict not in VERDICTS:
        raise InvalidInput(f"Kies uit {', '.join(VERDICTS)}.", field="verdict")
    probe = get(session, scope, probe_id)
    for item in rows.probe_items(session, probe.id):
        if item.post_key == post_key:
            rows.judge(item, verdict, scope.principal.name, house.clock.now())
            session.flush()
            return item
    raise NotFound("Dit bericht hoort niet bij deze steekproef.", post_key=post_key)


def get(session: Session, scope: Scope, probe_id: int) -> RecallProbe:
    found = rows.probe(session, scope.dossier.id, probe_id)
    if found is None:
        raise NotFound(f"Steekproef {probe_id} hoort niet bij dit dossier.")
    return found


def state(house: House, session: Session, scope: Scope, probe_id: int) -> ProbeState:
    """A probe as it stands: its posts in order, the estimate of what is missed, term suggestions."""
    probe = get(session, scope, probe_id)
    version = session.get_one(QueryVersion, probe.query_version_id)
    query = compile_query(version.text, version.terms)
    corpus = corpus_of(house, session, scope)
    numbers = {trial.post_key: number for number, trial in enumerate(corpus.posts)}
    items = rows.probe_items(session, probe.id)
    there = [item for item in items if item.post_key in numbers]
    shown = lines(house, session, scope, corpus, [numbers[item.post_key] for item in there], None)
    by_key = {line.post_key: line for line in shown}
    missed = [
        corpus.archive.document(numbers[item.post_key])
        for item in there
        if item.verdict == "relevant"
    ]
    return ProbeState(
        probe,
        tuple((item, by_key.get(item.post_key)) for item in items),
        _estimate(probe.strata, items, len(corpus.archive.numbers(query))),
        tuple(suggestions(query, missed, corpus.archive)) if missed else (),
    )


def _estimate(sizes: Mapping[str, Any], items: Sequence[ProbeItem], found: int) -> Estimate:
    parts = []
    for name, size in sizes.items():
        judged = [i.verdict for i in items if i.stratum == name and i.verdict in DECIDED]
        parts.append(
            Stratum(name, size["posts"], len(judged), judged.count("relevant"), size["rate"])
        )
    return estimate(found, parts)
