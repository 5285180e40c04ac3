"""Records of an SRU answer (Officiële bekendmakingen) as feed items; read in the parse child.

Only local names are looked at: the answer mixes half a dozen namespaces, and they have moved before.
"""

from __future__ import annotations

import re
from typing import Any

from lxml import etree

from app.sources.html_text import tidy, to_text

ANSWER = re.compile(rb"<(?:\w+:)?searchretrieveresponse\b")
MOST_FIELD = 2000
#: Field of an item ← names of elements, best first.
NAMES = {
    "id": ("identifier",),
    "link": ("preferredUrl", "itemUrl", "url"),
    "title": ("title",),
    "text": ("abstract", "description", "alternative"),
    "date": ("available", "issued", "date", "modified"),
    "lang": ("language",),
}


def read_records(body: bytes, most: int) -> dict[str, Any]:
    """`{"kind": "feed", …}` as a feed gives, or `{"error"}`; `total` is what the server holds."""
    parser = etree.XMLParser(resolve_entities=False, no_network=True, huge_tree=False)
    try:
        root = etree.fromstring(body, parser)
    except etree.XMLSyntaxError as error:
        return {"error": f"Het antwoord is geen XML ({type(error).__name__})."}
    records = [element for element in root.iter() if _name(element) == "record"][:most]
    return {
        "kind": "feed",
        "title": "Officiële bekendmakingen",
        "lang": "nl",
        "ttl": None,
        "next": "",
        "generator": "sru",
        "total": int(_first(root, ("numberOfRecords",)) or len(records)),
        "items": [_item(record) for record in records],
    }


def _item(record: Any) -> dict[str, str]:
    found = {field: _first(record, names)[:MOST_FIELD] for field, names in NAMES.items()}
    title = " ".join(tidy(found["title"]).split())
    words = to_text(found["text"])
    return {
        **found,
        "title": title,
        "text": words or title,
        "lang": found["lang"][:5],
        "author": "",
        "thread": "",
    }


def _first(element: Any, names: tuple[str, ...]) -> str:
    for name in names:
        for inner in element.iter():
            if _name(inner) == name and (inner.text or "").strip():
                return str(inner.text).strip()
    return ""


def _name(element: Any) -> str:
    return etree.QName(element).localname if isinstance(element.tag, str) else ""
