"""Signals: raised once, told to the next person until somebody answers, kept in a log (R18, R41).

No text of a post and no name is ever in a message; who may judge a threat opens it on the page.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from datetime import datetime, time, timedelta
from typing import Any

import structlog

from analysis.cadence import surge
from analysis.dutch import number
from app.clock import AMSTERDAM, day_bounds, local_date
from app.errors import Conflict, InvalidInput
from app.notify import Message
from app.records import HEALTHY, REASONS
from app.services.cadence import active, hours
from app.services.carrying import carry
from app.services.house import House
from app.storage import Session, outbox
from app.storage import signals as rows
from app.storage.models import Alert, AlertRoute, Dossier, Notice, User

log = structlog.get_logger("klankbord.alerts")
KINDS = {
    "surge": "Veel meer berichten dan anders",
    "threat": "Mogelijke dreiging",
    "rumour": "Gerucht met een oproep",
    "silence": "Bron zwijgt",
}
#: Routes may also name the reminder of an approval, or every kind of signal.
ROUTE_KINDS = {**KINDS, "approval": "Verslag goedkeuren", "all": "Alle signalen"}
DECISIONS = {"act": "Handelen", "watch": "Volgen", "ignore": "Niets doen"}
LOOK_BACK, SURGE_REST = timedelta(days=2), timedelta(hours=6)
SILENT_AFTER = timedelta(hours=6)
ESCALATE_AFTER = timedelta(minutes=15)
LONGEST_SNOOZE = timedelta(hours=24)
LEAST_REASON = 3
#: Kinds that do not wait for the morning.
ALWAYS = frozenset({"threat"})


@dataclass(frozen=True, slots=True)
class Signal:
    """Something a person should decide on; `key` says what it is about."""

    kind: str
    key: str
    facts: dict[str, Any] = field(default_factory=dict)


def watch(house: House) -> int:
    """Raise what is new, tell the next person where nobody answered; how many were raised."""
    now = house.clock.now()
    with house.database.read() as session:
        work = [dossier.slug for dossier in active(session, now)]
    raised = 0
    for slug in work:
        try:
            with house.database.write() as session:
                raised += _watch_one(house, session, slug, now)
        except Conflict:  # another worker raised the same: the key decided
            continue
    return raised


def _watch_one(house: House, session: Session, slug: str, now: datetime) -> int:
    from app.storage import dossiers as dossier_rows

    dossier = dossier_rows.by_slug(session, slug)
    if dossier is None:
        return 0
    known = rows.known_keys(session, dossier.id)
    fresh = [one for one in signals(session, dossier, now) if one.key not in known]
    for one in fresh:
        session.add(
            Alert(
                dossier_id=dossier.id, kind=one.kind, key=one.key, facts=one.facts,
                raised_at=now, position=0, version=1,
            )
        )  # fmt: skip
    session.flush()
    for alert in rows.unanswered(session, dossier.id):
        if _is_next(alert, now):
            _tell_next(session, dossier, alert, now)
    return len(fresh)


def signals(session: Session, dossier: Dossier, now: datetime) -> Iterator[Signal]:
    """Everything that asks for a decision now."""
    since = now - LOOK_BACK
    high = surge(hours(session, dossier.id, now))
    last = rows.last_of_kind(session, dossier.id, "surge")
    if high and (last is None or now >= last + SURGE_REST):
        yield Signal(
            "surge",
            f"surge:{high[-1].starts.isoformat()}",
            {"posts": high[-1].posts, "mean": round(high[-1].mean, 1)},
        )
    for hit in rows.candidates_since(session, dossier.id, since):
        yield Signal("threat", f"threat:{hit.post_key}", {"post_key": hit.post_key})
    for hit in rows.rumours_with_call_since(session, dossier.id, since):
        yield Signal("rumour", f"rumour:{hit.post_key}", {"post_key": hit.post_key})
    for source in rows.quiet_sources(session, dossier.id):
        failing = source.reason is not None and source.reason not in HEALTHY
        since_ok = source.last_ok or source.created_at
        if (failing and now >= since_ok + SILENT_AFTER) or source.volume == "silent":
            why = source.reason if failing and source.reason else "silent"
            yield Signal(
                "silence",
                f"silence:{source.slug}:{local_date(since_ok).isoformat()}:{why}",
                {"source": source.slug, "title": source.title, "reason": why},
            )


def words(alert: Alert) -> str:
    """The signal in one sentence, without anything of a post."""
    facts = alert.facts
    if alert.kind == "surge":
        return (
            f"In het laatste uur waren er {number(facts.get('posts', 0))} berichten, anders "
            f"gemiddeld {number(float(facts.get('mean', 0)))}."
        )
    if alert.kind == "threat":
        return "Een bericht wacht op een oordeel: mogelijk dreiging, opruiing of haat."
    if alert.kind == "rumour":
        return "Een bericht geeft een onbevestigde bewering door en roept op om iets te doen."
    why = REASONS.get(
        str(facts.get("reason")), "er komt niets meer, terwijl dat anders elke dag zo is"
    )
    return f"De bron {facts.get('title', '')} zwijgt: {why[:1].lower()}{why[1:]}."


def _is_next(alert: Alert, now: datetime) -> bool:
    if alert.snoozed_until is not None and now < alert.snoozed_until:
        return False
    return alert.told_at is None or now >= alert.told_at + ESCALATE_AFTER


def _tell_next(session: Session, dossier: Dossier, alert: Alert, now: datetime) -> None:
    route = route_of(session, dossier.id, alert.kind)
    if alert.position >= len(route):
        return
    person = route[alert.position]
    start = now if alert.kind in ALWAYS else after_quiet(person, now)
    outbox.add_notice(
        session,
        Notice(
            dossier_id=dossier.id, key=f"alert:{alert.id}:{alert.position + 1}",
            name=person.name, notifier=person.notifier, recipient=person.recipient,
            subject=f"{KINDS[alert.kind]}: {dossier.title}"[:200],
            body=f"{words(alert)}\n\nGeef op de pagina Signalen aan wat u ermee doet. Zonder "
            "antwoord gaat dit signaal naar de volgende op de lijst.",
            created_at=now, not_before=start,
        ),
    )  # fmt: skip
    alert.position += 1
    alert.told_at = start


def route_of(session: Session, dossier_id: int, kind: str) -> list[AlertRoute]:
    """The people of a kind in order; those of every kind when nobody was named for this one."""
    own = rows.routes(session, dossier_id, kind)
    return own or (rows.routes(session, dossier_id, "all") if kind != "approval" else [])


def after_quiet(person: AlertRoute | User, now: datetime) -> datetime:
    """Now, or the end of this person's quiet hours (local time; they may pass midnight)."""
    if not person.quiet_from or not person.quiet_to:
        return now
    begins, ends = time.fromisoformat(person.quiet_from), time.fromisoformat(person.quiet_to)
    local = now.astimezone(AMSTERDAM)
    at = local.time().replace(second=0, microsecond=0)
    quiet = begins <= at < ends if begins <= ends else (at >= begins or at < ends)
    if not quiet:
        return now
    day = local.date() if at < ends else local.date() + timedelta(days=1)
    start, _ = day_bounds(day)
    return start.replace(hour=ends.hour, minute=ends.minute)


def answer(
    house: House, alert: Alert, user_id: int, decision: str, reason: str, version: int
) -> None:
    """Act, watch or ignore, always with a reason (R41). Raises `InvalidInput` and `Conflict`."""
    _must_be(alert, version)
    if decision not in DECISIONS:
        raise InvalidInput("Kies handelen, volgen of niets doen.", field="decision")
    if len(reason.strip()) < LEAST_REASON:
        raise InvalidInput("Schrijf kort op waarom.", field="reason")
    alert.decision, alert.reason = decision, reason.strip()
    alert.acknowledged_by, alert.acknowledged_at = user_id, house.clock.now()
    alert.version += 1


def snooze(house: House, alert: Alert, until: datetime, version: int) -> None:
    """Let it rest; afterwards the next person is told. Raises `InvalidInput` beyond a day."""
    _must_be(alert, version)
    now = house.clock.now()
    if not now < until <= now + LONGEST_SNOOZE:
        raise InvalidInput("Stel hooguit een dag uit.", field="until")
    alert.snoozed_until = until
    alert.version += 1


def _must_be(alert: Alert, version: int) -> None:
    if alert.version != version:
        raise Conflict(
            "Dit signaal is intussen bijgewerkt. Laad de pagina opnieuw.", version=alert.version
        )


def send_notices(house: House) -> int:
    """Tell what may be told now; how many arrived."""
    with house.database.read() as session:
        work: Iterable[tuple[int, str, str, Message]] = [
            (
                row.id, row.notifier, row.recipient,
                Message(f"{dossier.slug}/{row.key}", dossier.slug, row.subject, row.body),
            )
            for row, dossier in outbox.open_notices(session, house.clock.now())
        ]  # fmt: skip
    came = [
        carry(
            house, Notice, row_id, notifier, recipient,
            lambda desk, means, message=message, to=recipient: desk.tell(message, to, means),  # type: ignore[misc]
        )
        for row_id, notifier, recipient, message in work
    ]  # fmt: skip
    return sum(one is True for one in came)
