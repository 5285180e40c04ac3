"""A real WordPress: its feeds, its comments, its pages of ten, what is edited and what is taken down."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest

from app.services.contexts import read_around
from app.services.house import House
from app.services.rechecking import recheck
from app.services.sourcing import choose, look
from app.storage.models import Context
from tests import factories as the
from tests.factories import WORDS, fetch, hits
from tests.fakes import of_codes
from tests.wordpress import WordPress, wordpress

ARTICLES, COMMENTS = "/feed/", "/comments/feed/"
LATER = timedelta(hours=7)
CLOSED = """<?php
add_filter('rest_authentication_errors', fn() => new WP_Error('dicht', 'dicht', ['status' => 401]));
"""


@pytest.fixture(scope="module")
def one_site() -> Iterator[WordPress]:
    with wordpress() as made:
        yield made


@pytest.fixture
def site(one_site: WordPress) -> WordPress:
    """The site without articles; their comments go with them."""
    numbers = one_site.call(("get_posts", [{"numberposts": -1, "fields": "ids"}]))[0]
    one_site.call(*[("wp_delete_post", [number, True]) for number in numbers])
    return one_site


@pytest.fixture
def town(site: WordPress, database_url: str, tmp_path: Path) -> Iterator[House]:
    """A house that follows the articles and the comments of the site."""
    made = the.house_at(database_url, tmp_path / "data", fetch_allow_private=site.place)
    the.settle(made, site.url(ARTICLES), site.url(COMMENTS))
    yield made
    made.close()


def minute(number: int) -> str:
    """A moment of the morning of the day that the house lives in, on the clock of the site."""
    return f"2026-11-20 {8 + number // 60:02}:{number % 60:02}:00"


def question(number: int) -> str:
    return f"Vraag {number}: hoeveel mensen komen er in de opvang in Rietmeer?"


def texts(house: House) -> list[str]:
    return sorted(row.text for _, row in hits(house))


def later(house: House) -> None:
    the.at(house, house.clock.now() + LATER)


def test_the_front_page_leads_to_both_feeds(site: WordPress, town: House) -> None:
    site.post("Opvang in Rietmeer", f"<p>{WORDS}</p>", minute(0))
    found = look(town, "feed", site.url("/"))
    assert {one.address for one in found.candidates} == {site.url(ARTICLES), site.url(COMMENTS)}
    alone = look(town, "feed", site.url(COMMENTS))
    assert choose(alone, site.url(COMMENTS), force=False).address == site.url(COMMENTS)


def test_words_of_articles_and_comments_arrive_and_no_writer_of_a_comment_does(
    site: WordPress, town: House
) -> None:
    article = site.post(
        "Opvang in Rietmeer",
        "<!-- wp:paragraph --><p>Er is <strong>opvang</strong> in&nbsp;Rietmeer. &#x1F3E0;</p>"
        "<!-- /wp:paragraph --><ul><li>#azc</li><li>@gemeente</li></ul>",
        minute(0),
    )
    site.comments(article, ("Wilhelmina Dubbeldam", f"{WORDS} #azc & 'dan'?", minute(5)))
    by_address = {one.address: one for one in fetch(town)}
    assert [by_address[site.url(p)].new for p in (ARTICLES, COMMENTS)] == [1, 1]
    assert texts(town) == [
        "Er is opvang in Rietmeer. 🏠\n#azc\n@gemeente",
        f"{WORDS} #azc & ‘dan’?",
    ]
    said = "\n".join(f"{row.title}\n{row.text}" for _, row in hits(town))
    assert "Opvang in Rietmeer" in said
    assert "Dubbeldam" not in said
    assert {row.first_seen.isoformat() for _, row in hits(town)} == {the.NOW.isoformat()}
    assert {row.published_at.strftime("%H:%M") for _, row in hits(town)} == {"07:00", "07:05"}


def test_more_comments_than_a_page_holds_are_all_read_and_each_counts_once(
    site: WordPress, town: House
) -> None:
    article = site.post("Nieuws", "<p>Gewoon nieuws.</p>", minute(0))
    site.comments(article, *[("Jan", question(n), minute(n)) for n in range(1, 9)])
    fetch(town)
    assert len(texts(town)) == 8
    site.comments(article, *[("Jan", question(n), minute(n)) for n in range(9, 44)])
    later(town)
    fetch(town)
    assert texts(town) == sorted(question(n) for n in range(1, 44))
    state = the.source(town, site.url(COMMENTS))
    assert state["gaps"] == []
    later(town)
    assert {one.reason for one in fetch(town)} == {"not-modified"}
    assert len(texts(town)) == 43


def test_the_comments_of_one_article_are_read_back_without_those_of_others(
    site: WordPress, database_url: str, tmp_path: Path
) -> None:
    one, other = site.post("Een", "<p>.</p>", minute(0)), site.post("Twee", "<p>.</p>", minute(1))
    house = the.house_at(database_url, tmp_path / "data", fetch_allow_private=site.place)
    the.settle(house, site.url("/een/feed/"))
    site.comments(one, ("Jan", question(1), minute(2)))
    fetch(house)
    site.comments(one, *[("Jan", question(n), minute(n)) for n in range(3, 20)])
    site.comments(other, *[("Jan", question(n), minute(n)) for n in range(40, 60)])
    later(house)
    fetch(house)
    assert texts(house) == sorted(question(n) for n in (1, *range(3, 20)))
    house.close()


def test_an_unchanged_feed_of_articles_does_not_hide_a_new_comment(
    site: WordPress, town: House
) -> None:
    article = site.post("Nieuws", "<p>Gewoon nieuws.</p>", minute(0))
    fetch(town)
    site.comments(article, ("Jan", question(1), minute(9)))
    later(town)
    fetch(town)
    assert texts(town) == [question(1)]


def test_an_edited_article_keeps_what_a_person_said(site: WordPress, town: House) -> None:
    edited = f"{WORDS} Dat weet niemand."
    the.told(town).say[edited] = of_codes("B1")
    number = site.post("Nieuws", f"<p>{WORDS}</p>", minute(0))
    fetch(town)
    name = site.url("/nieuws/")
    with town.database.read() as session:
        address = site.url(ARTICLES)
        assert the.key_of(town, name, address) == hits(town)[0][1].post_key
        session.expunge_all()
    site.call(("wp_update_post", [{"ID": number, "post_content": f"<p>{edited}</p>"}]))
    later(town)
    changed = {one.address: one.changed for one in fetch(town)}
    assert changed[address] == 1
    ((hit, row),) = hits(town)
    assert (row.text, row.revision, hit.is_b) == (edited, 2, True)


def test_what_is_taken_down_goes_here_too_and_what_left_the_window_stays(
    site: WordPress, town: House
) -> None:
    article = site.post("Nieuws", "<p>Gewoon nieuws.</p>", minute(0))
    doomed = site.post("Weg", f"<p>{question(99)}</p>", minute(1))
    numbers = site.comments(article, *[("Jan", question(n), minute(n)) for n in range(1, 13)])
    fetch(town)
    later(town)
    site.call(
        ("wp_trash_post", [doomed]),
        ("wp_spam_comment", [numbers[4]]),
        ("wp_delete_comment", [numbers[5], True]),
    )
    fetch(town)
    before = texts(town)
    assert question(99) in before, "leaving a feed is not deletion"
    later(town)
    assert recheck(town)["gone"] == 3
    assert texts(town) == sorted(set(before) - {question(n) for n in (99, 5, 6)})


def test_the_last_comment_of_a_site_can_be_taken_down_too(site: WordPress, town: House) -> None:
    article = site.post("Nieuws", "<p>Gewoon nieuws.</p>", minute(0))
    (number,) = site.comments(article, ("Jan", question(1), minute(1)))
    fetch(town)
    site.call(("wp_trash_comment", [number]))
    later(town)
    assert recheck(town) == {"asked": 1, "gone": 1, "edited": 0}
    assert texts(town) == []


def test_a_site_that_keeps_its_interface_closed_deleted_nothing(
    site: WordPress, town: House
) -> None:
    article = site.post("Nieuws", "<p>Gewoon nieuws.</p>", minute(0))
    site.comments(article, ("Jan", question(1), minute(1)), ("Jan", question(2), minute(2)))
    fetch(town)
    plugins = site.folder / "wp-content" / "mu-plugins"
    plugins.mkdir()
    (plugins / "dicht.php").write_text(CLOSED)
    try:
        later(town)
        assert recheck(town)["gone"] == 0
        assert read_around(town)["context"] == 0
    finally:
        (plugins / "dicht.php").unlink()
        plugins.rmdir()
    assert len(texts(town)) == 2


def test_many_comments_gone_at_once_are_a_site_that_moved(site: WordPress, town: House) -> None:
    article = site.post("Nieuws", "<p>Gewoon nieuws.</p>", minute(0))
    numbers = site.comments(article, *[("Jan", question(n), minute(n)) for n in range(1, 9)])
    fetch(town)
    site.call(*[("wp_delete_comment", [number, True]) for number in numbers[:7]])
    later(town)
    assert recheck(town)["gone"] == 0
    assert len(texts(town)) == 8


def test_the_conversation_around_a_comment_is_kept_beside_it(site: WordPress, town: House) -> None:
    article = site.post("Nieuws uit het dorp", "<p>Gewoon nieuws.</p>", minute(0))
    (above,) = site.comments(article, ("Piet", "Daar zegt u wat.", minute(1)))
    (middle,) = site.comments(article, ("Jan", WORDS, minute(2)), parent=above)
    site.comments(article, ("Klaas", "Dat zou ik ook willen weten.", minute(3)), parent=middle)
    fetch(town)
    assert texts(town) == [WORDS]
    read_around(town)
    with town.database.read() as session:
        kept = [(row.relation, row.text) for row in session.query(Context).order_by(Context.id)]
    assert kept == [
        ("parent", "Gewoon nieuws."),
        ("parent", "Daar zegt u wat."),
        ("reply", "Dat zou ik ook willen weten."),
    ]
    assert texts(town) == [WORDS]
