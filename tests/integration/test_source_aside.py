"""Beside the fetch: deletions asked after, conversations read, proposals made and decided."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest

from app.errors import Conflict, InvalidInput, NotFound
from app.services import proposals, sourcing
from app.services.contexts import read_around
from app.services.house import House
from app.services.rechecking import recheck
from app.services.upkeep import JOBS, run_due_jobs
from app.storage import posts as post_rows
from app.storage.models import Context, CopyProposal, PostRow, ProposalSighting, Removal
from tests import databases
from tests import factories as the
from tests.factories import DOSSIER, FEED, FORUM, NOW, WORDS, hits, post, settle
from tests.fake_mastodon import START, Server, mastodon
from tests.fakes import World, of_codes
from tests.web import Answer, Web, rss

LATER = timedelta(hours=7)
LONG = (
    "Vanavond praat de gemeenteraad van Rietmeer over de opvang aan de Molenweg, en inwoners "
    "kunnen daar hun vragen stellen aan de burgemeester."
)


@pytest.fixture
def server() -> Iterator[Server]:
    with mastodon() as made:
        yield made


@pytest.fixture
def town(server: Server, sqlite_template: Path, tmp_path: Path) -> Iterator[House]:
    """A house that follows a Mastodon server."""
    url = databases.copied(sqlite_template, tmp_path)
    made = the.house_at(url, tmp_path, START + timedelta(hours=2), fetch_allow_private=server.place)
    the.set_up(made, the.init_file())
    with made.database.write() as session:
        sourcing.add_source_row(
            made, session, the.dossier_of(session), kind="mastodon",
            address=server.url("/public/local"), title="", own=False, on=True,
        )  # fmt: skip
    yield made
    made.close()


def fetch(house: House, server: Server) -> None:
    (outcome,) = the.fetch(house, server.url("/public/local"))
    assert outcome.reason in ("ok", "not-modified")


def later(house: House) -> None:
    the.at(house, house.clock.now() + LATER)


# Deletion follows the source


def test_a_post_that_is_gone_at_the_source_goes_here_within_a_day(
    town: House, server: Server
) -> None:
    gone, kept = server.post(WORDS), server.post(f"{WORDS} Blijft.")
    fetch(town, server)
    the.told(town).say[f"{WORDS} Anders."] = of_codes("B1")
    server.delete(gone)
    server.edit(kept, f"{WORDS} Anders.")
    assert recheck(town) == {"asked": 0, "gone": 0, "edited": 0}, "asked an hour ago already"
    later(town)
    assert recheck(town) == {"asked": 2, "gone": 1, "edited": 1}
    ((hit, row),) = hits(town)
    assert (row.text, hit.is_b) == (f"{WORDS} Anders.", True)
    with town.database.read() as session:
        assert session.query(Removal).one().kind == "source-delete"
    asked = len(server.asked)
    assert recheck(town)["asked"] == 0
    assert len(server.asked) == asked


def test_a_source_in_trouble_is_not_asked_what_it_deleted(town: House, server: Server) -> None:
    server.post(WORDS)
    fetch(town, server)
    later(town)
    server.stop_after = 0
    the.fetch(town, server.url("/public/local"))
    server.stop_after = None
    server.statuses.clear()
    assert recheck(town)["asked"] == 0
    assert len(hits(town)) == 1


def test_posts_of_long_ago_are_left_alone(town: House, server: Server) -> None:
    server.post(WORDS)
    fetch(town, server)
    the.at(town, town.clock.now() + timedelta(days=8))
    assert recheck(town)["asked"] == 0


def page_house(site: Web, template: Path, folder: Path, count: int) -> House:
    """A house with posts of a feed whose pages stand on the same site."""
    url = databases.copied(template, folder)
    house = the.house_at(url, folder, NOW, fetch_allow_private=site.place)
    the.set_up(house, the.init_file(site.url("/feed")))
    feed = rss([(f"{n}", f"{WORDS} Nummer {n}.", NOW - timedelta(hours=1)) for n in range(count)])
    for n in range(count):
        guid = f"<guid isPermaLink='false'>{n}</guid>".encode()
        link = f"<link>{site.url(f'/artikel/{n}')}</link>".encode()
        feed.body = feed.body.replace(guid, guid + link, 1)
        site.pages[f"/artikel/{n}"] = Answer(b"<html>", media_type="text/html")
    site.pages["/feed"] = feed
    the.fetch(house)
    assert len(hits(house)) == count
    the.at(house, NOW + LATER)
    return house


def test_an_article_that_is_taken_down_goes_here_too(
    loopback_site: Web, sqlite_template: Path, tmp_path: Path
) -> None:
    house = page_house(loopback_site, sqlite_template, tmp_path, 4)
    loopback_site.pages["/artikel/2"] = Answer(b"weg", 410)
    assert recheck(house) == {"asked": 4, "gone": 1, "edited": 0}
    house.close()


def test_a_site_that_moved_all_its_pages_deleted_nothing(
    loopback_site: Web, sqlite_template: Path, tmp_path: Path
) -> None:
    house = page_house(loopback_site, sqlite_template, tmp_path, 8)
    for n in range(8):
        loopback_site.pages[f"/artikel/{n}"] = Answer(b"weg", 404)
    assert recheck(house)["gone"] == 0
    assert len(hits(house)) == 8
    house.close()


# The conversation around a hit


def contexts(house: House) -> list[tuple[str, str]]:
    with house.database.read() as session:
        return [(row.relation, row.text) for row in session.query(Context).order_by(Context.id)]


def test_the_conversation_is_kept_beside_the_hit_and_counts_nowhere(
    town: House, server: Server
) -> None:
    before = server.post("Hebben jullie het gehoord?")
    middle = server.post(WORDS, reply_to=before.id)
    server.post("Ik vind het prima", author="piet", reply_to=middle.id)
    server.post(f"{WORDS} Dat vraag ik ook.", reply_to=middle.id)
    fetch(town, server)
    assert len(hits(town)) == 2
    done = read_around(town)
    assert (done["posts"], done["hits"]) == (2, 0)
    assert ("parent", "Hebben jullie het gehoord?") in contexts(town)
    assert ("reply", "Ik vind het prima") in contexts(town)
    assert not any("Dat vraag ik ook" in text for _, text in contexts(town)), "that is a hit itself"
    assert len(hits(town)) == 2
    assert read_around(town)["posts"] == 0


def test_a_reply_that_matches_by_itself_becomes_a_hit(town: House, server: Server) -> None:
    first = server.post(WORDS)
    server.post(
        f"{WORDS} Van elders.", author="piet@elders.example", local=False, reply_to=first.id
    )
    fetch(town, server)
    assert len(hits(town)) == 1
    assert read_around(town)["hits"] == 1
    assert len(hits(town)) == 2
    assert contexts(town) == []


def test_context_dies_with_its_hit(town: House, server: Server) -> None:
    first = server.post(WORDS)
    server.post("antwoord", reply_to=first.id)
    fetch(town, server)
    read_around(town)
    assert len(contexts(town)) == 1
    server.delete(first)
    later(town)
    recheck(town)
    assert (hits(town), contexts(town)) == ([], [])


# Proposals


def test_a_place_that_posts_point_at_is_proposed_after_a_few_and_never_a_person(
    house: House, world: World
) -> None:
    settle(house)
    link = "https://wijkblad.example/jan/9 @jan@masto.example #omgeving"
    world.shows(FEED, *(post(str(n), f"{WORDS} {link} {n}") for n in range(2)))
    the.fetch(house)
    proposals.look_around(house)
    assert proposals.proposal_list(house, DOSSIER) == []
    world.shows(FEED, post("3", f"{WORDS} Ook {link}"))
    the.fetch(house)
    for _ in range(2):
        proposals.look_around(house)
    found = {
        row["kind"]: (row["address"], row["seen"])
        for row in proposals.proposal_list(house, DOSSIER)
    }
    assert found == {
        "site": ("wijkblad.example", 3), "server": ("masto.example", 3), "hashtag": ("#omgeving", 3),
    }  # fmt: skip
    assert "jan" not in str(found)


def test_a_person_decides_with_a_reason_and_once(house: House, world: World) -> None:
    settle(house)
    world.shows(FEED, *(post(str(n), f"{WORDS} #omgeving {n}") for n in range(3)))
    the.fetch(house)
    proposals.look_around(house)
    (row,) = proposals.proposal_list(house, DOSSIER)
    with pytest.raises(InvalidInput, match="reden"):
        proposals.decide(house, DOSSIER, row["id"], approve=True, reason=" ")
    done = proposals.decide(house, DOSSIER, row["id"], approve=False, reason="Te algemeen")
    assert done["state"] == "rejected"
    with pytest.raises(Conflict):
        proposals.decide(house, DOSSIER, row["id"], approve=True, reason="Toch")
    proposals.look_around(house)
    assert proposals.proposal_list(house, DOSSIER) == []
    for wrong in ("plek-999", "kopie-999"):
        with pytest.raises(NotFound):
            proposals.decide(house, DOSSIER, wrong, approve=True, reason="x")
    with pytest.raises(InvalidInput):
        proposals.decide(house, DOSSIER, "plek-x", approve=True, reason="x")


def two_copies(house: House, world: World) -> None:
    settle(house, FEED, FORUM)
    world.shows(FEED, post("a", LONG, NOW - timedelta(hours=2)))
    world.shows(FORUM, post("b", f"{LONG} https://bode.example/1"))
    the.fetch(house)
    assert len(hits(house)) == 2


def test_two_copies_are_one_only_when_a_person_says_so(house: House, world: World) -> None:
    two_copies(house, world)
    assert proposals.look_around(house)["copies"] == 1
    assert proposals.look_around(house)["copies"] == 0
    (row,) = proposals.proposal_list(house, DOSSIER)
    assert (row["kind"], row["likeness"]) == ("kopie", 100)
    assert len(hits(house)) == 2, "a proposal changes nothing"
    proposals.decide(house, DOSSIER, row["id"], approve=True, reason="Zelfde bericht")
    ((_, kept),) = hits(house)
    assert kept.text == LONG
    with house.database.read() as session:
        assert len(post_rows.origins(session, [kept.id])[kept.id]) == 2
        assert session.query(CopyProposal).one().state == "approved"
    world.shows(FORUM, post("b", f"{LONG} https://bode.example/1 gewijzigd"))
    the.fetch(house)
    assert len(hits(house)) == 1, "it does not come back through the other source"


def test_what_was_proposed_because_of_a_post_goes_with_it(house: House, world: World) -> None:
    two_copies(house, world)
    proposals.look_around(house)
    world.shows(FORUM, deleted=["b"])
    the.fetch(house)
    assert proposals.proposal_list(house, DOSSIER) == []
    with house.database.read() as session:
        assert session.query(CopyProposal).count() == 0
        keys = {row.post_key for row in session.query(PostRow)}
        assert {row.post_key for row in session.query(ProposalSighting)} <= keys


def test_the_worker_does_all_of_it_by_itself(town: House, server: Server) -> None:
    server.post(WORDS)
    fetch(town, server)
    assert {"recheck", "contexts", "proposals"} <= set(run_due_jobs(town))
    assert run_due_jobs(town) == []
    assert {"recheck", "contexts", "proposals"} <= set(JOBS)
