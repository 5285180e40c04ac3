"""The report as a page: the view of an edition, for the browser, the PDF and `report --format html`."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime

from app.records import REASONS
from app.services import statements
from app.services.access import Permission, Scope
from app.services.reports import Edition, numbers_only
from dashboards import pages, views


@dataclass(frozen=True, slots=True)
class Beside:
    """What stands around an edition: neighbouring days, other editions, deadline, deliveries."""

    previous: date | None = None
    following: date | None = None
    editions: tuple[tuple[int, str, str], ...] = ()
    deadline: datetime | None = None
    overdue: bool = False
    deliveries: tuple[tuple[str, str], ...] = ()
    statements: tuple[views.StatementLine, ...] = ()


def report_view(
    frame: views.Frame, scope: Scope, day: date, edition: Edition | None, beside: Beside
) -> views.ReportView:
    """What this reader may see of one edition; None says that there is no report of that day."""
    whole = scope.may(Permission.REPORTS)
    if edition is None:
        return views.ReportView(frame, day, None, previous=beside.previous, next=beside.following)
    approved = edition.approved_by is not None
    return views.ReportView(
        frame=frame,
        day=day,
        document=edition.document if whole else numbers_only(edition.document),
        interpretation=edition.interpretation if whole else "",
        interpretation_by=edition.interpretation_by if whole else None,
        approved_by=edition.approved_by,
        approved_at=edition.approved_at,
        version=edition.version,
        may_interpret=scope.may(Permission.APPROVE),
        may_approve=scope.may(Permission.APPROVE),
        may_see_posts=scope.may(Permission.POSTS),
        numbers_only=not whole,
        previous=beside.previous,
        next=beside.following,
        reason_texts=REASONS,
        core_by=edition.core_by,
        editions=beside.editions,
        deadline=None if approved else beside.deadline,
        overdue=beside.overdue and not approved,
        deliveries=beside.deliveries if whole else (),
        may_state=scope.may(Permission.STATUS),
        statements=beside.statements,
        statement_subjects=tuple(statements.TITLES.items()),
        statement_origins=statements.ORIGINS,
        may_correct=approved
        and scope.may(Permission.APPROVE)
        and edition.document["kind"] != "interim"
        and edition.document["edition"] == max((n for n, _, _ in beside.editions), default=1),
    )


def standalone_view(edition: Edition) -> views.ReportView:
    """One edition as its readers get it: whole, without navigation, links or forms."""
    document = edition.document
    return views.ReportView(
        frame=views.Frame(organisation=document["organisation"], csrf="", active="report"),
        day=date.fromisoformat(document["date"]),
        document=document,
        interpretation=edition.interpretation,
        interpretation_by=edition.interpretation_by,
        approved_by=edition.approved_by,
        approved_at=edition.approved_at,
        version=edition.version,
        reason_texts=REASONS,
        core_by=edition.core_by,
    )


def standalone_page(edition: Edition) -> str:
    """One edition as a page of its own."""
    return pages.render_report(standalone_view(edition))
