"""One post as the rules read it: what was found in it before anything is decided."""

from __future__ import annotations

from analysis.labellers import questions as asking
from analysis.labellers import relevance
from analysis.labellers.feeling import Felt, feel
from analysis.labellers.firing import Fired, certainty, fire
from analysis.labellers.judging import Judged, judge
from analysis.labellers.knowledge import Knowledge
from analysis.labellers.questions import Questions
from analysis.labellers.reading import Reading, read
from analysis.pipeline import READ_CHARACTERS
from analysis.records import Post

IRONIC = 0.5


class Case:
    """The words of a post, the rules that hold, the feelings, the questions and what they give."""

    def __init__(self, post: Post, known: Knowledge) -> None:
        self.post = post
        self.known = known
        self.text = relevance.own_words(post) if post.is_repost else post.text
        self.title = title_before(post)
        self.reading: Reading = read(known.pipeline.read(self.title + self.text), known.words)
        self.fired: tuple[Fired, ...] = fire(self.reading, known)
        self.felt: tuple[Felt, ...] = feel(self.reading, known)
        self.sure = certainty(self.fired)
        self.questions: Questions = asking.find(self.reading, self.fired, self.felt)
        self.theme = asking.theme_of(self.reading, self.questions, known)
        self.judged: Judged = judge(self.reading, self.fired, self.questions, self.theme, self.felt)
        self.irony = self.sure.get("IR", 0.0) >= IRONIC and bool(self.judged.sub_labels)

    def asks_in_title_alone(self) -> bool:
        """Whether what is asked stands in the title, above a text with words of its own: the title of
        a thread or an article is not what this post asks (guide D23).
        """
        if not self.title or not self.text.strip():
            return False
        asking = [
            at
            for at, sentence in enumerate(self.reading.sentences)
            if sentence.question or at in self.questions.real
        ]
        starts = [self.reading.tokens.span(s.first, s.after)[0] for s in self.reading.sentences]
        return bool(asking) and all(starts[at] < len(self.title) for at in asking)


def title_before(post: Post) -> str:
    """A title is read before the text, unless the text repeats it."""
    title = post.title.strip()[:READ_CHARACTERS]
    return f"{title}\n" if title and title not in post.text else ""
