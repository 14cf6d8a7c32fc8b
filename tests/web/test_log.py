"""The register as everybody reads it: files and their headers, nothing beyond them, and the door for witnesses."""

from collections.abc import Iterator
from dataclasses import replace

import pytest
from flask import Flask
from sqlalchemy import select
from webtest import TestApp

from app.adapters.published_log import LogFolder
from app.archive.models import LogCosignature
from app.archive.operations import advance_log
from app.core.clock import FixedClock
from app.core.context import Context
from app.core.db import db
from app.factory import create_app
from app.settings import Settings
from signing.transparency.checkpoint import parse_checkpoint, signature
from signing.transparency.keys import Kind, SignerKey, new_key, parse_verifier_key
from signing.transparency.monitor import audited
from signing.transparency.notes import parse_note
from signing.transparency.tiles import NotServed
from signing.transparency.trust import LogTrust
from tests.core.archives import entries, recorded
from tests.signing.centre import START

WITNESS = new_key("bank.example/witness", Kind.COSIGNATURE)
TEXT = "text/plain; charset=utf-8"


@pytest.fixture
def settings(settings: Settings) -> Settings:
    return replace(settings, log_witnesses=(str(WITNESS.verifier),))


@pytest.fixture
def register(system: Context) -> Context:
    """With one full tile and a half one, and something that waits."""
    recorded(system, entries(300))
    advance_log(system)
    recorded(system, entries(1, "waiting"))
    return system


def test_stranger_reads_all_of_it_by_its_addresses(browser: TestApp, register: Context) -> None:
    def read(path: str) -> bytes:
        answer = browser.get(f"/log/{path}", expect_errors=True)
        if answer.status_int == 404:
            raise NotServed(path)
        return bytes(answer.body)

    key = parse_verifier_key(read("vkey").decode().strip())
    assert audited(read, LogTrust((key,))).checkpoint.size == 300


HEADERS = {
    "checkpoint": (TEXT, "public, max-age=1"),
    "vkey": (TEXT, "public, max-age=1"),
    "tile/0/000": ("application/octet-stream", "public, max-age=31536000, immutable"),
    "tile/0/001.p/44": ("application/octet-stream", "public, max-age=31536000, immutable"),
    "tile/1/000.p/1": ("application/octet-stream", "public, max-age=31536000, immutable"),
    "tile/entries/000": ("application/octet-stream", "public, max-age=31536000, immutable"),
}


@pytest.mark.parametrize("path", HEADERS)
def test_file_says_what_it_is_and_how_long_it_may_be_kept(browser: TestApp, register: Context, path: str) -> None:
    answer = browser.get(f"/log/{path}")
    assert (answer.headers["Content-Type"], answer.headers["Cache-Control"]) == HEADERS[path]
    assert answer.headers["X-Content-Type-Options"] == "nosniff"
    assert "Set-Cookie" not in answer.headers


@pytest.mark.parametrize(
    "path",
    [
        "lock",
        "tile",
        "tile/0",
        "tile/0/002",
        "tile/0/000.p",
        "tile/0/000.p/256",
        "tile/0/1",
        "tile/64/000",
        "tile/entries/x001/000",
        "tile/0/../../log_key",
        "../log_key",
        "%2e%2e/log_key",
        "..%2flog_key",
        "/etc/passwd",
        "tile/0/000%00",
        "tile/0/000/",
        "tile//0/000",
        "checkpoint/x",
        "TILE/0/000",
        "tile/0/%d9%a0%d9%a0%d9%a0",
    ],
)
def test_nothing_else_is_there(browser: TestApp, register: Context, path: str) -> None:
    answer = browser.get(f"/log/{path}", expect_errors=True)
    assert answer.status_int in {404, 308}
    assert b"PRIVATE" not in answer.body


@pytest.mark.usefixtures("portal")
def test_register_that_is_not_published_yet_is_not_there(browser: TestApp) -> None:
    assert browser.get("/log/checkpoint", expect_errors=True).status_int == 404


def lines(browser: TestApp, key: SignerKey, **changed: object) -> bytes:
    said = parse_checkpoint(parse_note(browser.get("/log/checkpoint").body).text)
    return signature(replace(said, **changed), key, START).line.encode()  # type: ignore[arg-type]


def send(browser: TestApp, body: bytes, **headers: str) -> tuple[int, str, str]:
    answer = browser.post(
        "/log/cosignature", params=body, content_type=TEXT, headers=headers or None, expect_errors=True
    )
    return answer.status_int, answer.text, answer.headers["Content-Type"]


def test_witness_needs_no_form_and_is_served_with_the_checkpoint(browser: TestApp, register: Context) -> None:
    line = lines(browser, WITNESS)
    assert send(browser, line) == (200, "taken\n", TEXT)
    assert send(browser, line) == (200, "taken\n", TEXT)
    advance_log(register)
    register.session.rollback()
    note = parse_note(browser.get("/log/checkpoint").body)
    assert parse_checkpoint(note.text).size == 301
    assert register.session.scalars(select(LogCosignature.size)).all() == [300]
    send(browser, lines(browser, WITNESS))
    advance_log(register)
    (line_now,) = [
        one for one in parse_note(browser.get("/log/checkpoint").body).signatures if one.name == WITNESS.name
    ]
    assert line_now.line.encode() == lines(browser, WITNESS)


def test_refusals_have_their_own_answers(browser: TestApp, register: Context) -> None:
    stranger = new_key(WITNESS.name, Kind.COSIGNATURE)
    assert send(browser, lines(browser, stranger)) == (403, "log.stranger\n", TEXT)
    assert send(browser, lines(browser, WITNESS, root=bytes(32))) == (409, "log.other_checkpoint\n", TEXT)
    assert send(browser, b"hello\n") == (422, "log.lines\n", TEXT)
    assert send(browser, b"") == (422, "log.lines\n", TEXT)
    assert register.session.scalars(select(LogCosignature.size)).all() == []


def test_another_site_cannot_make_a_browser_send(browser: TestApp, register: Context) -> None:
    answer = browser.post(
        "/log/cosignature",
        params=lines(browser, WITNESS),
        headers={"Sec-Fetch-Site": "cross-site"},
        expect_errors=True,
    )
    assert answer.status_int == 403


def test_too_many_lines_are_not_read(browser: TestApp, register: Context) -> None:
    answer = browser.post("/log/cosignature", params=b"x" * (65 * 1024), content_type=TEXT, expect_errors=True)
    assert answer.status_int == 413


def test_flood_is_told_when_to_come_back(browser: TestApp, register: Context) -> None:
    found = [send(browser, b"hello\n")[0] for _ in range(62)]
    assert (set(found[:60]), set(found[60:])) == ({422}, {429})


@pytest.fixture
def without_witnesses(settings: Settings, clock: FixedClock) -> Iterator[Flask]:
    app = create_app(replace(settings, log_witnesses=()), clock=clock)
    yield app
    with app.app_context():
        db.session.remove()
        db.engine.dispose()


def test_register_without_witnesses_has_no_such_door(without_witnesses: Flask, register: Context) -> None:
    visitor = TestApp(without_witnesses, extra_environ={"HTTP_HOST": "localhost", "REMOTE_ADDR": "192.0.2.10"})
    assert send(visitor, lines(visitor, WITNESS)) == (404, "log.no_witness\n", TEXT)


def test_start_opens_nothing(portal: Flask) -> None:
    """Neither folder nor key is made before the worker needs them."""
    log = portal.extensions["ports"].log
    assert isinstance(log, LogFolder)
    assert not log.folder.exists()
    assert log.key_file is not None
    assert not log.key_file.exists()
