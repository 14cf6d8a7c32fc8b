"""The front page, and of each service its page, its instructions and its regulation."""

from collections.abc import Iterable, Sequence
from dataclasses import fields
from functools import cache

from flask import Blueprint, Response, current_app, g, make_response, request
from flask.typing import ResponseReturnValue
from markupsafe import Markup

from app.catalogue import queries
from app.catalogue.rules import Group, Regulation, Service, ServiceText, load_services, search
from app.core.context import Channel
from app.core.db import db
from app.core.errors import N_
from app.core.policy import lacks_proof, may
from app.core.service_counts import count_opening
from app.web.context import A_YEAR, clock
from app.web.guards import allow
from app.web.i18n import translate
from app.web.rendering import Rendering, Values, render

blueprint = Blueprint("catalogue", __name__)
blueprint.record_once(lambda state: state.app.extensions.update(most_used=queries.MostUsed()))

VISITED_COOKIE = "visited"
VISITED = 3
# Pages of one's own that are no service of the catalogue: address, words, and the action that leads there.
OWN_PAGES = (
    ("/officer/contracts", N_("Müqavilələr: növbə"), "contracts.read_queue"),
    ("/officer/border-goods", N_("Sərhəd qeydləri"), "border_goods.list_of_office"),
    ("/officer/gooen", N_("GÖÖEN: düzəliş sorğuları"), "gooen.read_corrections"),
    ("/admin", N_("Administrasiya"), "administration.look"),
    ("/admin/outbox", N_("Çatdırılmamış bildirişlər"), "operate.read_outbox"),
    ("/documents", N_("Sənədlərim"), "documents.list_documents"),
    ("/contracts", N_("Müqavilələrim"), "contracts.read_own"),
    ("/principal/powers", N_("Etibarnamələr"), "accounts.read_powers"),
    ("/notifications", N_("Bildirişlər"), "notifications.read"),
    ("/sessions", N_("Girişlərim"), "accounts.end_session"),
)
PARAGRAPHS = tuple(field.name for field in fields(Regulation))


@blueprint.get("/")
@allow("catalogue.read")
def front_page() -> ResponseReturnValue:
    query, without_login = request.args.get("q", ""), "without_login" in request.args
    group = request.args.get("group", "")
    group = group if group in tuple(Group) else ""
    found = search(load_services(), g.language, query, without_login=without_login)
    return render(
        "catalogue/front.html",
        entries=[_entry(service, g.language) for service in found if not group or service.group == group],
        own_pages=_own_pages(),
        most_used=_rows(_most_used()),
        visited=_rows(queries.list_by_slug(_visited())),
        group=group,
        current=f"/?group={group}" if group else "/",
        values=Values(_typed(q=query, without_login="1" if without_login else "")),
    )


def _typed(**values: str) -> dict[str, str]:
    return {name: text for name, text in values.items() if text}


def _own_pages() -> list[tuple[str, str]]:
    """Where somebody who is signed in finds what is his; where it takes more than his sign-in, the page asks for it."""
    actor = g.actor
    if actor.is_anonymous:
        return []
    own = [one for one in OWN_PAGES if may(actor, one[2]) or lacks_proof(actor, one[2])]
    return [(path, translate(g.language, text)) for path, text, _ in own]


def _most_used() -> Sequence[Service]:
    kept: queries.MostUsed = current_app.extensions["most_used"]
    return kept.services(db.session, clock().now())


@cache
def _entry(service: Service, language: str) -> Markup:
    rendering: Rendering = current_app.extensions["rendering"]
    drawn = rendering.page("catalogue/_entry.html", language, service=service, text=service.texts[language])
    return Markup(drawn)  # noqa: S704  (a page of ours, escaped where it was drawn)


def _rows(services: Iterable[Service]) -> list[tuple[Service, ServiceText]]:
    language: str = g.language
    return [(service, service.texts[language]) for service in services]


def _visited() -> list[str]:
    kept = request.cookies.get(VISITED_COOKIE)
    return kept.split(".")[:VISITED] if kept else []


@blueprint.get("/services/<slug>")
@allow("catalogue.read")
def service_page(slug: str) -> ResponseReturnValue:
    service, visited = queries.get_service(slug), _visited()
    if slug not in visited:
        count_opening(db.session(), slug, Channel.WEB, clock().now())
    page = make_response(render("catalogue/service.html", service=service, text=service.texts[g.language]))
    return _remember(page, [slug, *(other for other in visited if other and other != slug)])


def _remember(page: Response, slugs: list[str]) -> Response:
    """Which services were looked at is known to this browser alone."""
    secure = bool(current_app.config["SESSION_COOKIE_SECURE"])
    page.set_cookie(
        VISITED_COOKIE, ".".join(slugs[:VISITED]), max_age=A_YEAR, secure=secure, httponly=True, samesite="Lax"
    )
    return page


@blueprint.get("/services/<slug>/guide")
@allow("catalogue.read")
def guide(slug: str) -> ResponseReturnValue:
    service = queries.get_service(slug)
    return render("catalogue/guide.html", service=service, text=service.texts[g.language])


@blueprint.get("/services/<slug>/regulation")
@allow("catalogue.read")
def regulation(slug: str) -> ResponseReturnValue:
    service = queries.get_service(slug)
    text = service.texts[g.language]
    paragraphs = [(name, getattr(text.regulation, name)) for name in PARAGRAPHS]
    return render("catalogue/regulation.html", service=service, text=text, paragraphs=paragraphs)
