"""No sentence of ours makes residents of posts (R21): "40% van de inwoners" is refused, whoever writes it."""

from __future__ import annotations

import re

from app.errors import InvalidInput

_SHARE = re.compile(
    r"\d\s*(?:%|procent)\s+van\s+(?:de|het|alle|onze|uw)?\s*"
    r"(?:inwoners|bewoners|burgers|bevolking|mensen|dorp|gemeente|stad|buurt|wijk)",
    re.IGNORECASE,
)


def refuse_shares(text: str, field: str) -> str:
    """The text, unless it makes residents of posts: raises `InvalidInput` on "40% van de inwoners"."""
    if _SHARE.search(text):
        raise InvalidInput(
            "Sociale media zijn niet representatief: schrijf hoeveel berichten het zijn, "
            "niet welk deel van de inwoners.",
            field=field,
        )
    return text
