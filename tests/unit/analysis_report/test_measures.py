"""The measures of the report, each on a small made-up conversation with a known answer."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest

from analysis import associations, cadence, chances, criticism, own_posts, peaks, phases, where
from analysis.days import DayCounts, forms, terms
from analysis.gleaning import domains_in, glean
from analysis.records import GLEANED, Moment, ReportPost, SourceAccount, Window
from analysis.recount import document_seal, row_digest
from analysis.terms_used import FAMILIES, adoption

DAY = date(2026, 11, 20)
NOON = datetime(2026, 11, 20, 11, 0, tzinfo=UTC)
WINDOW = Window(NOON - timedelta(hours=12), NOON + timedelta(hours=12))


def row(key: str = "a", *codes: str, at: datetime = NOON, **more: Any) -> ReportPost:
    names = {"I": "informatiebehoefte", "B": "betekenisgeving", "S": "schadebeperking"}
    return ReportPost(
        **{
            "post_key": key, "published_at": at, "first_seen": at, "local_date": DAY,
            "source": "bode", "author": None, "group": None, "locality": "unknown",
            "own": False, "status": "gelabeld",
            "labels": tuple(n for letter, n in names.items() if any(c[0] == letter for c in codes)),
            "sub_labels": codes, "sentiment": 0.0, "sentiment_label": "neutraal",
            "stance": "onduidelijk", "emotion": (), "target": None, "purpose": None,
            "is_question": False, "theme": None, "threat": False, "urgency": "l",
            "terms_used": (), "reception_form": None,
        }
        | more
    )  # fmt: skip


def many(n: int, *codes: str, **more: Any) -> list[ReportPost]:
    return [row(f"{codes}{number}", *codes, **more) for number in range(n)]


def days(*posts: int, phase: str = "before", **detail: Any) -> list[DayCounts]:
    first = DAY - timedelta(days=len(posts))
    return [
        DayCounts(first + timedelta(days=n), {"posts": count}, phase, detail)
        for n, count in enumerate(posts)
    ]


# What is gleaned from a text (R29, R34, R35)


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("College heeft het er weer doorheen gejast. Inspraak voor de bühne.", "niet-betrokken"),
        ("Fijn dat we het uit de krant mochten lezen, burgemeester. Topservice.", "te-laat"),
        ("Precies zoals bij het zwembad: eerst beslissen, dan luisteren.", "niet-betrokken"),
        ("Wie kiest er nu deze plek, naast de school?", "locatie"),
    ],
)
def test_criticism_gives_its_reason(text: str, reason: str) -> None:
    assert reason in glean(text, "", own=False, codes=("B3",), theme=None).reasons
    assert glean(text, "", own=False, codes=("B1",), theme=None).reasons == ()


def test_a_theme_and_a_missing_letter_are_reasons_too() -> None:
    assert glean("Boe.", "", own=False, codes=("B3", "I5"), theme="locatie").reasons == (
        "te-laat",
        "locatie",
    )


@pytest.mark.parametrize(
    ("text", "kind"),
    [
        ("De raad vergadert donderdag over het voorstel.", "proces"),
        ("Een kijkje in de opvang: zo ziet de slaapzaal eruit.", "inkijk"),
        ("U vroeg het ons: hier het antwoord.", "antwoord"),
        ("Het bericht over de gymzaal klopt niet.", "correctie"),
    ],
)
def test_the_kind_of_an_own_post(text: str, kind: str) -> None:
    assert glean(text, "", own=True, codes=(), theme=None).own_kind == kind


def test_domains_come_out_once_and_without_www() -> None:
    text = "Zie https://www.bode.example/a?b=1 en http://bode.example/c, ook www.forum.example."
    assert domains_in(text) == ("bode.example", "forum.example")
    assert domains_in("mail naar jan@www.example of https://[kapot") == ()


def test_the_seal_of_a_row_without_gleanings_is_that_of_an_older_release() -> None:
    plain = row("a", "I1")
    assert all(not getattr(plain, name) for name in GLEANED)
    assert row_digest(plain) != row_digest(replace(plain, domains=("bode.example",)))


def test_a_number_that_is_changed_breaks_the_seal_and_the_status_does_not() -> None:
    document = {"counts": {"posts": 3}, "status": "draft"}
    sealed = document_seal(document)
    assert document_seal({**document, "status": "approved", "seal": sealed}) == sealed
    assert document_seal({**document, "counts": {"posts": 4}}) != sealed


# Blocks


def test_offers_make_a_chance_and_answered_questions_are_no_longer_one() -> None:
    questions = [
        {"theme": "hulp", "label": "Helpen", "n": 1, "kind": "feitelijk", "answered": "nee"},
        {"theme": "duur", "label": "Duur", "n": 2, "kind": "feitelijk", "answered": "ja"},
        {"theme": "besluit", "label": "Besluit", "n": 2, "kind": "bestuurlijk", "answered": "nee"},
    ]
    found = chances.chances([row("a", "S4"), row("b", "B5"), row("c", stance="pro")], questions)
    assert (found["n"], found["offers"], found["support"], found["in_favour"]) == (3, 1, 1, 1)
    assert [one["theme"] for one in found["open_questions"]] == ["hulp"]


def test_reasons_are_told_from_five_criticisms_on() -> None:
    critical = many(5, "B3", target="bestuur", reasons=("te-laat",))
    assert criticism.of_administrators(critical)["reasons"][0]["n"] == 5
    few = criticism.of_administrators(critical[:4])
    assert few["reasons"] == []
    assert "n = 4" in few["note"]
    assert criticism.of_administrators(many(9, "B3", target="rijk"))["n"] == 0


def test_an_own_post_is_told_with_what_was_said_before_and_after() -> None:
    own = row("eigen", own=True, own_kind="inkijk", at=NOON)
    before = many(3, "B3", at=NOON - timedelta(hours=1))
    after = [row(f"n{n}", "B5", at=NOON + timedelta(hours=1)) for n in range(4)]
    found = own_posts.landing([own], [*before, *after], WINDOW)
    (one,) = found["list"]
    assert (one["before"]["criticism"], one["after"]["criticism"]) == (3, 0)
    assert (one["before"]["support"], one["after"]["support"]) == (0, 4)
    assert one["minutes"] == 360
    assert found["kinds"] == [
        {"kind": "inkijk", "label": "Inkijk in de opvang", "posts": 1, "n": 4, "support": 4, "criticism": 0}
    ]  # fmt: skip


def test_an_own_post_among_few_says_so() -> None:
    found = own_posts.landing([row("eigen", own=True)], many(2), WINDOW)
    assert not found["list"][0]["enough"]
    assert "n = " in found["list"][0]["note"]


def test_a_link_counts_the_reactions_in_its_conversation() -> None:
    rows = [
        row("a", domains=("bode.example",), thread="t1"),
        row("b", thread="t1"),
        row("c", thread="t1"),
        row("d", thread="t2"),
    ]
    assert where.domains(rows, rows) == [{"domain": "bode.example", "n": 1, "reactions": 2}]


def test_a_shift_of_platform_is_seen_within_a_day() -> None:
    base = [{"Mastodon": 30, "Forum": 10}] * 7
    (up, down) = where.shifts({"Mastodon": 12, "Forum": 28}, base, "platform")
    assert {up["name"], down["name"]} == {"Mastodon", "Forum"}
    assert where.shifts({"Mastodon": 31, "Forum": 9}, base, "platform") == []
    assert where.shifts({"Forum": 15}, base, "platform") == []


def test_sources_are_grouped_by_platform() -> None:
    sources = [
        SourceAccount(slug, kind, slug, "ok", True, False, None, None)
        for slug, kind in (("bode", "feed"), ("masto", "mastodon"), ("nieuw", "matrix"))
    ]
    assert where.platforms_of(sources)["masto"] == "Mastodon en verwante servers"
    assert where.platforms_of(sources)["nieuw"] == "matrix"


# Over time


@pytest.mark.parametrize("half", [1.5, 3.0, 6.0])
def test_the_half_life_of_a_made_up_wave_is_found_within_a_tenth(half: float) -> None:
    quiet = [4.0] * 14
    wave = [4 + 200 * 0.5 ** (day / half) for day in range(25)]
    found = phases.half_life([*quiet, *wave])
    assert found is not None
    assert abs(found - half) / half <= 0.10


@pytest.mark.parametrize(
    "series", [[], [0.0] * 10, [1, 2, 3, 4], [5.0] * 30, [0, 0, 0, 9, 4, 2, 1]]
)
def test_without_a_wave_there_is_no_half_life(series: list[float]) -> None:
    assert phases.half_life(series) is None


def test_a_wave_in_days_says_its_top() -> None:
    found = phases.wave(days(3, 4, 3, 4, 100, 50, 25, 13, 8, 5, 4))
    assert found["top"] == (DAY - timedelta(days=7)).isoformat()
    assert found["half_life"] == pytest.approx(1.0, abs=0.15)
    assert phases.wave(days(1, 1, 1))["half_life"] is None


def test_the_phase_can_be_told_at_any_instant() -> None:
    moments = [
        Moment(NOON + timedelta(days=20), "sluiting", "Dicht"),
        Moment(NOON, "besluit", "Raad besluit"),
        Moment(NOON + timedelta(days=1), "inloopavond", "Inloop"),
    ]
    told = [phases.phase_at(NOON + timedelta(days=n), moments, "before") for n in (-1, 0, 2, 25)]
    assert told == ["before", "during", "during", "after"]
    assert phases.phase_at(NOON, [Moment(NOON, "besluit", "x")], "after") == "after"


def test_phases_are_compared_by_the_day() -> None:
    both = [*days(10, 10, 10, phase="before"), *days(30, 30, 30, phase="during")]
    found = phases.by_phase(both)
    assert [(one["phase"], one["per_day"]) for one in found["list"]] == [
        ("before", 10.0),
        ("during", 30.0),
    ]
    assert phases.by_phase(days(10, 10))["list"] == []


def test_structural_draws_more_protest_in_a_made_up_pair() -> None:
    rows = [
        *many(30, "B3", reception_form="azc", stance="contra"),
        *many(25, "S4", reception_form="noodopvang", stance="pro"),
    ]
    found = phases.structural_or_temporary([forms(rows)])
    lasting, passing = found["list"]
    assert lasting["protest"] / lasting["n"] > passing["protest"] / passing["n"]
    assert passing["offers"] == 25
    assert not phases.structural_or_temporary([forms(rows[:35])])["enough"]


def test_the_day_on_which_a_word_was_taken_over_is_found() -> None:
    words = FAMILIES["opvang"]
    line = []
    for n in range(20):
        used = "noodopvang" if n >= 11 else "azc"
        spoken = {used: {"gesprek": 8}, "opvang": {"gesprek": 2}}
        if n == 10:
            spoken["noodopvang"] = {"eigen": 1}
        line.append((DAY + timedelta(days=n), spoken))
    found = adoption("noodopvang", words, line)
    assert found is not None
    assert found["since"] == (DAY + timedelta(days=11)).isoformat()
    assert found["own_since"] == (DAY + timedelta(days=10)).isoformat()
    assert adoption("azc", words, line) is None


def test_terms_are_counted_per_voice() -> None:
    rows = [
        row("a", terms_used=("azc",)),
        row("b", terms_used=("azc",), group="journalists"),
        row("c", terms_used=("noodopvang",), own=True),
    ]
    assert terms(rows) == {"azc": {"gesprek": 1, "pers": 1}, "noodopvang": {"eigen": 1}}


def test_a_peak_is_told_with_its_cause_or_without() -> None:
    line = days(5, 6, 5, 6, 40, 6)
    top = DAY - timedelta(days=2)
    assert [(one.date, one.cause) for one in peaks.peaks(line, {})] == [(top, "")]
    assert peaks.peaks(line, {top: ("media", "landelijk nieuws")})[0].cause == "media"
    assert peaks.peaks(days(1, 1, 1, 9), {}) == []


# Associations without persons (R50)


def said(*texts: str) -> Iterator[associations.Said]:
    for number, text in enumerate(texts):
        yield associations.Said(text, f"a{number}")


def test_a_word_that_several_people_bring_together_with_the_reception_surfaces() -> None:
    texts = ["Net als bij het zwembad komt dat azc er gewoon.", "Eerst zwembad dicht, nu een azc!"]
    found = associations.pairs(list(said(*texts, "Azc erbij en het zwembad weg")))
    assert [(pair.word, pair.anchor, pair.authors) for pair in found] == [("zwembad", "azc", 3)]
    assert associations.pairs(list(said(*texts))) == []


@pytest.mark.parametrize(
    "text",
    [
        "Volgens Terpstra komt het azc er.",
        "het azc is van @terpstra en #terpstra",
        "Terpstra wil een azc.",
        "kijk op https://terpstra.example/azc over het azc",
    ],
)
def test_no_name_handle_or_address_becomes_a_node(text: str) -> None:
    lines = [text] * 5 + ["zelfs terpstra in kleine letters bij het azc"]
    names = {pair.word for pair in associations.pairs(list(said(*lines)))}
    assert "terpstra" not in names


def test_what_was_brought_together_before_is_not_new() -> None:
    pairs = [associations.Pair("zwembad", "azc", 3, 3), associations.Pair("sporthal", "azc", 4, 4)]
    found = associations.associations(pairs, [["sporthal", "azc"]], 40, 7)
    assert [(one["word"], one["new"]) for one in found["rows"]] == [
        ("zwembad", True),
        ("sporthal", False),
    ]
    assert associations.associations(pairs, [], 3, 7)["rows"] == []


# Cadence (R44)


def hourly(now: datetime, base: int, *last: int) -> list[datetime]:
    """`base` posts in every hour of the week before, and these in the last whole hours."""
    start = now.replace(minute=0, second=0, microsecond=0)
    found = [start - timedelta(hours=h) for h in range(len(last) + 1, 24 * 8) for _ in range(base)]
    for back, count in enumerate(reversed(last), start=1):
        found += [start - timedelta(hours=back, minutes=-5)] * count
    return found


@pytest.mark.parametrize(
    ("last", "proposed"),
    [((21, 21), True), ((21, 20), False), ((21, 19), False), ((60, 9), False), ((9, 60), False)],
)
def test_two_hours_above_twice_the_mean_propose_a_step(
    last: tuple[int, int], proposed: bool
) -> None:
    hours = cadence.hours_of(hourly(NOON, 10, *last), NOON)
    found = cadence.proposals(hours, [], [], NOON)
    assert bool(found) == proposed


def test_a_quiet_week_makes_no_surge_of_three_posts() -> None:
    hours = cadence.hours_of(hourly(NOON, 0, 3, 3), NOON)
    assert cadence.proposals(hours, [], [], NOON) == []


@pytest.mark.parametrize(
    ("offset", "proposed"), [(-25, False), (-24, True), (0, True), (47, True), (48, False)]
)
def test_around_a_moment_a_step_is_proposed(offset: int, proposed: bool) -> None:
    moment = cadence.Upcoming("1", NOON - timedelta(hours=offset), "Raad besluit")
    assert bool(cadence.proposals([], [], [moment], NOON)) == proposed


def test_the_same_thing_is_proposed_once_and_its_kind_rests() -> None:
    hours = cadence.hours_of(hourly(NOON, 10, 30, 30), NOON)
    found = cadence.proposals(hours, [], [], NOON)
    assert cadence.fresh(found, [], NOON) is not None
    past = [("surge", "surge:eerder", NOON - timedelta(hours=11))]
    assert cadence.fresh(found, past, NOON) is None
    rested = [("surge", "surge:eerder", NOON - timedelta(hours=12))]
    assert cadence.fresh(found, rested, NOON) is not None
    assert cadence.fresh(found, [("moment", "m", None)], NOON) is None
    graver = cadence.proposals(hours, ["k1"], [], NOON)
    assert (proposal := cadence.fresh(graver, past, NOON)) is not None
    assert proposal.kind == "conduct"


def test_the_base_is_the_same_local_hour_across_a_clock_change() -> None:
    now = datetime(2026, 10, 26, 9, 0, tzinfo=UTC)  # 10:00 local, the day after the change
    same_local = [datetime(2026, 10, day, 7, 30, tzinfo=UTC) for day in range(19, 25)]
    same_local.append(datetime(2026, 10, 25, 8, 30, tzinfo=UTC))
    hour = cadence.hours_of(same_local, now)[-1]
    assert hour.mean == 1.0


def test_slots_begin_at_the_next_whole_hour_and_end_with_the_step() -> None:
    found = cadence.slots(
        NOON + timedelta(minutes=5), 3, NOON + timedelta(hours=6), NOON + timedelta(days=1)
    )
    assert found == [NOON + timedelta(hours=1), NOON + timedelta(hours=4)]


def test_calm_is_six_hours_near_the_mean() -> None:
    assert cadence.is_calm(cadence.hours_of(hourly(NOON, 10, 30, *[11] * 6), NOON))
    assert not cadence.is_calm(cadence.hours_of(hourly(NOON, 10, 30, *[11] * 5), NOON))
