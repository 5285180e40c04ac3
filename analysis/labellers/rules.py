"""The rule labeller: reads a post, lets the reviewed rules speak, and decides in the guide's order."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from functools import cached_property
from typing import cast

from analysis import language, scheme
from analysis.labellers import axes, relevance
from analysis.labellers.case import Case
from analysis.labellers.explaining import explain
from analysis.labellers.judging import Judged
from analysis.labellers.knowledge import Knowledge, knowledge, model_hash
from analysis.labellers.reading import read
from analysis.pipeline import READ_CHARACTERS
from analysis.records import Labelled, Post, SentimentLabel

DECIMALS = 4
THREAT = 0.5
DOUBT_MARGIN = 0.12
INHERITED = 0.6
AGREEMENT_WORDS = 5


class RulesLabeller:
    """Labels by hand-written rules; needs no training, no network and no state.

    The same text gives the same output whatever the batch. Building the pipeline takes about a
    second and happens at the first `label`, never at import.
    """

    name = "rules"
    guide = scheme.GUIDE

    @cached_property
    def model(self) -> str:
        """SHA-256 over the asset files and the version of the rules."""
        return model_hash()

    def label(self, posts: Sequence[Post]) -> list[Labelled]:
        """One judgement per post, in order. Raises ModelUnavailable when an asset is broken."""
        known = knowledge()
        with known.pipeline.batch():
            return [_label(post, known) for post in posts]


def _label(post: Post, known: Knowledge) -> Labelled:
    if not language.is_judged(f"{post.title} {post.text}", post.lang):
        return Labelled(status="niet-beoordeeld")
    if relevance.is_echo(post):
        return echo(post, known)
    return _Case(post, known).labelled()


def echo(post: Post, known: Knowledge) -> Labelled:
    """A bare share is reach, not opinion: nothing of it counts as the sender's (guide D11)."""
    reading = read(known.pipeline.read(post.text), known.words)
    return Labelled(
        status="echo",
        stance="neutraal",
        purpose="informeren",
        terms_used=axes.terms_of(reading, known),
        reception_form=axes.reception_form_of(reading, known),
    )


class _Case(Case):
    """One post on its way through the rules D0-D23."""

    def labelled(self) -> Labelled:
        if relevance.is_noise(self.reading, "P" in self.sure):
            return self._without_label("ruis")
        if self.post.own or self.post.group in relevance.OWN_GROUPS or self._is_headline():
            return self._without_label("geen")
        agreed = self._agreement()
        if agreed is not None:
            return agreed
        if not self.judged.sub_labels:
            return self._without_label("geen")
        return self._with_labels()

    def _is_headline(self) -> bool:
        return relevance.is_headline(
            self.post,
            self.reading,
            self.sure,
            max(self.judged.labels.values()),
            max((abs(one.weight) for one in self.felt), default=0.0),
            self.questions.any_real,
        )

    def _agreement(self) -> Labelled | None:
        """ "Eens" says what its parent says, with less certainty (guide D11)."""
        words = [word for word in self.reading.words if word.strip(".!?,… ")]
        if not self.post.parent or len(words) > AGREEMENT_WORDS or not self.text:
            return None
        if "agree" not in self.reading.classes or "disagree" in self.reading.classes:
            return None
        parent = _label(Post(text=self.post.parent, places=self.post.places), self.known)
        sub_labels = tuple(code for code in parent.sub_labels if code[0] == "B")
        if not sub_labels:
            return None
        return replace(
            parent,
            labels=scheme.labels_of(sub_labels),
            sub_labels=sub_labels,
            primary=scheme.primary_of(scheme.labels_of(sub_labels)),
            probabilities=_rounded(
                {label: p * INHERITED for label, p in parent.probabilities.items()}
            ),
            is_question=False,
            theme=None,
            threat=False,
            threat_probability=0.0,
            emotion=(),
            urgency="l",
            doubt=True,
            explanation=explain(
                self.text, len(self.title), self.reading, self.fired, ("P", "B2"), self.known
            ),
        )

    def _without_label(self, status: str) -> Labelled:
        nothing = Judged((), {}, {})
        score = axes.sentiment_of(self.reading, nothing, self.felt, self.questions, False)
        off = status == "ruis"
        return Labelled(
            status="ruis" if off else "geen",
            probabilities=_rounded(self.judged.labels),
            sentiment=round(score, DECIMALS) + 0.0,
            sentiment_label=cast(SentimentLabel, axes.sentiment_class(score)),
            stance="neutraal",
            purpose=None if off else "informeren",
            is_question=self.questions.any_real,
            theme=self.theme,
            terms_used=axes.terms_of(self.reading, self.known),
            reception_form=axes.reception_form_of(self.reading, self.known),
            explanation=explain(
                self.text, len(self.title), self.reading, self.fired, ("N",), self.known
            ),
        )

    def _with_labels(self) -> Labelled:
        threat_probability = self._threat_probability()
        threat = threat_probability >= THREAT
        judged = self._with_threat(threat)
        labels = scheme.labels_of(judged.sub_labels)
        score = axes.sentiment_of(self.reading, judged, self.felt, self.questions, self.irony)
        mobilises = self.sure.get("M", 0.0)
        return Labelled(
            status="gelabeld",
            labels=labels,
            sub_labels=judged.sub_labels,
            primary=scheme.primary_of(labels),
            probabilities=_rounded(judged.labels),
            sentiment=round(score, DECIMALS) + 0.0,
            sentiment_label=cast(SentimentLabel, axes.sentiment_class(score)),
            stance=axes.stance_of(self.reading, judged, score),
            emotion=axes.emotions_of(self.reading, judged, self.felt, self.irony),
            target=axes.target_of(self.reading, judged, self.questions),
            purpose=axes.purpose_of(judged, mobilises),
            is_question=self.questions.any_real,
            theme=self.theme,
            threat=threat,
            threat_probability=round(threat_probability, DECIMALS),
            urgency=axes.urgency_of(self.reading, judged, threat, mobilises),
            irony=self.irony,
            terms_used=axes.terms_of(self.reading, self.known),
            reception_form=axes.reception_form_of(self.reading, self.known),
            doubt=_in_doubt(judged, self.text),
            explanation=explain(
                self.text,
                len(self.title),
                self.reading,
                self.fired,
                (*judged.sub_labels, "Q" if self.questions.any_real else "", "T" if threat else ""),
                self.known,
            ),
        )

    def _threat_probability(self) -> float:
        """Violence, arson, intimidation, a crowd at a home or doxing, by the author (guide D19)."""
        return max(self.sure.get("T", 0.0), 0.9 * self.judged.codes.get("S3", 0.0))

    def _with_threat(self, threat: bool) -> Judged:
        """A threat candidate always carries conduct: S3 at a person, S6 at a group, else S2."""
        judged = self.judged
        if not threat or judged.has("S2", "S3", "S6"):
            return judged
        here = self.reading.classes
        code = "S6" if "group" in here and "office" not in here else "S3"
        sure = self._threat_probability()
        present = {*judged.sub_labels, code}
        return Judged(
            tuple(known for known in scheme.SUB_LABELS if known in present),
            {**judged.codes, code: sure},
            {**judged.labels, scheme.label_of(code): sure},
        )


def _in_doubt(judged: Judged, text: str) -> bool:
    close = any(abs(p - 0.5) <= DOUBT_MARGIN for p in judged.labels.values())
    return close or len(text) > READ_CHARACTERS


def _rounded(probabilities: dict[str, float]) -> dict[str, float]:
    return {label: round(p, DECIMALS) for label, p in probabilities.items()}
