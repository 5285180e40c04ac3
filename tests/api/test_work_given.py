"""Work that a colleague gives: counted on every page until something is done, mailed once, quietly."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import timedelta
from typing import Any

import pytest

from app.services import alerts
from app.storage.models import Notice
from tests import factories
from tests.api.conftest import QUESTION, THREAT
from tests.api.town import DAY, PLACE, Town, csrf_in
from tests.factories import DOSSIER

HOME = f"/dossiers/{DOSSIER}"
ADVISER, WEBCARE = "adviseur.rietmeer", "webcare.rietmeer"


@pytest.fixture
def mailing(town: Town) -> Town:
    """A house that mails, and an adviser who wants to be told."""
    town.house.__dict__["settings"] = town.house.settings.model_copy(
        update={"mail_host": "127.0.0.1", "mail_from": "klankbord@rietmeer.example",
                "public_url": "https://klankbord.rietmeer.example"}
    )  # fmt: skip
    tell_me(town, "adviseur", mail="a.veenstra@rietmeer.example")
    return town


def tell_me(town: Town, role: str, **told: str) -> int:
    return town.ask("PUT", "/v1/me/notices", town.session(role), json=told).status_code


def give(town: Town, owner: str, role: str = "webcare", which: Sequence[int] = (0,)) -> str:
    """Give posts away; the name by which it is undone."""
    way = town.token(role)
    shown = town.ask("GET", f"{PLACE}/posts", town.token("webcare")).json()["posts"]
    chosen = [{"postKey": shown[n]["postKey"], "version": shown[n]["version"]} for n in which]
    answer = town.ask("POST", f"{PLACE}/post-acts", way, json={"posts": chosen, "owner": owner})
    assert answer.status_code == 200, answer.text
    batch: str = answer.json()["batch"]
    return batch


def work(town: Town, role: str = "adviseur") -> dict[str, int]:
    found: dict[str, int] = town.ask("GET", "/v1/me/work", town.token(role)).json()
    return found


def notices(town: Town) -> list[Notice]:
    with town.house.database.read() as session:
        found = list(session.query(Notice).order_by(Notice.id))
        session.expunge_all()
    return found


def later(town: Town, **time: float) -> None:
    factories.at(town.house, town.house.clock.now() + timedelta(**time))


def test_given_work_is_counted_everywhere_until_something_is_done_with_it(town: Town) -> None:
    give(town, ADVISER, which=(0, 1))
    assert work(town) == {DOSSIER: 2}
    assert work(town, "webcare") == {}
    way = town.session("adviseur")
    for page in ("/", f"{HOME}/reports/{DAY}", f"{HOME}/posts"):
        assert "2 berichten aan u gegeven" in town.ask("GET", page, way).text, page
    mine = town.ask("GET", f"{PLACE}/posts?given=true", town.token("adviseur")).json()
    assert mine["total"] == 2
    assert town.ask("GET", f"{PLACE}/posts?given=true", town.token("webcare")).json()["total"] == 0
    one = mine["posts"][0]
    body = {
        "posts": [{"postKey": one["postKey"], "version": one["version"]}],
        "state": "in behandeling",
    }
    town.ask("POST", f"{PLACE}/post-acts", town.token("adviseur"), json=body)
    assert work(town) == {DOSSIER: 1}
    give(town, "", which=(0, 1))
    assert work(town) == {}
    assert "aan u gegeven" not in town.ask("GET", f"{HOME}/posts", way).text


def test_what_one_gives_to_oneself_is_no_news(mailing: Town) -> None:
    give(mailing, ADVISER, role="adviseur")
    assert work(mailing) == {}
    assert notices(mailing) == []


def test_what_a_colleague_answered_meanwhile_is_no_longer_waiting(town: Town) -> None:
    give(town, ADVISER)
    way = town.token("webcare")
    one = town.ask("GET", f"{PLACE}/posts", way).json()["posts"][0]
    body = {
        "posts": [{"postKey": one["postKey"], "version": one["version"]}],
        "state": "beantwoord",
    }
    town.ask("POST", f"{PLACE}/post-acts", way, json=body)
    assert work(town) == {}


def test_a_mail_goes_once_an_hour_and_says_nothing_of_a_post(mailing: Town) -> None:
    give(mailing, ADVISER, which=(0,))
    give(mailing, ADVISER, which=(1, 2))
    (notice,) = notices(mailing)
    assert (notice.notifier, notice.recipient) == ("mail", "a.veenstra@rietmeer.example")
    assert f"https://klankbord.rietmeer.example{HOME}/posts?given=true" in notice.body
    for text in (QUESTION, THREAT, "buurman"):
        assert text not in notice.body + notice.subject
    assert notice.not_before == mailing.house.clock.now() + timedelta(minutes=5)
    later(mailing, minutes=6)
    with mailing.house.database.write() as session:
        session.get_one(Notice, notice.id).sent_at = mailing.house.clock.now()
    give(mailing, ADVISER, which=(0,))
    assert len(notices(mailing)) == 1
    later(mailing, hours=1)
    give(mailing, ADVISER, which=(0,))
    assert len(notices(mailing)) == 2


def test_an_undo_in_time_takes_the_mail_back(mailing: Town) -> None:
    batch = give(mailing, ADVISER)
    assert len(notices(mailing)) == 1
    way = mailing.token("webcare")
    assert mailing.ask("POST", f"{PLACE}/post-acts/{batch}/undo", way).status_code == 200
    assert notices(mailing) == []
    give(mailing, ADVISER, which=(0, 1))
    give(mailing, WEBCARE, which=(0,), role="adviseur")
    assert len(notices(mailing)) == 1
    give(mailing, WEBCARE, which=(1,), role="adviseur")
    assert notices(mailing) == []


def test_quiet_hours_hold_the_mail_and_not_the_page(mailing: Town) -> None:
    tell_me(mailing, "adviseur", mail="a@b.example", quietFrom="12:00", quietTo="15:30")
    give(mailing, ADVISER)
    (notice,) = notices(mailing)
    assert notice.not_before > mailing.house.clock.now() + timedelta(hours=1)
    assert work(mailing) == {DOSSIER: 1}


def test_without_an_address_or_a_mail_server_only_the_page_tells(town: Town) -> None:
    tell_me(town, "adviseur", mail="a@b.example")
    give(town, ADVISER)
    assert (work(town), notices(town)) == ({DOSSIER: 1}, [])


def test_the_mail_goes_out_with_the_other_notices(
    mailing: Town, monkeypatch: pytest.MonkeyPatch
) -> None:
    from app.notify import fake

    desk = fake.FakeNotifier()
    monkeypatch.setattr("app.notify.get", lambda name: desk)
    give(mailing, ADVISER)
    assert alerts.send_notices(mailing.house) == 0
    later(mailing, minutes=5)
    assert alerts.send_notices(mailing.house) == 1
    assert alerts.send_notices(mailing.house) == 0


@pytest.mark.parametrize(
    ("told", "field"),
    [
        ({"mail": "geen adres"}, "mail"),
        ({"mail": "a@b.example, c@d.example"}, "mail"),
        ({"mail": "a@b.example\r\nBcc: x@y.example"}, "mail"),
        ({"mail": "a@b.example", "quietFrom": "22:00"}, "quietFrom"),
        ({"mail": "a@b.example", "quietFrom": "25:00", "quietTo": "07:00"}, "quietFrom"),
    ],
)
def test_an_address_or_hour_that_cannot_be_is_told(
    town: Town, told: dict[str, str], field: str
) -> None:
    answer = town.ask("PUT", "/v1/me/notices", town.session("webcare"), json=told)
    assert (answer.status_code, answer.json()["field"]) == (400, field)
    assert town.ask("GET", "/v1/me/notices", town.session("webcare")).json()["mail"] == ""


def test_a_machine_has_no_address(town: Town) -> None:
    way = town.token("webcare")
    assert town.ask("PUT", "/v1/me/notices", way, json={"mail": "a@b.example"}).status_code == 403


def test_the_page_of_the_account_keeps_the_address_and_the_log_does_not(town: Town) -> None:
    way = town.session("webcare")
    page = town.ask("GET", "/password", way).text
    assert "verstuurt nu geen mail" in page
    data: dict[str, Any] = {"csrf": csrf_in(page), "mail": "w.kade@rietmeer.example",
        "quiet_from": "20:00", "quiet_to": "07:00"}  # fmt: skip
    done = town.ask("POST", "/password/notices", way, data=data, follow_redirects=False)
    assert done.headers["location"] == "/password?saved=bericht"
    page = town.ask("GET", done.headers["location"], way).text
    assert 'value="w.kade@rietmeer.example"' in page
    wrong = town.ask("POST", "/password/notices", way, data={**data, "mail": "x"})
    assert wrong.status_code == 400
    assert "geen mailadres" in wrong.text
    assert town.ask("POST", "/password/notices", way, data={**data, "csrf": ""}).status_code == 403
    log = town.ask("GET", f"{PLACE}/audit", town.session("auditor")).text
    assert "notices-changed" in log
    assert "w.kade@rietmeer.example" not in log
