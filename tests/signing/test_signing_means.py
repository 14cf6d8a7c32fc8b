"""`e-gomruk sign` with a token, a card or a phone: the PIN goes nowhere but to them, and every refusal is one line."""

import re
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path

import pytest
from click.testing import CliRunner
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import Encoding

from app.adapters.emulators.application import application
from app.cli.sign import sign
from app.settings import Settings
from signing import profiles
from signing.authority import Authority
from signing.certificates import to_der
from signing.container import open_container
from signing.signers.pkcs12 import KeyFile
from signing.subjects import Subject
from tests.signing.bank import SECRET, Bank, Done
from tests.signing.card_reader import NUMBER, PINS, Reader
from tests.signing.pki.strangers import served
from tests.signing.soft_tokens import MODULE, PIN, new_key, soft_tokens, store

AYGUN = Subject.person("5ABC1DE", "Aygün", "Məmmədova")
OUT = ("--out", "box.asice")
TOKEN = ("--pkcs11", MODULE, "--token", "card", *OUT)
PHONE = ("--mobile", "+994509990001", "--person", "TEST001")
CARD = ("--card", NUMBER, *OUT)


@pytest.fixture(scope="module")
def office(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Bank]:
    """An installation with its centre, and a token whose certificate came from there."""
    folder = tmp_path_factory.mktemp("office")
    centre = Authority.create(folder / "instance" / "pki", SECRET)
    (folder / "note.txt").write_text("qeyd", "utf-8")
    (folder / "pin").write_text(f"{PIN}\n", "utf-8")
    (folder / "chain.pem").write_bytes(centre.issuing.public_bytes(Encoding.PEM))
    with soft_tokens(folder) as tokens:
        tokens.add("card", "other")
        with tokens.opened("card") as session:
            store(session, centre.issue(profiles.PERSON_SIGNING, AYGUN, new_key(session, "p256", "imza", 1)), 1)
        yield Bank(folder, secrets={"EGOMRUK_PKI_PASSPHRASE": SECRET, "SOFTHSM2_CONF": str(tokens.configuration)})


@pytest.fixture(scope="module")
def reader(office: Bank) -> Reader:
    centre = Authority.open(office.folder / "instance" / "pki", SECRET)
    keys = {}
    for name, profile in (("authentication", profiles.PERSON_AUTHENTICATION), ("signing", profiles.PERSON_SIGNING)):
        key = ec.generate_private_key(ec.SECP256R1())
        keys[name] = KeyFile(centre.issue(profile, AYGUN, key.public_key()), (), key)
    return Reader(keys, [to_der(centre.issuing)])


@pytest.fixture
def box(office: Bank) -> Iterator[Path]:
    """Where a command writes; nothing is there before it."""
    path = office.folder / "box.asice"
    yield path
    with suppress(FileNotFoundError):
        path.unlink()


def test_token_signs_and_its_authority_is_that_of_the_installation(office: Bank, box: Path) -> None:
    assert office.run("sign", "note.txt", *TOKEN, EGOMRUK_PIN=PIN) == Done(0, "box.asice\n", "")
    assert office.verify("box.asice", "--policy", "person").code == 0


def test_pin_stands_in_a_file_or_the_environment_names_one(office: Bank, box: Path) -> None:
    assert office.run("sign", "note.txt", *TOKEN, "--pin-file", "pin").code == 0
    assert office.run("sign", "note.txt", *TOKEN, EGOMRUK_PIN_FILE="pin").code == 0
    assert office.verify("box.asice").code == 0


def test_pin_is_asked_for_where_it_is_missing(office: Bank, box: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(office.folder)
    for name, value in office.environment.items():
        monkeypatch.setenv(name, value)
    done = CliRunner().invoke(sign, ["note.txt", *TOKEN], input=f"{PIN}\n")
    assert (done.exit_code, done.stdout, done.stderr) == (0, "box.asice\n", "PIN: \n")
    assert box.exists()


def test_authority_of_a_token_is_named_where_no_centre_is(office: Bank, box: Path) -> None:
    nowhere = {"EGOMRUK_INSTANCE": str(office.folder / "nowhere"), "EGOMRUK_PIN": PIN}
    assert office.run("sign", "note.txt", *TOKEN, "--basic", "--chain", "chain.pem", **nowhere).code == 0
    assert xml(box).count(b"<ds:X509Certificate>") == 2
    assert office.run("sign", "note.txt", *TOKEN, "--basic", **nowhere).code == 0
    assert xml(box).count(b"<ds:X509Certificate>") == 1
    far = ("--tsa", "http://127.0.0.1:9/tsa", "--ocsp", "http://127.0.0.1:9/ocsp")
    refused = office.run("sign", "note.txt", *TOKEN, *far, **nowhere)
    assert refused.err == "e-gomruk: the key comes without the certificate of its authority: name it with --chain\n"


def xml(box: Path) -> bytes:
    return open_container(box.read_bytes()).signatures[0].xml


def test_card_signs_where_the_environment_or_an_option_names_its_service(
    office: Bank, reader: Reader, box: Path
) -> None:
    with served(reader) as place:
        url = f"http://{place}/card"
        assert office.run("sign", "note.txt", *CARD, "--card-service", url, EGOMRUK_PIN=PINS["signing"]).code == 0
        assert office.verify("box.asice", "--policy", "person").code == 0
        named = {"EGOMRUK_CARD_URL": url, "EGOMRUK_PIN": PINS["signing"]}
        assert office.run("sign", "note.txt", *CARD, **named) == Done(0, "box.asice\n", "")


def test_card_of_a_demonstration_is_beside_its_port(office: Bank, reader: Reader, box: Path) -> None:
    with served(reader) as place:
        port = str(int(place.rpartition(":")[2]) - 26)
        assert office.run("sign", "note.txt", *CARD, PORT=port, EGOMRUK_PIN=PINS["signing"]).code == 0
    assert office.verify("box.asice").code == 0


def test_wrong_pin_of_a_card_tells_how_many_tries_are_left(office: Bank, reader: Reader, box: Path) -> None:
    with served(reader) as place:
        done = office.run("sign", "note.txt", *CARD, EGOMRUK_CARD_URL=f"http://{place}/card", EGOMRUK_PIN="00000")
    assert done == Done(1, "", "e-gomruk: the PIN is wrong; tries left: 2\n")
    assert not box.exists()


@pytest.fixture
def phones(office: Bank, monkeypatch: pytest.MonkeyPatch) -> Iterator[str]:
    """The mobile signature service of a demonstration, with numbers that answer by themselves."""
    monkeypatch.setenv("EGOMRUK_PKI_PASSPHRASE", SECRET)
    with served(application(Settings.from_environment(office.environment))) as place:
        yield f"http://{place}/phone"


def test_phone_signs_after_its_code_is_shown(office: Bank, phones: str, box: Path) -> None:
    done = office.run("sign", "note.txt", *PHONE, *OUT, EGOMRUK_MOBILE_SIGNATURE_URL=phones)
    assert (done.code, done.out) == (0, "box.asice\n")
    assert re.fullmatch(r"Control code [0-8]\d{3}: enter PIN2 only if the phone shows the same\.\n", done.err)
    assert office.verify("box.asice", "--policy", "person").code == 0


@pytest.mark.parametrize(
    ("phone", "reason"),
    [
        (("--mobile", "+994509990004", "--person", "TEST004"), "the phone gave no signature: USER_CANCELLED"),
        (("--mobile", "+994509990001", "--person", "TEST002"), "the phone gave no signature: NOT_MID_CLIENT"),
    ],
)
def test_phone_that_does_not_sign_is_told(
    office: Bank, phones: str, box: Path, phone: tuple[str, ...], reason: str
) -> None:
    done = office.run("sign", "note.txt", *phone, *OUT, EGOMRUK_MOBILE_SIGNATURE_URL=phones)
    assert (done.code, done.out) == (1, "")
    assert done.err.splitlines()[-1] == f"e-gomruk: {reason}"
    assert not box.exists()


@pytest.mark.parametrize(
    ("options", "reason"),
    [
        (("--pkcs11", MODULE, "--token", "card"), "the PIN is wrong"),
        (("--pkcs11", MODULE, "--token", "card", "--pin-file", MODULE), f"{MODULE} is not text"),
        (("--pkcs11", MODULE, "--token", "other", "--pin-file", "pin"), "there is no key with a certificate"),
        (("--pkcs11", "/nowhere.so"), "/nowhere.so does not work as a PKCS #11 module"),
        (("--card", NUMBER, "--card-service", "http://cards.example"), "a PIN goes to cards.example over https only"),
        (("--card", "../x", "--card-service", "http://127.0.0.1:9"), "a card's number has letters, digits and hyphens"),
        (("--card", NUMBER, "--card-service", "cards"), "cards is not an address of a service"),
    ],
)
def test_means_that_does_not_sign_is_one_line(office: Bank, box: Path, options: tuple[str, ...], reason: str) -> None:
    done = office.run("sign", "note.txt", *options, *OUT, EGOMRUK_PIN="915736")
    assert done == Done(1, "", f"e-gomruk: {reason}\n")
    assert not box.exists()


ONE = "name one of --p12, --pkcs11, --card, --mobile and --unsigned"


@pytest.mark.parametrize(
    ("options", "reason"),
    [
        ((), ONE),
        (("--p12", "note.txt", "--card", NUMBER), ONE),
        (("--pkcs11", MODULE, "--unsigned"), ONE),
        (("--card", NUMBER, "--token", "card"), "--token and --key go with --pkcs11"),
        (("--card", NUMBER, "--person", "5ABC1DE"), "--mobile and --person go together"),
        (("--mobile", "+994500000000"), "--mobile and --person go together"),
        (("--card", NUMBER, "--pin", "1234"), "No such option"),
        (("--p12", "note.txt", "--passphrase", "sirr"), "No such option"),
    ],
)
def test_options_that_do_not_go_together_are_one_line(
    office: Bank, box: Path, options: tuple[str, ...], reason: str
) -> None:
    """A secret is never an option: every process of the machine could read it."""
    done = office.run("sign", "note.txt", *options, *OUT)
    assert (done.code, done.out) == (2, "")
    assert done.err.startswith(f"e-gomruk: {reason}")
    assert done.err.count("\n") == 1


def test_unsigned_container_goes_out_and_is_signed_elsewhere(office: Bank, box: Path) -> None:
    assert office.run("sign", "note.txt", "--unsigned", *OUT) == Done(0, "box.asice\n", "")
    sent = open_container(box.read_bytes())
    assert sent.signatures == ()
    signed = office.run("sign", "box.asice", "--container", *TOKEN, EGOMRUK_PIN=PIN)
    assert signed.code == 0
    assert open_container(box.read_bytes()).has_files_of(sent)
    assert office.verify("box.asice").code == 0


def test_help_loads_nothing_that_signs(office: Bank) -> None:
    done, loaded = office.imports("sign", "--help")
    assert all(option in done.out for option in ("--p12", "--pkcs11", "--card", "--mobile", "--unsigned", "--pin-file"))
    assert not {name.partition(".")[0] for name in loaded} & {
        "cryptography",
        "lxml",
        "pkcs11",
        "ssl",
        "http",
        "flask",
        "sqlalchemy",
    }
