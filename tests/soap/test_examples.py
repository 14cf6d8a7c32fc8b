"""The page of the contract: its examples are sent as they stand, and what it shows as an answer is one."""

from collections.abc import Iterator
from html import unescape
from pathlib import Path
from typing import Any

import pytest
from flask import Flask
from lxml import etree
from markupsafe import escape
from werkzeug.test import Client

from app.settings import Settings
from app.systems.rules import FAULT_CODES, OperationPage
from app.web.i18n import LANGUAGES, translate
from soap.calls import Calls
from soap.contract import Schema, describe, methods
from soap.examples import Examples
from soap.faults import CODES, INTERNAL
from soap.versions import SOAP_1_1
from soap.wsgi import SERVICES
from tests.conftest import Database, settings_for
from tests.registers import registers_of, settings_with_registers
from tests.soap.registered import NUMBER, OPEN_TO_POSTS, PIN, Gateway, post

CALLS = Calls(SERVICES, "https://customs.example/soap/v1")
WSDL = describe(CALLS.application, "https://customs.example/soap/v1")
SCHEMA = Schema(WSDL)
PAGES = {method.name: Examples(WSDL).page(method) for method in methods(CALLS.application)}


@pytest.fixture
def settings(database: Database, tmp_path: Path) -> Iterator[Settings]:
    made = settings_with_registers(settings_for(database, tmp_path))
    with registers_of(made):
        yield made


def body_of(content: str | bytes) -> etree._Element:
    root = etree.fromstring(content, etree.XMLParser(remove_blank_text=True))
    return root[-1][0]


@pytest.mark.parametrize("name", PAGES)
def test_example_of_a_request_is_answered(gateway: Gateway, name: str) -> None:
    page = PAGES[name]
    answer = gateway.call(message_of(gateway, name))
    assert answer.status_code == 200, answer.text
    told = body_of(answer.data)
    SCHEMA.check(told)
    assert told.tag == body_of(page.answer).tag


def message_of(gateway: Gateway, name: str) -> bytes:
    """As the page shows it; what goes on with another answer takes its number from there."""
    page = PAGES[name]
    message = etree.fromstring(page.request)
    for lookup in message.iter("{*}lookup"):
        found = etree.fromstring(gateway.call(message_of(gateway, "LookupPerson")).data)
        lookup.text = found.findtext(".//{*}lookup")
    if page.is_public:
        return etree.tostring(message)
    if name in OPEN_TO_POSTS:
        assert PIN not in page.request
        return bytes(post(gateway).sign(message, gateway.clock.now()))
    assert PIN in page.request
    assert NUMBER in page.request
    return bytes(gateway.hub.sign(message, gateway.clock.now()))


@pytest.mark.parametrize("name", PAGES)
def test_examples_are_of_the_contract(name: str) -> None:
    page = PAGES[name]
    for content in (page.request, page.answer):
        SCHEMA.check(body_of(content))
    assert page.title
    assert page.notes, "an operation says what it does"
    assert page.answered


@pytest.mark.parametrize("language", LANGUAGES)
def test_page_shows_every_operation(http: Client, portal: Flask, language: str) -> None:
    response = http.get(f"/soap/v1/docs?lang={language}", headers={"Host": "customs.example"})
    assert response.status_code == 200
    offered: tuple[OperationPage, ...] = portal.extensions["soap_operations"]
    assert [page.name for page in offered] == sorted(PAGES)
    assert "https://customs.example/soap/v1" in response.text
    for page in offered:
        assert f'href="/soap/v1/docs/{page.name}"' in response.text
        assert translate(language, page.title) in response.text
        shown = http.get(f"/soap/v1/docs/{page.name}?lang={language}").text
        assert translate(language, page.notes) in unescape(shown)
        assert str(escape(page.request)) in shown
        assert str(escape(page.answer)) in shown


def test_operation_that_is_not_offered_has_no_page(http: Client) -> None:
    assert http.get("/soap/v1/docs/Nothing").status_code == 404


def test_page_knows_every_code_of_a_fault() -> None:
    of_soap = {"VersionMismatch", "MustUnderstand"}  # Which the protocol itself explains.
    assert FAULT_CODES.keys() == {*CODES.values(), INTERNAL} - of_soap


def test_wsdl_tells_titles_and_notes_in_two_languages() -> None:
    told: dict[str, list[Any]] = {"title": [], "notes": []}
    for documentation in etree.fromstring(WSDL).iter("{*}documentation"):
        for element in documentation:
            told[etree.QName(element).localname].append(element.get("{http://www.w3.org/XML/1998/namespace}lang"))
    assert told == {"title": ["az", "en"] * len(PAGES), "notes": ["az", "en"] * len(PAGES)}
    assert SOAP_1_1.wsdl_namespace in WSDL.decode()
