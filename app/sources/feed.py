"""RSS 0.9-2.0, RDF, Atom and JSON Feed, with WordPress comment feeds and autodiscovery."""

from __future__ import annotations

import time
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

from app.errors import SourceError, UnreadableFeed
from app.outbound import Outbound, Response
from app.records import Discovery, FeedCandidate, FetchResult, FetchState, Setting, Validators
from app.sources import discover
from app.sources.asking import Asker, longest
from app.sources.child import BUDGET_S, ParseChild
from app.sources.items import REPLY, identity_of, posts_of
from app.sources.paging import digest_of, marks_of, next_page, reaches
from app.sources.parse import MOST_ITEMS
from app.sources.protocol import NOTHING, Around, Asked, Rechecked
from app.sources.replies import refused_by, wait_asked
from app.sources.wordpress import Ask, WordPress, comment_of, is_comments, root_of

ACCEPT = (
    "application/feed+json, application/atom+xml, application/rss+xml, application/rdf+xml, "
    "application/json;q=0.9, application/xml;q=0.9, text/xml;q=0.8, */*;q=0.5"
)
#: A page may name ten feeds that each take half a minute: looking around ends after this.
LOOK_S = 60.0
#: Older pages are asked for no longer than this: the lease of the source ends after a minute.
WALK_S = 25.0
MOST_PAGES = 50
#: Pages of posts that are asked for again in one go, and what counts as gone.
MOST_RECHECKED, LEAST_MOVED = 40, 5
GONE = (404, 410)
SAMPLE = 5

#: An address and what was read there.
Feed = tuple[str, dict[str, Any]]


class FeedSource:
    """Asks a feed, conditionally; every outcome is a `FetchResult` with a reason."""

    title = "Feed (RSS, Atom of JSON Feed), ook reacties van WordPress"
    terms = "Openbaar aangeboden om gelezen te worden; robots.txt en wachttijden worden gevolgd."
    tried = (
        "Een echte WordPress (6.1, Debian), nginx en eigen servers op deze machine; nog niet tegen "
        "het echte web."
    )
    settings = (
        Setting("pages", "Hoeveel oudere bladzijden hooguit per keer", "number", default="10"),
        Setting("first_pages", "Hoeveel oudere bladzijden de eerste keer", "number", default="0"),
    )
    on = True

    def __init__(self, parse_budget_s: float = BUDGET_S) -> None:
        self._child = ParseChild(parse_budget_s)
        self._asker = Asker()
        self._wordpress = WordPress()

    def close(self) -> None:
        """End the process that reads feeds; it starts again when it is needed."""
        self._child.close()

    def fetch(self, state: FetchState, outbound: Outbound, now: datetime) -> FetchResult:
        """Ask with the validators of this URL; what comes back is parsed and read."""
        try:
            response = self._ask(state.address, outbound, now, _conditions(state))
            refused = refused_by(response, now)
            if refused is not None:
                return refused
            if response.status == 304:
                return self._unchanged(state, response, now)
            return self._read(state, response, outbound, now)
        except SourceError as error:
            wait = timedelta(days=1) if error.reason == "robots" else None
            return FetchResult(error.reason, detail=error.message, wait=wait)

    def _ask(
        self,
        address: str,
        outbound: Outbound,
        now: datetime,
        conditions: dict[str, dict[str, str]] | None = None,
    ) -> Response:
        return self._asker.get(address, outbound, now, {"accept": ACCEPT}, conditions)

    def _unchanged(self, state: FetchState, response: Response, now: datetime) -> FetchResult:
        return FetchResult(
            "not-modified",
            state=state,
            wait=longest(wait_asked(response, now), self._asker.delay(response.url)),
            moved_to=response.permanent_url,
        )

    def _read(
        self, state: FetchState, response: Response, outbound: Outbound, now: datetime
    ) -> FetchResult:
        digest = digest_of(response.body)
        if digest in (state.cursor or "").split() and not state.failures:
            return replace(self._unchanged(state, response, now), reason="ok", continuous=True)
        parsed = self._parsed(response)
        pages = [(response.url, parsed), *self._older(state, response, parsed, outbound, now)]
        identity = state.identity
        for url, page in pages:
            identity = identity_of(page["items"], url, identity)
        posts = tuple(
            post
            for url, page in pages
            for post in posts_of(page["items"], url, page["lang"], identity)
        )
        before = _marks(state)
        kept = replace(
            state,
            validators=_validators(response),
            identity=identity,
            cursor=marks_of(posts, before, digest),
        )
        return FetchResult(
            "ok" if posts else "empty",
            posts=posts,
            state=kept,
            wait=longest(
                wait_asked(response, now), _ttl(parsed["ttl"]), self._asker.delay(response.url)
            ),
            moved_to=response.permanent_url,
            detail=_too_many(parsed["total"]),
            continuous=bool(before) and reaches(posts, before),
        )

    def _older(
        self,
        state: FetchState,
        response: Response,
        parsed: dict[str, Any],
        outbound: Outbound,
        now: datetime,
    ) -> Iterator[Feed]:
        """Pages behind the first, until one shows a post of the last visit; the first time none,
        unless a person asked for them."""
        before = _marks(state)
        most = _number(state, "pages" if before else "first_pages")
        walk = (
            self._wordpress.older(self._door(outbound, now), response, parsed)
            if is_comments(parsed["items"]) and root_of(response) is not None
            else self._older_pages(response.url, parsed, outbound, now)
        )
        ends = time.monotonic() + WALK_S
        url = response.url
        for _ in range(most):
            posts = posts_of(parsed["items"], url, parsed["lang"], state.identity)
            if not posts or reaches(posts, before) or time.monotonic() > ends:
                return
            older = next(walk, None)
            if older is None:
                return
            url, parsed = older
            yield older

    def _older_pages(
        self, url: str, parsed: dict[str, Any], outbound: Outbound, now: datetime
    ) -> Iterator[Feed]:
        """The pages that a feed names, or has without naming them; each address once."""
        seen = {url}
        while (following := next_page(parsed, url)) is not None and following not in seen:
            seen.add(following)
            try:
                response = self._ask(following, outbound, now)
                if response.status != 200:
                    return  # behind the last page WordPress answers 404
                url, parsed = response.url, self._parsed(response)
            except SourceError:
                return
            yield url, parsed

    def _parsed(self, response: Response) -> dict[str, Any]:
        kind = response.header("content-type") or ""
        parsed = self._child.parse(response.body, response.url, kind)
        if parsed["kind"] != "feed":
            what = "maar een webpagina" if parsed["kind"] == "html" else "die wij kunnen lezen"
            raise UnreadableFeed(f"Op dit adres staat geen feed {what}.", reason="not-a-feed")
        return parsed

    def recheck(
        self, state: FetchState, posts: Sequence[Asked], outbound: Outbound, now: datetime
    ) -> Rechecked:
        """Ask for the pages of posts: 404 and 410 are deletions. Comments share their page: those of
        WordPress are asked for by number, others not at all. When most are gone at once the site
        moved, and nothing is deleted."""
        ends = time.monotonic() + LOOK_S
        comments = [post for post in posts if comment_of(post.canonical_id) and post.url]
        told = {post.post_key for post in comments}
        pages = [post for post in posts if post.post_key not in told]
        of_pages = self._pages_gone(pages, outbound, now, ends)
        of_comments = self._wordpress.gone(self._door(outbound, now), comments, ends)
        return Rechecked(
            "ok" if of_pages.reason == of_comments.reason == "ok" else "not-found",
            gone=of_pages.gone + of_comments.gone,
            answered=of_pages.answered + of_comments.answered,
        )

    def _pages_gone(
        self, posts: Sequence[Asked], outbound: Outbound, now: datetime, ends: float
    ) -> Rechecked:
        gone: list[str] = []
        answered: list[str] = []
        pages: dict[str, int] = {}
        for post in posts:
            if time.monotonic() > ends:
                break
            if post.url is None or REPLY.search(post.canonical_id):
                answered.append(post.post_key)
                continue
            try:
                if post.url not in pages:
                    if len(pages) >= MOST_RECHECKED:
                        break
                    pages[post.url] = self._ask(post.url, outbound, now).status
            except SourceError:
                continue  # not answered: it is asked the next time
            answered.append(post.post_key)
            if pages[post.url] in GONE:
                gone.append(post.post_key)
        if len(gone) > LEAST_MOVED and 2 * sum(s in GONE for s in pages.values()) > len(pages):
            return Rechecked("not-found", answered=tuple(answered))
        return Rechecked("ok", gone=tuple(gone), answered=tuple(answered))

    def thread(
        self, state: FetchState, post: Asked, outbound: Outbound, now: datetime
    ) -> tuple[Around, ...]:
        """The article and the comments around a comment on WordPress; nothing elsewhere."""
        return self._wordpress.around(self._door(outbound, now), post)

    def _door(self, outbound: Outbound, now: datetime) -> Ask:
        return lambda url: self._ask(url, outbound, now)

    def discover(
        self, address: str, outbound: Outbound, now: datetime, settings: Mapping[str, str] = NOTHING
    ) -> Discovery:
        """The feed at this address, or the feeds its page names, each asked once."""
        try:
            response = self._ask(address, outbound, now)
            refused = refused_by(response, now)
            if refused is not None:
                return Discovery(refused.reason, detail=refused.detail)
            kind = response.header("content-type") or ""
            parsed = self._child.parse(response.body, response.url, kind)
        except SourceError as error:
            return Discovery(error.reason, detail=error.message)
        if parsed["kind"] == "feed":
            return _found([(response.permanent_url or address, parsed)])
        return self._look_around(parsed.get("links", []), response.url, outbound, now)

    def _look_around(
        self, named: list[str], page: str, outbound: Outbound, now: datetime
    ) -> Discovery:
        if named:
            feeds = list(self._answering(named, outbound, now))
        else:
            first = next(self._answering(discover.usual_places(page), outbound, now), None)
            feeds = [first] if first else []
        if not feeds:
            return Discovery(
                "not-a-feed",
                detail="Op deze pagina is geen leesbare feed gevonden. "
                "Zoek op de site naar een link met RSS of feed en vul die in.",
            )
        return _found(feeds)

    def _answering(
        self, addresses: Iterable[str], outbound: Outbound, now: datetime
    ) -> Iterator[Feed]:
        """Those of the addresses where a feed is, each place once however many ways lead there."""
        ends = time.monotonic() + LOOK_S
        seen: set[str] = set()
        for address in addresses:
            if time.monotonic() > ends:
                return
            try:
                response = self._ask(address, outbound, now)
                if response.status != 200 or response.url in seen:
                    continue
                seen.add(response.url)
                parsed = self._parsed(response)
            except SourceError:
                continue  # a page may name a feed that is no more; the others still count
            yield response.permanent_url or address, parsed


def _found(feeds: list[Feed]) -> Discovery:
    candidates = tuple(
        FeedCandidate(address, parsed["title"], "feed", parsed["total"])
        for address, parsed in feeds
    )
    address, parsed = feeds[0]
    sample = posts_of(parsed["items"], address, parsed["lang"])
    return Discovery("ok" if sample else "empty", candidates, sample[:SAMPLE])


def _conditions(state: FetchState) -> dict[str, dict[str, str]]:
    """Validators go back verbatim, each only to the URL that gave them."""
    headers: dict[str, dict[str, str]] = {}
    for url, known in state.validators.items():
        pairs = (("if-none-match", known.etag), ("if-modified-since", known.last_modified))
        headers[url] = {name: value for name, value in pairs if value}
    return headers


def _marks(state: FetchState) -> frozenset[str]:
    return frozenset(part for part in (state.cursor or "").split() if part[0] != "=")


def _number(state: FetchState, name: str) -> int:
    given = state.settings.get(name) or ("10" if name == "pages" else "0")
    return min(int(given), MOST_PAGES) if given.isascii() and given.isdigit() else 0


def _validators(response: Response) -> dict[str, Validators]:
    """Those of the page that answered, under its URL; nothing is kept of an older route."""
    etag, modified = response.header("etag"), response.header("last-modified")
    return {response.url: Validators(etag, modified)} if etag or modified else {}


def _ttl(minutes: str | None) -> timedelta | None:
    text = (minutes or "").strip()
    is_number = text.isascii() and text.isdigit()
    return timedelta(minutes=min(int(text), 1440)) if is_number else None


def _too_many(total: int) -> str:
    if total <= MOST_ITEMS:
        return ""
    return f"De feed heeft {total} berichten; alleen de eerste {MOST_ITEMS} zijn gelezen."
