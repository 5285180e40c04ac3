"""The errors of the analysis house. Their messages are Dutch and meant for the person at the edge.

AnalysisError
├── UnknownLabeller    no labeller of this name is installed
└── ModelUnavailable   a labeller is known, but what it needs to judge is missing or broken
"""

from __future__ import annotations


class AnalysisError(Exception):
    """Base of the family: `code` is stable English, the message is Dutch."""

    code = "analysis"

    def __init__(self, message: str, **facts: object) -> None:
        super().__init__(message)
        self.message = message
        self.facts = facts


class UnknownLabeller(AnalysisError):
    code = "unknown-labeller"


class ModelUnavailable(AnalysisError):
    code = "model-unavailable"
