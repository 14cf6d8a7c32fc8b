"""The composition root: puts the portal together from its parts; only the doors' entry points import it."""

from collections.abc import Iterable
from typing import TYPE_CHECKING
from wsgiref.types import StartResponse, WSGIApplication, WSGIEnvironment

from flask import Flask
from flask_wtf.csrf import CSRFProtect
from htmx_flask import Htmx
from werkzeug.middleware.proxy_fix import ProxyFix

from app.core.clock import Clock, SystemClock
from app.core.db import db, engine_options
from app.core.ports import Ports
from app.settings import Mode, Settings

if TYPE_CHECKING:
    from app.web.rendering import Rendering

MAX_FORM_MEMORY = 512 * 1024
CLIENT_CERTIFICATE = "HTTP_X_CLIENT_CERTIFICATE"


def create_app(settings: Settings, *, ports: Ports | None = None, clock: Clock | None = None) -> Flask:
    app = create_core(settings, ports=ports, clock=clock)
    Htmx(app)
    set_up_web(app, settings)
    add_features(app, settings)
    app.wsgi_app = TrustedProxies(app.wsgi_app, settings.trusted_proxies)  # type: ignore[method-assign]
    return app


def create_core(settings: Settings, *, ports: Ports | None = None, clock: Clock | None = None) -> Flask:
    """What commands and the worker need: the database and the outside world, and no pages."""
    app = Flask("app", instance_path=str(settings.instance.resolve()), static_folder=None, template_folder=None)
    app.config.update(configuration(settings))
    db.init_app(app)
    app.extensions.update(settings=settings, clock=clock or SystemClock(), ports=ports or real_ports(settings))
    app.extensions["soap_operations"] = ()  # The gateway, where it stands before the portal, says what it offers.
    return app


def configuration(settings: Settings) -> dict[str, object]:
    prefix = "__Host-" if settings.is_https else ""
    return {
        "SECRET_KEY": settings.secret_key,
        "SQLALCHEMY_DATABASE_URI": settings.database_url,
        "SQLALCHEMY_ENGINE_OPTIONS": engine_options(settings.database_url),
        "MAX_CONTENT_LENGTH": settings.max_body,
        "MAX_FORM_MEMORY_SIZE": MAX_FORM_MEMORY,
        "TRUSTED_HOSTS": trusted_hosts(settings),
        # The signed cookie holds the form token and nothing else; who is signed in stands in the database.
        "SESSION_COOKIE_NAME": f"{prefix}form",
        "SIGN_IN_COOKIE_NAME": f"{prefix}sid",
        "BROWSER_COOKIE_NAME": f"{prefix}browser",
        "APPLICATION_COOKIE_NAME": f"{prefix}application",
        "SESSION_COOKIE_SECURE": settings.is_https,
        "SESSION_COOKIE_HTTPONLY": True,
        "SESSION_COOKIE_SAMESITE": "Lax",
        "SESSION_REFRESH_EACH_REQUEST": False,
        # A declaration takes longer to fill in than an hour; the token lives as long as the browser's session.
        "WTF_CSRF_TIME_LIMIT": None,
    }


def trusted_hosts(settings: Settings) -> list[str]:
    """Whoever asks under another name is refused, so that no foreign name gets into a link or a cache."""
    named = settings.base_url.partition("://")[2].partition("/")[0]
    local = ["127.0.0.1", "localhost", "[::1]"] if settings.is_demo else []
    return [named.rpartition(":")[0] if ":" in named.rpartition("]")[2] else named, *settings.hosts, *local]


def real_ports(settings: Settings) -> Ports:
    from app.adapters.blobs import Blobs
    from app.adapters.mail import SmtpMail
    from app.adapters.malware import scanner_at
    from app.adapters.openid.provider import provider
    from app.adapters.phones import phones
    from app.adapters.published_log import published_log
    from app.adapters.registers import Population, Taxpayers
    from app.adapters.seal import seal
    from app.adapters.trust_services import trust_services
    from app.core.limits import DatabaseLimits, RedisLimits

    in_database = settings.limits_storage == "database"
    return Ports(
        limits=DatabaseLimits(db.session, settings.secret_key)
        if in_database
        else RedisLimits(settings.limits_storage, settings.secret_key),
        blobs=Blobs(settings.documents),
        scanner=scanner_at(settings.clamd, demo=settings.is_demo),
        mail=SmtpMail(settings.smtp_url, settings.mail_from),
        trust=trust_services(settings),
        log=published_log(settings),
        base_url=settings.base_url,
        e_gov=provider(settings),
        phones=phones(settings),
        population=Population.at(settings.population_register) if settings.population_register else None,
        taxpayers=Taxpayers.at(settings.taxpayer_register) if settings.taxpayer_register else None,
        seal=seal(settings),
        asks_birth_date=settings.gooen_proof == "birth_date",
        gooen_hourly=settings.gooen_hourly,
        secret=settings.secret_key,
    )


def set_up_web(app: Flask, settings: Settings) -> None:
    from app.web import access_log, context, errors, guards, headers, static_files
    from app.web.form_cookie import FormCookie

    app.session_interface = FormCookie()
    context.init_app(app)
    CSRFProtect(app)  # After the context, so that the page that refuses a token can name its request.
    static_files.init_app(app)
    app.extensions["rendering"] = compile_pages(settings)
    errors.init_app(app)
    access_log.init_app(app)
    headers.init_app(app)
    # The features that say who asks stand before the guard that asks who it is.
    from app.accounts import views as accounts

    accounts.init_app(app)
    guards.init_app(app)


def compile_pages(settings: Settings) -> "Rendering":
    """All pages, once for all applications of a process and, before a fork, for all processes."""
    from app.web.i18n import catalogues
    from app.web.rendering import TEMPLATES, Rendering
    from app.web.static_files import StaticFiles

    if settings.mode not in _PAGES:
        constants = {"demo": settings.is_demo, "static_url": StaticFiles().url, "options": option_lists()}
        kept_in = settings.instance / "cache" / "pages"
        _PAGES[settings.mode] = Rendering(TEMPLATES, catalogues(), constants, kept_in=kept_in)
    return _PAGES[settings.mode]


def option_lists() -> dict[str, dict[str, list[tuple[str, str]]]]:
    """Every list of choices that a page names, in each language."""
    from app.accounts.rules import MEANS_NAMES, SCOPES
    from app.administration.rules import RIGHTS, ROLES
    from app.contracts.rules import VARIANTS
    from app.design import choices
    from app.gooen.rules import PAPERS, WRONGS
    from app.notifications.rules import refusable
    from app.reference.rules import HOLIDAY_KINDS, countries_in
    from app.systems.rules import KINDS
    from app.web.i18n import LANGUAGES, listed

    return choices.option_lists() | {
        "power_scopes": listed(SCOPES),
        "contract_variants": listed(VARIANTS),
        "roles": listed(ROLES),
        "rights": listed(RIGHTS),
        "means": listed(MEANS_NAMES),
        "mailed_kinds": listed(refusable()),
        "holiday_kinds": listed(HOLIDAY_KINDS),
        "system_kinds": listed(KINDS),
        "countries": {language: countries_in(language) for language in LANGUAGES},
        "gooen_papers": listed(PAPERS),
        "gooen_wrongs": listed(WRONGS),
    }


# Pages differ by nothing else than the mode: the rest of the settings is no part of them.
_PAGES: dict[Mode, "Rendering"] = {}


def add_features(app: Flask, settings: Settings) -> None:
    from app.accounts.views import e_gov
    from app.administration import views as administration
    from app.archive import views as archive
    from app.border_goods import views as border_goods
    from app.catalogue import views as catalogue
    from app.contracts import views as contracts
    from app.disclosures import views as disclosures
    from app.documents import views as documents
    from app.gooen import views as gooen
    from app.notifications import views as notifications
    from app.operate import views as operate
    from app.picture_codes import views as picture_codes
    from app.systems import views as systems

    for feature in (archive, catalogue, disclosures, documents, notifications, operate, picture_codes, systems):
        app.register_blueprint(feature.blueprint)
    for larger in (administration, border_goods, contracts, gooen):
        larger.init_app(app)
    # Witnesses and identity providers are programs and have no form; what they send is signed.
    app.extensions["csrf"].exempt(archive.cosignature)
    app.extensions["csrf"].exempt(e_gov.end_sessions)
    if settings.is_demo:
        from app.design import views as design
        from app.emulators import e_gov as emulated_e_gov
        from app.emulators import hub as emulated_hub
        from app.emulators import registries
        from app.emulators import views as emulators

        for shown in (design, emulators, emulated_e_gov, emulated_hub, registries):
            app.register_blueprint(shown.blueprint)
        # The portal sends people here as to another site, whose tokens it has none of.
        app.extensions["csrf"].exempt(emulated_e_gov.end_session)


class TrustedProxies:
    """Believes what a proxy forwards only when the connection comes from one that the settings name."""

    def __init__(self, application: WSGIApplication, addresses: tuple[str, ...]) -> None:
        self.direct = application
        self.proxied = ProxyFix(application, x_for=1, x_proto=1, x_host=0)
        self.addresses = frozenset(addresses)

    def __call__(self, environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
        if environ.get("REMOTE_ADDR") in self.addresses:
            return self.proxied(environ, start_response)
        # Whoever comes without a proxy can write any certificate here, and has shown no key to it.
        environ.pop(CLIENT_CERTIFICATE, None)
        return self.direct(environ, start_response)
