"""`e-gomruk archive` and `e-gomruk log verify`, and the demonstration's decision on its way to a bank and a witness."""

import re
from collections.abc import Callable
from pathlib import Path

import pytest
import requests

from tests.cli.installation import Done, Installation
from tests.processes import portal
from tests.reliability.server import wait_until

pytestmark = pytest.mark.slow

NUMBER = "26AZ01000000001"


def identities(installation: Installation) -> dict[str, str]:
    """What is kept, by its kind."""
    rows = (line.split() for line in installation.run("archive", "list").out.splitlines())
    return {row[1]: row[0] for row in rows}


def test_demonstration_keeps_one_decision_and_no_second_one(installation: Installation) -> None:
    listed = installation.run("archive", "list").out
    assert re.fullmatch(
        rf"\S+ declaration {NUMBER} B-LT until \d{{4}}-\d\d-\d\d -\n"
        rf"\S+ decision    {NUMBER} B-LT until \d{{4}}-\d\d-\d\d -\n",
        listed,
    )
    assert installation.run("archive", "status").out.endswith("0 entries in the register, 1 waiting\n")
    assert installation.run("demo", "load").out == "0 accounts added\n"
    assert installation.run("archive", "list").out == listed
    assert installation.run("archive", "list", "--number", "none").out == ""


def test_worker_enters_the_decision_and_a_bank_verifies_it(installation: Installation, tmp_path: Path) -> None:
    assert installation.run("worker", "--once").code == 0
    assert installation.run("archive", "status").out.endswith("1 entries in the register, 0 waiting\n")
    out = tmp_path / "decision.asice"
    assert installation.run("archive", "export", identities(installation)["decision"], str(out)) == Done(
        0, f"{out}\n", ""
    )
    root, key = str(installation.folder / "pki" / "root.crt"), str(installation.folder / "log" / "vkey")
    bank = Installation(tmp_path / "bank", "sqlite:///nowhere")
    done = bank.run("verify", str(out), "--root", root, "--policy", "officer", "--log-key", key, "--language", "en")
    assert (done.code, done.err) == (0, "")
    assert "127.0.0.1:8000/log" in done.out
    assert installation.run("log", "verify") == Done(0, "1 entries, 0 faults\n", "")
    assert installation.run("log", "check", "--log", str(installation.folder / "log"), "--log-key", key).code == 0


def test_log_verify_names_what_was_falsified(installation: Installation) -> None:
    installation.run("worker", "--once")
    installation.execute("UPDATE log_leaf SET entry = replace(entry, 'released', 'refused!')")
    done = installation.run("log", "verify")
    assert (done.code, done.out.startswith("1 entries, ")) == (1, True)
    assert "entry 0: its content was changed\n" in done.err
    assert installation.run("check").code == 1
    assert "WRONG  register: 1 entries" in installation.run("check").out


def test_exported_container_is_kept_again_as_the_same_one(installation: Installation, tmp_path: Path) -> None:
    installation.run("worker", "--once")  # After that the decision carries its proof.
    before, out = identities(installation), tmp_path / "out.asice"
    for kind, public_id in before.items():
        installation.run("archive", "export", public_id, str(out))
        assert installation.run("archive", "keep", str(out), "--number", NUMBER, "--kind", kind).out == f"{public_id}\n"
    assert identities(installation) == before


Make = Callable[[Installation, Path], tuple[str, ...]]


def _letter(_: Installation, folder: Path) -> tuple[str, ...]:
    (folder / "letter").write_text("A letter, not a container. " * 20)
    return ("keep", str(folder / "letter"), "--number", "1", "--kind", "decision")


REFUSALS: dict[str, tuple[Make, int, str]] = {
    "a letter": (_letter, 1, "archive.no_container"),
    "no such file": (lambda _, folder: ("keep", str(folder / "x"), "--number", "1", "--kind", "decision"), 2, "x"),
    "unknown kind": (lambda *_: ("keep", "README.md", "--number", "1", "--kind", "letter"), 2, "letter"),
    "without a number": (lambda *_: ("keep", "README.md", "--kind", "decision"), 2, "--number"),
    "unknown container": (lambda _, folder: ("export", "none", str(folder / "out")), 1, "archive.unknown"),
    "folder that is missing": (
        lambda one, _: ("export", identities(one)["decision"], "/nonexistent/out"),
        1,
        "nonexistent",
    ),
    "renewal of nothing": (lambda *_: ("renew", "none"), 1, "archive.unknown"),
    "renewal without a service": (lambda one, _: ("renew", identities(one)["decision"]), 1, "archive.time_stamps"),
}


@pytest.mark.parametrize("name", REFUSALS)
def test_refusal_is_one_line(settled: Installation, tmp_path: Path, name: str) -> None:
    make, code, words = REFUSALS[name]
    done = settled.run("archive", *make(settled, tmp_path), PORT="9")
    assert (done.code, done.is_one_plain_line) == (code, True), done.err
    assert words in done.err


def test_worker_that_cannot_do_a_step_says_so(installation: Installation) -> None:
    installation.execute("DELETE FROM outbox")  # What the demonstration itself has to tell.
    (installation.folder / "log_key").write_text("nonsense")
    done = installation.run("worker", "--once")
    assert (done.code, done.out) == (1, "0 messages tried\n")
    assert done.err.endswith("e-gomruk: 1 steps failed; the log says why\n")


def test_backup_brings_containers_and_register_back(installation: Installation, tmp_path: Path) -> None:
    """The files of the register are made again from the database, to the byte."""
    installation.run("worker", "--once")
    checkpoint, saved = (installation.folder / "log" / "checkpoint").read_bytes(), tmp_path / "saved"
    listed = installation.run("archive", "list").out
    assert installation.run("backup", str(saved)).code == 0
    installation.run("migrate", "--to", "base", "--down")
    installation.execute("DROP TABLE alembic_version")
    (installation.folder / "documents").rename(tmp_path / "lost documents")
    (installation.folder / "log").rename(tmp_path / "lost log")
    assert "2 containers" in installation.run("restore", str(saved)).out
    assert installation.run("worker", "--once").code == 0
    assert installation.run("archive", "list").out == listed
    assert (installation.folder / "log" / "checkpoint").read_bytes() == checkpoint
    assert installation.run("check").code == 0


def test_portal_that_runs_is_followed_by_a_witness(tmp_path: Path) -> None:
    """All of it as in life: the portal serves, its worker publishes, a bank witnesses over HTTP and finds its proof."""
    own = Installation(tmp_path / "bank", "sqlite:///nowhere")
    key = tmp_path / "witness.key"
    made = own.run("log", "key", "--name", "bank.example/witness", "--out", str(key), "--for", "witness")
    witness_key, instance = made.out.strip(), tmp_path / "portal"
    with portal(instance, EGOMRUK_LOG_WITNESSES=witness_key) as (address, _):
        wait_until(lambda: "\n1\n" in requests.get(f"{address}/log/checkpoint", timeout=10).text)
        log_key = tmp_path / "vkey"
        log_key.write_bytes(requests.get(f"{address}/log/vkey", timeout=10).content)
        watch = (
            "--log",
            f"{address}/log",
            "--log-key",
            str(log_key),
            "--key",
            str(key),
            "--state",
            str(tmp_path / "seen"),
        )
        done = own.run("log", "witness", *watch, "--once")
        assert done == Done(0, "cosigned the log at 1 entries\n", "")
        wait_until(lambda: "bank.example" in requests.get(f"{address}/log/checkpoint", timeout=10).text)
        served = Installation(instance, f"sqlite:///{instance / 'e-gomruk.sqlite'}")
        port = address.rpartition(":")[2]
        public_id, out = identities(served)["decision"], tmp_path / "decision.asice"

        def is_witnessed() -> bool:
            served.run("archive", "export", public_id, str(out), PORT=port)
            trust = ("--log-key", str(log_key), "--witness", witness_key)
            return own.run("verify", str(out), "--root", str(instance / "pki" / "root.crt"), *trust).code == 0

        wait_until(is_witnessed)
        assert served.run("archive", "renew", public_id, PORT=port).err.startswith("e-gomruk: archive.no_gain: ")
        assert served.run("pki", "renew", "tsa").code == 0
        assert served.run("archive", "renew", public_id, PORT=port).code == 0
        assert "B-LTA" in served.run("archive", "list", "--number", NUMBER).out
        assert is_witnessed()
