"""Elektron imza by TLS: the proxy has seen the key of a certificate at work, and hands the certificate over."""

from dataclasses import dataclass
from typing import TYPE_CHECKING

from app.accounts.operations.ceremonies import limits_of_answering
from app.accounts.operations.certificates import holder_of, refusals
from app.accounts.operations.entering import Browser, Proof, enter, prove_anew
from app.accounts.operations.sessions import SignedIn
from app.accounts.rules import Means, Purpose
from app.core.context import Context
from app.core.errors import N_, Invalid
from app.core.operation import operation

if TYPE_CHECKING:
    from cryptography.x509 import Certificate

MISSING = N_("Brauzer sertifikat göstərmədi. Kartı oxuyana qoyun, brauzeri bağlayıb yenidən açın və bir də cəhd edin.")


@dataclass(frozen=True, slots=True)
class SignInByCertificate:
    browser: Browser
    purpose: Purpose
    certificate: str  # PEM, empty where none was shown.


@dataclass(frozen=True, slots=True)
class ProvenCertificate:
    command: SignInByCertificate
    proof: Proof


def named_in(certificate: str) -> str:
    """Whom it names, believed by nobody yet: so that its holder sees which one his browser chose."""
    from signing.people import common_name

    return common_name(_only(certificate)) if certificate else ""


def _prove(context: Context, command: SignInByCertificate) -> ProvenCertificate:
    from signing.certificates import to_der

    context.about("certificate", "", means=str(Means.E_SIGNATURE), purpose=str(command.purpose))
    if not command.certificate:
        raise Invalid("certificate.missing", MISSING)
    holder = holder_of(context, to_der(_only(command.certificate)))
    return ProvenCertificate(command, holder.proof(Means.E_SIGNATURE))


@operation(limits=limits_of_answering, before=_prove, repeatable=False)
def sign_in_by_certificate(context: Context, proven: ProvenCertificate) -> SignedIn:
    command = proven.command
    if command.purpose is Purpose.PROVE:
        return prove_anew(context, proven.proof, command.browser.session)
    return enter(context, proven.proof, command.browser.agent)


def _only(text: str) -> "Certificate":
    from signing.certificates import load_file
    from signing.errors import Malformed

    with refusals():
        found = load_file(text.encode())
        if len(found) != 1:
            raise Malformed("a proxy hands over one certificate")
    return found[0]
