"""One decision with everything that belongs to it: declared, decided, kept, and soon in the register with its proof."""

from typing import TYPE_CHECKING

from sqlalchemy import select

from app.adapters.emulators import certification_centre
from app.archive.models import KeptContainer
from app.archive.operations import KeepContainer, keep
from app.archive.rules import Kind
from app.core.context import Context
from app.core.roles import Role
from app.demo.people import cast
from app.settings import Settings

if TYPE_CHECKING:
    from signing.authority import Authority
    from signing.data_file import DataFile
    from signing.profiles import Profile

NUMBER, CODE = "26AZ01000000001", "released"
DECLARATION = f'<Declaration xmlns="urn:e-gomruk:declaration:v1"><Number>{NUMBER}</Number></Declaration>'
DECISION = f'<Decision xmlns="urn:e-gomruk:decision:v1"><Number>{NUMBER}</Number><Code>{CODE}</Code></Decision>'


def load_decision(context: Context, settings: Settings) -> int:
    """Gives how many containers were added; none where another centre than the own is believed."""
    if settings.roots != certification_centre.folder(settings.instance) / "root.crt":
        return 0
    if context.session.scalar(select(KeptContainer.id).limit(1)) is not None:
        return 0

    from signing.data_file import data_file
    from signing.profiles import OFFICER, PERSON_SIGNING

    centre = certification_centre.centre(settings)
    declaration = _signed(centre, Role.PARTICIPANT, PERSON_SIGNING, data_file("declaration.xml", DECLARATION.encode()))
    files = data_file("declaration.asice", declaration), data_file("decision.xml", DECISION.encode())
    keep(context, KeepContainer(declaration, Kind.DECLARATION, NUMBER))
    keep(context, KeepContainer(_signed(centre, Role.OFFICER, OFFICER, *files), Kind.DECISION, NUMBER))
    return 2


def _signed(centre: "Authority", role: Role, profile: "Profile", *files: "DataFile") -> bytes:
    """By the person of the cast in this role, with a key that is forgotten afterwards."""
    from cryptography.hazmat.primitives.asymmetric import ec

    from signing.sealing import Services, seal
    from signing.signers.pkcs12 import KeyFile
    from signing.subjects import Subject

    person = next(person for person in cast() if person.role is role)
    given_name, _, surname = person.name.partition(" ")
    who = (person.pin, given_name, surname)
    subject = Subject.officer(*who, person.office) if person.office else Subject.person(*who)
    key = ec.generate_private_key(ec.SECP256R1())
    signer = KeyFile(centre.issue(profile, subject, key.public_key()), (centre.issuing,), key)
    return seal(files, signer, Services(centre.tsa, centre.ocsp, lists=centre)).to_bytes()
