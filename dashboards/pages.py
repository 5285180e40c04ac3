"""One function per page: a view in, a whole HTML document out. Autoescape is on, always.

StrictUndefined makes a template that names something absent fail loudly in the tests instead of
printing nothing on the page of a municipality.
"""

from __future__ import annotations

from functools import cache
from typing import Any
from urllib.parse import urlencode, urlsplit

from jinja2 import Environment, PackageLoader, StrictUndefined

from dashboards import (
    admin_views,
    behind_words,
    figures,
    highlight,
    import_views,
    labelling_views,
    numbers,
    paths,
    query_views,
    views,
    wording,
)
from dashboards.assets import PLOTLY, PLOTLY_STYLE, asset_url, plotly_guards
from dashboards.paths import posts as posts_path

#: The choice of the label filter that stands for "threat candidates nobody judged yet".
THREATS = "dreiging"

#: The one order in which filters stand in the address bar.
FILTER_NAMES = {
    "label": "label",
    "subLabel": "sub_label",
    "source": "source",
    "group": "group",
    "accountList": "account_list",
    "locality": "locality",
    "status": "status",
    "workState": "work_state",
    "owner": "owner",
    "urgency": "urgency",
    "sentiment": "sentiment",
    "theme": "theme",
    "question": "question",
    "withoutOwn": "without_own",
    "given": "given",
    "order": "order",
    "text": "text",
    "from": "from_date",
    "to": "to_date",
    "edition": "edition",
    "behind": "behind",
}


def render_sign_in(view: views.SignInView) -> str:
    return _render("sign_in", view)


def render_overview(view: views.OverviewView) -> str:
    return _render("overview", view)


def render_report(view: views.ReportView) -> str:
    """The report of the day; a view without a document says that there is no report."""
    charts = figures.charts(view.document) if view.document is not None else []
    return _render("report", view, charts=charts)


def render_posts(view: views.PostsView) -> str:
    query = filter_query(view.filters)
    slug = view.frame.dossier_slug or ""
    more = posts_path(slug, {**query, "cursor": view.next_cursor}) if view.next_cursor else ""
    return _render(
        "posts",
        view,
        choices=_choices(view),
        filtered=bool(query),
        behind=behind_words.told(view.filters.behind) if view.filters.behind else "",
        next_url=more,
        first_url=posts_path(slug, query),
        bare_url=posts_path(slug),
        export_query=_export_query(query),
        return_path=view.return_path or posts_path(slug, {**query, "cursor": view.cursor}),
    )


def render_post(view: views.PostPageView) -> str:
    """One post with everything around it; its forms come back to this page."""
    slug = view.frame.dossier_slug or ""
    address = paths.post(slug, view.post.post_key)
    return _render("post", view, return_path=address, bare_url=posts_path(slug))


def render_inbox(view: views.InboxView) -> str:
    query = filter_query(view.filters)
    more = paths.inbox({**query, "cursor": view.next_cursor}) if view.next_cursor else ""
    return _render("inbox", view, next_url=more, filtered=bool(query))


def render_labelling(view: labelling_views.LabellingView) -> str:
    return _render("labelling", view)


def render_model(view: labelling_views.ModelView) -> str:
    return _render("model", view)


def render_open(view: views.OpenView) -> str:
    """The step between the audit line and the source; only http and https become a link."""
    link = view.address if view.address and is_web_address(view.address) else ""
    return _render("open", view, link=link)


def render_sources(view: views.SourcesView) -> str:
    return _render("sources", view)


def render_imports(view: import_views.ImportsView) -> str:
    return _render("imports", view)


def render_query(view: query_views.QueryView) -> str:
    return _render("query", view)


def render_query_edit(view: query_views.QueryEditView) -> str:
    """The editor; the faults are marked in a copy of the text, so that no script is needed."""
    faults = [views.Mark(p.offset, p.offset + max(p.length, 1), p.message) for p in view.problems]
    return _render("query_edit", view, faults=faults)


def render_query_diff(view: query_views.QueryDiffView) -> str:
    return _render("query_diff", view)


def render_probe(view: query_views.ProbeView) -> str:
    return _render("probe", view)


def render_account_lists(view: admin_views.AccountListsView) -> str:
    return _render("account_lists", view)


def render_admin(name: str, view: admin_views.AdminView) -> str:
    """A page of the administration by the name of its template."""
    return _render(name, view)


def render_error(view: views.ErrorView) -> str:
    return _render("error", view)


def filter_query(filters: views.PostFilter) -> dict[str, str]:
    """The filters that are set, under their names in the address bar, in a fixed order."""
    found = {name: str(getattr(filters, field)) for name, field in FILTER_NAMES.items()}
    return {name: value for name, value in found.items() if value}


def is_web_address(address: str) -> bool:
    """True for an http or https address with a host; anything else never becomes a link."""
    try:
        parts = urlsplit(address)
    except ValueError:
        return False
    spaced = any(ord(character) <= 0x20 for character in address)
    return parts.scheme in {"http", "https"} and bool(parts.netloc) and not spaced


def _export_query(query: dict[str, str]) -> str:
    """The filters of the page as the API's export takes them, ready to be followed by more."""
    kept = {name: value for name, value in query.items() if name != "order"}
    if kept.get("label") == THREATS:
        kept = {**kept, "label": "", "threatCandidate": "true"}
    text = urlencode({name: value for name, value in kept.items() if value})
    return f"{text}&" if text else ""


def _choices(view: views.PostsView) -> dict[str, list[tuple[str, str]]]:
    """(value, words with their number) for every list of the filter form."""
    codes = [(code, f"{code} {words}") for code, words in wording.options("sub_label")]
    codes = _counted(view, "subLabel", codes)
    waiting = view.facets.get("threatCandidate", {}).get("true")
    many = f" ({numbers.number(waiting)})" if waiting is not None else ""
    threats = (THREATS, f"Mogelijke dreiging, nog te beoordelen{many}")
    owners = [("me", "Bij mij"), ("nobody", "Bij niemand")]
    return {
        "label": [*_counted(view, "label", wording.options("label")), threats],
        "sub_label": codes,
        "status": _counted(view, "status", wording.options("status")),
        "work_state": _counted(view, "workState", wording.options("work_state")),
        "owner": [*owners, *_counted(view, "owner", [(c.value, c.title) for c in view.colleagues])],
        "urgency": _counted(view, "urgency", wording.options("urgency")),
        "sentiment": _counted(view, "sentiment", wording.options("sentiment")),
        "theme": _counted(view, "theme", wording.options("theme")),
        "locality": _counted(view, "locality", wording.options("locality")),
        "group": _counted(view, "group", wording.options("group")),
        "source": _counted(view, "source", [(c.value, c.title) for c in view.sources]),
        "account_list": _listed(view.account_lists),
        "order": [("urgency", "Dringendste eerst")],
    }


def _counted(
    view: views.PostsView, facet: str, rows: list[tuple[str, str]]
) -> list[tuple[str, str]]:
    """Choices with how many posts they leave; without facets the bare words."""
    counts = view.facets.get(facet)
    if counts is None:
        return rows
    return [(value, f"{words} ({numbers.number(counts.get(value, 0))})") for value, words in rows]


def _listed(choices: tuple[views.Choice, ...]) -> list[tuple[str, str]]:
    return [
        (
            choice.value,
            choice.title if choice.count is None else f"{choice.title} ({choice.count})",
        )
        for choice in choices
    ]


def _render(name: str, view: object, **more: Any) -> str:
    template = _environment().get_template(f"{name}.html.j2")
    return template.render(view=view, frame=getattr(view, "frame"), **more)  # noqa: B009


@cache
def _environment() -> Environment:
    environment = Environment(
        loader=PackageLoader("dashboards"),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    environment.globals.update(
        asset=asset_url,
        paths=paths,
        plotly_script=PLOTLY,
        plotly_style=PLOTLY_STYLE,
        plotly_guards=plotly_guards,
        pieces=highlight.pieces,
        title=wording.title,
        options=wording.options,
        because=wording.because,
        sub_labels_by_label=wording.sub_labels_by_label,
        words=wording,
        change=numbers.change,
        page_path=_page_path,
        choice_rows=_listed,
        sub_label_codes=tuple(code for code, _ in wording.options("sub_label")),
    )
    environment.filters.update(
        flat=highlight.flat,
        number=numbers.number,
        instant=numbers.instant,
        short_instant=numbers.short_instant,
        full_day=numbers.full_day,
        short_day=numbers.short_day,
        machine=numbers.machine,
        lasting=numbers.lasting,
        listed=numbers.listed,
        some=numbers.some,
    )
    return environment


def _page_path(slug: str, page: str) -> str:
    parts = {"report": "reports", "account-lists": "account-lists"}
    return paths.dossier(slug, parts.get(page, page))
