"""Other engines beside ours: the same queries, on their common subset, over the same folded texts.

Common subset: words, words with a `*` at the end, phrases, AND, OR, NOT. Leaves outside it (`#tag`,
`@account`, `{Exact}`, other wildcards) are left out of the query for everyone.
"""

from __future__ import annotations

import importlib
import re
import sqlite3
from collections.abc import Iterator, Sequence
from typing import Any, Protocol

from query import CompiledQuery, ast
from query.text import tokenize


class Peer(Protocol):
    """An engine that holds texts and finds their numbers, from 0."""

    name: str

    def add(self, texts: Sequence[str]) -> None: ...

    def find(self, query: CompiledQuery) -> list[int]: ...

    def preview(self, query: CompiledQuery) -> tuple[int, list[int]]: ...

    def forget(self) -> None:
        """Drop what was compiled for earlier queries."""


class Forgetful:
    """An engine that keeps nothing between queries."""

    def forget(self) -> None:
        return None


def is_common(leaf: ast.Node) -> bool:
    match leaf:
        case ast.Word():
            return True
        case ast.Wildcard(pattern=pattern):
            return _is_common_word(pattern)
        case ast.Phrase(words=words, slop=0):
            return all("*" not in word and "?" not in word for word in words)
    return False


def _is_common_word(word: str) -> bool:
    return "?" not in word and "*" not in word[:-1] and len(word) > 1


def common(node: ast.Node) -> ast.Node | None:
    """The tree without what the others cannot say; None when nothing is left."""
    match node:
        case ast.And(parts=parts, without=without):
            good = [one for part in parts if (one := common(part)) is not None]
            bad = [one for part in without if (one := common(part)) is not None]
            return ast.And(tuple(good), tuple(bad)) if good else None
        case ast.Or(parts=parts):
            kept = [one for part in parts if (one := common(part)) is not None]
            return ast.Or(tuple(kept)) if kept else None
    return node if is_common(node) else None


def words_of(text: str) -> str:
    """A text as its folded words alone: no addresses, mentions or emoji."""
    return " ".join(token.key for token in tokenize(text) if token.kind in ("word", "hashtag"))


class Fts5(Forgetful):
    name = "SQLite FTS5"

    def __init__(self) -> None:
        self._base = sqlite3.connect(":memory:")
        self._base.execute(
            "create virtual table posts using fts5(body, tokenize=\"unicode61 tokenchars '_'\")"
        )

    def add(self, texts: Sequence[str]) -> None:
        rows = ((number, text) for number, text in enumerate(texts))
        self._base.executemany("insert into posts(rowid, body) values (?, ?)", rows)
        self._base.commit()

    def find(self, query: CompiledQuery) -> list[int]:
        found = self._base.execute(
            "select rowid from posts where posts match ?", [self._said(query.tree)]
        )
        return sorted(number for (number,) in found)

    def preview(self, query: CompiledQuery) -> tuple[int, list[int]]:
        said = [self._said(query.tree)]
        ((count,),) = self._base.execute("select count(*) from posts where posts match ?", said)
        newest = self._base.execute(
            "select rowid from posts where posts match ? order by rowid desc limit 50", said
        )
        return count, [number for (number,) in newest]

    def _said(self, node: ast.Node) -> str:
        match node:
            case ast.Word(text=text):
                return f'"{text}"'
            case ast.Wildcard(pattern=pattern):
                return f'"{pattern[:-1]}"*'
            case ast.Phrase(words=words):
                return '"' + " ".join(words) + '"'
            case ast.Or(parts=parts):
                return f"({' OR '.join(map(self._said, parts))})"
            case ast.And(parts=parts, without=without):
                good = f"({' AND '.join(map(self._said, parts))})"
                return f"({good}{''.join(f' NOT {self._said(part)}' for part in without)})"
        raise AssertionError(node)


class Tantivy:
    name = "tantivy"

    def __init__(self) -> None:
        self._module: Any = importlib.import_module("tantivy")
        builder = self._module.SchemaBuilder()
        builder.add_text_field(
            "body", stored=False, tokenizer_name="whitespace", index_option="position"
        )
        builder.add_unsigned_field("number", stored=False, indexed=False, fast=True)
        self._schema = builder.build()
        self._index = self._module.Index(self._schema)
        self._compiled: dict[ast.Node, Any] = {}

    def add(self, texts: Sequence[str]) -> None:
        writer = self._index.writer(heap_size=200_000_000, num_threads=1)
        for number, text in enumerate(texts):
            document = self._module.Document()
            document.add_text("body", text)
            document.add_unsigned("number", number)
            writer.add_document(document)
        writer.commit()
        writer.wait_merging_threads()
        self._index.reload()
        self._searcher = self._index.searcher()

    def find(self, query: CompiledQuery) -> list[int]:
        found = self._searcher.search(
            self._said(query.tree), limit=1_000_000, count=False, order_by_field="number"
        )
        return sorted(number for number, _ in found.hits)

    def preview(self, query: CompiledQuery) -> tuple[int, list[int]]:
        found = self._searcher.search(
            self._said(query.tree), limit=50, count=True, order_by_field="number"
        )
        return found.count, [number for number, _ in found.hits]

    def forget(self) -> None:
        self._compiled.clear()

    def _said(self, node: ast.Node) -> Any:
        """Each part is compiled once, so that queries share their topic group here too."""
        if node not in self._compiled:
            self._compiled[node] = self._compile(node)
        return self._compiled[node]

    def _compile(self, node: ast.Node) -> Any:
        kinds, query = self._module.Occur, self._module.Query
        match node:
            case ast.Word(text=text):
                return query.term_query(self._schema, "body", text, index_option="basic")
            case ast.Wildcard(pattern=pattern):
                return query.regex_query(self._schema, "body", f"{re.escape(pattern[:-1])}.*")
            case ast.Phrase(words=words):
                return query.phrase_query(self._schema, "body", list(words))
            case ast.Or(parts=parts):
                return query.boolean_query([(kinds.Should, self._said(part)) for part in parts])
            case ast.And(parts=parts, without=without):
                return query.boolean_query(
                    [(kinds.Must, self._said(part)) for part in parts]
                    + [(kinds.MustNot, self._said(part)) for part in without]
                )
        raise AssertionError(node)


class Postgres(Forgetful):
    """tsvector with a GIN index in a temporary table."""

    name = "PostgreSQL"

    def __init__(self, url: str) -> None:
        psycopg: Any = importlib.import_module("psycopg")
        self._base = psycopg.connect(url.replace("postgresql+psycopg", "postgresql"))
        self._base.execute("create temporary table posts (number int primary key, body tsvector)")

    def close(self) -> None:
        self._base.close()

    def add(self, texts: Sequence[str]) -> None:
        with self._base.cursor() as cursor:
            cursor.execute("create temporary table raw (number int, body text)")
            with cursor.copy("copy raw from stdin") as copy:
                for number, text in enumerate(texts):
                    copy.write_row((number, text))
            cursor.execute("insert into posts select number, to_tsvector('simple', body) from raw")
            cursor.execute("create index on posts using gin(body)")
            cursor.execute("analyze posts")

    def find(self, query: CompiledQuery) -> list[int]:
        said = [self._said(query.tree)]
        found = self._base.execute("select number from posts where body @@ %s::tsquery", said)
        return sorted(number for (number,) in found)

    def preview(self, query: CompiledQuery) -> tuple[int, list[int]]:
        said = [self._said(query.tree)]
        (count,) = self._base.execute(
            "select count(*) from posts where body @@ %s::tsquery", said
        ).fetchone()
        newest = self._base.execute(
            "select number from posts where body @@ %s::tsquery order by number desc limit 50", said
        )
        return count, [number for (number,) in newest]

    def _said(self, node: ast.Node) -> str:
        match node:
            case ast.Word(text=text):
                return f"'{text}'"
            case ast.Wildcard(pattern=pattern):
                return f"'{pattern[:-1]}':*"
            case ast.Phrase(words=words):
                return "(" + " <-> ".join(f"'{word}'" for word in words) + ")"
            case ast.Or(parts=parts):
                return f"({' | '.join(map(self._said, parts))})"
            case ast.And(parts=parts, without=without):
                taken = [f"!{self._said(part)}" for part in without]
                return f"({' & '.join([*map(self._said, parts), *taken])})"
        raise AssertionError(node)


class Regex(Forgetful):
    """stdlib `re` or google-re2: one pattern per group over each folded text."""

    def __init__(self, module: str) -> None:
        self.name = "google-re2" if module == "re2" else "stdlib re"
        self._module: Any = importlib.import_module(module)
        self._texts: Sequence[str] = ()

    def add(self, texts: Sequence[str]) -> None:
        self._texts = texts

    def find(self, query: CompiledQuery) -> list[int]:
        good, bad = self._compiled(query)
        return [
            number
            for number, text in enumerate(self._texts)
            if all(one.search(text) for one in good) and not any(one.search(text) for one in bad)
        ]

    def preview(self, query: CompiledQuery) -> tuple[int, list[int]]:
        found = self.find(query)
        return len(found), found[::-1][:50]

    def _compiled(self, query: CompiledQuery) -> tuple[list[Any], list[Any]]:
        tree = query.tree
        assert isinstance(tree, ast.And)
        good = [self._module.compile(_pattern(part)) for part in tree.parts]
        return good, [self._module.compile(_pattern(part)) for part in tree.without]


def _pattern(node: ast.Node) -> str:
    return rf"\b(?:{'|'.join(_alternatives(node))})"


def _alternatives(node: ast.Node) -> Iterator[str]:
    match node:
        case ast.Word(text=text):
            yield rf"{text}\b"
        case ast.Wildcard(pattern=pattern):
            yield pattern[:-1]
        case ast.Phrase(words=words):
            yield r"\W+".join(words) + r"\b"
        case ast.Or(parts=parts):
            for part in parts:
                yield from _alternatives(part)
