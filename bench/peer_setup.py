"""Installs the peers in their own folder, from lock files, and writes them the page that they show."""

import json
import os
import shutil
import sqlite3
import subprocess
import sys
from collections.abc import Container
from contextlib import closing
from hashlib import sha256
from pathlib import Path

from bench.describe import describe, template

ROOT = Path(__file__).parent.parent
PEERS = ROOT / "bench" / "peers"
DJANGO, EXPRESS, XMLSEC, SOAP = (PEERS / name for name in ("django", "express", "xmlsec", "soap"))
PYTHON = PEERS / ".venv" / "bin" / "python"
# Where the headers of Debian's node lie: what has to be compiled needs nothing else of the network.
NODE_HEADERS = Path("/usr/include/node/node.h")
IN_DJANGO = {
    "text": '{{ "TEXT"|t }}',
    "path": "{{ path }}",
    "token": "{{ csrf_token }}",
    "viewer": "{{ viewer }}",
}
IN_EJS = {"text": '<%= t("TEXT") %>', "path": "<%= path %>", "token": "<%= token %>", "viewer": "<%= viewer %>"}
TEMPLATES = (
    (DJANGO / "form.html", "django.html", IN_DJANGO),
    (DJANGO / "form_rendered.html", "django_rendered.html", IN_DJANGO),
    (EXPRESS / "form.ejs", "page.ejs", IN_EJS),
)


def install(measured: Container[str]) -> None:
    """The peers of what is measured. What cannot be installed here is named and left out; the table says so as well."""
    for name, installation, job in INSTALLATIONS:
        if job not in measured:
            continue
        try:
            installation()
        except (subprocess.CalledProcessError, FileNotFoundError) as error:
            print(f"{name} cannot be installed: {error}", file=sys.stderr)


def has_django() -> bool:
    return not _is_new(DJANGO / "requirements.lock", PYTHON.parent.parent)


def has_xmlsec() -> bool:
    return not _is_new(XMLSEC / "requirements.lock", PYTHON.parent.parent)


def has_express() -> bool:
    return _has_node(EXPRESS)


def has_node_soap() -> bool:
    return _has_node(SOAP)


def has_php() -> bool:
    loaded = subprocess.run(["php", "-m"], capture_output=True, text=True, check=False) if shutil.which("php") else None
    return loaded is not None and "soap" in loaded.stdout.split()


def _has_node(peer: Path) -> bool:
    return shutil.which("node") is not None and not _is_new(peer / "package-lock.json", peer / "node_modules")


def install_django() -> None:
    _install_packages(DJANGO / "requirements.lock")


def install_xmlsec() -> None:
    _install_packages(XMLSEC / "requirements.lock")


def _install_packages(lock: Path) -> None:
    """Peers in Python share an environment; what two of them lock they lock alike."""
    if _is_new(lock, PYTHON.parent.parent):
        if not PYTHON.exists():
            subprocess.run([sys.executable, "-m", "venv", PYTHON.parent.parent], check=True)
        pip: list[str | Path] = [
            PYTHON,
            "-m",
            "pip",
            "--disable-pip-version-check",
            "--no-input",
            "-qq",
            "install",
            "--require-hashes",
        ]
        subprocess.run([*pip, "-r", lock], check=True)
        _mark(lock, PYTHON.parent.parent)


def install_express() -> None:
    _install_modules(EXPRESS)


def install_node_soap() -> None:
    _install_modules(SOAP)


def install_php() -> None:
    if not has_php():
        subprocess.run([ROOT / ".ci" / "install", "php-cli", "php-soap"], check=True)


def _install_modules(peer: Path) -> None:
    if _is_new(peer / "package-lock.json", peer / "node_modules"):
        headers = {"npm_config_nodedir": "/usr"} if NODE_HEADERS.exists() else {}
        command = ["npm", "ci", "--no-audit", "--no-fund", "--loglevel=error"]
        subprocess.run(command, cwd=peer, env={**os.environ, **headers}, check=True, stdout=subprocess.DEVNULL)
        _mark(peer / "package-lock.json", peer / "node_modules")


INSTALLATIONS = (
    ("Django", install_django, "pages"),
    ("Express", install_express, "pages"),
    ("python-xmlsec", install_xmlsec, "library"),
    ("node-soap", install_node_soap, "soap"),
    ("PHP with SOAP", install_php, "soap"),
)


def _is_new(lock: Path, folder: Path) -> bool:
    stamp = _stamp(lock, folder)
    return not stamp.exists() or stamp.read_text() != _digest(lock)


def _mark(lock: Path, folder: Path) -> None:
    _stamp(lock, folder).write_text(_digest(lock))


def _stamp(lock: Path, folder: Path) -> Path:
    return folder / f"{lock.parent.name}.installed"


def _digest(lock: Path) -> str:
    return sha256(lock.read_bytes()).hexdigest()


def write_pages(page: str, folder: Path) -> None:
    """The description of our page, a template for each peer, and the database of one row that they ask."""
    description = describe(page)
    (folder / "page.json").write_text(json.dumps(description, ensure_ascii=False), "utf-8")
    for form, name, marks in TEMPLATES:
        (folder / name).write_text(template(page, description, form.read_text("utf-8"), **marks), "utf-8")
    with closing(sqlite3.connect(folder / "peers.sqlite")) as database, database:
        database.execute("CREATE TABLE person (id INTEGER PRIMARY KEY, name TEXT NOT NULL)")
        database.execute("INSERT INTO person VALUES (1, ?)", [description["viewer"]])
