"""The addresses of the pages and the field names of their forms: one list for links and routes.

| form | method and path | fields |
|---|---|---|
| sign in | POST `/sign-in` | `csrf username password next` |
| sign out | POST `/sign-out` | `csrf` |
| interpretation | POST `/dossiers/{slug}/reports/{date}/interpretation` | `csrf version edition text core` |
| approve | POST `/dossiers/{slug}/reports/{date}/approval` | `csrf version edition` |
| note what police or COA know | POST `/dossiers/{slug}/reports/{date}/statements` | `csrf subject origin text` |
| take it back | POST `/dossiers/{slug}/reports/{date}/statements/{id}/withdrawal` | `csrf` |
| correct a sealed report | POST `/dossiers/{slug}/reports/{date}/correction` | `csrf reason` |
| correct a label | POST `/dossiers/{slug}/posts/{post_key}/labels` | `csrf version status sub_label* confirmed note return` |
| take a label back | POST `/dossiers/{slug}/posts/{post_key}/labels/{id}/undo` | `csrf return` |
| label from the queue | POST `/dossiers/{slug}/labelling/{post_key}` | `csrf version verdict sub_label* blind` |
| open at source | POST `/dossiers/{slug}/posts/{post_key}/open` | `csrf return` |
| | answers with the page of `OpenView` (a redirect to another site is refused by the browser) | |
| add a recipient | POST `/dossiers/{slug}/delivery/recipients` | `csrf notifier address note` |
| end it | POST `/dossiers/{slug}/delivery/recipients/{id}/end` | `csrf` |
| make a feed | POST `/dossiers/{slug}/delivery/feeds` | `csrf note` |
| withdraw it | POST `/dossiers/{slug}/delivery/feeds/{id}/withdrawal` | `csrf` |
| edit a query | POST `/dossiers/{slug}/query/edit` | `csrf text note base value:<name>* do` (do: try, fix:<n>, save) |
| switch a version | POST `/dossiers/{slug}/query/{number}/activation` | `csrf reason` |
| agree with a version | POST `/dossiers/{slug}/query/{number}/approval` | `csrf` |
| start a probe | POST `/dossiers/{slug}/query/{number}/probes` | `csrf` |
| judge | POST `/dossiers/{slug}/probes/{id}` | `csrf post_key verdict` |
| work on posts | POST `/dossiers/{slug}/post-acts` | `csrf posts* (key:version) state owner priority answer invite note return` |
| undo | POST `/dossiers/{slug}/post-acts/{batch}/undo` | `csrf return` |
| judge a threat | POST `/dossiers/{slug}/posts/{post_key}/judgement` | `csrf version verdict reason return` |
| hand a threat over | POST `/dossiers/{slug}/posts/{post_key}/hand-overs` | `csrf recipient reference note return` |
| note a question that was heard | POST `/dossiers/{slug}/desk-questions` | `csrf question where day clock return` |
| look at a file, take it in | POST `/dossiers/{slug}/imports` | `csrf file ticket profile map:<field>* skip do` (do: look, keep) |
| take an import back | POST `/dossiers/{slug}/imports/{id}/undo` | `csrf` |
| put questions together | POST `/dossiers/{slug}/questions` | `csrf cluster* (name:version)` |
| put a question into words | POST `/dossiers/{slug}/questions/{name}` | `csrf version paraphrase theme` |
| take questions out | POST `/dossiers/{slug}/questions/{name}/split` | `csrf version posts*` |
| make a theme of a word | POST `/dossiers/{slug}/questions/themes` | `csrf word title` |
| save a view | POST `/dossiers/{slug}/views` | `csrf name team query` |
| forget a view | POST `/dossiers/{slug}/views/{id}` | `csrf` |
| every dossier at once | GET `/inbox` | the filters of posts, but `source` and `accountList` |
| filter posts | GET `/dossiers/{slug}/posts` | `label subLabel source group accountList locality status text from to edition behind cursor` |
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from urllib.parse import quote, urlencode

OVERVIEW = "/"
SIGN_IN = "/sign-in"
SIGN_OUT = "/sign-out"
ACCOUNT = "/password"
NOTICES = "/password/notices"
INBOX = "/inbox"
STATIC = "/static/"


def dossier(slug: str, part: str = "") -> str:
    """The address of a dossier, or of one of its parts ("posts", "sources", "query", …)."""
    base = f"/dossiers/{quote(slug, safe='')}"
    return f"{base}/{part}" if part else base


def report(slug: str, day: date | str) -> str:
    return dossier(slug, f"reports/{quote(str(day), safe='')}")


def interpretation(slug: str, day: date | str) -> str:
    return report(slug, day) + "/interpretation"


def edition(slug: str, day: date | str, number: int) -> str:
    return report(slug, day) + f"?edition={number}"


def statements(slug: str, day: date | str) -> str:
    return report(slug, day) + "/statements"


def correction(slug: str, day: date | str) -> str:
    return report(slug, day) + "/correction"


def report_feed(secret: str) -> str:
    return f"/feeds/{quote(secret, safe='')}/reports.atom"


def public_answers(slug: str, form: str = "") -> str:
    """The public page of answers; `form` is "", "json" or "atom"."""
    return f"/public/{quote(slug, safe='')}/answers" + (f".{form}" if form else "")


def approval(slug: str, day: date | str) -> str:
    return report(slug, day) + "/approval"


def filtered(slug: str, part: str, query: Mapping[str, str]) -> str:
    """The address of a part of a dossier under filters; empty values are left out."""
    kept = {name: value for name, value in query.items() if value}
    return dossier(slug, part) + (f"?{urlencode(kept)}" if kept else "")


def labelling(slug: str, post_key: str = "") -> str:
    """The page that asks for labels, or the address of its form for one post."""
    return dossier(slug, "labelling" + (f"/{quote(post_key, safe='')}" if post_key else ""))


def model(slug: str) -> str:
    """The page with the model card."""
    return dossier(slug, "model")


def posts(slug: str, query: Mapping[str, str] | None = None) -> str:
    """The list of posts; empty values of `query` are left out of the address."""
    kept = {name: value for name, value in (query or {}).items() if value}
    return dossier(slug, "posts") + (f"?{urlencode(kept)}" if kept else "")


def behind(slug: str, day: date | str, edition: int, name: str) -> str:
    """The posts behind a number of an edition; names as in `analysis.behind`."""
    return posts(slug, {"edition": f"{day}.{edition}", "behind": name})


def question(slug: str, name: str) -> str:
    """The page of one cluster of questions, and the address of its form."""
    return dossier(slug, f"questions/{quote(name, safe='')}")


def query_edit(slug: str, base: int | None = None) -> str:
    """The editor, starting from a version."""
    return dossier(slug, "query/edit") + (f"?base={base}" if base else "")


def query_diff(slug: str, old: int, new: int) -> str:
    return dossier(slug, f"query/diff?old={old}&new={new}")


def query_act(slug: str, number: int, act: str) -> str:
    """`act` is activation, approval or probes."""
    return dossier(slug, f"query/{number}/{act}")


def probe(slug: str, probe_id: int) -> str:
    return dossier(slug, f"probes/{probe_id}")


def inbox(query: Mapping[str, str] | None = None) -> str:
    """The inbox over all dossiers; empty values of `query` are left out of the address."""
    kept = {name: value for name, value in (query or {}).items() if value}
    return INBOX + (f"?{urlencode(kept)}" if kept else "")


def post(slug: str, post_key: str) -> str:
    """The page of one post."""
    return dossier(slug, f"posts/{quote(post_key, safe='')}")


def label_undo(slug: str, post_key: str, annotation: int) -> str:
    return labels(slug, post_key) + f"/{annotation}/undo"


def act_undo(slug: str, batch: str) -> str:
    return dossier(slug, f"post-acts/{quote(batch, safe='')}/undo")


def labels(slug: str, post_key: str) -> str:
    return dossier(slug, f"posts/{quote(post_key, safe='')}/labels")


def opening(slug: str, post_key: str) -> str:
    return dossier(slug, f"posts/{quote(post_key, safe='')}/open")
