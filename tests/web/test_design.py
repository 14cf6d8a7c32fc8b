"""The design page and its sample form: the behaviour that every form of the portal has."""

import gzip
import re
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest
from flask import Flask
from webtest import TestApp

from app.accounts.views.entering import Viewer
from app.design.forms import SampleForm
from app.design.views import page_values
from app.factory import create_app
from app.settings import Mode, Settings
from app.web.i18n import LANGUAGES, catalogues
from app.web.rendering import TEMPLATES, Rendering, Values
from tests.conftest import NOW

RIGHT = {
    "direction": "IM",
    "procedure": "4000",
    "items": "2",
    "packages": "1 200",
    "sender_name": "Anadolu Tekstil",
    "sender_country": "TR",
    "receiver_name": "Xəzər İdxal MMC",
    "receiver_voen": "9900000141",
    "border_mode": "3",
    "border_vehicle": "10-AB-123",
    "arrival": "9.5.2026",
    "delivery_terms": "DAP",
    "description": "Pambıq parça",
    "code": "5208510000",
    "gross": "12 400,50",
    "net": "12.000,5",
    "currency": "USD",
    "invoice": "1234,50",
    "method": "1",
}
WRONG_VALUES = Values(invoice="12,x", direction="EX", sender_country="AZ", documents=["cmr"], remarks="<b>\n&")
WRONG_ERRORS = {"invoice": "«12,x»", "direction": "Seçin", "documents": "Seçin", "": "Nə isə"}


@pytest.fixture(scope="module")
def portal(tmp_path_factory: pytest.TempPathFactory) -> Flask:
    """The portal without a database: these pages must not ask for one."""
    return create_app(settings_without_database(tmp_path_factory.mktemp("instance")))


def settings_without_database(instance: Path) -> Settings:
    made = Settings.from_environment({"EGOMRUK_INSTANCE": str(instance), "EGOMRUK_SECRET_KEY": "test " * 10})
    return replace(made, mode=Mode.DEMO, database_url="sqlite:////nowhere/at/all.sqlite", base_url="http://localhost")


def submit(browser: TestApp, language: str = "az", **typed: str):  # type: ignore[no-untyped-def]  # noqa: ANN201
    form = next(
        form for form in browser.get(f"/design/form?lang={language}").forms.values() if "invoice" in form.fields
    )
    for name, value in (RIGHT | typed).items():
        form[name] = value
    form["documents"] = ["invoice"]
    return form.submit(expect_errors=True)


def test_valid_form_leads_on_and_says_so(browser: TestApp) -> None:
    answer = submit(browser)
    assert answer.status_int == 303
    page = answer.follow()
    assert page.html.find(role="status", autofocus=True).text.strip() == "Məlumatlar yadda saxlanıldı."


@pytest.mark.parametrize("language", LANGUAGES)
def test_invalid_form_comes_back_with_errors_and_everything_typed(browser: TestApp, language: str) -> None:
    page = submit(browser, language, invoice="12,x", arrival="31.02.2026", items="", code="52", sender_country="")
    assert page.status_int == 422
    assert page.html.find(id="invoice")["value"] == "12,x"
    assert page.html.find(id="arrival")["value"] == "31.02.2026"
    assert page.html.find(id="gross")["value"] == "12 400,50"
    assert page.html.find("option", selected=True, value="USD") is not None
    assert page.html.find(id="direction-IM").has_attr("checked")
    assert page.html.find(id="documents-invoice").has_attr("checked")
    links = {link["href"][1:]: link.text for link in page.html.find(role="alert").find_all("a")}
    assert list(links) == ["items", "sender_country", "arrival", "code", "invoice"]
    for name, text in links.items():
        field = page.html.find(id=name)
        assert field["aria-invalid"] == "true"
        assert f"{name}-error" in field["aria-describedby"].split()
        assert page.html.find(id=f"{name}-error").text.endswith(text)


@pytest.mark.parametrize(("language", "title"), [("az", "Xəta: "), ("en", "Error: "), ("ru", "Ошибка: ")])
def test_title_of_a_wrong_page_says_so_first(browser: TestApp, language: str, title: str) -> None:
    assert submit(browser, language, items="").html.title.text.startswith(title)


def test_only_the_summary_takes_the_focus(browser: TestApp) -> None:
    assert [element["role"] for element in submit(browser, items="").html.find_all(autofocus=True)] == ["alert"]


def test_radios_left_open_are_told_at_the_set_of_them(browser: TestApp) -> None:
    form = next(form for form in browser.get("/design/form").forms.values() if "invoice" in form.fields)
    page = form.submit(expect_errors=True)
    link = page.html.find(role="alert").find("a", href="#direction")
    assert page.html.find(id="direction").name == "fieldset"
    assert link.text == page.html.find(id="direction-error").text.removeprefix("Xəta: ")


def test_all_fields_of_the_form_are_on_the_page(browser: TestApp, portal: Flask) -> None:
    page = browser.get("/design/form")
    with portal.test_request_context():
        names = {field.name for field in SampleForm()}
    shown = {element["name"] for element in page.html.main.find_all(["input", "select", "textarea"])}
    assert names == shown - {"form_id"}
    assert len(names - {"csrf_token"}) == 40


@pytest.mark.parametrize("path", ["/design", "/design/errors", "/design/form"])
@pytest.mark.parametrize("language", LANGUAGES)
def test_page_has_one_heading_a_title_and_its_language(browser: TestApp, path: str, language: str) -> None:
    html = browser.get(f"{path}?lang={language}").html
    assert html.html["lang"] == language
    assert len(html.find_all("h1")) == 1
    assert html.title.text.endswith(" – e-Gömrük")
    assert html.find("a", class_="skip")["href"] == f"#{html.main['id']}"
    assert [link["lang"] for link in html.find(class_="languages").find_all("a", attrs={"aria-current": True})] == [
        language
    ]
    ids = [element["id"] for element in html.find_all(id=True)]
    assert len(ids) == len(set(ids))
    assert not html.find_all(style=True) + html.find_all("style") + html.find_all("script", src=False)


def test_language_links_keep_the_rest_of_the_address(browser: TestApp) -> None:
    html = browser.get("/design/form?a=1&lang=en&b=%26").html
    assert html.find("a", hreflang="ru")["href"] == "/design/form?a=1&b=%26&lang=ru"


def test_static_files_are_kept_for_good_and_only_under_their_hash(browser: TestApp, portal: Flask) -> None:
    html, client = browser.get("/design").html, portal.test_client()
    for address in (html.find(rel="stylesheet")["href"], html.find("script")["src"], html.find(rel="icon")["href"]):
        plain, packed = client.get(address), client.get(address, headers={"Accept-Encoding": "gzip"})
        assert packed.headers["Content-Encoding"] == "gzip"
        assert gzip.decompress(packed.data) == plain.data
        for answer in (plain, packed):
            assert answer.headers["Cache-Control"] == "public, max-age=31536000, immutable"
            assert answer.headers["Vary"] == "Accept-Encoding"
            assert answer.headers["X-Content-Type-Options"] == "nosniff"
            assert "Set-Cookie" not in answer.headers
        assert client.get(address.replace("/static/", "/static/0")).status_code == 404


def test_notes_beside_the_static_files_are_not_served(portal: Flask) -> None:
    assert set(portal.extensions["static_files"].files) == {
        "e-gomruk.css",
        "favicon.svg",
        "htmx.min.js",
        "pin-place.svg",
    }


def test_style_sheet_stays_small(portal: Flask) -> None:
    assert len(gzip.compress(portal.extensions["static_files"].files["e-gomruk.css"].content)) <= 5_000


def test_every_component_is_shown(browser: TestApp) -> None:
    """Used by a design page or by the frame around it, or a part of one that is."""
    sources = {path: path.read_text() for path in TEMPLATES.rglob("*.html")}
    design = [
        text
        for path, text in sources.items()
        if path.parent.name in {"design", "components"} or path.parent == TEMPLATES
    ]
    used = set(re.findall(r"{% ([a-z_]+)", " ".join(design)))
    assert {path.stem for path in (TEMPLATES / "components").iterdir()} <= used


@pytest.mark.parametrize("kind", ["text", "password", "file", "radio", "checkbox", "select", "textarea"])
def test_every_kind_of_field_is_shown_empty_filled_closed_or_wrong(browser: TestApp, kind: str) -> None:
    good, wrong = (browser.get(path).html.main for path in ("/design", "/design/errors"))
    selector = (
        kind if kind in {"select", "textarea"} else "input:not([type])" if kind == "text" else f"input[type={kind}]"
    )
    assert good.select(selector)
    part = wrong.select(f"{selector}[aria-invalid]") or wrong.select(f"fieldset:has(.error) {selector}")
    assert part


def test_design_page_is_for_the_demonstration_alone(tmp_path: Path) -> None:
    production = replace(settings_without_database(tmp_path), mode=Mode.PRODUCTION, clamd="localhost:3310")
    assert "design" not in create_app(production).blueprints


@pytest.fixture(scope="module")
def renderings() -> tuple[Rendering, Rendering]:
    from app.factory import option_lists

    constants = {"options": option_lists(), "static_url": "/static/".__add__, "demo": True}
    folded, plain = (Rendering(TEMPLATES, catalogues(), constants, fold=fold) for fold in (True, False))
    return folded, plain


VIEWER = Viewer(
    name="<Aysel>",
    principal="Xəzər & Co",
    roles=frozenset({"participant"}),
    chooses=True,
    is_told=True,
    unread=3,
    ends_at=NOW + timedelta(minutes=30),
    seconds=1800,
    warned_in=1680,
    can_stay=True,
)


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("name", ["design/page.html", "design/errors.html", "design/form.html"])
@pytest.mark.parametrize("wrong", [False, True])
@pytest.mark.parametrize("signed_in", [False, True])
def test_folded_page_is_the_plain_page(
    renderings: tuple[Rendering, Rendering], language: str, name: str, wrong: bool, signed_in: bool
) -> None:
    """The price of a page of forty fields: 46 µs folded, 1 900 µs plain (one core of 2026, CPython 3.11)."""
    frame = {
        "csrf_token": lambda: "token",
        "form_id": lambda: "number",
        "viewer": VIEWER if signed_in else None,
        "path": "/design?a=1&b=2" if wrong else "/design",
        "notices": ["Oldu <b>"] if signed_in else [],
        "values": WRONG_VALUES if wrong else Values(),
        "errors": WRONG_ERRORS if wrong else {},
        **page_values(language),
    }
    folded, plain = (rendering.page(name, language, **frame) for rendering in renderings)
    assert folded == plain
    assert ("Xəzər &amp; Co" in folded) is signed_in
