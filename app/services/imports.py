"""Exports of other tools and questions heard at the desk: looked at first, then kept whole or not
at all, through the same decision, labels and tables as a fetched post; and taken back again.
"""

from __future__ import annotations

import hashlib
import secrets
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from app.clock import local_date
from app.errors import Conflict, InvalidInput, NotFound
from app.records import FetchedPost
from app.services import store
from app.services.active import compiled_dossiers
from app.services.audit import note
from app.services.decide import ActiveDossier, Item, Plan, SourceFacts, items_of, wanted_by_all
from app.services.house import House
from app.services.import_profiles import FIELDS, Profile, mapping_of, profile_named
from app.services.import_rows import Problem, Reading, read_rows
from app.services.import_tables import Table, read_table
from app.services.known import plan_for
from app.services.labels import Labels, label_items
from app.storage import Session
from app.storage import dossiers as dossier_rows
from app.storage import imports as rows
from app.storage import sources as source_rows
from app.storage.models import Dossier, ImportRun

ATTEMPTS = 5
SHOWN = 5
MOST_QUESTION = 5000
DESK = "balie"


@dataclass(frozen=True, slots=True)
class File:
    """A file as it was understood: its table, the profile, which column is what, what came of it."""

    name: str
    digest: str
    table: Table
    profile: Profile
    mapping: Mapping[str, str]
    reading: Reading

    @property
    def stopping(self) -> list[Problem]:
        return [problem for problem in self.reading.problems if problem.stops]


@dataclass(frozen=True, slots=True)
class _Place:
    """Where posts of an import land: one dossier, and the source that stands for the tool."""

    dossier: ActiveDossier
    facts: SourceFacts
    tuning: bool


def understood(
    data: bytes, name: str, profile: str | None, given: Mapping[str, str], now: datetime
) -> File:
    """Read a file without storing anything. Raises `InvalidInput`."""
    table = read_table(data)
    chosen = profile_named(profile, table.columns)
    mapping = mapping_of(chosen, table.columns, given)
    reading = read_rows(table, chosen, mapping, now)
    digest = hashlib.sha256(data).hexdigest()
    return File(name[-200:], digest, table, chosen, mapping, reading)


def preview(house: House, dossier: str, file: File) -> dict[str, Any]:
    """What an import would do, with every problem by row; nothing is stored."""
    with house.database.read() as session:
        row = _dossier(house, session, dossier)
        place = _place(house, session, row, file.profile.name)
        same = rows.same_file(session, row.id, file.digest)
        before = same.id if same is not None else None
    chosen = _plan(house, place, file)
    return {
        "profile": file.profile.name,
        "form": file.table.form,
        "encoding": file.table.encoding,
        "separator": file.table.separator,
        "columns": list(file.table.columns),
        "mapping": dict(file.mapping),
        "unused": [c for c in file.table.columns if c not in file.mapping.values()],
        "rows": len(file.table.rows) + len(file.table.bad),
        "posts": len(file.reading.posts),
        "new": len(chosen.new) + len(chosen.promoted) + len(chosen.unmatched),
        "matched": chosen.matched,
        "changed": len(chosen.changed),
        "copies": len(chosen.copies),
        "first": _iso(min(_dates(file), default=None)),
        "last": _iso(max(_dates(file), default=None)),
        "imported_before": before,
        "problems": [_problem(problem) for problem in file.reading.problems],
        "sample": [_sample(number, post) for number, post in file.reading.posts[:SHOWN]],
    }


def take_in(
    house: House, dossier: str, file: File, *, skip_bad: bool = False, actor: str = "cli"
) -> dict[str, Any]:
    """Store a whole file in one transaction. Raises `InvalidInput` when a row cannot be read and
    nobody said to skip such rows, and `Conflict` when the very same file was taken in before."""
    if file.stopping and not skip_bad:
        first = file.stopping[0]
        raise InvalidInput(
            f"{len(file.stopping)} rijen zijn niet te lezen; de eerste is rij {first.row}: "
            f"{first.message} Er is niets opgeslagen. Bekijk alles vooraf (--preview, preview), of "
            "sla deze rijen over (--skip-bad, skipBad).",
            field="file",
        )
    if not file.reading.posts:
        raise InvalidInput("In dit bestand staat geen enkel bericht.", field="file")
    return _kept(house, dossier, file, actor)


def heard(
    house: House, dossier: str, question: str, at: datetime, where: str = "", actor: str = "cli"
) -> dict[str, Any]:
    """A question heard at the desk, on the phone or at a meeting, among the posts of a dossier.

    Whoever asked is not noted. It counts, whatever the query says: a person put it there.
    """
    text = " ".join(question.split())
    now = house.clock.now()
    if not text or len(text) > MOST_QUESTION:
        raise InvalidInput(
            f"Schrijf de vraag op, in hooguit {MOST_QUESTION} tekens.", field="question"
        )
    if at > now:
        raise InvalidInput("Dit tijdstip ligt in de toekomst.", field="heard-at")
    post = FetchedPost(
        canonical_id=f"balie:{secrets.token_hex(16)}",
        text=text,
        title=" ".join(where.split())[:200],
        published_at=at,
        date_rule="heard",
        lang="nl",
    )
    table = Table("balie", (), ())
    profile = Profile(DESK, "Vragen aan de balie en op bijeenkomsten", {})
    reading = Reading(((1, post),), ())
    file = File("vraag", secrets.token_hex(32), table, profile, {}, reading)
    return _kept(house, dossier, file, actor)


def undo(house: House, dossier: str, import_id: int, actor: str = "cli") -> dict[str, Any]:
    """Take an import back. What a later import or another source brought too, stays; a text that
    the import changed stays changed."""
    now = house.clock.now()
    with house.database.write() as session:
        row = dossier_rows.by_slug(session, dossier)
        run = rows.run_of(session, row.id, import_id) if row is not None else None
        if row is None or run is None:
            raise NotFound(f"Dossier {dossier!r} heeft geen import {import_id}.")
        if run.undone_at is not None:
            raise Conflict(f"Import {import_id} is al teruggedraaid.")
        gone = rows.take_back(session, run, now)
        note(house, session, row.organisation_id, actor=actor, action="import-undone",
             subject=str(import_id), dossier=dossier, facts={"removed": gone})  # fmt: skip
    return {"import": import_id, "removed": gone}


def import_list(house: House, dossier: str) -> list[dict[str, Any]]:
    """Imports of a dossier, newest first."""
    with house.database.read() as session:
        row = dossier_rows.by_slug(session, dossier)
        if row is None:
            raise NotFound(f"Er is geen dossier {dossier!r}.", dossier=dossier)
        return [
            {
                "import": run.id, "profile": run.profile, "file": run.file_name, "rows": run.rows,
                "new": run.new, "matched": run.matched, "actor": run.actor,
                "at": _iso(run.created_at), "undone_at": _iso(run.undone_at),
            }
            for run in rows.runs_of(session, row.id)
        ]  # fmt: skip


def _kept(house: House, dossier: str, file: File, actor: str) -> dict[str, Any]:
    for attempt in range(ATTEMPTS):
        with house.database.read() as session:
            row = _dossier(house, session, dossier)
            place = _place(house, session, row, file.profile.name)
        chosen = _plan(house, place, file)
        labelled = label_items(house, chosen)
        try:
            with house.database.write() as session:
                return _write(house, session, dossier, place, file, chosen, labelled, actor)
        except Conflict as error:
            if attempt + 1 == ATTEMPTS or error.facts.get("same_file"):
                raise
    raise AssertionError("unreachable")


def _write(
    house: House,
    session: Session,
    dossier: str,
    place: _Place,
    file: File,
    chosen: Plan,
    labelled: Labels,
    actor: str,
) -> dict[str, Any]:
    now = house.clock.now()
    row = _dossier(house, session, dossier)
    before = rows.same_file(session, row.id, file.digest)
    if before is not None:
        raise Conflict(
            f"Dit bestand is al ingelezen als import {before.id}; draai die eerst terug.",
            same_file=before.id,
        )
    desk = file.profile.name == DESK
    source = rows.source_at(
        session, row, f"import:{file.profile.name}", DESK if desk else "import",
        file.profile.title if desk else f"Import uit {file.profile.title}",
        place.facts.slug, now,
    )  # fmt: skip
    source_rows.link(session, row.id, source.id)
    stored = store.save_plan(house, session, source, chosen, labelled, now)
    source.last_ok, source.reason = now, "ok"
    newest = max((item.published_at for item in _brought(chosen)), default=None)
    source.complete_until = max(
        (at for at in (source.complete_until, newest) if at is not None), default=None
    )
    run = ImportRun(
        dossier_id=row.id, source_id=source.id, profile=file.profile.name, file_name=file.name,
        file_hash=file.digest, rows=len(file.reading.posts), new=stored.new,
        matched=chosen.matched, actor=actor, created_at=now,
    )  # fmt: skip
    keys = (house.vault.post_key(source.slug, one.canonical_id) for _, one in file.reading.posts)
    rows.add_run(session, run, set(keys))
    facts = {"profile": run.profile, "rows": run.rows, "new": run.new, "matched": run.matched}
    note(house, session, row.organisation_id, actor=actor, action="import-stored",
         subject=str(run.id), dossier=dossier, facts=facts)  # fmt: skip
    return {
        "import": run.id, "source": source.slug, "profile": run.profile,
        "rows": run.rows, "new": stored.new, "changed": stored.changed,
        "matched": chosen.matched, "copies": len(chosen.copies), "skipped": len(file.stopping),
    }  # fmt: skip


def _brought(chosen: Plan) -> list[Item]:
    pairs = (*chosen.promoted, *chosen.copies)
    return [*chosen.new, *(item for item, _ in pairs), *chosen.unmatched]


def _plan(house: House, place: _Place, file: File) -> Plan:
    posts: Sequence[FetchedPost] = [post for _, post in file.reading.posts]
    now, dossiers = house.clock.now(), (place.dossier,)
    items = items_of(posts, place.facts, dossiers, house.vault, house.standing, now)
    if file.profile.name == DESK:
        items = wanted_by_all(items, place.facts, dossiers, house.vault)
    return plan_for(house, items, tuning=place.tuning)


def _place(house: House, session: Session, row: Dossier, profile: str) -> _Place:
    ready = compiled_dossiers(session, [row], local_date(house.clock.now()))
    if not ready:
        raise InvalidInput("Dit dossier heeft nog geen zoekopdracht.", field="dossier")
    organisation = dossier_rows.organisation(session, row).slug
    slug = f"{'' if profile == DESK else 'import-'}{profile}-{organisation}"[:120]
    facts = SourceFacts(slug=slug, organisation=organisation, own=False, site="")
    return _Place(ready[0], facts, row.buffer_enabled)


def _dossier(house: House, session: Session, slug: str) -> Dossier:
    """The dossier, when it may collect today: after its end date nothing comes in (P1)."""
    row = dossier_rows.by_slug(session, slug)
    if row is None:
        raise NotFound(f"Er is geen dossier {slug!r}.", dossier=slug)
    today = local_date(house.clock.now())
    if not row.starts <= today <= row.ends or row.cleared_at is not None:
        raise InvalidInput(
            f"Dossier {slug} loopt van {row.starts:%d-%m-%Y} tot en met {row.ends:%d-%m-%Y}; "
            "daarbuiten wordt niets verzameld.",
            field="dossier",
        )
    return row


def _dates(file: File) -> list[datetime]:
    return [post.published_at for _, post in file.reading.posts if post.published_at]


def _problem(problem: Problem) -> dict[str, Any]:
    return {
        "row": problem.row, "column": problem.column,
        "message": problem.message, "stops": problem.stops,
    }  # fmt: skip


def _sample(number: int, post: FetchedPost) -> dict[str, Any]:
    from analysis.masking import mask

    return {
        "row": number, "published_at": _iso(post.published_at), "date_rule": post.date_rule,
        "title": mask(post.title).text, "text": mask(post.text[:200]).text,
    }  # fmt: skip


def _iso(instant: datetime | None) -> str | None:
    return instant.isoformat() if instant else None


__all__ = ["FIELDS", "File", "heard", "import_list", "preview", "take_in", "understood", "undo"]
