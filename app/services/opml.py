"""Lists of feeds in OPML, in and out. Pure: a document in, addresses out, and the other way."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from lxml import etree

from app.errors import InvalidInput
from app.sources.html_text import clean

MOST_BYTES = 5 * 1024 * 1024
MOST_FEEDS = 1000


@dataclass(frozen=True, slots=True)
class Line:
    """One feed of a list."""

    address: str
    title: str


def read_opml(data: bytes) -> list[Line]:
    """The feeds of a list, each once, in order. Raises `InvalidInput`."""
    if len(data) > MOST_BYTES:
        raise InvalidInput("Het OPML-bestand is te groot.", field="file")
    parser = etree.XMLParser(resolve_entities=False, no_network=True, huge_tree=False)
    try:
        root = etree.fromstring(data, parser)
    except (etree.XMLSyntaxError, ValueError) as error:
        raise InvalidInput(f"Dit is geen OPML: {error}", field="file") from error
    if etree.QName(root).localname.casefold() != "opml":
        raise InvalidInput("Dit is geen OPML: het begint niet met <opml>.", field="file")
    found: dict[str, Line] = {}
    for outline in root.iter("outline"):
        values = {str(name).casefold(): clean(str(text)) for name, text in outline.attrib.items()}
        address = values.get("xmlurl", "").strip()
        if address and len(found) < MOST_FEEDS:
            title = " ".join((values.get("title") or values.get("text") or "").split())
            found.setdefault(address, Line(address, title[:300]))
    return list(found.values())


def write_opml(title: str, lines: Iterable[Line]) -> bytes:
    """A list as other programs read it."""
    root = etree.Element("opml", version="2.0")
    head = etree.SubElement(root, "head")
    etree.SubElement(head, "title").text = clean(title)
    body = etree.SubElement(root, "body")
    for line in lines:
        words = clean(line.title) or line.address
        etree.SubElement(
            body, "outline", type="rss", text=words, title=words, xmlUrl=clean(line.address)
        )
    return bytes(etree.tostring(root, xml_declaration=True, encoding="UTF-8", pretty_print=True))
