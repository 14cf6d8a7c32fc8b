"""A card behind a service: what it signs is good, its refusals keep their meaning, and nothing else is believed."""

from collections.abc import Callable, Iterator
from http import HTTPStatus
from typing import Any

import pytest
from cryptography.hazmat.primitives.asymmetric import ec

from signing import profiles
from signing.certificates import to_der
from signing.egress import Egress
from signing.errors import InvalidSignature, Refused, SigningError, Unreachable, WrongCertificate
from signing.sealing import seal
from signing.signers.card import Card, CardService, Key
from signing.signers.pkcs12 import KeyFile
from signing.signers.signer import LockedPin, WrongPin
from signing.verify import verify
from tests.signing.card_reader import NUMBER, PINS, Reader, text
from tests.signing.centre import PERSON, START, Centre, files, rsa_key
from tests.signing.pki.strangers import served


@pytest.fixture(scope="module")
def centre() -> Centre:
    return Centre()


@pytest.fixture(scope="module")
def keys(centre: Centre) -> dict[str, KeyFile]:
    login = centre.signer(profiles.PERSON_AUTHENTICATION, PERSON)
    return {"authentication": login, "signing": centre.signer(profiles.PERSON_SIGNING, PERSON)}


@pytest.fixture
def reader(centre: Centre, keys: dict[str, KeyFile]) -> Reader:
    return Reader(dict(keys), [to_der(centre.root), to_der(centre.issuing)])


@pytest.fixture
def service(reader: Reader) -> Iterator[CardService]:
    with served(reader) as place:
        yield CardService(f"http://{place}/card", Egress(frozenset({place})))


@pytest.fixture
def card(service: CardService) -> Card:
    return service.card(NUMBER)


def test_container_signed_with_a_card_is_valid(card: Card, centre: Centre) -> None:
    signer = card.key(PINS["signing"])
    assert signer.chain == (centre.issuing,)
    assert verify(seal(files(), signer, centre.services).to_bytes(), centre.trust, at=START).is_valid


@pytest.mark.parametrize("kind", ["p384", "rsa3072"])
def test_keys_of_other_kinds_sign_too(service: CardService, reader: Reader, centre: Centre, kind: str) -> None:
    key = rsa_key(3072) if kind == "rsa3072" else ec.generate_private_key(ec.SECP384R1())
    reader.keys["signing"] = centre.signer(profiles.PERSON_SIGNING, PERSON, key)
    signer = service.card(NUMBER).key(PINS["signing"])
    assert verify(seal(files(), signer, centre.services).to_bytes(), centre.trust, at=START).is_valid


def test_authentication_has_its_own_key_and_pin(card: Card, keys: dict[str, KeyFile]) -> None:
    login = card.key(PINS["authentication"], Key.AUTHENTICATION)
    assert login.certificate == keys["authentication"].certificate
    assert len(login.sign(bytes(32), "sha256")) == 64
    with pytest.raises(WrongPin):
        card.key(PINS["signing"], Key.AUTHENTICATION).sign(bytes(32), "sha256")


def test_wrong_pins_are_counted_until_the_card_locks(card: Card) -> None:
    for left in (2, 1, 0):
        with pytest.raises(WrongPin, match=f"^the PIN is wrong; tries left: {left}$") as caught:
            card.key("99999").sign(bytes(32), "sha256")
        assert caught.value.tries == left
    with pytest.raises(LockedPin):
        card.key(PINS["signing"]).sign(bytes(32), "sha256")


def test_pin_is_sent_once_and_never_shown(card: Card, reader: Reader) -> None:
    reader.forced = HTTPStatus.INTERNAL_SERVER_ERROR, {}
    signer = card.key(PINS["signing"])
    with pytest.raises(Unreachable) as caught:
        signer.sign(bytes(32), "sha256")
    assert reader.asked == [f"GET /card/cards/{NUMBER}", f"POST /card/cards/{NUMBER}/sign"]
    assert PINS["signing"] not in repr((signer, caught.value))


@pytest.mark.parametrize(
    ("number", "words"),
    [("AZE-0002", "there is no card AZE-0002"), ("../keys", "letters, digits"), ("", "letters"), ("1?x=2", "letters")],
)
def test_card_that_is_not_there_is_told(service: CardService, number: str, words: str) -> None:
    with pytest.raises(Refused, match=words):
        service.card(number)


def without(name: str) -> Callable[[dict[str, Any]], Any]:
    return lambda said: {key: value for key, value in said.items() if key != name}


def put(name: str, value: Any) -> Callable[[dict[str, Any]], Any]:
    return lambda said: {**said, name: value}


@pytest.mark.parametrize(
    "change",
    [
        without("number"),
        without("chain"),
        without("certificates"),
        put("number", "AZE-0002"),
        put("chain", "AAAA"),
        put("chain", [1]),
        put("chain", ["AAAA"] * 1000),
        put("certificates", []),
        put("certificates", {"signing": "AAAA", "authentication": "not base64"}),
        put("certificates", {}),
        lambda _: [],
        lambda _: "card",
    ],
)
def test_answer_that_is_no_card_is_not_believed(
    service: CardService, reader: Reader, change: Callable[[dict[str, Any]], Any]
) -> None:
    reader.change = change
    with pytest.raises(Unreachable) as caught:
        service.card(NUMBER)
    assert "\n" not in str(caught.value)


@pytest.mark.parametrize("name", ["signing", "authentication"])
def test_certificate_for_another_use_is_refused(service: CardService, reader: Reader, name: str) -> None:
    other = {"signing": "authentication", "authentication": "signing"}[name]
    reader.keys[name] = reader.keys[other]
    with pytest.raises(WrongCertificate):
        service.card(NUMBER)


@pytest.mark.parametrize(
    ("value", "error"),
    [
        (text(bytes(64)), InvalidSignature),
        (text(bytes(63)), InvalidSignature),
        ("", InvalidSignature),
        ("AAAA\n", Unreachable),
        (None, Unreachable),
        (5, Unreachable),
    ],
)
def test_value_that_the_key_did_not_make_is_not_given_out(
    card: Card, reader: Reader, value: object, error: type[SigningError]
) -> None:
    reader.change = put("signature", value)
    with pytest.raises(error):
        card.key(PINS["signing"]).sign(bytes(32), "sha256")


def test_value_over_another_digest_is_not_given_out(card: Card, reader: Reader) -> None:
    reader.change = put("signature", text(reader.keys["signing"].sign(bytes(32), "sha256")))
    with pytest.raises(InvalidSignature):
        card.key(PINS["signing"]).sign(b"\1" * 32, "sha256")


@pytest.mark.parametrize(
    ("status", "said", "error"),
    [
        (HTTPStatus.FORBIDDEN, {"error": "forbidden"}, Refused),
        (HTTPStatus.FORBIDDEN, {"error": "wrong_pin", "tries": "two"}, Refused),
        (HTTPStatus.FORBIDDEN, [], Unreachable),
        (HTTPStatus.BAD_REQUEST, {"error": "bad_request"}, Unreachable),
        (HTTPStatus.FOUND, {}, Unreachable),
        (HTTPStatus.NOT_FOUND, {}, Refused),
    ],
)
def test_other_refusals_are_no_wrong_pin(
    card: Card, reader: Reader, status: HTTPStatus, said: object, error: type[SigningError]
) -> None:
    reader.forced = status, said
    with pytest.raises(error) as caught:
        card.key(PINS["signing"]).sign(bytes(32), "sha256")
    assert not isinstance(caught.value, WrongPin | LockedPin)


@pytest.mark.parametrize(
    ("url", "words"),
    [
        ("http://cards.example/card", "over https only"),
        ("http://10.0.0.1/card", "over https only"),
        ("ftp://127.0.0.1/card", "not an address of a service"),
        ("http://127.0.0.1:9/card", "not allowed"),
    ],
)
def test_pin_does_not_travel_in_the_clear_or_where_it_is_not_allowed(url: str, words: str) -> None:
    places = frozenset({"cards.example:80", "cards.example:443", "10.0.0.1:80", "127.0.0.1:80"})
    with pytest.raises(Refused, match=words):
        CardService(url, Egress(places))
    assert CardService("https://cards.example/card", Egress(places)).url
