"""Those who call the gateway: a program without a library, and zeep, which takes every word of the WSDL strictly."""

from collections.abc import Callable
from dataclasses import dataclass
from io import BytesIO
from typing import Any

from lxml import etree
from requests import Response
from werkzeug.test import Client, TestResponse
from zeep import Client as Zeep
from zeep import Settings as ZeepSettings
from zeep.transports import Transport

from soap.gateway import PATH
from soap.versions import NAMESPACE, VERSIONS, Version

BASE_URL = "https://customs.example"


@dataclass(frozen=True)
class Caller:
    """Sends envelopes as they are, as a program without a library would."""

    http: Client

    def __call__(self, body: str, version: Version = VERSIONS[0], *, header: str = "", **request: Any) -> TestResponse:
        envelope = f'<e:Envelope xmlns:e="{version.namespace}">{header}<e:Body>{body}</e:Body></e:Envelope>'
        return self.send(envelope.encode(), **{"content_type": version.media_type} | request)

    def send(self, content: bytes, **request: Any) -> TestResponse:
        return self.http.post(PATH, data=content, **request)


class InProcess(Transport):
    """Zeep's way to the gateway without a network."""

    def __init__(self, http: Client) -> None:
        super().__init__()  # type: ignore[no-untyped-call]
        self.http = http

    def load(self, url: str) -> bytes:
        assert url.startswith(BASE_URL + PATH), f"the WSDL leads elsewhere: {url}"
        return self.http.get(url.removeprefix(BASE_URL)).get_data()

    def post(self, address: str, message: bytes, headers: dict[str, str]) -> Any:
        answer = self.http.post(address.removeprefix(BASE_URL), data=message, headers=headers)
        response = Response()
        response.status_code, response.raw = answer.status_code, BytesIO(answer.data)
        response.headers.update(dict(answer.headers))
        return response


def strict_zeep(http: Client, version: Version, wsse: object = None) -> Any:
    """Zeep's proxy of the port for that version; strict, so that every departure from the WSDL is an error."""
    strict = ZeepSettings(strict=True)
    transport = InProcess(http)
    client = Zeep(f"{BASE_URL}{PATH}?wsdl", transport=transport, settings=strict, wsse=wsse)  # type: ignore[no-untyped-call]
    return Answers(client.bind("EGomruk", f"EGomrukSoap{version.number.replace('.', '')}"))


@dataclass(frozen=True)
class Answers:
    """The operations of a proxy without the headers of their answers, which `proxy` gives as well."""

    proxy: Any

    def __getattr__(self, name: str) -> Callable[..., Any]:
        def call(**arguments: object) -> Any:
            body = getattr(self.proxy, name)(**arguments).body
            return getattr(body, f"{name}Result")

        return call


def detail_of(response: TestResponse) -> dict[str, list[str]]:
    """The leaves of the element `ServiceFault`, by their names."""
    root = etree.fromstring(response.data)
    (detail,) = root.iter(f"{{{NAMESPACE}}}ServiceFault")
    found: dict[str, list[str]] = {}
    for leaf in detail.iter():
        if not len(leaf):
            found.setdefault(etree.QName(leaf).localname, []).append(leaf.text or "")
    return found
