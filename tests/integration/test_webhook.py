"""Approved editions at a real receiver on loopback: signed, once each, whatever it answers or who dies."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import pytest

from app.outbound import Outbound
from app.services.delivery import deliver_open
from app.services.house import House
from app.storage import deliveries
from app.storage.models import Delivery
from tests import databases
from tests import factories as the
from tests.factories import FEED, NOW, fetch, house_at, post
from tests.fakes import World
from tests.receiver import SECRET, Receiver, receiver

DAY = date(2026, 11, 20)
CHILD = """
import sys
from datetime import datetime
from pathlib import Path
from app.services.delivery import deliver_open
from tests.factories import house_at
url, folder, now, place, secret = sys.argv[1:]
house = house_at(url, Path(folder), datetime.fromisoformat(now),
    fetch_allow_private=place, webhook_secret_file=Path(secret))
deliver_open(house)
"""


@dataclass
class Desk:
    """An approved edition on its way to one receiver."""

    house: House
    url: str
    secret: Path
    receiver: Receiver

    def later(self, hours: int = 1) -> None:
        the.at(self.house, self.house.clock.now() + timedelta(hours=hours))

    def rows(self) -> list[Delivery]:
        with self.house.database.read() as session:
            found = session.query(Delivery).order_by(Delivery.id).all()
            session.expunge_all()
        return found

    def states(self) -> list[str]:
        return [deliveries.state_of(row) for row in self.rows()]


@pytest.fixture
def desk(sqlite_template: Path, tmp_path: Path, world: World) -> Iterator[Desk]:
    with receiver() as other:
        secret = tmp_path / "geheim"
        secret.write_bytes(SECRET + b"\n")
        url = databases.copied(sqlite_template, tmp_path / "data")
        house = house_at(
            url, tmp_path / "data", fetch_allow_private=other.place, webhook_secret_file=secret,
            deliver_to=f"webhook:{other.url()}",
        )  # fmt: skip
        the.settle(house)
        world.shows(FEED, post("1"))
        fetch(house)
        the.at(house, NOW + timedelta(hours=21))
        the.edition(house, DAY)
        the.approve(house, DAY, the.person(house).user_id)
        yield Desk(house, url, secret, other)
        house.close()


def test_an_edition_arrives_signed_and_once(desk: Desk) -> None:
    assert deliver_open(desk.house) == (1, 0)
    assert deliver_open(desk.house) == (0, 0)
    (body,) = desk.receiver.taken.values()
    assert (body["type"], body["key"]) == ("report", "de-zonnehoek/2026-11-20/1")
    assert body["report"]["counts"]["posts"] == 1
    assert body["report"]["interpretation"] == "Duiding."
    assert "OMGEVINGSANALYSE" in body["text"]
    assert (desk.receiver.asked, desk.receiver.refused) == (["/in"], [])
    assert desk.states() == ["bezorgd"]


def test_a_wrong_secret_is_refused_by_the_receiver_and_told(desk: Desk) -> None:
    desk.secret.write_bytes(b"een ander geheim")
    assert deliver_open(desk.house) == (0, 1)
    assert (desk.receiver.refused, desk.receiver.taken) == (["signature"], {})
    assert desk.states() == ["nog niet gelukt, wordt opnieuw geprobeerd"]


def test_an_error_is_tried_again_later_and_then_arrives_once(desk: Desk) -> None:
    desk.receiver.plan = ["error"]
    assert deliver_open(desk.house) == (0, 1)
    assert deliver_open(desk.house) == (0, 0), "not at once: pauses grow"
    desk.later()
    assert deliver_open(desk.house) == (1, 0)
    assert (len(desk.receiver.taken), desk.receiver.copies) == (1, 0)


def test_a_redirect_is_a_failure_and_the_report_goes_to_no_other_address(desk: Desk) -> None:
    desk.receiver.plan = ["redirect"]
    assert deliver_open(desk.house) == (0, 1)
    assert (desk.receiver.asked, desk.receiver.taken) == (["/in"], {})
    desk.later()
    assert deliver_open(desk.house) == (1, 0)
    assert desk.receiver.asked == ["/in", "/in"]


def test_a_receiver_that_took_it_but_answers_too_late_keeps_one(desk: Desk) -> None:
    desk.house.__dict__["outbound"] = Outbound(
        allow_private=desk.receiver.place, contact="proef", total_s=1.0
    )
    desk.receiver.plan = ["hold"]
    assert deliver_open(desk.house) == (0, 1)
    desk.receiver.release.set()
    desk.later()
    assert deliver_open(desk.house) == (1, 0)
    assert (len(desk.receiver.taken), desk.receiver.copies) == (1, 1)


def test_a_worker_killed_while_the_receiver_thinks_leaves_one_report_there(desk: Desk) -> None:
    desk.receiver.plan = ["hold"]
    process = subprocess.Popen(
        [
            sys.executable, "-c", CHILD, desk.url, str(desk.house.settings.data_dir),
            desk.house.clock.now().isoformat(), desk.receiver.place, str(desk.secret),
        ],
        cwd=Path(__file__).parents[2],
    )  # fmt: skip
    assert desk.receiver.holding.wait(60)
    assert process.poll() is None
    assert deliver_open(desk.house) == (0, 0), "another one is carrying it"
    os.kill(process.pid, signal.SIGKILL)
    process.wait()
    desk.receiver.release.set()
    assert deliver_open(desk.house) == (1, 0)
    assert deliver_open(desk.house) == (0, 0)
    assert (len(desk.receiver.taken), desk.receiver.copies) == (1, 1)
    assert desk.states() == ["bezorgd"]


def test_a_recipient_of_the_dossier_gets_what_is_approved_from_then_on(
    desk: Desk, world: World
) -> None:
    from app.services import recipients

    deliver_open(desk.house)
    with desk.house.database.write() as session:
        dossier = the.dossier_of(session)
        made = recipients.add(
            desk.house, session, dossier, "webhook", desk.receiver.url("/raad"), "griffie", 1
        )
        number = made.id
    assert deliver_open(desk.house) == (0, 0)
    desk.later(24)
    the.approve_next(desk.house, DAY + timedelta(days=1))
    assert deliver_open(desk.house) == (2, 0)
    with desk.house.database.write() as session:
        recipients.end(desk.house, session, the.dossier_of(session), number)
    desk.later(24)
    the.approve_next(desk.house, DAY + timedelta(days=2))
    assert deliver_open(desk.house) == (1, 0)
    assert desk.receiver.asked == ["/in", "/in", "/raad", "/in"]


def test_what_is_no_recipient_is_refused(desk: Desk) -> None:
    from app.errors import InvalidInput
    from app.services import recipients

    wrong: list[tuple[str, str]] = [
        ("mail", "noor"), ("mail", "noor@rietmeer.example, sam@rietmeer.example"),
        ("mail", "Noor <noor@rietmeer.example>"), ("mail", "a@b.example\nBcc: c@d.example"),
        ("webhook", "ftp://w.example"), ("webhook", "https://naam:wacht@w.example/in"),
        ("folder", "../buiten"), ("folder", "/etc"), ("duif", "plein"), ("mail", f"a@{'b' * 300}.nl"),
        ("webhook", desk.receiver.url()),
    ]  # fmt: skip
    with desk.house.database.write() as session:
        dossier: Any = the.dossier_of(session)
        for notifier, address in wrong:
            with pytest.raises(InvalidInput):
                recipients.add(desk.house, session, dossier, notifier, address, "", 1)
