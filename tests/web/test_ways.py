"""A way leads to every page, for each role by links alone; and no link that somebody is shown leads to a refusal."""

from urllib.parse import urljoin, urlsplit

import pytest
from flask import Flask

from app.core.context import Context
from app.core.policy import may
from app.core.roles import Assurance, Role
from app.web.guards import action_of
from tests.web.walk import ROLES, Cast, Visitor

# Where others send a browser, what only follows on something, and what is asked for by programs.
BY_THEMSELVES = {
    "accounts.choose_means",
    "archive.checkpoint",
    "archive.vkey",
    "asan_imza.ask_phone",
    "certificates.look",
    "contract_signing.activated",
    "contracts.link_sent",
    "design.errors",
    "e_gov.begin",  # Here no provider is set up, and its link is not shown.
    "e_gov.enter",
    "emulated_e_gov.ask",
    "emulated_e_gov.home",
    "emulated_hub.home",
    "emulators.cards",
    "emulators.phones",
    "emulators.read_card",
    "emulators.use_card",
    # Their pages of services lead there, and of those one is looked at.
    "border_goods.as_csv",
    "border_goods.as_xlsx",
    "border_goods.listed",
    "gooen.ask",
    "gooen.check",
    "gooen.follow",
    "operate.healthz",
    "operate.metrics",
    "operate.readyz",
    "passwords.link_sent",
    "proving.choose",
    "proving.done",
    "registries.shown",
    "sessions.warning",
    "systems.contract",  # For those who make a program.
}
# Whoever is in needs none of them.
FOR_STRANGERS = {"passwords.ask_password", "passwords.forgot_password", "e_signatures.choose"}
LARGE = ("/services/", "/log/", "/static/", "/emulators/", "/soap/")  # Of these one is like the other.


@pytest.mark.parametrize("role", ROLES)
def test_links_lead_to_every_page_and_to_no_refusal(portal: Flask, system: Context, role: Role) -> None:
    visitor = Cast(portal, system).enter(role)
    reached, refused = walked(visitor)
    assert refused == []
    missing = pages_of(portal, visitor) - reached
    assert missing == set()


def walked(visitor: Visitor) -> tuple[set[str], list[str]]:
    """The pages that links lead to from the first one, and those that are not for him."""
    waiting, seen, refused = ["/"], {"/"}, []
    while waiting:
        path = waiting.pop()
        page = visitor.browser.get(path, expect_errors=True)
        if page.status_int >= 400:
            refused.append(f"{page.status_int} {path}")
        if page.content_type != "text/html":
            continue
        for link in page.html.find_all("a", href=True):
            target = urlsplit(urljoin(f"http://localhost{path}", link["href"]))
            if target.netloc == "localhost" and target.path not in seen and not target.path.startswith(LARGE):
                seen.add(target.path)
                waiting.append(target.path)
    return seen, refused


def pages_of(portal: Flask, visitor: Visitor) -> set[str]:
    """Whose addresses have no number in them and that the table opens to him."""
    is_in = visitor.role is not Role.ANONYMOUS
    spared = BY_THEMSELVES | (FOR_STRANGERS if is_in else set())
    with portal.app_context():
        return {
            rule.rule
            for rule in portal.url_map.iter_rules()
            if "GET" in (rule.methods or set()) and not rule.arguments and rule.endpoint not in spared
            if may(visitor.actor, action_of(rule.endpoint) or "")
        }


def test_a_password_suffices_for_whatever_its_owner_is_led_to_or_leads_to_a_proof(
    portal: Flask, system: Context
) -> None:
    reached = {role: walked(Cast(portal, system).enter(role, Assurance.PASSWORD)) for role in ROLES}
    assert [refused for _, refused in reached.values() if refused] == []
    assert "/admin" in reached[Role.ADMIN][0]
