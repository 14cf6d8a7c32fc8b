"""A signature by phone: whose it is, its service says; the same code on both screens, and PIN2 on the phone."""

import secrets
from base64 import b64decode, b64encode
from dataclasses import dataclass
from typing import TYPE_CHECKING

from app.accounts.operations import ceremonies, phones
from app.accounts.operations.ceremonies import Begun
from app.accounts.operations.phones import LIFE, MEANS, Watched
from app.accounts.rules import Purpose, Stage
from app.core.context import Context
from app.core.errors import Invalid
from app.signatures.operations.cards import SIGN
from app.signatures.rules import WRONG_VALUE, Wanted

if TYPE_CHECKING:
    from cryptography.x509 import Certificate

HASH, DIGEST_BYTES = "sha256", 32


@dataclass(frozen=True, slots=True)
class Rung:
    """What is signed and by what the service knows the question; without a session nobody's phone rings."""

    public_id: str
    xml: str
    digest: bytes
    session: str
    pin: str = ""


def begin_phone(context: Context, browser: str, about: str, phone: str, user_id: str) -> str:
    """Part of an operation that has claimed the phone; gives the number of the ceremony."""
    facts = {"about": about, "phone": phone, "user_id": user_id}
    return ceremonies.begin(context, MEANS, browser, purpose=Purpose.SIGN, target="", life=LIFE, **facts)


def ring_phone(context: Context, browser: str, public_id: str, wanted: Wanted, text: str) -> Rung:
    """For `before=`. A phone that is not his who must sign is left alone, and looks like one that stays silent."""
    from signing.errors import SigningError
    from signing.signers.mobile import Kind
    from signing.signers.signer import chain_of
    from signing.xades_create import prepare

    begun = _find(context, browser, public_id, wanted.about)
    ceremonies.check_open(context, begun)
    if "digest" in begun.facts:
        raise ceremonies.used()
    service, whose = phones.phones_of(context).service, (begun.facts["phone"], begun.facts["user_id"])
    try:
        certificate = _signer(context, begun, wanted.pin)
        if certificate is None:
            nothing = secrets.token_bytes(DIGEST_BYTES)
            return Rung(public_id, "", nothing, "")
        chain = chain_of(certificate, context.ports.trust.authorities)
        prepared = prepare(certificate, wanted.files, context.clock.now(), chain)
        asked = Kind.SIGNATURE, *whose, prepared.digest, prepared.hash_name
        session = service.begin(*asked, language=context.language, text=text)
    except SigningError as error:
        raise phones.not_reached(context, begun, error) from error
    return Rung(public_id, prepared.xml.decode(), prepared.digest, session.id, wanted.pin)


def _signer(context: Context, begun: Begun, pin: str) -> "Certificate | None":
    from signing.signers.mobile import NotSigned
    from signing.subjects import fin_of

    try:
        certificate = phones.phones_of(context).service.holder(begun.facts["phone"], begun.facts["user_id"])
    except NotSigned:
        return None
    return certificate if fin_of(certificate) == pin else None


def note_rung(context: Context, rung: Rung) -> None:
    """Part of an operation."""
    facts = {"digest": b64encode(rung.digest).decode()}
    known = {"xml": rung.xml, "session": rung.session, "pin": rung.pin} if rung.session else {}
    ceremonies.note(context, rung.public_id, **facts, **known)


def watch_phone(context: Context, browser: str, public_id: str, about: str) -> Watched:
    """Reads only."""
    begun = _find(context, browser, public_id, about)
    return phones.watched(context, begun, b64decode(begun.facts.get("digest", "")) or bytes(DIGEST_BYTES))


def standing_phone(context: Context, browser: str, about: str, phone: str, user_id: str) -> str | None:
    """Of a form that was sent twice."""
    return phones.standing(context, browser, SIGN, about=about, phone=phone, user_id=user_id)


def take_phone(context: Context, browser: str, public_id: str, wanted: Wanted) -> bytes:
    """For `before=`: the container with the signature that the phone gave, or the reason why there is none."""
    from signing.container import new_container
    from signing.errors import SigningError
    from signing.signers.mobile import Complete
    from signing.xades_create import complete, prepared_from

    begun = _find(context, browser, public_id, wanted.about)
    answer = phones.answer_of(context, begun) if begun.stage is Stage.OPEN else None
    if begun.stage is Stage.OPEN:
        phones.refuse_what_ended(context, begun, answer)
        if not isinstance(answer, Complete):
            raise phones.away()
    taken = ceremonies.take(context, MEANS, browser, public_id, SIGN)
    phones.stop_ringing(context, taken)
    value = answer.value if isinstance(answer, Complete) else b""
    try:
        xml = complete(prepared_from(taken.facts["xml"].encode()), value)
    except SigningError as error:
        raise Invalid("signatures.value", WRONG_VALUE) from error
    return new_container(wanted.files).with_signature(xml).to_bytes()


def _find(context: Context, browser: str, public_id: str, about: str) -> Begun:
    begun = ceremonies.find(context, MEANS, browser, public_id, SIGN)
    context.about("ceremony", public_id, means=str(MEANS), purpose=str(Purpose.SIGN))
    if begun.facts["about"] != about:
        raise ceremonies.unknown()
    return begun
