"""What a fetch leaves behind: new, edited, copied, deleted and unwanted posts."""

from __future__ import annotations

from datetime import timedelta

import pytest

from app.clock import local_date
from app.records import FetchResult
from app.services.house import House
from app.storage import dossiers as dossier_rows
from app.storage import labels as label_rows
from app.storage import posts as post_rows
from app.storage.models import BufferRow, FetchRun, PostAddress, PostRow
from tests import factories as the
from tests.factories import FEED, FORUM, NOW, OTHER_WORDS, WORDS, fetch, hits, post, settle
from tests.fakes import World, of_codes


def buffered(house: House) -> list[str]:
    with house.database.read() as session:
        return sorted(row.text for row in session.query(BufferRow))


def test_a_new_post_is_stored_with_everything_that_is_about_it(house: House, world: World) -> None:
    settle(house)
    the.told(house).say[WORDS] = of_codes("I1", question=True)
    world.shows(FEED, post("1", author="@Jan"))
    (outcome,) = fetch(house)
    assert (outcome.reason, outcome.items, outcome.new, outcome.matched) == ("ok", 1, 1, 1)
    ((hit, row),) = hits(house)
    assert (row.text, row.first_seen, row.local_date) == (WORDS, NOW, local_date(NOW))
    assert (hit.status, hit.is_i, hit.is_b, hit.is_s) == ("gelabeld", True, False, False)
    assert [WORDS[span["start"] : span["end"]] for span in hit.spans] == ["opvang", "Rietmeer"]
    assert hit.author is not None
    assert "jan" not in hit.author


def test_the_raw_id_and_the_url_stand_apart_and_encrypted(house: House, world: World) -> None:
    settle(house)
    world.shows(FEED, post("at://jan/1", url="https://bode.example/@jan/1"))
    fetch(house)
    with house.database.read() as session:
        row, address = session.query(PostRow).one(), session.query(PostAddress).one()
        assert "jan" not in f"{row.post_key}{row.thread_key}{address.canonical_id}{address.url}"
        assert house.vault.decrypt(address.canonical_id) == "at://jan/1"
        assert address.url is not None
        assert house.vault.decrypt(address.url) == "https://bode.example/@jan/1"


def test_the_same_post_again_changes_nothing(house: House, world: World) -> None:
    settle(house)
    world.shows(FEED, post("1"))
    world.shows(FEED, post("1"))
    fetch(house)
    (again,) = fetch(house)
    assert (again.new, again.changed, again.matched) == (0, 0, 1)
    assert len(hits(house)) == 1


def test_an_item_listed_twice_in_one_answer_counts_once(house: House, world: World) -> None:
    settle(house)
    world.shows(FEED, post("1"), post("1"))
    (outcome,) = fetch(house)
    assert (outcome.items, outcome.new) == (1, 1)


def test_a_changed_post_keeps_what_a_person_said(house: House, world: World) -> None:
    settle(house)
    edited = "Komt er echt opvang in Rietmeer? Dat kan toch niet."
    the.told(house).say[edited] = of_codes("I1")
    world.shows(FEED, post("1"))
    world.shows(FEED, post("1", edited))
    fetch(house)
    the.person_labels(house, "1", "B2")
    (outcome,) = fetch(house)
    assert (outcome.new, outcome.changed) == (0, 1)
    ((hit, row),) = hits(house)
    assert (row.text, row.revision) == (edited, 2)
    assert (hit.is_i, hit.is_b) == (False, True)


def test_a_changed_post_is_labelled_again(house: House, world: World) -> None:
    settle(house)
    edited = "Komt er echt opvang in Rietmeer?"
    the.told(house).say[edited] = of_codes("I1")
    world.shows(FEED, post("1"))
    world.shows(FEED, post("1", edited))
    fetch(house)
    assert hits(house)[0][0].is_i is False
    fetch(house)
    assert hits(house)[0][0].is_i is True


def test_a_hit_stays_when_an_edit_takes_the_matching_words_away(house: House, world: World) -> None:
    settle(house)
    world.shows(FEED, post("1"))
    world.shows(FEED, post("1", "Verwijderd door de schrijver"))
    fetch(house)
    fetch(house)
    ((hit, row),) = hits(house)
    assert (row.text, hit.spans) == ("Verwijderd door de schrijver", [])


def test_what_no_query_wants_goes_to_the_buffer_without_its_author(
    house: House, world: World
) -> None:
    settle(house)
    world.shows(FEED, post("1"), post("2", OTHER_WORDS, author="@jan"))
    fetch(house)
    assert buffered(house) == [OTHER_WORDS]
    assert "author" not in BufferRow.__table__.columns
    assert [row.text for _, row in hits(house)] == [WORDS]


def test_another_language_is_not_kept_for_tuning(house: House, world: World) -> None:
    settle(house)
    world.shows(FEED, post("1", "Das Wetter wird schön am Wochenende.", lang="de"))
    fetch(house)
    assert buffered(house) == []


def test_an_edit_brings_a_post_from_the_buffer_to_the_dossier(house: House, world: World) -> None:
    settle(house)
    world.shows(FEED, post("1", OTHER_WORDS))
    world.shows(FEED, post("1", WORDS))
    fetch(house)
    the.at(house, NOW + timedelta(hours=1))
    fetch(house)
    ((_, row),) = hits(house)
    assert row.first_seen == NOW
    assert buffered(house) == []


def test_the_buffer_is_a_reservoir_that_does_not_overflow(
    database_url: str, world: World, tmp_path_factory: pytest.TempPathFactory
) -> None:
    small = the.house_at(database_url, tmp_path_factory.mktemp("klein"), buffer_rows=5)
    settle(small)
    world.shows(FEED, *(post(str(n), f"{OTHER_WORDS} Dat was keer {n}.") for n in range(40)))
    fetch(small)
    kept = buffered(small)
    assert len(kept) == 5
    assert kept != sorted(f"{OTHER_WORDS} Dat was keer {n}." for n in range(5))
    with small.database.read() as session:
        assert post_rows.buffer_counts(session, _source_id(small)) == (5, 40)
    small.close()


def _source_id(house: House) -> int:
    with house.database.read() as session:
        return session.query(BufferRow).first().source_id  # type: ignore[union-attr]


@pytest.mark.parametrize("where", ["settings", "dossier"])
def test_the_buffer_can_be_switched_off(
    database_url: str, world: World, tmp_path_factory: pytest.TempPathFactory, where: str
) -> None:
    folder = tmp_path_factory.mktemp("uit")
    house = the.house_at(database_url, folder, buffer_enabled=where != "settings")
    settle(house)
    if where == "dossier":
        with house.database.write() as session:
            the.dossier_of(session).buffer_enabled = False
    world.shows(FEED, post("1", OTHER_WORDS))
    fetch(house)
    assert buffered(house) == []
    house.close()


def test_a_copy_through_a_second_source_counts_once_with_both_origins(
    house: House, world: World
) -> None:
    settle(house, FEED, FORUM)
    world.shows(FEED, post("https://bode.example/1"))
    world.shows(FORUM, post("https://bode.example/1"))
    fetch(house, FEED)
    (outcome,) = fetch(house, FORUM)
    assert (outcome.new, outcome.matched) == (0, 1)
    ((_, row),) = hits(house)
    with house.database.read() as session:
        slugs = {the.source(house, address)["id"] for address in (FEED, FORUM)}
        assert set(post_rows.origins(session, [row.id])[row.id]) == slugs


def test_the_same_page_with_other_words_is_another_post(house: House, world: World) -> None:
    settle(house, FEED, FORUM)
    page = "https://bode.example/artikel"
    world.shows(FEED, post("a", url=page))
    world.shows(FORUM, post("b", "Opvang in Rietmeer? Ik vind het prima.", url=page))
    world.answers(FORUM)
    fetch(house)
    assert len(hits(house)) == 2


def test_copies_that_arrive_at_the_same_moment_count_once(house: House, world: World) -> None:
    addresses = [f"https://bode.example/feed/{n}" for n in range(4)]
    settle(house, *addresses)
    copies = [post(f"https://bode.example/{n}", f"{WORDS} Vraag {n}.") for n in range(12)]
    for turn, address in enumerate(addresses):
        world.shows(address, *(copies if turn % 2 else copies[::-1]))
    assert {outcome.reason for outcome in fetch(house)} == {"ok"}
    assert sorted(row.text for _, row in hits(house)) == sorted(copy.text for copy in copies)


def test_a_deletion_at_the_source_takes_text_author_and_labels(house: House, world: World) -> None:
    settle(house)
    world.shows(FEED, post("1"), post("2", f"{WORDS} Nog een."))
    world.shows(FEED, deleted=["1"])
    world.shows(FEED, post("1"))
    fetch(house)
    the.person_labels(house, "1", "I1")
    (outcome,) = fetch(house)
    assert outcome.deleted == 1
    assert [row.text for _, row in hits(house)] == [f"{WORDS} Nog een."]
    fetch(house)
    assert len(hits(house)) == 1, "a deleted post came back"


def test_a_deleted_post_does_not_come_back_through_its_copy(house: House, world: World) -> None:
    settle(house, FEED, FORUM)
    copy = post("https://bode.example/1")
    for address in (FEED, FORUM):
        world.shows(address, copy)
        fetch(house, address)
    world.shows(FEED, deleted=["https://bode.example/1"])
    world.shows(FORUM, copy)
    fetch(house, FEED)
    fetch(house, FORUM)
    assert hits(house) == []


def test_vanishing_from_the_window_is_no_deletion(house: House, world: World) -> None:
    settle(house)
    world.shows(FEED, post("1"))
    world.shows(FEED, post("2", f"{WORDS} Nog een."))
    fetch(house)
    fetch(house)
    assert len(hits(house)) == 2


@pytest.mark.parametrize("changes", [{"ends": local_date(NOW - timedelta(days=1))},
                                     {"starts": local_date(NOW + timedelta(days=1))}])  # fmt: skip
def test_outside_its_dates_a_dossier_collects_nothing(
    house: House, world: World, changes: dict[str, object]
) -> None:
    settle(house, **changes)
    world.shows(FEED, post("1"))
    assert fetch(house) == []
    assert world.asked == []


def test_the_last_day_still_collects(house: House, world: World) -> None:
    settle(house, ends=local_date(NOW))
    world.shows(FEED, post("1"))
    assert len(fetch(house)) == 1


def test_a_post_dated_in_the_future_is_dated_when_it_was_seen(house: House, world: World) -> None:
    settle(house)
    world.shows(FEED, post("1", published=NOW + timedelta(days=400)))
    fetch(house)
    ((hit, row),) = hits(house)
    assert (row.published_at, hit.published_at, row.date_rule) == (NOW, NOW, "first-seen")


def test_a_post_without_a_date_is_dated_when_it_was_seen(house: House, world: World) -> None:
    settle(house)
    world.shows(FEED, post("1", published=None))
    fetch(house)
    assert hits(house)[0][1].published_at == NOW


def test_a_query_changed_since_heals_itself_while_the_post_is_shown(
    house: House, world: World
) -> None:
    settle(house)
    world.shows(FEED, post("1", OTHER_WORDS))
    world.shows(FEED, post("1", OTHER_WORDS))
    fetch(house)
    assert hits(house) == []
    activate_query(house, "voetbalclub")
    fetch(house)
    assert [row.text for _, row in hits(house)] == [OTHER_WORDS]
    assert buffered(house) == []


def activate_query(house: House, text: str) -> None:
    from app.services.versions import new_version

    with house.database.write() as session:
        dossier = the.dossier_of(session)
        version = new_version(
            session, dossier, text=text, values={}, template=None, note="", author="proef", now=NOW
        )
        dossier.query_version_id = version.id


def test_one_post_may_be_a_hit_in_two_dossiers_with_two_pseudonyms(
    house: House, world: World
) -> None:
    settle(house)
    settle(house, dossier="de-waterkant", query_text="opvang")
    world.shows(FEED, post("1", author="@jan"))
    fetch(house)
    ((first, one),), ((second, other),) = hits(house), hits(house, "de-waterkant")
    assert one.id == other.id
    assert first.author != second.author


def test_the_fetch_run_can_be_recounted(house: House, world: World) -> None:
    settle(house)
    world.shows(FEED, post("1"), post("2", OTHER_WORDS))
    (outcome,) = fetch(house)
    with house.database.read() as session:
        run = session.query(FetchRun).one()
        assert (run.reason, run.items, run.new, run.matched) == ("ok", 2, 2, 1)
        assert run.wait_s == outcome.wait_s


def test_the_run_of_a_hit_is_the_labeller_of_this_release(house: House, world: World) -> None:
    settle(house)
    world.shows(FEED, post("1"))
    fetch(house)
    the.told(house).version = "2"
    the.told(house).say[WORDS] = of_codes("B1")
    world.shows(FEED, post("2", f"{WORDS} Nog een."))
    fetch(house)
    with house.database.read() as session:
        dossier = dossier_rows.by_slug(session, the.DOSSIER)
        assert dossier is not None
        run = label_rows.active_run(session, dossier.id)
        assert run is not None
        assert run.model == the.told(house).model
        ids = [hit.id for hit, _ in hits(house)]
        assert len(label_rows.predictions(session, run.id, ids)) == 2
    assert [hit.is_b for hit, row in hits(house) if row.text == WORDS] == [True]


def test_not_modified_stores_nothing(house: House, world: World) -> None:
    settle(house)
    world.answers(FEED, FetchResult("not-modified"))
    (outcome,) = fetch(house)
    assert (outcome.reason, outcome.items, outcome.new) == ("not-modified", 0, 0)
