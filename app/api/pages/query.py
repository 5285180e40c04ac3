"""The analyst's pages: the active query, the editor, two versions compared (handreiking 8.2)."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Annotated, Any

from fastapi import APIRouter, Depends, Form, Path, Query, Request
from fastapi.responses import RedirectResponse, Response

from app.api.dependencies import Desk, auditing, reading, writing
from app.api.pages.framing import Csrf, desk_frame, page, prove
from app.api.routes.queries import version_of
from app.services import activation, probing, tuning, versions
from app.services.access import Permission
from app.services.terms import merged, set_values
from app.storage import dossiers as dossier_rows
from app.storage import sources as source_rows
from app.storage import tuning as rows
from app.storage.models import QueryVersion
from dashboards import pages, paths, query_views, views
from query import Check, check, compile_query
from query.advice import Advice
from query.errors import Problem

router = APIRouter(include_in_schema=False)
VALUE = "value:"
Number = Annotated[int, Path(ge=1, le=2**31 - 1)]
#: Advice that the tables of the trial tell better, or that is about searching at the source.
QUIET = frozenset({"removed", "source-search", "never-hits"})
SAVED = {
    "versie": "De versie is opgeslagen. Zij vindt iets zodra u haar in gebruik neemt.",
    "actief": "De versie is in gebruik.",
    "wacht": "Deze versie noemt een persoon of account. Een tweede persoon moet instemmen.",
}


async def form_fields(request: Request) -> dict[str, list[str]]:
    """Every field of the form by name; the fields of placeholders have names of their own."""
    form = await request.form()
    found: dict[str, list[str]] = {}
    for name, value in form.multi_items():
        if isinstance(value, str):
            found.setdefault(name, []).append(value)
    return found


@router.get("/dossiers/{slug}/query")
def query_page(
    desk: Annotated[Desk, reading(Permission.QUERIES_READ)],
    saved: Annotated[str, Query(max_length=20)] = "",
) -> Response:
    frame = desk_frame(desk, "query", SAVED.get(saved, ""))
    active = dossier_rows.active_version(desk.session, desk.scope.dossier)
    there = dossier_rows.versions(desk.session, desk.scope.dossier.id)
    shown = active or (there[-1] if there else None)
    if shown is None:
        return page(pages.render_query(query_views.QueryView(frame)))
    found = check(shown.text, shown.terms)
    notice = tuning.template_notice(active)
    waiting = {
        row.query_version_id
        for row, _ in rows.activations(desk.session, desk.scope.dossier.id)
        if row.activated_at is None
    }
    view = query_views.QueryView(
        frame=frame,
        text=shown.text,
        canonical=shown.canonical,
        number=shown.number,
        version_hash=shown.digest,
        placeholders=_placeholders(found, shown.terms),
        problems=tuple(_problems(shown.text, found)),
        versions=tuple(
            query_views.QueryVersionView(
                row.number, row.created_at, row.author, row.note,
                active is not None and row.id == active.id, row.id in waiting,
            )
            for row in reversed(there)
        ),
        may_write=desk.scope.may(Permission.QUERIES_WRITE),
        may_agree=desk.scope.may(Permission.APPROVE),
        newer=tuple(change["note"] for change in notice["changes"]) if notice else (),
    )  # fmt: skip
    return page(pages.render_query(view))


@router.get("/dossiers/{slug}/query/edit")
def edit_page(
    desk: Annotated[Desk, reading(Permission.QUERIES_WRITE)],
    base: Annotated[int | None, Query(ge=1, le=2**31 - 1)] = None,
) -> Response:
    row = version_of(desk, base) if base else dossier_rows.active_version(
        desk.session, desk.scope.dossier
    )  # fmt: skip
    text = row.text if row is not None else ""
    values = dossier_rows.terms(desk.session, desk.scope.dossier.id)
    return page(pages.render_query_edit(_edit(desk, text, values, row)))


@router.post("/dossiers/{slug}/query/edit")
def edit_form(
    desk: Annotated[Desk, writing(Permission.QUERIES_WRITE)],
    csrf: Csrf,
    given: Annotated[dict[str, list[str]], Depends(form_fields)],
    text: Annotated[str, Form(max_length=20_000)] = "",
    note: Annotated[str, Form(max_length=500)] = "",
    base: Annotated[str, Form(max_length=12)] = "",
    do: Annotated[str, Form(max_length=20)] = "try",
) -> Response:
    """One form, three buttons: try, take over a correction, save as a version."""
    prove(desk, csrf)
    text = text.replace("\r\n", "\n").strip("\n")
    values = merged(dossier_rows.terms(desk.session, desk.scope.dossier.id), _values(given))
    origin = version_of(desk, int(base)) if base.isdigit() else None
    found = check(text, values)
    if do.startswith("fix:"):
        text = _fixed(text, list(_problems(text, found)), do.removeprefix("fix:"))
        found = check(text, values)
    if not found.ok:
        return page(pages.render_query_edit(_edit(desk, text, values, origin, note=note)), 400)
    trial = tuning.preview(desk.house, desk.session, desk.scope, compile_query(text, values))
    desk.note("query-previewed", facts={"count": trial.count})
    if do != "save":
        return page(
            pages.render_query_edit(_edit(desk, text, values, origin, note=note, trial=trial))
        )
    if not note.strip():
        view = _edit(
            desk, text, values, origin, trial=trial, problem="Schrijf op waarom u dit wijzigt."
        )
        return page(pages.render_query_edit(view), 400)
    for name in found.placeholders:
        set_values(desk.session, desk.scope, name, values.get(name, []))
    row = versions.propose(
        desk.house, desk.session, desk.scope, text=text, values=values, note=note.strip()
    )
    desk.note("query-version-added", str(row.number), reason=note.strip())
    return RedirectResponse(f"{paths.dossier(desk.scope.dossier.slug, 'query')}?saved=versie", 303)


@router.get("/dossiers/{slug}/query/diff")
def diff_page(
    desk: Annotated[Desk, auditing(Permission.QUERIES_WRITE)],
    old: Annotated[int, Query(ge=1, le=2**31 - 1)],
    new: Annotated[int, Query(ge=1, le=2**31 - 1)],
) -> Response:
    first, second = version_of(desk, old), version_of(desk, new)
    sides = [compile_query(row.text, row.terms) for row in (first, second)]
    found = tuning.compare(desk.house, desk.session, desk.scope, *sides)
    desk.note("queries-compared", facts={"old": old, "new": new})
    titles = _titles(desk)
    numbers = [row.number for row in dossier_rows.versions(desk.session, desk.scope.dossier.id)]
    view = query_views.QueryDiffView(
        frame=desk_frame(desk, "query"),
        old=old,
        new=new,
        numbers=tuple(numbers),
        old_text=first.text,
        new_text=second.text,
        before=found.before,
        after=found.after,
        gained=found.gained,
        lost=found.lost,
        gained_by=tuple((row["leaf"], row["why"], row["posts"]) for row in found.gained_by),
        lost_by=tuple((row["leaf"], row["why"], row["posts"]) for row in found.lost_by),
        gained_posts=tuple(_post(line, titles) for line in found.gained_posts),
        lost_posts=tuple(_post(line, titles) for line in found.lost_posts),
    )
    return page(pages.render_query_diff(view))


@router.post("/dossiers/{slug}/query/{number}/activation")
def activation_form(
    number: Number,
    desk: Annotated[Desk, writing(Permission.QUERIES_WRITE)],
    csrf: Csrf,
    reason: Annotated[str, Form(max_length=500)] = "",
) -> Response:
    prove(desk, csrf)
    row = activation.activate(
        desk.house, desk.session, desk.scope, version_of(desk, number), reason
    )
    waits = row.activated_at is None
    desk.note("query-activation-asked" if waits else "query-activated", str(number), reason=reason)
    return _back(desk, "wacht" if waits else "actief")


@router.post("/dossiers/{slug}/query/{number}/approval")
def approval_form(
    number: Number, desk: Annotated[Desk, writing(Permission.APPROVE)], csrf: Csrf
) -> Response:
    prove(desk, csrf)
    row = activation.agree(desk.house, desk.session, desk.scope, version_of(desk, number))
    desk.note("query-activated", str(number), reason=row.reason, facts={"second_person": True})
    return _back(desk, "actief")


@router.post("/dossiers/{slug}/query/{number}/probes")
def probe_form(
    number: Number, desk: Annotated[Desk, writing(Permission.QUERIES_WRITE)], csrf: Csrf
) -> Response:
    prove(desk, csrf)
    probe = probing.start(desk.house, desk.session, desk.scope, version_of(desk, number))
    desk.note("probe-started", str(probe.id), facts={"version": number, "seed": probe.seed})
    return RedirectResponse(paths.probe(desk.scope.dossier.slug, probe.id), 303)


@router.get("/dossiers/{slug}/probes/{probe_id}")
def probe_page(
    probe_id: Number, desk: Annotated[Desk, auditing(Permission.QUERIES_WRITE)]
) -> Response:
    state = probing.state(desk.house, desk.session, desk.scope, probe_id)
    desk.note("probe-read", str(probe_id))
    return page(pages.render_probe(_probe(desk, state)))


@router.post("/dossiers/{slug}/probes/{probe_id}")
def judge_form(
    probe_id: Number,
    desk: Annotated[Desk, writing(Permission.QUERIES_WRITE)],
    csrf: Csrf,
    post_key: Annotated[str, Form(max_length=64)],
    verdict: Annotated[str, Form(max_length=20)] = "",
    position: Annotated[int, Form(ge=0, le=10_000)] = 0,
) -> Response:
    prove(desk, csrf)
    probing.judge(desk.house, desk.session, desk.scope, probe_id, post_key, verdict or None)
    desk.note("probe-judged", post_key, facts={"probe": probe_id, "verdict": verdict})
    address = paths.probe(desk.scope.dossier.slug, probe_id)
    following = position + 1 if verdict else position
    return RedirectResponse(f"{address}#bericht-{following}", 303)


def _back(desk: Desk, saved: str) -> Response:
    address = paths.dossier(desk.scope.dossier.slug, "query")
    return RedirectResponse(f"{address}?saved={saved}", 303)


def _values(given: Mapping[str, list[str]]) -> dict[str, list[str]]:
    """What was typed for each placeholder, a value a line."""
    return {
        name.removeprefix(VALUE): [line.strip() for line in texts[0].splitlines() if line.strip()]
        for name, texts in given.items()
        if name.startswith(VALUE)
    }


def _fixed(text: str, problems: list[query_views.ProblemView], number: str) -> str:
    """The text with the correction of one problem; unchanged when there is none."""
    if number.isdigit() and int(number) < len(problems):
        return problems[int(number)].fix or text
    return text


def _advice(values: Mapping[str, Any]) -> Advice:
    return Advice(**values)


def _edit(
    desk: Desk,
    text: str,
    values: Mapping[str, list[str]],
    base: QueryVersion | None,
    *,
    note: str = "",
    problem: str = "",
    trial: tuning.Trial | None = None,
) -> query_views.QueryEditView:
    found = check(text, values)
    problems = list(_problems(text, found))
    if trial is not None:
        shown = [one for one in map(_advice, trial.advice) if one.code not in QUIET]
        problems += [_problem(text, one, "warning") for one in shown]
    if problem:
        problems.insert(0, query_views.ProblemView(problem, severity="error"))
    return query_views.QueryEditView(
        frame=desk_frame(desk, "query"),
        text=text,
        note=note,
        base=base.number if base is not None else None,
        placeholders=_placeholders(found, values),
        problems=tuple(problems),
        trial=_trial(trial, _titles(desk)) if trial is not None else None,
    )


def _problems(text: str, found: Check) -> Iterable[query_views.ProblemView]:
    for severity, several in (("error", found.errors), ("warning", found.warnings)):
        for problem in several:
            yield _problem(text, problem, severity)


def _problem(text: str, problem: Problem | Advice, severity: str) -> query_views.ProblemView:
    """A problem with its place: line and column from 1, the fragment it is about."""
    whole = problem.length >= len(text) > 0
    return query_views.ProblemView(
        message=problem.message,
        hint=problem.hint or "",
        line=None if whole else text.count("\n", 0, problem.offset) + 1,
        column=None if whole else problem.offset - text.rfind("\n", 0, problem.offset),
        fragment="" if whole else text[problem.offset : problem.offset + problem.length],
        severity=severity,
        offset=0 if whole else problem.offset,
        length=0 if whole else problem.length,
        fix=problem.fix,
    )


def _placeholders(
    found: Check, values: Mapping[str, list[str]]
) -> tuple[query_views.PlaceholderView, ...]:
    return tuple(
        query_views.PlaceholderView(name, tuple(values.get(name, ())))
        for name in dict.fromkeys([*found.placeholders, *values])
    )


def _titles(desk: Desk) -> dict[str, str]:
    """What people call the sources of the dossier, by slug."""
    return {
        row.slug: row.title for row in source_rows.of_dossier(desk.session, desk.scope.dossier.id)
    }


def _trial(trial: tuning.Trial, titles: Mapping[str, str]) -> query_views.TrialView:
    return query_views.TrialView(
        count=trial.count,
        posts=trial.posts,
        from_buffer=trial.from_buffer,
        canonical=trial.canonical,
        per_day=trial.per_day,
        rates=tuple(
            (titles.get(one.source, one.source), one.count, one.kept, one.offered)
            for one in trial.per_source
        ),
        terms=tuple(
            query_views.TermRow(one.leaf, one.posts, one.matched, one.alone, one.noise)
            for one in trial.terms
        ),
        removed=tuple((one["leaf"], one["posts"], one["alone"]) for one in trial.removed),
        newest=tuple(_post(line, titles) for line in trial.newest),
    )


def _post(line: tuning.TrialLine, titles: Mapping[str, str]) -> query_views.TrialPostView:
    return query_views.TrialPostView(
        published=line.published_at,
        source=titles.get(line.source, line.source),
        title=line.title,
        text=line.text,
        marks=tuple(views.Mark(*span) for span in line.spans),
        status=line.status,
        hidden=line.hidden,
    )


def _probe(desk: Desk, state: probing.ProbeState) -> query_views.ProbeView:
    version = desk.session.get_one(QueryVersion, state.probe.query_version_id)
    guess, titles = state.estimate, _titles(desk)
    recall = None
    if guess.recall is not None and guess.recall_low is not None and guess.recall_high is not None:
        recall = (guess.recall, guess.recall_low, guess.recall_high)
    return query_views.ProbeView(
        frame=desk_frame(desk, "query"),
        probe_id=state.probe.id,
        number=version.number,
        items=tuple(
            query_views.ProbeItemView(
                item.post_key, item.position, item.stratum, item.verdict,
                titles.get(line.source, line.source) if line else "", line.title if line else "",
                line.text if line else None,
            )
            for item, line in state.items
        ),
        estimate=guess.text,
        recall=recall,
        strata=tuple(
            (name, size["posts"], size["rate"]) for name, size in state.probe.strata.items()
        ),
        suggestions=tuple((one.term, one.texts, one.adds) for one in state.suggestions),
        author=state.probe.author,
        created_at=state.probe.created_at,
        judged=sum(item.verdict is not None for item, _ in state.items),
    )  # fmt: skip
