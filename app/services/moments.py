"""The timeline of a dossier: moments, phases, peaks with causes, ten-minute evaluations (R8, R16, R20, R22)."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, timedelta

from analysis.days import DayCounts
from analysis.peaks import CAUSES, Peak, peaks
from analysis.phases import phase_at
from analysis.records import Moment
from app.clock import first_instant_at, local_date
from app.errors import Conflict, InvalidInput, NotFound
from app.services.drafting import earlier_days
from app.services.house import House
from app.storage import Session
from app.storage import dossiers as dossier_rows
from app.storage import rhythm as rows
from app.storage.models import Dossier, MomentEvaluation, MomentRow, PeakCause

SHOWN_DAYS = 60
#: An evaluation is asked for two days after a moment, when the answers are fresh.
EVALUATE_AFTER, BESIDE = timedelta(hours=12), 2


@dataclass(frozen=True, slots=True)
class BesideMoment:
    """The conversation in the days before and after a moment, from stored editions only (R20)."""

    before_days: int
    after_days: int
    before: dict[str, int]
    after: dict[str, int]


@dataclass(frozen=True, slots=True)
class Timeline:
    """Everything the page of moments shows; `days` oldest first."""

    moments: tuple[MomentRow, ...]
    days: tuple[DayCounts, ...]
    peaks: tuple[Peak, ...]
    evaluations: dict[str, MomentEvaluation]


def timeline(house: House, session: Session, dossier: Dossier) -> Timeline:
    """Moments, the conversation per local day, its peaks, and what was learnt."""
    today = local_date(house.clock.now())
    days = earlier_days(session, dossier.id, today + timedelta(days=1))
    causes = {day: (row.cause, row.note) for day, row in rows.causes(session, dossier.id).items()}
    first = today - timedelta(days=SHOWN_DAYS)
    return Timeline(
        tuple(dossier_rows.moments(session, dossier.id)),
        tuple(one for one in days if one.date >= first),
        tuple(peak for peak in peaks(days, causes) if peak.date >= first),
        rows.evaluations(session, dossier.id),
    )


def phase_then(moments: tuple[MomentRow, ...], at: datetime) -> str:
    """The phase that follows from the moments, at any instant (R8, R36)."""
    return phase_at(at, [Moment(row.at, row.kind, row.title) for row in moments], "before")


def local_instant(day: str, clock: str) -> datetime:
    """A date and a time as typed in a form, in Dutch local time. Raises `InvalidInput`."""
    try:
        hour, minute = (int(part) for part in clock.split(":")[:2])
        parsed = date.fromisoformat(day)
        if not (0 <= hour < 24 and 0 <= minute < 60 and 2000 <= parsed.year <= 2200):
            raise ValueError
    except ValueError as error:
        raise InvalidInput(
            "Schrijf een datum (jjjj-mm-dd) en een tijd (uu:mm).", field="at"
        ) from error
    return first_instant_at(parsed, hour, minute)


def key_of(moment: MomentRow) -> str:
    """A moment by what it is, so that its evaluation outlives a change of its row."""
    return f"{moment.at.isoformat()}|{moment.title}"[:300]


def may_be_evaluated(moment: MomentRow, now: datetime) -> bool:
    return now >= moment.at + EVALUATE_AFTER


def beside(moment: MomentRow, days: tuple[DayCounts, ...]) -> BesideMoment:
    """Counts of the two whole days before and after; the day itself belongs to neither."""
    at = local_date(moment.at)
    before = [one for one in days if at - timedelta(days=BESIDE) <= one.date < at]
    after = [one for one in days if at < one.date <= at + timedelta(days=BESIDE)]
    return BesideMoment(len(before), len(after), _sum(before), _sum(after))


def _sum(days: list[DayCounts]) -> dict[str, int]:
    names = (
        "posts", "questions", "informatiebehoefte", "betekenisgeving", "schadebeperking",
    )  # fmt: skip
    return {name: sum(int(one.counts.get(name, 0)) for one in days) for name in names}


def evaluate(
    house: House,
    session: Session,
    moment: MomentRow,
    author: str,
    version: int,
    went_well: str,
    surprised: str,
    adjust: str,
) -> MomentEvaluation:
    """Write down what was learnt. Raises `Conflict` when somebody else did meanwhile."""
    now = house.clock.now()
    if not may_be_evaluated(moment, now):
        raise InvalidInput("Dit moment is nog niet geweest.", field="moment")
    if not any(text.strip() for text in (went_well, surprised, adjust)):
        raise InvalidInput("Schrijf minstens één antwoord op.", field="wentWell")
    row = rows.evaluations(session, moment.dossier_id).get(key_of(moment))
    if row is None:
        row = MomentEvaluation(
            dossier_id=moment.dossier_id, moment_key=key_of(moment), version=0,
            author=author, updated_at=now,
        )  # fmt: skip
        session.add(row)
    if row.version != version:
        raise Conflict(
            "Een ander schreef intussen aan deze evaluatie. Laad de pagina opnieuw.",
            version=row.version,
        )
    row.went_well, row.surprised, row.adjust = went_well.strip(), surprised.strip(), adjust.strip()
    row.author, row.updated_at = author, now
    row.version += 1
    session.flush()
    return row


def set_cause(
    house: House, session: Session, dossier: Dossier, day: date, cause: str, note: str, author: str
) -> PeakCause:
    """Say why a day had a peak (R22). Raises `NotFound` when that day had none."""
    if cause not in CAUSES:
        raise InvalidInput("Kies een van de vijf oorzaken.", field="cause")
    found = timeline(house, session, dossier).peaks
    if day not in {peak.date for peak in found}:
        raise NotFound(f"Op {day.isoformat()} was geen piek.")
    row = rows.causes(session, dossier.id).get(day)
    if row is None:
        row = PeakCause(dossier_id=dossier.id, local_date=day)
        session.add(row)
    row.cause, row.note, row.author = cause, note.strip(), author
    row.created_at = house.clock.now()
    session.flush()
    return row
