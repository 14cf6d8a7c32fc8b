"""The emulated hub beside a running portal: what is typed on its page goes out signed, and both messages are seen."""

import re
from base64 import b64encode
from collections.abc import Iterator
from dataclasses import replace
from html import unescape
from pathlib import Path

import pytest
import requests
from lxml import etree

from app.core.clock import SystemClock
from app.settings import Mode, Settings, SettingsError
from soap.emulated_hub import EmulatedHub
from soap.gateway import PATH
from soap.security import DS
from soap.versions import NAMESPACE
from soap.xroad import NAMESPACE as XRD
from tests.processes import portal
from tests.soap.registered import NUMBER, PIN
from tests.unit.documents import corpus

pytestmark = pytest.mark.once
PAGE = "/emulators/hub"
HIDDEN = re.compile(r'name="(csrf_token|form_id)" value="([^"]+)"')
SHOWN = re.compile(r"<pre[^>]*>(.*?)</pre>", re.DOTALL)


class Browser:
    def __init__(self, address: str) -> None:
        self.address, self.http = address, requests.Session()

    def send(self, operation: str, *values: str, person: str = "", principal: str = "", number: str = "") -> "Sent":
        hidden = dict(HIDDEN.findall(self.http.get(f"{self.address}{PAGE}").text))
        typed = {"operation": operation, "person": person, "principal": principal, "message_id": number}
        data = hidden | typed | {"values_of_call": "\n".join(values)}
        return Sent(self.http.post(f"{self.address}{PAGE}", data, timeout=60))


class Sent:
    """The page with both messages, or with what was wrong."""

    def __init__(self, page: requests.Response) -> None:
        self.status, self.page = page.status_code, page.text
        messages = [etree.fromstring(unescape(found)) for found in SHOWN.findall(page.text)]
        if messages:
            self.answer, self.request = messages

    def said(self, name: str) -> list[str | None]:
        return [element.text for element in self.answer.iter(f"{{{NAMESPACE}}}{name}")]


@pytest.fixture(scope="module")
def browser(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Browser]:
    with portal(tmp_path_factory.mktemp("hub") / "instance", EGOMRUK_WORKERS="1") as (address, _):
        yield Browser(address)


def test_citizen_is_served_through_the_hub(browser: Browser) -> None:
    file = f"content={b64encode(corpus.pdf()).decode()}"
    for replayed in ("false", "true"):
        sent = browser.send("UploadDocument", "name=Şəkil.pdf", file, person=PIN, principal=NUMBER, number="hub-1")
        assert (sent.status, sent.said("name"), sent.said("replayed")) == (200, ["Şəkil.pdf"], [replayed])
    listed = browser.send("ListDocuments", "pageSize=5", person=PIN, principal=NUMBER)
    assert listed.said("name") == ["Şəkil.pdf"]


def test_message_is_signed_and_its_headers_come_back(browser: Browser) -> None:
    sent = browser.send("Ping", "text=Salam & <sağ ol>", number="hub-2")
    assert sent.said("text") == ["Salam & <sağ ol>"]
    assert len(list(sent.request.iter(f"{{{DS}}}SignatureValue"))) == 1
    out, back = (
        {
            block.tag: etree.tostring(block, method="text", encoding="unicode").split()
            for block in message[0]
            if etree.QName(block).namespace == XRD
        }
        for message in (sent.request, sent.answer)
    )
    assert out == back
    assert out[f"{{{XRD}}}id"] == ["hub-2"]


def test_fault_is_shown_as_it_came(browser: Browser) -> None:
    sent = browser.send("ListDocuments", person="1AA1AAA")
    assert (sent.status, "HTTP 500" in sent.page) == (200, True)
    assert sent.said("code") == ["Client.NotAllowed"]


@pytest.mark.parametrize(
    ("operation", "values"),
    [
        ("Ping", ("text",)),
        ("Ping", ("nothing=1",)),
        ("UploadDocument", ("name=a", "content=?")),
        ("Nothing", ()),
        ("", ()),
    ],
)
def test_what_cannot_be_sent_is_said_on_the_page(browser: Browser, operation: str, values: tuple[str, ...]) -> None:
    sent = browser.send(operation, *values)
    assert (sent.status, SHOWN.findall(sent.page)) == (422, [])


def test_production_has_no_such_hub(tmp_path: Path) -> None:
    settings = replace(Settings.from_environment({"EGOMRUK_INSTANCE": str(tmp_path)}), mode=Mode.PRODUCTION)
    with pytest.raises(SettingsError):
        EmulatedHub(settings, SystemClock(), PATH, ())
