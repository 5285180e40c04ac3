"""When there is enough to say something, and the sentence for when there is not (domain.md §1.4).

Every measure that rests on few posts says its n; below these bounds it says that it says nothing.
"""

from __future__ import annotations

from analysis.dutch import number

#: Posts from which one thing may be told, and from which two groups or days may be compared.
LEAST, LEAST_TO_COMPARE = 5, 20


def too_few(what: str, n: int, least: int = LEAST) -> str:
    """The sentence that stands where a block has too little to go on."""
    return f"Te weinig om iets te zeggen over {what} (n = {number(n)}, vanaf {number(least)})."
