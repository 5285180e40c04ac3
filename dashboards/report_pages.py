"""The pages around the report: timeline, questions and answers, signals, the public page."""

from __future__ import annotations

from typing import Any

from dashboards import question_views
from dashboards import report_views as views
from dashboards.pages import _render

DECISIONS = {"act": "Handelen", "watch": "Volgen", "ignore": "Niets doen"}


def render_timeline(view: views.TimelineView) -> str:
    return _page("moments", view)


def render_answers(view: views.AnswersView) -> str:
    return _page("answers", view)


def render_questions(view: question_views.QuestionsView) -> str:
    return _page("questions", view)


def render_question(view: question_views.ClusterPageView) -> str:
    return _page("question", view)


def render_signals(view: views.SignalsView) -> str:
    return _page("alerts", view)


def render_public_answers(view: views.PublicAnswersView) -> str:
    return _page("public_answers", view)


def _page(name: str, view: Any) -> str:
    return _render(name, view, decisions=DECISIONS)
