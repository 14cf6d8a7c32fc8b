"""Other people's clients against the running gateway, over TLS by their own certificate: all understand the same.

Each reads the WSDL; lists the services; sends and gets back nested lists, decimals, a day, an instant and
enumerations; sends a file under a message number, twice; and reads the detail of a fault. Decimals and days stand in
no operation of the contract yet, so that the served gateway has a trial operation for them (`freight.py`).
"""

import subprocess
import time
from collections import Counter
from collections.abc import Callable
from hashlib import sha256
from pathlib import Path

import pytest

from soap.versions import VERSIONS
from tests.soap.registered import NUMBER, PIN
from tests.soap.strangers import zeep_strict
from tests.soap.strangers.conftest import Site

pytestmark = pytest.mark.once
HERE = Path(__file__).parent
MESSAGES = 5  # That each of them sends.
MEDIA_TYPES = {version.number: version.media_type for version in VERSIONS}


def printed(*command: str | Path) -> str:
    ended = subprocess.run(command, capture_output=True, text=True, timeout=60, check=False)
    assert ended.returncode == 0, ended.stderr
    return ended.stdout


def told(site: Site, version: str, wsdl: str) -> list[str | Path]:
    return [version, wsdl, site.endpoint, site.folder, PIN, NUMBER]


def node_soap(site: Site, version: str, _: Path) -> str:
    return printed("node", HERE / "node_soap.js", *told(site, version, site.wsdl()))


def strong_soap(site: Site, version: str, _: Path) -> str:
    """It takes the last port of a WSDL, so that it reads the one of its version."""
    return printed("node", HERE / "strong_soap.js", *told(site, version, site.wsdl(version)))


def php(site: Site, version: str, _: Path) -> str:
    return printed("php", HERE / "php_soap.php", *told(site, version, site.wsdl()))


def soap_lite(site: Site, version: str, _: Path) -> str:
    return printed("perl", HERE / "soap_lite.pl", *told(site, version, site.wsdl()))


def gsoap(site: Site, version: str, folder: Path) -> str:
    """The port of a version is chosen when the WSDL is made to code; gSOAP reads it from a file."""
    wsdl, header, program = folder / "services.wsdl", folder / "services.h", folder / "client"
    fetched: list[str | Path] = ["curl", "-sSf", "--cert", site.folder / "system.pem", "--cacert", site.certificate]
    wsdl.write_text(printed(*fetched, site.wsdl(version)), "utf-8")
    printed("wsdl2h", "-c", "-o", header, wsdl)
    printed("soapcpp2", f"-{version[-1]}", "-c", "-C", "-x", "-L", "-w", "-d", folder, header)
    flags: list[str | Path] = [
        "-O0",
        "-DWITH_OPENSSL",
        f'-DNSMAP="EGomrukSoap{version.replace(".", "")}.nsmap"',
        "-I",
        folder,
    ]
    sources = [HERE / "gsoap.c", folder / "soapC.c", folder / "soapClient.c"]
    printed("gcc", *flags, "-o", program, *sources, "-lgsoapssl", "-lssl", "-lcrypto", "-lz")
    return printed(program, *told(site, version, ""))


def zeep(site: Site, version: str, _: Path) -> str:
    return zeep_strict.called(site, version)


Stranger = Callable[[Site, str, Path], str]
STRANGERS: dict[str, Stranger] = {
    "zeep": zeep,
    "node-soap": node_soap,
    "strong-soap": strong_soap,
    "php": php,
    "gsoap": gsoap,
    "perl": soap_lite,
}
# SOAP::Lite sends envelopes of 1.1 under the media type of 1.2.
SPOKEN = [(name, version) for name in STRANGERS for version in MEDIA_TYPES if (name, version) != ("perl", "1.2")]


def expected(name: str, paper: bytes) -> list[str]:
    document = ["document", "Şəhadətnamə.pdf", "pdf", "2", sha256(paper).hexdigest()]
    refused = "This file is a program, not a document. Send the document as PDF, PNG, JPEG or TIFF."
    lines = [
        ["services", "7", "either", "false", "Obtaining information on an electronic customs declaration"],
        ["weighed", "33.225", "6", "2026-11-02", f"{name}-weigh"],
        ["freight", "import", "2026-12-01T08:00:00Z", "Şəki «halvası» & çay"],
        ["item", "0101210000", "20.125", "2026-11-02", "box:3", "pallet:1"],
        ["item", "0207141000", "13.100", "-", "box:2"],
        [*document, "false"],
        [*document, "true"],
        ["fault", "Client.Validation", "documents.program", refused],
    ]
    return ["\t".join(line) for line in lines]


def messages(site: Site) -> Counter[str]:
    """Their media types, as nginx has seen them."""
    requests = site.log.read_text("utf-8").splitlines()
    return Counter(line.partition(";")[0].removeprefix("POST ") for line in requests if line.startswith("POST"))


@pytest.mark.parametrize(("name", "version"), SPOKEN)
def test_stranger_understands_and_is_understood(site: Site, tmp_path: Path, name: str, version: str) -> None:
    before = messages(site)
    assert STRANGERS[name](site, version, tmp_path).splitlines() == expected(name, site.paper)
    # nginx writes its line after the answer has left.
    until = time.monotonic() + 10
    while (sent := messages(site) - before).total() < MESSAGES and time.monotonic() < until:
        time.sleep(0.05)
    assert sent == {MEDIA_TYPES[version]: MESSAGES}
