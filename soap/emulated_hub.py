"""The e-government hub of a demonstration: relays for a citizen with X-Road headers, signed, over a real connection."""

from base64 import b64decode
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import timedelta
from typing import TYPE_CHECKING, Any, cast
from uuid import uuid4

from app.adapters.emulators import certification_centre
from app.adapters.emulators.hub import Relay, Relayed, Unanswered, Unsendable
from app.core.clock import Clock
from app.core.context import Actor, Context
from app.core.ports import Ports
from app.settings import Settings
from app.systems.operations import AddCertificate, RegisterSystem, add_certificate, register_system
from app.systems.queries import list_systems
from app.systems.rules import Kind
from soap.contract import NAME as CONTRACT
from soap.versions import NAMESPACE
from soap.xroad import COUNTRY, PROTOCOL, VERSION

if TYPE_CHECKING:
    from requests import Session as HttpSession
    from sqlalchemy.orm import Session

FILE = "emulated_hub.pem"  # In the instance folder.
BINDING = f"{{{NAMESPACE}}}{CONTRACT}Soap11"  # The protocol knows no other version.
CODE, NAME = "e-gov-demo", "E-Gov (nümayiş)"
MEMBER = {"objectType": "SUBSYSTEM", "xRoadInstance": COUNTRY, "memberClass": "GOV", "memberCode": CODE}
PORTAL = {"objectType": "SERVICE", "xRoadInstance": COUNTRY, "memberClass": "GOV", "memberCode": "customs"}
LIFE = timedelta(days=3650)
PATIENCE_SECONDS = 20


@dataclass(frozen=True)
class EmulatedHub:
    """Raises SettingsError in production mode."""

    settings: Settings
    clock: Clock
    path: str  # Of the gateway.
    operations: tuple[str, ...]

    def __post_init__(self) -> None:
        certification_centre.refuse_in_production(self.settings)

    def enrol(self, session: "Session", ports: Ports) -> None:
        """Makes it a registered system, once: an administrator may close it, and it stays closed."""
        if any(system.code == CODE for system in list_systems(session)):
            return
        context = Context(Actor.system("demo"), session, self.clock, ports, reference="demo")
        register_system(context, RegisterSystem(CODE, NAME, Kind.HUB, self.operations))
        add_certificate(context, AddCertificate(CODE, self._key_and_certificate()[1]))

    def relay(self, asked: Relay) -> Relayed:
        from requests import RequestException, Response, Session

        if asked.operation not in self.operations:
            raise Unsendable(asked.operation)
        exchanges: list[Response] = []
        with Session() as session:
            session.trust_env = False  # The gateway is on this machine; no proxy leads there.
            session.hooks["response"].append(lambda answer, **_: exchanges.append(answer))
            try:
                self._call(session, asked)
            except RequestException:
                raise Unanswered from None
        last = exchanges[-1]
        return Relayed(cast("bytes", last.request.body), last.content, last.status_code)

    def _call(self, session: "HttpSession", asked: Relay) -> None:
        from zeep import Client
        from zeep import Settings as Reading
        from zeep.exceptions import Fault, TransportError, ValidationError
        from zeep.transports import Transport

        from soap.client import Signer

        address = f"http://127.0.0.1:{self.settings.port}{self.path}"
        way = Transport(session=session, timeout=PATIENCE_SECONDS, operation_timeout=PATIENCE_SECONDS)  # type: ignore[no-untyped-call]
        signer = Signer(*self._key_and_certificate(), self.clock)
        client = Client(f"{address}?wsdl", wsse=signer, transport=way, settings=Reading(strict=True))  # type: ignore[no-untyped-call]
        service = client.create_service(BINDING, address)  # type: ignore[no-untyped-call]
        described = service._binding.get(asked.operation).input.body.type
        try:
            service[asked.operation](**_typed(described, asked.values), _soapheaders=_headers(asked))
        except (TypeError, ValueError, ValidationError) as error:
            raise Unsendable(str(error)) from None
        except (Fault, TransportError):
            pass  # Whatever was answered is shown.

    def _key_and_certificate(self) -> tuple[bytes, bytes]:
        """Made when it is needed first; the key lies under the passphrase of the emulated centre."""
        from cryptography.hazmat.primitives.serialization import (
            Encoding,
            NoEncryption,
            PrivateFormat,
            load_pem_private_key,
        )

        from signing import files

        secret, file = certification_centre.passphrase(self.settings).encode(), self.settings.instance / FILE
        if not file.exists():
            files.write_once(file, _made(secret, self.clock), files.PRIVATE)
        kept = file.read_bytes()
        key = load_pem_private_key(kept, secret)
        certificate = kept[kept.index(b"-----BEGIN CERTIFICATE") :]
        return key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption()), certificate


def _made(secret: bytes, clock: Clock) -> bytes:
    """A key and the certificate that it signs itself: a system is known by the certificate, whoever issued it."""
    from cryptography import x509
    from cryptography.hazmat.primitives import hashes
    from cryptography.hazmat.primitives.asymmetric import ec
    from cryptography.hazmat.primitives.serialization import BestAvailableEncryption, Encoding, PrivateFormat
    from cryptography.x509.oid import NameOID

    key, now = ec.generate_private_key(ec.SECP256R1()), clock.now()
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, CODE)])
    number, since = x509.random_serial_number(), now - timedelta(days=1)
    certificate = x509.CertificateBuilder(name, name, key.public_key(), number, since, now + LIFE)
    private = key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, BestAvailableEncryption(secret))
    return private + certificate.sign(key, hashes.SHA256()).public_bytes(Encoding.PEM)


def _headers(asked: Relay) -> dict[str, object]:
    headers: dict[str, object] = {
        "client": MEMBER,
        "service": PORTAL | {"serviceCode": asked.operation, "serviceVersion": VERSION},
        "id": asked.message_id or str(uuid4()),
        "protocolVersion": PROTOCOL,
    }
    if asked.person:
        headers["userId"] = f"{COUNTRY}{asked.person}"
    if asked.principal:
        # The protocol has no word for whom the person acts.
        headers["RequestHeader"] = {"principal": asked.principal}
    return headers


def _typed(described: Any, values: Mapping[str, str]) -> dict[str, object]:
    """What is a file in the contract is written as Base64."""
    from zeep.xsd.types.builtins import Base64Binary

    kinds = {name: element.type for name, element in described.elements}
    return {
        name: b64decode(text, validate=True) if isinstance(kinds.get(name), Base64Binary) else text
        for name, text in values.items()
    }
