"""The documents say what is so: settings, commands, links, the two commands of the README."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
import typer

from app.api.pages.framing import NAVIGATION
from app.cli.commands import app
from app.config import variables
from tests.pictures import PICTURES

ROOT = Path(__file__).parent.parent
DOCUMENTS = sorted([*ROOT.glob("*.md"), *(ROOT / "docs").rglob("*.md")])


def settings_table() -> str:
    rows = ["| Variable | Default | Meaning |", "|---|---|---|"]
    rows += [
        f"| `{name}` | {default or '–'} | {meaning} |" for name, default, meaning in variables()
    ]
    return "\n".join(rows)


def test_operations_lists_every_setting() -> None:
    text = (ROOT / "docs" / "operations.md").read_text("utf-8")
    listed = text.partition("<!-- settings -->\n")[2].partition("\n<!-- /settings -->")[0]
    assert listed == settings_table()


@pytest.mark.parametrize("document", DOCUMENTS, ids=lambda path: path.name)
def test_links_between_documents_arrive(document: Path) -> None:
    text = document.read_text("utf-8")
    targets = re.findall(r"\]\(([^)#\s]+)", text)
    lost = [
        target
        for target in targets
        if "://" not in target and not (document.parent / target).exists()
    ]
    assert lost == []


def test_every_picture_of_the_guide_is_there_used_and_told_in_words() -> None:
    guide = ROOT / "docs" / "handleiding"
    named = [
        (alt, target)
        for document in guide.glob("*.md")
        for alt, target in re.findall(r"!\[([^\]]*)\]\(([^)]+)\)", document.read_text("utf-8"))
    ]
    assert [target for alt, target in named if len(alt.split()) < 4] == []
    wanted = sorted(f"schermen/{picture.name}.png" for picture in PICTURES)
    assert sorted(target for _, target in named) == wanted
    kept = sorted((guide / "schermen").iterdir())
    assert [f"schermen/{path.name}" for path in kept] == wanted
    assert sum(path.stat().st_size for path in kept) < 3_000_000
    assert all(path.read_bytes().startswith(b"\x89PNG") for path in kept)


def test_every_page_of_the_navigation_has_its_picture() -> None:
    taken = {picture.path.partition("?")[0].rpartition("/")[2] for picture in PICTURES}
    pages = {"reports" if page == "report" else page for page, _ in NAVIGATION}
    assert pages - taken == set()


def test_readme_first_screen_has_the_two_commands_and_a_screenshot() -> None:
    first_screen = "\n".join((ROOT / "README.md").read_text("utf-8").splitlines()[:30])
    assert "make demo" in first_screen
    assert "make test" in first_screen
    assert "docs/report.png" in first_screen


def test_commands_named_in_the_documents_exist() -> None:
    command = typer.main.get_command(app)
    known = set(getattr(command, "commands", {}))
    for document in DOCUMENTS:
        named = set(
            re.findall(r"(?:^\s+|`|/)klankbord ([a-z]+)", document.read_text("utf-8"), re.M)
        )
        assert named - known == set(), document.name


def test_changelog_is_not_empty() -> None:
    text = (ROOT / "CHANGELOG.md").read_text("utf-8")
    assert re.search(r"^- ", text, re.M)
