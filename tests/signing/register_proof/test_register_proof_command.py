"""The verifier's command and the keys of the register."""

import json
import os
from dataclasses import dataclass
from pathlib import Path

import pytest
from cryptography.hazmat.primitives.serialization import Encoding

from signing.transparency.keys import Kind, new_key
from tests import commands
from tests.signing.register_proof.registered import AT, Registered


@dataclass(frozen=True)
class Clerk:
    """A bank's clerk with the decision, the root certificate and the keys of the register."""

    folder: Path

    def verify(self, *words: str) -> tuple[int, str, str]:
        command = ("verify", "decision.asice", "--root", "root.pem", "--at", AT, *words)
        environment = {**os.environ, "EGOMRUK_INSTANCE": str(self.folder / "instance")}
        return commands.begin(command, self.folder, environment).finished()

    def state(self, *words: str) -> tuple[int, str]:
        code, out, _ = self.verify(*words, "--json")
        return code, json.loads(out)["register"]["state"]


@pytest.fixture
def clerk(good: Registered, tmp_path: Path) -> Clerk:
    (tmp_path / "decision.asice").write_bytes(good.container.to_bytes())
    (tmp_path / "root.pem").write_bytes(good.centre.root.public_bytes(Encoding.PEM))
    (tmp_path / "log.vkey").write_text(f"{good.book.key.verifier}\n")
    return Clerk(tmp_path)


def test_clerk_names_the_keys(good: Registered, clerk: Clerk) -> None:
    log, bank = str(good.book.key.verifier), str(good.bank.verifier)
    other = str(new_key("other.example", Kind.COSIGNATURE).verifier)
    assert clerk.state() == (0, "unchecked")
    assert clerk.state("--log-key", log) == (0, "included")
    assert clerk.state("--log-key", "log.vkey", "--witness", bank) == (0, "included")
    assert clerk.state("--log-key", log, "--witness", bank, "--witness", other) == (2, "unconfirmed")
    assert clerk.state("--log-key", log, "--witness", bank, "--witness", other, "--quorum", "1") == (0, "included")
    assert clerk.state("--log-key", str(new_key(good.book.key.name, Kind.NOTE).verifier)) == (1, "wrong")


def test_key_of_the_installation_is_the_default(good: Registered, clerk: Clerk) -> None:
    (clerk.folder / "instance" / "log").mkdir(parents=True)
    (clerk.folder / "instance" / "log" / "vkey").write_text(f"{good.book.key.verifier}\n")
    assert clerk.state() == (0, "included")
    code, out, _ = clerk.verify("--language", "ru")
    assert code == 0
    assert "✓ Решение есть в реестре решений: gomruk.example/log, запись 300, подтвердили свидетели: 0." in out


@pytest.mark.parametrize(
    "words",
    [
        ("--log-key", "a+b+c"),
        ("--log-key", "missing.vkey"),
        ("--log-key", "root.pem"),
        ("--witness", "w.example+00000000+BA=="),
        ("--quorum", "1"),
        ("--log-key", "log.vkey", "--quorum", "1"),
        ("--log-key", "log.vkey", "--quorum", "many"),
    ],
)
def test_keys_that_cannot_be_used_decide_nothing(clerk: Clerk, words: tuple[str, ...]) -> None:
    code, out, err = clerk.verify(*words)
    assert (code, out) == (2, "")
    assert err.startswith("e-gomruk: ")
    assert len(err.splitlines()) == 1
