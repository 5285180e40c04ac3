"""The shipped query templates: the handreiking's string verbatim, and a maintained variant."""

from __future__ import annotations

import json
from dataclasses import dataclass
from functools import cache
from importlib.resources import files

from query.errors import Problem, UnknownTemplate


@dataclass(frozen=True, slots=True)
class Change:
    version: int
    date: str
    note: str


@dataclass(frozen=True, slots=True)
class Template:
    """`text` is query text with placeholders; `provenance` and `changelog` are Dutch."""

    slug: str
    title: str
    text: str
    version: int
    provenance: str
    changelog: tuple[Change, ...]


@cache
def all() -> tuple[Template, ...]:
    """Every shipped template, the handreiking's first."""
    folder = files("query").joinpath("assets")
    rows = json.loads(folder.joinpath("templates.json").read_text("utf-8"))
    return tuple(
        Template(
            slug=row["slug"],
            title=row["title"],
            text=folder.joinpath(row["file"]).read_text("utf-8"),
            version=row["version"],
            provenance=row["provenance"],
            changelog=tuple(Change(**change) for change in row["changelog"]),
        )
        for row in rows
    )


@dataclass(frozen=True, slots=True)
class Newer:
    """A shipped template that is newer than the version in use: what changed since, oldest first."""

    slug: str
    have: int
    version: int
    changes: tuple[Change, ...]


def newer(slug: str, version: int) -> Newer | None:
    """What the shipped template has beyond this version; None when nothing, or no such template."""
    for template in all():
        if template.slug == slug and template.version > version:
            changes = tuple(change for change in template.changelog if change.version > version)
            return Newer(slug, version, template.version, changes)
    return None


def get(slug: str) -> Template:
    """The template of that name; raises `UnknownTemplate`."""
    for template in all():
        if template.slug == slug:
            return template
    known = ", ".join(template.slug for template in all())
    raise UnknownTemplate(
        [Problem("template", 0, 0, f"Er is geen sjabloon {slug!r}; kies uit {known}.")]
    )
