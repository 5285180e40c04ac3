"""What keeps a post from being labelled: a bare share, another subject, a neutral headline (D0, D1, D11)."""

from __future__ import annotations

import re

from analysis.labellers.patterns import QUESTION_MARK
from analysis.labellers.reading import Reading
from analysis.records import Post

PRESS = "journalists"
NEWS_GROUPS = frozenset({"organisations", "officers"})
OWN_GROUPS = frozenset({"own", "municipalities"})

HEADLINE = 0.55
SURE_HEADLINE = 0.8
RESIDENT_LABEL = 0.85
WEAK_LABEL = 0.6
CALM = 1.5
STRONG_WORDS = 2.5

_SHARED = re.compile(r"(?:^|\s)(?:RT|MT|via)(?:\s+@\w+|\s*:)", re.IGNORECASE)
_LEADING_SHARE = re.compile(r"^\W*(?:RT|rt)(?:\s+@\w+)?\s*:|^\W*(?:RT|rt)\s+@\w+")
_LINK_OR_MENTION = re.compile(r"https?://\S+|www\.\S+|@\w+|#\w+")
_WORDS = re.compile(r"\w")
_ARGUING = frozenset({"frame", "critic", "rhetor", "irony"})
_ACTORS = frozenset({"gov", "coa", "police", "rijk", "media", "newsverb", "newscue"})


def own_words(post: Post) -> str:
    """What the sender added: all of an ordinary post, of a repost only what stands before the share.

    A repost whose `parent` holds another text is a quote post: its text is the sender's own.
    """
    if _LEADING_SHARE.match(post.text):
        return ""
    if not post.is_repost:
        return post.text
    shared = _SHARED.search(post.text)
    if shared is not None:
        return post.text[: shared.start()]
    if post.parent and post.parent.strip() and post.parent.strip() != post.text.strip():
        return post.text
    return ""


def is_echo(post: Post) -> bool:
    """A share without words of the sender's own (guide D11)."""
    shares = post.is_repost or bool(_LEADING_SHARE.match(post.text))
    return shares and not says_something(own_words(post))


def says_something(text: str) -> bool:
    return bool(_WORDS.search(_LINK_OR_MENTION.sub(" ", text)))


def is_noise(reading: Reading, voiced: bool) -> bool:
    """Another subject that shares a word with this one (guide D0): animals, child care, water.

    Small talk without a word about the reception is noise only when two things say so.
    """
    here = reading.classes
    if "noise" in here:
        return "strongtopic" not in here
    if "drynoise" in here:
        return not voiced and here.isdisjoint({"strongtopic", QUESTION_MARK})
    if "softnoise" in here and here.isdisjoint({"topic", "gov", "protest", "coa"}):
        return sum(len(s.spans.get("softnoise", ())) for s in reading.sentences) > 1
    return False


def is_headline(
    post: Post, reading: Reading, sure: dict[str, float], best_label: float, felt: float, asks: bool
) -> bool:
    """News or notice without a judgement of its own (guide D1, D10, D20).

    `felt` is the largest absolute weight of a feeling word, `asks` whether a question is put.
    """
    voiced = sure.get("P", 0.0) > 0.0
    news = sure.get("N", 0.0)
    if post.group == PRESS:
        return not _speaks_for_itself(reading, felt)
    if asks:
        return False
    if post.group in NEWS_GROUPS:
        return news >= HEADLINE or (not voiced and felt < CALM and best_label < RESIDENT_LABEL)
    if news >= HEADLINE:
        return best_label < RESIDENT_LABEL or news > SURE_HEADLINE
    return not voiced and felt < CALM and best_label < WEAK_LABEL and _names_an_actor(reading)


def _speaks_for_itself(reading: Reading, felt: float) -> bool:
    """The press judges only where it says "I" or uses strong words; its questions are headings."""
    return felt >= STRONG_WORDS or not {"ik", "mijn", "vind"}.isdisjoint(reading.words)


def _names_an_actor(reading: Reading) -> bool:
    """Headlines say who does what; without voice and feeling that is all there is."""
    here = reading.classes
    return not here.isdisjoint(_ACTORS) and here.isdisjoint(_ARGUING) and "!" not in reading.words
