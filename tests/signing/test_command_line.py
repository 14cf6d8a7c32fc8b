"""`e-gomruk verify` and `e-gomruk sign`: what a bank types, what it reads, and what its scripts get."""

import json
from collections.abc import Iterator
from threading import Thread
from wsgiref.simple_server import WSGIRequestHandler, make_server

import pytest
from cryptography.hazmat.primitives.serialization import Encoding

from signing.authority import Authority
from signing.command import run
from signing.responders import pki_application
from tests.signing import forging
from tests.signing.bank import SECRET, Bank, Done, with_officer

HEAVY = {"flask", "sqlalchemy", "werkzeug", "jinja2", "spyne", "babel", "argon2", "asyncio", "ssl", "http.client"}


@pytest.fixture(scope="module")
def bank(tmp_path_factory: pytest.TempPathFactory) -> Bank:
    folder = tmp_path_factory.mktemp("bank")
    bank = with_officer(folder)
    (folder / "Qərar №5.xml").write_text("<Qərar>bəli</Qərar>", encoding="utf-8")
    (folder / "print.pdf").write_bytes(b"%PDF-1.7")
    (folder / "note.txt").write_bytes(b"no container")
    other = Authority.create(folder / "other", SECRET)
    (folder / "other.der").write_bytes(other.root.public_bytes(Encoding.DER))
    assert bank.sign("Qərar №5.xml", "print.pdf") == Done(0, "box.asice\n", "")
    changed = forging.rewritten((folder / "box.asice").read_bytes(), "bəli", "xeyr", "qerar-no5.xml")
    (folder / "changed.asice").write_bytes(changed)
    return bank


def test_valid_container_ends_with_0_and_says_so_first(bank: Bank) -> None:
    done = bank.verify("box.asice")
    assert (done.code, done.err) == (0, "")
    assert done.out.startswith("Etibarlıdır.\n")
    assert "qerar-no5.xml" in done.out


def test_changed_container_ends_with_1(bank: Bank) -> None:
    done = bank.verify("changed.asice", "--language", "en")
    assert done.code == 1
    assert done.out.startswith("Not valid: the content was changed after it was signed.\n")


def test_undecided_container_ends_with_2(bank: Bank) -> None:
    done = bank.run("verify", "box.asice", "--root", "other.der", "--language", "ru")
    assert done.code == 2
    assert done.out.startswith("Подтвердить не удалось: ")


def test_other_role_is_not_accepted(bank: Bank) -> None:
    assert bank.verify("box.asice", "--policy", "officer").code == 0
    done = bank.verify("box.asice", "--policy", "person", "--policy", "organisation", "--language", "en")
    assert done.code == 2
    assert done.out.startswith("Not accepted: ")


def test_no_container_ends_with_3_in_one_line(bank: Bank) -> None:
    assert bank.verify("note.txt") == Done(3, "", "e-gomruk: note.txt is no container\n")


def test_worst_of_several_files_counts(bank: Bank) -> None:
    done = bank.verify("box.asice", "changed.asice")
    assert done.code == 1
    assert [line for line in done.out.splitlines() if line.startswith("==")] == ["== box.asice", "== changed.asice"]
    assert bank.verify("box.asice", "note.txt").code == 3


def test_json_is_one_object_a_file(bank: Bank) -> None:
    done = bank.verify("box.asice", "changed.asice", "--json")
    said = [json.loads(line) for line in done.out.splitlines()]
    assert [(one["file"], one["indication"]) for one in said] == [
        ("box.asice", "TOTAL-PASSED"),
        ("changed.asice", "TOTAL-FAILED"),
    ]


def test_time_of_verification_can_be_named(bank: Bank) -> None:
    assert bank.verify("box.asice", "--at", "2001-01-01").code == 2


def test_root_of_the_installation_is_the_default(bank: Bank) -> None:
    before = sorted(entry.name for entry in (bank.folder / "instance").iterdir())
    assert bank.run("verify", "box.asice").code == 0
    assert sorted(entry.name for entry in (bank.folder / "instance").iterdir()) == before


def test_without_a_root_nothing_is_decided(bank: Bank) -> None:
    done = bank.run("verify", "box.asice", EGOMRUK_INSTANCE=str(bank.folder / "nowhere"))
    assert done == Done(2, "", "e-gomruk: name the root certificate that you trust: --root FILE\n")
    assert not (bank.folder / "nowhere").exists()


@pytest.mark.parametrize("arguments", [("missing.asice",), ("box.asice", "--root", "note.txt"), ()])
def test_what_cannot_be_judged_ends_with_2_in_one_line(bank: Bank, arguments: tuple[str, ...]) -> None:
    done = bank.run("verify", *arguments)
    assert done.code == 2
    assert len(done.err.splitlines()) == 1
    assert done.err.startswith("e-gomruk: ")


def test_options_may_stand_between_files(bank: Bank) -> None:
    assert bank.run("verify", "box.asice", "--root", "instance/pki/root.crt", "changed.asice").code == 1


def test_a_mistake_of_the_verifier_is_no_verdict(
    bank: Bank, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    def broken(*_: object, **__: object) -> None:
        raise RuntimeError("a mistake\nof two lines")

    monkeypatch.setattr("signing.verify.verify", broken)
    words = [str(bank.folder / "box.asice"), "--root", str(bank.folder / "instance" / "pki" / "root.crt")]
    assert run(words, "e-gomruk-verify") == 2
    assert capsys.readouterr() == ("", "e-gomruk: RuntimeError: a mistake of two lines\n")


def test_verify_loads_nothing_of_the_portal(bank: Bank) -> None:
    """Start-up time is a promise, and so is what a bank has to trust."""
    done, loaded = bank.imports("verify", "box.asice", "--root", "instance/pki/root.crt")
    assert done.code == 0
    assert "signing.verify" in loaded
    assert not {name for name in loaded if name in HEAVY or name.partition(".")[0] in HEAVY}


def test_basic_signature_is_completed_by_its_receiver(bank: Bank) -> None:
    """Download to sign: an unsigned container out, a signed one back."""
    content = forging.entries((bank.folder / "box.asice").read_bytes())
    del content[forging.SIGNATURE]
    (bank.folder / "unsigned.asice").write_bytes(forging.packed(content))
    options = ("--container", "--basic", "--p12", "key.p12", "--out", "signed.asice")
    assert bank.run("sign", "unsigned.asice", *options, EGOMRUK_P12_PASSPHRASE="sirr").code == 0
    signed = forging.entries((bank.folder / "signed.asice").read_bytes())
    assert {name: signed[name] for name in content} == content
    assert bank.verify("signed.asice").code == 2


class _Quiet(WSGIRequestHandler):
    def log_message(self, format: str, *arguments: object) -> None:
        """Nothing: the test looks at answers."""


@pytest.fixture
def services(bank: Bank) -> Iterator[str]:
    """The centre's services on a port of this machine."""
    application = pki_application(bank.folder / "instance" / "pki", SECRET)
    with make_server("127.0.0.1", 0, application, handler_class=_Quiet) as server:
        thread = Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
        thread.start()
        yield f"http://127.0.0.1:{server.server_port}"
        server.shutdown()
        thread.join()


def test_services_far_away_complete_a_signature(bank: Bank, services: str) -> None:
    addresses = ("--tsa", f"{services}/tsa", "--ocsp", f"{services}/ocsp")
    options = ("--p12", "key.p12", "--out", "far.asice", *addresses)
    assert bank.run("sign", "note.txt", *options, EGOMRUK_P12_PASSPHRASE="sirr") == Done(0, "far.asice\n", "")
    assert bank.verify("far.asice").code == 0


@pytest.mark.parametrize(
    ("options", "reason"),
    [
        (("--p12", "note.txt"), "the key file does not open with this passphrase"),
        (("--p12", "key.p12", "--tsa", "http://x"), "name the services with --tsa and --ocsp, or sign with --basic"),
        (("--p12", "key.p12", "--tsa", "ftp://x", "--ocsp", "ftp://x"), "ftp://x is not an address of a service"),
        (("--p12", "key.p12", "--container", "--basic"), "these bytes are no container"),
    ],
)
def test_signing_that_cannot_be_done_is_one_line(bank: Bank, options: tuple[str, ...], reason: str) -> None:
    secrets = {"EGOMRUK_P12_PASSPHRASE": "sirr", "EGOMRUK_PKI_PASSPHRASE": SECRET}
    done = bank.run("sign", "note.txt", *options, "--out", "none.asice", **secrets)
    assert done.code != 0
    assert done.err == f"e-gomruk: {reason}\n"
    assert not (bank.folder / "none.asice").exists()
