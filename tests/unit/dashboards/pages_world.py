"""A believable day in Rietmeer, and the same day as an attacker would write it."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import fields, is_dataclass, replace
from datetime import UTC, date, datetime, timedelta
from typing import Any

from analysis import report as reports
from analysis.records import Gap, Moment, ReportPost, SourceAccount, Window
from dashboards import admin_views, import_views, pages, query_views, source_views, views

DAY = date(2026, 11, 23)
START = datetime(2026, 11, 22, 23, 0, tzinfo=UTC)
HOSTILE = (
    "\"><script>alert('x')</script><img src=x onerror=alert(1)>{{ 7*7 }}\u202eedis\u2066 & </title>"
)
LONG = "Opvanglocatiebesluitvormingsprocedure" * 12

#: (hour, sub-labels, emotion, theme, question): what a day is made of.
PATTERN: tuple[tuple[int, tuple[str, ...], str, str | None, bool], ...] = (
    (7, ("I1",), "", "aantal", True),
    (8, ("I2",), "", "bijeenkomst", True),
    (9, ("B3",), "boosheid", None, False),
    (10, ("B1",), "angst", None, False),
    (12, ("B5",), "steun", None, False),
    (13, ("I3", "B3"), "boosheid", "besluit", True),
    (15, ("S4",), "steun", "hulp", True),
    (17, ("S1",), "", None, False),
    (19, ("S7",), "", None, False),
    (20, ("I4",), "", "aantal", True),
    (21, ("S3",), "boosheid", None, False),
    (22, ("B4",), "", None, False),
)


def document(days: int = 10, **changed: Any) -> dict[str, Any]:
    """A report document as the service stores it, built by the real builder."""
    inputs = reports.ReportInputs(
        organisation="Gemeente Rietmeer",
        dossier="de-zonnehoek",
        title="Noodopvang De Zonnehoek",
        reception_kind="noodopvang",
        phase="before",
        date=DAY,
        kind="daily",
        edition=1,
        window=Window(START, START + timedelta(days=1)),
        posts=tuple(report_posts()),
        earlier=tuple(earlier(days)),
        moments=(
            Moment(START + timedelta(days=2, hours=19), "raadsvergadering", "Raad besluit"),
            Moment(START + timedelta(days=3, hours=18), "inloopavond", "Inloopavond in de kantine"),
        ),
        sources=tuple(source_accounts()),
        gaps=(Gap("buurtforum", START, START + timedelta(hours=5), "timeout"),),
        query_version="9f" * 32,
        query_number=3,
        labeller="rules",
        model="4c" * 32,
        guide="ibs-2026.1",
        inhabitants=24000,
    )
    return reports.build(replace(inputs, **changed)).as_json()


def report_posts() -> Iterator[ReportPost]:
    for number in range(48):
        hour, codes, emotion, theme, asks = PATTERN[number % len(PATTERN)]
        at = START + timedelta(hours=hour + 1, minutes=number)
        yield ReportPost(
            post_key=f"{number:064x}",
            published_at=at,
            first_seen=at + timedelta(minutes=10),
            local_date=DAY,
            source="buurtforum",
            author=f"a{number % 31}",
            group="journalists" if number % 16 == 3 else None,
            locality=("local", "unknown", "outside")[number % 3],  # type: ignore[arg-type]
            own=False,
            status="gelabeld" if number % 9 else "geen",
            labels=(),
            sub_labels=codes if number % 9 else (),
            sentiment=0.0,
            sentiment_label=("negatief", "neutraal", "positief")[number % 3],  # type: ignore[arg-type]
            stance=("contra", "onduidelijk", "pro", "neutraal")[number % 4],
            emotion=(emotion,) if emotion else (),
            target="bestuur" if "B3" in codes else None,
            purpose=None,
            is_question=asks,
            theme=theme,
            threat="S3" in codes,
            urgency="l",
            terms_used=("noodopvang",) if number % 2 else ("asielzoeker",),
            reception_form=None,
            late=number == 47,
        )


def earlier(days: int) -> Iterator[reports.DayCounts]:
    for back in range(days, 0, -1):
        posts = 20 + (back * 7) % 23
        counts = {
            "posts": posts, "authors": posts - 4, "informatiebehoefte": posts // 4,
            "betekenisgeving": posts // 2, "schadebeperking": posts // 6, "none": posts // 8,
            "questions": posts // 5, "threat_candidates": 0, "late": 0,
        }  # fmt: skip
        yield reports.DayCounts(DAY - timedelta(days=back), counts)


def source_accounts() -> Iterator[SourceAccount]:
    done = START + timedelta(days=1, hours=7)
    yield SourceAccount("regiobode", "feed", "Regiobode", "ok", True, False, done, done, 12)
    yield SourceAccount(
        "buurtforum", "feed", "Buurtforum 't Riet", "timeout", True, False, START, START, 34
    )
    yield SourceAccount(
        "gemeente", "feed", "Nieuws van de gemeente", "not-modified", True, True, done, done, 2
    )


REASONS = {
    "ok": "In orde",
    "not-modified": "Niets veranderd sinds de vorige keer",
    "timeout": "De server antwoordt niet op tijd",
}


def frame(active: views.Page = "report", **changed: Any) -> views.Frame:
    values: dict[str, Any] = {
        "organisation": "Gemeente Rietmeer",
        "csrf": "csrf-7d3f",
        "active": active,
        "version": "0.1.0",
        "user_name": "Anja Veenstra",
        "demo": True,
        "dossier_slug": "de-zonnehoek",
        "dossier_title": "Noodopvang De Zonnehoek",
        "navigation": ("report", "posts", "sources", "query", "account-lists", "moments"),
    }
    return views.Frame(**{**values, **changed})


def report_view(**changed: Any) -> views.ReportView:
    view = views.ReportView(
        frame=frame(),
        day=DAY,
        document=document(),
        interpretation="Het gesprek gaat over het aantal mensen.\nGeef dat aantal vandaag.",
        interpretation_by="Anja Veenstra",
        version=2,
        may_interpret=True,
        may_approve=True,
        may_see_posts=True,
        previous=DAY - timedelta(days=1),
        reason_texts=REASONS,
    )
    return replace(view, **changed)


def post_view(**changed: Any) -> views.PostView:
    text = "Weet iemand hoeveel mensen er in De Zonnehoek komen? De brief van @… noemt geen aantal."
    start = text.index("De Zonnehoek")
    view = views.PostView(
        post_key="ab" * 32,
        published=START + timedelta(hours=10, minutes=12),
        source_title="Buurtforum 't Riet",
        title="Vraag over de noodopvang",
        text=text,
        status="gelabeld",
        marks=(
            views.Mark(start, start + 12, "De Zonnehoek"),
            views.Mark(14, 24, "noodopvang*", in_title=True),
        ),
        labels=("informatiebehoefte",),
        sub_labels=("I1",),
        reasons=(
            views.Reason(12, 20, "hoeveel", "I1:i1-num"),
            views.Reason(start, start + 12, "De Zonnehoek", "I1:i1-num"),
        ),
        locality="local",
        sentiment="neutraal",
        stance="neutraal",
        theme="aantal",
        is_question=True,
        version=4,
        may_label=True,
        may_open=True,
    )
    return replace(view, **changed)


def posts_view(**changed: Any) -> views.PostsView:
    threat = post_view(
        post_key="cd" * 32,
        title="",
        text="Straks staan we met z'n allen bij hem op de stoep, dan piept hij wel anders.",
        marks=(),
        labels=("schadebeperking",),
        sub_labels=("S3",),
        reasons=(views.Reason(0, 6, "Straks", "S3:onbekende-regel"),),
        is_question=False,
        threat_candidate=True,
        may_confirm=True,
    )
    calm = post_view(
        post_key="ef" * 32,
        title="",
        text="Zaterdag met z'n allen een stille tocht vanaf de kerk. Neem een lichtje mee.",
        marks=(),
        reasons=(),
        labels=("schadebeperking", "betekenisgeving"),
        sub_labels=("B5", "S1"),
        group="organisations",
        by_person=True,
        labelled_by="Anja Veenstra",
        origins=("Regiobode", "Wijkblad"),
        is_question=False,
    )
    none = post_view(
        post_key="01" * 32,
        title="Raad praat woensdag verder",
        text="De raad van Rietmeer praat woensdag verder over de opvang.",
        status="geen",
        labels=(),
        sub_labels=(),
        marks=(),
        reasons=(),
        group="journalists",
        is_question=False,
        late=True,
    )
    view = views.PostsView(
        frame=frame("posts", given=2),
        posts=(post_view(), threat, calm, none),
        filters=views.PostFilter(label="informatiebehoefte", text="aantal & meer"),
        sources=(views.Choice("buurtforum", "Buurtforum 't Riet", 34),),
        account_lists=(views.Choice("1", "Lokale pers"),),
        total=48,
        next_cursor="eyJ0Ijox",
    )
    return replace(view, **changed)


def source_form() -> source_views.SourceForm:
    """A form of a kind with settings, after a test fetch that failed."""
    settings = (
        source_views.SettingView("tag", "Hashtag", value="rietmeer", required=True),
        source_views.SettingView("token", "Toegangstoken", secret=True),
        source_views.SettingView("wat", "Wat", "choice", "alles", choices=("alles", "lokaal")),
        source_views.SettingView("los", "Los", "flag", "nee"),
    )
    return source_views.SourceForm(
        "mastodon", (("feed", "Feed"), ("mastodon", "Mastodon")), "Openbare tijdlijnen.",
        "Alleen tegen een nagemaakte server.", True, settings, "https://x.example/", "Naam",
        problem="De proef mislukte.", shown="Geen antwoord",
        candidates=(("https://x.example/a", "Een", 3), ("https://x.example/b", "", None)),
        may_force=True,
    )  # fmt: skip


def sources_view() -> views.SourcesView:
    now = START + timedelta(days=1, hours=8)
    return views.SourcesView(
        frame=frame("sources"),
        form=source_form(),
        proposals=(source_views.ProposalView("plek-1", "site", "dorp.example", 4),),
        sources=(
            source_views.SourceView(
                "regiobode", "Regiobode", "feed", "https://regiobode.example/feed/", "ok", "In orde",
                last_ok=now, next_check=now + timedelta(minutes=20), complete_until=now, posts=120,
            ),
            source_views.SourceView(
                "buurtforum", "Buurtforum 't Riet", "feed", "https://forum.example/rss?deel=nieuws",
                "timeout", REASONS["timeout"], healthy=False, last_ok=START, last_error_at=now,
                next_check=now + timedelta(hours=2), complete_until=START, failures=4,
                gaps=(source_views.GapView(START, None, REASONS["timeout"]),),
            ),
            source_views.SourceView("gemeente", "Nieuws van de gemeente", "feed",
                "https://rietmeer.example/nieuws.xml", "gone", "De bron is opgeheven",
                enabled=False, own=True, healthy=False),
        ),
        not_seen=("Facebook", "X", "besloten groepen"),
    )  # fmt: skip


def query_view() -> query_views.QueryView:
    text = '(azc OR noodopvang* OR "opvang van asielzoekers")\nAND (<plaatsnaam> OR <opvanglocatie>)\nNOT egels'
    return query_views.QueryView(
        frame=frame("query"),
        text=text,
        canonical=text.replace("\n", " "),
        number=3,
        version_hash="9f" * 32,
        placeholders=(
            query_views.PlaceholderView("plaatsnaam", ("Rietmeer", "'t Riet")),
            query_views.PlaceholderView("opvanglocatie", ("De Zonnehoek",)),
        ),
        problems=(
            query_views.ProblemView("Dit woord is kort en vindt veel.", "Schrijf het langer.", 1, 2, "azc"),
        ),
        versions=(
            query_views.QueryVersionView(3, START, "Sietse Dijkstra", "Egels eruit", active=True),
            query_views.QueryVersionView(2, START - timedelta(days=4), "Sietse Dijkstra"),
        ),
    )  # fmt: skip


def trial_post(**changed: Any) -> query_views.TrialPostView:
    view = query_views.TrialPostView(
        START, "Buurtforum 't Riet", "Opvang", "De opvang gaat open", (views.Mark(3, 9, "opvang"),)
    )
    return replace(view, **changed)


def query_edit_view(**changed: Any) -> query_views.QueryEditView:
    trial = query_views.TrialView(
        12, 300, 2, "azc OR opvang", ((DAY, 12),), (("Buurtforum 't Riet", 12, 40, 400),),
        (query_views.TermRow("opvang", 20, 12, 9, 1),), (("kinderopvang", 3, 2),),
        (trial_post(), trial_post(status="geen"), trial_post(hidden=True, text="", title="")),
    )  # fmt: skip
    problem = query_views.ProblemView(
        "Hier ontbreekt een haakje.", "Zet er een bij.", 1, 5, "(", "error", 4, 1, "azc OR (opvang)"
    )
    view = query_views.QueryEditView(
        frame("query"), "azc (opvang", "waarom", 1,
        (query_views.PlaceholderView("plaatsnaam", ("Rietmeer", "'t Riet")),), (problem,), trial,
    )  # fmt: skip
    return replace(view, **changed)


def probe_view(**changed: Any) -> query_views.ProbeView:
    items = (
        query_views.ProbeItemView(
            "a" * 64, 1, "topics", "relevant", "Forum", "Titel", "Asielcentrum"
        ),
        query_views.ProbeItemView("b" * 64, 2, "neither", None, "Forum", "", "De markt was druk"),
        query_views.ProbeItemView("c" * 64, 3, "places", None),
    )
    view = query_views.ProbeView(
        frame("query"), 7, 2, items, "Naar schatting 4 gemist, tussen 1 en 9 (95 %).",
        (0.9, 0.8, 0.97), (("places", 40, 0.1), ("topics", 12, 1.0)), (("asielcentrum", 1, 3),),
        "I. Terhorst", START, 1,
    )  # fmt: skip
    return replace(view, **changed)


def moment(**changed: Any) -> views.MomentView:
    view = views.MomentView(START + timedelta(days=2, hours=20), "raadsvergadering", "Raad besluit")
    return replace(view, **changed)


def users_view(**changed: Any) -> admin_views.UsersView:
    """People of every state, and a password that is shown once."""
    token = admin_views.TokenView(1, "de-zonnehoek", "webcare", START)
    roles = (
        admin_views.RoleView("beheerder", None), admin_views.RoleView("lezer", "molenweg"),
        admin_views.RoleView("webcare", "de-zonnehoek", here=True),
    )  # fmt: skip
    people = (
        admin_views.PersonView("n.hofstra", "N. Hofstra", roles, (token,), whole=True, self=True),
        admin_views.PersonView("a.bakker", "A. Bakker", disabled=True, whole=True),
        admin_views.PersonView("j.smit", "J. Smit", locked=True),
    )
    view = admin_views.UsersView(
        frame("users"), people, (views.Choice("lezer", "Lezer"),), wide=True,
        problem="De gebruikersnaam is niet vrij.", password="abcde-fghjk", password_of="n.hofstra",
    )  # fmt: skip
    return replace(view, **changed)


def retention_view() -> admin_views.RetentionView:
    """Something to remove, something removed, and a request that found posts."""
    return admin_views.RetentionView(
        frame("retention"), 90, 30, DAY, going=(("post-text", 3), ("buffer", 0)),
        gone=(admin_views.RemovalView(START, "post-text", "bewaartermijn verstreken", 12),),
        draft=admin_views.SubjectDraft("@iemand", "", "verzoek 17"),
        found=admin_views.SubjectFound(2, 1, 1, 0), problem="Vink aan dat u dit wilt.",
    )  # fmt: skip


def imports_view() -> import_views.ImportsView:
    """A file that was looked at, with a row that cannot come along, and two earlier imports."""
    moment_of = "2026-11-20T09:00:00+01:00"
    seen = import_views.PreviewView(
        "a" * 32, "export.csv", "coosto", "Coosto", "csv", "cp1252", ("datum", "bericht tekst"),
        (("text", "tekst", "bericht tekst"), ("date", "datum (en tijd)", "")), 12, 11, 10, 8, 1,
        moment_of, moment_of, 4,
        (import_views.RowProblem(3, "De datum is niet te lezen.", True),
         import_views.RowProblem(4, "Zonder adres.")),
        (import_views.SampleRow(2, moment_of, "Opvang", "Komt er opvang?"),
         import_views.SampleRow(3, None, "", "Zonder datum")),
    )  # fmt: skip
    runs = (
        import_views.RunView(2, "balie", "vraag", 1, 1, 1, moment_of, may_undo=True),
        import_views.RunView(1, "coosto", "oud.csv", 9, 9, 4, moment_of, moment_of),
    )
    return import_views.ImportsView(
        frame("imports"), runs, True, True, (("coosto", "Coosto"),),
        import_views.QuestionDraft("Waar kan ik terecht?", "2026-11-20", "09:00", "balie"), seen,
        "Deze kolom is er niet.",
    )  # fmt: skip


def audit_view() -> admin_views.AuditView:
    """Two lines of a chain that was broken, and more of them."""
    lines = (
        admin_views.AuditLineView(2, START, "user:a.bakker", "labelled", "f" * 64, "de-zonnehoek",
            facts=("status: gelabeld",)),
        admin_views.AuditLineView(1, START, "system", "retained", reason="termijn"),
    )  # fmt: skip
    return admin_views.AuditView(
        frame("audit"), lines, 2, True, (views.Choice("system", "system"),), paged=True,
        next_before=1, problem="Geen datum.",
    )  # fmt: skip


def delivery_view() -> admin_views.DeliveryView:
    """A desk of the installation, a recipient that goes on, one that ended, and two feeds."""
    line = admin_views.RecipientLine(
        1, "Mail", "noor@rietmeer.example", "griffie", START, "N. Hofstra"
    )
    feed = admin_views.FeedLine(1, "intranet", START, "N. Hofstra")
    return admin_views.DeliveryView(
        frame("delivery"), (("Map op de server", "verslagen"),),
        (line, replace(line, recipient_id=2, ended_at=START)),
        (feed, replace(feed, feed_id=2, note="", revoked_at=START)),
        kinds=(("mail", "Mail"),), secret="https://k.example/feeds/abc/reports.atom",
        problem="Schrijf één mailadres.",
    )  # fmt: skip


def post_page_view() -> views.PostPageView:
    """A question with an answer to give, a conversation around it, and a day of work on it."""
    offer = views.OfferView(
        7, "Aantal mensen", "feitelijk", "Honderd.", unknown=True, review_on=DAY, since=START
    )
    return views.PostPageView(
        frame("posts"),
        replace(post_view(), offers=(offer,), answered_with="Aantal mensen", sure="likely"),
        (views.AroundView("parent", START, "Wie weet dit?"),
            views.AroundView("hit", START, "Ik ook.", "a" * 64)),
        (views.EventView(START, "Anja Veenstra", "Label: I1", "Nagekeken",
            annotation=3),
            views.EventView(START, "iemand", "Notitie", "Gebeld", batch="0123456789abcdef")),
        (views.Choice("4", "Anja Veenstra"),),
        views.JustDone(batch="0123456789abcdef"),
        may_work=True,
    )  # fmt: skip


def every_view() -> dict[str, Any]:
    """A believable view of every page, by the name of its `render_` function."""
    outside = {"user_name": None, "dossier_slug": None, "dossier_title": None, "navigation": ()}
    home = {"dossier_slug": None, "dossier_title": None, "navigation": ()}
    accounts = (
        views.DemoAccount(
            "adviseur", "rietmeer-demo", "Communicatieadviseur", "verslag en berichten"
        ),
        views.DemoAccount("lezer", "rietmeer-demo", "Lezer", "alleen cijfers"),
    )
    cards = (
        views.DossierCard("de-zonnehoek", "Noodopvang De Zonnehoek", "before", "noodopvang", DAY,
            "draft", 1, 47, moment(), 6, 1, may_see_posts=True),
        views.DossierCard("molenweg", "Woningen Molenweg", "during", "statushouders"),
    )  # fmt: skip
    lists = (
        admin_views.AccountListView(1, "Lokale pers", "journalists", "Openbare functie",
            date(2027, 5, 1), members=(
                admin_views.MemberView(1, "@regiobode@mastodon.example"),
                admin_views.MemberView(2, "bron:regiobode", date(2026, 11, 1), date(2027, 1, 1)),
                admin_views.MemberView(3, "@jan.bos", reason="Woordvoerder", private=True, state="waiting"),
            )),
        admin_views.AccountListView(2, "Oude lijst", "politicians", "Raadsleden", DAY, expired=True),
        admin_views.AccountListView(3, "COA", "organisations", "Organisatie", DAY, days_left=0),
    )  # fmt: skip
    return {
        "sign_in": views.SignInView(frame("sign-in", **outside), problem="Naam of wachtwoord klopt niet.", demo_accounts=accounts),
        "overview": views.OverviewView(frame("overview", **home), cards),
        "report": report_view(),
        "posts": posts_view(),
        "post": post_page_view(),
        "inbox": views.InboxView(
            frame("overview", **home),
            (views.InboxLine("de-zonnehoek", "Noodopvang De Zonnehoek", "a" * 64, START, "Buurtforum",
                "Vraag", "Hoeveel?", sub_labels=("I1",), urgency="h", owner_name="Anja Veenstra"),
                views.InboxLine("molenweg", "Molenweg", "b" * 64, START, "Bode", hidden=True,
                    status="geen", threat_candidate=True)),
            next_cursor="abc",
            problem="Zo niet.",
        ),
        "open": views.OpenView(frame("posts"), "Buurtforum 't Riet", "https://forum.example/b/1", "/dossiers/de-zonnehoek/posts"),
        "sources": sources_view(),
        "query": query_view(),
        "query_edit": query_edit_view(),
        "query_diff": query_views.QueryDiffView(
            frame("query"), 1, 2, (1, 2), "azc", "azc OR opvang", 12, 15, 4, 1,
            (("opvang", "added", 4),), (("azc", "dropped", 1),), (trial_post(),), (trial_post(),),
        ),
        "probe": probe_view(),
        "account_lists": admin_views.AccountListsView(frame("account-lists"), lists, may_write=True),
        "users": users_view(),
        "retention": retention_view(),
        "imports": imports_view(),
        "delivery": delivery_view(),
        "audit": audit_view(),
        "password": admin_views.PasswordView(frame("password", **home), 12, "Klopt niet.",
            mail="a.veenstra@rietmeer.example", mail_goes=False, mail_problem="Geen adres."),
        "error": views.ErrorView(frame("error"), 404, "Niet gevonden", "Deze pagina bestaat niet, of u hebt er geen toegang toe."),
    }  # fmt: skip


def render(name: str, view: Any) -> str:
    one = getattr(pages, f"render_{name}", None)
    html: str = one(view) if one is not None else pages.render_admin(name, view)
    return html


def hostile(value: Any, words: str = HOSTILE) -> Any:
    """The same view with every free text replaced: in dataclasses, tuples, dicts and lists."""
    if isinstance(value, str):
        return value if _is_fixed(value) else words
    if is_dataclass(value) and not isinstance(value, type):
        changed = {item.name: hostile(getattr(value, item.name), words) for item in fields(value)}
        return type(value)(**changed)
    if isinstance(value, tuple | list):
        return type(value)(hostile(item, words) for item in value)
    if isinstance(value, dict):
        return {key: hostile(item, words) for key, item in value.items()}
    return value


def _is_fixed(text: str) -> bool:
    """Dates, page names and absent texts keep their form; a page cannot be asked for without them."""
    if not text or text in {"report", "posts", "sources", "query", "account-lists", "moments"}:
        return True
    try:
        datetime.fromisoformat(text)
    except ValueError:
        return False
    return True
