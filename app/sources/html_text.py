"""HTML to text: `#azc` and `@gemeente` stay whole, words stay apart (sources.md)."""

from __future__ import annotations

import re
from html import unescape

from lxml import etree, html

#: Elements that begin on a line of their own.
BLOCKS = frozenset(
    (
        "address", "article", "aside", "blockquote", "br", "dd", "details", "div", "dl", "dt",
        "fieldset", "figcaption", "figure", "footer", "form", "h1", "h2", "h3", "h4", "h5", "h6",
        "header", "hr", "li", "main", "nav", "ol", "option", "p", "pre", "section", "summary",
        "table", "td", "th", "tr", "ul",
    )
)  # fmt: skip
#: Elements whose words are no part of the text.
SILENT = frozenset(
    (
        "script", "style", "template", "noscript", "iframe", "object", "svg", "math", "head",
        "title",
    )
)  # fmt: skip
LOOKS_LIKE_HTML = re.compile(r"<(?:[a-zA-Z!/])|&(?:#\d+|#[xX][0-9a-fA-F]+|\w+);")
TAG = re.compile(r"<[^<>]{0,2000}>")
BLANK = re.compile(r"[ \t\r\n\f\v]+")
#: Control characters, halves of surrogate pairs, and what Unicode says is no character.
NOT_TEXT = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\ud800-\udfff\ufdd0-\ufdef\ufffe\uffff]")


def to_text(markup: str) -> str:
    """The words of a piece of HTML, a line per block; plain text comes through as it is."""
    markup = clean(markup)
    if not LOOKS_LIKE_HTML.search(markup):
        return tidy(markup)
    try:
        root = html.fragment_fromstring(markup, create_parent="div")
    except (etree.ParserError, etree.XMLSyntaxError, ValueError):
        return tidy(unescape(TAG.sub(" ", markup)))
    words = _Words()
    silence = 0
    for event, element in etree.iterwalk(root, events=("start", "end", "comment", "pi")):
        tag = element.tag if isinstance(element.tag, str) else ""
        if event == "start":
            silence += tag in SILENT
            if not silence:
                words.at(tag)
                words.add(element.text)
            continue
        if event == "end" and not silence and tag != "br":
            words.at(tag)
        if event == "end":
            silence -= tag in SILENT
        if not silence and element is not root:
            words.add(element.tail)
    return tidy("".join(words.parts))


class _Words:
    """Collects text; knows whether it stands at the begin of a line."""

    def __init__(self) -> None:
        self.parts: list[str] = []
        self._fresh = True

    def at(self, tag: str) -> None:
        """A block begins or ends here: a new line, once; a `br` always gives one."""
        if tag == "br" or (tag in BLOCKS and not self._fresh):
            self.parts.append("\n")
            self._fresh = True

    def add(self, text: str | None) -> None:
        """A line break in the source of a page is a space on the page."""
        if text and not (self._fresh and text.isspace()):
            self.parts.append(BLANK.sub(" ", text))
            self._fresh = False


def clean(text: str) -> str:
    """Without the characters that no store, no XML and no reader can do anything with."""
    return NOT_TEXT.sub("", text)


def tidy(text: str) -> str:
    """Lines without outer blanks, at most one empty line between them."""
    lines = [" ".join(line.split()) for line in clean(text).splitlines()]
    return re.sub(r"\n{3,}", "\n\n", "\n".join(lines)).strip()
