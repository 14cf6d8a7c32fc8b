"""Asan imza: a code on the screen and the same one on the phone, PIN1, and whoever holds the phone is known."""

import hashlib
import secrets
from base64 import b64decode, b64encode
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from app.accounts.operations import phones
from app.accounts.operations.ceremonies import Begun, Started, begin, find, note, take
from app.accounts.operations.certificates import holder_of
from app.accounts.operations.entering import Browser, Proof, admit
from app.accounts.operations.phones import LIFE, MEANS, Watched
from app.accounts.operations.sessions import SignedIn
from app.accounts.rules import WHO, Purpose, Stage
from app.core.context import Context
from app.core.errors import N_, Conflict, Invalid, NotAllowed
from app.core.operation import operation

if TYPE_CHECKING:
    from cryptography import x509

HASH = "sha256"
NONCE_BYTES = 32
PIN_LENGTH = 7
NO_PROOF = N_("Cavab şəxsiyyətinizi təsdiq etmir: imza və ya sertifikat uyğun deyil. Başqa vasitə ilə daxil olun.")


@dataclass(frozen=True, slots=True)
class BeginAsanImza:
    """To sign in; or, with `proves`, to show anew who is signed in."""

    phone: str = field(repr=False)
    user_id: str = field(repr=False)
    browser: Browser
    target: str
    proves: bool = False


def _claim_phone(context: Context, command: BeginAsanImza) -> BeginAsanImza:
    phones.claim(context, command.phone, command.user_id)
    if command.proves and context.actor.person_id is None:
        raise NotAllowed("access.person", N_("Bu əməliyyatı yalnız portala daxil olmuş şəxs edə bilər."))
    return command


@operation(before=_claim_phone, repeatable=False)
def begin_asan_imza(context: Context, command: BeginAsanImza) -> Started:
    """The ceremony is there before the phone rings: whatever happens then, it ends by itself."""
    purpose = Purpose.PROVE if command.proves else Purpose.SIGN_IN
    public_id = begin(
        context,
        MEANS,
        command.browser.token,
        purpose=purpose,
        target=command.target,
        life=LIFE,
        nonce=b64encode(secrets.token_bytes(NONCE_BYTES)).decode(),
        phone=command.phone,
        user_id=command.user_id,
    )
    return Started(public_id)


@dataclass(frozen=True, slots=True)
class RingPhone:
    """The text is what the phone shows: of which site, and for what."""

    public_id: str
    browser: Browser
    text: str


@dataclass(frozen=True, slots=True)
class Rung:
    """What the service knows the question by, and whose phone it says that it is."""

    public_id: str
    session: str
    pin: str


def _ring(context: Context, command: RingPhone) -> Rung:
    from signing.errors import SigningError
    from signing.signers.mobile import Kind

    begun = find(context, MEANS, command.browser.token, command.public_id)
    context.about("ceremony", begun.public_id, means=str(MEANS))
    if begun.stage is not Stage.OPEN or "session" in begun.facts:
        raise Conflict("ceremony.used", N_("Bu təsdiqə artıq cavab verilib. Yenidən başlayın."))
    whose = begun.facts["phone"], begun.facts["user_id"]
    try:
        pin = _subscriber(context, *whose)
        # The service is asked also where it knows nobody, so that it takes as long.
        about = Kind.AUTHENTICATION, *whose, challenge(context, begun), HASH
        session = phones.phones_of(context).service.begin(*about, language=context.language, text=command.text)
    except SigningError as error:
        raise phones.not_reached(context, begun, error) from error
    return Rung(begun.public_id, session.id, pin)


@operation(before=_ring, repeatable=False)
def ring_phone(context: Context, rung: Rung) -> None:
    note(context, rung.public_id, session=rung.session, pin=rung.pin)


def _subscriber(context: Context, phone: str, user_id: str) -> str:
    """The FİN behind a user ID, by the certificate with which this phone signs; empty where there is none."""
    from signing.signers.mobile import NotSigned
    from signing.subjects import fin_of

    try:
        return fin_of(phones.phones_of(context).service.holder(phone, user_id))
    except NotSigned:
        return ""


def challenge(context: Context, begun: Begun) -> bytes:
    """Random, and of this site and purpose: a signature of it is one of nothing else, and of no document."""
    purpose = f"e-gomruk\nasan-imza\n{begun.purpose}\n{context.ports.base_url}\n{begun.public_id}\n"
    return hashlib.sha256(purpose.encode() + b64decode(begun.facts["nonce"])).digest()


def watch(context: Context, browser: Browser, public_id: str) -> Watched:
    begun = find(context, MEANS, browser.token, public_id)
    return phones.watched(context, begun, challenge(context, begun))


def standing(context: Context, command: BeginAsanImza) -> str | None:
    """Of a form that was sent twice."""
    return phones.standing(context, command.browser.token, WHO, phone=command.phone, user_id=command.user_id)


@dataclass(frozen=True, slots=True)
class FinishAsanImza:
    public_id: str
    browser: Browser


@dataclass(frozen=True, slots=True)
class Shown:
    ceremony: Begun
    proof: Proof
    browser: Browser


def _examine(context: Context, command: FinishAsanImza) -> Shown:
    from signing.certificates import to_der
    from signing.errors import SigningError
    from signing.signers.mobile import Complete, authenticated

    begun = find(context, MEANS, command.browser.token, command.public_id)
    context.about("ceremony", begun.public_id, means=str(MEANS), purpose=str(begun.purpose))
    answer = phones.answer_of(context, begun) if begun.stage is Stage.OPEN else None
    if begun.stage is Stage.OPEN:
        phones.refuse_what_ended(context, begun, answer)
    taken = take(context, MEANS, command.browser.token, command.public_id)
    if not isinstance(answer, Complete):
        raise phones.away()
    phones.stop_ringing(context, taken)
    try:
        certificate = authenticated(answer, challenge(context, taken), HASH, taken.facts["pin"])
        _check_asked_for(certificate, taken.facts["user_id"])
    except SigningError as error:
        context.about("ceremony", taken.public_id, means=str(MEANS), why=type(error).__name__)
        raise Invalid("asan_imza.no_proof", NO_PROOF) from error
    return Shown(taken, holder_of(context, to_der(certificate)).proof(MEANS), command.browser)


@operation(before=_examine, repeatable=False)
def finish_asan_imza(context: Context, shown: Shown) -> SignedIn:
    return admit(context, shown.ceremony, shown.proof, shown.browser)


def _check_asked_for(certificate: "x509.Certificate", user_id: str) -> None:
    """Where a FİN was typed for the user ID, it must be the holder's; a number of the service means nothing to us."""
    from signing.errors import WrongCertificate
    from signing.subjects import fin_of

    is_pin = len(user_id) == PIN_LENGTH and not user_id.isdecimal()
    if is_pin and fin_of(certificate) != user_id:
        raise WrongCertificate("the certificate is another person's")
