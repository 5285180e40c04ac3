"""Reading and changing through `/v1`: what was read is what may be changed, and every act is told."""

from __future__ import annotations

from tests.api.town import DAY, PLACE, Town
from tests.factories import DOSSIER

MOMENT = {"at": "2026-12-01T20:00:00+01:00", "kind": "besluit", "title": "Raad besluit"}


def _told(town: Town) -> list[str]:
    lines = town.ask("GET", f"{PLACE}/audit", town.token("auditor")).json()
    assert lines["sound"] is True
    return [line["action"] for line in lines["lines"] if line["action"] != "token-created"]


def test_a_moment_is_made_changed_and_removed_only_in_the_version_that_was_read(town: Town) -> None:
    way = town.token("adviseur")
    made = town.ask("POST", f"{PLACE}/moments", way, json=MOMENT)
    assert made.status_code == 201
    address, etag = made.headers["location"], made.headers["etag"]
    assert town.ask("PUT", address, way, json=MOMENT).status_code == 428
    later = MOMENT | {"title": "Raad besluit later"}
    changed = town.ask("PUT", address, way, json=later, headers={"If-Match": etag})
    assert changed.json()["title"] == "Raad besluit later"
    lost = town.ask("PUT", address, way, json=MOMENT, headers={"If-Match": etag})
    assert (lost.status_code, lost.json()["code"]) == (412, "precondition")
    assert town.ask("DELETE", address, way, headers={"If-Match": etag}).status_code == 412
    fresh = {"If-Match": changed.headers["etag"]}
    assert town.ask("DELETE", address, way, headers=fresh).status_code == 204
    assert town.ask("GET", address, way).status_code == 404
    assert _told(town)[:3] == ["moment-removed", "moment-changed", "moment-added"]


def test_posts_are_filtered_paged_masked_and_the_reading_is_logged(town: Town) -> None:
    way = town.token("webcare")
    everything = town.ask("GET", f"{PLACE}/posts", way).json()
    assert [post["publishedAt"] for post in everything["posts"]] == sorted(
        (post["publishedAt"] for post in everything["posts"]), reverse=True
    )
    assert everything["total"] == 3
    pages, cursor = [], ""
    for _ in range(3):
        page = town.ask("GET", f"{PLACE}/posts?limit=1&cursor={cursor}", way).json()
        pages += page["posts"]
        cursor = page["next"]
    assert pages == everything["posts"]
    assert cursor == ""
    for query, wanted in (
        ("label=informatiebehoefte", 1),
        ("subLabel=I1", 1),
        ("text=HOEVEEL%20mensen", 1),
        ("text=buurman", 0),
        ("group=journalists", 0),
        ("status=geen", 1),
        ("source=bode-example-feed", 3),
        (f"from={DAY}&to={DAY}", 3),
        ("from=2026-11-21", 0),
        ("threatCandidate=true", 1),
    ):
        found = town.ask("GET", f"{PLACE}/posts?{query}", way).json()["posts"]
        assert len(found) == wanted, query
    (question,) = town.ask("GET", f"{PLACE}/posts?subLabel=I1", way).json()["posts"]
    assert "@buurman" not in question["text"]
    span = question["spans"][0]
    assert question["text"][span["start"] : span["end"]].casefold().startswith("opvang")
    assert "posts-read" in _told(town)


def test_a_threat_candidate_is_hidden_from_who_does_not_judge_it(town: Town) -> None:
    analyst, webcare = town.token("analist"), town.token("webcare")
    path = f"{PLACE}/posts?threatCandidate=true"
    (hidden,) = town.ask("GET", path, analyst).json()["posts"]
    assert (hidden["hidden"], hidden["text"], hidden["explanation"]) == (True, "", [])
    (shown,) = town.ask("GET", path, webcare).json()["posts"]
    assert "baas" in shown["text"]
    label = {"status": "geen", "subLabels": []}
    address = f"{PLACE}/posts/{shown['postKey']}/annotations"
    match = {"If-Match": f'"{shown["version"]}"'}
    assert town.ask("POST", address, analyst, json=label, headers=match).status_code == 403
    confirm = {"status": "gelabeld", "subLabels": ["S3"], "confirmed": True}
    assert town.ask("POST", address, analyst, json=confirm, headers=match).status_code == 403
    judged = town.ask("POST", address, webcare, json=confirm, headers=match)
    assert judged.json()["confirmed"] is True
    assert town.ask("GET", path, webcare).json()["posts"] == []


def test_a_serious_label_without_confirmation_stays_a_candidate(town: Town) -> None:
    way = town.token("webcare")
    (post,) = town.ask("GET", f"{PLACE}/posts?subLabel=I1", way).json()["posts"]
    body = {"status": "gelabeld", "subLabels": ["I1", "S2"]}
    answer = town.ask(
        "POST", f"{PLACE}/posts/{post['postKey']}/annotations", way, json=body,
        headers={"If-Match": f'"{post["version"]}"'},
    )  # fmt: skip
    assert answer.json()["threatCandidate"] is True
    assert answer.json()["confirmed"] is False


def test_a_label_is_corrected_once_and_its_history_is_kept(town: Town) -> None:
    way = town.token("webcare")
    (post,) = town.ask("GET", f"{PLACE}/posts?subLabel=I1", way).json()["posts"]
    address = f"{PLACE}/posts/{post['postKey']}/annotations"
    match = {"If-Match": f'"{post["version"]}"'}
    body = {"status": "gelabeld", "subLabels": ["I2", "B1"], "note": "procesvraag"}
    changed = town.ask("POST", address, way, json=body, headers=match)
    assert changed.json()["subLabels"] == ["I2", "B1"]
    assert changed.json()["labelledByPerson"] is True
    assert town.ask("POST", address, way, json=body, headers=match).status_code == 412
    (said,) = town.ask("GET", address, way).json()
    assert (said["note"], said["by"]) == ("procesvraag", "Webcare.Rietmeer")


def test_the_address_of_a_post_is_opened_with_an_audit_line(town: Town) -> None:
    way = town.token("webcare")
    (post,) = town.ask("GET", f"{PLACE}/posts?subLabel=I1", way).json()["posts"]
    answer = town.ask("POST", f"{PLACE}/posts/{post['postKey']}/opening", way)
    assert answer.json() == {"url": "https://bode.example/1"}
    assert _told(town)[0] == "opened-at-source"


def test_a_report_is_interpreted_and_approved_on_a_name_and_then_sealed(town: Town) -> None:
    way = town.token("adviseur")
    read = town.ask("GET", f"{PLACE}/reports/latest", way)
    assert read.json()["document"]["counts"]["threatCandidates"] == 1
    address = f"{PLACE}/reports/{read.json()['date']}"
    match = {"If-Match": read.headers["etag"]}
    written = town.ask(
        "PUT", f"{address}/interpretation", way, json={"text": "Rustige dag."}, headers=match
    )
    assert written.json()["interpretation"] == "Rustige dag."
    assert town.ask("POST", f"{address}/approval", way, headers=match).status_code == 412
    fresh = {"If-Match": written.headers["etag"]}
    approved = town.ask("POST", f"{address}/approval", way, headers=fresh)
    assert (approved.json()["status"], approved.json()["approvedBy"]) == (
        "approved", "Adviseur.Rietmeer",
    )  # fmt: skip
    sealed = {"If-Match": approved.headers["etag"]}
    again = town.ask(
        "PUT", f"{address}/interpretation", way, json={"text": "Anders."}, headers=sealed
    )
    assert again.status_code == 409


def test_a_lezer_sees_numbers_and_neither_keys_nor_words(town: Town) -> None:
    shown = town.ask("GET", f"{PLACE}/reports/{DAY}", town.token("lezer")).json()
    assert shown["document"]["counts"]["posts"] == 3
    assert "posts" not in shown["document"]
    assert "advice" not in shown["document"]["blocks"]
    assert shown["interpretation"] is None


def test_reports_are_listed_newest_first_in_pages(town: Town) -> None:
    way = town.token("lezer")
    whole = town.ask("GET", f"{PLACE}/reports", way).json()["reports"]
    assert [row["date"] for row in whole] == sorted((row["date"] for row in whole), reverse=True)
    first = town.ask("GET", f"{PLACE}/reports?limit=1", way).json()
    assert first["reports"] == whole[:1]


def test_a_beheerder_changes_the_dossier_within_its_bounds(town: Town) -> None:
    way = town.token("beheerder")
    match = {"If-Match": town.ask("GET", PLACE, way).headers["etag"]}
    assert town.ask("PATCH", PLACE, way, json={}, headers=match).status_code == 400
    early = {"ends": "2020-01-01"}
    assert town.ask("PATCH", PLACE, way, json=early, headers=match).status_code == 400
    purpose = {"purpose": "Iets anders"}
    assert town.ask("PATCH", PLACE, way, json=purpose, headers=match).status_code == 400
    changed = town.ask("PATCH", PLACE, way, json={"reportAt": "07:30"}, headers=match)
    assert changed.json()["reportAt"] == "07:30"
    assert changed.json()["slug"] == DOSSIER


def test_a_source_is_refused_tried_and_switched(town: Town) -> None:
    way = town.token("analist")
    refused = town.ask(
        "POST", f"{PLACE}/sources", way, json={"address": "https://www.facebook.com/groups/1"}
    )
    assert (refused.status_code, refused.json()["reason"]) == (400, "private-refused")
    failed = town.ask("POST", f"{PLACE}/sources", way, json={"address": "https://leeg.example/f"})
    assert failed.status_code == 502
    saved = town.ask(
        "POST", f"{PLACE}/sources", way, json={"address": "https://leeg.example/f", "force": True}
    )
    assert saved.status_code == 201
    address = saved.headers["location"]
    off = town.ask("PATCH", address, way, json={"enabled": False})
    assert off.json()["enabled"] is False
    assert town.ask("GET", address, way).json()["enabled"] is False


def test_times_carry_an_offset_and_names_are_camel_case(town: Town) -> None:
    answer = town.ask("GET", f"{PLACE}/sources", town.token("analist"))
    assert answer.headers["api-version"]
    (source,) = answer.json()
    assert source["lastOk"].endswith(("Z", "+00:00"))
    assert "nextCheckAt" in source
