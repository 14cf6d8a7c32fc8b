"""The walk through the portal: every route with an address to call it by, and a visitor of every role to call it."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace

from flask import Flask
from sqlalchemy import update
from webtest import TestApp, TestResponse
from werkzeug.routing import Rule

from app.accounts.models import SignInSession
from app.accounts.operations import OpenAccount, open_account
from app.accounts.operations.sessions import Entry, open_session
from app.accounts.queries import Credentials, find_credentials
from app.accounts.rules import FRESH, Means
from app.catalogue.rules import load_services
from app.core.context import ANONYMOUS, Actor, Context
from app.core.db import write_transaction
from app.core.public_ids import digest
from app.core.roles import Assurance, Role
from app.web.guards import action_of

PASSWORD = "dörd yaşıl gəmi limanda"
ROLES = tuple(role for role in Role if role is not Role.SYSTEM)
# What stands in the addresses of routes; a route with a part of another name needs an entry.
PARTS: Mapping[str, str] = {
    "slug": "gooen",
    "token": "no-such-link",
    "public_id": "no-such-document",
    "version": "0",
    "name": "none.css",
    "code": "00000",
    "day": "2026-01-01",
    "medium": "card",
    "number": "no-such-number",
    "file": "no-such-file",
    "step": "payer",
    "paper": "letter",
    "operation": "ListServices",
    "state": "no-such-attempt",
    "sha256": "0" * 64,
}


@dataclass(frozen=True)
class Route:
    path: str
    method: str
    endpoint: str
    action: str


def routes(portal: Flask) -> list[Route]:
    with portal.app_context():
        return [_route(rule, method) for rule in portal.url_map.iter_rules() for method in _methods(rule)]


def _methods(rule: Rule) -> list[str]:
    return sorted((rule.methods or set()) - {"HEAD", "OPTIONS"})


def _route(rule: Rule, method: str) -> Route:
    _, path = rule.build({name: PARTS[name] for name in rule.arguments}, append_unknown=False) or ("", "")
    return Route(path, method, rule.endpoint, action_of(rule.endpoint) or "")


def page_paths(portal: Flask) -> Iterator[tuple[str, str]]:
    """The address of every page that is asked for by GET, for each service, with its action."""
    for route in routes(portal):
        if route.method != "GET" or route.endpoint == "static" or route.endpoint in NO_PAGES:
            continue
        slugs = [service.slug for service in load_services()] if route.path.startswith("/services/") else [""]
        for slug in slugs:
            yield route.path.replace(f"/{PARTS['slug']}", f"/{slug}") if slug else route.path, route.action


NO_PAGES = {
    "cards.waiting",
    "operate.healthz",
    "operate.readyz",
    "operate.metrics",
    "documents.download",
    "passwords.new_password",
    "contact.ask_to_confirm",
    "emulators.phone",
    "emulators.card",
    "emulators.use_card",
    "emulators.read_card",
    "e_gov.enter",
    "e_gov.leave",
    "emulated_e_gov.ask",
    "archive.checkpoint",
    "archive.vkey",
    "archive.tile",
    "asan_imza.wait",
    *(f"contracts.{name}" for name in ("link", "application", "questions", "look_over", "ask_withdrawal")),
    *(f"contract_papers.{name}" for name in ("paper", "download", "ask_removal")),
    *(f"contract_signing.{name}" for name in ("text", "container", "how_to_sign", "ask_renewal", "ask_end")),
    *("contract_cards.waiting", "contract_phones.ask_phone", "contract_phones.wait"),
    "contract_signing.first_password",
    *(f"contract_officers.{name}" for name in ("case", "download", "text", "container")),
    *(f"contract_decisions.{name}" for name in ("faults", "grounds", "paper_signature", "grounds_of_end")),
    *("border_goods.one", "border_goods.as_csv", "border_goods.as_xlsx", "border_goods_officers.one"),
    "people.person",
    "people.rights",
    "people.ask_to_end_sessions",
    "proposals.one",
    "access.ask_to_reopen",
    "offices.ask_name",
    "offices.ask_last_day",
    "calendar.ask_removal",
    *(f"gooen.{name}" for name in ("enquiry", "printed", "pdf", "code", "ask_what_is_wrong", "correction")),
    *(f"gooen_officers.{name}" for name in ("correction", "file")),
    *(f"picture_codes.{name}" for name in ("image", "voice")),
    *(f"systems.{name}" for name in ("one", "ask_change", "ask_to_close", "operation")),
}
# What these programs send is signed, and no browser has a reason to send it; the last stands for another site.
WITHOUT_TOKEN = {"archive.cosignature", "e_gov.end_sessions", "emulated_e_gov.end_session"}


@dataclass(frozen=True)
class Visitor:
    role: Role
    browser: TestApp
    token: str
    assurance: Assurance = Assurance.FRESH

    @property
    def actor(self) -> Actor:
        """As the policy table sees a visitor who has signed in so surely."""
        if self.role is Role.ANONYMOUS:
            return ANONYMOUS
        return Actor(frozenset({self.role}), assurance=self.assurance)

    def call(self, path: str, method: str, **sent: str) -> TestResponse:
        if method == "GET":
            return self.browser.get(path, params=sent, expect_errors=True)
        return self.browser.post(path, params={"csrf_token": self.token, **sent}, expect_errors=True)


class Cast:
    """Opens an account for a role when somebody of that role is first asked for."""

    def __init__(self, portal: Flask, system: Context) -> None:
        self.portal, self.system = portal, system

    def enter(self, role: Role, assurance: Assurance = Assurance.FRESH) -> Visitor:
        """A browser of its own, with a new session and the form token of that session."""
        browser = TestApp(self.portal, extra_environ={"HTTP_HOST": "localhost", "REMOTE_ADDR": "192.0.2.20"})
        if role is not Role.ANONYMOUS:
            browser.set_cookie("sid", self._session(role, assurance))
        page = browser.get("/login/password/forgot")
        return Visitor(role, browser, page.html.main.find("input", {"name": "csrf_token"})["value"], assurance)

    def _session(self, role: Role, assurance: Assurance) -> str:
        account = self._account(role)
        with write_transaction(self.system.session):
            entry = Entry(account.person_id, Means.PASSWORD, "test", account.account_id)
            # A strong one is fresh as long as the clock stands still.
            token = open_session(self.system, replace(entry, assurance=min(assurance, Assurance.STRONG)))
            if assurance is Assurance.STRONG:
                mine = update(SignInSession).where(SignInSession.token_hash == digest(token))
                self.system.session.execute(mine.values(proven_at=self.system.clock.now() - FRESH))
            return token

    def _account(self, role: Role) -> Credentials:
        name = f"a.{role}"
        known = find_credentials(self.system.session, name)
        if known is None:
            newcomer = role is Role.NEWCOMER
            roles = (Role.PARTICIPANT if newcomer else role,)
            command = OpenAccount(name, PASSWORD, f"Aysel {role}", roles, must_change=newcomer)
            open_account(self.system, command)
            known = find_credentials(self.system.session, name)
        assert known is not None
        return known
