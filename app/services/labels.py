"""Labels on hits: what the labeller says, what a person says, and which of the two counts.

A person's label wins and survives every relabelling (R42); nothing a person said is overwritten.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import asdict
from typing import Any

from analysis.records import LABELS, Labelled, Post
from analysis.scheme import GUIDE
from app.errors import Conflict, InvalidInput, NotFound
from app.services.decide import Found, Item, Plan
from app.services.house import House
from app.storage import Session
from app.storage import dossiers as dossier_rows
from app.storage import labels as label_rows
from app.storage import posts as post_rows
from app.storage.models import Annotation, Dossier, Hit, LabelRun, PostRow

Labels = dict[tuple[str, int], dict[str, Any]]
OF_CODE = dict(zip("IBS", LABELS, strict=True))
CODES = frozenset(
    [
        *(f"I{n}" for n in range(1, 7)),
        *(f"B{n}" for n in range(1, 7)),
        *(f"S{n}" for n in range(1, 8)),
    ]
)
STATUSES = ("gelabeld", "geen", "ruis", "echo", "niet-beoordeeld")


def as_output(labelled: Labelled) -> dict[str, Any]:
    """A prediction as stored: plain JSON values, the same on both databases."""
    output = asdict(labelled)
    output["labels"] = list(labelled.labels)
    output["sub_labels"] = list(labelled.sub_labels)
    output["emotion"] = list(labelled.emotion)
    output["terms_used"] = list(labelled.terms_used)
    output["explanation"] = [asdict(evidence) for evidence in labelled.explanation]
    return output


def label_items(house: House, chosen: Plan) -> Labels:
    """Outputs by (post key, dossier id) for everything in the plan that a dossier wants."""
    wanted: list[tuple[Item, Found]] = []
    for item in chosen.new:
        wanted.extend((item, found) for found in item.found)
    for item, _ in (*chosen.promoted, *chosen.changed, *chosen.copies):
        wanted.extend((item, found) for found in item.found)
    if not wanted:
        return {}
    posts = [
        Post(
            text=item.post.text,
            title=item.post.title,
            is_repost=item.post.is_repost,
            group=found.group,
            own=found.own,
            places=found.dossier.places,
            lang=item.post.lang,
        )
        for item, found in wanted
    ]
    labelled = house.labeller.label(posts)
    return {
        (item.post_key, found.dossier.id): as_output(said)
        for (item, found), said in zip(wanted, labelled, strict=True)
    }


def current_run(house: House, session: Session, dossier_id: int) -> LabelRun:
    """The active run, which must be the labeller of this release; else the dossier is relabelled."""
    labeller = house.labeller
    run = label_rows.active_run(session, dossier_id)
    said = (labeller.name, labeller.model, labeller.guide)
    if run is not None and (run.labeller, run.model, run.guide) == said:
        return run
    fresh = label_rows.activate_run(session, dossier_id, *said, house.clock.now())
    _label_hits(house, session, dossier_id, fresh)
    return fresh


def relabel(house: House, slug: str) -> dict[str, Any]:
    """A new run over every hit of a dossier; says how many effective labels changed."""
    with house.database.write() as session:
        dossier = dossier_rows.by_slug(session, slug)
        if dossier is None:
            raise NotFound(f"Er is geen dossier {slug!r}.", dossier=slug)
        labeller = house.labeller
        run = label_rows.activate_run(
            session, dossier.id, labeller.name, labeller.model, labeller.guide, house.clock.now()
        )
        hits, changed = _label_hits(house, session, dossier.id, run)
        return {
            "dossier": slug,
            "labeller": run.labeller,
            "model": run.model,
            "guide": run.guide,
            "hits": hits,
            "changed": changed,
        }


def _label_hits(house: House, session: Session, dossier_id: int, run: LabelRun) -> tuple[int, int]:
    dossier = session.get_one(Dossier, dossier_id)
    rows = post_rows.all_hits(session, dossier.id)
    return len(rows), _label_rows(house, session, dossier_id, run, rows)


def _label_rows(
    house: House,
    session: Session,
    dossier_id: int,
    run: LabelRun,
    rows: list[tuple[Hit, PostRow]],
) -> int:
    """How many effective labels changed."""
    places = dossier_rows.places(dossier_rows.terms(session, dossier_id))
    changed = 0
    for batch in post_rows.chunks(rows):
        posts = [_post_of(hit, post, places) for hit, post in batch]
        said = house.labeller.label(posts)
        people = label_rows.newest_annotations(session, (hit.id for hit, _ in batch))
        for (hit, _), labelled in zip(batch, said, strict=True):
            output = as_output(labelled)
            before = (hit.status, hit.is_i, hit.is_b, hit.is_s)
            label_rows.set_prediction(session, run.id, hit, output, house.clock.now())
            show(hit, output, people.get(hit.id))
            changed += before != (hit.status, hit.is_i, hit.is_b, hit.is_s)
    return changed


def label_again(
    house: House, session: Session, dossier_id: int, rows: list[tuple[Hit, PostRow]]
) -> None:
    """Let the active run say again what it says of these hits: their group changed."""
    run = current_run(house, session, dossier_id)
    _label_rows(house, session, dossier_id, run, rows)


def _post_of(hit: Hit, post: PostRow, places: tuple[str, ...]) -> Post:
    return Post(
        text=post.text,
        title=post.title,
        is_repost=post.is_repost,
        group=hit.group_kind,
        own=hit.own,
        places=places,
        lang=post.lang,
    )


def effective(output: Mapping[str, Any], annotation: Annotation | None) -> dict[str, Any]:
    """The label that counts: a person's newest word over what the run said."""
    if annotation is None:
        return dict(output)
    return {**output, **annotation.output}


def show(hit: Hit, output: Mapping[str, Any], annotation: Annotation | None) -> None:
    """The effective label on the hit, where filters and lists find it."""
    judged = annotation is not None and annotation.confirmed
    label_rows.show_on_hit(hit, effective(output, annotation), confirmed=judged)


def person_says(status: str, sub_labels: Sequence[str], confirmed: bool = False) -> dict[str, Any]:
    """A person's label as stored; labels follow from the sub-labels. Raises `InvalidInput`."""
    codes = list(dict.fromkeys(sub_labels))
    unknown = [code for code in codes if code not in CODES]
    if unknown:
        raise InvalidInput(
            f"Onbekend label {unknown[0]!r}; kies uit I1-I6, B1-B6 en S1-S7.", field="subLabels"
        )
    if status not in STATUSES:
        raise InvalidInput(
            f"Onbekende status {status!r}; kies uit {', '.join(STATUSES)}.", field="status"
        )
    if (status == "gelabeld") != bool(codes):
        raise InvalidInput(
            "Kies bij de status ‘gelabeld’ minstens één label, en anders geen.", field="subLabels"
        )
    labels = [OF_CODE[letter] for letter in "IBS" if any(code[0] == letter for code in codes)]
    primary = next((OF_CODE[x] for x in "SIB" if OF_CODE[x] in labels), None)
    return {
        "status": status,
        "labels": labels,
        "sub_labels": sorted(codes, key=_code_order),
        "primary": primary,
        "threat": confirmed or bool(label_rows.THREAT_CODES & set(codes)),
    }


def _code_order(code: str) -> tuple[int, str]:
    return "IBS".index(code[0]), code


def annotate(
    session: Session,
    hit: Hit,
    *,
    user_id: int | None,
    output: dict[str, Any],
    confirmed: bool,
    note: str,
    guide: str,
    house: House,
    expected_version: int | None,
) -> Annotation:
    """Append a person's label. Raises `Conflict` when the hit changed since it was read."""
    if expected_version is not None and hit.version != expected_version:
        raise Conflict(
            "Dit bericht is intussen door een ander bijgewerkt. Laad het opnieuw.",
            version=hit.version,
        )
    row = Annotation(
        hit_id=hit.id,
        user_id=user_id,
        status=output["status"],
        labels=output["labels"],
        sub_labels=output["sub_labels"],
        output=output,
        confirmed=confirmed,
        note=note,
        guide=guide,
        created_at=house.clock.now(),
    )
    session.add(row)
    _show_now(session, hit, row)
    session.flush()
    return row


def withdraw(
    house: House, session: Session, hit: Hit, row: Annotation, user_id: int | None
) -> Annotation | None:
    """Take a person's label back; returns the one that counts instead, None when it is the run's."""
    session.add(
        Annotation(
            hit_id=hit.id, user_id=user_id, status=row.status, labels=[], sub_labels=[], output={},
            guide=row.guide, withdraws=row.id, created_at=house.clock.now(),
        )
    )  # fmt: skip
    session.flush()
    left = label_rows.newest_annotations(session, [hit.id]).get(hit.id)
    _show_now(session, hit, left)
    session.flush()
    return left


def _show_now(session: Session, hit: Hit, row: Annotation | None) -> None:
    run = label_rows.active_run(session, hit.dossier_id)
    said = label_rows.predictions(session, run.id, [hit.id]).get(hit.id) if run else None
    show(hit, said.output if said else {"status": hit.status}, row)
    hit.version += 1


def annotate_blind(
    house: House, session: Session, hit: Hit, user_id: int | None, output: dict[str, Any]
) -> None:
    """A reading that never counts as the label of the hit (see `newest_annotations`)."""
    session.add(
        Annotation(
            hit_id=hit.id,
            user_id=user_id,
            status=output["status"],
            labels=output["labels"],
            sub_labels=output["sub_labels"],
            output={**output, "blind": True},
            confirmed=False,
            note="",
            guide=GUIDE,
            created_at=house.clock.now(),
        )
    )
    session.flush()
