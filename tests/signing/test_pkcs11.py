"""Keys in PKCS #11 tokens: which key signs, what it signs is good everywhere, and what is refused in which words."""

import subprocess
import zipfile
from collections.abc import Iterator
from pathlib import Path
from types import SimpleNamespace

import pkcs11
import pytest
from cryptography.hazmat.primitives.serialization import Encoding
from pkcs11 import Attribute, ObjectClass, TokenFlag

from signing import oids, profiles
from signing.certificates import policies
from signing.errors import Refused, SigningError, WrongCertificate
from signing.sealing import seal
from signing.signers.pkcs11 import open_token
from signing.signers.signer import LockedPin, WrongPin
from signing.verify import verify
from tests.signing import forging
from tests.signing.centre import OFFICER, PERSON, START, Centre, files
from tests.signing.soft_tokens import MODULE, PIN, Tokens, new_key, soft_tokens, store

SIGNED_PROPERTIES = "http://uri.etsi.org/01903/v1.3.2#:SignedProperties"


@pytest.fixture(scope="module")
def centre() -> Centre:
    return Centre()


@pytest.fixture(scope="module")
def tokens(centre: Centre, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Tokens]:
    with soft_tokens(tmp_path_factory.mktemp("tokens")) as made:
        made.add("p256", "p384", "rsa3072", "card", "several", "login", "empty", "careful", "twin", "twin")
        for kind in ("p256", "p384", "rsa3072"):
            with made.opened(kind) as session:
                store(session, centre.issue(profiles.OFFICER, OFFICER, new_key(session, kind, "imza", 1)), 1)
                store(session, centre.issuing, 9)
        with made.opened("card") as session:
            key = new_key(session, "p256", "giriş", 1)
            store(session, centre.issue(profiles.PERSON_AUTHENTICATION, PERSON, key), 1)
            key = new_key(session, "p256", "imza", 2)
            store(session, centre.issue(profiles.PERSON_SIGNING, PERSON, key), 2)
            new_key(session, "p256", "sertifikatsız", 3)
            for number, authority in enumerate((centre.root, centre.issuing), 4):
                store(session, authority, number)
        with made.opened("several") as session:
            for number in (1, 2):
                key = new_key(session, "p256", f"imza-{number}", number)
                store(session, centre.issue(profiles.PERSON_SIGNING, PERSON, key), number)
        with made.opened("login") as session:
            key = new_key(session, "p256", "giriş", 1)
            store(session, centre.issue(profiles.PERSON_AUTHENTICATION, PERSON, key), 1)
        with made.opened("careful") as session:
            key = new_key(session, "p256", "imza", 1, ALWAYS_AUTHENTICATE=True)
            store(session, centre.issue(profiles.PERSON_SIGNING, PERSON, key), 1)
            store(session, centre.issuing, 9)
        yield made


@pytest.mark.parametrize("kind", ["p256", "p384", "rsa3072"])
def test_container_signed_in_a_token_is_good_for_us_and_for_xmlsec1(
    tokens: Tokens, centre: Centre, kind: str, tmp_path: Path
) -> None:
    with open_token(MODULE, PIN, token=kind) as signer:
        data = seal(files(), signer, centre.services).to_bytes()
    report = verify(data, centre.trust, at=START)
    assert report.is_valid
    assert report.signatures[0].level == "B-LT"
    assert xmlsec1(data, centre, tmp_path)
    assert not xmlsec1(forging.rewritten(data, "2026-11-20T08", "2026-11-20T07"), centre, tmp_path)


def xmlsec1(data: bytes, centre: Centre, folder: Path) -> bool:
    (folder / "box.asice").write_bytes(data)
    (folder / "root.pem").write_bytes(centre.root.public_bytes(Encoding.PEM))
    with zipfile.ZipFile(folder / "box.asice") as archive:
        archive.extractall(folder)
    trusted = ("--trusted-pem", "root.pem", "--verification-gmt-time", f"{START:%Y-%m-%d %H:%M:%S}")
    command = ("xmlsec1", "--verify", "--id-attr:Id", SIGNED_PROPERTIES, *trusted, forging.SIGNATURE)
    return subprocess.run(command, cwd=folder, capture_output=True, timeout=60, check=False).returncode == 0


def test_key_never_leaves_the_token(tokens: Tokens) -> None:
    with tokens.opened("p256") as session:
        (key,) = session.get_objects({Attribute.CLASS: ObjectClass.PRIVATE_KEY})
        assert (key[Attribute.EXTRACTABLE], key[Attribute.NEVER_EXTRACTABLE], key[Attribute.LOCAL]) == (
            False,
            True,
            True,
        )
        with pytest.raises(pkcs11.AttributeSensitive):
            _ = key[Attribute.VALUE]


def test_key_for_signatures_is_found_among_others_with_its_chain(tokens: Tokens, centre: Centre) -> None:
    with open_token(MODULE, PIN, token="card") as signer:
        assert policies(signer.certificate) == {oids.POLICY_PERSON}
        assert signer.chain == (centre.issuing,)


def test_token_is_found_by_its_serial_number_and_a_key_by_its_id(tokens: Tokens) -> None:
    serials = [token.serial.decode() for token in pkcs11.lib(MODULE).get_tokens(token_label="several")]
    with open_token(MODULE, PIN, token=serials[0], key="02") as by_id:
        certificate = by_id.certificate
    with open_token(MODULE, PIN, token="several", key="imza-2") as by_label:
        assert by_label.certificate == certificate


def test_key_that_wants_its_pin_each_time_gets_it(tokens: Tokens, centre: Centre) -> None:
    with open_token(MODULE, PIN, token="careful") as signer:
        for _ in range(2):
            assert verify(seal(files(), signer, centre.services).to_bytes(), centre.trust, at=START).is_valid


@pytest.mark.parametrize("token", ["card", "careful"])
def test_pin_is_never_shown(tokens: Tokens, token: str) -> None:
    with open_token(MODULE, PIN, token=token) as signer:
        assert PIN not in repr(signer)
    with pytest.raises(WrongPin) as caught:
        opened(pin="915736", token=token)
    assert "915736" not in repr(caught.value)


def opened(pin: str = PIN, module: str = MODULE, **named: str) -> None:
    with open_token(module, pin, **named):
        pass


@pytest.mark.parametrize("pin", ["915736", "", "1", "9" * 300, "ə"])
def test_wrong_pin_is_told_apart(tokens: Tokens, pin: str) -> None:
    with pytest.raises(WrongPin, match=r"^the PIN is wrong$"):
        opened(pin=pin, token="card")


@pytest.mark.parametrize(
    ("named", "error", "words"),
    [
        ({"token": "absent"}, Refused, "there is no token called absent, only "),
        ({}, Refused, "there are several tokens, of which one must be named: "),
        ({"token": "twin"}, Refused, r"one must be named: twin \(\w+\), twin \(\w+\)$"),
        ({"token": "empty"}, Refused, "^there is no key with a certificate$"),
        ({"token": "several"}, Refused, "one must be named: imza-1 of Aygün Məmmədova, imza-2 of Aygün Məmmədova$"),
        ({"token": "several", "key": "imza-3"}, Refused, "no key with a certificate called imza-3, only imza-1 of"),
        ({"token": "card", "key": "sertifikatsız"}, Refused, "no key with a certificate called sertifikatsız"),
        ({"token": "card", "key": "giriş"}, WrongCertificate, "no certificate for signatures, only giriş of Aygün"),
        ({"token": "login"}, WrongCertificate, "there is no certificate for signatures, only giriş of Aygün"),
    ],
)
def test_what_is_not_there_or_not_clear_is_named(
    tokens: Tokens, named: dict[str, str], error: type[SigningError], words: str
) -> None:
    with pytest.raises(error, match=words):
        opened(**named)


@pytest.mark.parametrize("module", ["/nowhere/module.so", "/etc/passwd", "libz.so.1", ""])
def test_module_that_is_none_is_told(module: str) -> None:
    with pytest.raises(Refused, match=f"^{module} does not work as a PKCS #11 module$"):
        opened(module=module)


def test_token_has_one_session_at_a_time(tokens: Tokens) -> None:
    with open_token(MODULE, PIN, token="card"), pytest.raises(Refused, match=r"^the token is in use already$"):
        opened(token="card")
    opened(token="card")


def test_session_ends_with_the_work_even_after_an_error(tokens: Tokens) -> None:
    with pytest.raises(ZeroDivisionError), open_token(MODULE, PIN, token="card"):
        raise ZeroDivisionError
    opened(token="card")


def test_key_of_a_closed_session_signs_nothing(tokens: Tokens) -> None:
    with open_token(MODULE, PIN, token="card") as signer:
        pass
    with pytest.raises(Refused, match=r"^the token failed: \w+$"):
        signer.sign(bytes(32), "sha256")


def test_value_of_a_key_under_anothers_certificate_is_not_given_out(tokens: Tokens, centre: Centre) -> None:
    """Whoever stored the certificate beside the wrong key hears of it before anything is stored."""
    tokens.add("mixed")
    with tokens.opened("mixed") as session:
        new_key(session, "p256", "imza", 1)
        store(session, centre.signer().certificate, 1)
    with open_token(MODULE, PIN, token="mixed") as signer, pytest.raises(SigningError, match="not made with the key"):
        signer.sign(bytes(32), "sha256")


class Stubborn:
    """A token that refuses: SoftHSM never locks."""

    label, serial = "card", b"01"

    def __init__(self, error: type[Exception], flags: TokenFlag) -> None:
        self.error, self.flags = error, flags | TokenFlag.TOKEN_INITIALIZED
        self.slot = SimpleNamespace(get_token=lambda: self)

    def open(self, **_: object) -> None:
        raise self.error


@pytest.mark.parametrize(
    ("error", "flags", "expected", "words"),
    [
        (pkcs11.PinLocked, TokenFlag(0), LockedPin, "^the PIN is locked$"),
        (pkcs11.PinIncorrect, TokenFlag.USER_PIN_FINAL_TRY, WrongPin, "^the PIN is wrong; one try is left$"),
        (pkcs11.DeviceRemoved, TokenFlag(0), Refused, "^the token failed: DeviceRemoved$"),
    ],
)
def test_token_that_refuses_is_told(
    monkeypatch: pytest.MonkeyPatch, error: type[Exception], flags: TokenFlag, expected: type[SigningError], words: str
) -> None:
    slots = [SimpleNamespace(get_token=lambda: Stubborn(error, flags))]
    monkeypatch.setattr(pkcs11, "lib", lambda _: SimpleNamespace(get_slots=lambda **_: slots))
    with pytest.raises(expected, match=words):
        opened()
