"""`docs/sources.md` says of every kind what `klankbord source kinds` says."""

from __future__ import annotations

from pathlib import Path

from app import sources
from app.sources.refused import HOSTS

DOCUMENT = Path(__file__).parents[3] / "docs" / "sources.md"


def table() -> str:
    rows = ["| Soort | Leest | Grond | Beproefd | Na toevoegen |", "|---|---|---|---|---|"]
    for kind in sorted(sources.kinds()):
        told = sources.describe(kind)
        state = "aan" if told["on"] else "uit"
        rows.append(f"| `{kind}` | {told['title']} | {told['terms']} | {told['tried']} | {state} |")
    return "\n".join(rows)


def test_the_document_lists_every_kind_as_the_program_does() -> None:
    text = DOCUMENT.read_text("utf-8")
    listed = text.partition("<!-- kinds -->\n")[2].partition("\n<!-- /kinds -->")[0]
    assert listed == table()


def test_the_platforms_that_are_not_followed_are_named() -> None:
    text = DOCUMENT.read_text("utf-8")
    assert all(name in text for name in HOSTS.values() if name)
