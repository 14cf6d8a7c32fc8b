"""The front page and the pages of each service: what a visitor finds, in each language."""

from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pytest
from webtest import TestApp, TestResponse

from app.catalogue import queries
from app.catalogue.rules import Group, Service, load_services
from app.catalogue.views import PARAGRAPHS
from app.core.context import Channel, Context
from app.core.db import write_transaction
from app.core.roles import Role
from app.core.service_counts import Outcome, count
from app.web.i18n import LANGUAGES, translate

SERVICES = load_services()


def slugs(page: TestResponse) -> list[str]:
    """The services that the list shows, in its order."""
    return [link["href"].removeprefix("/services/") for link in page.html.main.select("ul.tasks a")]


def shortcuts(page: TestResponse, title: str) -> list[str]:
    rows = [row for row in page.html.main.select("dl.summary > div") if row.dt.get_text() == title]
    return [link["href"].removeprefix("/services/") for row in rows for link in row.find_all("a")]


def link_to(part: Any, text: str) -> Any:
    (found,) = [link for link in part.find_all("a") if link.get_text() == text]
    return found


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_front_page_lists_every_service_with_its_purpose_and_official_name(browser: TestApp, language: str) -> None:
    items = browser.get("/", {"lang": language}).html.main.select("ul.tasks li > div")
    texts = [service.texts[language] for service in SERVICES]
    shown = [[part.get_text() for part in item.find_all(["a", "p"])] for item in items]
    assert shown == [[text.short_name, text.purpose, text.name] for text in texts]


def test_the_list_says_which_services_need_no_sign_in(browser: TestApp) -> None:
    items = browser.get("/").html.main.select("ul.tasks li")
    shown = ["Qeydiyyatsız" in item.get_text() for item in items]
    assert shown == [service.works_without_login for service in SERVICES]


def test_the_filter_leaves_the_services_without_sign_in(browser: TestApp) -> None:
    form = browser.get("/").forms[0]
    form["without_login"] = True
    page = form.submit()
    assert slugs(page) == [service.slug for service in SERVICES if service.works_without_login]
    assert page.forms[0]["without_login"].checked


@pytest.mark.parametrize("group", Group)
def test_a_tab_shows_its_group_and_nothing_else(browser: TestApp, group: Group) -> None:
    page = browser.get("/").click(href=f"group={group}")
    assert slugs(page) == [service.slug for service in SERVICES if service.group == group]
    assert page.html.main.nav.find("a", {"aria-current": "page"})["href"] == f"/?group={group}"


def test_an_unknown_group_shows_everything(browser: TestApp) -> None:
    assert len(slugs(browser.get("/?group=nothing"))) == len(SERVICES)


@pytest.mark.parametrize(
    ("query", "language", "slug"),
    [
        ("gooen", "az", "gooen"),
        ("GÖÖEN alınması", "az", "gooen"),
        ("nəqliyyat rüsum", "az", "vehicle-duty"),
        ("statistika", "az", "statistics"),
        ("tariff", "en", "tariff"),
        ("таможенный тариф", "ru", "tariff"),
    ],
)
def test_search_finds_the_service_first_and_keeps_the_words(
    browser: TestApp, query: str, language: str, slug: str
) -> None:
    page = browser.get("/", {"lang": language})
    page.forms[0]["q"] = query
    page = page.forms[0].submit()
    assert slugs(page)[0] == slug
    assert page.forms[0]["q"].value == query


def test_search_stays_within_the_group(browser: TestApp) -> None:
    page = browser.get("/?group=inquiry")
    page.forms[0]["q"] = "gömrük"
    page = page.forms[0].submit()
    assert {service.group for service in SERVICES if service.slug in slugs(page)} == {Group.INQUIRY}


@pytest.mark.parametrize("language", LANGUAGES)
def test_nothing_found_says_what_to_do(browser: TestApp, language: str) -> None:
    main = browser.get("/", {"q": "qzxw", "lang": language}).html.main
    assert translate(language, "Heç bir xidmət tapılmadı.") in main.get_text()
    assert link_to(main, translate(language, "bütün xidmətlərə baxın"))["href"] == "/"


def test_most_used_comes_from_real_counts_of_all_channels(browser: TestApp, system: Context) -> None:
    uses = {"tariff": 3, "gooen": 2, "payments": 5, "statistics": 1}
    with write_transaction(system.session):
        for slug, times in uses.items():
            for _ in range(times):
                count(system.session, slug, Channel.SOAP, Outcome.COMPLETED, system.clock.now())
    assert shortcuts(browser.get("/"), "Çox istifadə edilən") == ["payments", "tariff", "gooen"]


def test_opening_a_service_is_counted_once_for_a_visitor(browser: TestApp, system: Context) -> None:
    for _ in range(3):
        browser.get("/services/tariff")
    browser.get("/services/gooen")
    browser.reset()
    browser.get("/services/gooen")
    busiest = queries.list_most_used(system.session, system.clock.now())
    assert [service.slug for service in busiest] == ["gooen", "tariff"]


def test_last_visited_stay_with_the_browser_newest_first(browser: TestApp) -> None:
    for slug in ("tariff", "gooen", "payments", "statistics", "gooen"):
        browser.get(f"/services/{slug}")
    assert shortcuts(browser.get("/"), "Son baxdıqlarım") == ["gooen", "statistics", "payments"]
    browser.reset()
    assert shortcuts(browser.get("/"), "Son baxdıqlarım") == []


def test_whoever_is_signed_in_finds_his_own_pages(sign_in: Callable[..., TestApp]) -> None:
    page = sign_in(Role.PARTICIPANT).get("/")
    links = [link["href"] for row in page.html.main.select("dl.summary > div") for link in row.find_all("a")]
    assert links == ["/documents", "/contracts", "/principal/powers", "/notifications", "/sessions"]
    assert page.click("Sənədlərim").html.h1.get_text() == "Sənədlərim"


def test_pages_of_others_and_of_one_s_own_are_shown_to_nobody_else(browser: TestApp) -> None:
    assert "/documents" not in browser.get("/")
    assert "Təmizlə" not in browser.get("/")
    assert "Təmizlə" in browser.get("/?q=tarif")


@pytest.mark.parametrize("cookie", ["nothing", "..", "gooen.gooen", '"><script>', "x" * 4000])
def test_a_foreign_visited_cookie_does_no_harm(browser: TestApp, cookie: str) -> None:
    page = browser.get("/", headers={"Cookie": f"visited={cookie}"})
    assert shortcuts(page, "Son baxdıqlarım") in ([], ["gooen"])
    assert page.html.main.script is None


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_service_page_leads_to_guide_and_regulation(browser: TestApp, language: str) -> None:
    for service in SERVICES:
        text = service.texts[language]
        page = browser.get(f"/services/{service.slug}", {"lang": language})
        assert page.html.h1.get_text() == text.short_name
        facts = [text.name, text.purpose, text.regulation.fee, text.regulation.term, text.regulation.result]
        assert all(fact in page.html.main.get_text() for fact in facts)
        for part in ("İstifadə təlimatı", "Reqlament"):
            followed = browser.get(link_to(page.html.main, translate(language, part))["href"])
            assert followed.html.h1.get_text() == translate(language, part)
            assert text.name in followed.html.main.get_text()


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_guide_has_all_steps_and_notes(browser: TestApp, language: str) -> None:
    for service in SERVICES:
        text = service.texts[language]
        shown = browser.get(f"/services/{service.slug}/guide", {"lang": language}).html.main.get_text()
        assert all(step.title in shown and step.text in shown for step in text.guide)
        assert all(note in shown for note in text.guide_notes)


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_regulation_has_all_its_paragraphs_in_the_official_order(browser: TestApp, language: str) -> None:
    for service in SERVICES:
        main = browser.get(f"/services/{service.slug}/regulation", {"lang": language}).html.main
        headings = [heading.get_text() for heading in main.find_all("h2")]
        contents = [(link["href"], link.get_text()) for link in main.nav.find_all("a")]
        assert contents == [
            (f"#{section['id']}", section.h2.get_text().partition(". ")[2]) for section in main.find_all("section")
        ]
        assert [heading.partition(".")[0] for heading in headings] == [str(n + 1) for n in range(len(PARAGRAPHS))]
        shown, regulation = main.get_text(), service.texts[language].regulation
        assert all(step.text in shown for step in regulation.procedure)
        assert all(part in shown for part in (regulation.content, *regulation.legal_basis, *regulation.disputes))


def offering(service: Service) -> Callable[[str], Service]:
    return lambda _slug: service


@pytest.mark.parametrize("available", [True, False])
def test_only_a_service_that_works_has_a_link_to_it(
    browser: TestApp, monkeypatch: pytest.MonkeyPatch, available: bool
) -> None:
    for service in SERVICES:
        monkeypatch.setattr(queries, "get_service", offering(replace(service, available=available)))
        main = browser.get(f"/services/{service.slug}").html.main
        assert bool(main.find("a", {"href": service.path})) is available
        assert ("Bu xidmət hələ işə salınmayıb" in main.get_text()) is not available


def test_a_service_that_is_said_to_work_has_a_page(browser: TestApp) -> None:
    for service in SERVICES:
        if service.available:
            assert browser.get(service.path, expect_errors=True).status_int in {200, 303}


def test_an_unknown_service_is_not_found(browser: TestApp) -> None:
    for part in ("", "/guide", "/regulation"):
        assert "Belə xidmət yoxdur." in browser.get(f"/services/nothing{part}", status=404)
