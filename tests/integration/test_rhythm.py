"""The report on the desk: corrections, more editions when it is busy, reminders, signals, deliveries."""

from __future__ import annotations

import json
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest

from app import notify, worker
from app.errors import Conflict, InvalidInput
from app.notify.fake import FakeNotifier
from app.services import alerts, cadence, correcting_reports, reminding, reports
from app.services.delivery import deliver_open
from app.services.house import House
from app.services.verify import verify
from app.storage import reports as report_rows
from app.storage import rhythm, signals
from app.storage.models import Alert, AlertRoute, CadenceStep, Delivery, MomentRow, Notice
from tests import factories as the
from tests.factories import FEED, NOW, WORDS, edition, fetch, post
from tests.fakes import World, of_codes

DAY = date(2026, 11, 20)
HOUR = timedelta(hours=1)
CALL = "DELEN! Morgen staan ze in de opvang in Rietmeer, kom allemaal."
THREAT = "Steek die opvang in Rietmeer maar in brand."


@pytest.fixture
def town(house: House, world: World) -> House:
    """Two questions on one day, and the morning after."""
    the.settle(house)
    the.told(house).say |= {
        WORDS: of_codes("I1", question=True),
        CALL: of_codes("I4", "S1"),
        THREAT: of_codes("S2", threat=True),
    }
    world.shows(FEED, post("1"), post("2", f"{WORDS} Nog een."))
    fetch(house)
    the.at(house, NOW + timedelta(hours=21))
    return house


@pytest.fixture
def desk(monkeypatch: pytest.MonkeyPatch) -> FakeNotifier:
    """Everything that is told or carried ends up here."""
    made = FakeNotifier()
    monkeypatch.setattr(notify, "get", lambda name: made)
    return made


def correct(house: House, reason: str = "Een label was fout") -> dict[str, Any]:
    with house.database.write() as session:
        row = correcting_reports.correct(house, session, the.dossier_of(session), DAY, reason)
        return dict(row.document)


def approved(house: House) -> None:
    edition(house, DAY)
    the.approve(house, DAY, the.person(house).user_id)


def route(house: House, kind: str, *names: str, **quiet: str) -> None:
    with house.database.write() as session:
        for position, name in enumerate(names, start=1):
            session.add(
                AlertRoute(
                    dossier_id=the.dossier_of(session).id, kind=kind, position=position,
                    name=name, notifier="fake", recipient=f"{name}@rietmeer.example", **quiet,
                )
            )  # fmt: skip


def step_of(house: House) -> CadenceStep | None:
    with house.database.read() as session:
        found = rhythm.steps(session, the.dossier_of(session).id)
        session.expunge_all()
    return found[0] if found else None


# Corrections


def test_a_correction_is_a_new_edition_that_says_what_changed(town: House, world: World) -> None:
    approved(town)
    world.shows(FEED, post("1"), post("2", f"{WORDS} Nog een."), post("3", f"{WORDS} Laat."))
    fetch(town)
    the.person_labels(town, "1", "B1")
    document = correct(town)
    assert (document["kind"], document["edition"]) == ("correction", 2)
    assert document["correction"]["of"] == 1
    told = " ".join(document["correction"]["changes"])
    assert "Berichten: 2 werd 3." in told
    assert "1 bericht kwam erbij." in told
    assert "1 bericht kreeg een ander label." in told
    first = reports.newest_edition(town, the.DOSSIER, DAY, edition=1)
    assert (first.document["status"], first.document["counts"]["posts"]) == ("approved", 2)
    assert verify(town)["different"] == []


def test_a_late_post_in_a_correction_is_not_late_in_the_next_edition(
    town: House, world: World
) -> None:
    approved(town)
    world.shows(FEED, post("1"), post("2", f"{WORDS} Nog een."), post("3", f"{WORDS} Laat."))
    fetch(town)
    correct(town)
    the.at(town, NOW + timedelta(days=2))
    assert edition(town, DAY + timedelta(days=1)).document["counts"]["late"] == 0


def test_only_a_sealed_report_is_corrected_and_never_without_a_reason(town: House) -> None:
    edition(town, DAY)
    with pytest.raises(Conflict):
        correct(town)
    the.approve(town, DAY, the.person(town).user_id)
    with pytest.raises(InvalidInput):
        correct(town, "  ")
    assert correct(town)["correction"]["changes"] == ["De cijfers zijn gelijk gebleven."]
    with pytest.raises(Conflict):
        correct(town)


def test_the_core_can_be_edited_on_a_draft_and_the_seal_holds(town: House) -> None:
    edition(town, DAY)
    with town.database.write() as session:
        row = report_rows.newest(session, the.dossier_of(session).id, DAY)
        assert row is not None
        reports.interpret(town, session, row, "", "N. Hofstra", 1, core="Een rustige dag.\nEn nu?")
    found = edition(town, DAY)
    assert found.document["blocks"]["core"] == ["Een rustige dag.", "En nu?"]
    assert found.core_by == "N. Hofstra"
    assert verify(town)["different"] == []


@pytest.mark.parametrize("text", ["40% van de inwoners is tegen", "12 procent van alle bewoners"])
def test_nobody_makes_residents_of_posts(town: House, text: str) -> None:
    edition(town, DAY)
    with town.database.write() as session:
        row = report_rows.newest(session, the.dossier_of(session).id, DAY)
        assert row is not None
        with pytest.raises(InvalidInput):
            reports.interpret(town, session, row, text, "N. Hofstra", 1)


def test_a_changed_number_in_the_document_is_found(town: House) -> None:
    edition(town, DAY)
    with town.database.write() as session:
        row = report_rows.newest(session, the.dossier_of(session).id, DAY)
        assert row is not None
        changed = json.loads(json.dumps(row.document))
        changed["blocks"]["chances"]["offers"] = 12
        row.document = changed
    (found,) = verify(town)["different"]
    assert "een cijfer of zin" in found["findings"][0]["what"]


# More editions when it is busy


def busy(house: House, world: World, at: datetime, hours: int = 2, posts: int = 12) -> None:
    """`posts` posts in each of the last whole hours before `at`."""
    the.at(house, at)
    whole = at.replace(minute=0, second=0, microsecond=0)
    world.shows(
        FEED,
        *(
            post(f"druk-{whole.isoformat()}-{h}-{n}", f"{WORDS} {h} {n} {at}", whole - h * HOUR + timedelta(minutes=n))
            for h in range(1, hours + 1)
            for n in range(posts)
        ),
    )  # fmt: skip
    fetch(house)


def confirm(house: House) -> None:
    who = the.person(house, "chef", "adviseur")
    with house.database.write() as session:
        step = rhythm.steps(session, the.dossier_of(session).id)[0]
        cadence.confirm(house, session, step, who.user_id, step.version)


def test_a_surge_proposes_and_only_a_person_steps_up(town: House, world: World) -> None:
    at = NOW + timedelta(hours=22, minutes=5)
    busy(town, world, at)
    assert cadence.watch(town) == 1
    assert cadence.watch(town) == 0
    the.at(town, at + 3 * HOUR)
    assert list(cadence.draft_interims(town)) == []
    confirm(town)
    the.at(town, at + 4 * HOUR)
    (first,) = cadence.draft_interims(town)
    assert (first.document["kind"], first.document["counts"]["posts"]) == ("interim", 24)
    assert list(cadence.draft_interims(town)) == []
    assert verify(town)["different"] == []


def test_it_falls_back_to_daily_by_itself_and_rests(town: House, world: World) -> None:
    at = NOW + timedelta(hours=22, minutes=5)
    busy(town, world, at)
    cadence.watch(town)
    confirm(town)
    the.at(town, at + 9 * HOUR)
    cadence.watch(town)
    step = step_of(town)
    assert step is not None
    assert step.closed_why == "het is weer rustig"
    busy(town, world, at + 12 * HOUR)
    assert cadence.watch(town) == 0
    busy(town, world, at + 23 * HOUR)
    assert cadence.watch(town) == 1


def test_an_interim_edition_leaves_the_day_whole(town: House, world: World) -> None:
    at = NOW + timedelta(hours=22, minutes=5)
    busy(town, world, at)
    cadence.watch(town)
    confirm(town)
    the.at(town, at + HOUR)
    (interim,) = cadence.draft_interims(town)
    the.at(town, at + timedelta(days=1))
    assert [one.document["kind"] for one in the.draft_due(town)] == ["daily"] * 2
    daily = edition(town, DAY + timedelta(days=1))
    assert daily.document["edition"] == interim.document["edition"] + 1
    assert daily.document["counts"]["posts"] == 24
    assert daily.document["counts"]["late"] == 0


def test_a_moment_proposes_around_itself_and_confirmed_violence_at_once(
    town: House, world: World
) -> None:
    with town.database.write() as session:
        session.add(
            MomentRow(
                dossier_id=the.dossier_of(session).id, at=town.clock.now() + 20 * HOUR,
                kind="raadsvergadering", title="Raad besluit", version=1,
            )
        )  # fmt: skip
    assert cadence.watch(town) == 1
    step = step_of(town)
    assert step is not None
    assert (step.kind, step.every_hours) == ("moment", 6)
    with town.database.write() as session:
        row = rhythm.steps(session, the.dossier_of(session).id)[0]
        cadence.close(town, session, row, row.version)
    the.at(town, NOW + timedelta(hours=30))
    world.shows(FEED, post("dreiging", THREAT, NOW + timedelta(hours=29)))
    fetch(town)
    assert cadence.watch(town) == 0
    the.person_labels(town, "dreiging", "S2", confirmed=True)
    assert cadence.watch(town) == 1
    assert (step_of(town) or step).kind == "conduct"


# Reminders: the adviser first, then the deputy; never sent unapproved


def test_the_adviser_is_reminded_and_then_the_deputy_and_nothing_is_sent(
    town: House, desk: FakeNotifier
) -> None:
    route(town, "approval", "noor", "vervanger")
    the.at(town, datetime(2026, 11, 21, 7, 0, tzinfo=UTC))  # 08:00 local: drafted
    the.draft_due(town)
    assert reminding.remind(town) == 0
    the.at(town, datetime(2026, 11, 21, 7, 40, tzinfo=UTC))
    worker.tick_signals(town)
    the.at(town, datetime(2026, 11, 21, 8, 0, tzinfo=UTC))
    worker.tick_signals(town)
    worker.tick_signals(town)
    assert [to.partition("@")[0] for to, _ in desk.told] == ["noor", "vervanger"]
    assert "wordt niet verstuurd" in desk.told[0][1].body.replace("\n", " ")
    assert deliver_open(town) == (0, 0)


def test_an_approved_report_reminds_nobody(town: House, desk: FakeNotifier) -> None:
    route(town, "approval", "noor")
    approved(town)
    the.at(town, datetime(2026, 11, 21, 12, 0, tzinfo=UTC))
    assert reminding.remind(town) == 0


# Signals


def told(desk: FakeNotifier) -> list[str]:
    return [to.partition("@")[0] for to, _ in desk.told]


def open_alerts(house: House) -> list[Alert]:
    with house.database.read() as session:
        found = signals.alerts(session, the.dossier_of(session).id)
        session.expunge_all()
    return found


def test_a_rumour_with_a_call_and_a_threat_raise_one_signal_each(
    town: House, world: World, desk: FakeNotifier
) -> None:
    route(town, "all", "wacht")
    world.shows(FEED, post("r", CALL, town.clock.now()), post("t", THREAT, town.clock.now()))
    fetch(town)
    assert alerts.watch(town) == 2
    assert alerts.watch(town) == 0
    worker.tick_signals(town)
    assert told(desk) == ["wacht", "wacht"]
    assert not any(CALL in one.body or THREAT in one.body for _, one in desk.told)


def test_what_nobody_answers_goes_to_the_next_person(
    town: House, world: World, desk: FakeNotifier
) -> None:
    route(town, "threat", "een", "twee")
    world.shows(FEED, post("t", THREAT, town.clock.now()))
    fetch(town)
    worker.tick_signals(town)
    the.at(town, town.clock.now() + timedelta(minutes=14))
    worker.tick_signals(town)
    assert told(desk) == ["een"]
    the.at(town, town.clock.now() + timedelta(minutes=1))
    worker.tick_signals(town)
    the.at(town, town.clock.now() + HOUR)
    worker.tick_signals(town)
    assert told(desk) == ["een", "twee"]


def test_an_answer_with_a_reason_stops_it_and_a_snooze_holds_it(
    town: House, world: World, desk: FakeNotifier
) -> None:
    route(town, "rumour", "een", "twee", "drie")
    world.shows(FEED, post("r", CALL, town.clock.now()))
    fetch(town)
    worker.tick_signals(town)
    who = the.person(town)
    with town.database.write() as session:
        (row,) = signals.alerts(session, the.dossier_of(session).id)
        with pytest.raises(InvalidInput):
            alerts.answer(town, row, who.user_id, "ignore", "", row.version)
        alerts.snooze(town, row, town.clock.now() + HOUR, row.version)
    the.at(town, town.clock.now() + timedelta(minutes=40))
    worker.tick_signals(town)
    assert told(desk) == ["een"]
    the.at(town, town.clock.now() + timedelta(minutes=21))
    worker.tick_signals(town)
    assert told(desk) == ["een", "twee"]
    with town.database.write() as session:
        (row,) = signals.alerts(session, the.dossier_of(session).id)
        alerts.answer(town, row, who.user_id, "watch", "Wijkagent weet ervan", row.version)
    the.at(town, town.clock.now() + HOUR)
    worker.tick_signals(town)
    assert told(desk) == ["een", "twee"]
    assert open_alerts(town)[0].decision == "watch"


def test_quiet_hours_wait_for_the_morning_but_not_for_a_threat(
    town: House, world: World, desk: FakeNotifier
) -> None:
    route(town, "all", "wacht", quiet_from="22:00", quiet_to="07:00")
    night = datetime(2026, 11, 21, 22, 30, tzinfo=UTC)  # 23:30 local
    the.at(town, night)
    world.shows(FEED, post("r", CALL, night), post("t", THREAT, night))
    fetch(town)
    worker.tick_signals(town)
    assert [one.subject.partition(":")[0] for _, one in desk.told] == ["Mogelijke dreiging"]
    the.at(town, datetime(2026, 11, 22, 6, 0, tzinfo=UTC))
    worker.tick_signals(town)
    assert [one.subject.partition(":")[0] for _, one in desk.told][1] == "Gerucht met een oproep"


def test_a_source_that_stays_away_is_told_once(town: House, world: World) -> None:
    for hour in range(9):
        world.answers(FEED, RuntimeError("stuk"))
        the.at(town, NOW + timedelta(hours=21 + hour))
        fetch(town)
    assert alerts.watch(town) == 1
    assert alerts.watch(town) == 0
    (row,) = open_alerts(town)
    assert row.kind == "silence"
    assert "zwijgt" in alerts.words(row)


# Once per edition and recipient, whatever crashes


def test_a_crash_after_the_hand_over_sends_no_second_letter(
    town: House, monkeypatch: pytest.MonkeyPatch
) -> None:
    sent: list[str] = []

    class Letter(FakeNotifier):
        def deliver(self, parcel: Any, recipient: str, means: Any) -> None:
            means.handing_over()
            sent.append(recipient)
            raise KeyboardInterrupt  # the process dies before it can tick off

    monkeypatch.setattr(notify, "get", lambda name: Letter(repeats=False))
    approved(town)
    with pytest.raises(KeyboardInterrupt):
        deliver_open(town)
    monkeypatch.setattr(notify, "get", lambda name: FakeNotifier(repeats=False))
    _end_leases(town)
    assert deliver_open(town) == (0, 0)
    assert sent == ["verslagen"]
    with town.database.read() as session:
        (row,) = session.query(Delivery)
        assert row.delivered_at is None
        assert row.handed_at is not None


@pytest.mark.parametrize("repeats", [True, False])
def test_a_crash_before_the_hand_over_is_tried_again(
    town: House, monkeypatch: pytest.MonkeyPatch, repeats: bool
) -> None:
    class Dies(FakeNotifier):
        def deliver(self, parcel: Any, recipient: str, means: Any) -> None:
            raise KeyboardInterrupt

    monkeypatch.setattr(notify, "get", lambda name: Dies(repeats=repeats))
    approved(town)
    with pytest.raises(KeyboardInterrupt):
        deliver_open(town)
    calm = FakeNotifier(repeats=repeats)
    monkeypatch.setattr(notify, "get", lambda name: calm)
    _held_elsewhere(town)
    assert deliver_open(town) == (0, 0)
    _end_leases(town)
    assert deliver_open(town) == (1, 0)
    assert deliver_open(town) == (0, 0)
    assert len(calm.carried) == 1


def _held_elsewhere(house: House) -> None:
    with house.database.write() as session:
        for row in session.query(Delivery):
            row.lease_owner = "elders:1:1"


def _end_leases(house: House) -> None:
    with house.database.write() as session:
        for kind in (Delivery, Notice):
            for row in session.query(kind):
                row.lease_until = datetime(2020, 1, 1, tzinfo=UTC)
