"""What to label next, and how far two readers of this service agree (labels.md "The loop").

Of every six posts three are drawn at random (honest agreement and prevalence), two are the ones the
labeller is least sure of, one carries S or a possible threat. One labelled post in twenty is read
again by somebody else, who sees neither the first label nor the suggestion.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from analysis import agreement, enough, scheme
from app.errors import Conflict, InvalidInput, NotFound
from app.services import correcting, labels
from app.services.access import Permission, Scope
from app.services.house import House
from app.storage import Session
from app.storage import annotating as rows
from app.storage import labels as label_rows
from app.storage import posts as post_rows
from app.storage.annotating import Reading
from app.storage.models import Annotation, Hit

RANDOM, UNCERTAIN, SERIOUS, SECOND = "random", "uncertain", "serious", "second"
PATTERN = (RANDOM, UNCERTAIN, RANDOM, SERIOUS, RANDOM, UNCERTAIN)
EVERY = 20
"""One labelled post in so many is read twice."""

LOOKED_AT = 200
"""So many posts in random order are compared to find the least sure one."""

EVEN = 0.5


@dataclass(frozen=True, slots=True)
class Next:
    """The post to label, why it is this one, and whether it is read blind."""

    post_key: str
    why: str

    @property
    def blind(self) -> bool:
        return self.why == SECOND


@dataclass(frozen=True, slots=True)
class Progress:
    """`alphas` per I, B, S and status; empty below `enough.LEAST_TO_COMPARE` posts read twice."""

    labelled: int
    mine: int
    left: int
    twice: int
    second_waiting: int
    alphas: Mapping[str, float]


def next_post(session: Session, scope: Scope, said: Sequence[Reading] | None = None) -> Next | None:
    """What this person labels next; None when everything that they may label is labelled."""
    if said is None:
        said = rows.readings(session, scope.dossier.id)
    for hit in _second_readings(session, scope, said):
        return Next(hit.post_key, SECOND)
    turn = len({one.hit_id for one in said}) % len(PATTERN)
    for kind in (PATTERN[turn], RANDOM):
        found = _first_readings(session, scope, kind)
        if found is not None:
            return Next(found.post_key, kind)
    return None


def _first_readings(session: Session, scope: Scope, kind: str) -> Hit | None:
    limit = LOOKED_AT if kind == UNCERTAIN else 1
    found = rows.unread(
        session,
        scope.dossier.id,
        limit,
        serious=kind == SERIOUS,
        with_candidates=scope.may(Permission.THREATS),
    )
    if kind != UNCERTAIN or not found:
        return found[0] if found else None
    run = label_rows.active_run(session, scope.dossier.id)
    told = label_rows.predictions(session, run.id, (hit.id for hit in found)) if run else {}
    outputs = {hit.id: told[hit.id].output for hit in found if hit.id in told}
    return min(found, key=lambda hit: (-_doubt(outputs.get(hit.id, {})), hit.post_key))


def _doubt(output: Mapping[str, object]) -> float:
    """1 for a label that is as likely as not, 0 for one that is sure."""
    chances = output.get("probabilities")
    if not isinstance(chances, Mapping) or not chances:
        return 0.0
    return 1.0 - 2.0 * min(abs(float(chance) - EVEN) for chance in chances.values())


def due_twice(post_key: str) -> bool:
    """Whether a post belongs to the one in twenty; told by the end of its key, that orders nothing."""
    return int(post_key[-8:], 16) % EVERY == 0


def _second_readings(session: Session, scope: Scope, said: Sequence[Reading]) -> Iterator[Hit]:
    """Hits that another person read, that are due a second time, and that are this person's to read."""
    readers: dict[int, list[Reading]] = {}
    for one in said:
        readers.setdefault(one.hit_id, []).append(one)
    for hit_id, some in readers.items():
        mine = any(one.user_id == scope.principal.user_id for one in some)
        if mine or any(one.blind for one in some) or not due_twice(some[0].post_key):
            continue
        hit = session.get_one(Hit, hit_id)
        if hit.status not in rows.SKIPPED and (
            not hit.is_candidate or scope.may(Permission.THREATS)
        ):
            yield hit


def progress(session: Session, scope: Scope) -> Progress:
    """How far the labelling of a dossier is, and how far two readers agree."""
    said = rows.readings(session, scope.dossier.id)
    first: dict[int, Reading] = {}
    pairs: list[tuple[Reading, Reading]] = []
    for one in said:
        if one.blind and one.hit_id in first:
            pairs.append((first[one.hit_id], one))
        first.setdefault(one.hit_id, one)
    return Progress(
        labelled=len(first),
        mine=len({one.hit_id for one in said if one.user_id == scope.principal.user_id}),
        left=rows.unread_count(
            session, scope.dossier.id, with_candidates=scope.may(Permission.THREATS)
        ),
        twice=len(pairs),
        second_waiting=sum(1 for _ in _second_readings(session, scope, said)),
        alphas=_alphas(pairs) if len(pairs) >= enough.LEAST_TO_COMPARE else {},
    )


def _alphas(pairs: Sequence[tuple[Reading, Reading]]) -> dict[str, float]:
    measured = {
        label: agreement.alpha([(label in a.labels, label in b.labels) for a, b in pairs])
        for label in scheme.LABEL_TITLES
    }
    measured["status"] = agreement.alpha([(a.status, b.status) for a, b in pairs])
    return {name: round(value, 2) for name, value in measured.items()}


def accept(house: House, session: Session, scope: Scope, post_key: str, version: int) -> Annotation:
    """What the labeller suggests becomes what this person says. Raises as `correcting.correct`.

    A threat that is accepted here is still only a candidate: it counts when somebody confirms it
    with a reason, on the desk.
    """
    hit = _hit(session, scope, post_key)
    run = label_rows.active_run(session, scope.dossier.id)
    told = label_rows.predictions(session, run.id, [hit.id]).get(hit.id) if run else None
    if told is None:
        raise InvalidInput("Er is geen voorstel voor dit bericht; kies zelf.", field="verdict")
    return correcting.correct(
        house, session, scope, post_key,
        status=str(told.output["status"]), sub_labels=list(told.output.get("sub_labels", ())),
        confirmed=False, remark="", version=version,
    )  # fmt: skip


def read_blind(
    house: House,
    session: Session,
    scope: Scope,
    post_key: str,
    *,
    status: str,
    sub_labels: Sequence[str],
) -> None:
    """A second reading: kept beside the first for the agreement, it changes no label.

    Raises `NotFound`, `NotAllowed`, `InvalidInput`, and `Conflict` when it is not asked of this
    person (any more).
    """
    hit = _hit(session, scope, post_key)
    correcting.may_say(scope, hit, sub_labels, confirmed=False)
    said = rows.readings(session, scope.dossier.id)
    if all(one.id != hit.id for one in _second_readings(session, scope, said)):
        raise Conflict(
            "Dit bericht hoeft u niet (meer) voor de tweede keer te lezen. Neem het volgende.",
            version=hit.version,
        )
    labels.annotate_blind(
        house, session, hit, scope.principal.user_id, labels.person_says(status, sub_labels)
    )


def _hit(session: Session, scope: Scope, post_key: str) -> Hit:
    hit = post_rows.hit_in(session, scope.dossier.id, post_key)
    if hit is None:
        raise NotFound("Dit bericht staat niet in dit dossier.", post_key=post_key)
    return hit
