"""A key in a PKCS #11 token: a card in a reader, a stick, a security module. It signs there and never comes out."""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Generic, NamedTuple, TypeVar

from cryptography import x509
from cryptography.hazmat.primitives.asymmetric import rsa

from signing import der
from signing.algorithms import hash_named
from signing.certificates import extension, load, public_key
from signing.errors import Malformed, Refused, WrongCertificate
from signing.people import common_name
from signing.signers.signer import LockedPin, WrongPin, chain_of, checked
from signing.uses import Use, check_use

if TYPE_CHECKING:
    import pkcs11
    from pkcs11._pkcs11 import lib
    from pkcs11.types import SignMixin

Found = TypeVar("Found")


@dataclass(frozen=True, slots=True)
class TokenKey:
    """A key with its certificate; a `Signer` for as long as the session with its token is open."""

    certificate: x509.Certificate
    chain: Sequence[x509.Certificate]
    _key: "SignMixin" = field(repr=False)
    # Only for a key that wants to be unlocked for each signature.
    _pin: str | None = field(repr=False)

    def sign(self, digest: bytes, hash_name: str) -> bytes:
        from pkcs11 import Mechanism

        is_rsa = isinstance(public_key(self.certificate), rsa.RSAPublicKey)
        asked = _digest_info(digest, hash_name) if is_rsa else digest
        with _failures_told():
            value = self._key.sign(asked, mechanism=Mechanism.RSA_PKCS if is_rsa else Mechanism.ECDSA, pin=self._pin)
        return checked(value, self.certificate, digest, hash_name)


@contextmanager
def open_token(module: str, pin: str, *, token: str = "", key: str = "") -> Iterator[TokenKey]:
    """The key for signatures in a token, with a session of its own that ends with the context.

    Where there are several, a token is named by its label or serial number, a key by its label or its id in hex.
    Raises WrongPin, LockedPin, or Refused for a module, a token or a key that is not there.
    """
    from pkcs11 import PKCS11Error

    session = _opened(_token(module, token), pin)
    try:
        yield _signing_key(session, pin, key)
    finally:
        with suppress(PKCS11Error):  # A token that was pulled out has no session left to close.
            session.close()


@contextmanager
def _failures_told() -> Iterator[None]:
    """What a token answers, in our words; its own words may name what nobody should read."""
    from pkcs11 import PinIncorrect, PinInvalid, PinLenRange, PinLocked, PKCS11Error, SessionExists, UserAlreadyLoggedIn

    try:
        yield
    except (PinIncorrect, PinInvalid, PinLenRange):
        raise WrongPin("the PIN is wrong") from None
    except PinLocked:
        raise LockedPin("the PIN is locked") from None
    except (SessionExists, UserAlreadyLoggedIn):
        raise Refused("the token is in use already") from None
    except PKCS11Error as error:
        raise Refused(f"the token failed: {type(error).__name__}") from None


def _opened(token: "pkcs11.Token", pin: str) -> "pkcs11.Session":
    from pkcs11 import TokenFlag

    try:
        with _failures_told():
            session = token.open(user_pin=pin)
    except WrongPin:
        if token.slot.get_token().flags & TokenFlag.USER_PIN_FINAL_TRY:
            raise WrongPin("the PIN is wrong; one try is left", 1) from None
        raise
    return session


class _Choice(NamedTuple, Generic[Found]):
    """One of several: what it is called by, and how a list shows it."""

    value: Found
    names: tuple[str, ...]
    shown: str


Held = _Choice[tuple[x509.Certificate, "SignMixin"]]


def _named(kind: str, choices: Sequence[_Choice[Found]], name: str) -> list[_Choice[Found]]:
    fitting = [one for one in choices if name in {"", *one.names}]
    if not fitting:
        called = f" called {name}" if name else ""
        others = f", only {_listed(choices)}" if choices else ""
        raise Refused(f"there is no {kind}{called}{others}")
    return fitting


def _only(kind: str, choices: Sequence[_Choice[Found]]) -> Found:
    if len(choices) > 1:
        raise Refused(f"there are several {kind}s, of which one must be named: {_listed(choices)}")
    return choices[0].value


def _listed(choices: Sequence[_Choice[Found]]) -> str:
    return ", ".join(sorted(one.shown for one in choices))


def _token(module: str, name: str) -> "pkcs11.Token":
    from pkcs11 import PKCS11Error, lib

    try:
        tokens = list(_tokens(lib(module)))
    except PKCS11Error:
        raise Refused(f"{module} does not work as a PKCS #11 module") from None
    return _only("token", _named("token", tokens, name))


def _tokens(library: "lib") -> "Iterator[_Choice[pkcs11.Token]]":
    from pkcs11 import TokenFlag, TokenNotPresent, TokenNotRecognised

    for slot in library.get_slots(token_present=True):
        with suppress(TokenNotPresent, TokenNotRecognised):  # A strange card in another reader does not matter here.
            token = slot.get_token()
            if token.flags & TokenFlag.TOKEN_INITIALIZED:
                serial = token.serial.decode("ascii", "replace")
                yield _Choice(token, (token.label, serial), f"{token.label} ({serial})")


def _signing_key(session: "pkcs11.Session", pin: str, name: str) -> TokenKey:
    from pkcs11 import Attribute, ObjectClass
    from pkcs11.types import SignMixin

    with _failures_told():
        known = list(_certificates(session))
        private = list(session.get_objects({Attribute.CLASS: ObjectClass.PRIVATE_KEY}))
        keys = {key[Attribute.ID]: key for key in private if isinstance(key, SignMixin)}
        held = [_held(one, keys[identifier]) for identifier, one in known if identifier in keys]
        certificate, key = _only("key", _for_signatures(_named("key with a certificate", held, name)))
        wants_pin = _wants_pin(key)
    return TokenKey(certificate, chain_of(certificate, (one for _, one in known)), key, pin if wants_pin else None)


def _certificates(session: "pkcs11.Session") -> Iterator[tuple[bytes, x509.Certificate]]:
    """Each with the id that it shares with its key."""
    from pkcs11 import Attribute, ObjectClass

    for one in list(session.get_objects({Attribute.CLASS: ObjectClass.CERTIFICATE})):
        with suppress(Malformed):  # What cannot be read as a certificate is none of a signer.
            yield one[Attribute.ID], load(one[Attribute.VALUE])


def _held(certificate: x509.Certificate, key: "SignMixin") -> Held:
    from pkcs11 import Attribute

    label, identifier = key[Attribute.LABEL], key[Attribute.ID].hex()
    return _Choice((certificate, key), (label, identifier), f"{label or identifier} of {common_name(certificate)}")


def _for_signatures(held: Sequence[Held]) -> Sequence[Held]:
    """Keys for signatures and nothing else; where there is none, those that may also do other things."""
    fitting = [one for one in held if _is_for(Use.SIGNATURE, one) and not _is_for(Use.AUTHENTICATION, one)]
    if not fitting:
        raise WrongCertificate(f"there is no certificate for signatures, only {_listed(held)}")
    return [one for one in fitting if _is_commitment_alone(one.value[0])] or fitting


def _is_for(use: Use, held: Held) -> bool:
    try:
        check_use(held.value[0], use)
    except WrongCertificate:
        return False
    return True


def _is_commitment_alone(certificate: x509.Certificate) -> bool:
    usage = extension(certificate, x509.KeyUsage)
    return usage is not None and not usage.digital_signature


def _wants_pin(key: "SignMixin") -> bool:
    from pkcs11 import Attribute, AttributeTypeInvalid

    try:
        return bool(key[Attribute.ALWAYS_AUTHENTICATE])
    except AttributeTypeInvalid:  # A token from before PKCS #11 2.20.
        return False


def _digest_info(digest: bytes, hash_name: str) -> bytes:
    """What RSA signs in PKCS #1 v1.5 (RFC 8017, 9.2): the digest and what made it, here with a null beside it."""
    _, with_null = hash_named(hash_name).algorithms
    return der.seq(with_null, der.octets(digest))
