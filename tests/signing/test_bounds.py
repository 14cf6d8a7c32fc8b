"""Hostile bytes: a verdict or one line, soon and within 256 MB, whatever they are."""

import io
import random
import subprocess
import sys
import zipfile
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path

import pytest
from cryptography import x509
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import Encoding

from signing import profiles, revocation_list
from signing.container import new_container
from signing.data_file import data_file
from signing.issuing import certificate
from signing.profiles import Profile
from signing.register import Standing, State
from signing.sealing import renewed
from signing.signers.pkcs12 import KeyFile
from signing.signers.signer import signed
from signing.subjects import Subject
from signing.xades_extend import Extension
from tests.signing import forging
from tests.signing.centre import OFFICER, START, Centre, files, sealed

SECONDS = 10.0  # Ends what would not end by itself; how long it takes is for the benchmarks.
BYTES = 256 << 20
LARGE = 25 << 20
ROOT = Path(__file__).parents[2]


@pytest.fixture(scope="module")
def centre() -> Centre:
    return Centre()


@pytest.fixture(scope="module")
def good(centre: Centre) -> dict[str, bytes]:
    return forging.entries(sealed(centre).to_bytes())


def with_xml(good: dict[str, bytes], xml: bytes, copies: int = 1) -> bytes:
    content = dict(good)
    content.update({f"META-INF/signatures{number}.xml": xml for number in range(copies)})
    return forging.packed(content)


def random_bytes(_: dict[str, bytes]) -> bytes:
    return random.Random(1).randbytes(LARGE)


def random_zip(_: dict[str, bytes]) -> bytes:
    return b"PK\3\4" + random.Random(2).randbytes(LARGE)


def many_signs_of_an_end(_: dict[str, bytes]) -> bytes:
    return b"PK\3\4" + b"PK\5\6" * (LARGE // 4)


def deep_xml(good: dict[str, bytes]) -> bytes:
    return with_xml(good, b"<a>" * 15_000 + b"</a>" * 15_000, 8)


def wide_xml(good: dict[str, bytes]) -> bytes:
    return with_xml(good, b"<a>" + b"<b></b>" * 19_000 + b"</a>", 8)


def long_text(good: dict[str, bytes]) -> bytes:
    return with_xml(good, b"<a>" + random.Random(3).randbytes(400_000).hex().encode() + b"</a>", 8)


def many_attributes(good: dict[str, bytes]) -> bytes:
    return with_xml(good, b"<a " + b" ".join(b'a%d="%d"' % (n, n * 7919) for n in range(40_000)) + b"></a>", 8)


def many_namespaces(good: dict[str, bytes]) -> bytes:
    declared = b" ".join(b'xmlns:n%d="urn:%d"' % (n, n) for n in range(10_000))
    return with_xml(good, b"<a " + declared + b">" + b"<b></b>" * 5000 + b"</a>", 8)


def billion_laughs(good: dict[str, bytes]) -> bytes:
    entities = b"".join(b'<!ENTITY e%d "%s">' % (n, b"&e%d;" % (n - 1) * 10) for n in range(1, 10))
    return with_xml(good, b'<!DOCTYPE a [<!ENTITY e0 "ha">' + entities + b"]><a>&e9;</a>")


def character_references(good: dict[str, bytes]) -> bytes:
    return with_xml(good, b"<a>" + b"&#65;" * 200_000 + b"</a>", 8)


def long_base64(good: dict[str, bytes]) -> bytes:
    xml = good[forging.SIGNATURE].decode()
    value = xml.split("<ds:SignatureValue>")[1].split("<")[0]
    return with_xml(good, xml.replace(value, "QUJD" * 200_000).encode())


def many_references(good: dict[str, bytes]) -> bytes:
    xml = good[forging.SIGNATURE].decode()
    start, end = xml.index("<ds:Reference Id="), xml.index("<ds:Reference Type=")
    return with_xml(good, (xml[:start] + xml[start:end] * 500 + xml[end:]).encode())


def large_files(good: dict[str, bytes]) -> bytes:
    return forging.packed({**good, "documents/zeros.bin": random.Random(4).randbytes(1 << 20) * 25})


def many_extra_fields(good: dict[str, bytes]) -> bytes:
    """As many headers of nothing as fit."""
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as archive:
        for name, content in [*good.items(), *((f"documents/{number}.txt", b"") for number in range(200))]:
            entry = zipfile.ZipInfo(name)
            entry.extra = b"UT\0\0" * 16_000
            archive.writestr(entry, content)
    return buffer.getvalue()


def many_namespaces_of_signatures(good: dict[str, bytes]) -> bytes:
    """Declared again and again below one another, for an inclusive canonical form."""
    xml = good[forging.SIGNATURE].decode()
    declared = " ".join(f'xmlns:n{number}="http://www.w3.org/2000/09/xmldsig#"' for number in range(50))
    inclusive = xml.replace(
        "http://www.w3.org/2001/10/xml-exc-c14n#", "http://www.w3.org/TR/2001/REC-xml-c14n-20010315"
    )
    return with_xml(good, inclusive.replace("<ds:Signature ", f"<ds:Signature {declared} ").encode(), 8)


def authorities_that_vouch_for_one_another(centre: Centre) -> bytes:
    """Of one name and one key, so that each has signed all others: a path could lead through them in any order."""
    key, name = ec.generate_private_key(ec.SECP521R1()), Subject("Hər biri").name()
    many = [lone(profiles.ISSUING, name, name, key, number) for number in range(1, 16)]
    box = new_container(files())
    for number in range(16, 24):
        signer = KeyFile(lone(profiles.OFFICER, OFFICER, name, key, number), many, key)
        box = box.with_signature(signed(signer, box.files, START))
    return box.to_bytes()


def lone(
    profile: Profile, subject: x509.Name, issuer: x509.Name, key: ec.EllipticCurvePrivateKey, serial: int
) -> x509.Certificate:
    valid = (START - timedelta(days=1), START + timedelta(days=serial))
    made = profile._replace(path_length=None)
    return certificate(made, subject, key.public_key(), valid, serial=serial, issuer=issuer, issuer_key=key)


def many_stamps_and_long_lists(centre: Centre) -> bytes:
    """Genuine time-stamps, and lists in the name of their authorities that are long and forged."""
    other = ec.generate_private_key(ec.SECP256R1())
    gone = {number: Standing(State.REVOKED, START, "superseded") for number in range(1, 1200)}
    lists = [
        revocation_list.build(authority, other, gone, START + timedelta(hours=hour))
        for authority in (centre.root, centre.issuing)
        for hour in range(8)
    ]
    signer = centre.signer()
    extension = Extension(signed(signer, files(), START))
    for _ in range(60):
        extension.add_time_stamp(centre.tsa)
    answer = centre.ocsp.response(signer.certificate, centre.issuing)
    extension.add_validation_data([centre.issuing], [answer], lists)
    box = new_container(files())
    for _ in range(8):
        box = box.with_signature(extension.to_bytes())
    return box.to_bytes()


def honest_large_archive(centre: Centre) -> bytes:
    """Nothing hostile: the largest honest container takes no longer."""
    payload = [*files(), data_file("documents/scan.pdf", random.Random(5).randbytes(LARGE))]
    return renewed(renewed(sealed(centre, payload=payload), centre.tsa), centre.tsa).to_bytes()


HOSTILE: list[Callable[[dict[str, bytes]], bytes]] = [
    random_bytes,
    random_zip,
    many_signs_of_an_end,
    deep_xml,
    wide_xml,
    long_text,
    many_attributes,
    many_namespaces,
    billion_laughs,
    character_references,
    long_base64,
    many_references,
    large_files,
    many_extra_fields,
    many_namespaces_of_signatures,
]

PROGRAM = """
import sys, time
from datetime import datetime, UTC
from pathlib import Path
from signing.examination import Policy
from signing.foreign.form import FOREIGN
from signing.forms import OWN
from signing.paths import Trust
from signing.verify import verify
from signing.zip_read import NotAContainer
trust, data = Trust.from_file(Path(sys.argv[1]).read_bytes()), Path(sys.argv[2]).read_bytes()
begin = time.process_time()
said = set()
for form in (OWN, FOREIGN):
    try:
        said.add(verify(data, trust, Policy(form=form), datetime(2026, 11, 20, 8, tzinfo=UTC)).indication.value)
    except NotAContainer:
        said.add("no container")
# The peak of this program alone: what `getrusage` tells is handed down from whoever started it.
peak = next(line for line in Path("/proc/self/status").read_text().splitlines() if line.startswith("VmHWM"))
print("/".join(sorted(said)), time.process_time() - begin, peak.split()[1], sep="|")
"""


def judged(data: bytes, centre: Centre, folder: Path) -> tuple[str, float, int]:
    """In a process of its own, as our own form and as that of other tools: what was said, the seconds it took, and the
    most memory that the process had."""
    (folder / "root.pem").write_bytes(centre.root.public_bytes(Encoding.PEM))
    (folder / "box").write_bytes(data)
    command = (sys.executable, "-c", PROGRAM, str(folder / "root.pem"), str(folder / "box"))
    done = subprocess.run(command, capture_output=True, text=True, timeout=60, check=True, cwd=ROOT)
    said, seconds, memory = done.stdout.split("|")
    return said, float(seconds), int(memory) * 1024


@pytest.mark.parametrize("forge", HOSTILE)
def test_hostile_bytes_cost_little(
    good: dict[str, bytes], centre: Centre, tmp_path: Path, forge: Callable[[dict[str, bytes]], bytes]
) -> None:
    said, seconds, memory = judged(forge(good), centre, tmp_path)
    assert said in {"TOTAL-FAILED", "no container"}
    assert seconds < SECONDS
    assert memory < BYTES


@pytest.mark.parametrize(
    ("forge", "answer"),
    [
        (authorities_that_vouch_for_one_another, "INDETERMINATE"),
        # Other people's tools may add lists that say nothing.
        (many_stamps_and_long_lists, "TOTAL-FAILED/TOTAL-PASSED"),
    ],
)
def test_hostile_certificates_and_lists_cost_little(
    centre: Centre, tmp_path: Path, forge: Callable[[Centre], bytes], answer: str
) -> None:
    said, seconds, memory = judged(forge(centre), centre, tmp_path)
    assert said == answer
    assert seconds < SECONDS
    assert memory < BYTES


def test_largest_honest_container_costs_little(centre: Centre, tmp_path: Path) -> None:
    said, seconds, memory = judged(honest_large_archive(centre), centre, tmp_path)
    assert said == "TOTAL-PASSED"
    assert seconds < SECONDS
    assert memory < BYTES
