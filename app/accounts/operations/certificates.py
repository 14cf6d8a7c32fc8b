"""Of whom a certificate speaks: believed only after its path, its use, its time and its revocation are checked."""

import hashlib
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import TYPE_CHECKING

from sqlalchemy import select

from app.accounts.models import Person
from app.accounts.operations.entering import Firm, Proof
from app.accounts.rules import Means
from app.core.context import Context
from app.core.errors import N_, DomainError, Invalid, Unavailable
from app.core.identifiers import check_pin, check_voen

if TYPE_CHECKING:
    from cryptography.x509 import Certificate

    from signing.errors import SigningError
    from signing.paths import Path

UNREADABLE = N_("Sertifikat oxunmadı. Kartı çıxarıb yenidən qoyun və bir də cəhd edin.")
UNTRUSTED = N_("Sertifikatı portalın tanımadığı mərkəz verib. Milli mərkəzin kartından istifadə edin.")
OUTSIDE = N_("Sertifikatın müddəti bitib və ya hələ başlamayıb. Sertifikatı verən mərkəzə müraciət edin.")
PURPOSE = N_("Bu sertifikat şəxsiyyətin təsdiqi üçün deyil. Giriş sertifikatını seçin, o, PIN1 ilə açılır.")
REVOKED = N_("Sertifikat ləğv edilib. Sertifikatı verən mərkəzə müraciət edin.")
ON_HOLD = N_("Sertifikatın fəaliyyəti dayandırılıb. Bərpa etmək üçün onu verən mərkəzə müraciət edin.")
WEAK = N_("Sertifikatın açarı çox zəifdir. Yeni sertifikat alın.")
WRONG_SIGNATURE = N_("İmza bu sertifikatın açarı ilə yaradılmayıb. Yenidən başlayın və eyni kartdan istifadə edin.")
NO_PIN = N_("Sertifikatda sahibinin FİN-i yoxdur, portal isə şəxsi FİN-lə tanıyır. Başqa vasitə seçin.")
AWAY = N_("Sertifikatları yoxlayan xidmət hazırda cavab vermir. Bir azdan yenidən cəhd edin və ya başqa vasitə seçin.")


@dataclass(frozen=True, slots=True)
class Holder:
    """Whom a certificate names that was found good."""

    pin: str
    name: str
    firm: Firm | None
    certificate: bytes

    def proof(self, means: Means) -> Proof:
        device = hashlib.sha256(self.certificate).hexdigest()
        return Proof(means, self.pin, self.name, device, self.firm, self.certificate)


def holder_of(context: Context, data: bytes) -> Holder:
    """Slow, because others are asked: for what stands before a transaction."""
    from signing.certificates import load
    from signing.errors import Revoked
    from signing.people import common_name
    from signing.subjects import fin_of

    with refusals():
        certificate = load(data)
        path = _path(context, certificate)
        try:
            check_revocation(context, path)
        except Revoked:
            _name_owner(context, fin_of(certificate))
            raise
    return Holder(_pin(fin_of(certificate)), common_name(certificate), _firm(certificate), data)


def _path(context: Context, certificate: "Certificate") -> "Path":
    """To a pinned root, of a certificate that shows who one is."""
    from signing.paths import find_path
    from signing.profiles import Role
    from signing.uses import Use

    trust, roles = context.ports.trust, frozenset({Role.AUTHENTICATION})
    return find_path(certificate, trust.authorities, trust.roots, context.clock.now(), Use.AUTHENTICATION, roles=roles)


def named_pin(context: Context, text: str) -> str:
    """The FİN in a certificate that its holder has not shown to be his: nothing is opened by it."""
    from signing.base64_text import decoded
    from signing.certificates import load
    from signing.subjects import fin_of

    with refusals():
        certificate = load(decoded(text))
        _path(context, certificate)
    return _pin(fin_of(certificate))


def _name_owner(context: Context, pin: str) -> None:
    """In the audit trail: he is told that somebody tried to come in with what is worth nothing any more."""
    owner = context.session.scalar(select(Person.public_id).where(Person.pin == pin))
    if owner is not None:
        context.about("person", owner)


def check_revocation(context: Context, path: "Path") -> None:
    """What the responder says now; and, where there are lists, what they say of the authorities above."""
    from signing.errors import Indeterminate
    from signing.ocsp import verify_ocsp
    from signing.standing import Evidence

    services, now = context.ports.trust.services, context.clock.now()
    answer = services.ocsp.response(path.certificate, path.issuer)
    verify_ocsp(answer, path.certificate, path.issuer, now)
    if services.lists is not None:
        evidence = Evidence(lists=tuple(services.lists.lists()))
        if evidence.check(path.chain[1:], now, now):
            raise Indeterminate("nothing says whether the authority itself was revoked")


def _pin(text: str) -> str:
    """Nobody typed it, so that it is either right as it stands or of somebody whom the portal cannot know."""
    try:
        return check_pin(text)
    except Invalid as error:
        raise Invalid("certificate.no_pin", NO_PIN) from error


def _firm(certificate: "Certificate") -> Firm | None:
    from signing.subjects import firm_of

    found = firm_of(certificate)
    return Firm(check_voen(found[0]), found[1]) if found else None


@contextmanager
def refusals() -> Iterator[None]:
    """What the signing library refuses, in words for whoever holds the card or the phone."""
    from signing.errors import SigningError

    try:
        yield
    except SigningError as error:
        raise _refusal(error) from error


def _refusal(error: "SigningError") -> DomainError:
    from signing import errors
    from signing.revocation import HOLD
    from signing.standing import AuthorityRevoked

    if isinstance(error, errors.Revoked):
        is_held = error.reason == HOLD
        return Invalid("certificate.on_hold" if is_held else "certificate.revoked", ON_HOLD if is_held else REVOKED)
    said: dict[type[SigningError], Callable[[], DomainError]] = {
        errors.Malformed: lambda: Invalid("certificate.unreadable", UNREADABLE),
        errors.Untrusted: lambda: Invalid("certificate.untrusted", UNTRUSTED),
        AuthorityRevoked: lambda: Invalid("certificate.untrusted", UNTRUSTED),
        errors.OutsideValidity: lambda: Invalid("certificate.outside", OUTSIDE),
        errors.WrongCertificate: lambda: Invalid("certificate.purpose", PURPOSE),
        errors.Weak: lambda: Invalid("certificate.weak", WEAK),
        errors.InvalidSignature: lambda: Invalid("certificate.signature", WRONG_SIGNATURE),
    }
    return said.get(type(error), lambda: Unavailable("certificate.away", AWAY))()
