"""Everything a page fetches: our own style and scripts, and plotly.js from the installed package.

plotly.js writes its style rules into a style element of its own, which a strict content security
policy forbids; the layout then collapses without a word. So its rules are read from the script
itself and served as a stylesheet, and the page links that under the id the script looks for.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from functools import cache
from hashlib import sha256
from importlib.resources import files
from pathlib import PurePosixPath
from types import MappingProxyType

from dashboards.paths import STATIC

MEDIA_TYPES = {
    ".css": "text/css; charset=utf-8",
    ".js": "text/javascript; charset=utf-8",
    ".svg": "image/svg+xml",
}
PLOTLY = "plotly.min.js"
PLOTLY_STYLE = "plotly.css"

_RULES = re.compile(r'\{"X,X div":.*?\};for\(', re.DOTALL)
_GUARD = re.compile(
    r'getElementById\("([0-9a-f]{64})"\)\)\{var \w+=document\.createElement\("style"\)'
)
_PAIR = re.compile(r'"([^"]+)":("[^"]*"|\'[^\']*\')')


@cache
def static_files() -> Mapping[str, tuple[bytes, str]]:
    """Name to (content, media type) of every file under `/static/`; read once per process."""
    ours = files("dashboards").joinpath("static")
    found = {item.name: item.read_bytes() for item in ours.iterdir() if _kind(item.name)}
    script = files("plotly").joinpath("package_data", PLOTLY).read_bytes()
    found[PLOTLY] = script
    found[PLOTLY_STYLE] = plotly_style(script.decode("utf-8")).encode("utf-8")
    return MappingProxyType(
        {name: (found[name], MEDIA_TYPES[_kind(name)]) for name in sorted(found)}
    )


@cache
def asset_url(name: str) -> str:
    """`/static/<name>?v=<hash>`: may be cached for ever. Raises KeyError for an unknown file."""
    content, _ = static_files()[name]
    return f"{STATIC}{name}?v={sha256(content).hexdigest()[:8]}"


@cache
def plotly_guards() -> tuple[str, ...]:
    """Ids of the style elements that plotly.js makes unless an element with that id is there.

    They hold rules for maps, which no page of ours draws; a page carries empty elements instead.
    """
    return tuple(_GUARD.findall(static_files()[PLOTLY][0].decode("utf-8")))


def plotly_style(script: str) -> str:
    """The global rules of plotly.js as a stylesheet, in the order the script would give them.

    Raises ValueError when this release of plotly.js keeps its rules in another form.
    """
    table = _RULES.search(script)
    rules = _PAIR.findall(table.group(0)) if table else []
    if not rules:
        raise ValueError("plotly.js holds no style rules in the form of release 7")
    return "".join(f"{_selector(name)}{{{body[1:-1]}}}\n" for name, body in reversed(rules))


def _selector(name: str) -> str:
    return name.replace("X", ".js-plotly-plot .plotly").replace("Y", ".plotly-notifier")


def _kind(name: str) -> str:
    suffix = PurePosixPath(name).suffix
    return suffix if suffix in MEDIA_TYPES else ""
