"""A signature by card: first its certificate is read, for that is signed along; then PIN2 opens the key."""

from dataclasses import dataclass
from datetime import timedelta

from app.accounts.operations import ceremonies
from app.accounts.operations.ceremonies import Begun
from app.accounts.operations.certificates import check_revocation, refusals
from app.accounts.rules import Means, Purpose
from app.core.context import Context
from app.core.errors import Invalid
from app.signatures.rules import OTHER_PERSON, PURPOSE, WRONG_VALUE, Wanted, cancelled

LIFE = timedelta(minutes=10)
MEANS = Means.E_SIGNATURE
SIGN = frozenset({Purpose.SIGN})


@dataclass(frozen=True, slots=True)
class CardHandover:
    """What goes to the card, and the code by which its holder knows that it is this."""

    digest: bytes
    hash_name: str
    code: str


def begin_card(context: Context, browser: str, about: str) -> str:
    """Part of an operation; gives the number of the ceremony."""
    return ceremonies.begin(context, MEANS, browser, purpose=Purpose.SIGN, target="", life=LIFE, about=about)


def cancel_card(context: Context, browser: str, public_id: str, wanted: Wanted) -> None:
    """For `before=`: his own no at the reader; always raises."""
    _open(context, browser, public_id, wanted)
    ceremonies.fail(context, public_id, "cancelled")
    raise cancelled()


def lock_card(context: Context, browser: str, public_id: str, wanted: Wanted) -> None:
    """For `before=`: the third wrong PIN2 at the reader, which had read whose card it is; always raises."""
    begun = _open(context, browser, public_id, wanted)
    _xml(begun)
    raise ceremonies.lock(context, begun, wanted.pin)


def prepare_card(context: Context, browser: str, public_id: str, wanted: Wanted, certificate: str) -> str:
    """For `before=`, because others are asked: all but the value of the signature, if this certificate may sign."""
    from signing.base64_text import decoded
    from signing.certificates import load
    from signing.errors import WrongCertificate
    from signing.paths import find_path
    from signing.profiles import Role
    from signing.subjects import fin_of
    from signing.uses import Use
    from signing.xades_create import prepare

    begun = _open(context, browser, public_id, wanted)
    if "xml" in begun.facts:
        raise ceremonies.used()
    trust, now = context.ports.trust, context.clock.now()
    with refusals():
        shown = load(decoded(certificate))
        try:
            roles = frozenset({Role.PERSON})
            path = find_path(shown, trust.authorities, trust.roots, now, Use.SIGNATURE, roles=roles)
        except WrongCertificate:
            raise Invalid("signatures.purpose", PURPOSE) from None
        if fin_of(shown) != wanted.pin:
            raise Invalid("signatures.other_person", OTHER_PERSON)
        check_revocation(context, path)
        return prepare(shown, wanted.files, now, path.chain[1:-1]).xml.decode()


def card_handover(context: Context, browser: str, public_id: str, wanted: Wanted) -> CardHandover:
    """Of a ceremony that waits for PIN2."""
    from signing.signers.mobile import control_code
    from signing.xades_create import prepared_from

    prepared = prepared_from(_xml(_open(context, browser, public_id, wanted)))
    return CardHandover(prepared.digest, prepared.hash_name, control_code(prepared.digest))


def take_card(context: Context, browser: str, public_id: str, wanted: Wanted, value: str) -> bytes:
    """For `before=`: the container with the signature, not yet stamped and believed by nobody yet.

    Used up first, and then examined: whatever comes of it, there is no second answer.
    """
    from signing.base64_text import decoded
    from signing.container import new_container
    from signing.errors import InvalidSignature, Malformed
    from signing.xades_create import complete, prepared_from

    _xml(_open(context, browser, public_id, wanted))
    begun = ceremonies.take(context, MEANS, browser, public_id, SIGN)
    try:
        xml = complete(prepared_from(_xml(begun)), decoded(value))
    except (InvalidSignature, Malformed):
        raise Invalid("signatures.value", WRONG_VALUE) from None
    return new_container(wanted.files).with_signature(xml).to_bytes()


def _open(context: Context, browser: str, public_id: str, wanted: Wanted) -> Begun:
    begun = ceremonies.find(context, MEANS, browser, public_id, SIGN)
    context.about("ceremony", public_id, means=str(MEANS), purpose=str(Purpose.SIGN))
    if begun.facts["about"] != wanted.about:
        raise ceremonies.unknown()
    ceremonies.check_open(context, begun)
    return begun


def _xml(begun: Begun) -> bytes:
    xml: str = begun.facts.get("xml", "")
    if not xml:
        raise ceremonies.unknown()
    return xml.encode()
