"""The model card as a page: every table whole, every word there, nothing that becomes markup."""

from __future__ import annotations

import re

from analysis.model import store
from dashboards import card, labelling_views, pages, views

FRAME = views.Frame(
    organisation="Rietmeer", csrf="", active="model", version="0", dossier_slug="zonnehoek"
)


def _page(markdown: str) -> str:
    return pages.render_model(
        labelling_views.ModelView(
            FRAME, "ibs-nl", "abc123", "ibs-2026.1", card.blocks(markdown), may_label=True
        )
    )


def test_every_table_of_the_shipped_card_has_as_many_cells_as_headings() -> None:
    tables = [block for block in card.blocks(store.card()) if block.kind == "table"]
    assert len(tables) >= 5
    for table in tables:
        assert {len(row) for row in table.rows} == {len(table.head)}


def test_every_word_of_the_card_is_on_the_page() -> None:
    plain = re.sub(r"\]\([^)]*\)|[*`|#\[\]]|^\|?[-|\s]+\|$", " ", store.card(), flags=re.M)
    shown = re.sub(r"<[^>]+>", " ", _page(store.card())).replace("&#39;", "'")
    missing = set(re.findall(r"\w+", plain)) - set(re.findall(r"\w+", shown))
    title = set(re.findall(r"\w+", store.card().splitlines()[0]))
    assert missing - title == set()


def test_bold_code_links_and_emphasis() -> None:
    assert card.pieces("**Zwak** in `abc`, zie [de gids](gids.md) en *nu*") == (
        ("strong", "Zwak"),
        ("plain", " in "),
        ("code", "abc"),
        ("plain", ", zie "),
        ("plain", "de gids"),
        ("plain", " en nu"),
    )


def test_a_list_item_may_run_over_lines() -> None:
    [block] = card.blocks("- een\n  en meer\n- twee")
    assert block.lines == ((("plain", "een en meer"),), (("plain", "twee"),))


def test_nothing_in_a_card_becomes_markup() -> None:
    page = _page("## <script>alert(1)</script>\n\n| a | b |\n|---|---|\n| <img> | **<b>** |\n")
    assert "<script>alert" not in page
    assert "<img>" not in page
    assert "&lt;img&gt;" in page
