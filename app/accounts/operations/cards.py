"""Elektron imza by challenge and response: a card signs a number that was made for this one attempt."""

import hashlib
import secrets
from base64 import b64decode, b64encode
from dataclasses import dataclass
from datetime import timedelta

from app.accounts.operations import ceremonies
from app.accounts.operations.ceremonies import Begun, Started, limits_of_answering, limits_of_beginning
from app.accounts.operations.certificates import Holder, holder_of, named_pin, refusals
from app.accounts.operations.entering import Browser, admit
from app.accounts.operations.sessions import SignedIn
from app.accounts.rules import Means, Purpose
from app.core.context import Context
from app.core.errors import N_, Invalid
from app.core.operation import operation

CHALLENGE_BYTES = 32
LIFE = timedelta(minutes=5)
HASH_NAME = "sha256"
# What stands before the challenge can stand before nothing else that a key signs, so that no sign-in is a signature.
PREFIX = b"e-Gomruk sign-in v1\0"


@dataclass(frozen=True, slots=True)
class Handover:
    """What goes to the card, and the code by which its holder knows that it is this."""

    digest: bytes
    code: str
    purpose: Purpose
    target: str


@dataclass(frozen=True, slots=True)
class BeginCard:
    browser: str
    purpose: Purpose
    target: str


@operation(limits=limits_of_beginning, repeatable=False)
def begin_card(context: Context, command: BeginCard) -> Started:
    challenge = b64encode(secrets.token_bytes(CHALLENGE_BYTES)).decode()
    public_id = ceremonies.begin(
        context,
        Means.E_SIGNATURE,
        command.browser,
        purpose=command.purpose,
        target=command.target,
        life=LIFE,
        challenge=challenge,
    )
    return Started(public_id)


def handover(context: Context, browser: str, public_id: str) -> Handover:
    """Of a ceremony that still waits for its card."""
    from signing.signers.mobile import control_code

    begun = ceremonies.find(context, Means.E_SIGNATURE, browser, public_id)
    ceremonies.check_open(context, begun)
    digest = _digest(context, begun)
    return Handover(digest, control_code(digest), begun.purpose, begun.target)


def _digest(context: Context, begun: Begun) -> bytes:
    """Bound to this portal and to what it is for: an answer is good nowhere else."""
    about = f"{context.ports.base_url}\0{begun.purpose}\0".encode()
    return hashlib.sha256(PREFIX + about + b64decode(begun.facts["challenge"])).digest()


@dataclass(frozen=True, slots=True)
class AnswerCard:
    browser: Browser
    state: str
    certificate: str
    signature: str
    is_cancelled: bool = False
    is_locked: bool = False  # As the reader says: by its third wrong PIN.


@dataclass(frozen=True, slots=True)
class ProvenCard:
    command: AnswerCard
    begun: Begun
    holder: Holder


@dataclass(frozen=True, slots=True)
class Answered:
    signed_in: SignedIn
    purpose: Purpose
    target: str


def _prove(context: Context, command: AnswerCard) -> ProvenCard:
    """Used up first, and then examined: whatever comes of it, there is no second answer."""
    from signing.base64_text import decoded
    from signing.certificates import load
    from signing.signers.signer import checked

    browser = command.browser.token
    if command.is_cancelled:
        ceremonies.find(context, Means.E_SIGNATURE, browser, command.state)
        ceremonies.fail(context, command.state, "cancelled")
        context.about("ceremony", command.state, means=str(Means.E_SIGNATURE))
        raise Invalid("card.cancelled", N_("Kartla təsdiq ləğv edildi. Davam etmək üçün yenidən başlayın."))
    if command.is_locked:
        raise _locked(context, command)
    begun = ceremonies.take(context, Means.E_SIGNATURE, browser, command.state)
    with refusals():
        certificate = decoded(command.certificate)
        checked(decoded(command.signature), load(certificate), _digest(context, begun), HASH_NAME)
    return ProvenCard(command, begun, holder_of(context, certificate))


def _locked(context: Context, command: AnswerCard) -> Invalid:
    """A reader's word is the browser's: it opens nothing, and names the holder by a certificate of a known centre."""
    begun = ceremonies.find(context, Means.E_SIGNATURE, command.browser.token, command.state)
    context.about("ceremony", command.state, means=str(Means.E_SIGNATURE))
    ceremonies.check_open(context, begun)
    return ceremonies.lock(context, begun, named_pin(context, command.certificate))


@operation(limits=limits_of_answering, before=_prove, repeatable=False)
def answer_card(context: Context, proven: ProvenCard) -> Answered:
    begun = proven.begun
    signed_in = admit(context, begun, proven.holder.proof(Means.E_SIGNATURE), proven.command.browser)
    return Answered(signed_in, begun.purpose, begun.target)
