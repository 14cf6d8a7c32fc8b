"""The library on a bank's machine: installed alone, with nothing but the root certificate and without a network."""

import json
import shutil
import subprocess
import sys
import tomllib
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from importlib.metadata import distribution
from pathlib import Path
from typing import Any, NamedTuple

import pytest
from cryptography.hazmat.primitives.serialization import Encoding

from tests.signing import forging
from tests.signing.bank import with_officer
from tests.signing.centre import Centre, Hands, sealed
from tests.signing.pdf_forging import sealed_pdf

PROJECT = Path(__file__).parents[2]
LIBRARY = PROJECT / "signing"
PIP = (sys.executable, "-m", "pip", "--disable-pip-version-check", "--no-input", "-q")
OFFLINE = ("--no-index", "--no-deps")
# What the two libraries of the library need themselves.
BROUGHT = ("cryptography", "cffi", "pycparser", "lxml")
# Loaded by the interpreter at its start, before anything of ours.
NO_NETWORK = """
import sys
def refuse(event, arguments):
    if event in ("socket.connect", "socket.sendto", "socket.getaddrinfo", "socket.gethostbyname"):
        raise SystemExit("asked the network")
sys.addaudithook(refuse)
"""


class Done(NamedTuple):
    code: int
    out: str
    err: str


def run(*command: object, folder: Path | None = None) -> Done:
    words = [str(word) for word in command]
    done = subprocess.run(words, cwd=folder, capture_output=True, text=True, timeout=120, check=False)
    return Done(done.returncode, done.stdout, done.stderr)


@pytest.fixture(scope="module")
def machine(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The folder of a clerk, with an environment that has the library as `pip install ./signing` brings it."""
    place = tmp_path_factory.mktemp("machine")
    source = shutil.copytree(
        LIBRARY, place / "signing", ignore=shutil.ignore_patterns("__pycache__", "build", "*.egg-info")
    )
    assert run(*PIP, "wheel", *OFFLINE, "--no-build-isolation", "-w", place, source) == Done(0, "", "")
    shutil.rmtree(source)
    assert run(sys.executable, "-m", "venv", "--without-pip", place / "venv").code == 0
    python = place / "venv" / "bin" / "python"
    assert run(*PIP, "--python", python, "install", *OFFLINE, *place.glob("*.whl")) == Done(0, "", "")
    packages = Path(run(python, "-c", "import sysconfig; print(sysconfig.get_path('purelib'))").out.strip())
    for name in BROUGHT:
        link(name, packages)
    (packages / "no_network.py").write_text(NO_NETWORK)
    (packages / "no_network.pth").write_text("import no_network")
    deliver(place)
    return place


def link(name: str, packages: Path) -> None:
    """A distribution of our own environment, as if it had been installed in the other."""
    found = distribution(name)
    for part in {file.parts[0] for file in found.files or ()} - {"..", "__pycache__"}:
        (packages / part).symlink_to(Path(str(found.locate_file(part))))


def deliver(place: Path) -> None:
    """What the portal sends: a container, one that somebody changed on the way, a paper, and the root certificate."""
    now = datetime.now(UTC).replace(microsecond=0)
    centre = Centre(clock=Hands(now - timedelta(minutes=5)), started=now - timedelta(days=30))
    good = sealed(centre).to_bytes()
    (place / "box.asice").write_bytes(good)
    (place / "changed.asice").write_bytes(forging.rewritten(good, "26AZ001", "26AZ002", "declaration.xml"))
    (place / "paper.pdf").write_bytes(sealed_pdf(centre))
    (place / "root.crt").write_bytes(centre.root.public_bytes(Encoding.PEM))
    (place / "portal").mkdir()
    portal = with_officer(place / "portal")
    (place / "portal" / "decision.xml").write_text("<Decision>bəli</Decision>", "utf-8")
    assert portal.sign("decision.xml").code == 0
    (place / "portal.asice").write_bytes((place / "portal" / "box.asice").read_bytes())
    (place / "portal.crt").write_bytes((place / "portal" / "instance" / "pki" / "root.crt").read_bytes())


@pytest.fixture(scope="module")
def verify(machine: Path) -> Callable[..., Done]:
    """The command on that machine; where the system lets us, in a network of its own that leads nowhere."""
    nowhere = ("unshare", "--net", "--map-root-user")
    isolated = nowhere if shutil.which(nowhere[0]) and run(*nowhere, "true").code == 0 else ()
    command = machine / "venv" / "bin" / "e-gomruk-verify"
    return lambda *words: run(*isolated, command, *words, "--root", "root.crt", folder=machine)


def test_a_container_is_verified_with_the_root_alone(verify: Callable[..., Done]) -> None:
    done = verify("box.asice", "--policy", "officer", "--json")
    said = json.loads(done.out)
    assert (done.code, done.err) == (0, "")
    assert (said["file"], said["indication"]) == ("box.asice", "TOTAL-PASSED")
    assert verify("box.asice").out.startswith("Etibarlıdır.\n")


def test_what_the_portals_command_signs_is_verified(verify: Callable[..., Done]) -> None:
    """Its certificates name services, which nobody asks."""
    done = verify("portal.asice", "--root", "portal.crt", "--policy", "officer", "--language", "en")
    assert (done.code, done.err) == (0, "")
    assert done.out.startswith("Valid.\n")
    assert verify("portal.asice").code == 2


def test_a_sealed_paper_is_verified_as_well(verify: Callable[..., Done]) -> None:
    """Reading needs none of what draws."""
    done = verify("paper.pdf", "--policy", "organisation", "--language", "en")
    assert (done.code, done.err) == (0, "")
    assert done.out.startswith("Valid.\n")


def test_a_changed_container_is_refused(verify: Callable[..., Done]) -> None:
    done = verify("changed.asice", "--json")
    said = json.loads(done.out)
    assert (done.code, done.err) == (1, "")
    assert (said["indication"], said["subIndication"]) == ("TOTAL-FAILED", "HASH_FAILURE")


def test_the_root_has_to_be_named(machine: Path) -> None:
    """There is no installation whose root could stand in."""
    done = run(machine / "venv" / "bin" / "python", "-m", "signing", "box.asice", folder=machine)
    assert done == Done(2, "", "e-gomruk: name the root certificate that you trust: --root FILE\n")


def test_the_machine_has_nothing_else(machine: Path) -> None:
    """Neither the portal nor a network nor anything that the library does not declare."""
    python = machine / "venv" / "bin" / "python"
    assert run(*PIP, "--python", python, "check").code == 0
    listing = "import importlib.metadata as every; print(*(one.name for one in every.distributions()))"
    assert set(run(python, "-c", listing, folder=machine).out.split()) == {"e-gomruk-signing", *BROUGHT}
    assert run(python, "-c", "import app", folder=machine).err.endswith("No module named 'app'\n")
    assert run(python, "-c", "import socket; socket.create_connection(('127.0.0.1', 9))") == Done(
        1, "", "asked the network\n"
    )


def described(folder: Path) -> dict[str, Any]:
    found: dict[str, Any] = tomllib.loads((folder / "pyproject.toml").read_text("utf-8"))
    return found


def test_every_part_of_the_library_is_packed(machine: Path) -> None:
    """Modules, and what they read: letters of fonts, templates, words."""
    (installed,) = machine.glob("venv/lib/python*/site-packages/signing")
    assert parts(installed) == parts(LIBRARY) - {Path("pyproject.toml"), Path("README.md")}


def parts(folder: Path) -> set[Path]:
    made = {"__pycache__", "build", "e_gomruk_signing.egg-info"}
    found = (path.relative_to(folder) for path in folder.rglob("*") if path.is_file())
    return {path for path in found if not made & {*path.parts}}


def test_library_and_portal_ask_for_the_same_versions() -> None:
    alone, portal = described(LIBRARY)["project"], described(PROJECT)["project"]
    asked = {*alone["dependencies"], *(one for extra in alone["optional-dependencies"].values() for one in extra)}
    assert asked <= set(portal["dependencies"])
    assert (alone["version"], alone["requires-python"]) == (portal["version"], portal["requires-python"])
