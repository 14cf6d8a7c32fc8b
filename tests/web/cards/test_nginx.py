"""The sample configuration in a real nginx: who comes in by a TLS certificate, who does not, that no header lies."""

import re
import socket
import ssl
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import timedelta
from http.client import HTTPSConnection
from http.cookies import SimpleCookie
from pathlib import Path
from urllib.parse import quote

import pytest
from cryptography import x509
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat

from app.adapters.emulators import certification_centre
from app.settings import Settings
from app.systems.rules import Kind
from signing import profiles
from signing.authority import Authority
from signing.subjects import Subject
from tests.nginx import Proxy, nginx
from tests.processes import free_port, portal
from tests.signing.centre import Centre
from tests.soap.registered import enrol

FIN, NAME = "7EF9G4H", ("Aysel", "Məmmədova")
PATH = "/login/e-signature/certificate"


@dataclass(frozen=True)
class Key:
    """A certificate with its key, as a browser has them; a file for TLS."""

    certificate: x509.Certificate
    path: Path


@dataclass(frozen=True)
class Site(Proxy):
    authority: Authority

    def key(self, name: str, certificate: x509.Certificate, key: ec.EllipticCurvePrivateKey) -> Key:
        path = self.folder / f"{name}.pem"
        text = key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())
        path.write_bytes(text + certificate.public_bytes(Encoding.PEM))
        return Key(certificate, path)

    def issued(self, name: str, profile: profiles.Profile = profiles.PERSON_AUTHENTICATION, **when: object) -> Key:
        key = ec.generate_private_key(ec.SECP256R1())
        subject = Subject.person(FIN, *NAME)
        return self.key(name, self.authority.issue(profile, subject, key.public_key(), **when), key)  # type: ignore[arg-type]


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Site]:
    folder = tmp_path_factory.mktemp("nginx")
    open_port, asking_port = free_port(), free_port()
    told = {
        "EGOMRUK_BASE_URL": f"https://localhost:{open_port}",
        "EGOMRUK_CERTIFICATE_URL": f"https://localhost:{asking_port}",
        "EGOMRUK_TRUSTED_PROXIES": "127.0.0.1",
        "EGOMRUK_WORKERS": "1",
    }
    with portal(folder / "instance", **told) as (address, _):
        portal_port = int(address.rpartition(":")[2])
        settings = Settings.from_environment({"EGOMRUK_INSTANCE": str(folder / "instance")})
        made = Site(folder, open_port, asking_port, portal_port, certification_centre.centre(settings))
        with nginx(made, made.authority.issuing.public_bytes(Encoding.PEM)):
            yield made


class Browser:
    """Keeps cookies for the host, whatever the port; shows a certificate where it is asked for one."""

    def __init__(self, site: Site, key: Key | None = None) -> None:
        self.site = site
        self.cookies: dict[str, str] = {}
        self.tls = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
        self.tls.check_hostname, self.tls.verify_mode = False, ssl.CERT_NONE
        if key is not None:
            self.tls.load_cert_chain(key.path)

    def ask(self, method: str, port: int, path: str, body: str | None = None, **headers: str) -> tuple[int, str, str]:
        connection = HTTPSConnection("localhost", port, context=self.tls, timeout=20)
        sent = {name.replace("_", "-"): value for name, value in headers.items()}
        sent["Cookie"] = "; ".join(f"{name}={value}" for name, value in self.cookies.items())
        if body is not None:
            sent |= {"Content-Type": "application/x-www-form-urlencoded"}
            sent |= {"Referer": f"https://localhost:{port}{path}", "Sec-Fetch-Site": "same-origin"}
        try:
            connection.request(method, path, body, sent)
            answer = connection.getresponse()
            for line in answer.headers.get_all("Set-Cookie") or ():
                for name, morsel in SimpleCookie(line).items():
                    self.cookies[name] = morsel.value
            return answer.status, answer.headers.get("Location", ""), answer.read().decode()
        finally:
            connection.close()

    def sign_in(self, port: int, **headers: str) -> tuple[int, str, str]:
        """What the button of the page with the certificate does; the token is that of any page of this browser."""
        _, _, page = self.ask("GET", self.site.open_port, "/login/e-signature")
        found = re.search(r'name="csrf_token" value="([^"]+)"', page)
        assert found, page
        path = f"{PATH}?next=/sessions"
        return self.ask("POST", port, path, f"csrf_token={quote(found[1])}", **headers)

    @property
    def is_in(self) -> bool:
        return self.ask("GET", self.site.open_port, "/sessions")[0] == 200


def test_certificate_signs_in_at_the_port_that_asks_for_it(site: Site) -> None:
    browser = Browser(site, site.issued("good"))
    status, _, page = browser.ask("GET", site.asking_port, f"{PATH}?next=/sessions")
    assert (status, "Aysel Məmmədova" in page) == (200, True), page
    status, place, page = browser.sign_in(site.asking_port)
    assert (status, place) == (303, f"https://localhost:{site.open_port}/sessions"), page
    assert browser.is_in


def test_page_of_that_port_has_its_looks_and_nothing_else_is_there(site: Site) -> None:
    browser = Browser(site)
    _, _, page = browser.ask("GET", site.asking_port, PATH)
    style = re.search(r'href="(/static/[^"]+\.css)"', page)
    assert style
    assert browser.ask("GET", site.asking_port, style[1])[0] == 200
    status, place, _ = browser.ask("GET", site.asking_port, "/documents?q=1")
    assert (status, place) == (302, f"https://localhost:{site.open_port}/documents?q=1")


def nothing(_: Site) -> Key | None:
    return None


def expired(site: Site) -> Key:
    began = site.authority.issuing.not_valid_before_utc
    return site.issued("expired", not_before=began, lifetime=timedelta(seconds=1))


def of_another_centre(site: Site) -> Key:
    key = ec.generate_private_key(ec.SECP256R1())
    theirs = Centre("Yad").issue(profiles.PERSON_AUTHENTICATION, Subject.person(FIN, *NAME).name(), key)
    return site.key("foreign", theirs, key)


def revoked(site: Site) -> Key:
    made = site.issued("revoked")
    site.authority.revoke(made.certificate.serial_number)
    return made


REFUSED = {
    "none": (nothing, "certificate.missing"),
    "expired": (expired, "certificate.outside"),
    "of another centre": (of_another_centre, "certificate.untrusted"),
    "revoked": (revoked, "certificate.revoked"),
    "for signing": (lambda site: site.issued("signing", profiles.PERSON_SIGNING), "certificate.purpose"),
}


@pytest.mark.parametrize("name", REFUSED)
def test_certificate_that_is_not_good_is_refused_with_a_reason(site: Site, name: str) -> None:
    make, code = REFUSED[name]
    browser = Browser(site, make(site))
    status, _, page = browser.sign_in(site.asking_port)
    assert (status, code in page) == (422, True), page
    assert not browser.is_in


def forged(site: Site) -> str:
    """A good certificate, of which its forger does not have the key."""
    return quote(site.issued("stolen").certificate.public_bytes(Encoding.PEM).decode())


@pytest.mark.parametrize("port", ["open_port", "asking_port"])
def test_header_of_a_browser_does_not_get_through_the_proxy(site: Site, port: str) -> None:
    browser = Browser(site)
    status, _, page = browser.sign_in(getattr(site, port), X_Client_Certificate=forged(site))
    assert (status, "certificate.missing" in page) == (422, True), page
    assert not browser.is_in


def test_certificate_in_the_header_does_not_cover_the_one_in_the_connection(site: Site) -> None:
    browser = Browser(site, of_another_centre(site))
    status, _, page = browser.sign_in(site.asking_port, X_Client_Certificate=forged(site))
    assert (status, "certificate.untrusted" in page) == (422, True)


def test_header_that_comes_past_the_proxy_is_not_seen(site: Site) -> None:
    """From another address than the proxy's, straight to the portal."""
    sent = (
        f"GET {PATH} HTTP/1.1\r\nHost: localhost\r\nX-Forwarded-Proto: https\r\n"
        f"X-Client-Certificate: {forged(site)}\r\nConnection: close\r\n\r\n"
    )
    found = {}
    for source in ("127.0.0.1", "127.0.0.9"):
        with socket.create_connection(("127.0.0.1", site.portal_port), 20, (source, 0)) as connection:
            connection.sendall(sent.encode())
            found[source] = b"".join(iter(lambda: connection.recv(65536), b"")).decode()
    assert "Aysel Məmmədova" in found["127.0.0.1"]  # The proxy's own address: here the header would have worked.
    assert "Brauzer sertifikat göstərmədi." in found["127.0.0.9"]


PING = b'<e:Envelope xmlns:e="http://schemas.xmlsoap.org/soap/envelope/"><e:Body>%s</e:Body></e:Envelope>'


def called(site: Site, operation: str, key: Key | None, port: int) -> str:
    connection = HTTPSConnection("localhost", port, context=Browser(site, key).tls, timeout=20)
    body = PING % f'<{operation} xmlns="urn:e-gomruk:services:v1"/>'.encode()
    sent = {"Content-Type": "text/xml; charset=utf-8", "X-Client-Certificate": forged(site)}
    try:
        connection.request("POST", "/soap/v1", body, sent)
        found = re.search("<tns:rule>([^<]+)<", connection.getresponse().read().decode())
        return found[1] if found else ""
    finally:
        connection.close()


def test_system_is_known_at_the_port_that_asks_for_its_certificate(site: Site) -> None:
    """Whoever is known may call what is opened to him and nothing else; whoever shows nothing, what is everybody's."""
    known = site.issued("system")
    settings = Settings.from_environment({"EGOMRUK_INSTANCE": str(site.folder / "instance")})
    enrol(settings, known.certificate.public_bytes(Encoding.PEM), ("Ping",), kind=Kind.BANK)
    assert called(site, "Ping", known, site.asking_port) == ""
    assert called(site, "ListServices", known, site.asking_port) == "systems.operation"
    assert called(site, "Ping", of_another_centre(site), site.asking_port) == "systems.unknown"
    assert called(site, "ListServices", None, site.asking_port) == ""
    assert called(site, "ListServices", known, site.open_port) == ""
