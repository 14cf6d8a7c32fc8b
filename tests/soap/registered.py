"""The gateway over a database, with a registered system in the test's hands, and what its answers say."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from flask import Flask
from lxml import etree
from werkzeug.test import Client, TestResponse

from app.accounts.operations import OpenAccount, open_account
from app.core.clock import FixedClock, SystemClock
from app.core.context import Actor, Context
from app.core.db import db
from app.core.roles import Role
from app.factory import create_core
from app.reference.operations import LoadReference, load_reference
from app.settings import Settings
from app.systems.operations import AddCertificate, RegisterSystem, add_certificate, register_system
from app.systems.rules import Kind
from soap.gateway import PATH
from soap.versions import NAMESPACE, VERSIONS, Version
from tests.conftest import close
from tests.soap.callers import detail_of
from tests.soap.signed import System, envelope, system

PIN, NUMBER = "7EF9G4H", "9900000141"
PROXY = "10.0.0.1"
PASSWORD = "dörd yaşıl gəmi limanda"
WHOAMI = f'<Whoami xmlns="{NAMESPACE}"/>'
OPEN = (
    "Whoami",
    "Ping",
    "UploadDocument",
    "RequestUpload",
    "ListDocuments",
    "ListNotifications",
    "LookupPerson",
    "IssueGooen",
    "ReportPersonDataError",
    "CheckGooen",
    "ListBorderGoods",
)  # To the system.
# To the system of a border post, which speaks for its office.
OPEN_TO_POSTS = (
    "RegisterBorderGoods",
    "CorrectBorderGoods",
    "CancelBorderGoods",
    "ReportBorderArrivals",
    "ClearBorderGoods",
)
YEAR = timedelta(days=365)


@dataclass
class Gateway:
    """The gateway over a database, with one registered system in the test's hands."""

    http: Client
    context: Context
    clock: FixedClock
    hub: System
    portal: Flask
    fingerprint: str = ""

    def call(self, message: bytes, version: Version = VERSIONS[0], **request: Any) -> TestResponse:
        return self.http.post(PATH, data=message, content_type=version.media_type, **request)

    def signed(self, body: str = WHOAMI, header: str = "", version: Version = VERSIONS[0]) -> bytes:
        return self.hub.sign(envelope(body, header, version), self.clock.now())


def post(gateway: Gateway, office: str = "05010") -> System:
    """The system of a border post of this office, newly registered."""
    context, now = gateway.context, gateway.clock.now()
    load_reference(context, LoadReference())
    made, code = system(f"post-{office}", now - YEAR, now + YEAR, "ec"), f"post-{office}"
    register_system(context, RegisterSystem(code, code, Kind.BORDER_POST, OPEN_TO_POSTS, office=office))
    add_certificate(context, AddCertificate(code, made.certificate))
    return made


def who(response: TestResponse) -> str:
    assert response.status_code == 200, response.text
    found = etree.fromstring(response.data).findtext(f".//{{{NAMESPACE}}}WhoamiResult")
    return (found or "").partition(" ")[0]


def request_header(person: str = "", principal: str = "", message_id: str = "") -> str:
    said = {"messageId": message_id, "actingPerson": person, "principal": principal}
    parts = "".join(f"<{name}>{value}</{name}>" for name, value in said.items() if value)
    return f'<RequestHeader xmlns="{NAMESPACE}">{parts}</RequestHeader>'


def refused(response: TestResponse) -> str:
    detail = detail_of(response)
    assert detail["code"] in (["Client.NotAllowed"], ["Client.Validation"]), response.text
    return detail["rule"][0]


def second_person(gateway: Gateway) -> str:
    """Leyla, of a firm that is nobody else's; gives her FİN."""
    pin, firm = "8AB1C2D", (("9900000151", "Araz İxrac MMC", "Gəncə"),)
    command = OpenAccount("leyla", PASSWORD, "Leyla", (Role.PARTICIPANT,), pin, participants=firm, must_change=False)
    open_account(gateway.context, command)
    return pin


@dataclass(frozen=True)
class Represented:
    """Somebody for whom a system speaks, with a firm of his own."""

    pin: str
    number: str
    username: str


def enrol(
    settings: Settings,
    certificate: bytes,
    operations: Sequence[str],
    *,
    kind: Kind = Kind.HUB,
    person: Represented | None = None,
) -> None:
    """Registers a system with a portal that runs elsewhere, and the person if there is one."""
    app = create_core(settings)
    with app.app_context():
        context = Context(Actor.system("test"), db.session(), SystemClock(), app.extensions["ports"])
        if person is not None:
            account = OpenAccount(
                person.username,
                PASSWORD,
                person.username.title(),
                (Role.PARTICIPANT,),
                person.pin,
                participants=((person.number, "Xəzər İdxal MMC", "Bakı"),),
                must_change=False,
            )
            open_account(context, account)
        register_system(context, RegisterSystem("e-gov", "e-gov", kind, tuple(operations)))
        add_certificate(context, AddCertificate("e-gov", certificate))
    close(app)
