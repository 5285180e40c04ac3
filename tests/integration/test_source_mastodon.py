"""Following a Mastodon server over HTTP: forward paging, limits, edits, deletions, closed doors."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import closing
from dataclasses import replace
from datetime import date, timedelta
from pathlib import Path

import pytest

from app.errors import NotAllowed
from app.outbound import Outbound
from app.records import FeedCandidate, FetchResult, FetchState
from app.services import sourcing
from app.sources.mastodon import MastodonSource
from app.sources.protocol import Asked
from tests import databases
from tests import factories as the
from tests.fake_mastodon import START, Server, mastodon

NOW = START + timedelta(days=1)
TOKEN = {"token": "token-van-de-organisatie"}


@pytest.fixture(params=["mastodon", "gotosocial"])
def server(request: pytest.FixtureRequest) -> Iterator[Server]:
    with mastodon(request.param) as made:
        yield made


@pytest.fixture
def outbound(server: Server) -> Iterator[Outbound]:
    with closing(Outbound(allow_private=server.place, contact="proef")) as door:
        yield door


class Follower:
    """Fetches again and again with the state that came of the last time, as the house does."""

    def __init__(self, server: Server, outbound: Outbound, path: str = "/public/local") -> None:
        self.source, self.outbound = MastodonSource(), outbound
        self.state = FetchState(server.url(path), TOKEN)
        self.texts: list[str] = []

    def fetch(self) -> FetchResult:
        found = self.source.fetch(self.state, self.outbound, NOW)
        self.state = found.state or self.state
        self.texts += [post.text for post in found.posts]
        return found


def test_the_first_time_brings_the_newest_page(server: Server, outbound: Outbound) -> None:
    for n in range(60):
        server.post(f"bericht {n}")
    found = Follower(server, outbound).fetch()
    assert found.reason == "ok"
    assert [post.text for post in found.posts] == [f"bericht {n}" for n in range(20, 60)]


def test_forward_paging_skips_nothing_between_two_visits(
    server: Server, outbound: Outbound
) -> None:
    follower = Follower(server, outbound)
    server.post("eerste")
    follower.fetch()
    for n in range(95):
        server.post(f"bericht {n}")
    found = follower.fetch()
    assert found.continuous
    assert [post.text for post in found.posts] == [f"bericht {n}" for n in range(95)]
    assert not any("since_id" in target for target in server.asked)


def test_pages_may_be_smaller_than_was_asked(server: Server, outbound: Outbound) -> None:
    server.clamp = 7
    follower = Follower(server, outbound)
    server.post("eerste")
    follower.fetch()
    for n in range(30):
        server.post(f"bericht {n}")
    assert len(follower.fetch().posts) == 30


def test_a_status_that_arrives_late_behind_the_newest_is_not_lost(
    server: Server, outbound: Outbound
) -> None:
    follower = Follower(server, outbound, "/public")
    for n in range(5):
        server.post(f"bericht {n}")
    follower.fetch()
    for n in range(5, 9):
        server.post(f"bericht {n}")
    follower.fetch()
    server.post("kwam laat aan", behind=2, local=False)
    follower.fetch()
    assert "kwam laat aan" in follower.texts


def test_nothing_new_is_not_modified_and_keeps_the_cursor(
    server: Server, outbound: Outbound
) -> None:
    follower = Follower(server, outbound)
    assert follower.fetch().reason == "empty"
    server.post("eerste")
    follower.fetch()
    cursor = follower.state.cursor
    again = follower.fetch()
    assert (again.reason, again.posts) == ("not-modified", ())
    assert follower.state.cursor == cursor


def test_a_deleted_newest_status_does_not_stop_the_walk(server: Server, outbound: Outbound) -> None:
    follower = Follower(server, outbound)
    newest = server.post("eerste")
    follower.fetch()
    server.delete(newest)
    server.post("tweede")
    follower.fetch()
    assert follower.texts == ["eerste", "tweede"]


def test_trouble_halfway_keeps_the_pages_before_it(server: Server, outbound: Outbound) -> None:
    server.clamp = 10
    follower = Follower(server, outbound)
    server.post("eerste")
    follower.fetch()
    for n in range(35):
        server.post(f"bericht {n}")
    server.stop_after = 2
    found = follower.fetch()
    assert (found.reason, len(found.posts)) == ("limited", 20)
    server.stop_after = None
    follower.fetch()
    assert follower.texts[1:] == [f"bericht {n}" for n in range(35)]


def test_a_server_that_ignores_min_id_ends_the_walk(server: Server, outbound: Outbound) -> None:
    server.ignores_min_id = True
    follower = Follower(server, outbound)
    for n in range(50):
        server.post(f"bericht {n}")
    follower.fetch()
    asked = len(server.asked)
    follower.fetch()
    assert len(server.asked) - asked <= 2


def test_limits_are_honoured_before_they_are_broken(server: Server, outbound: Outbound) -> None:
    server.clamp = 10
    follower = Follower(server, outbound)
    server.post("eerste")
    follower.fetch()
    for n in range(35):
        server.post(f"bericht {n}")
    server.remaining, server.reset = 2, NOW + timedelta(minutes=4)
    found = follower.fetch()
    assert (found.reason, found.more, len(found.posts)) == ("ok", True, 20)
    assert found.wait == timedelta(minutes=4)


def test_429_says_how_long_also_without_retry_after(server: Server, outbound: Outbound) -> None:
    server.remaining, server.reset = 0, NOW + timedelta(minutes=4)
    found = Follower(server, outbound).fetch()
    assert found.reason == "limited"
    bare = server.dialect == "gotosocial"
    assert found.wait == timedelta(minutes=15 if bare else 4)


def test_tags_with_any_all_and_none(server: Server, outbound: Outbound) -> None:
    server.post("een", tags=("azc",))
    server.post("twee", tags=("opvang",))
    server.post("drie", tags=("azc", "voetbal"))
    server.post("vier", tags=("voetbal",))
    follower = Follower(server, outbound, "/tags/azc?any=opvang,azc&none=voetbal")
    follower.fetch()
    assert follower.texts == ["een", "twee"]


def test_search_pages_forward_too(server: Server, outbound: Outbound) -> None:
    server.clamp = 5
    server.post("de opvang in Rietmeer")
    follower = Follower(server, outbound, "/search?q=opvang")
    follower.fetch()
    for n in range(12):
        server.post(f"opvang {n}" if n % 2 else f"markt {n}")
    follower.fetch()
    assert follower.texts[1:] == [f"opvang {n}" for n in range(1, 12, 2)]


def test_a_closed_door_asks_for_a_token_of_the_organisation(
    server: Server, outbound: Outbound
) -> None:
    server.closed = frozenset({"remote"})
    server.post("eerste")
    source = MastodonSource()
    closed = source.fetch(FetchState(server.url("/public")), outbound, NOW)
    assert closed.reason == "forbidden"
    assert "token" in closed.detail
    assert source.fetch(FetchState(server.url("/public/local")), outbound, NOW).reason == "ok"
    wrong = FetchState(server.url("/public"), {"token": "fout"})
    assert source.fetch(wrong, outbound, NOW).reason == "credentials"


def test_an_account_is_looked_up_once_and_its_boosts_are_marked(
    server: Server, outbound: Outbound
) -> None:
    other = server.post("van een ander", author="bode@elders.example")
    server.post("eigen nieuws", author="gemeente")
    server.post("", author="gemeente", shared=other.id)
    follower = Follower(server, outbound, "/@gemeente")
    assert follower.source.account_of(follower.state.address) == ("127.0.0.1", "gemeente")
    posts = follower.fetch().posts
    assert [(post.text, post.is_repost) for post in posts] == [
        ("eigen nieuws", False), ("van een ander", True),
    ]  # fmt: skip
    follower.fetch()
    assert sum("lookup" in target for target in server.asked) == 1


def test_what_a_post_says_of_itself(server: Server, outbound: Outbound) -> None:
    first = server.post("Vraag: komt er #opvang?")
    server.post(
        "antwoord", author="Bode@Elders.Example", reply_to=first.id,
        content='<p>Dag <span class="h-card"><a href="x">@<span>gemeente</span></a></span>,<br>'
        'zie <a href="x">#<span>azc</span></a></p>',
    )  # fmt: skip
    one, two = Follower(server, outbound).fetch().posts
    assert one.canonical_id == server.url(f"/users/jan/statuses/{first.id}")
    assert (one.date_rule, one.lang, one.reference) == ("iso8601", "nl", first.id)
    assert one.author is not None
    assert one.author.account == ("127.0.0.1", "jan")
    assert two.text == "Dag @gemeente,\nzie #azc"
    assert two.thread is not None
    assert two.thread.endswith(first.id)
    assert two.author is not None
    assert two.author.account == ("elders.example", "bode")


def test_what_only_followers_may_read_is_left_alone(server: Server, outbound: Outbound) -> None:
    secret = server.post("alleen voor volgers", visibility="private")
    server.post("open")
    server.statuses[secret.id].visibility = "unlisted"
    assert [post.text for post in Follower(server, outbound).fetch().posts] == ["open"]


def asked(server: Server, name: str) -> Asked:
    uri = server.json(server.statuses[name])["uri"] if name in server.statuses else "weg"
    return Asked(f"key-{name}", uri, None, name)


def test_asked_again_a_deleted_status_is_gone_and_an_edited_one_comes_back(
    server: Server, outbound: Outbound
) -> None:
    kept, gone, hidden, edited = (server.post(f"bericht {n}") for n in range(4))
    posts = [asked(server, one.id) for one in (kept, gone, hidden, edited)]
    server.delete(gone)
    hidden.visibility = "private"
    server.edit(edited, "gewijzigd")
    state = FetchState(server.url("/public/local"))
    found = MastodonSource().recheck(state, posts, outbound, NOW)
    assert found.reason == "ok"
    assert found.gone == (f"key-{gone.id}", f"key-{hidden.id}")
    assert [post.text for post in found.edited] == ["bericht 0", "gewijzigd"]
    assert len(found.answered) == 4


def test_asking_again_stops_when_the_server_says_so(server: Server, outbound: Outbound) -> None:
    posts = [asked(server, server.post(f"bericht {n}").id) for n in range(4)]
    server.remaining = 2
    state = FetchState(server.url("/public/local"))
    found = MastodonSource().recheck(state, posts, outbound, NOW)
    assert (found.reason, len(found.answered), found.gone) == ("limited", 2, ())


def test_a_conversation_is_read_both_ways(server: Server, outbound: Outbound) -> None:
    first = server.post("eerste")
    second = server.post("tweede", reply_to=first.id)
    server.post("derde", reply_to=second.id)
    server.post("geheim", reply_to=second.id, visibility="private")
    state = FetchState(server.url("/public/local"))
    found = MastodonSource().thread(state, asked(server, second.id), outbound, NOW)
    assert [(one.relation, one.post.text) for one in found] == [
        ("parent", "eerste"), ("reply", "derde"),
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("path", "reason"),
    [("/iets/anders", "not-found"), ("/tags/", "not-found"), ("/search", "not-found")],
)
def test_an_address_that_means_nothing_is_explained(
    server: Server, outbound: Outbound, path: str, reason: str
) -> None:
    found = MastodonSource().fetch(FetchState(server.url(path)), outbound, NOW)
    assert (found.reason, "/public/local" in found.detail) == (reason, True)


def test_looking_first_shows_what_would_come(server: Server, outbound: Outbound) -> None:
    for n in range(8):
        server.post(f"bericht {n}")
    found = MastodonSource().discover(server.url("/"), outbound, NOW, TOKEN)
    (candidate,) = found.candidates
    assert (found.reason, candidate.kind, candidate.items) == ("ok", "mastodon", 8)
    assert len(found.sample) == 5


def test_a_state_is_never_lost_by_an_answer_that_is_no_json(
    server: Server, outbound: Outbound
) -> None:
    follower = Follower(server, outbound)
    server.post("eerste")
    follower.fetch()
    kept = follower.state
    follower.state = replace(kept, address=server.url("/@bestaat-niet"))
    assert follower.fetch().reason == "not-found"
    assert follower.state.cursor == kept.cursor


# In the house


def follow(server: Server, path: str, template: Path, folder: Path, **more: object) -> the.House:
    """A house whose dossier follows this place, switched on by a person."""
    url = databases.copied(template, folder)
    house = the.house_at(url, folder, NOW, fetch_allow_private=server.place)
    the.set_up(house, the.init_file(**more))
    address = server.url(path)
    found = the_look(house, address)
    row = sourcing.add_source(
        house, dossier=the.DOSSIER, chosen=found, own=False, reason="ok", settings=TOKEN
    )
    assert row.enabled is False, "what was not tried live starts off"
    sourcing.switch(house, row.slug, True)
    return house


def the_look(house: the.House, address: str) -> FeedCandidate:
    return sourcing.choose(
        sourcing.look(house, "mastodon", address, TOKEN), address, force=False, kind="mastodon"
    )


def test_posts_and_cursor_are_kept_together_and_reading_twice_counts_once(
    server: Server, sqlite_template: Path, tmp_path: Path
) -> None:
    server.post(the.WORDS)
    server.post("iets heel anders")
    house = follow(server, "/public/local", sqlite_template, tmp_path)
    for _ in range(3):
        the.fetch(house)
        server.post(f"{the.WORDS} {server.number}", author="piet")
    assert len(the.hits(house)) == 3
    state = the.source(house, server.url("/public/local"))
    assert state["cursor"]
    assert state["gaps"] == []
    house.close()


def test_the_token_stands_nowhere_in_clear(
    server: Server, sqlite_template: Path, tmp_path: Path
) -> None:
    server.post(the.WORDS)
    house = follow(server, "/public/local", sqlite_template, tmp_path)
    house.close()
    assert TOKEN["token"].encode() not in (tmp_path / "klankbord.db").read_bytes()


def test_a_person_is_not_followed_and_a_public_function_is_until_its_list_ends(
    server: Server, sqlite_template: Path, tmp_path: Path
) -> None:
    server.post(the.WORDS, author="bode")
    with pytest.raises(NotAllowed, match="lijst"):
        follow(server, "/@bode", sqlite_template, tmp_path / "a")
    listed = {
        "name": "Pers", "kind": "journalists", "reason": "Openbare functie",
        "expires": date(2026, 11, 30), "accounts": ["@bode@127.0.0.1"],
    }  # fmt: skip
    house = follow(server, "/@bode", sqlite_template, tmp_path / "b", lists=[listed])
    (outcome,) = the.fetch(house)
    assert (outcome.reason, outcome.new) == ("ok", 1)
    the.at(house, NOW + timedelta(days=30))
    (outcome,) = the.fetch(house)
    assert outcome.reason == "private-refused"
    house.close()
