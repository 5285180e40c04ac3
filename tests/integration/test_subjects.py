"""Data-subject requests, proofs and the log mean the same on both databases."""

from __future__ import annotations

from datetime import timedelta

from app.services import retention, subjects, trail
from app.services.access import at_the_console
from app.services.house import House
from app.storage import removals
from app.storage import trail as trail_rows
from app.storage.trail import Wanted
from tests import factories as the
from tests.factories import DOSSIER, FEED, NOW, fetch, hits, post
from tests.fakes import World

BOS = subjects.Asked(handle="@bos@mastodon.example")


def test_a_person_is_found_handed_over_and_erased_on_both(house: House, world: World) -> None:
    the.settle(house)
    world.shows(FEED, post("1", author="bos", url="https://bode.example/1"), post("2"))
    fetch(house)
    with house.database.write() as session:
        scope = at_the_console(session, DOSSIER)
        found = subjects.find(house, session, scope, BOS)
        by_url = subjects.find(house, session, scope, subjects.Asked(url="https://bode.example/1"))
        assert found.numbers() == by_url.numbers()
        handed = subjects.export(house, session, scope, found)
        assert [line["url"] for line in handed["posts"]] == ["https://bode.example/1"]
        assert subjects.erase(house, session, scope, found)["erased"] == 1
    assert len(hits(house)) == 1


def test_proofs_are_counted_per_run_and_the_log_is_filtered_on_both(
    house: House, world: World
) -> None:
    the.settle(house)
    world.shows(FEED, post("1"), post("2"))
    fetch(house)
    the.at(house, NOW + timedelta(days=100))
    with house.database.read() as session:
        dossier = the.dossier_of(session)
        assert retention.would_go(house, session, dossier)["post-text"] == 2
        session.expunge(dossier)
    gone = retention.retain_dossier(house, dossier, actor="user:bea")
    with house.database.read() as session:
        runs = removals.runs(session, dossier.organisation_id, dossier.id)
        proofs = removals.proofs(session, dossier.organisation_id, dossier.id, None, 10)
        chosen = Wanted(dossier.organisation_id, actor="user:bea", since=NOW)
        (line,) = trail_rows.page(session, chosen, None, 10)
        told = (line.action, line.facts["post-text"])
        found = len(proofs)
        actors, actions, dossiers = trail_rows.choices(session, chosen)
    assert gone["post-text"] == 2
    assert [(kind, count) for _, kind, _, count in runs] == [("post-text", 2)]
    assert (found, told) == (2, ("retained", 2))
    assert ("user:bea" in actors, "retained" in actions, dossiers) == (True, True, [DOSSIER])
    assert len(list(trail.ndjson(house, chosen))) == 1
