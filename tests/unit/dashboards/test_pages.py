"""Every page as an ordinary day writes it, and as an attacker would."""

from __future__ import annotations

import json
import re
from dataclasses import replace
from html.parser import HTMLParser

import pytest

from dashboards import pages, query_views, views
from tests.unit.dashboards import pages_world as world

VIEWS = sorted(world.every_view())
VOID = {"meta", "link", "img", "input", "br"}


class _Outline(HTMLParser):
    """The tags of a page: are they closed in order, and what attributes do they carry."""

    def __init__(self) -> None:
        super().__init__()
        self.open: list[str] = []
        self.faults: list[str] = []
        self.attributes: list[tuple[str, str, str | None]] = []
        self.ids: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.attributes += [(tag, name, value) for name, value in attrs]
        self.ids += [value or "" for name, value in attrs if name == "id"]
        if tag not in VOID:
            self.open.append(tag)

    def handle_endtag(self, tag: str) -> None:
        if not self.open or self.open.pop() != tag:
            self.faults.append(tag)


def _outline(html: str) -> _Outline:
    found = _Outline()
    found.feed(html)
    found.close()
    return found


@pytest.mark.parametrize("name", VIEWS)
def test_a_page_is_whole_dutch_and_says_that_posts_are_not_residents(name: str) -> None:
    html = world.render(name, world.every_view()[name])
    outline = _outline(html)
    assert outline.faults == []
    assert outline.open == []
    assert len(outline.ids) == len(set(outline.ids))
    assert '<html lang="nl">' in html
    assert html.count("<h1") == 1
    assert "niet representatief" in html
    assert not re.search(r"%\s*van de inwoners", html)


@pytest.mark.parametrize("name", VIEWS)
def test_hostile_words_stay_words_on_every_page(name: str) -> None:
    html = world.render(name, world.hostile(world.every_view()[name]))
    assert "<script>alert" not in html
    assert "<img src=x" not in html
    assert "49" not in re.findall(r"\{\{.*?\}\}|49(?=\u202e)", html)
    outline = _outline(html)
    assert outline.faults == []
    handlers = [name for _, name, _ in outline.attributes if name.startswith("on")]
    assert handlers == []
    links = [value or "" for _, name, value in outline.attributes if name in ("href", "src")]
    assert all(link.startswith(("/", "#")) for link in links), links


@pytest.mark.parametrize("name", VIEWS)
def test_no_page_carries_inline_style_or_script(name: str) -> None:
    outline = _outline(world.render(name, world.every_view()[name]))
    assert [found for found in outline.attributes if found[1] == "style"] == []
    scripts = re.findall(r"<script([^>]*)>", world.render(name, world.every_view()[name]))
    assert all("src=" in one or "application/json" in one for one in scripts)


def test_a_chart_carries_json_that_cannot_leave_its_element() -> None:
    html = world.render("report", world.hostile(world.report_view()))
    for body in re.findall(r'<script type="application/json"[^>]*>(.*?)</script>', html, re.DOTALL):
        assert "<" not in body
        assert {"data", "layout", "config"} == set(json.loads(body))


def test_the_report_of_a_reader_of_numbers_has_no_advice_and_no_interpretation() -> None:
    whole = world.render("report", world.report_view())
    assert "Accent voor de communicatie" in whole
    numbers = world.render("report", world.report_view(numbers_only=True))
    assert "Accent voor de communicatie" not in numbers
    assert "Duiding" not in numbers


def test_a_day_without_a_report_says_so() -> None:
    html = pages.render_report(views.ReportView(world.frame(), world.DAY, None))
    assert "Over deze dag is geen verslag" in html


def test_an_approved_report_shows_who_and_offers_no_form() -> None:
    html = world.render(
        "report", world.report_view(approved_by="Noor Hofstra", approved_at=world.START)
    )
    assert "Noor Hofstra" in html
    assert "<textarea" not in html
    assert "Verslag goedkeuren" not in html


def test_no_number_is_told_by_colour_alone() -> None:
    html = world.render("report", world.report_view())
    for cell in re.findall(r'<td class="num change[^"]*">(.*?)</td>', html, re.DOTALL):
        assert re.search(r"meer|minder|gelijk|geen vergelijking", cell)


def test_matched_and_evidence_words_are_marked_where_they_stand() -> None:
    post = world.post_view(
        text="Hoeveel mensen komen er?", marks=(views.Mark(8, 14, "mensen"),),
        reasons=(views.Reason(0, 7, "Hoeveel", "I1:i1-num"),), title="",
    )  # fmt: skip
    html = pages.render_posts(replace(world.posts_view(), posts=(post,)))
    assert "<mark>mensen</mark>" in html
    assert '<span class="evidence">Hoeveel</span>' in html


@pytest.mark.parametrize("address", ["javascript:alert(1)", "data:text/html,x", "ftp://x/", "x y"])
def test_an_address_that_is_no_web_address_never_becomes_a_link(address: str) -> None:
    html = pages.render_open(views.OpenView(world.frame("posts"), "Bron", address))
    assert "geen webadres" in html
    assert "href=" not in html.partition("<code>")[2].partition("</main>")[0].partition("Terug")[0]


def test_long_words_and_empty_lists_do_not_break_a_page() -> None:
    for name in VIEWS:
        assert (
            _outline(world.render(name, world.hostile(world.every_view()[name], world.LONG))).faults
            == []
        )
    assert "Er zijn nog geen berichten" in pages.render_posts(views.PostsView(world.frame("posts")))
    assert "nog geen bronnen" in pages.render_sources(views.SourcesView(world.frame("sources")))
    assert "nog geen zoekopdracht" in pages.render_query(
        query_views.QueryView(world.frame("query"))
    )
