"""The demonstration: whole, honest in its numbers, and careful with a database that is not its own."""

from __future__ import annotations

import json
import os
import subprocess
from collections.abc import Iterator
from contextlib import closing
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from app.clock import StandingClock
from app.config import load_settings
from app.demo import feeds
from app.demo.corpus import DAYS, first_day, read_corpus
from app.demo.run import open_house_empty
from app.demo.server import CHANNELS
from app.errors import InvalidInput
from app.services.setup import set_up
from app.storage.models import Organisation
from tests import databases
from tests import factories as the
from tests.shell import SCRIPT, lines

NEEDS_PERSON = {"S2", "S3", "S6"}
#: A moment of any day will do: this is the night after the clocks went back.
NOW = datetime(2026, 10, 26, 10, 0, tzinfo=UTC)


@dataclass
class Shown:
    """What one run of the demonstration said, and a way to ask its database."""

    said: dict[str, Any]
    environment: dict[str, str]

    def ask(self, *words: str) -> str:
        done = subprocess.run(
            [str(SCRIPT), *words], env=self.environment, capture_output=True, text=True, timeout=60
        )
        assert done.returncode == 0, done.stderr
        return done.stdout

    def export(self, *more: str) -> list[dict[str, Any]]:
        return lines(self.ask("posts", "export", "--dossier", "de-zonnehoek", *more))

    def editions(self) -> list[dict[str, Any]]:
        folder = Path(self.environment["KLANKBORD_DATA_DIR"])
        url = self.environment.get("KLANKBORD_DATABASE_URL", f"sqlite:///{folder}/klankbord.db")
        with closing(the.house_at(url, folder, NOW)) as house:
            days = [first_day(NOW) + timedelta(days=n) for n in range(DAYS)]
            return [the.edition(house, day).document for day in days]


def environment(folder: Path, **more: str) -> dict[str, str]:
    kept = {name: os.environ[name] for name in ("PATH", "HOME") if name in os.environ}
    return kept | {"KLANKBORD_DATA_DIR": str(folder), "KLANKBORD_CLOCK": NOW.isoformat()} | more


def run_demo(env: dict[str, str]) -> subprocess.CompletedProcess[str]:
    """One whole run: it gets a minute, as it promises."""
    return subprocess.run(
        [str(SCRIPT), "demo", "--once", "--json"],
        env=env, capture_output=True, text=True, timeout=60,
    )  # fmt: skip


@pytest.fixture(
    scope="module", params=["sqlite", pytest.param("postgresql", marks=pytest.mark.postgres)]
)
def shown(
    request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Shown]:
    folder = tmp_path_factory.mktemp("demo")
    env = environment(folder)
    if request.param == "sqlite":
        yield _shown(env, folder)
        return
    with databases.fresh_postgres() as url:
        yield _shown(env | {"KLANKBORD_DATABASE_URL": url}, folder)


def _shown(env: dict[str, str], folder: Path) -> Shown:
    done = run_demo(env)
    assert done.returncode == 0, done.stderr
    assert "Traceback" not in done.stderr
    return Shown(json.loads(done.stdout), env | {"KLANKBORD_DATA_DIR": str(folder / "demo")})


def test_its_numbers_equal_a_recount_from_the_export(shown: Shown) -> None:
    found = shown.export()
    counted = {key for edition in shown.editions() for key in edition["posts"]}
    rows = [row for row in found if row["post_key"] in counted]
    assert shown.said["matched"] == len(found)
    assert shown.said["stored"] == len(shown.export("--buffer"))
    assert shown.said["informatiebehoefte"] == sum(
        "informatiebehoefte" in r["labels"] for r in rows
    )
    assert shown.said["betekenisgeving"] == sum("betekenisgeving" in r["labels"] for r in rows)
    assert shown.said["schadebeperking"] == sum(
        any(code[0] == "S" and code not in NEEDS_PERSON for code in row["sub_labels"])
        for row in rows
    )


def test_every_post_is_counted_once_or_left_out_for_a_known_reason(shown: Shown) -> None:
    editions = shown.editions()
    counted = [key for edition in editions for key in edition["posts"]]
    assert len(counted) == len(set(counted))
    left_out = [row for row in shown.export() if row["post_key"] not in set(counted)]
    reasons = {"own" if r["group"] == "own" else r["status"] for r in left_out}
    late = sum(edition["counts"]["late"] for edition in editions)
    ordinary = [r for r in left_out if r["group"] != "own" and r["status"] != "ruis"]
    assert late > 0
    assert len(ordinary) >= late
    assert {"own"} <= reasons


def test_there_is_an_edition_for_each_of_fourteen_days(shown: Shown) -> None:
    editions = shown.editions()
    assert shown.said["editions"] == len(editions) == DAYS
    assert {edition["status"] for edition in editions[:-1]} == {"approved"}
    assert editions[-1]["status"] == "draft"
    assert all(edition["counts"]["posts"] > 0 for edition in editions)
    assert shown.said["questions"] == sum(edition["counts"]["questions"] for edition in editions)


def test_its_editions_stand_up_to_verify(shown: Shown) -> None:
    result = json.loads(shown.ask("verify"))
    assert (result["editions"], result["equal"]) == (DAYS, DAYS)


def test_the_report_it_names_is_there(shown: Shown) -> None:
    text = Path(shown.said["report"]).read_text("utf-8")
    assert "niet representatief" in text
    assert "De Zonnehoek" in text


def test_noise_does_not_match_and_what_should_match_does(shown: Shown) -> None:
    wanted = {post.id: post.expect_match for post in read_corpus(first_day(NOW))}
    rows = shown.export("--raw-ids", "--reason", "proef")
    found = {row["raw_id"].rpartition("=")[2].rpartition("/")[2] for row in rows}
    assert {name for name in found if not wanted[name]} == set()
    assert {name for name, matches in wanted.items() if matches} - found == set()


def test_six_sources_answer_and_one_fails(shown: Shown) -> None:
    rows = json.loads(shown.ask("source", "list", "--json"))
    failing = [row for row in rows if row["failures"]]
    assert len(rows) == len(CHANNELS) + 1
    assert [row["reason"] for row in failing] == ["server-error"]
    assert failing[0]["gaps"]
    assert all(row["last_ok"] for row in rows if row not in failing)


# The corpus


def test_the_sources_speak_five_dialects() -> None:
    dialects = {channel.write for channel in CHANNELS}
    assert dialects == {
        feeds.rss, feeds.comments, feeds.atom, feeds.tag_feed, feeds.json_feed,
    }  # fmt: skip


def test_six_hundred_posts_over_a_fortnight() -> None:
    posts = read_corpus(date(2026, 11, 1))
    days = {post.published_at.date() for post in posts}
    assert len(posts) >= 600
    assert len(days) == DAYS
    assert len({post.id for post in posts}) == len(posts)
    assert sum(not post.expect_match for post in posts) > 50


def grams(text: str) -> frozenset[str]:
    plain = " ".join(text.casefold().split())
    return frozenset(plain[at : at + 5] for at in range(max(1, len(plain) - 4)))


def test_three_hundred_texts_are_really_different() -> None:
    kept: list[frozenset[str]] = []
    for post in read_corpus(date(2026, 11, 1)):
        mine = grams(post.text)
        if all(len(mine & other) < 0.5 * len(mine | other) for other in kept):
            kept.append(mine)
    assert len(kept) >= 300


# A database of somebody else


def test_a_database_with_a_real_organisation_is_refused_and_left_alone(
    database_url: str, tmp_path: Path
) -> None:
    house = the.house_at(database_url, tmp_path / "data")
    the.settle(house)
    house.close()
    settings = load_settings(data_dir=tmp_path / "demo", database_url=database_url)
    with pytest.raises(InvalidInput, match="rietmeer"):
        open_house_empty(settings, StandingClock(NOW), own_database=False)
    house = the.house_at(database_url, tmp_path / "data")
    assert the.source(house)["dossiers"] == [the.DOSSIER]
    house.close()


def test_the_command_refuses_in_one_line(sqlite_template: Path, tmp_path: Path) -> None:
    url = databases.copied(sqlite_template, tmp_path / "echt")
    house = the.house_at(url, tmp_path / "echt")
    the.settle(house)
    house.close()
    before = (tmp_path / "echt" / "klankbord.db").read_bytes()
    done = run_demo(environment(tmp_path, KLANKBORD_DATABASE_URL=url))
    assert (done.returncode, done.stdout) == (2, "")
    assert [line for line in done.stderr.splitlines() if line.startswith("klankbord: ")]
    assert (tmp_path / "echt" / "klankbord.db").read_bytes() == before


def test_a_database_of_an_earlier_demonstration_is_emptied(
    empty_database_url: str, tmp_path: Path
) -> None:
    settings = load_settings(data_dir=tmp_path / "demo", database_url=empty_database_url)
    for _ in range(2):
        house = open_house_empty(settings, StandingClock(NOW), own_database=False)
        with house.database.read() as session:
            assert session.query(Organisation).count() == 0
        set_up(house, the.init_file(the.FEED), demo=True)
        house.close()


def test_only_its_own_folder_is_emptied(tmp_path: Path) -> None:
    (tmp_path / "klankbord.db").write_text("van mij", "utf-8")
    (tmp_path / "demo").mkdir()
    (tmp_path / "demo" / "oud.txt").write_text("weg", "utf-8")
    settings = load_settings(data_dir=tmp_path / "demo")
    open_house_empty(settings, StandingClock(NOW), own_database=True).close()
    assert (tmp_path / "klankbord.db").read_text("utf-8") == "van mij"
    assert not (tmp_path / "demo" / "oud.txt").exists()
