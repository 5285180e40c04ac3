"""Text in, verdict out: the query language of the handreiking and its matcher.

Pure: no database, network, clock or environment.
"""

from __future__ import annotations

from query.compiling import Check, canonical, check, compile_query, fill, parse
from query.document import Document
from query.errors import (
    MissingPlaceholderValue,
    Problem,
    QueryError,
    QuerySyntaxError,
    QueryTooLarge,
    UnknownPlaceholder,
    UnknownTemplate,
)
from query.matcher import CompiledQuery, LeafSpan, Verdict
from query.prepared import Prepared, prepare

__all__ = [
    "Check",
    "CompiledQuery",
    "Document",
    "LeafSpan",
    "MissingPlaceholderValue",
    "Prepared",
    "Problem",
    "QueryError",
    "QuerySyntaxError",
    "QueryTooLarge",
    "UnknownPlaceholder",
    "UnknownTemplate",
    "Verdict",
    "canonical",
    "check",
    "compile_query",
    "fill",
    "parse",
    "prepare",
]
