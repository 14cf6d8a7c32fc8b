"""A real nginx before a portal, configured by the sample in the documents with the names and files of a test put in."""

import os
import shutil
import socket
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path

from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat
from cryptography.x509.oid import NameOID

from app.settings import ROOT
from tests.reliability.server import wait_until

SAMPLE = ROOT / "docs" / "nginx.conf"


@dataclass(frozen=True)
class Proxy:
    """Its folder, the port that asks for no certificate, the one that does, and the portal's own."""

    folder: Path
    open_port: int
    asking_port: int
    portal_port: int

    @property
    def certificate(self) -> Path:
        """By which it is known; it stands for itself."""
        return self.folder / "portal.crt"

    @property
    def log(self) -> Path:
        """Method and media type of each request."""
        return self.folder / "access.log"


@contextmanager
def nginx(proxy: Proxy, authorities: bytes) -> Iterator[None]:
    """`authorities` is PEM: those whose certificates browsers are told to offer."""
    folder, program = proxy.folder, shutil.which("nginx", path=f"{os.environ['PATH']}:/usr/sbin")
    assert program, "nginx is missing; on Debian: apt-get install -y nginx-light"
    _own_certificate(proxy)
    (folder / "authorities.pem").write_bytes(authorities)
    text = SAMPLE.read_text("utf-8")
    for before, after in {
        "127.0.0.1:8000": f"127.0.0.1:{proxy.portal_port}",
        "https://portal.example$": f"https://localhost:{proxy.open_port}$",
        "listen 443 ssl": f"listen 127.0.0.1:{proxy.open_port} ssl",
        "listen 8443 ssl": f"listen 127.0.0.1:{proxy.asking_port} ssl",
        "server_name portal.example": "server_name localhost",
        "/etc/e-gomruk/": f"{folder}/",
    }.items():
        assert before in text
        text = text.replace(before, after)
    places = "".join(
        f"{name}_temp_path {folder}/{name};\n" for name in ("client_body", "proxy", "fastcgi", "uwsgi", "scgi")
    )
    frame = f"daemon off;\nmaster_process off;\npid {folder}/pid;\nerror_log {folder}/error.log;\nevents {{}}\n"
    log = f"log_format kinds '$request_method $content_type';\naccess_log {proxy.log} kinds;\n"
    (folder / "nginx.conf").write_text(f"{frame}http {{\n{log}{places}{text}\n}}\n")
    command = [program, "-p", str(folder), "-c", str(folder / "nginx.conf"), "-e", str(folder / "error.log")]
    process = subprocess.Popen(command)
    try:
        wait_until(lambda: _answers(proxy.asking_port))
        yield
    finally:
        process.terminate()
        process.wait()


def _own_certificate(proxy: Proxy) -> None:
    key, name = (
        ec.generate_private_key(ec.SECP256R1()),
        x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "localhost")]),
    )
    now, number = datetime.now(UTC), x509.random_serial_number()
    made = x509.CertificateBuilder(name, name, key.public_key(), number, now - timedelta(1), now + timedelta(30))
    made = made.add_extension(x509.SubjectAlternativeName([x509.DNSName("localhost")]), critical=False)
    made = made.add_extension(x509.BasicConstraints(ca=True, path_length=0), critical=True)
    proxy.certificate.write_bytes(made.sign(key, hashes.SHA256()).public_bytes(Encoding.PEM))
    private = key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())
    (proxy.folder / "portal.key").write_bytes(private)


def _answers(port: int) -> bool:
    try:
        socket.create_connection(("127.0.0.1", port), timeout=1).close()
    except OSError:
        return False
    return True
